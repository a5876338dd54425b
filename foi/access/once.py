"""The address that lets an admin in once: printed where the portal is started, kept by that process alone, good for a day."""

from __future__ import annotations

import hashlib
import secrets
import time
from dataclasses import dataclass, field
from threading import Lock

from foi.access.actor import Actor, this_user

LASTS = 24 * 3600  # seconds


@dataclass(slots=True)
class Once:
    """One way in that is used up by being used."""

    _digest: str = ""
    _until: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def new(self) -> str:
        """Make the word of the address; one that was made before is worth nothing from now on."""
        word = secrets.token_urlsafe(32)
        with self._lock:
            self._digest, self._until = _hashed(word), time.time() + LASTS
        return word

    def use(self, word: str) -> Actor | None:
        """The person at this machine as admin, the first time that the right word comes in time; else None."""
        with self._lock:
            is_right = bool(self._digest) and secrets.compare_digest(self._digest, _hashed(word)) and time.time() <= self._until
            if is_right:
                self._digest = ""
        user = this_user()
        return Actor(user.name, user.role, user.area, "address") if is_right else None


def _hashed(word: str) -> str:
    return hashlib.sha256(word.encode("utf-8", "replace")).hexdigest()
