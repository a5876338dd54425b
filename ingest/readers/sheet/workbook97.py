"""Copy the cells of an old workbook (.xls, .et) into a new file after measuring them, so that no size in it is a trap.

Source: [MS-XLS] §2.3 (records); [MS-CFB] §2 (compound file).
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

import olefile

from ingest.model import IngestError

MAX_CELLS = 1_000_000  # the rectangle of one sheet
MAX_TEXT = 512 * 1024 * 1024  # the longest text in every cell
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
_EOF = 0x0A


def too_large(what: int, limit: int, unit: str) -> IngestError:
    """The error for a workbook that holds too much of something."""
    return IngestError("too_large", "", f"{what} {unit}", f"{limit} {unit}")


def open_xls(data: bytes) -> tuple[bytes, str]:
    """The workbook stream of an .xls or .et, measured, and its name; raises IngestError."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            if ole.exists("EncryptedPackage") or ole.exists("EncryptionInfo"):
                raise IngestError("encrypted")
            name = next((n for n in ("Workbook", "Book") if ole.exists(n)), None)
            if name is None:
                raise IngestError("damaged_sheet", "", "no workbook stream")
            stream = ole.openstream(name).read()
    except (
        OSError,
        ValueError,
        IndexError,
        KeyError,
        struct.error,
        TypeError,
        AttributeError,
        RecursionError,
        MemoryError,
    ) as error:
        raise IngestError("damaged_sheet", "", str(error)[:200]) from error
    _measure_records(stream)
    return stream, name


def _measure_records(stream: bytes) -> None:
    """Raise IngestError when the cells of a sheet span too much, a size is a lie or the file has a password."""
    rows = columns = strings = texts = 0
    for kind, at, record in records(stream):
        if kind == _FILEPASS:
            raise IngestError("encrypted")
        if kind == _BOF:
            rows = columns = 0
        elif kind in _CELLS and len(record) >= 4:
            row, column = struct.unpack_from("<HH", record)
            # A record of several cells ends with its last column.
            last = struct.unpack("<H", record[-2:])[0] if kind in (0xBD, 0xBE) else column
            rows, columns = max(rows, row + 1), max(columns, column + 1, last + 1)
            texts += kind == _LABELSST
            if rows * columns > MAX_CELLS:
                raise too_large(rows * columns, MAX_CELLS, "cells")
        elif kind == _SST:
            strings = len(stream) - at
            _check_sizes(kind, record, len(stream))
        else:
            _check_sizes(kind, record, len(stream))
    if texts * min(strings, 1 << 17) > MAX_TEXT:
        raise too_large(texts * min(strings, 1 << 17), MAX_TEXT, "bytes")


def records(stream: bytes, start: int = 0) -> Iterator[tuple[int, int, bytes]]:
    """The records from a place on: kind, place, content."""
    at = start
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield kind, at, stream[at + 4 : at + 4 + size]
        at += 4 + size


def sheet_starts(stream: bytes) -> list[int]:
    """Where each sheet begins, in the order of the workbook."""
    starts: list[int] = []
    for kind, _, record in records(stream):
        if kind == _BOUNDSHEET and len(record) >= 4:
            starts.append(struct.unpack_from("<I", record)[0])
        elif kind == _EOF:
            break
    return starts


def sheet_records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """The records of a sheet, not those of a chart in it, which has cells of its own."""
    depth = 0
    for kind, _, record in records(stream, start):
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            yield kind, record


def _check_sizes(kind: int, record: bytes, length: int) -> None:
    """Sizes that a record tells in advance, for which the library would reserve memory."""
    if kind == _DIMENSIONS and len(record) in (10, 14):
        top, bottom, left, right = struct.unpack_from("<IIHH" if len(record) == 14 else "<HHHH", record)
        if top > bottom or left > right:
            raise IngestError("damaged_sheet", "", f"rows {top}–{bottom}, columns {left}–{right}")
        if (bottom - top) * (right - left) > MAX_CELLS:
            raise too_large((bottom - top) * (right - left), MAX_CELLS, "cells")
    elif kind == _SST and len(record) >= 8 and struct.unpack_from("<I", record, 4)[0] > length:
        raise IngestError("damaged_sheet", "", f"{struct.unpack_from('<I', record, 4)[0]} texts")
    elif kind == _BOUNDSHEET and len(record) >= 4 and struct.unpack_from("<I", record)[0] >= length:
        raise IngestError("damaged_sheet", "", "a sheet that begins after the end of the file")


def compound_file(stream: bytes, name: str) -> bytes:
    """A compound file (version 4, sectors of 4,096 bytes) that holds one stream: header, table of sectors, directory, stream."""
    sector, free, end, table = 4096, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    data = stream + bytes(-len(stream) % sector)
    count = len(data) // sector
    tables = -(-(count + 2) // (sector // 4 - 1))
    entries = [table] * tables + [end, end] + [tables + 3 + n for n in range(count)]
    entries[-1] = end
    entries += [free] * (tables * sector // 4 - len(entries))
    header = olefile.MAGIC + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 4, 0xFFFE, 12, 6)
    header += struct.pack("<IIIIIIIIII", 1, tables, tables, 0, sector, end, 0, end, 0, 0)[:-4]
    header += struct.pack("<109I", *(range(tables)), *([free] * (109 - tables)))

    def entry(label: str, kind: int, child: int, start: int, size: int) -> bytes:
        text = label.encode("utf-16-le")
        head = text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text) + 2 if text else 0, kind, 1, free, free, child)
        return head + bytes(36) + struct.pack("<IQ", start, size)

    # The library wants the root to have a sector, though nothing is in it.
    directory = entry("Root Entry", 5, 1, tables + 1, 0) + entry(name, 2, free, tables + 2, len(data))
    directory += entry("", 0, free, 0, 0) * (sector // 128 - 2) + bytes(sector)
    file: bytes = header.ljust(sector, b"\0") + struct.pack(f"<{len(entries)}I", *entries) + directory + data
    return file
