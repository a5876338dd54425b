"""What is drawn over the cells of a sheet in an .xls or .et: text boxes and pictures, not the notes of cells.

Source: [MS-XLS] 2.4.181 (Obj), 2.4.329 (TxO), 2.4.170 (MsoDrawing); [MS-ODRAW] 2.2.14 (shapes).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from ingest.readers.sheet.drawings import Box
from ingest.readers.sheet.workbook97 import sheet_records, sheet_starts

_DRAWING, _OBJECT, _TEXT, _CONTINUE = 0xEC, 0x5D, 0x1B6, 0x3C
_ANCHOR = b"\x10\xf0\x12\0\0\0"  # the kind and length of the corners of a shape
_PICTURE, _NOTE = 0x08, 0x19
_ACROSS, _DOWN = (
    64,
    16,
)  # parts of 1,024 of a column and of 256 of a row: a box that reaches so little into a cell does not cover it


def boxes_xls(stream: bytes) -> list[list[Box]]:
    """For each sheet of a workbook stream what is drawn over its cells."""
    return [list(_boxes(stream, start)) for start in sheet_starts(stream)]


def _boxes(stream: bytes, start: int) -> Iterator[Box]:
    corners: tuple[int, ...] | None = None
    shape = count = 0
    for kind, record in sheet_records(stream, start):
        if kind == _DRAWING and (at := record.rfind(_ANCHOR)) >= 0 and len(record) >= at + 24:
            corners = struct.unpack_from("<8H", record, at + 8)
        elif kind == _OBJECT and len(record) >= 6:
            shape = struct.unpack_from("<H", record, 4)[0]
            if shape == _PICTURE and corners:
                yield _box(corners, "")
        elif kind == _TEXT and len(record) >= 12:
            count = struct.unpack_from("<H", record, 10)[0]
        elif kind == _CONTINUE and count and record:
            text = (
                record[1 : 1 + 2 * count].decode("utf-16-le", "replace")
                if record[0] & 1
                else record[1 : 1 + count].decode("latin-1")
            )
            count = 0
            if shape != _NOTE and corners and text.strip():
                yield _box(corners, text.replace("\r", "\n"))


def _box(corners: tuple[int, ...], text: str) -> Box:
    left, _, top, _, right, across, bottom, down = corners
    return Box((top, left), (max(bottom - (down <= _DOWN), top), max(right - (across <= _ACROSS), left)), text)
