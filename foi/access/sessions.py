"""Who is signed in to the portal: a random word in a cookie, of which only the hash is kept, for one host and for some hours."""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from contextlib import suppress
from typing import Any

from foi.access.actor import Actor
from foi.access.tokens import state_of
from ingest.home import Home
from ingest.home.alone import alone
from ingest.home.placing import placed

LASTS = 12 * 3600  # seconds; a working day
MOST = 2_000  # sessions that are kept; the oldest ends first
KEPT = ("name", "role", "area", "how", "token")


def begin(home: Home, actor: Actor, host: str) -> str:
    """Sign somebody in who asks under a host name; returns the word for the cookie, which is always a new one."""
    word = secrets.token_urlsafe(32)
    row = {**{name: getattr(actor, name) for name in KEPT}, "host": host, "until": int(time.time()) + LASTS}
    _change(home, lambda known: {**known, _digest(word): row})
    return word


def actor_of(home: Home, word: str, host: str) -> Actor | None:
    """Who is signed in with the word of a cookie; None where it is unknown, too old, of another host, or its token is no longer good."""
    row = _sessions(home).get(_digest(word))
    if row is None or row["until"] < time.time() or row["host"] != host:
        return None
    actor = Actor(**{name: row[name] for name in KEPT})
    return None if actor.token and state_of(home, actor.token) != "good" else actor


def end(home: Home, word: str) -> None:
    """Sign somebody out."""
    if _digest(word) in _sessions(home):
        _change(home, lambda known: {digest: row for digest, row in known.items() if digest != _digest(word)})


def _change(home: Home, made: Any) -> None:
    home.root.mkdir(parents=True, exist_ok=True)
    with alone(home.root / ".sessions.lock"):
        now = time.time()
        known = {digest: row for digest, row in made(_sessions(home)).items() if row["until"] >= now}
        kept = dict(sorted(known.items(), key=lambda one: one[1]["until"])[-MOST:])
        with placed(home.sessions) as scratch:
            scratch.touch(mode=0o600)
            scratch.write_text(json.dumps(kept, ensure_ascii=False), "utf-8")


def _sessions(home: Home) -> dict[str, Any]:
    """The sessions that are kept; a file that cannot be read is none, and everybody signs in again."""
    with suppress(OSError, ValueError, AttributeError):
        return {
            digest: row
            for digest, row in json.loads(home.sessions.read_text("utf-8")).items()
            if {*KEPT, "host", "until"} <= row.keys()
        }
    return {}


def _digest(word: str) -> str:
    return hashlib.sha256(word.encode("utf-8", "replace")).hexdigest()
