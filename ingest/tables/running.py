"""Find the official numbers in running text, where tables became lines or pipes: a label, then exactly its numbers.

Digits that ran together stay unread; a missing number is a small harm, a wrong one is not. As in drawn tables, the words above the
numbers decide which table it is: what stands under other heads belongs to another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import zip_longest
from typing import NamedTuple

from ingest.law.forms import load_forms
from ingest.law.labels import Labels, labels_of, unit_in
from ingest.law.statutory import is_alike, is_beside, is_year, marks_table_two, measures, names_another_period
from ingest.tables.drawn import Found, Unread
from ingest.tables.glued_digits import solve_challenges, solve_requests
from ingest.tables.running_region import MERGED, NOTE, Label, Text, exactly, glued_digits, values_after
from ingest.words.text import label_key
from ingest.words.yaml_files import recognition

_COUNTER = re.compile(r"(\d{1,2})\s*[.、]")
_PIECES = re.compile(r"[^|\s]+")
_PROSE = re.compile(r"[。;:][^|\n]*\n")  # the lines between a heading and its table
_SUMS = "requests_applicant_total, requests_closed_total, requests_balance"
NEAR = 400  # characters before the first label, in which the heads of its table stand
Numbers = tuple[list[Found], list[Unread]]


def find_flat(text: Text, form: str, table: str) -> Numbers:
    """The cells of one table of one form in running text."""
    labels = text.labels
    reader = {"disclosure": _disclosure, "requests": _requests, "challenges": _challenges}[table]
    return reader(text, labels, form)


def _spans(labels: list[Label], end: int) -> Iterator[tuple[Label, int]]:
    for label, following in zip_longest(labels, labels[1:]):
        yield label, following.start if following else end


@cache
def _behind_two() -> frozenset[str]:
    """The headings of tables three and four, and the rows that no other table has: behind one of them no header of table two holds."""
    indexes = [labels_of(form, "requests") for form in load_forms()]
    titles = {label_key(w) for table in ("requests", "challenges") for w in recognition()["section_headings"][table]}
    return frozenset(titles | {key for index in indexes for key, code in index.rows.items() if code in index.own})


@cache
def _columns_of_two() -> frozenset[str]:
    """The column heads of table two in all forms: where another form's begins, the header before it ends."""
    return frozenset(key for form in load_forms() for key in labels_of(form, "disclosure").columns)


@cache
def _beside() -> frozenset[str]:
    return frozenset(label_key(w) for w in recognition()["furniture"])


class _Header:
    """The words above the numbers of table two in running text, in their order."""

    def __init__(self, is_marked: bool = False) -> None:
        self.words: dict[str, str] = {}
        self.is_marked = is_marked  # stands below an item of Art. 20 or beside the heading that the form draws there
        self.is_strange = False  # holds a column that the form does not have, or one twice

    def add(self, key: str, said: str) -> None:
        """Note a column word."""
        self.is_strange |= key in self.words
        self.words[key] = said

    def covers(self, keys: list[str]) -> bool:
        """Whether the numbers of a row can be told apart: each under its word, in the order of the form."""
        said = [k for k in self.words if k in keys]
        return said == keys and not self.is_strange


class _Row(NamedTuple):
    """A row label and its numbers, or what was left unread; `stands_alone` if it is a label there and no word of a sentence."""

    is_marked: bool
    key: str
    item: str
    found: list[Found]
    lost: list[Unread]
    stands_alone: bool


def _agreed(rows: list[_Row]) -> Numbers:
    """The numbers of rows; of a row that stands twice and is not clear in one place, the other may be another year's."""
    unclear = {row.key for row in rows if row.stands_alone and not row.found}
    lost = [u for row in rows for u in row.lost]
    lost += [Unread(row.found[0].place, " | ".join(f.raw for f in row.found)) for row in rows if row.found and row.key in unclear]
    return [f for row in rows if row.key not in unclear for f in row.found], lost


def _is_strange(gap: str, before: bool, is_column: bool, may_stand: bool) -> bool:
    """Whether a header holds a column that the form does not have: words behind one of its own that are no note."""
    if not (is_column or may_stand):
        return before
    return any(not is_beside(p) for p in _PIECES.findall(NOTE.sub("", gap))) or (before and is_column)


def _disclosure(text: Text, labels: list[Label], form: str) -> Numbers:
    index = labels_of(form, "disclosure")
    other = _behind_two()
    rows: list[_Row] = []
    header, fresh, strange, marked = _Header(), False, False, False
    for label, end in _spans(labels, text.region[1]):
        if label.key in other:
            header, fresh, marked = _Header(), False, False
        key, gap = index.aliases.get(label.key, label.key), text.text[label.end : end]
        is_column = key in index.columns or label.key in _columns_of_two()
        if is_column:
            header = header if fresh else _Header(marked)
            header.add(key, text.text[label.start : end])
            fresh = True
        strange = _is_strange(gap, strange, is_column, key in _beside())
        marked = key in _beside() or marks_table_two(text.text[label.start : label.end]) or (marked and is_column)
        wanted = index.disclosure.get(key, ())
        if not wanted:
            continue
        fresh = False
        keys = [label_key(w.column_label) for w in wanted]
        header.is_strange |= strange
        found = _row_of_two(text, label, end, form, header) if header.covers(keys) else []
        lost = [] if found or not gap.strip(" |\n") else [Unread(text.place(label.start), text.text[label.start : end].strip())]
        rows.append(_Row(header.is_marked, key, wanted[0].item, found, lost, text.stands_alone(label)))
    # Without the items and headings of the form, rows of several items are needed: licenses and penalties alone are other tables', too.
    plain = len({row.item for row in rows if row.found and not row.is_marked}) >= measures()["items"]
    return _agreed([row for row in rows if row.is_marked or plain])


