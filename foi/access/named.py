"""Who is behind a name that a proxy tells: access.yaml in the home folder gives names a role and an area; who is not in it reads."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from foi.access.actor import ONE_UNIT, ROLES, Actor
from foi.located_yaml import Located, read_located
from ingest.home import Home

KEYS = ("role", "area")
NAME = 100  # characters of a name that are kept


def named_actor(home: Home, name: str) -> Actor:
    """Who has this name; a Complaint where access.yaml cannot be understood, so that nobody gets a right by a mistake in it."""
    return roles(home).get(name, Actor(name[:NAME], ROLES[0], "", "proxy"))


def roles(home: Home) -> dict[str, Actor]:
    """All names of access.yaml; none without the file."""
    try:
        seen = home.access.stat()
    except OSError:
        return {}
    return _read(home.access, (seen.st_mtime_ns, seen.st_size))


@lru_cache(maxsize=2)
def _read(path: Path, _: tuple[int, int]) -> dict[str, Actor]:
    top = read_located(path, "access").mapping("people", ("people",))
    people = top.get("people")
    if people is None or not isinstance(people.content, dict):
        raise (people or Located("", 1, path, "access")).wrong("not_a_mapping", key="people")
    return {name: _actor(name, part) for name, part in people.content.items()}


def _actor(name: str, part: Located) -> Actor:
    given = part.mapping(name, KEYS)
    if "role" not in given:
        raise part.wrong("missing", key="role")
    role = given["role"].word("role")
    if role not in ROLES:
        raise given["role"].wrong("not_a_role", found=role, options=", ".join(ROLES))
    area = given["area"].word("area") if "area" in given else ""
    if role == ONE_UNIT and not area:
        raise part.wrong("missing", key="area")
    return Actor(name, role, area, "proxy")
