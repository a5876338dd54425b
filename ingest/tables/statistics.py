"""Find the numbers of a statistics table (the forms before 2019): a label, its unit, then exactly one cell for each column.

Digits that ran together, one number drawn over two columns, and numbers in another unit are never used; a blank cell is blank. The layouts are data:
forms/2014.yaml (国办发〔2014〕32号) and forms/fujian-*.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest

from ingest.law.forms import STATISTICS, Form, FormTable, statistics_forms
from ingest.law.labels import keys_of
from ingest.model import SourceCell
from ingest.place import Place
from ingest.tables.drawn import Found, Grid, Unread, is_text, spans_labels
from ingest.tables.running_region import Text
from ingest.words.text import label_key, normalize, number_words, read_number

_BETWEEN = r"[\s.,、:《》\"'“”]*"  # what may stand between two characters of a label
_NOTE = re.compile(r"\s*\(([^()|]*)\)")
_SEALED = re.compile(r" *\|")
_CELLS = re.compile(r"[^\s|]+")
ENOUGH = 0.5  # of the rows of a form must be named before it is thought of at all


@dataclass(frozen=True, eq=False)
class _Index:
    """One form as it is looked for: the keys of its labels, the words of its header, and both as patterns."""

    table: FormTable
    rows: dict[str, dict[str, str]]  # key of a label → key of the heading above it → row
    headings: frozenset[str]
    label: re.Pattern[str]
    header: re.Pattern[str]
    run_together: re.Pattern[str]

    def row(self, key: str, heading: str) -> str | None:
        """The row a key names; where several rows have the same label, the heading above decides."""
        codes = self.rows.get(self.table.aliases.get(key, key), {})
        return next(iter(codes.values())) if len(codes) == 1 else codes.get(heading)

    def doubtful(self, seen: set[str]) -> set[str]:
        """Rows that share their label with others, where a heading that tells them apart was not seen: it may be a lost line."""
        shared = [codes for codes in self.rows.values() if len(codes) > 1]
        heads = [{code for h in codes for code in self.rows.get(h, {}).values()} for codes in shared]
        return {code for codes, head in zip(shared, heads, strict=True) if not head <= seen for code in codes.values()}

    def bare(self, text: str) -> str:
        """A label without the word that may stand before its number (“of which”)."""
        return re.sub(rf"^\s*{self.table.prefix}\s*:?", "", normalize(text))


@cache
def _index(form: str) -> _Index:
    table = statistics_forms()[form].tables[STATISTICS]
    rows: dict[str, dict[str, str]] = {}
    for code, label in table.rows.items():
        rows.setdefault(label_key(label), {})[label_key(table.under[code])] = code
    headings = frozenset(label_key(h) for h in table.under.values() if h)
    keys = sorted({*rows, *headings, *table.aliases}, key=len, reverse=True)
    parts = [f"(?:{'|'.join(map(re.escape, table.header['name']))})", f"(?:(?:{'|'.join(table.header['unit'])})@)?"]
    for column in table.columns:
        parts.append(rf"(?:20\d\d\s*)?(?:{'|'.join(table.header[column])})@")
    header = parts[0] + "@" + "".join(parts[1:])
    return _Index(
        table,
        rows,
        headings,
        re.compile("|".join(_BETWEEN.join(map(re.escape, key)) for key in keys)),
        re.compile(header.replace("@", r"[\s|]+")),
        re.compile(header.replace("@", r"[\s|]*")),
    )


@cache
def _unit_words() -> frozenset[str]:
    tables = (form.tables[STATISTICS] for form in statistics_forms().values())
    return frozenset(number_words()["units"] | {u for t in tables for units in t.units.values() for u in units})


def choose_statistics(grids: list[Grid], text: Text) -> tuple[Form | None, list[Found], list[Unread]]:
    """The form that names most of the rows, and its numbers; where two name as many different rows, none is used.

    A report that only tells its numbers in prose has no header of such a table, and so no form.
    """
    scans = [(form, *_scan(grids, text, form)) for form in statistics_forms().values()]
    known = [scan for scan in scans if len(scan[1]) >= ENOUGH * len(scan[0].tables[STATISTICS].rows)]
    if not known:
        return None, [], next((unread for *_, unread in scans if unread), [])
    most = max(len(seen) for _, seen, _, _ in known)
    # Of forms that name the same rows, the one that lacks fewest of its own is meant.
    best = sorted((s for s in known if len(s[1]) == most), key=lambda s: len(s[0].tables[STATISTICS].rows))
    form, seen, found, unread = best[0]
    if any(other != seen for _, other, _, _ in best):
        return None, [], [Unread(found[0].place, ", ".join(sorted(seen)))] if found else unread
    return (form, found, unread) if found else (None, [], unread)


def find_statistics(grids: list[Grid], text: Text, form: str) -> tuple[list[Found], list[Unread]]:
    """The numbers of one statistics form: codes `row` (of the year) and `row.cumulative`; rows that do not fit stay unread."""
    return _scan(grids, text, statistics_forms()[form])[1:]


def _scan(grids: list[Grid], text: Text, form: Form) -> tuple[set[str], list[Found], list[Unread]]:
    index = _index(form.form)
    seen: set[str] = set()
    found: list[Found] = []
    unread: list[Unread] = []
    names = {label_key(word) for word in index.table.header["name"]}
    for grid in grids:
        if grid.keys & names:
            for code, numbers, doubt in _drawn(grid, index):
                seen |= {code} if code else set()
                found += numbers
                unread += doubt
    if not seen:
        for code, numbers, doubt in _running(text, index):
            seen |= {code} if code else set()
            found += numbers
            unread += doubt
    doubtful = index.doubtful(seen)
    unread += [Unread(f.place, f"{index.table.rows[f.code]} {f.raw}") for f in found if f.code in doubtful]
    return seen, [f for f in found if f.code.split(".")[0] not in doubtful], unread


Row = tuple[str | None, list[Found], list[Unread]]


def _drawn(grid: Grid, index: _Index) -> Iterator[Row]:
    """The rows of a drawn table, each number by the column of its header."""
    header: dict[str, int] = {}
    heading = ""
    for r, cells in enumerate(grid.distinct):
        if columns := _header(cells, index.table):
            header = columns
            continue
        if not header:
            continue
        values = [header[c] for c in index.table.columns]
        code, label = None, None
        for cell in (c for c in cells if c.column < header.get("unit", min(values)) and is_text(c)):
            keys = [key for key in keys_of(index.bare(cell.text)) if key]
            if named := next((n for key in keys if (n := index.row(key, heading))), None):
                code, label = named, cell
            # Below words that are not known, no one can say which heading a label stands under.
            if keys and not (named and keys[0] not in index.headings):
                heading = next((key for key in keys if key in index.headings), "")
        picked = [grid.rows[r][c] for c in values]
        filled = [c for c in picked if c is not None and c.text.strip()]
        if label is None or any(c is None for c in picked):
            if any(not is_text(c) and read_number(c.text).state == "reported" for c in filled):
                yield code, [], [Unread(grid.place.inside(row=r + 1), " | ".join(c.text for c in cells))]
            continue
        unit = grid.rows[r][header["unit"]] if "unit" in header else None
        beside = [
            c for c in cells if c.column >= label.column + label.colspan and c is not unit and all(c is not p for p in picked)
        ]
        if any(c.text.strip() for c in beside):
            yield code, [], [Unread(grid.place.inside(row=r + 1), " | ".join(c.text for c in cells))]
            continue
        sources = [(c.text, grid.at(c, r), c.confidence) for c in picked if c is not None]
        shared = len({id(c) for c in picked}) < len(picked) or any(c is not None and spans_labels(c, r, grid) for c in picked)
        notes = [unit.text if unit else "", *_NOTE.findall(normalize(label.text))]
        yield _row(index.table, code or "", notes, sources, shared)


def _header(cells: list[SourceCell], table: FormTable) -> dict[str, int]:
    """Where name, unit and columns stand, if a row is the header: each word once and in the form's order; else nothing."""
    at: dict[str, int] = {}
    for cell in cells:
        key = label_key(cell.text).lstrip("0123456789")
        part = next((p for p, words in table.header.items() if key in map(label_key, words)), None)
        if part in at:
            return {}
        if part:
            at[part] = cell.column
    wanted = ["name", *table.columns]
    return at if all(p in at for p in wanted) and [at[p] for p in wanted] == sorted(at[p] for p in wanted) else {}


