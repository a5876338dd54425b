"""The three statutory tables as they are drawn: rows of (text, rowspan, colspan), from the form files."""

from __future__ import annotations

import re
from itertools import groupby

from ingest.law.forms import FormTable, load_forms
from tests.factory.record import Record

Drawn = list[list[tuple[str, int, int]]]
NOTE = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
HEADINGS = {"disclosure": "二、主动公开政府信息情况", "requests": "三、收到和处理政府信息公开申请情况",
            "challenges": "四、政府信息公开行政复议、行政诉讼情况"}  # fmt: skip
WIDTHS = {"disclosure": 4, "requests": 10, "challenges": 15}  # of the forms of 2019 and 2021
TOP_LEVEL = re.compile("[一二三四五六七八九十]+、")


def draw(record: Record, table: str) -> Drawn:
    """One table of a record, as the official form draws it."""
    spec = load_forms()[record.form].tables[table]
    return {"disclosure": _disclosure, "requests": _requests, "challenges": _challenges}[table](record, spec)


def below(record: Record, code: str) -> str:
    """The code of the cell under another one of table two or three, "" where the form draws none."""
    spec = load_forms()[record.form].tables[code.split(".")[0]]
    if spec.rows:
        rows, (_, row, column) = list(spec.rows), code.split(".")
        return ".".join(["requests", rows[rows.index(row) + 1], column]) if row != rows[-1] else ""
    cell = next(c for c in spec.cells if c.code == code)
    under = [c.code for c in spec.cells if (c.item, c.column_label) == (cell.item, cell.column_label)]
    return under[under.index(code) + 1] if code != under[-1] else ""


def _text(record: Record, code: str) -> str:
    return record.cells.get(code) or ""


def _values(record: Record, codes: list[str], width: int) -> list[tuple[str, int, int]]:
    """The numbers of one row, the last one over what is left; one that is merged downwards is not drawn in the row below again."""
    hidden = {below(record, code) for code in record.merged}
    wide = [1] * (len(codes) - 1) + [width - len(codes) + 1]
    cells = zip(codes, wide, strict=True)
    return [(_text(record, c), 2 if c in record.merged else 1, span) for c, span in cells if c not in hidden]


def _spread(cells: list[str], width: int) -> list[tuple[str, int, int]]:
    """Cells over a row, the last one over what is left."""
    return [(c, 1, 1) for c in cells[:-1]] + [(cells[-1], 1, width - len(cells) + 1)]


def width(drawn: Drawn) -> int:
    """How many columns a drawn table has; nothing hangs into its first row."""
    return sum(columns for _, _, columns in drawn[0])


def _disclosure(record: Record, spec: FormTable) -> Drawn:
    rows: Drawn = []
    wide = 1 + max(len(list(group)) for _, group in groupby(spec.cells, key=lambda c: (c.item, c.row_label)))
    for item, of_item in groupby(spec.cells, key=lambda c: c.item):
        cells = list(of_item)
        rows.append([(item, 1, wide)])
        labels = list(dict.fromkeys(c.column_label + (f"（单位：{c.unit}）" if c.unit == "万元" else "") for c in cells))
        rows.append(_spread(["信息内容", *labels], wide))
        for label, group in groupby(cells, key=lambda c: c.row_label):
            rows.append([(label, 1, 1), *_values(record, [c.code for c in group], wide - 1)])
    return rows


def _two_lines(label: str) -> str:
    return f"{label[:2]}\n{label[2:]}" if len(label) == 4 else label


def _requests(record: Record, spec: FormTable) -> Drawn:
    columns = list(spec.columns.items())
    rows: Drawn = [[(NOTE, 3, 3), ("申请人情况", 1, len(columns))], [], []]
    for under, group in groupby(columns, key=lambda c: spec.under[c[0]]):
        labels = [label for _, label in group]
        rows[1] += [(under, 1, len(labels))] if under else [(label, 2, 1) for label in labels]
        rows[2] += [(_two_lines(label), 1, 1) for label in labels] if under else []
    inner = [code for code, label in spec.rows.items() if not TOP_LEVEL.match(label)]
    for code, label in spec.rows.items():
        values = _values(record, [f"requests.{code}.{c}" for c in spec.columns], len(columns))
        if code not in inner:
            rows.append([(label, 1, 3), *values])
            continue
        row: list[tuple[str, int, int]] = []
        if code == inner[0]:
            row.append((spec.under[code], len(inner), 1))
        if label[0].isdigit():
            group = [c for c in inner if spec.under[c] == spec.under[code]]
            if code == group[0]:
                row.append((spec.under[code], len(group), 1))
            row.append((label, 1, 1))
        else:
            note = "（区分处理的，只计这一情形，不计其他情形）" if code == "partly_granted" else ""
            row.append((label + note, 1, 2))
        rows.append([*row, *values])
    return rows


def _challenges(record: Record, spec: FormTable) -> Drawn:
    lines = [_two_lines(label) for label in spec.columns.values()]
    rows: Drawn = [[], [], [], [(_text(record, c.code), 1, 1) for c in spec.cells]]
    for under, group in groupby(spec.rows.items(), key=lambda r: spec.under[r[0]]):
        labels = [label for _, label in group]
        if under:
            rows[0].append((under, 1, len(lines) * len(labels)))
            rows[1] += [(label, 1, len(lines)) for label in labels]
            rows[2] += [(line, 1, 1) for _ in labels for line in lines]
        else:
            rows[0] += [(label, 1, len(lines)) for label in labels]
            rows[1] += [(line, 2, 1) for _ in labels for line in lines]
    return rows
