"""Turn a document into the cells of the official forms: for each table the form that explains it best, by its labels."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from ingest.law.forms import STATISTICS, Form, earliest_alike, load_forms
from ingest.law.statutory import marks_table_two, measures
from ingest.model import Cell, Document, Issue, Paragraph, Severity, Table
from ingest.tables.drawn import Found, Unread
from ingest.tables.layouts import Drawn
from ingest.tables.running import find_flat
from ingest.tables.running_region import Text
from ingest.tables.statistics import choose_statistics
from ingest.words.text import Reading, read_number

TABLES = ("disclosure", "requests", "challenges")
# Their lines are those of the page, where a long number is wrapped in a narrow cell; elsewhere someone began a new line: two numbers.
WRAPPING = {"pdf", "ofd", "scan"}
LINES = 3  # before a drawn table, in which the item of its numbers may stand
WHOLE = 8  # words of a statutory table stand at least in a drawn table that is one
# What a reader says of pages, and how much it matters.
OF_PAGES: dict[str, Severity] = {
    "scan_pages": "warning",
    "watermark": "hint",
    "hidden_text": "hint",
    "hidden_cells": "hint",
    "far_columns": "hint",
}
SURE = 0.8  # below this a recognized text is not used: of 11 wrong readings 9 lay below it, 3 of 1,947 right ones did


def extract(document: Document) -> tuple[dict[str, str], list[Cell], list[Issue]]:
    """The form of each table, the cells read, and what could not be given a place.

    The form is decided for each table by how many labels it explains, never by the year. Where two forms explain a table
    equally well (table four is the same in both), the form of the other tables decides.
    """
    drawn = _drawn(document)
    text = Text([b for b in document.blocks if isinstance(b, Paragraph)])
    forms: dict[str, str] = {}
    cells: list[Cell] = []
    issues: list[Issue] = []
    chosen = _choose(drawn, text)
    for table in TABLES:
        form, sources, found, unread = chosen[table]
        if form is None:
            issues.append(Issue("table_absent", "warning", table))
        else:
            forms[table] = form.form
            wrapped = document.reader in WRAPPING
            read, doubts = _read_drawn(sources, form, table, wrapped) if sources else _read(found, form, table, wrapped)
            cells += read
            issues += doubts
            more, unread = _under_other_heads(sources, form, table, unread)
            for other, items in more.items():
                read, doubts = _read(items, load_forms()[other], table, document.reader in WRAPPING)
                cells += read
                issues += doubts
        issues += [Issue("unread_row", "warning", u.place, u.text[:200]) for u in unread]
    cells = _without_chance(cells)
    if "requests" not in forms:  # a report before 2019 has one statistics table instead of the three
        statistics, found, unread = choose_statistics([d.grid for d in drawn], text)
        if statistics is not None:
            forms = {STATISTICS: statistics.form}
            cells, issues = _read(found, statistics, STATISTICS, document.reader in WRAPPING)
        issues += [Issue("unread_row", "warning", u.place, u.text[:200]) for u in unread]
    issues += [Issue(code, severity, "", pages) for code, severity in OF_PAGES.items() if (pages := document.meta.get(code))]
    return forms, cells, issues


def _drawn(document: Document) -> list[Drawn]:
    """The drawn tables, each with the last lines before it."""
    drawn: list[Drawn] = []
    lines: list[str] = []
    for block in document.blocks:
        if isinstance(block, Table):
            drawn.append(Drawn(block, tuple(lines[-LINES:])))
            lines = []
        else:
            lines.append(block.text)
    return drawn


def _without_chance(cells: list[Cell]) -> list[Cell]:
    """Table four cut from a string of digits counts only beside a table three without a gap, unless it is all zero.

    Where blanks vanished between the digits, the few that are left can fit a total by chance (23 and 229 as 2 + 3 + 2 + 2 = 9).
    """
    cut = [c for c in cells if c.state == "derived" and c.code.startswith("challenges.")]
    if not cut:
        return cells
    asked = [c for c in cells if c.code.startswith("requests.")]
    whole = (
        asked
        and all(c.value is not None for c in asked)
        and len(asked) == len(load_forms()[asked[0].form].tables["requests"].cells)
    )
    if whole or not any(c.value for c in cut):
        return cells
    return [c._replace(state="unreadable", value=None, printed=None, derivation="") if c in cut else c for c in cells]


class Choice(NamedTuple):
    """A form for one statutory table, and where its numbers stand: in drawn tables, or in the running text as found there."""

    form: Form | None
    drawn: list[Drawn]
    found: list[Found]
    unread: list[Unread]


Score = tuple[int, int, int]


def _choose(drawn: list[Drawn], text: Text) -> dict[str, Choice]:
    """The form of each table; where several explain one equally well, those that the other tables decide for."""
    options = {table: _options(drawn, text, table) for table in TABLES}
    best = {}
    for table, scored in options.items():
        most = max((score for score, _ in scored), default=None)
        best[table] = [choice for score, choice in scored if score == most]
    decided = [choice.form for choices in best.values() for choice in choices]
    return {
        t: max(choices, key=lambda c: decided.count(c.form), default=None)
        or Choice(None, [], [], _refused(drawn, t, frozenset()))
        for t, choices in best.items()
    }


def _options(drawn: list[Drawn], text: Text, table: str) -> list[tuple[Score, Choice]]:
    """The forms that can explain a table, each with how well it does, its numbers and what it leaves unread."""
    options: list[tuple[Score, Choice]] = []
    if rivals := _rivals(drawn, table):
        return [((0, 0, 0), Choice(None, [], [], [Unread(d.table.place, d.table.cells[0].text) for d in rivals]))]
    proven = {name: _proven(drawn, form, table) for name, form in load_forms().items()}
    most = {name: max((d.layout.explained(name, table) for d in each), default=0) for name, each in proven.items()}
    for name, form in load_forms().items():
        if earliest_alike(name) != name:
            continue
        if most[name] < max(most.values()):
            continue  # another form knows more of the words in the drawn tables
        sources, found = proven[name], list[Found]()
        plans = [d.layout.plan(form, table) for d in sources]
        if many := sum(len(p.placed) for p in plans):
            codes, labelled = frozenset().union(*[p.codes for p in plans]), frozenset().union(*[p.labelled for p in plans])
            unread = [lost for d in sources for lost in d.unread(form, table)]
        else:
            found, unread = find_flat(text, name, table)
            many = len(found)
            codes, labelled = frozenset(f.code for f in found), frozenset(f.code for f in found if f.match == "label")
        # Numbers in order under no label of this form say nothing about which form it is. Of two forms that explain the same, the one
        # that lacks fewer of its own rows is meant: a later form that only adds a row explains the earlier one's tables as well.
        if labelled or (many and table == "challenges"):
            lacking = len(form.tables[table].cells) - len(codes)
            unread += _refused(drawn, table, codes) if lacking else []
            options.append(((len(labelled), many, -lacking), Choice(form, sources, found, unread)))
    return options


def _proven(drawn: list[Drawn], form: Form, table: str) -> list[Drawn]:
    """The drawn tables that are the statutory one by their words, or by them and what stands before."""
    kept: list[Drawn] = []
    has_rows = bool(form.tables[table].rows)
    ended = -1
    for d in drawn:
        if not d.layout.explained(form.form, table):
            continue
        plan = d.layout.plan(form, table)
        goes_on = bool(kept and plan.rows) and (plan.rows[0] > ended if plan.named else plan.rows[0] == ended + 1)
        if plan.proven or (plan.bare and (goes_on if has_rows else any(map(marks_table_two, d.lines)))):
            kept.append(d)
            ended = max(plan.rows, default=ended)
    return kept


def _refused(drawn: list[Drawn], table: str, read: frozenset[str]) -> list[Unread]:
    """The drawn tables that name rows of the form which were not read, and still are not the statutory table by their words."""
    refused = []
    for d in drawn:
        for form in load_forms().values():
            plan = d.layout.plan(form, table)
            if not plan.proven and len(plan.named - {c.split(".")[0] for c in read}) >= measures()["marked_rows"]:
                refused.append(Unread(d.table.place, " | ".join(c.text for c in d.table.cells[:8] if c.text.strip())))
                break
    return refused


def _read_drawn(sources: list[Drawn], form: Form, table: str, is_wrapped: bool) -> tuple[list[Cell], list[Issue]]:
    """The cells of a table from where it is drawn; one by one if they are spread over several tables or one is not clear."""
    holding = [d for d in sources if d.layout.plan(form, table).placed]
    if len(holding) == 1 and (cells := holding[0].plain_cells(form, table, is_wrapped)) is not None:
        return cells, []
    return _read((f for d in holding for f in d.found(form, table)), form, table, is_wrapped)


def _under_other_heads(
    sources: list[Drawn], form: Form, table: str, unread: list[Unread]
) -> tuple[dict[str, list[Found]], list[Unread]]:
    """Rows that this form leaves unread and that stand, with all their numbers, under the heads of another one; and what is left.

    Offices paste one item of table two from the form of another year; each row counts as what the heads above it say.
    """
    read: dict[str, list[Found]] = {}
    done: set[str] = set()
    if not any(d.layout.plan(form, table).left for d in sources):
        return read, unread
    codes = {code for d in sources for code in d.layout.plan(form, table).codes}
    for d in sources:
        left = {row for row, _ in d.layout.plan(form, table).left}
        for name, other in load_forms().items():
            if other == form or earliest_alike(name) != name:
                continue
            placed = d.layout.plan(other, table).placed
            rows = {p.row for p in placed if p.match == "label" and p.row in left and p.code not in codes}
            items = [f for f, p in zip(d.found(other, table), placed, strict=True) if p.row in rows] if rows else []
            if items:
                read.setdefault(name, []).extend(items)
                codes |= {f.code for f in items}
                done |= {d.table.place.inside(row=row + 1) for row in rows}
    return read, [u for u in unread if u.place not in done]


def _rivals(drawn: list[Drawn], table: str) -> list[Drawn]:
    """Drawn tables that are the same statutory table on different forms: two reports in one document, and no one can say whose is meant."""
    best: list[tuple[Drawn, set[str]]] = []
    for d in drawn:
        words = {f: d.layout.explained(f, table) for f, form in load_forms().items() if d.layout.plan(form, table).proven}
        if max(words.values(), default=0) >= WHOLE:
            best.append((d, {f for f, n in words.items() if n == max(words.values())}))
    return [d for d, forms in best if any(not forms & others for _, others in best)]


def _read(found: Iterable[Found], form: Form, table: str, is_wrapped: bool) -> tuple[list[Cell], list[Issue]]:
    """Read each found cell; a code found twice with different numbers is unreadable, because no one can say which counts."""
    wanted = {c.code: c for c in form.tables[table].cells}
    cells: dict[str, Cell] = {}
    issues = []
    for item in found:
        code = f"{table}.{item.code}"
        reading = Reading("derived", item.value) if item.state == "derived" else read_number(item.raw, is_wrapped)
        unsure = item.confidence < SURE
        state = "unreadable" if (item.blocked and reading.state != "blank") or unsure else reading.state
        printed = reading.printed if state in ("reported", "derived") else None
        unit = reading.unit or item.unit or wanted[code].unit
        unit = "" if unit == "free" else unit
        value = Decimal(printed) if printed is not None else None
        cell = Cell(code, form.form, state, value, printed, unit, item.raw, item.place, item.match, item.reason)
        old = cells.get(code)
        if old is not None and (old.state, old.value) != (cell.state, cell.value):
            issues.append(Issue("cell_twice", "error", cell.place, f"{old.raw} / {cell.raw}", code))
            cell = Cell(code, form.form, "unreadable", None, None, unit, f"{old.raw} / {cell.raw}", cell.place, item.match)
        if unsure:
            issues.append(Issue("cell_low_confidence", "warning", cell.place, item.raw, f"{item.confidence:.2f} < {SURE}"))
        elif state == "unreadable":
            issues.append(Issue("cell_unreadable", "warning", cell.place, item.raw, code))
        cells[code] = cell
    return [cells[c] for c in wanted if c in cells], issues
