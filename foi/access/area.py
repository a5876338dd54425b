"""The area that somebody is bound to, as a person gives it: a code, the beginning of one, or a name."""

from __future__ import annotations

from foi.access.actor import ONE_UNIT
from foi.messages import Complaint, message
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
    if registry.by_code(given):
        return given
    if given.isascii():
        if role != ONE_UNIT and given.isdecimal() and registry.search(given, 1):
            return given
    elif len(found := registry.named(given)) == 1:
        return found[0].unit_code
    elif found:
        lines = [f"  {unit.unit_code}  {unit.full_name}" for unit in found]
        raise Complaint("\n".join([message("access.which_area", found=given), *lines]))
    near = ", ".join(f"{unit.full_name} {unit.unit_code}" for unit in registry.near(given[:40], NEAR))
    raise Complaint(message("access.bad_area", found=given[:60], near=near))
