"""A table that became running text: the part of a document where the tables stand, the labels in it, and the values between them."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate

from ingest.law.forms import load_forms
from ingest.law.statutory import names_another_period
from ingest.model import Paragraph
from ingest.place import Place
from ingest.words.text import is_spoiled, label_key, normalize, read_number
from ingest.words.yaml_files import recognition

NOTE = re.compile(r"\s*\((?=[^()]*[^\d\s()])[^()]*\)")
_MASK = re.compile(r"\((?=[^()|]*[\u4e00-\u9fff])[^()|]{4,80}\)")
_GLUED = re.compile(r"\s*(\d+)\s*([.、]?)\s*")
MERGED = {"", " ", "\n", " \n"}  # between pipes: no cell at all; a blank cell has room on both sides, or a line of its own
_VALUE = re.compile(r"[+-]?\d[\d.,]*[^\s\d(|]{0,2}(?:\s*\([^()|]*\))?")


_SPACES = re.compile(r"[^\S\n]{40,}")


def _is_rule(line: str) -> bool:
    return "---" in line and not line.strip(" |:-")


@dataclass(frozen=True, slots=True)
class Label:
    """One label found in the text: what it is (row, column, heading, word), its key, and where it begins and ends."""

    key: str
    start: int
    end: int


class Text:
    """The part of a document where the tables stand, as one normalized text, with the labels in it."""

    def __init__(self, paragraphs: list[Paragraph]) -> None:
        self.paragraphs = paragraphs
        self.places = [p.place for p in paragraphs]

    @cached_property
    def text(self) -> str:
        """All paragraphs, one a line."""
        return "\n".join(self._lines)

    @cached_property
    def _lines(self) -> list[str]:
        """The paragraphs in one spelling, without drawn rules of dashes; long stretches of spaces would cost time without end."""
        return [
            "\n".join("" if _is_rule(line) else _SPACES.sub(" ", line) for line in normalize(p.text).split("\n"))
            for p in self.paragraphs
        ]

    @cached_property
    def starts(self) -> list[int]:
        """Where each paragraph begins in the text."""
        lengths = [0, *(len(line) + 1 for line in self._lines)]
        return list(accumulate(lengths))[:-1]

    @cached_property
    def region(self) -> tuple[int, int]:
        """Where the tables begin and end."""
        return _region(self.text)

    def place(self, position: int) -> Place:
        """The place of a position, e.g. “line 12”."""
        return self.places[max(0, bisect_right(self.starts, position) - 1)] if self.places else Place()

    def place_of(self, raw: str, position: int) -> Place:
        """The place of a value that begins at a position: where its first sign stands, which may be lines below its label's."""
        return self.place(position + len(raw) - len(raw.lstrip()) if raw.strip() else position)

    def stands_alone(self, label: Label) -> bool:
        """Whether a label is a cell or a line of its own, with at most its numbers behind it: no word of a sentence."""
        before, after = self.text[label.start - 1 : label.start], self.text[label.end : label.end + 1]
        return before in ("", " ", "|", "\n") and after in ("", " ", "|", "\n")

    @cached_property
    def labels(self) -> list[Label]:
        """All labels of all forms in the region, in reading order; words inside a note in brackets are no labels."""
        start, end = self.region
        masked = _MASK.sub(lambda m: " " * len(m[0]), self.text)
        return [Label(label_key(m[0]), m.start(), m.end()) for m in _label_pattern().finditer(masked, start, end)]


def _region(text: str) -> tuple[int, int]:
    """From the first heading of a table to the heading behind the last word that stands in tables alone; a list of the parts is none."""
    words = recognition()["table_region"]
    titles = {w for table in ("disclosure", "requests") for w in recognition()["section_headings"][table]}
    starts = [m.start() for w in {*words["start"], *titles} if (m := heading_pattern(w).search(text))]
    if not starts:
        return 0, 0
    last = max((m.end() for w in words["inside"] for m in loose(w).finditer(text)), default=0)
    ends = [m.start() for w in words["end"] if (m := heading_pattern(w, False).search(text, max(last, min(starts))))]
    return min(starts), min(ends, default=len(text))


