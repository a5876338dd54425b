"""The clerk's own .docx with the likely corrections written in and marked; made only where nothing else of it is read otherwise afterwards."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from lxml import etree

from expectations.judge.edits import Edit, Repair
from expectations.messages import plain
from foi.draft.check import Checked, check_bytes
from foi.draft.repacked import body_of, with_body
from ingest.model import Cell, Hints, Report

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"  # ECMA-376, part 1, section 17
PLACE = re.compile(r"table (\d+) row (\d+) column (\d+)")
MARK = "yellow"
FLEETING = [W + name for name in ("fldSimple", "fldChar", "instrText", "ins", "del", "moveFrom", "moveTo")]
BOUND = ("dataBinding", "lock", "showingPlcHdr", "dropDownList", "comboBox", "date")
AFTER = {
    "u",
    "effect",
    "bdr",
    "shd",
    "fitText",
    "vertAlign",
    "rtl",
    "cs",
    "em",
    "lang",
    "eastAsianLayout",
    "specVanish",
    "oMath",
    "rPrChange",
}


def repaired(data: bytes, checked: Checked, home: Path, hints: Hints | None = None) -> bytes | None:
    """The draft with the smallest repair carried out, each changed number highlighted; None where that cannot be done safely.

    Safe means: read again, the changed cells hold the proposed numbers, and every other cell, and all else, is as it was.
    """
    repair = next(iter(checked.proposals), ())
    root = body_of(data) if repair else None
    if root is None:
        return None
    tables, cells = list(root.iter(W + "tbl")), {cell.code: cell for cell in checked.report.cells}
    if not all(edit.code in cells and _carry_out(edit, cells[edit.code], tables) for edit in repair):
        return None
    if (changed := with_body(data, root)) is None:
        return None
    again = check_bytes(changed, checked.report.file, home, hints)
    return changed if _differ_only_in(repair, checked.report, again.report) else None


def _carry_out(edit: Edit, cell: Cell, tables: Sequence[etree._Element]) -> bool:
    """Write the number of an edit into its box; False where the cell is not found where it was read, or holds more than its number."""
    found = PLACE.fullmatch(cell.place or "")
    if not found or cell.printed is None or (cell.raw or "").strip() != cell.printed:
        return False
    table, row, column = (int(number) - 1 for number in found.groups())
    box = _box(tables[table], row, column) if table < len(tables) else None
    texts = [] if box is None else [t for t in box.iter(W + "t") if (t.text or "").strip()]
    if box is None or "".join(t.text or "" for t in texts).strip() != cell.printed or _is_made_elsewhere(box):
        return False
    run = next(texts[0].iterancestors(W + "r"), None)
    if run is None:
        return False
    texts[0].text = plain(edit.after)
    for rest in texts[1:]:
        rest.text = ""
    properties = run.find(W + "rPr")
    if properties is None:
        properties = etree.Element(W + "rPr")
        run.insert(0, properties)
    _mark(properties)
    return True


def _is_made_elsewhere(box: etree._Element) -> bool:
    """Whether Word would write another number over ours: a field, a bound or locked control, a change that waits to be accepted."""
    if next(box.iter(*FLEETING), None) is not None:
        return True
    controls = [*box.iter(W + "sdt"), *box.iterancestors(W + "sdt")]
    said = (e for control in controls for e in control.iterfind(f"{W}sdtPr/*"))
    return any(etree.QName(e).localname in BOUND for e in said if isinstance(e.tag, str))


def _mark(properties: etree._Element) -> None:
    """Highlight a run; Word wants what is said of it in an order that is always the same (section 17.3.2.28)."""
    for before in properties.findall(W + "highlight"):
        properties.remove(before)
    after = [e for e in properties.iterchildren("*") if etree.QName(e).localname in AFTER or not e.tag.startswith(W)]
    mark = etree.Element(W + "highlight", {W + "val": MARK})
    properties.insert(properties.index(after[0]) if after else len(properties), mark)


def _box(table: etree._Element, row: int, column: int) -> etree._Element | None:
    """The box that begins in a column of the grid; None where none begins there."""
    rows = [r for r in table.iter(W + "tr") if next(r.iterancestors(W + "tbl")) is table]
    if row >= len(rows):
        return None
    at = 0
    for box in (b for b in rows[row].iter(W + "tc") if next(b.iterancestors(W + "tr")) is rows[row]):
        if at == column:
            return box
        span = box.find(f"{W}tcPr/{W}gridSpan")
        wide = "1" if span is None else span.get(W + "val", "1")
        at += int(wide) if wide.isdecimal() else 1
    return None


def _differ_only_in(repair: Repair, before: Report, after: Report) -> bool:
    wanted = {cell.code: (cell.state, cell.value) for cell in before.cells}
    wanted |= {edit.code: ("reported", edit.after) for edit in repair}
    found = {cell.code: (cell.state, cell.value) for cell in after.cells}
    return (
        found == wanted
        and (before.unit_code, before.report_year, before.forms) == (after.unit_code, after.report_year, after.forms)
        and before.sections == after.sections
    )
