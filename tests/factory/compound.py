"""Write a compound file ([MS-CFB]), the container of old office files: named streams, nothing else."""

from __future__ import annotations

import struct

_FREE, _END, _FAT, _NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF


def compound(streams: dict[str, bytes]) -> bytes:
    """A compound file with these streams; each is filled up to 4,096 bytes, so that none needs the store for small ones."""
    sectors: list[bytes] = []
    chain: list[int] = []

    def add(data: bytes) -> int:
        first, count = len(chain), -(-len(data) // 512)
        chain.extend([*range(first + 1, first + count), _END])
        sectors.extend(data[512 * k : 512 * (k + 1)].ljust(512, b"\0") for k in range(count))
        return first

    # Short names come first in a directory, then the alphabet decides; each entry names the next one as its right sibling.
    names = sorted(streams, key=lambda name: (len(name), name.upper()))
    entries = [_entry("Root Entry", 5, child=1, start=_END, size=0)]
    for k, name in enumerate(names, 1):
        data = streams[name].ljust(4096, b"\0")
        entries.append(_entry(name, 2, right=k + 1 if k < len(names) else _NONE, start=add(data), size=len(data)))
    directory = add(b"".join(entries).ljust(-(-128 * len(entries) // 512) * 512, b"\0"))
    count = 1
    while count * 128 < len(chain) + count:
        count += 1
    fat = [len(chain) + k for k in range(count)]
    table = [*chain, *[_FAT] * count]
    table += [_FREE] * (128 * count - len(table))
    header = struct.pack("<8s16sHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6,
                         0, count, directory, 0, 4096, _END, 0, _END, 0)  # fmt: skip
    places = [*fat, *[_FREE] * (109 - count)]
    return header + struct.pack("<109I", *places) + b"".join(sectors) + struct.pack(f"<{len(table)}I", *table)


def _entry(name: str, kind: int, right: int = _NONE, child: int = _NONE, start: int = 0, size: int = 0) -> bytes:
    raw = name.encode("utf-16-le") + b"\0\0"
    return struct.pack("<64sHBBIII16xI16xIQ", raw, len(raw), kind, 1, _NONE, right, child, 0, start, size)
