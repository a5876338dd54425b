"""Archives of files: zips with names in any encoding, and bombs that are cheap to build."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
import zlib


def as_zip(files: dict[str, bytes], names_in: str = "utf-8", compress: bool = True) -> bytes:
    """A zip; with `names_in` other than utf-8 the names carry no flag, as Chinese Windows writes them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED) as archive:
        for number, (name, data) in enumerate(files.items()):
            archive.writestr(name if names_in == "utf-8" else _stand_in(name, number, names_in), data)
    packed = out.getvalue()
    if names_in != "utf-8":
        for number, name in enumerate(files):
            packed = packed.replace(_stand_in(name, number, names_in).encode(), name.encode(names_in))
    return packed


def _stand_in(name: str, number: int, names_in: str) -> str:
    """An ASCII name as long as the real one in its encoding, to be replaced afterwards."""
    return f"{number:04d}".ljust(len(name.encode(names_in)), "~")


def as_tar(files: dict[str, bytes], mode: str = "w:gz") -> bytes:
    """A tar, packed with gzip unless told otherwise."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def locked(packed: bytes) -> bytes:
    """A zip whose members say that they have a password."""
    data = bytearray(packed)
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(magic)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(magic, at + 4)
    return bytes(data)


def zeros(name: str, size: int, told: int | None = None, **others: bytes) -> bytes:
    """A zip with a member of `size` zeros that never stand in memory at once; its header tells `told` bytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = bytes(1 << 20)
    whole = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)  # stands for itself, so it can be repeated
    crc = 0
    for _ in range(size >> 20):
        crc = zlib.crc32(block, crc)
    rest = bytes(size & ((1 << 20) - 1))
    crc = zlib.crc32(rest, crc)
    body = whole * (size >> 20) + packer.compress(rest) + packer.flush()
    told = size if told is None else told
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for other, data in others.items():
            archive.writestr(other.replace("__", "/"), data)
        archive.writestr(name, body)
    data = bytearray(out.getvalue())
    for magic, method, crc_at, name_at in ((b"PK\x03\x04", 8, 14, 30), (b"PK\x01\x02", 10, 16, 46)):
        at = next(i for i in _all(data, magic) if data[i + name_at : i + name_at + len(name)] == name.encode())
        struct.pack_into("<H", data, at + method, 8)
        struct.pack_into("<III", data, at + crc_at, crc, len(body), told)
    return bytes(data)


def _all(data: bytearray, magic: bytes) -> list[int]:
    found, at = [], data.find(magic)
    while at >= 0:
        found.append(at)
        at = data.find(magic, at + 4)
    return found
