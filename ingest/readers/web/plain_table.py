"""Tables of a page in which nothing is hidden, raised or set apart: their markup alone says where each of their texts belongs.

Pages of one site, and the reports of one program, have the same markup round other texts. It is understood when it comes a second
time; from then on the texts are cut from between the tags and put in their places, which is several times as fast as asking the
parser for every cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ingest.model import IngestError, Span, Table
from ingest.place import Place
from ingest.readers.row_edges import OBJECT
from ingest.readers.spans import place_cells
from ingest.readers.web.html_text import BLOCK, Texts, spaced

LONGEST = 100_000  # characters of a table whose markup is remembered
REMEMBERED = 128  # kinds of markup that are kept
DEEPEST = 40  # tags inside each other in a table
_TAGS = re.compile("(<[^>]*>)")
_TAG = re.compile(r'<(/?)([a-z][a-z0-9:]*)((?: [a-z][a-z0-9:._-]*="[^"<>]*")*)>')
_ATTRIBUTE = re.compile(r' ([a-z][a-z0-9:._-]*)="([^"]*)"')
_FRAME = {"table", "thead", "tbody", "tfoot", "tr"}
_CELL = {"td", "th"}
_INSIDE = {"p", "div", "br", "span", "font", "b", "strong", "i", "em", "u", "a", "o:p"}
# Characters that mean something else where a text is put together.
_MEANT = ("\v", OBJECT)
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", "\xa0"), ("&quot;", '"'), ("&amp;", "&"))
Pieces = list[int | str]


@dataclass(frozen=True, slots=True)
class Markup:
    """What the tags of a table say: for each cell the numbers of its texts (with line breaks between them), and where it stands."""

    cells: Sequence[int | Pieces]
    spans: tuple[Span, ...]


@dataclass(slots=True)
class _Reading:
    """The cells of a table while its tags are read."""

    rows: list[list[tuple[str, str | None, str | None]]] = field(default_factory=list)
    cells: list[Pieces] = field(default_factory=list)
    inner: bool = False  # inside a cell


_known: dict[tuple[object, str], Markup | None] = {}
_seen: set[int] = set()


def plain_table(table: Any, texts: Texts, place: Place) -> Table | None:
    """The table of a parsed page; None where its markup is not known to be plain, so that the parser must be asked for each cell."""
    source = table.html if len(table.css("table")) <= 1 else None  # of tables inside each other each would hold all inner ones
    if not source or len(source) > LONGEST:
        return None
    pieces = _TAGS.split(source)
    key = texts.styles, "".join(pieces[1::2])
    markup = _known.get(key)
    if markup is None:
        if key in _known or not _is_again(hash(key)):
            return None
        if len(_known) >= REMEMBERED:
            _known.clear()
        markup = _known[key] = _understood(pieces[1::2], texts)
    if markup is None or any(character in source for character in _MEANT):
        return None
    said = pieces[0::2]
    if "&" in source:
        said = [_decoded(text) if "&" in text else text for text in said]
    return Table.of_columns([_said(cell, said) for cell in markup.cells], markup.spans, place)


def _is_again(key: int) -> bool:
    """Whether a markup comes the second time: most of what comes once never comes again, and is not worth understanding."""
    if key in _seen:
        return True
    if len(_seen) >= 64 * REMEMBERED:
        _seen.clear()
    _seen.add(key)
    return False


def _decoded(text: str) -> str:
    for entity, character in _ENTITIES:
        text = text.replace(entity, character)
    return text


def _said(cell: int | Pieces, said: list[str]) -> str:
    """The text of a cell: the lines that are drawn, without blank ones."""
    if isinstance(cell, int):
        text = said[cell]
        return text if text.isalnum() else spaced(text)
    whole = "".join([piece if isinstance(piece, str) else said[piece] for piece in cell])
    return "\n".join([line for part in whole.split("\v") if (line := spaced(part))])


def _understood(tags: list[str], texts: Texts) -> Markup | None:
    """What the tags of a table say; None where they say more than where its texts stand."""
    reading = _Reading()
    depth = 0
    for number, tag in enumerate(tags, 1):
        found = _TAG.fullmatch(tag)
        if found is None:
            return None
        is_end, name = bool(found[1]), found[2]
        attributes = {key: _decoded(value) for key, value in _ATTRIBUTE.findall(found[3])}
        depth += 0 if name == "br" else -1 if is_end else 1
        is_plain = texts.is_plain(name, attributes) and depth <= DEEPEST and not (name == "table" and number > 1 and not is_end)
        if not is_plain or not _take(reading, number, is_end, name, attributes):
            return None
    if sum(name == "td" for name in _names(tags)) <= 2:  # it may only lay out the page
        return None
    try:
        placed = place_cells(reading.rows)
    except IngestError:
        return None
    cells = [reading.cells[int(cell.text)] for cell in placed]
    spans = tuple([(c.row, c.column, c.rowspan, c.colspan) for c in placed])
    return Markup([c[0] if len(c) == 1 and isinstance(c[0], int) else c for c in cells], spans) if placed else None


def _names(tags: list[str]) -> Iterator[str]:
    return (found[2] for tag in tags if (found := _TAG.fullmatch(tag)) and not found[1])


def _take(reading: _Reading, number: int, is_end: bool, name: str, attributes: dict[str, str]) -> bool:
    """Take a tag and the text behind it, which has the same number; False for a tag that is not plain or not in its place."""
    if name in _FRAME and not reading.inner:
        if name == "tr" and not is_end:
            reading.rows.append([])
        return True
    if name in _CELL and reading.inner == is_end and reading.rows:
        reading.inner = not is_end
        if not is_end:
            reading.rows[-1].append((str(len(reading.cells)), attributes.get("rowspan"), attributes.get("colspan")))
            reading.cells.append([number])
        return True
    if name not in _INSIDE or not reading.inner:
        return False
    if name in BLOCK:
        reading.cells[-1].append("\v")
    reading.cells[-1].append(number)
    return True
