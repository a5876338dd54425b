"""Find the official numbers in running text, where tables became lines or pipes: a label, then exactly its numbers.

Digits that ran together stay unread; a missing number is a small harm, a wrong one is not.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate, pairwise, zip_longest
from typing import Any, Literal

from ingest.forms import FORMS, load_forms, read_yaml
from ingest.glued import solve_challenges, solve_requests
from ingest.grid import Found, Unread
from ingest.labels import Labels, labels_of, unit_in
from ingest.model import Paragraph
from ingest.text import label_key, normalize, read_number

_NUMBERED = r"(?:(?<![\d.])\d{1,2}\s*[.、)]\s*|[(（]?\s*[一二三四五六七]\s*[)）]\s*|[一二三四五六七]\s*、\s*)?"
_NOTE = re.compile(r"\s*\((?=[^()]*[^\d\s()])[^()]*\)")
_MASK = re.compile(r"\((?=[^()|]*[\u4e00-\u9fff])[^()|]{4,80}\)")
_GLUED = re.compile(r"\s*(\d+)\s*([.、]?)\s*")
_COUNTER = re.compile(r"(\d{1,2})\s*[.、]")
_MERGED = {"", " ", "\n", " \n"}  # between pipes: no cell at all; a blank cell has room on both sides, or a line of its own
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
    """The n values of a row, or nothing: pipes with nothing between are merged places, any other cell too much is not clear."""
    if values is None or len(values) < n or any(v not in _MERGED for v, _ in values[n:]):
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


@cache
def _beside() -> frozenset[str]:
    return frozenset(label_key(w) for w in recognition()["furniture"])


def _in_order(keys: list[str], header: dict[str, str]) -> bool:
    return [k for k in header if k in keys] == [k for k in keys if k in header]


def _is_strange(gap: str, before: bool, is_column: bool, is_beside: bool) -> bool:
    """Whether a header holds a column that the form does not have: words behind one of its own that are no note."""
    if not (is_column or is_beside):
        return before
    return bool(_NOTE.sub("", gap).strip(" |\n")) or (before and is_column)


def _disclosure(text: Text, labels: list[Label], form: str) -> tuple[list[Found], list[Unread]]:
    index = labels_of(form, "disclosure")
    stop = _loose(recognition()["table_region"]["start"][3]).search(text.text)
    found, unread, header = [], [], dict[str, str]()
    fresh = strange = False
    for label, end in _spans(text, labels):
        if stop and label.start >= stop.start():
            break
        key = index.aliases.get(label.key, label.key)
        if key in index.columns:
            header = header if fresh else {}
            header[key], fresh = text.text[label.start : end], True
        strange = _is_strange(text.text[label.end : end], strange, key in index.columns, key in _beside())
        wanted = index.disclosure.get(key, ())
        if not wanted:
            continue
        fresh = False
        keys = [label_key(w.column_label) for w in wanted]
        is_clear = len(keys) == 1 or (not strange and _in_order(keys, header))
        picked = exactly(values_after(text.text, label, end) if is_clear else None, len(wanted))
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
    begins = next((k for k, (label, _) in enumerate(spans) if index.row(label.key, "") == first), 0)
    if not _is_header(text, labels[: begins + 1], index):
        return [], [Unread(text.place(labels[begins].start), text.text[labels[begins].start : spans[begins][1]].strip())]
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


def _is_header(text: Text, labels: list[Label], index: Labels) -> bool:
    """Whether the column words directly above the last of the labels, a row, are in the order in which a table is written out."""
    words: list[str] = []
    for label, following in reversed(list(pairwise(labels))):
        if text.text[label.end : following.start].strip(" |\n"):
            break
        if column := index.columns.get(index.aliases.get(label.key, label.key)):
            words.insert(0, column)
    order = list(index.columns.values())
    # The word for all stands behind the first column where the others stand in a row below, or behind them.
    inner = [w for w in words if w != order[-1]]
    return inner == [c for c in order[:-1] if c in inner] and (not inner or words[:1] != order[-1:] or inner[0] != order[0])


@cache
def challenge_labels() -> frozenset[str]:
    """The row labels of table four, by which the end of table three is known."""
    return frozenset(label_key(v) for form in load_forms().values() for v in form.tables["challenges"].rows.values())


def _challenges(text: Text, labels: list[Label], form: str) -> tuple[list[Found], list[Unread]]:
    index = labels_of(form, "challenges")
    keys = {key.split(">")[-1]: code for key, code in index.rows.items()}
    first = next(iter(index.rows.values()))
    begun = [i for i, label in enumerate(labels) if keys.get(label.key) == first]
    tables = [_challenges_from(text, labels, i, form) for i in begun]
    unread = [u for _, lost in tables for u in lost]
    # Of two tables one of which is not clear, the other may be the one that does not count.
    return ([], unread) if unread else ([f for found, _ in tables for f in found], [])


def _challenges_from(text: Text, labels: list[Label], begun: int, form: str) -> tuple[list[Found], list[Unread]]:
    """Table four from the first word of its header on, up to the next such table."""
    index = labels_of(form, "challenges")
    blocks, outcomes = list(index.rows.values()), list(index.columns.values())
    keys = {key.split(">")[-1]: code for key, code in index.rows.items()}
    if (
        begun
        and labels[begun - 1].key in index.headings
        and not text.text[labels[begun - 1].end : labels[begun].start].strip(" |\n")
    ):
        return [], []  # the lawsuits stand first
    seen: list[str] = []
    rows: list[str] = []
    for i, (label, end) in enumerate(_spans(text, labels[begun:])):
        if i and keys.get(label.key) == blocks[0]:
            break
        rows += [keys[label.key]] if label.key in keys else []
        column = index.columns.get(index.aliases.get(label.key, label.key))
        seen += [column] if column else []
        values = values_after(text.text, label, end) if column else None
        while values and values[0][0] in _MERGED:  # merged places at the end of the header row
            values = values[1:]
        if values:
            in_order = seen == outcomes * (len(seen) // len(outcomes)) and rows == blocks
            return _fifteen(text, label, end, exactly(values, len(blocks) * len(outcomes)) if in_order else [], in_order, form)
    return [], []


def _fifteen(
    text: Text, label: Label, end: int, picked: list[tuple[str, int]], in_order: bool, form: str
) -> tuple[list[Found], list[Unread]]:
    """The numbers of table four behind the last word of its header, apart or run together."""
    index = labels_of(form, "challenges")
    wanted = [f"{b}.{o}" for b in index.rows.values() for o in index.columns.values()]
    if picked:
        return [Found(w, raw, text.place(at), "position") for w, (raw, at) in zip(wanted, picked, strict=True)], []
    digits = glued_digits(text.text, label, end, "") if in_order else None
    numbers = solve_challenges(form, digits[0]) if digits else []
    if not digits or not numbers:
        return [], [Unread(text.place(label.end), text.text[label.end : end].strip())]
    place, why = text.place(digits[1]), "challenges_total"
    return [
        Found(w, digits[0], place, "position", state="derived", value=str(v), reason=why)
        for w, v in zip(wanted, numbers, strict=True)
    ], []
