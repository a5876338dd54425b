"""The clerk's own .docx with the likely corrections written in and marked; made only where nothing else of it is read otherwise afterwards."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

from lxml import etree

from expectations.judge.edits import Edit, Repair
from expectations.messages import plain
from foi.draft.check import Checked, check_bytes
from ingest.model import Cell, Hints, Report

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"  # ECMA-376, part 1, section 17
BODY = "word/document.xml"
PLACE = re.compile(r"table (\d+) row (\d+) column (\d+)")
MARK = "yellow"
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
    if not repair or not zipfile.is_zipfile(io.BytesIO(data)):
        return None
    try:
        changed = _with(data, repair, {cell.code: cell for cell in checked.report.cells})
    except (KeyError, ValueError, zipfile.BadZipFile, etree.XMLSyntaxError):
        return None
    if changed is None:
        return None
    again = check_bytes(changed, checked.report.file, home, hints)
    return changed if _differ_only_in(repair, checked.report, again.report) else None


def _with(data: bytes, repair: Repair, cells: dict[str, Cell]) -> bytes | None:
    """The file with its edits; None where a cell is not found where it was read, or holds more than its number."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        root = etree.fromstring(old.read(BODY), etree.XMLParser(resolve_entities=False, no_network=True))
        tables = list(root.iter(W + "tbl"))
        if not all(_carry_out(edit, cells[edit.code], tables) for edit in repair):
            return None
        for entry in old.infolist():
            content = (
                old.read(entry)
                if entry.filename != BODY
                else etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)
            )
            new.writestr(entry, content)
    return out.getvalue()


def _carry_out(edit: Edit, cell: Cell, tables: Sequence[etree._Element]) -> bool:
    found = PLACE.fullmatch(cell.place or "")
    if not found or cell.printed is None or (cell.raw or "").strip() != cell.printed:
        return False
    table, row, column = (int(number) - 1 for number in found.groups())
    box = _box(tables[table], row, column) if table < len(tables) else None
    texts = [] if box is None else [t for t in box.iter(W + "t") if (t.text or "").strip()]
    if box is None or "".join(t.text or "" for t in texts).strip() != cell.printed:
        return False
    texts[0].text = plain(edit.after)
    for rest in texts[1:]:
        rest.text = ""
    run = next(texts[0].iterancestors(W + "r"))
    properties = run.find(W + "rPr")
    if properties is None:
        properties = etree.Element(W + "rPr")
        run.insert(0, properties)
    _mark(properties)
    return True


def _mark(properties: etree._Element) -> None:
    """Highlight a run; Word wants what is said of it in an order that is always the same (section 17.3.2.28)."""
    for before in properties.findall(W + "highlight"):
        properties.remove(before)
    after = [e for e in properties if etree.QName(e).localname in AFTER]
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
        at += int(span.get(W + "val", "1")) if span is not None else 1
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
