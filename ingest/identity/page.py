"""A document as the search for its unit and year sees it: the lines at its top and end, without spaces, each with its place."""

from __future__ import annotations

import re
from functools import cache, cached_property, lru_cache
from typing import Any

from ingest.model import Document, Paragraph, Table
from ingest.words.text import normalize
from ingest.words.yaml_files import WORDS, read_yaml

HEAD = 14  # paragraphs at the top of a page in which a title can stand
BODY = 60  # paragraphs in which the period can be named
HEADING = 30  # characters a heading has at most
CLOSING = 12  # paragraphs behind the heading of the last part in which a signature can stand
TAIL = 8  # paragraphs at the end in which a signature can stand
INDEX = 60  # cells an index block has at most

Line = tuple[str, str]  # place, text without spaces

_SPACE = re.compile(r"\s+")


@cache
def words() -> dict[str, Any]:
    """The words and patterns that say whose report it is (words/identity.yaml)."""
    return read_yaml(WORDS / "identity.yaml")


@cache
def patterns(name: str) -> tuple[re.Pattern[str], ...]:
    """The patterns of one list of identity.yaml."""
    found = words()[name]
    return tuple(re.compile(p) for p in ([found] if isinstance(found, str) else found))


@lru_cache(512)  # the same lines are looked at for titles, unit, year and kind of the document
def squeeze(text: str) -> str:
    """Text in half-width forms without spaces, with years in digits."""
    return patterns("spelled_years")[0].sub(_digits, _SPACE.sub("", normalize(text)))


def _digits(year: re.Match[str]) -> str:
    return "".join(str(words()["spelled_digits"].get(c, c)) for c in year[0])


class Page:
    """The lines of a document that can say whose report it is; each is brought to one spelling once."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.paragraphs = [b for b in document.blocks if isinstance(b, Paragraph)]

    @property
    def is_recognized(self) -> bool:
        """Whether the text was read from a picture, so that single characters may be wrong."""
        return self.document.reader == "scan"

    @cached_property
    def body(self) -> list[Line]:
        """The first paragraphs."""
        return [(p.place, squeeze(p.text)) for p in self.paragraphs[:BODY]]

    @cached_property
    def head(self) -> list[Line]:
        """The top of the text, above the first large table and the last part: what is below may link to other reports."""
        last = patterns("last_part")[0]
        end = next((i for i, (_, text) in enumerate(self.body[:HEAD]) if i and len(text) < HEADING and last.search(text)), HEAD)
        above = self._above_tables
        return self.body[: min(end, above or HEAD)]

    @cached_property
    def _above_tables(self) -> int | None:
        """How many paragraphs stand above the first large table; None if there is no such table."""
        blocks = self.document.blocks
        at = next((i for i, b in enumerate(blocks) if isinstance(b, Table) and len(b.texts) > INDEX), None)
        return None if at is None else sum(isinstance(b, Paragraph) for b in blocks[:at])

    @cached_property
    def tail(self) -> list[Line]:
        """The last paragraphs."""
        return [(p.place, squeeze(p.text)) for p in self.paragraphs[-TAIL:]]

    @cached_property
    def closing(self) -> list[Line]:
        """What follows the heading of the last part: a page may have much below the signature."""
        last = patterns("last_part")[0]
        at = next((i for i in reversed(range(len(self.paragraphs))) if last.search(squeeze(self.paragraphs[i].text[:60]))), None)
        return [] if at is None else [(p.place, squeeze(p.text)) for p in self.paragraphs[at + 1 : at + 1 + CLOSING]]

    @property
    def before_tables(self) -> list[Line]:
        """The lines above the first large table, below the top of the text: a menu may stand above the title."""
        return [(p.place, squeeze(p.text)) for p in self.paragraphs[HEAD : self._above_tables or 0]]

    @cached_property
    def text(self) -> str:
        """All running text as it stands, one paragraph a line."""
        return "\n".join(p.text for p in self.paragraphs)

    @cached_property
    def index(self) -> dict[str, Line]:
        """The index block at the top of a page, drawn as a table: what stands beside each label."""
        table = next((b for b in self.document.blocks if isinstance(b, Table)), None)
        if table is None or len(table.texts) > INDEX:
            return {}
        by_place = {(c.row, c.column): c for c in table.cells}
        found: dict[str, Line] = {}
        for cell in table.cells:
            if right := by_place.get((cell.row, cell.column + cell.colspan)):
                found.setdefault(squeeze(cell.text).rstrip(":"), (table.place.inside(row=cell.row + 1), squeeze(right.text)))
        return found

    def meta(self, names: list[str]) -> list[Line]:
        """What the page says about itself under these names."""
        meta = self.document.meta
        return [(f"meta {k}", squeeze(meta[k])) for k in names if meta.get(k)]
