"""What a Word 97–2003 file stores, as the specification lays it out: streams, text pieces and runs of properties.

Source: [MS-CFB] (the container), [MS-DOC] 2.5 (FIB), 2.8.35 (PlcPcd), 2.9.33 and 2.9.174 (CHPX and PAPX pages), 2.2.5 (Prl).
"""

from __future__ import annotations

import io
import itertools
import struct
from collections.abc import Iterator
from dataclasses import dataclass

import olefile

from ingest.model import IngestError

U16 = struct.Struct("<H").unpack_from
U32 = struct.Struct("<I").unpack_from
# What damaged bytes raise on the way; every one of them means that the file does not keep to the specification.
DAMAGE = (OSError, struct.error, IndexError, KeyError, ValueError, TypeError, AttributeError, OverflowError)
_SIZE = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}
_CHPX, _PAPX, _CLX = 12, 13, 33  # numbers of the (offset, length) pairs in the FIB
# Properties that a piece may name by a short number instead of in full ([MS-DOC] 2.9.215): in table, row end, deleted, hidden.
_SHORT = {0x18: 0x2416, 0x19: 0x2417, 0x41: 0x0800, 0x5C: 0x083C}
_HUGE = (0x6645, 0x6646, 0x646B)  # sprmPHugePapx (two numbers) and sprmPTableProps: the properties stand in the Data stream


@dataclass(frozen=True, slots=True)
class Streams:
    """The streams that hold text and properties, and the length of the main text in characters."""

    word: bytes
    table: bytes
    data: bytes
    characters: int

    def part(self, number: int) -> bytes:
        """A part of the table stream by its number in the FIB."""
        start, length = U32(self.word, 0x9A + 8 * number)[0], U32(self.word, 0x9E + 8 * number)[0]
        if start + length > len(self.table):
            raise damaged("table stream", f"{start}+{length} of {len(self.table)} bytes")
        return self.table[start : start + length]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text: its first byte in the file, bytes per character (1 or 2), characters, and properties laid over it."""

    start: int
    width: int
    length: int
    over: bytes


@dataclass(frozen=True, slots=True)
class Runs:
    """Property bytes by place in the file: run k covers the bytes from starts[k] up to starts[k + 1]."""

    starts: list[int]
    properties: list[bytes]


def damaged(place: str, found: str) -> IngestError:
    """The refusal of a file that contradicts itself."""
    return IngestError("damaged_doc", place, found)


def open_streams(data: bytes) -> Streams:
    """The streams of a Word 97–2003 file; IngestError for other files in such a container, encrypted and older ones."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            names = ["/".join(path) for path in ole.listdir()]
            if "EncryptedPackage" in names:
                raise IngestError("encrypted")
            if "WordDocument" not in names:
                raise IngestError("ole_unknown", "", ", ".join(sorted(names)[:5]))
            word = ole.openstream("WordDocument").read()
            ident, version, flags = U16(word, 0)[0], U16(word, 2)[0], U16(word, 0x0A)[0]
            if ident not in (0xA5EC, 0xA5DC):
                raise damaged("WordDocument", f"{ident:#06x}")
            if flags & 0x0100:
                raise IngestError("encrypted")
            # Word 6 and 95 keep everything in one stream. An old number beside a table stream is damage, not age.
            if version < 0xC0 and not {"0Table", "1Table"} & set(names):
                raise IngestError("word6_not_read")
            if version < 0xC0:
                raise damaged("WordDocument", f"version {version}")
            name = "1Table" if flags & 0x0200 else "0Table"
            if name not in names:
                raise damaged(name, "no such stream")
            more = ole.openstream("Data").read() if "Data" in names else b""
            return Streams(word, ole.openstream(name).read(), more, U32(word, 0x4C)[0])
    except DAMAGE as error:
        raise damaged("", str(error)) from error


def sprms(properties: bytes, data: bytes = b"", depth: int = 0) -> Iterator[tuple[int, bytes]]:
    """(number, operand) of each single property, those kept in the Data stream included."""
    i, end = 0, len(properties)
    while i + 2 <= end:
        number = U16(properties, i)[0]
        i += 2
        kind = number >> 13
        if kind != 6:
            size = _SIZE[kind]
        elif number in (0xD606, 0xD608):  # sprmTDefTable: a two-byte length, one more than what follows
            size = max(U16(properties, i)[0] - 1, 0)
            i += 2
        else:
            size = properties[i] if i < end else 0
            i += 1
            if number == 0xC615 and size == 255:  # sprmPChgTabs: two counted lists follow
                gone = properties[i]
                size = 2 + 4 * gone + 3 * properties[i + 1 + 4 * gone]
        operand = properties[i : i + size]
        i += size
        if number not in _HUGE:
            yield number, operand
        elif depth < 2 and len(operand) == 4 and (at := U32(operand)[0]) + 2 <= len(data):
            yield from sprms(data[at + 2 : at + 2 + U16(data, at)[0]], data, depth + 1)