def _row_of_two(text: Text, label: Label, end: int, form: str, header: _Header) -> list[Found]:
    """The numbers of a row of table two that stands under its header."""
    wanted = labels_of(form, "disclosure").disclosure[labels_of(form, "disclosure").aliases.get(label.key, label.key)]
    units = [unit_in(header.words[label_key(w.column_label)]) for w in wanted]
    picked = exactly(values_after(text.text, label, end), len(wanted))
    if not picked:
        zeros = glued_digits(text.text, label, end, "")
        if not zeros or zeros[0] != "0" * len(wanted):
            return []
        # As many zeros as places can be cut in one way only.
        at = text.place(zeros[1])
        return [Found(w.row, zeros[0], at, "label", "", state="derived", value="0", reason="zeros") for w in wanted]
    cells = zip(wanted, units, picked, strict=True)
    return [Found(w.row, raw, text.place_of(raw, position), "label", unit) for w, unit, (raw, position) in cells]


class _Heads(NamedTuple):
    """The column words directly above the first row of a table three, and whether others stand among them."""

    words: list[str]
    is_strange: bool

    def prove(self, index: Labels, named: int) -> bool:
        """Whether they are those of table three, in the order in which a table is written out; without any, many rows are needed."""
        order = list(index.columns.values())
        # The word for all stands behind the first column where the others stand in a row below, or behind them.
        inner = [w for w in self.words if w != order[-1]]
        in_order = inner == [c for c in order[:-1] if c in inner] and len(set(self.words)) == len(self.words)
        in_order = in_order and (not inner or self.words[:1] != order[-1:] or inner[0] != order[0])
        enough = len(self.words) >= measures()["heads"] or named >= measures()["rows_without_heads"]
        return in_order and enough and not self.is_strange


def _heads_above(text: Text, labels: list[Label], row: int, index: Labels) -> _Heads:
    words: list[str] = []
    pieces: list[str] = []
    for k in range(row - 1, -2, -1):
        # The region may begin with the row itself, and its heads stand before it.
        begin = labels[k].end if k >= 0 else max(0, text.region[0] - NEAR)
        gap = text.text[begin : labels[k + 1].start]
        pieces += _PIECES.findall(NOTE.sub("", _PROSE.split(gap)[-1]))
        if k < 0 or _PROSE.search(gap):
            break
        column = index.columns.get(index.aliases.get(labels[k].key, labels[k].key))
        if not column and labels[k].key not in index.headings and labels[k].key not in _beside():
            # Directly behind another row no table begins, but the same one of another year.
            pieces += [labels[k].key] if index.row(labels[k].key, "") and not words else []
            break
        if column:
            words.insert(0, column)
    missing = [*(key for key, code in index.columns.items() if code not in words), *index.headings]
    others = [p for p in pieces if not is_beside(p)]
    years = [p for p in others if is_year(p)]
    strange = len(years) > 1 or any(names_another_period(p) for p in others)
    return _Heads(words, strange or any(not is_alike(p, missing) for p in others if not is_year(p) and not p.isdigit()))


def _requests(text: Text, labels: list[Label], form: str) -> Numbers:
    index = labels_of(form, "requests")
    first = next(iter(index.rows.values()))
    begins = [k for k, label in enumerate(labels) if index.row(label.key, "") == first]
    tables: list[Numbers] = []
    refused: list[Unread] = []
    for k, following in zip_longest(begins, begins[1:]):
        own = _of_one_table(labels[k:following], index)
        end = labels[k + len(own)].start if k + len(own) < len(labels) else text.region[1]
        named = len({code for label in own if (code := index.row(label.key, "")) in index.own})
        if _heads_above(text, labels, k, index).prove(index, named):
            tables.append(_requests_from(text, own, end, form))
        else:
            refused.append(Unread(text.place(labels[k].start), text.text[labels[k].start : labels[k].end + 80].strip()))
    if len(tables) < 2:
        return tables[0] if tables else ([], refused)
    # Two tables three on one page: what only one of them holds may be the other's, of another year or another office.
    both = set.intersection(*({f.code for f in found} for found, _ in tables))
    once = [Unread(f.place, f"{f.code} {f.raw}") for found, _ in tables for f in found if f.code not in both]
    return [f for found, _ in tables for f in found if f.code in both], [u for _, lost in tables for u in lost] + once[:1]


