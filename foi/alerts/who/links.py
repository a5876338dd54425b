"""Where a message leads: the pages of the portal that show what it tells, for each area or unit of its recipient."""

from __future__ import annotations

from urllib.parse import quote

from foi.alerts.who.subscriptions import Recipient

COUNTY = 6  # digits of the code of a county, the smallest area with a page
MOST = 3  # addresses of a message; a person of more areas finds the others from there


def links_of(recipient: Recipient, kind: str, portal: str) -> tuple[str, ...]:
    """The addresses for a message of a kind (digest, reminder, operations); none where the address of the portal is not known."""
    if not portal:
        return ()
    if kind == "operations":
        return (f"{portal}/health",)
    areas = [area for entry in recipient.entries for area in entry.areas]
    units = [unit for entry in recipient.entries for unit in entry.units if not any(unit.startswith(area) for area in areas)]
    boards = [f"{portal}/progress/{quote(area[:COUNTY])}" for area in areas]
    return tuple(dict.fromkeys([*boards, *(f"{portal}/unit/{quote(unit)}" for unit in units)]))[:MOST]
