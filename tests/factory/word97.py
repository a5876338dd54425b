"""Reports as Word 97–2003 (.doc): a small writer of [MS-DOC], and with traps everything that readers of it stumble over."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from tests.factory.compound import compound
from tests.factory.layout import HEADINGS
from tests.factory.prose import after, before
from tests.factory.record import Record
from tests.factory.rows import StoredCell, stored_rows

DELETED, INSERTED, HIDDEN, SPECIAL = b"\x00\x08\x01", b"\x01\x08\x01", b"\x3c\x08\x01", b"\x55\x08\x01"
IN_CELL = b"\x16\x24\x01\x49\x66\x01\x00\x00\x00"  # sprmPFInTable, sprmPItap 1
ROW_END = IN_CELL + b"\x17\x24\x01"  # and sprmPFTtp
TEXT_AT = 0x400


@dataclass(frozen=True)
class Run:
    """A stretch of text with its character properties; `narrow` text is stored in one byte a character (Windows-1252)."""

    text: str
    properties: bytes = b""
    narrow: bool = False


@dataclass(frozen=True)
class Block:
    """A paragraph, the end of a cell (mark \\x07 in IN_CELL) or of a row (mark \\x07 in ROW_END …)."""

    runs: tuple[Run, ...]
    mark: str = "\r"
    properties: bytes = b""


def row_shape(cells: list[StoredCell], late: bool = False) -> bytes:
    """sprmTDefTable for a row; `late` sets the merges downwards afterwards, by sprmTVertMerge."""
    values = {"": 0, "start": 3, "go": 1}
    flags = [0 if late else values[c.down] << 5 for c in cells]
    body = struct.pack(f"<B{len(cells) + 1}h", len(cells), cells[0].left, *(c.right for c in cells))
    body += b"".join(struct.pack("<H18x", f) for f in flags)
    merges = b"".join(struct.pack("<HBBB", 0xD62B, 2, k, values[c.down]) for k, c in enumerate(cells) if late and c.down)
    return struct.pack("<HH", 0xD608, len(body) + 1) + body + merges


def word_file(blocks: list[Block], data: bytes = b"", overlay: dict[int, tuple[int, bytes]] | None = None) -> bytes:
    """A .doc of these blocks; `data` is its Data stream, `overlay` maps a piece to its (number, properties laid over it)."""
    stretches = [
        (Run(run.text + (block.mark if k == len(runs) - 1 else ""), run.properties, run.narrow), block, k == len(runs) - 1)
        for block in blocks
        for runs in [block.runs or (Run(""),)]
        for k, run in enumerate(runs)
    ]
    text = bytearray()
    pieces, characters, paragraphs = [], [], []
    begin = TEXT_AT
    for run, block, last in stretches:
        start = TEXT_AT + len(text)
        text += run.text.encode("cp1252" if run.narrow else "utf-16-le")
        pieces.append((start, run.narrow, len(run.text.encode("utf-16-le")) // 2))
        characters.append((start, run.properties))
        if last:
            paragraphs.append((begin, struct.pack("<H", 0) + block.properties))
            begin = TEXT_AT + len(text)
    end = TEXT_AT + len(text)
    joined = _joined(pieces)
    length = sum(n for *_, n in joined)
    word = bytearray(TEXT_AT) + text
    word += bytes(-len(word) % 512)
    pages = {}
    for number, runs, width in ((12, characters, 1), (13, paragraphs, 13)):
        made = _pages(runs, end, width)
        pages[number] = _plc([p[0] for p in made] + [end], [struct.pack("<I", len(word) // 512 + k) for k in range(len(made))])
        word += b"".join(p[1] for p in made)
    drawn = "".join(run.text for run, *_ in stretches)
    marks = [(k, c) for k, c in enumerate(drawn) if c in "\x13\x14\x15"]
    kinds = {"\x13": b"\x13\x23", "\x14": b"\x14\xff", "\x15": b"\x15\x80"}
    fields = _plc([k for k, _ in marks] + [length], [kinds[c] for _, c in marks]) if marks else b""
    table = bytearray()
    fib = bytearray(TEXT_AT)
    parts = {1: _styles(), 6: _plc([0, length], [struct.pack("<HIHI", 0, 0xFFFFFFFF, 0, 0)]), **pages, 15: _fonts(), 16: fields, 31: bytes(500),
             33: _pieces(joined, overlay or {})}  # fmt: skip
    for number, part in parts.items():
        struct.pack_into("<II", fib, 0x9A + 8 * number, len(table), len(part))
        table += part + bytes(len(part) % 2)
    struct.pack_into("<HHHHHHHIBB", fib, 0, 0xA5EC, 0xC1, 0, 0x804, 0, 0x1200, 0xBF, 0, 0, 0)
    struct.pack_into("<II", fib, 0x18, TEXT_AT, end)
    struct.pack_into("<H", fib, 0x20, 14)
    struct.pack_into("<HH", fib, 0x3C, 0x804, 22)
    struct.pack_into("<I8xI", fib, 0x40, len(word), length)
    struct.pack_into("<H", fib, 0x98, 0x5D)
    word[:TEXT_AT] = fib
    return compound({"WordDocument": bytes(word), "1Table": bytes(table)} | ({"Data": data} if data else {}))


def _joined(pieces: list[tuple[int, bool, int]]) -> list[tuple[int, bool, int]]:
    """Neighbors of one width as one piece: (first byte, narrow, characters)."""
    joined: list[tuple[int, bool, int]] = []
    for start, narrow, length in pieces:
        if joined and joined[-1][1] == narrow:
            start, narrow, length = joined[-1][0], narrow, joined.pop()[2] + length
        joined.append((start, narrow, length))
    return joined


def _pieces(pieces: list[tuple[int, bool, int]], overlay: dict[int, tuple[int, bytes]]) -> bytes:
    ends = [0]
    for *_, length in pieces:
        ends.append(ends[-1] + length)
    laid = [struct.pack("<BH", 1, len(p)) + p for _, (_, p) in sorted(overlay.items()) if p]
    prm = {k: number for k, (number, _) in overlay.items()}
    items = [
        struct.pack("<HIH", 0, start * 2 | 0x40000000 if narrow else start, prm.get(k, 0))
        for k, (start, narrow, _) in enumerate(pieces)
    ]
    plc = _plc(ends, items)
    return b"".join(laid) + struct.pack("<BI", 2, len(plc)) + plc


def _plc(places: list[int], items: list[bytes]) -> bytes:
    return struct.pack(f"<{len(places)}I", *places) + b"".join(items)


def _pages(runs: list[tuple[int, bytes]], end: int, width: int) -> list[tuple[int, bytes]]:
    """Formatted disk pages of 512 bytes: (first byte covered, page). Width: 1 for characters, 13 for paragraphs."""
    pages: list[tuple[int, bytes]] = []
    while runs:
        page, low, count = bytearray(512), 511, 0
        slots: list[int] = []
        for _, properties in runs:
            if width == 1:
                stored = bytes([len(properties)]) + properties if properties else b""
            elif len(properties) % 2:
                stored = bytes([(len(properties) + 1) // 2]) + properties
            else:
                stored = bytes([0, len(properties) // 2]) + properties
            at = (low - len(stored)) // 2 * 2
            if at < 4 * (count + 2) + width * (count + 1):
                break
            if stored:
                page[at : at + len(stored)], low = stored, at
            slots.append(at // 2 if stored else 0)
            count += 1
        bounds = [start for start, _ in runs[:count]] + [runs[count][0] if count < len(runs) else end]
        struct.pack_into(f"<{count + 1}I", page, 0, *bounds)
        for k, slot in enumerate(slots):
            page[4 * (count + 1) + width * k] = slot
        page[511] = count
        pages.append((bounds[0], bytes(page)))
        runs = runs[count:]
    return pages


def _styles() -> bytes:
    name = struct.pack("<H", 6) + "Normal".encode("utf-16-le") + b"\0\0"
    style = struct.pack("<HHHHH", 0, 0xFFF1, 2, 0, 0) + name + struct.pack("<HHH", 2, 0, 0)
    head = struct.pack("<HHHHHHHHH", 15, 10, 1, 91, 15, 0, 0, 0, 0)
    return struct.pack("<H", len(head)) + head + struct.pack("<H", len(style)) + style + bytes(2 * 14)


def _fonts() -> bytes:
    font = struct.pack("<BHBB34x", 0x12, 400, 0x86, 0) + "SimSun\0".encode("utf-16-le")
    return struct.pack("<HHB", 1, 0, len(font)) + font


def _trapped(text: str, n: int) -> tuple[Run, ...]:
    """A number as revisions, fields and hidden text leave it behind: what is drawn is the number, nothing else."""
    narrow = n % 2 == 0
    return (
        (Run("7", DELETED), Run(text[:1], INSERTED, narrow), Run(text[1:], b"", narrow)),
        (
            Run("\x13", SPECIAL),
            Run(' QUOTE "55" ', b"", narrow),
            Run("\x14", SPECIAL),
            Run(text, b"", narrow),
            Run("\x15", SPECIAL),
        ),
        (Run(text[:1], b"", narrow), Run("3", HIDDEN), Run(text[1:], b"", not narrow)),
        (Run(text, b"", True),),
    )[n % 4]


def _table(record: Record, name: str, traps: bool, data: bytearray) -> list[Block]:
    blocks, n = [], 0
    rows = stored_rows(record, name, jitter=25 if traps else 0)
    gone = [StoredCell("规章", rows[-1][0].left, rows[-1][0].right), *(StoredCell("99", c.left, c.right) for c in rows[-1][1:])]
    for r, cells in enumerate([*rows, gone] if traps else rows):
        change = DELETED if traps and r == len(rows) else b""
        for cell in cells:
            *lines, last = cell.text.split("\n")
            blocks += [Block((Run(line, change),), "\r", IN_CELL) for line in lines]
            n += 1
            trapped = traps and last.isdigit() and not change
            blocks.append(Block(_trapped(last, n) if trapped else (Run(last, change),), "\x07", IN_CELL))
        properties = ROW_END + row_shape(cells, late=traps and r % 3 == 1)
        if traps and r % 5 == 4:  # too big for a page, says Word: only its place in the Data stream is kept there
            at = len(data)
            data += struct.pack("<H", len(properties)) + properties
            properties = struct.pack("<HI", 0x6646, at)
        blocks.append(Block((Run("", change),), "\x07", properties))
    return blocks


def as_word97(record: Record, traps: bool = False) -> bytes:
    """A record as .doc; with traps, digits stand beside deleted and hidden ones, in fields, in pieces of both widths."""
    data = bytearray(b"\0" * 8 if traps else b"")
    blocks = [Block((Run(text),)) for text in before(record)]
    for name, heading in HEADINGS.items():
        blocks += [Block((Run(heading),)), *_table(record, name, traps, data)]
    blocks += [Block((Run(text),)) for text in after(record)]
    return word_file(blocks, bytes(data))