def _of_one_table(labels: list[Label], index: Labels) -> list[Label]:
    """The labels of a table three from its first row to its last, or to the words of table four."""
    last = list(index.rows.values())[-1]
    for k, label in enumerate(labels):
        if label.key in challenge_labels():
            return labels[:k]
        if index.row(label.key, "") == last:
            return labels[: k + 1]
    return labels


def _requests_from(text: Text, labels: list[Label], end: int, form: str) -> Numbers:
    """The rows of one table three."""
    index = labels_of(form, "requests")
    counters = {c: m[1] for c, label in load_forms()[form].tables["requests"].rows.items() if (m := _COUNTER.match(label))}
    rows, heading = list[_Row](), ""
    glued: dict[str, tuple[str, int]] = {}
    for k, (label, until) in enumerate(_spans(labels, end)):
        heading = label.key if label.key in index.headings else heading
        code = index.row(label.key, heading)
        if code is None:
            continue
        picked = exactly(values_after(text.text, label, until), len(index.columns))
        lost: list[Unread] = []
        if not picked and text.text[label.end : until].strip(" |\n"):
            lost.append(Unread(text.place(label.start), text.text[label.start : until].strip()))
            following = index.row(labels[k + 1].key, heading) if k + 1 < len(labels) else None
            if digits := glued_digits(text.text, label, until, counters.get(following or "", "")):
                glued[code] = digits
        cells = zip(index.columns.values(), picked, strict=False)
        own = [Found(f"{code}.{column}", raw, text.place_of(raw, position), "label") for column, (raw, position) in cells]
        # A word of the header that is repeated on each page is no row.
        rows.append(_Row(True, code, "", own, lost, code in index.own and text.stands_alone(label)))
    found, unread = _agreed(rows)
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


def _challenges(text: Text, labels: list[Label], form: str) -> Numbers:
    index = labels_of(form, "challenges")
    keys = {key.split(">")[-1]: code for key, code in index.rows.items()}
    first = next(iter(index.rows.values()))
    begun = [i for i, label in enumerate(labels) if keys.get(label.key) == first]
    tables = [_challenges_from(text, labels, i, following, form) for i, following in zip_longest(begun, begun[1:])]
    proven = [(found, lost) for is_proven, found, lost in tables if is_proven]
    unread = [u for _, lost in proven for u in lost]
    # Of two tables one of which is not clear, the other may be the one that does not count.
    return ([], unread) if unread else ([f for found, _ in proven for f in found], [])


def _challenges_from(
    text: Text, labels: list[Label], begun: int, following: int | None, form: str
) -> tuple[bool, list[Found], list[Unread]]:
    """Table four from the first word of its header on, up to the next such table; and whether its words are those of the form."""
    index = labels_of(form, "challenges")
    blocks, outcomes = list(index.rows.values()), list(index.columns.values())
    keys = {key.split(">")[-1]: code for key, code in index.rows.items()}
    if (
        begun
        and labels[begun - 1].key in index.headings
        and not text.text[labels[begun - 1].end : labels[begun].start].strip(" |\n")
    ):
        return False, [], []  # the lawsuits stand first
    end = text.region[1] if following is None else labels[following].start
    seen: list[str] = []
    rows: list[str] = []
    for label, until in _spans(labels[begun:following], end):
        rows += [keys[label.key]] if label.key in keys else []
        column = index.columns.get(index.aliases.get(label.key, label.key))
        seen += [column] if column else []
        values = values_after(text.text, label, until) if column else None
        while values and values[0][0] in MERGED:  # merged places at the end of the header row
            values = values[1:]
        if values:
            in_order = bool(seen) and seen == outcomes * (len(seen) // len(outcomes)) and rows == blocks
            picked = exactly(values, len(blocks) * len(outcomes)) if in_order else []
            return in_order, *_fifteen(text, label, until, picked, in_order, form)
        if text.text[label.end : until].strip(" |\n") and (column or label.key in keys):
            break  # other words stand among those of the form, or behind its numbers
    whole = rows == blocks and seen == outcomes * len(blocks)
    return whole, [], [Unread(text.place(labels[begun].start), text.text[labels[begun].start : end][:200].strip())]


def _fifteen(text: Text, label: Label, end: int, picked: list[tuple[str, int]], in_order: bool, form: str) -> Numbers:
    """The numbers of table four behind the last word of its header, apart or run together."""
    index = labels_of(form, "challenges")
    wanted = [f"{b}.{o}" for b in index.rows.values() for o in index.columns.values()]
    if picked:
        return [Found(w, raw, text.place_of(raw, at), "position") for w, (raw, at) in zip(wanted, picked, strict=True)], []
    digits = glued_digits(text.text, label, end, "") if in_order else None
    numbers = solve_challenges(form, digits[0]) if digits else []
    if not digits or not numbers:
        return [], [Unread(text.place(label.end), text.text[label.end : end].strip())]
    place, why = text.place(digits[1]), "challenges_total"
    return [
        Found(w, digits[0], place, "position", state="derived", value=str(v), reason=why)
        for w, v in zip(wanted, numbers, strict=True)
    ], []
