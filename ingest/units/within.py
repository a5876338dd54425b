"""Whether a unit lies in an area, by their codes alone."""

from __future__ import annotations


def within(code: str, area: str) -> bool:
    """Whether a unit or area is the area itself or lies in it: 230883101 and 230883-… lie in 230883, 230883-ab does not lie in 230883-a."""
    return not area or code == area or code.startswith(begins(area))


def begins(area: str) -> str:
    """How the codes of what lies in an area begin, its own aside."""
    return area if area.isdecimal() else f"{area}-"
