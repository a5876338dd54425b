"""The three statutory tables as they are drawn: rows of (text, rowspan, colspan), from the form files."""

from __future__ import annotations

from itertools import groupby

from ingest.forms import FormTable, load_forms
from tests.factory.record import Record

Drawn = list[list[tuple[str, int, int]]]
NOTE = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
HEADINGS = {"disclosure": "二、主动公开政府信息情况", "requests": "三、收到和处理政府信息公开申请情况",
            "challenges": "四、政府信息公开行政复议、行政诉讼情况"}  # fmt: skip
WIDTHS = {"disclosure": 4, "requests": 10, "challenges": 15}


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


def _disclosure(record: Record, spec: FormTable) -> Drawn:
    rows: Drawn = []
    for item, of_item in groupby(spec.cells, key=lambda c: c.item):
        cells = list(of_item)
        rows.append([(item, 1, 4)])
        labels = list(dict.fromkeys(c.column_label + ("（单位：万元）" if c.unit == "万元" else "") for c in cells))
        rows.append(_spread(["信息内容", *labels], 4))
        for label, group in groupby(cells, key=lambda c: c.row_label):
            rows.append([(label, 1, 1), *_values(record, [c.code for c in group], 3)])
    return rows


def _requests(record: Record, spec: FormTable) -> Drawn:
    labels = list(spec.columns.values())
    two_lines = [f"{x[:2]}\n{x[2:]}" if len(x) == 4 else x for x in labels[1:-1]]
    rows: Drawn = [
        [(NOTE, 3, 3), ("申请人情况", 1, 7)],
        [(labels[0], 2, 1), ("法人或其他组织", 1, 5), (labels[-1], 2, 1)],
        [(x, 1, 1) for x in two_lines],
    ]
    codes = list(spec.rows)
    inner = [c for c in codes if spec.rows[c][0] not in "一二四"]
    for code in codes:
        label, under = spec.rows[code], spec.under[code]
        values = _values(record, [f"requests.{code}.{c}" for c in spec.columns], 7)
        if code not in inner:
            rows.append([(label, 1, 3), *values])
            continue
        row: list[tuple[str, int, int]] = []
        if code == inner[0]:
            row.append(("三、本年度办理结果", len(inner), 1))
        if label[0].isdigit():
            group = [c for c in inner if spec.under[c] == under]
            if code == group[0]:
                row.append((under, len(group), 1))
            row.append((label, 1, 1))
        else:
            note = "（区分处理的，只计这一情形，不计其他情形）" if code == "partly_granted" else ""
            row.append((label + note, 1, 2))
        rows.append([*row, *values])
    return rows


def _challenges(record: Record, spec: FormTable) -> Drawn:
    outcomes = list(spec.columns.values())
    lines = [f"{x[:2]}\n{x[2:]}" if len(x) == 4 else x for x in outcomes]
    review, *lawsuits = spec.rows.values()
    return [
        [(review, 1, 5), ("行政诉讼", 1, 10)],
        [*((x, 2, 1) for x in lines), *((x, 1, 5) for x in lawsuits)],
        [(x, 1, 1) for x in lines * 2],
        [(_text(record, c.code), 1, 1) for c in spec.cells],
    ]
