"""Split the running text of a report into its parts at the headings; every other character stays as it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from ingest.model import Document, Paragraph
from ingest.words.headings import words
from ingest.words.text import normalize, traditional

Sections = dict[str, list[Paragraph]]
TABLE_PARTS = ("disclosure", "requests", "challenges")
COUNTED_PARTS = ("introduction", "overview", "tables", "problems", "other")
# Left behind by a word processor's export; what follows it still begins the line.
_BOOKMARK = re.compile(r"\[bookmark: \w+\]")


@dataclass(frozen=True, slots=True)
class _Heading:
    """A heading as found: the part it names, the style of its number ("" if none), where it stands, whether it stands alone."""

    part: str
    style: str
    start: int
    end: int
    alone: bool


def _spaced(title: str) -> str:
    return r"\s*".join(re.escape(c) for c in normalize(title))


@cache
def _heading() -> re.Pattern[str]:
    """A heading alone in its paragraph, or after its number inside a long one."""
    styles: dict[str, str] = words()["heading_numbers"]
    number = "|".join(f"(?P<{style}>{pattern})" for style, pattern in styles.items())
    ahead = "|".join(styles.values())
    parts = []
    for part, titles in words()["headings"].items():
        parts.append(f"(?P<{part}>{'|'.join(_spaced(t) for t in sorted(titles, key=len, reverse=True))})")
    return re.compile(rf"(?:^|(?<=[。\]\s])|(?={ahead}))\s*(?:{number})?\s*(?:{'|'.join(parts)})[:：。]?\s*")


@cache
def _endings() -> re.Pattern[str]:
    """One character that every heading ends with: most lines hold none of them and need no closer look."""
    last = {normalize(t)[-1] for titles in words()["headings"].values() for t in titles}
    last |= {c for c in traditional() if normalize(c) in last}
    return re.compile("[" + "".join(sorted(last)) + "]")


def split_sections(document: Document) -> Sections:
    """Parts introduction, overview, tables, problems, other; each paragraph (or piece of one with headings inside) in one part."""
    lines = [(block, list(_headings(block.text))) for block in document.blocks if isinstance(block, Paragraph)]
    known = _Known([h for _, headings in lines for h in headings])
    sections: Sections = {"introduction": []}
    part = "introduction"
    for block, headings in lines:
        start = 0
        for heading in headings:
            name = known.part_after(heading, part)
            if name is None:
                continue
            sections.setdefault(part, []).extend(_piece(block, start, heading.start))
            part, start = name, heading.end
        sections.setdefault(part, []).extend(_piece(block, start, len(block.text)))
    return sections


class _Known:
    """The headings of one report taken together: they tell an older report from a newer one, and a part from a subsection."""

    def __init__(self, headings: list[_Heading]) -> None:
        names = {h.part for h in headings}
        # Before the form of 2019 all seven parts were prose; offices went on writing so for some years.
        self._older = "requests" not in names and bool({"fees", "older"} & names)
        self._main = {h.part for h in headings if h.alone and h.style == "chapter"}
        self._seen: set[str] = set()

    def part_after(self, heading: _Heading, part: str) -> str | None:
        """The part that begins at a heading, or None where it only heads a subsection or is spoken of."""
        name = heading.part
        if not (heading.alone or heading.style) or (not heading.alone and name == "overview" and part != "introduction"):
            return None
        if name in self._main and not (heading.alone and heading.style == "chapter"):
            return None
        if name == "older":
            return "overview" if self._older and part in ("introduction", "overview") else None
        again = name in self._seen
        self._seen.add(name)
        late = part in ("problems", "other")
        if name == "fees":
            return "other" if late or part == "tables" else "overview"
        if name in TABLE_PARTS:
            return self._table_part(late, again)
        return name

    def _table_part(self, late: bool, again: bool) -> str:
        """Tables; but old items that stand after part five, or once more, are prose and are counted."""
        if late and (again or "fees" in self._seen):
            return "other"
        return "overview" if self._older and not late else "tables"


def _headings(source: str) -> Iterator[_Heading]:
    if not _endings().search(source):
        return
    text, places = _aligned(source)
    styles = words()["heading_numbers"]
    for found in _heading().finditer(text):
        alone = not _BOOKMARK.sub("", text[: found.start()]).strip() and not text[found.end() :].strip()
        part = next(p for p in words()["headings"] if found[p])
        style = next((s for s in styles if found[s]), "")
        yield _Heading(part, style, places[found.start()], places[found.end() - 1] + 1, alone)


@cache
def _letter(char: str) -> str:
    return normalize(char)


def _aligned(source: str) -> tuple[str, Sequence[int]]:
    """The text in one spelling, and for each of its characters the place in the source it came from."""
    pieces = list(map(_letter, source))
    text = "".join(pieces)
    if len(text) == len(source) and "" not in pieces:
        return text, range(len(source))
    return text, [i for i, piece in enumerate(pieces) for _ in piece]


def _piece(block: Paragraph, start: int, end: int) -> list[Paragraph]:
    text = block.text[start:end]
    return [Paragraph(text, block.place)] if text.strip() else []