@cache
def numbered() -> str:
    """The pattern of the number that may stand before a heading or a label."""
    return f"{recognition()['numbered']}?"


@cache
def heading_pattern(words: str, is_whole: bool = True) -> re.Pattern[str]:
    """Words where they are a heading: with a number, or at the beginning of a line or a cell; and not listed or spoken of."""
    before, after = recognition()["heading_before"], recognition()["heading_after"]
    begins = f"(?:(?:^|(?<={before})){numbered()}|{recognition()['numbered']})"
    return re.compile(begins + _spaced(words) + (rf"(?!\s*{after})" if is_whole else ""))


@cache
def loose(words: str) -> re.Pattern[str]:
    """Words as they stand in a text, with white space anywhere between their characters."""
    return re.compile(_spaced(words))


def _spaced(words: str) -> str:
    return r"\s*".join(re.escape(c) for c in normalize(words) if not c.isspace())


@cache
def _label_pattern() -> re.Pattern[str]:
    words: set[str] = set(recognition()["furniture"]) | {w for v in recognition()["section_headings"].values() for w in v}
    for form in load_forms().values():
        for table in form.tables.values():
            words |= {*table.rows.values(), *table.columns.values(), *(u for u in table.under.values() if u)}
            words |= {text for c in table.cells if c.column is None for text in (c.row_label, c.column_label)}
            words |= set(table.aliases)
    keys = sorted({_strip_number(normalize(w)) for w in words}, key=len, reverse=True)
    items = recognition()["items"]
    return re.compile(numbered() + "(?:" + items + "|" + "|".join(_spaced(k) for k in keys) + ")")


def _strip_number(label: str) -> str:
    return re.sub(numbered(), "", label, count=1) if re.match(numbered() + r"\S", label) else label


def values_after(text: str, label: Label, end: int) -> list[tuple[str, int]] | None:
    """The values between a label and the next one, each with its position; None if the text between is not only values.

    With pipes each piece is a cell; a run of pipes with nothing between (“||”) may be a merged place or a lost blank, so
    it ends the row. Without pipes the values are the numbers separated by white space.
    """
    gap = _without_note(text[label.end : end])
    if "|" in gap:
        return _piped(gap, label.end)
    found = []
    for match in re.finditer(r"\S+(?:\s*\([^()|]*\))?", gap):
        if not (_VALUE.fullmatch(match[0]) or is_spoiled(match[0])) and read_number(match[0]).state == "unreadable":
            return None
        found.append((match[0], label.end + match.start()))
    return found


def _without_note(gap: str) -> str:
    """What follows a label, its note blanked; a note that speaks of another year stays, and no value is read behind it."""
    note = NOTE.match(gap)
    return gap if note is None or names_another_period(note[0]) else " " * note.end() + gap[note.end() :]


def _piped(gap: str, offset: int) -> list[tuple[str, int]] | None:
    pieces, position = [], offset
    for piece in gap.split("|"):
        pieces.append((piece, position))
        position += len(piece) + 1
    # The first piece is the rest of the label's own cell, the last one begins the next label's cell.
    if pieces[0][0].strip() or pieces[-1][0].strip():
        return None
    values: list[tuple[str, int]] = []
    for piece, position in pieces[1:-1]:
        if piece == "" and any(v.strip() for v, _ in values):
            break
        values.append((piece, position))
    return values


def exactly(values: list[tuple[str, int]] | None, n: int) -> list[tuple[str, int]]:
    """The n values of a row, or nothing: pipes with nothing between are merged places, any other cell too much is not clear."""
    if values is None or len(values) < n or any(v not in MERGED for v, _ in values[n:]):
        return []
    return values[:n]


def glued_digits(text: str, label: Label, end: int, counter: str) -> tuple[str, int] | None:
    """The one string of digits between a label and the next one, without the number that the next label carries in the form."""
    gap = _without_note(text[label.end : end])
    found = _GLUED.fullmatch(gap)
    if found is None:
        return None
    digits = found[1]
    if found[2]:  # “00000002.其他…”: the 2 before the point is the next label's own
        if not counter or not digits.endswith(counter):
            return None
        digits = digits[: -len(counter)]
    return (digits, label.end + gap.index(found[1])) if digits else None