def _row(
    table: FormTable, code: str, notes: list[str], sources: list[tuple[str, Place, float]], shared: bool = False
) -> tuple[str, list[Found], list[Unread]]:
    """The numbers of one row, blocked where one stands for two columns or the unit (first of the notes) is another one."""
    unit, *others = (normalize(note).strip() for note in notes)
    readings = [read_number(raw) for raw, _, _ in sources]
    written = {w for w in (unit, *others) if w in _unit_words()} | {r.unit for r in readings if r.unit}
    fits = unit in ("", *table.units[code], *number_words()["dashes"]) and written <= set(table.units[code])
    # A sum of money without its unit says nothing: one unit is ten thousand of the other.
    fits = fits and bool(written or table.units[code][0] not in number_words()["money"])
    found = [
        Found(code if n == 0 else f"{code}.{column}", raw, place, "label", "", not fits or shared, confidence=confidence)
        for n, (column, (raw, place, confidence)) in enumerate(zip(table.columns, sources, strict=True))
    ]
    doubt = not fits and any(r.state != "blank" for r in readings)
    row = " | ".join([table.rows[code], unit, *(raw for raw, _, _ in sources)])
    return code, found, [Unread(sources[0][1], row)] if doubt else []


@dataclass(frozen=True, slots=True)
class _Label:
    """A label in running text, from its number to its end; `clean` if nothing is run together with it."""

    key: str
    start: int
    end: int
    clean: bool


