"""A person who asks for something: name, role and area, and why something may not be done."""

from __future__ import annotations

import getpass
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from foi.messages import bilingual, word_of
from ingest.units.within import within
from ingest.words.language import Text
from ingest.words.yaml_files import read_yaml

ROLES = ("reader", "clerk", "reviewer", "admin")  # each may do what those before it may
ONE_UNIT = "clerk"  # this role acts for one unit, not for what lies within it


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: `area` is the code they are bound to ("" is everything), `how` is how they came in (nobody, address, token, proxy, command)."""

    name: str
    role: str
    area: str = ""
    how: str = "nobody"
    token: int = 0  # the number of the token they came in with
    purpose: str = ""  # the one thing that token is for; with it nobody signs in

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise ValueError(f"no role {self.role!r}: one of {', '.join(ROLES)}")


NOBODY = Actor("", ROLES[0])


def this_user() -> Actor:
    """The person at this machine: who can write into the home folder may do everything."""
    try:
        name = getpass.getuser()
    except (ImportError, KeyError, OSError):  # a container may run as a number that nobody has
        name = str(os.getuid() if hasattr(os, "getuid") else 0)
    return Actor(name, ROLES[-1], "", "command")


@cache
def acts() -> dict[str, str]:
    """What can be done, each act with the least role that may do it."""
    return read_yaml(Path(__file__).parent / "acts.yaml")


def reason(actor: Actor, act: str, code: str = "") -> str:
    """Why an actor may not do an act on what has this code, in one word (no_name, role, area); empty if they may.

    Without a code the act is about everything, and whoever is bound to an area may not do it. To ask whether they may do it anywhere, ask
    for their own area.
    """
    needed = acts()[act]
    if needed == ROLES[0]:
        return ""
    if not actor.name:
        return "no_name"
    if ROLES.index(actor.role) < ROLES.index(needed):
        return "role"
    return "" if covers(actor, code) else "area"


def refusal(actor: Actor, act: str, code: str = "") -> Text | None:
    """Why an actor may not do an act on what has this unit or area code, as a sentence; None if they may."""
    why = reason(actor, act, code)
    if not why:
        return None
    return bilingual(
        f"access.refused_{why}",
        name=actor.name,
        act=word_of("access.act", act),
        role=word_of("access.role", actor.role),
        needed=word_of("access.role", acts()[act]),
        area=actor.area,
        code=code,
    )


def covers(actor: Actor, code: str) -> bool:
    """Whether a code lies within what an actor is bound to: for a clerk the one unit, for others the area and what is in it."""
    if actor.role == ONE_UNIT:
        return bool(actor.area) and code == actor.area
    return within(code, actor.area)
