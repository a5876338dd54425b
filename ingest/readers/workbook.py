"""Open an Excel or WPS workbook safely: what the library is given is a clean copy that was measured before.

The library reserves memory for the whole rectangle between the first and the last cell, so one cell in the last corner of a
sheet would end the program. Macros, pictures and everything but the cells are left out of the copy; nothing is ever run.
Source: ECMA-376 part 1, §18 (SpreadsheetML).
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import olefile
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from ingest.model import IngestError
from ingest.readers.workbook97 import MAX_CELLS, MAX_TEXT, clean_xls, too_large

MAX_BYTES = 64 * 1024 * 1024  # all parts of a workbook unpacked
MAX_SHEETS = 256
_ROW, _CELL = re.compile(rb"<(?:\w+:)?row\b"), re.compile(rb"<(?:\w+:)?c[\s/>]")
_REF = re.compile(rb"\sr\s*=\s*[\"']\s*([A-Za-z]*)(\d+)")
_EMPTY_CELL = re.compile(rb"<(?:\w+:)?c\s[^<>]*/>")
_CELLS = {
    0x01,
    0x02,
    0x03,
    0x04,
    0x05,
    0x06,
    0x0201,
    0x0203,
    0x0204,
    0x0205,
    0x0206,
    0x0406,
    0x7E,
    0x027E,
    0xBD,
    0xBE,
    0xD6,
    0xFD,
}
_FILEPASS, _BOUNDSHEET, _DIMENSIONS, _SST, _LABELSST, _BOF = 0x2F, 0x85, 0x0200, 0xFC, 0xFD, 0x0809
Merge = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its values from its first used row and column (from 0), and the merged ranges of the whole sheet."""

    name: str
    top: int
    left: int
    rows: list[list[Any]]
    merges: list[Merge]


def looks_like_sheet(names: Iterable[str]) -> bool:
    """Whether the file names of a zip, or the stream names of an old Office file, are those of a workbook."""
    found = {name.lower() for name in names}
    return bool(found & {"xl/workbook.xml", "xl/workbook.bin", "workbook", "book"})


def open_sheets(data: bytes) -> list[Sheet]:
    """The sheets that a person sees, in order; a hidden sheet (often last year's) is read only if all are hidden.

    Hidden rows and columns cannot be told from others and are read; a value that contradicts its double is not used later.
    Raises IngestError encrypted, damaged_sheet, sheet_not_read (kinds other than .xlsx and .xls) or too_large.
    """
    copy = clean_xls(data) if data.startswith(olefile.MAGIC) else _clean_xlsx(data)
    try:
        return _sheets(copy)
    except PasswordError as error:
        raise IngestError("encrypted") from error
    except (CalamineError, ValueError, OverflowError, OSError) as error:
        raise IngestError("damaged_sheet", "", str(error)[:200]) from error
    except BaseException as error:  # a panic of the library is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise IngestError("damaged_sheet", "", str(error)[:200]) from error


def _sheets(copy: bytes) -> list[Sheet]:
    with CalamineWorkbook.from_filelike(io.BytesIO(copy)) as book:
        drawn = [s for s in book.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet]
        shown = [s.name for s in drawn if s.visible == SheetVisibleEnum.Visible] or [s.name for s in drawn]
        if len(shown) > MAX_SHEETS:
            raise IngestError("too_large", "", f"{len(shown)} sheets", f"{MAX_SHEETS} sheets")
        sheets = []
        for name in shown:
            sheet = book.get_sheet_by_name(name)
            if sheet.start is not None:
                top, left = sheet.start
                sheets.append(Sheet(name, top, left, sheet.to_python(), list(sheet.merged_cell_ranges or ())))
        return sheets


def _clean_xlsx(data: bytes) -> bytes:
    """The parts of an .xlsx that hold cells, stored without packing."""
    parts: dict[str, bytes] = {}
    left = MAX_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist():
                if info.filename.lower() in ("xl/workbook.bin", "content.xml"):
                    raise IngestError("sheet_not_read", info.filename)
                if info.flag_bits & 1:
                    raise IngestError("encrypted", info.filename)
                if not info.filename.lower().endswith((".xml", ".rels")):
                    continue
                with archive.open(info) as part:
                    parts[info.filename] = part.read(left + 1)  # a header that lies about the size is caught here
                left -= len(parts[info.filename])
                if left < 0:
                    raise too_large(MAX_BYTES - left, MAX_BYTES, "bytes")
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        RuntimeError,
        NotImplementedError,
        ValueError,
        OSError,
        struct.error,
    ) as error:
        raise IngestError("damaged_sheet", "", str(error)[:200]) from error
    number = sum(len(_CELL.findall(xml)) for xml in parts.values())
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, xml in parts.items():
            archive.writestr(zipfile.ZipInfo(name), _measured(xml, name, number))
    return out.getvalue()


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
