"""Refusals in the log, bounded for those without a name: who knocks ten thousand times does not fill the disk, and is counted."""

from __future__ import annotations

import time
from threading import Lock

from foi.access.actor import NOBODY, Actor
from foi.access.audit import note
from ingest.home import Home

EACH_MINUTE = 60  # refusals of people without a name that get a line of their own
COUNTED = "refusals"  # the act of a line that stands for many


class Refusals:
    """The refusals of one portal, each written down or counted."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._lock = Lock()
        self._minute = self._noted = self._more = 0
        self._last = ""

    def note(self, actor: Actor, act: str, *, about: str, origin: str, why: str) -> None:
        """Write a refusal down; of many within a minute by people without a name the first ones, and how many more there were."""
        if not actor.name and not self._has_room(origin):
            return
        note(self._home, actor, act, about=about, origin=origin, refused=why)

    def flush(self) -> None:
        """Write down how many refusals have no line of their own yet."""
        with self._lock:
            more, last, self._more = self._more, self._last, 0
        if more:
            note(self._home, NOBODY, COUNTED, about=str(more), origin=last, refused="many")

    def _has_room(self, origin: str) -> bool:
        with self._lock:
            minute = int(time.monotonic() // 60)
            is_new = minute != self._minute
            if is_new:
                self._minute, self._noted = minute, 0
            self._noted += 1
            has_room = self._noted <= EACH_MINUTE
            if not has_room:
                self._more, self._last = self._more + 1, origin
        if is_new:
            self.flush()
        return has_room
