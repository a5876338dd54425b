"""Find the official numbers in running text, where tables became lines or pipes: a label, then exactly its numbers.

Digits that ran together stay unread; a missing number is a small harm, a wrong one is not.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate, zip_longest
from typing import Any, Literal

from ingest.forms import FORMS, load_forms, read_yaml
from ingest.glued import solve_challenges, solve_requests
from ingest.grid import Found, Unread
from ingest.labels import labels_of, unit_in
from ingest.model import Paragraph
from ingest.text import label_key, normalize, read_number

_NUMBERED = r"(?:(?<![\d.])\d{1,2}\s*[.、)]\s*|[(（]?\s*[一二三四五六七]\s*[)）]\s*|[一二三四五六七]\s*、\s*)?"
_NOTE = re.compile(r"\s*\((?=[^()]*[^\d\s()])[^()]*\)")
_MASK = re.compile(r"\((?=[^()|]*[\u4e00-\u9fff])[^()|]{4,80}\)")
_GLUED = re.compile(r"\s*(\d+)\s*([.、]?)\s*")
_COUNTER = re.compile(r"(\d{1,2})\s*[.、]")
_VALUE = re.compile(r"[+-]?\d[\d.,]*[^\s\d(|]{0,2}(?:\s*\([^()|]*\))?")


_SUMS = "requests_applicant_total, requests_closed_total, requests_balance"


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
        """All paragraphs, one a line; drawn rules of dashes are blanked."""
        text = "\n".join(self._lines)
        return re.sub(r"^[ |:\-]*-{3,}[ |:\-]*$", lambda m: " " * len(m[0]), text, flags=re.M)

    @cached_property
    def _lines(self) -> list[str]:
        return [normalize(p.text) for p in self.paragraphs]

    @cached_property
    def starts(self) -> list[int]:
        """Where each paragraph begins in the text."""
        lengths = [0, *(len(line) + 1 for line in self._lines)]
        return list(accumulate(lengths))[:-1]

    @cached_property
    def region(self) -> tuple[int, int]:
        """Where the tables begin and end."""
        return _region(self.text)

    def place(self, position: int) -> str:
        """The place of a position, e.g. “line 12”."""
        return self.places[max(0, bisect_right(self.starts, position) - 1)] if self.places else ""

    @cached_property
    def labels(self) -> list[Label]:
        """All labels of all forms in the region, in reading order; words inside a note in brackets are no labels."""
        start, end = self.region
        masked = _MASK.sub(lambda m: " " * len(m[0]), self.text)
        return [Label(label_key(m[0]), m.start(), m.end()) for m in _label_pattern().finditer(masked, start, end)]


def _region(text: str) -> tuple[int, int]:
    words = recognition()["table_region"]
    starts = [m.start() for w in words["start"] if (m := _loose(w).search(text))]
    if not starts:
        return 0, 0
    ends = [m.start() for w in words["end"] if (m := re.compile(_NUMBERED + _spaced(w)).search(text, min(starts)))]
    return min(starts), min(ends, default=len(text))


@cache
def recognition() -> dict[str, Any]:
    """The words by which reports are recognized (forms/recognition.yaml)."""
    return read_yaml(FORMS / "recognition.yaml")


@cache
def _loose(words: str) -> re.Pattern[str]:
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
    return re.compile(_NUMBERED + "(?:" + items + "|" + "|".join(_spaced(k) for k in keys) + ")")


def _strip_number(label: str) -> str:
    return re.sub(_NUMBERED, "", label, count=1) if re.match(_NUMBERED + r"\S", label) else label


def values_after(text: str, label: Label, end: int) -> list[tuple[str, int]] | None:
    """The values between a label and the next one, each with its position; None if the text between is not only values.

    With pipes each piece is a cell; a run of pipes with nothing between (“||”) may be a merged place or a lost blank, so
    it ends the row. Without pipes the values are the numbers separated by white space.
    """
    gap = text[label.end : end]
    if note := _NOTE.match(gap):
        gap = " " * note.end() + gap[note.end() :]
    if "|" in gap:
        return _piped(gap, label.end)
    found = []
    for match in re.finditer(r"\S+(?:\s*\([^()|]*\))?", gap):
        if not _VALUE.fullmatch(match[0]) and read_number(match[0]).state == "unreadable":
            return None
        found.append((match[0], label.end + match.start()))
    return found


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
    """The n values of a row, or nothing: blanks behind them are merged places, anything else too much is not clear."""
    if values is None or len(values) < n or any(v.strip() for v, _ in values[n:]):
        return []
    return values[:n]


def glued_digits(text: str, label: Label, end: int, counter: str) -> tuple[str, int] | None:
    """The one string of digits between a label and the next one, without the number that the next label carries in the form."""
    gap = text[label.end : end]
    if note := _NOTE.match(gap):
        gap = " " * note.end() + gap[note.end() :]
    found = _GLUED.fullmatch(gap)
    if found is None:
        return None
    digits = found[1]
    if found[2]:  # “00000002.其他…”: the 2 before the point is the next label's own
        if not counter or not digits.endswith(counter):
            return None
        digits = digits[: -len(counter)]
    return (digits, label.end + gap.index(found[1])) if digits else None


def find_flat(text: Text, form: str, table: str) -> tuple[list[Found], list[Unread]]:
    """The cells of one table of one form in running text."""
    labels = text.labels
    reader = {"disclosure": _disclosure, "requests": _requests, "challenges": _challenges}[table]
    return reader(text, labels, form)


def _spans(text: Text, labels: list[Label]) -> Iterator[tuple[Label, int]]:
    for label, following in zip_longest(labels, labels[1:]):
        yield label, following.start if following else text.region[1]


def _disclosure(text: Text, labels: list[Label], form: str) -> tuple[list[Found], list[Unread]]:
    index = labels_of(form, "disclosure")
    stop = _loose(recognition()["table_region"]["start"][3]).search(text.text)
    found, unread, header = [], [], dict[str, str]()
    fresh = False
    for label, end in _spans(text, labels):
        if stop and label.start >= stop.start():
            break
        key = index.aliases.get(label.key, label.key)
        if key in index.columns:
            header = header if fresh else {}
            header[key], fresh = text.text[label.start : end], True
        wanted = index.disclosure.get(key, ())
        if not wanted:
            continue
        fresh = False
        keys = [label_key(w.column_label) for w in wanted]
        picked = exactly(values_after(text.text, label, end), len(wanted))
        match: Literal["label", "position"] = "label" if all(k in header for k in keys) else "position"
        zeros = glued_digits(text.text, label, end, "")
        if not picked and zeros and zeros[0] == "0" * len(wanted):  # as many zeros as places can be cut in one way only
            for cell in wanted:
                place = text.place(zeros[1])
                found.append(Found(cell.row, zeros[0], place, match, "", state="derived", value="0", reason="zeros"))
        elif not picked:
            if text.text[label.end : end].strip(" |\n"):
                unread.append(Unread(text.place(label.start), text.text[label.start : end].strip()))
            continue
        for cell, k, (raw, position) in zip(wanted, keys, picked, strict=False):
            found.append(Found(cell.row, raw, text.place(position), match, unit_in(header.get(k, ""))))
    return found, unread


def _requests(text: Text, labels: list[Label], form: str) -> tuple[list[Found], list[Unread]]:
    index = labels_of(form, "requests")
    first = next(iter(index.rows.values()))
    counters = {c: m[1] for c, label in load_forms()[form].tables["requests"].rows.items() if (m := _COUNTER.match(label))}
    found, unread, begun, heading = [], [], False, ""
    glued: dict[str, tuple[str, int]] = {}
    spans = list(_spans(text, labels))
    for k, (label, end) in enumerate(spans):
        heading = label.key if label.key in index.headings else heading
        code = index.row(label.key, heading)
        begun = begun or code == first
        if label.key in challenge_labels() and begun:
            break
        if not begun or code is None:
            continue
        picked = exactly(values_after(text.text, label, end), len(index.columns))
        if not picked and text.text[label.end : end].strip(" |\n"):
            unread.append(Unread(text.place(label.start), text.text[label.start : end].strip()))
            following = index.row(spans[k + 1][0].key, heading) if k + 1 < len(spans) else None
            if digits := glued_digits(text.text, label, end, counters.get(following or "", "")):
                glued[code] = digits
        for column, (raw, position) in zip(index.columns.values(), picked, strict=False):
            found.append(Found(f"{code}.{column}", raw, text.place(position), "label"))
    solved = solve_requests(form, {code: digits for code, (digits, _) in glued.items()}) if glued and not found else {}
    for code, cut in solved.items():
        for column, number in zip(index.columns.values(), cut, strict=True):
            place = text.place(glued[code][1])
            found.append(
                Found(f"{code}.{column}", glued[code][0], place, "label", state="derived", value=str(number), reason=_SUMS)
            )
    return found, [] if solved else unread


@cache
def challenge_labels() -> frozenset[str]:
    """The row labels of table four, by which the end of table three is known."""
    return frozenset(label_key(v) for form in load_forms().values() for v in form.tables["challenges"].rows.values())


def _challenges(text: Text, labels: list[Label], form: str) -> tuple[list[Found], list[Unread]]:
    index = labels_of(form, "challenges")
    blocks, outcomes = list(index.rows.values()), list(index.columns.values())
    keys = {key.split(">")[-1]: code for key, code in index.rows.items()}
    begun = max((i for i, label in enumerate(labels) if keys.get(label.key) == blocks[0]), default=None)
    if begun is None:
        return [], []
    seen: list[str] = []
    rows: set[str] = set()
    for label, end in _spans(text, labels[begun:]):
        rows |= {keys[label.key]} if label.key in keys else set()
        column = index.columns.get(index.aliases.get(label.key, label.key))
        seen += [column] if column else []
        values = values_after(text.text, label, end) if column else None
        while values and not values[0][0].strip():  # merged places at the end of the header row
            values = values[1:]
        if values:
            picked = exactly(values, len(blocks) * len(outcomes))
            in_order = seen == outcomes * (len(seen) // len(outcomes)) and rows == set(blocks)
            wanted = [f"{b}.{o}" for b in blocks for o in outcomes]
            if picked and in_order:
                return [Found(w, raw, text.place(at), "position") for w, (raw, at) in zip(wanted, picked, strict=True)], []
            digits = glued_digits(text.text, label, end, "") if in_order else None
            if numbers := solve_challenges(form, digits[0]) if digits else []:
                place = text.place(digits[1]) if digits else ""
                cells = zip(wanted, map(str, numbers), strict=True)
                why = "challenges_total"
                return [
                    Found(w, digits[0], place, "position", state="derived", value=v, reason=why) for w, v in cells if digits
                ], []
            return [], [Unread(text.place(label.end), text.text[label.end : end].strip())]
    return [], []
