"""What fails in a group as a page of it shows it: how many, of whom, those that one act would decide on, and some of them one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from foi.answer.failing import STATES, WAITING, Failing


@dataclass(frozen=True, slots=True)
class Listed:
    """How many there are (`n`), in which states, of which units (code and name, those with most first), and those shown on a page.

    `meant` counts those that one act is about, `seen` are the signs of the first of them.
    """

    n: int
    states: dict[str, int]
    units: list[tuple[tuple[str, str], int]]
    shown: list[Failing]
    meant: int
    seen: list[str]


def listed(found: Iterable[Failing], has_state: bool, page: range, most: int) -> Listed:
    """What was found, of which none is kept but those of the page; `most` of those meant get their signs.

    One act is about what waits; who asked for a state (`has_state`) means all that are in it, to take decisions back.
    """
    n, meant, shown, seen = 0, 0, list[Failing](), list[str]()
    states, units = Counter[str](), Counter[tuple[str, str]]()
    for one in found:
        if n in page:
            shown.append(one)
        n += 1
        states[one.state] += 1
        units[one.unit_code, one.unit_name] += 1
        if one.is_decidable and (has_state or one.state in WAITING):
            meant += 1
            if meant <= most:
                seen.append(one.seen)
    return Listed(n, {state: states[state] for state in STATES if states[state]}, units.most_common(), shown, meant, seen)