def _running(text: Text, index: _Index) -> Iterator[Row]:
    """The rows of a table that became text: lines, pipes or words apart; anything run together stays unread."""
    header = index.header.search(text.text)
    if header is None:
        if glued := index.run_together.search(text.text):
            yield None, [], [Unread(text.place(glued.start()), text.text[glued.start() : glued.start() + 200])]
        return
    labels = _labels(text.text, index, header.end())
    # Numbers before the first label are counters of the rows; they cannot be told from the numbers that count.
    if not labels or any(c.isdigit() for c in text.text[header.end() : labels[0].start]):
        yield None, [], [Unread(text.place(header.start()), text.text[header.start() : header.end() + 200])]
        return
    heading, short, width = "", False, len(index.table.columns)
    drawn = header[0] + text.text[header.end() : labels[0].start]
    for label, following in zip_longest(labels, labels[1:]):
        code = index.row(label.key, heading)
        gap = text.text[label.end : following.start if following else len(text.text)]
        values, unit, note, exact = _values(gap, label.end, following is None)
        # Below words that are not known, no one can say which heading a label stands under.
        heading = (label.key if label.key in index.headings else heading) if exact else ""
        if code is None:
            continue
        # Behind the last row of a table that lost numbers, what follows may be the number of a page.
        ends = following or not short or all(_SEALED.match(text.text, at + len(raw)) for raw, at in values)
        if exact and len(values) < width and (fields := _fields(gap, label.end, drawn, width, following is None)):
            (unit, _), *values = fields
            ends = True
        if label.clean and exact and len(values) == width and ends:
            yield _row(index.table, code, [unit, note], [(raw, text.place(at), 1.0) for raw, at in values])
        else:
            short |= len(values) < width
            row = text.text[label.start : label.end] + gap[: 80 if following is None else None]
            yield code, [], [Unread(text.place(label.start), " ".join(row.split()))] if values or not exact else []


def _labels(text: str, index: _Index, begin: int) -> list[_Label]:
    """All labels behind the header, each with the number before it; a header that stands again ends a row, too."""
    labels = [_Label("", m.start(), m.end(), False) for m in index.header.finditer(text, begin)]
    for match in index.label.finditer(text, begin):
        key, start = label_key(match[0]), match.start()
        while begin < start:
            # What is written against the label, or alone before it, belongs to it if it is no more than its number.
            before = re.search(r"[^\s|]+[\s|]*$", text[max(begin, start - 40) : start])
            lead = before[0].rstrip() if before else ""
            if not lead or read_number(lead.rstrip("| \n")).state != "unreadable":
                break
            if label_key(index.bare(lead.replace("|", " ") + match[0])) != key:
                break
            start -= len(before[0]) if before else 0
        apart = start <= begin or text[start - 1] in " |\n\t"
        note = _NOTE.match(text, match.end())
        end = note.end() if note else match.end()
        labels.append(_Label(key, start, match.end(), apart and (end >= len(text) or text[end] in " |\n\t")))
    return sorted(labels, key=lambda label: label.start)


def _values(gap: str, offset: int, is_last: bool) -> tuple[list[tuple[str, int]], str, str, bool]:
    """Between two labels: the numbers with their positions, the unit, the note, and whether nothing else stands there."""
    note = _NOTE.match(gap)
    cells = [(m[0], offset + m.start()) for m in _CELLS.finditer(gap, note.end() if note else 0)]
    unit = cells.pop(0)[0] if cells and normalize(cells[0][0]) in _unit_words() else ""
    values: list[tuple[str, int]] = []
    for raw, at in cells:
        if read_number(raw).state not in ("reported", "dash"):
            return values, unit, note[1] if note else "", is_last
        values.append((raw, at))
    return values, unit, note[1] if note else "", True


def _fields(gap: str, offset: int, header: str, width: int, is_last: bool) -> list[tuple[str, int]]:
    """The unit and the values of a row that stands between as many pipes as its header; nothing where it does not.

    Where cells have room on both sides, a place without any is no cell: another one was drawn over it.
    """
    label = _NOTE.match(gap)
    begin = label.end() if label else 0
    line, drawn = gap[begin:], header.rstrip(" \n")
    if "\n" not in drawn.rstrip("|"):  # a row is a line
        line, _, rest = line.partition("\n")
        drawn, _, _ = header.partition("\n")
        if rest.strip(" |\n") and not is_last:
            return []
    pipes = drawn.count("|")
    pieces = line.split("|", pipes if is_last else -1)
    cells = pieces[1 : pipes + (not drawn.rstrip().endswith("|"))]
    if len(pieces) != pipes + 1 or pieces[0].strip() or len(cells) not in (width, width + 1):
        return []
    if "" in cells and any(c != c.strip() for c in cells):
        return []
    found = []
    at = offset + begin + len(pieces[0]) + 1
    for cell in cells:
        found.append((cell.strip(), at + len(cell) - len(cell.lstrip())))
        at += len(cell) + 1
    values = found[-width:]
    if any(read_number(raw).state == "unreadable" for raw, _ in values):
        return []
    return [found[0] if len(found) > width else ("", at), *values]
