"""A font file in which every character is a box: PDFium leaves out text on its side whose characters have no outline.

Source: OpenType specification 1.9, tables head, hhea, maxp, hmtx, loca and glyf.
"""

from __future__ import annotations

import struct
import zlib

EM = 1000


def box_font() -> bytes:
    """A TrueType font with two glyphs, nothing and a box."""
    box = struct.pack(">hhhhh", 1, 0, 0, 480, 700) + struct.pack(">HH", 3, 0)
    box += bytes([1, 1, 1, 1]) + struct.pack(">hhhh", 0, 480, 0, -480) + struct.pack(">hhhh", 0, 0, 700, 0)
    box += b"\0" * (-len(box) % 4)
    tables = {
        b"glyf": box,
        b"head": struct.pack(">LLLLHHQQhhhhHHhhh", 0x10000, 0x10000, 0, 0x5F0F3CF5, 0, EM, 0, 0, 0, 0, 480, 700, 0, 8, 2, 0, 0),
        b"hhea": struct.pack(">LhhhHhhhhhhhhhhhH", 0x10000, 860, -140, 0, EM, 0, 0, 480, 1, 0, 0, 0, 0, 0, 0, 0, 1),
        b"hmtx": struct.pack(">Hhh", EM, 0, 0),
        b"loca": struct.pack(">HHH", 0, 0, len(box) // 2),
        b"maxp": struct.pack(">LHHHHHHHHHHHHHH", 0x10000, 2, 4, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
    }
    head = struct.pack(">LHHHH", 0x10000, len(tables), 64, 2, len(tables) * 16 - 64)
    offset, directory, body = len(head) + 16 * len(tables), b"", b""
    for tag, data in sorted(tables.items()):
        directory += struct.pack(">4sLLL", tag, 0, offset + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    return head + directory + body


def glyph_of_every_character() -> bytes:
    """The map from 65,536 characters to the box, packed."""
    return zlib.compress(struct.pack(">H", 1) * 0x10000, 9)