def runs(streams: Streams, of_paragraphs: bool) -> Runs:
    """The property runs of all paragraphs, or of all characters, in file order; IngestError where they overlap."""
    plc = streams.part(_PAPX if of_paragraphs else _CHPX)
    pages = max((len(plc) - 4) // 8, 0)
    starts: list[int] = []
    properties: list[bytes] = []
    end = 0
    for k in range(pages):
        at = (U32(plc, 4 * (pages + 1) + 4 * k)[0] & 0x3FFFFF) * 512
        page = streams.word[at : at + 512]
        if len(page) < 512:
            raise damaged("properties", f"page at {at}")
        count = page[511]
        bounds = struct.unpack_from(f"<{count + 1}I", page)
        # A page begins where the list of pages says, after the page before it.
        if (
            not max(end, bounds[0]) <= U32(plc, 4 * k)[0] < bounds[-1]
            or bounds[0] < end
            or any(a >= b for a, b in itertools.pairwise(bounds))
        ):
            raise damaged("properties", f"page at {at}")
        if starts and bounds[0] > end:
            starts.append(end)
            properties.append(b"")
        starts += bounds[:-1]
        properties += _papx(page, count) if of_paragraphs else _chpx(page, count)
        end = bounds[-1]
    return Runs([*starts, end], [*properties, b""])


def _papx(page: bytes, count: int) -> Iterator[bytes]:
    for k in range(count):
        at = 2 * page[4 * (count + 1) + 13 * k]
        words = page[at] if at else 0
        # The first two bytes are the number of the style.
        start, size = (at + 1, 2 * words - 1) if words else (at + 2, 2 * page[at + 1])
        yield page[start + 2 : start + size] if at else b""


def _chpx(page: bytes, count: int) -> Iterator[bytes]:
    for k in range(count):
        at = 2 * page[4 * (count + 1) + k]
        yield page[at + 1 : at + 1 + page[at]] if at else b""


def pieces(streams: Streams) -> list[Piece]:
    """The main text as stretches in reading order; IngestError where they overlap or end outside the file."""
    clx, i = streams.part(_CLX), 0
    laid_over: list[bytes] = []
    while clx[i] == 1:
        size = U16(clx, i + 1)[0]
        laid_over.append(clx[i + 3 : i + 3 + size])
        i += 3 + size
    if clx[i] != 2:
        raise damaged("piece table", f"kind {clx[i]}")
    plc = clx[i + 5 : i + 5 + U32(clx, i + 1)[0]]
    count = (len(plc) - 4) // 12
    ends = struct.unpack_from(f"<{count + 1}I", plc)
    if ends[0] or ends[-1] < streams.characters or any(a >= b for a, b in itertools.pairwise(ends)):
        raise damaged("piece table", f"{streams.characters} of {ends[-1]} characters")
    found = []
    for k in range(count):
        if ends[k] >= streams.characters:
            break
        raw, prm = U32(plc, 4 * (count + 1) + 8 * k + 2)[0], U16(plc, 4 * (count + 1) + 8 * k + 6)[0]
        narrow = raw & 0x40000000
        start = (raw & 0x3FFFFFFF) // 2 if narrow else raw & 0x3FFFFFFF
        length = min(ends[k + 1], streams.characters) - ends[k]
        found.append(Piece(start, 1 if narrow else 2, length, _over(prm, laid_over)))
    used = sorted((p.start, p.start + p.width * p.length) for p in found)
    # The same bytes are never two pieces of a text: a piece table that says so has been damaged.
    if not used or used[-1][1] > len(streams.word) or any(a[1] > b[0] for a, b in itertools.pairwise(used)):
        raise damaged("piece table", f"{count} pieces")
    return found


def _over(prm: int, laid_over: list[bytes]) -> bytes:
    if prm & 1:
        return laid_over[prm >> 1]
    number = _SHORT.get(prm >> 1 & 0x7F)
    return struct.pack("<HB", number, prm >> 8) if number else b""
