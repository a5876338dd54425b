"""Open an Excel or WPS workbook safely: what the library is given is a clean copy that was measured before.

The library reserves memory for the whole rectangle between the first and the last cell, so one cell in the last corner of a
sheet would end the program. Macros, pictures and everything but the cells are left out of the copy; nothing is ever run.
Source: ECMA-376 part 1, §18 (SpreadsheetML).
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import quoteattr

import olefile
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from ingest.model import IngestError
from ingest.readers.kinds import office_root
from ingest.readers.package import BROKEN, Package, open_package, usual
from ingest.readers.sheet.drawings import Box, boxes_over, lay_over
from ingest.readers.sheet.formula import Place
from ingest.readers.sheet.seen import Hidden, Sheet, hidden_xls, hidden_xlsx, leave_out
from ingest.readers.sheet.workbook97 import MAX_CELLS, MAX_TEXT, compound_file, open_xls, too_large
from ingest.readers.sheet.workbook97_cells import shown_xls
from ingest.readers.sheet.workbook97_drawings import boxes_xls
from ingest.readers.sheet.workbook2003 import read_2003
from ingest.readers.sheet.xml_cells import S, cells_shown, read_book

MAX_BYTES = 64 * 1024 * 1024  # all parts of a workbook unpacked
MAX_SHEETS = 256
_ROW, _CELL = re.compile(rb"<(?:\w+:)?row\b"), re.compile(rb"<(?:\w+:)?c[\s/>]")
_REF = re.compile(rb"\sr\s*=\s*[\"']\s*([A-Za-z]*)(\d+)")
_EMPTY_CELL = re.compile(rb"<(?:\w+:)?c\s[^<>]*/>")


def open_sheets(data: bytes) -> list[Sheet]:
    """The sheets that a person sees, in order; a hidden sheet (often last year's) is read only if all are hidden.

    Hidden rows and columns are left out, which is told.
    Raises IngestError encrypted, damaged_sheet, sheet_not_read (kinds other than .xlsx and .xls) or too_large.
    """
    try:
        if data.startswith(olefile.MAGIC):
            stream, name = open_xls(data)
            return _sheets(compound_file(stream, name), shown_xls(stream), boxes_xls(stream), hidden_xls(stream))
        if office_root(data) == "Workbook":
            return [leave_out(Sheet(grid.name, 0, 0, grid.rows(), grid.merges), grid.hidden) for grid in read_2003(data)]
        book = _Parts(data)
        return _sheets(book.copy(), book.shown(), book.boxes(), book.hidden())
    except PasswordError as error:
        raise IngestError("encrypted") from error
    except (CalamineError, *BROKEN, OverflowError, struct.error) as error:
        raise IngestError("damaged_sheet", "", str(error)[:200]) from error
    except BaseException as error:  # a panic of the library is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise IngestError("damaged_sheet", "", str(error)[:200]) from error


def _sheets(copy: bytes, shown: list[dict[Place, str]], boxes: list[list[Box]], hidden: list[Hidden]) -> list[Sheet]:
    """The sheets with their values; what is shown otherwise than stored, and what lies over cells, takes the place of the value."""
    with CalamineWorkbook.from_filelike(io.BytesIO(copy)) as book:
        drawn = [(n, s) for n, s in enumerate(book.sheets_metadata) if s.typ == SheetTypeEnum.WorkSheet]
        seen = [(n, s.name) for n, s in drawn if s.visible == SheetVisibleEnum.Visible] or [(n, s.name) for n, s in drawn]
        if len(seen) > MAX_SHEETS:
            raise IngestError("too_large", "", f"{len(seen)} sheets", f"{MAX_SHEETS} sheets")
        sheets = []
        for n, name in seen:
            sheet = book.get_sheet_by_name(name)
            top, left = sheet.start or (0, 0)
            rows = sheet.to_python() if sheet.start is not None else []
            found = Sheet(name, top, left, rows, list(sheet.merged_cell_ranges or ()))
            found = _with(found, shown[n] if n < len(shown) else {})
            found = _with(found, lay_over(found.rows, (found.top, found.left), boxes[n]) if n < len(boxes) else {})
            found = leave_out(found, hidden[n]) if n < len(hidden) else found
            if found.rows:
                sheets.append(found)
        return sheets


def _with(sheet: Sheet, texts: Mapping[Place, str]) -> Sheet:
    """A sheet in which some cells hold other texts, also such as lie outside its used rectangle."""
    if not texts:
        return sheet
    height, width = len(sheet.rows), max(map(len, sheet.rows), default=0)
    places = [*texts, (sheet.top, sheet.left), (sheet.top + height - 1, sheet.left + width - 1)] if height else [*texts]
    top, left, bottom, right = (f(p[k] for p in places) for k, f in ((0, min), (1, min), (0, max), (1, max)))
    if (bottom - top + 1) * (right - left + 1) > MAX_CELLS:
        raise too_large((bottom - top + 1) * (right - left + 1), MAX_CELLS, "cells")
    before, behind = [""] * (sheet.left - left if height else 0), right + 1 - left
    rows = [[""] * behind for _ in range(sheet.top - top if height else 0)]
    rows += [(before + row + [""] * behind)[:behind] for row in sheet.rows]
    rows += [[""] * behind for _ in range(bottom - top + 1 - len(rows))]
    for (row, column), text in texts.items():
        rows[row - top][column - left] = text
    return Sheet(sheet.name, top, left, rows, sheet.merges)


class _Parts:
    """The parts of an .xlsx that hold cells, under the names the library looks for; what the file calls them is its own affair."""

    def __init__(self, data: bytes) -> None:
        self._package = open_package(data)
        self._main = self._package.main("xl/workbook.xml")
        for name in ("xl/workbook.bin", "content.xml"):
            if name in self._package.names:
                raise IngestError("sheet_not_read", name)
        self._relations = self._package.relations(self._main)
        names = {self._main: "xl/workbook.xml"}
        for kind in ("sharedStrings", "styles"):
            names |= {r.target: f"xl/{kind}.xml" for r in self._relations.values() if r.kind == kind}
        self._names = {old.lower(): new for old, new in names.items()}
        self._parts = self._read(self._package)

    def _read(self, package: Package) -> dict[str, bytes]:
        parts: dict[str, bytes] = {}
        left = MAX_BYTES
        for name in package.names:
            if not name.endswith((".xml", ".rels")):
                continue
            data = package.read(name) or b""
            left -= len(data)
            if left < 0:
                raise too_large(MAX_BYTES - left, MAX_BYTES, "bytes")
            parts[self._names.get(name, package.names[name].replace("\\", "/").lstrip("/"))] = usual(data)
        if self._relations:
            own = posixpath.join(posixpath.dirname(self._main), "_rels", f"{posixpath.basename(self._main)}.rels")
            parts = {name: xml for name, xml in parts.items() if name.lower() != own.lower()}
            parts["xl/_rels/workbook.xml.rels"] = self._links()
        return parts

    def _links(self) -> bytes:
        """The relationships of the workbook, each to the name its part has in the copy."""
        office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
        lines = (
            f'<Relationship Id={quoteattr(key)} Type="{office}{r.kind}" Target={quoteattr("/" + self._name(r.target))}/>'
            for key, r in self._relations.items()
            if not r.outside and r.kind.isalnum()
        )
        head = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        return f"{head}{''.join(lines)}</Relationships>".encode()

    def _name(self, target: str) -> str:
        stored = self._package.names.get(target.lower(), target)
        return self._names.get(target.lower(), stored.replace("\\", "/").lstrip("/"))

    def copy(self) -> bytes:
        """The parts in a new file, stored without packing."""
        number = sum(len(_CELL.findall(xml)) for xml in self._parts.values())
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, xml in self._parts.items():
                archive.writestr(zipfile.ZipInfo(name), _measured(xml, name, number))
        return out.getvalue()

    def _sheet_names(self) -> list[str]:
        """The part of each sheet, in the order of the workbook; "" for one that has none."""
        root = self._package.xml(self._main)
        key = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
        listed = [s.get(key) or "" for s in root.iter(S + "sheet")] if root is not None else []
        return [self._relations[k].target if k in self._relations else "" for k in listed]

    def shown(self) -> list[dict[Place, str]]:
        """For each sheet the cells that are shown otherwise than they are stored."""
        if "xl/workbook.xml" not in self._parts:
            return []
        book = read_book(*(self._parts.get(f"xl/{part}.xml") for part in ("workbook", "styles", "sharedStrings")))  # type: ignore[arg-type]
        sheets = [(name, self._parts.get(self._name(name)) if name else None) for name in self._sheet_names()]
        return [cells_shown(xml, name, book) if xml else {} for name, xml in sheets]

    def hidden(self) -> list[Hidden]:
        """For each sheet its hidden rows and columns."""
        parts = [(name, self._parts.get(self._name(name)) if name else None) for name in self._sheet_names()]
        return [hidden_xlsx(xml, name) if xml else Hidden() for name, xml in parts]

    def boxes(self) -> list[list[Box]]:
        """For each sheet what is drawn over its cells."""
        return [boxes_over(self._package, name) if name else [] for name in self._sheet_names()]


def _measured(xml: bytes, name: str, number: int) -> bytes:
    """A part of an .xlsx whose cells fill no more than MAX_CELLS and whose texts, in each of `number` cells, MAX_TEXT."""
    if b"\0" in xml or b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise IngestError("damaged_sheet", name, "DOCTYPE" if b"\0" not in xml else "UTF-16")
    if "sharedstrings" in name.lower():
        longest = max(map(len, re.split(rb"<(?:\w+:)?si\b", xml)))
        if longest * number > MAX_TEXT:
            raise too_large(longest * number, MAX_TEXT, "bytes")
    area = _area(xml)
    if area > MAX_CELLS and len(_CELL.findall(xml)) == sum(1 for m in _REF.finditer(xml) if m[1]):
        # Empty cells far out that only have a style are common, and are cells no one sees.
        xml = _EMPTY_CELL.sub(b"", xml)
        area = _area(xml)
    if area > MAX_CELLS:
        raise too_large(area, MAX_CELLS, "cells")
    return xml


def _area(xml: bytes) -> int:
    """The largest rectangle that the cells of a sheet can span; cells without an address follow on the one before."""
    rows, columns, named, lines = 0, 0, 0, 0
    cells = len(_CELL.findall(xml))
    found = _REF.findall(xml)
    for letters, digits in found:
        if not letters:
            lines = max(lines, int(digits[:9]))
            continue
        named += 1
        rows = max(rows, int(digits[:9]))
        column = 0
        for letter in letters[:6].upper():
            column = column * 26 + letter - 64
        columns = max(columns, column)
    if named < cells:
        rows = max(rows, lines) + len(_ROW.findall(xml))
        columns += cells - named
    return rows * columns
