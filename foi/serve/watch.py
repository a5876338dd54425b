"""The inbox, watched by names, sizes and times alone: nothing is opened. What was not touched for a moment and is new starts a load."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from ingest.handed_in.clutter import is_clutter
from ingest.home import Home

Seen = tuple[int, int, int, int]  # size, time of content, time of change, number of the file


class Watch:
    """What lay in the inbox when it was last looked at, and what the last load has seen; the lists of decisions are watched with it."""

    def __init__(self, home: Home) -> None:
        self._inbox = home.inbox
        self._lists = (home.decisions, home.corrections, home.withdrawals, home.replacements, home.year_locks, home.rosters)
        self._last: dict[str, Seen] = {}
        self._quiet: dict[str, Seen] = {}
        self._loaded: dict[str, Seen] = {}

    def look(self) -> bool:
        """Whether there is anything that was left alone since the last look and that no load has seen."""
        now = dict(self._look())
        self._quiet = {name: seen for name, seen in now.items() if self._last.get(name) == seen}
        self._last = now
        return any(self._loaded.get(name) != seen for name, seen in self._quiet.items())

    def taken(self) -> None:
        """A load begins: what was left alone at the last look will be known by it; what is still being written will be another."""
        self._loaded |= self._quiet

    def forget(self, names: Iterable[str]) -> None:
        """These files of the inbox were not loaded after all."""
        for name in names:
            self._loaded.pop(str(self._inbox / name), None)

    def forget_all(self) -> None:
        """Nothing counts as loaded: the next look asks for a load."""
        self._loaded.clear()

    def _look(self) -> Iterator[tuple[str, Seen]]:
        yield from _files(str(self._inbox), ())
        for path in self._lists:
            if path.is_file():
                yield str(path), _seen(path.stat())


def _files(folder: str, above: tuple[str, ...]) -> Iterator[tuple[str, Seen]]:
    """Every file below a folder; nothing where it is not there, and no link back up is followed."""
    real = os.path.realpath(folder)
    if real in above:
        return
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if is_clutter(entry.name):
                    continue
                try:
                    if entry.is_dir():
                        if not Home(Path(entry.path)).is_home:
                            yield from _files(entry.path, (*above, real))
                    else:
                        yield entry.path, _seen(entry.stat())
                except OSError:  # it is gone by now
                    continue
    except OSError:
        return


def _seen(stat: os.stat_result) -> Seen:
    return stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino
