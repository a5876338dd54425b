"""Statistics tables of the years before 2019: any numbers, in every kind of text, page and document they are found in."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable

from ingest.law.forms import STATISTICS, FormTable, statistics_forms
from tests.factory.docx import _NS, _RELS, _TYPES
from tests.factory.html import _table

Numbers = dict[str, str | None]  # code without the table's name → printed text, None for a blank
Rows = list[list[str]]


def random_numbers(rng: random.Random, form: str, top: int = 3000) -> Numbers:
    """A table whose sums hold: the year's numbers, and running totals not below them."""
    spec = statistics_forms()[form]
    numbers = {row: rng.choice((0, 0, rng.randint(0, top))) for row in spec.tables[STATISTICS].rows}
    # Parts first: a sum may be part of another one (denied is one kind of answer).
    for rule in sorted(spec.rules, key=lambda r: r.rule == "answers_total"):
        numbers[rule.left[0].split(".")[1]] = sum(numbers[code.split(".")[1]] for code in rule.right)
    texts: Numbers = {}
    for cell in spec.cells:
        code = cell.code.removeprefix(f"{STATISTICS}.")
        texts[code] = str(numbers[cell.row] + (rng.choice((0, rng.randint(0, top))) if cell.column else 0))
    return texts


def rows_of(form: str, numbers: Numbers, without: frozenset[str] = frozenset()) -> Rows:
    """The table as drawn: header, headings without numbers, rows of label, unit and numbers."""
    table = statistics_forms()[form].tables[STATISTICS]
    first, *others = table.columns
    year = "2015年度" if others else table.header[first][0]
    drawn = [[table.header["name"][0], table.header["unit"][0], year, *(table.header[c][0] for c in others)]]
    headings, before = {*table.under.values()} - {*table.rows.values(), ""}, ""
    for row, label in table.rows.items():
        above = table.under[row]
        if above in headings:
            headings.remove(above)
            drawn.append([above, "——", *["——"] * len(table.columns)])
        if row not in without:
            values = [numbers[row], *(numbers[f"{row}.{c}"] for c in others)]
            drawn.append([_written(table, label, above, before), table.units[row][0], *(v or "" for v in values)])
        before = above
    return drawn


def _written(table: FormTable, label: str, above: str, before: str) -> str:
    """The first row below another one says that it is a part of it."""
    return f"{table.prefix}：{label}" if above and above != before and above in table.rows.values() else label


def _lines(rows: Rows, cell: str, row: str = "") -> str:
    return row.join(cell.join(line) for line in rows)


TEXTS: dict[str, Callable[[Rows], str]] = {
    "BBL": lambda rows: _lines(rows, "\n\n", "\n\n"),
    "P": lambda rows: "\n".join(" | ".join(line) + " |" for line in rows),
    "PLn": lambda rows: "\n".join(f"{cell} |" for line in rows for cell in line),
    "S": lambda rows: _lines(rows, " ", " "),
    "G": lambda rows: _lines(rows, ""),
}
APART = [kind for kind in TEXTS if kind != "G"]
TITLE = "示例县2015年政府信息公开工作年度报告"
BEFORE = (
    TITLE,
    "本报告的统计期限自2015年1月1日至12月31日。",
    "一、概述",
    "2015年，我县主动公开政府信息12条，收到申请3件。",
    "附表",
)
AFTER = ("二、存在的问题", "2015年工作中仍有不足。")


def as_text(rows: Rows, kind: str) -> bytes:
    """A report whose table became text."""
    return "\n".join([*BEFORE, TEXTS[kind](rows), *AFTER]).encode()


def as_tabbed(rows: Rows) -> bytes:
    """A word processor's export: a cell begins with a tab, a blank line ends a row."""
    table = "\n\n".join("\n".join(f"\t{cell}" for cell in line) for line in rows)
    return "\n".join([*BEFORE, table, "", "", *AFTER]).encode()


def as_html(rows: Rows) -> bytes:
    """A report as a web page with a drawn table."""
    table = _table([[(cell, 1, 1) for cell in line] for line in rows])
    body = "".join(f"<p>{p}</p>" for p in BEFORE) + table + "".join(f"<p>{p}</p>" for p in AFTER)
    return f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{TITLE}</title></head><body>{body}</body></html>".encode()


def as_docx(rows: Rows) -> bytes:
    """A report as .docx with a drawn table."""

    def paragraph(text: str) -> str:
        return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"

    lines = ["".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in line) for line in rows]
    table = f"<w:tbl>{''.join(f'<w:tr>{line}</w:tr>' for line in lines)}</w:tbl>"
    body = "".join(map(paragraph, BEFORE)) + table + "".join(map(paragraph, AFTER))
    xml = f'<?xml version="1.0" encoding="UTF-8"?><w:document {_NS}><w:body>{body}</w:body></w:document>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for file, part in (("[Content_Types].xml", _TYPES), ("_rels/.rels", _RELS), ("word/document.xml", xml)):
            archive.writestr(zipfile.ZipInfo(file, (2024, 1, 1, 0, 0, 0)), part)
    return out.getvalue()


DRAWN: dict[str, Callable[[Rows], bytes]] = {"tabbed": as_tabbed, "html": as_html, "docx": as_docx}


def written(rows: Rows, name: str) -> bytes:
    """The rows in one of all formats."""
    return DRAWN[name](rows) if name in DRAWN else as_text(rows, name)
