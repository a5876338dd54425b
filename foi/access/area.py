"""The area that somebody is bound to, as a person gives it: a code, the beginning of one, or a name."""

from __future__ import annotations

from contextlib import suppress

from foi.access.actor import ONE_UNIT
from foi.messages import Complaint, message
from foi.published import published
from ingest.home import Home
from ingest.units.known import registry_of

NEAR = 5  # units that are named where none was found


def area_code(home: Home, role: str, given: str) -> str:
    """The code that is meant; a Complaint where no unit has it, a name stands for several, or a clerk has no unit."""
    given = given.strip()
    if not given:
        if role == ONE_UNIT:
            raise Complaint(message("access.clerk_unit"))
        return ""
    registry = registry_of(home)
    is_begun = role != ONE_UNIT and given.isdecimal()
    if registry.by_code(given) or (is_begun and registry.search(given, 1)) or _is_published(home, given, is_begun):
        return given
    found = registry.named(given)
    if len(found) == 1:
        return found[0].unit_code
    if found:
        lines = [f"  {unit.unit_code}  {unit.full_name}" for unit in found]
        raise Complaint("\n".join([message("access.which_area", found=given), *lines]))
    near = ", ".join(f"{unit.full_name} {unit.unit_code}" for unit in registry.near(given[:40], NEAR))
    raise Complaint(message("access.bad_area", found=given[:60], near=near))


def _is_published(home: Home, code: str, is_begun: bool) -> bool:
    """Whether a unit of the published file has this code, or one that begins so: reports may be of units that no list has."""
    if not home.published.is_file():
        return False
    known = "unit_code = $1 or ($2 and starts_with(unit_code, $1))"
    with suppress(Complaint), published(home.published) as connection:
        return connection.execute(f"select 1 from dim_unit where {known} limit 1", [code, is_begun]).fetchone() is not None
    return False
