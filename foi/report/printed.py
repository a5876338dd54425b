"""A table of the official form as it is printed: heads, labels and the places of its numbers, in the language of the reader."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from dagster_project.names import unit_words
from expectations.messages import cell_words
from foi.messages import message, template
from ingest.law.forms import Form, FormCell, FormTable, every_form, load_terms
from ingest.words.language import language
from ingest.words.yaml_files import recognition

# The rows of table three that stand beside the outcomes, not among them.
OUTSIDE = ("received", "carried_in", "carried_out")


@dataclass(frozen=True, slots=True)
class Box:
    """A box of a printed table: a text, or the place of a number (`code`); and how many rows and columns it is drawn over."""

    text: str = ""
    code: str = ""
    rows: int = 1
    columns: int = 1
    is_head: bool = False


Row = tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """A table of a form: its name and title, the rows of its head, and those of its numbers."""

    name: str
    form: str
    title: str
    head: tuple[Row, ...]
    body: tuple[Row, ...]


def printed(form: str, table: str) -> PrintedTable:
    """A table of a form as it is printed, in the language of this reader."""
    return _printed(form, table, language())


@cache
def _printed(form: str, table: str, language: str) -> PrintedTable:
    whole, spec = every_form()[form], every_form()[form].tables[table]
    draw = {"disclosure": _disclosure, "requests": _requests, "challenges": _challenges, "statistics": _statistics}[table]
    head, body = draw(whole, spec, language)
    return PrintedTable(table, form, message(f"table.{table}"), _rows(head), _rows(body))


def _rows(rows: Iterable[Iterable[Box]]) -> tuple[Row, ...]:
    return tuple(tuple(row) for row in rows if row)


Drawn = tuple[list[list[Box]], list[list[Box]]]


def _head(text: str, rows: int = 1, columns: int = 1) -> Box:
    return Box(text, "", rows, columns, is_head=True)


def _label(form: Form, table: FormTable, code: str, language: str) -> str:
    """A row or column as printed, and in English."""
    term = load_terms().get(code)
    printed = table.rows.get(code) or table.columns.get(code) or code
    return term.en if language == "en" and term else printed


def _heading(form: Form, table: FormTable, code: str, language: str) -> str:
    """What a row or column stands under."""
    zh = table.under.get(code, "")
    if language == "zh" or not zh:
        return zh
    group = next((name for name, rows in form.groups.items() if code in rows), "")
    if group in load_terms():
        return load_terms()[group].en
    first = next(
        one for one, under in table.under.items() if under == zh
    )  # the heading is named after the first that stands below it
    said = template(f"printed.under.{first}")
    return said.en if said else zh


def _disclosure(form: Form, table: FormTable, language: str) -> Drawn:
    """An item of the law after the other, each with its own columns; in English a number a row, for the columns have no names there."""
    body: list[list[Box]] = []
    wide = 1 + max(len(list(same)) for _, same in groupby(table.cells, key=lambda c: (c.item, c.row_label)))
    wide = wide if language == "zh" else 2
    for item, of_item in groupby(table.cells, key=lambda c: c.item):
        cells = list(of_item)
        body.append([_head(item, columns=wide)])
        if language == "en":
            body += [[_head(_measured(cell_words(c.code, form.form, language), c)), Box(code=c.code)] for c in cells]
            continue
        columns = list(dict.fromkeys(_measured(c.column_label, c) for c in cells))
        over = wide - len(columns)
        body.append([_head(message("printed.content")), *_spread([_head(label) for label in columns], over)])
        for label, same in groupby(cells, key=lambda c: c.row_label):
            body.append([_head(label), *_spread([Box(code=c.code) for c in same], over)])
    return [], body


def _measured(label: str, cell: FormCell) -> str:
    """A label with the unit of its number, where that is money: 6.1 alone could be yuan."""
    return (
        message("printed.in_unit", label=label, unit=unit_words(cell.unit))
        if cell.unit in recognition()["cells"]["money"]
        else label
    )


def _spread(boxes: list[Box], over: int) -> list[Box]:
    """The boxes of a row, the last one over what is left of it."""
    last = boxes[-1]
    return [*boxes[:-1], Box(last.text, last.code, 1, max(1, over), last.is_head)]


def _requests(form: Form, table: FormTable, language: str) -> Drawn:
    """Applicants across, outcomes down; the outcomes under two levels of headings."""
    columns = list(table.columns)
    head: list[list[Box]] = [
        [_head(message("printed.balance"), 3, 3), _head(message("printed.applicants"), 1, len(columns))],
        [],
        [],
    ]
    for under, same in groupby(columns, key=lambda c: _heading(form, table, c, language)):
        labels = [_label(form, table, c, language) for c in same]
        head[1] += [_head(under, columns=len(labels))] if under else [_head(label, rows=2) for label in labels]
        head[2] += [_head(label) for label in labels] if under else []
    inner = [code for code in table.rows if code not in OUTSIDE]
    grouped = {code: rows for rows in form.groups.values() for code in rows if code in table.rows}
    body: list[list[Box]] = []
    for code in table.rows:
        row: list[Box] = []
        if code == inner[0]:
            row.append(_head(_heading(form, table, code, language), len(inner)))
        if code in grouped and code == grouped[code][0]:
            row.append(_head(_heading(form, table, code, language), len(grouped[code])))
        over = 3 if code in OUTSIDE else 1 if code in grouped else 2
        row.append(_head(_label(form, table, code, language), columns=over))
        body.append([*row, *(Box(code=f"{table.name}.{code}.{c}") for c in columns)])
    return head, body


def _challenges(form: Form, table: FormTable, language: str) -> Drawn:
    """One row of numbers: reviews, then the two ways to the court, each with its results."""
    labels = [_head(_label(form, table, c, language)) for c in table.columns]
    wide = len(labels)
    head: list[list[Box]] = [[], [], []]
    for under, same in groupby(table.rows, key=lambda r: _heading(form, table, r, language)):
        rows = [_label(form, table, r, language) for r in same]
        if under:
            head[0].append(_head(under, columns=wide * len(rows)))
            head[1] += [_head(row, columns=wide) for row in rows]
        else:
            head[0] += [_head(row, rows=2, columns=wide) for row in rows]
        head[2] += labels * len(rows)
    return head, [[Box(code=c.code) for c in table.cells]]


def _statistics(form: Form, table: FormTable, language: str) -> Drawn:
    """A row for each number of the years before 2019: what it is, its unit, and the number of the year (and the running total)."""
    names = [message("printed.name"), message("printed.unit"), *(_label(form, table, c, language) for c in table.columns)]
    body: list[list[Box]] = []
    last = ""
    for row, cells in groupby(table.cells, key=lambda c: c.row):
        heading = table.under.get(row, "")
        if language == "zh" and heading not in ("", last) and heading not in table.rows.values():
            body.append([_head(heading, columns=len(names))])
        last = heading
        unit = (table.units.get(row) or ("",))[0]
        body.append([_head(_label(form, table, row, language)), Box(unit), *(Box(code=c.code) for c in cells)])
    return [[_head(name) for name in names]], body
