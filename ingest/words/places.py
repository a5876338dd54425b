"""A place in the source in words: 第2页第1张表第4行第3列, or page 2 table 1 row 4 column 3."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from ingest.place import Part, Place
from ingest.words.language import Text
from ingest.words.yaml_files import WORDS, read_yaml

_META = re.compile(r"meta (?P<name>.+)")
_AMONG_WORDS = re.compile(r"\b(?:page|table|paragraph|line|byte|row|column) \d+(?: (?:table|row|column) \d+)*")


@cache
def _words() -> dict[str, Any]:
    return read_yaml(WORDS / "places.yaml")


def place_text(place: str) -> Text:
    """A place in Chinese and in English; a path or a name is the same in both."""
    where, words = Place(place), _words()
    if meta := _META.fullmatch(place):
        return Text(words["title"] if meta["name"] == "<title>" else words["attribute"].format(**meta.groupdict()), place)
    if not where.parts:
        return Text(place, place)
    sheet = words["sheet"].format(name=where.sheet) if where.sheet else ""
    return Text(
        sheet
        + "".join(_step(before, part) for before, part in zip((None, *where.parts), where.parts, strict=False))
        + _box(where),
        place,
    )


def places_in(text: str) -> str:
    """A text in which places stand among other words, with the places in Chinese."""
    return _AMONG_WORDS.sub(lambda found: place_text(found[0]).zh, text)


def _step(before: Part | None, part: Part) -> str:
    """One step of a place; rows that are counted from a line, or within rows of a sheet, say so."""
    words = _words()
    kind = "rows" if part.last > part.first else part.kind
    if before and part.kind == "row" and before.kind in ("row", "line"):
        kind = "row_within" if before.kind == "row" else "row_from"
    return str(words[kind].format(n=part.first, last=part.last))


def _box(place: Place) -> str:
    words, box, inside = _words(), place.box, place.shown_inside
    if box is None:
        return words["box"].format(inside=inside) if inside else ""
    x, y = (inside.split(f"{axis} ")[1].split(",")[0] for axis in ("x", "y"))
    return str(words["box"].format(inside=words["rectangle"].format(page=box.page, x=x, y=y)))
