"""Tokens: a secret that is shown once and gives its bearer a role in an area until a day; of it only the hash is kept."""

from __future__ import annotations

import hashlib
import json
import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from foi.access.actor import ROLES, Actor, this_user
from foi.access.area import area_code
from foi.messages import Complaint, message, word_of
from ingest.beijing import beijing_today
from ingest.home import Home
from ingest.home.alone import alone
from ingest.home.ledger import add_after, add_line, read_ledger
from ingest.home.placing import placed
from ingest.units.within import within

LONGEST = 366  # days
LONGEST_NAME = 100  # characters
MADE = b'{"number": '  # how a line begins with which a token was made
BEGINS = "foi_"  # by which people and programs that look for lost secrets know a token


@dataclass(frozen=True, slots=True)
class Token:
    """A token without its secret: its number, whom it lets in as what and where, until which day, what for, and who made it with what."""

    number: int
    digest: str
    name: str
    role: str
    area: str
    made_on: str
    until: str
    purpose: str
    maker: str
    maker_token: int
    revoked_on: str = ""

    def state(self, today: date) -> str:
        """good, expired or revoked."""
        return "revoked" if self.revoked_on else "expired" if self.until < today.isoformat() else "good"

    @property
    def actor(self) -> Actor:
        """Whom it lets in."""
        return Actor(self.name, self.role, self.area, "token", self.number, self.purpose)


@dataclass(frozen=True, slots=True)
class Wish:
    """Who is to get a token: as what, for which area (a code, the beginning of one, or a name), for how many days, and for what alone."""

    name: str
    role: str
    area: str
    days: int
    purpose: str = ""


def new_token(home: Home, actor_name: str, role: str, area: str, days: int, *, purpose: str = "") -> str:
    """Make a token in the name of the person at this machine; gives back its secret, which is nowhere else."""
    return token_from(home, this_user(), Wish(actor_name, role, area, days, purpose))


def token_from(home: Home, maker: Actor, wish: Wish) -> str:
    """Make a token; gives back its secret, which is nowhere else. A Complaint where it would give more than its maker has."""
    name, area = _name(wish.name), area_code(home, _role(wish.role), wish.area)
    until = beijing_today() + timedelta(days=_days(wish.days))
    if maker.token:
        until = min(until, date.fromisoformat(_by_number(home)[maker.token].until))
    if ROLES.index(wish.role) > ROLES.index(maker.role) or (maker.area and not area) or not within(area, maker.area):
        raise Complaint(message("access.beyond_maker", role=word_of("access.role", maker.role), area=maker.area))
    secret = BEGINS + secrets.token_urlsafe(32)
    row = {
        "digest": _digest(secret), "name": name, "role": wish.role, "area": area, "made_on": beijing_today().isoformat(),
        "until": until.isoformat(), "purpose": wish.purpose, "maker": maker.name, "maker_token": maker.token,
    }  # fmt: skip
    home.root.mkdir(parents=True, exist_ok=True)
    add_after(home.tokens, lambda _: [{"number": max(_by_number(home), default=0) + 1, **row}])
    return secret


def token_of(home: Home, secret: str) -> Token | None:
    """The token of a secret, whatever became of it; None where none was given out."""
    digest = _digest(secret)
    return next((token for token in tokens(home) if secrets.compare_digest(token.digest, digest)), None)


def token_state(home: Home, secret: str) -> str:
    """What a secret is worth: unknown, expired, revoked or good."""
    found = token_of(home, secret)
    return state_of(home, found.number) if found else "unknown"


def state_of(home: Home, number: int) -> str:
    """What a token is worth today; one that was made with another that was taken back is taken back too."""
    known, today = _by_number(home), beijing_today()
    found = known.get(number)
    if found is None:
        return "unknown"
    state, made_with = found.state(today), known.get(found.maker_token)
    while state == "good" and made_with:
        state = "revoked" if made_with.revoked_on else state
        made_with = known.get(made_with.maker_token)
    return state


def token_actor(home: Home, secret: str) -> Actor | None:
    """Whom a secret lets in; None if it is unknown, expired or revoked (`token_state` says which)."""
    found = token_of(home, secret)
    if found is None or state_of(home, found.number) != "good":
        return None
    _note_use(home, found.number)
    return found.actor


def revoke(home: Home, number: int, who: Actor) -> Token:
    """Take a token back; a Complaint where there is none of this number, or it is taken back already."""
    found = _by_number(home).get(number)
    if found is None or not within(found.area, who.area):
        raise Complaint(message("access.no_token", number=number))
    if found.revoked_on:
        raise Complaint(message("access.already_revoked", number=number, day=found.revoked_on))
    add_line(home.tokens, {"revoked": number, "on": beijing_today().isoformat(), "who": who.name})
    return found


def tokens(home: Home) -> list[Token]:
    """All tokens that were given out, the first one first."""
    return list(_by_number(home).values())


def last_used(home: Home) -> dict[int, str]:
    """The day on which each token was last used, by its number."""
    with suppress(OSError, ValueError, AttributeError):
        return {int(number): str(day) for number, day in json.loads(home.tokens_used.read_text("utf-8")).items()}
    return {}


def _note_use(home: Home, number: int) -> None:
    today = beijing_today().isoformat()
    if last_used(home).get(number) == today:
        return
    with suppress(OSError), alone(home.root / ".tokens-used.lock"), placed(home.tokens_used) as scratch:
        scratch.write_text(json.dumps({**last_used(home), number: today}), "utf-8")


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.strip().encode("utf-8", "replace")).hexdigest()


def _days(days: int) -> int:
    if not 1 <= days <= LONGEST:
        raise Complaint(message("access.bad_days", found=days, most=LONGEST))
    return days


def _name(given: str) -> str:
    name = given.strip()
    if not name or not name.isprintable() or len(name) > LONGEST_NAME:
        raise Complaint(message("access.bad_name"))
    return name


def _role(given: str) -> str:
    if given not in ROLES:
        raise Complaint(message("access.bad_role", found=given, roles=", ".join(ROLES)))
    return given


def _by_number(home: Home) -> dict[int, Token]:
    try:
        seen = home.tokens.stat()
    except OSError:
        return {}
    return _read(home, (seen.st_mtime_ns, seen.st_size))


@lru_cache(maxsize=4)
def _read(home: Home, _: tuple[int, int]) -> dict[int, Token]:
    """The tokens of a file as it is now; a line that cannot be read may have taken back any of those before it, so it does."""
    found: dict[int, Token] = {}
    for line in read_ledger(home.tokens, understood):
        if isinstance(line.entry, Token):
            found[line.entry.number] = line.entry
        elif line.entry is not None or not line.raw.startswith(MADE):
            number, day = line.entry or (0, "?")
            found |= {n: replace(t, revoked_on=t.revoked_on or day) for n, t in found.items() if number in (0, n)}
    return found


def unreadable(home: Home) -> list[int]:
    """The lines of the file that cannot be read."""
    return [line.number for line in read_ledger(home.tokens, understood) if line.entry is None]


def understood(row: dict[str, Any]) -> Token | tuple[int, str]:
    """A line as a token, or as the number of one that was taken back and the day; a ValueError, KeyError or TypeError where it is neither."""
    if "revoked" in row:
        return int(row["revoked"]), str(row["on"])
    made = Token(**{name: row[name] for name in Token.__dataclass_fields__ if name != "revoked_on"})
    Actor(made.name, made.role)
    date.fromisoformat(made.until)
    return made
