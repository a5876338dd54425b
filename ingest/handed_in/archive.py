"""Unpack archives in memory, one member after the other; whatever is wrong with a member comes back in words, never as an error.

No member is ever written under its own name: names are labels, “archive.zip!/folder/report.doc”.
Source: PKWARE APPNOTE 6.3.10 §4.4.4 (flags), §4.4.17 (names); POSIX.1-2017 pax (tar).
"""

from __future__ import annotations

import gzip
import io
import re
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from ingest.handed_in.clutter import is_clutter
from ingest.model import Issue

MAX_MEMBER = 64 * 1024 * 1024
MAX_TOTAL = 512 * 1024 * 1024
MAX_FILES = 5000
MAX_DEPTH = 4
MAX_RATIO, RATIO_FROM = 200, 8 * 1024 * 1024  # paper without ink packs well, but not eight megabytes of it
_CHUNK = 1 << 20
_UTF8, _LOCKED = 0x800, 0x1
_NOT_READ = {b"Rar!": "rar", b"7z\xbc\xaf": "7z", b"BZh": "bz2", b"\xfd7zXZ": "xz"}
_DOCUMENTS = re.compile(r"\[Content_Types\]\.xml|mimetype|(?:[^/]+/)?OFD\.xml|word/document\.xml|xl/workbook\.xml", re.I)
_LOCAL = re.compile(rb"PK\x03\x04.{22}(..)..", re.S)


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive: its label, and its bytes or the reason why it has none."""

    name: str
    data: bytes | None
    error: Issue | None


@dataclass
class _Budget:
    """What may still be unpacked of one archive and all archives in it, and the names given so far."""

    total: int = MAX_TOTAL
    files: int = MAX_FILES
    names: set[str] = field(default_factory=set)

    def name(self, label: str) -> str:
        """A label no other member has: the second of a name becomes “name (2).doc”."""
        stem, dot, suffix = label.rpartition(".")
        if not dot or "/" in suffix:
            stem, dot, suffix = label, "", ""
        number, free = 1, label
        while free in self.names:
            number += 1
            free = f"{stem} ({number}){dot}{suffix}"
        self.names.add(free)
        return free


class _Stop(Exception):
    """The whole archive must not be unpacked any further."""

    def __init__(self, code: str, found: str, expected: str) -> None:
        super().__init__(code)
        self.code, self.found, self.expected = code, found, expected


def is_archive(data: bytes) -> bool:
    """Whether bytes are an archive to unpack (zip, tar, gz, rar, 7z); .docx, .xlsx and .ofd are zips too, but documents."""
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return not any(_DOCUMENTS.fullmatch(name) for name in _first_names(data))
    return data.startswith((b"\x1f\x8b", *_NOT_READ)) or data[257:262] == b"ustar"


def _first_names(data: bytes) -> list[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.namelist()
    except Exception:  # damaged: the names that stand before each file tell as well
        found = _LOCAL.finditer(data)
        return [data[m.end() : m.end() + int.from_bytes(m[1], "little")].decode("utf-8", "replace") for m in found]


def members(source: bytes | Path, name: str) -> Iterator[Member]:
    """The files of an archive and of the archives in it, lazily; `name` is the label of the archive itself.

    Limits: 64 MB a file, 512 MB and 5,000 files altogether, archives in archives 4 deep. The archive is never left without a
    word: one that holds nothing, is damaged or of a kind that is not unpacked comes back as one member with the reason.
    """
    budget = _Budget()
    try:
        data = source if isinstance(source, bytes) else source.read_bytes()
        yield from _unpack(data, name, 1, budget)
    except _Stop as stop:
        yield _bad(name, stop.code, stop.found, stop.expected)
    except Exception as error:  # on hostile bytes the libraries raise anything
        yield _bad(name, "archive_damaged", f"{type(error).__name__}: {error}"[:200])


def _bad(name: str, code: str, found: str = "", expected: str = "") -> Member:
    return Member(name, None, Issue(code, "error", name, found, expected))


def _unpack(data: bytes, name: str, depth: int, budget: _Budget) -> Iterator[Member]:
    kind = next((kind for magic, kind in _NOT_READ.items() if data.startswith(magic)), None)
    if kind:
        yield _bad(name, "archive_not_read", kind)
        return
    if depth > MAX_DEPTH:
        yield _bad(name, "archive_too_deep", "", str(MAX_DEPTH))
        return
    opened = _zip if data.startswith(b"PK") else _gzip if data.startswith(b"\x1f\x8b") else _tar
    given = False
    try:
        for raw, content in opened(data, name, budget):
            given = True
            yield from _member(f"{name}!/{_label(raw)}", content, depth, budget)
    except _Stop:
        raise
    except Exception as error:  # what was read before stays; a broken archive in an archive stops only itself
        yield _bad(name, "archive_damaged", f"{type(error).__name__}: {error}"[:200])
        return
    if not given:
        yield _bad(name, "archive_empty")


def _member(label: str, content: bytes | Issue, depth: int, budget: _Budget) -> Iterator[Member]:
    if isinstance(content, Issue):
        free = budget.name(label)
        yield Member(free, None, Issue(content.code, "error", free, content.found, content.expected))
    elif is_archive(content):
        yield from _unpack(content, budget.name(label), depth + 1, budget)
    else:
        yield Member(budget.name(label), content, None)


def _read(stream: Any, packed: int, budget: _Budget) -> bytes | Issue:
    """The bytes of a member, counted while they come, since a size told in advance may be a lie."""
    parts, size = [], 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        budget.total -= len(chunk)
        if budget.total < 0:
            raise _Stop("archive_too_large", f"> {MAX_TOTAL >> 20} MB", f"{MAX_TOTAL >> 20} MB")
        if size > MAX_MEMBER:
            return Issue("archive_too_large", "error", "", f"> {MAX_MEMBER >> 20} MB", f"{MAX_MEMBER >> 20} MB")
        if size > RATIO_FROM and size > packed * MAX_RATIO:
            return Issue("archive_too_large", "error", "", f"1 : {size // max(packed, 1)}", f"1 : {MAX_RATIO}")
        parts.append(chunk)
    return b"".join(parts)


def _count(budget: _Budget) -> None:
    budget.files -= 1
    if budget.files < 0:
        raise _Stop("archive_too_many", f"> {MAX_FILES}", str(MAX_FILES))


def _zip(data: bytes, name: str, budget: _Budget) -> Iterator[tuple[str, bytes | Issue]]:
    # The directory is read at once: one of millions of entries is refused before.
    if (entries := data.count(b"PK\x01\x02")) > 4 * MAX_FILES:
        raise _Stop("archive_too_many", str(entries), str(MAX_FILES))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            raw = info.orig_filename if info.flag_bits & _UTF8 else decode_name(info.orig_filename.encode("cp437"))
            if info.is_dir() or raw.endswith("\\") or is_clutter(raw):
                continue
            _count(budget)
            if info.flag_bits & _LOCKED:
                yield raw, Issue("archive_encrypted", "error")
                continue
            try:
                with archive.open(info) as stream:
                    content = _read(stream, info.compress_size, budget)
            except _Stop:
                raise
            except Exception as error:  # one damaged member does not spoil the others
                content = Issue("archive_damaged", "error", "", f"{type(error).__name__}: {error}"[:200])
            yield raw, content


def _tar(data: bytes, name: str, budget: _Budget) -> Iterator[tuple[str, bytes | Issue]]:
    yield from _tar_stream(io.BytesIO(data), len(data), budget)


class _Header(tarfile.TarInfo):
    """A header that is wrong in the middle is an error: the library would take it for the end and drop the rest without a word."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        try:
            return super().frombuf(buf, encoding, errors)
        except (tarfile.InvalidHeaderError, tarfile.TruncatedHeaderError) as error:  # type: ignore[attr-defined]
            raise ValueError(str(error)) from error


def _tar_stream(stream: Any, packed: int, budget: _Budget) -> Iterator[tuple[str, bytes | Issue]]:
    with tarfile.open(fileobj=stream, mode="r|", encoding="utf-8", errors="surrogateescape", tarinfo=_Header) as archive:
        for info in archive:
            raw = decode_name(info.name.encode("utf-8", "surrogateescape"))
            if not info.isreg() or is_clutter(raw):  # links and devices are no reports
                continue
            _count(budget)
            if info.size > MAX_MEMBER:
                yield raw, Issue("archive_too_large", "error", "", f"{info.size >> 20} MB", f"{MAX_MEMBER >> 20} MB")
                continue
            member = archive.extractfile(info)
            yield raw, _read(member, packed, budget) if member else Issue("archive_damaged", "error", "", "")


class _Counted(io.RawIOBase):
    """An unpacking stream that stops where the budget ends."""

    def __init__(self, stream: Any) -> None:
        self.stream, self.left = stream, MAX_TOTAL

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        chunk: bytes = self.stream.read(_CHUNK if size < 0 else min(size, _CHUNK))
        self.left -= len(chunk)
        if self.left < 0:
            raise _Stop("archive_too_large", f"> {MAX_TOTAL >> 20} MB", f"{MAX_TOTAL >> 20} MB")
        return chunk


def _gzip(data: bytes, name: str, budget: _Budget) -> Iterator[tuple[str, bytes | Issue]]:
    # The checksum stands at the end: nothing is given out before all of it was read once.
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as whole:
        counted = _Counted(whole)
        is_tar = counted.read(512)[257:262] == b"ustar"
        size = 512
        while chunk := counted.read(_CHUNK):
            size += len(chunk)
            if not is_tar and size > MAX_MEMBER:
                break  # too large for a single file, which _read says below
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
        if is_tar:
            yield from _tar_stream(_Counted(stream), len(data), budget)
            return
        _count(budget)
        inner = re.sub(r"\.gz$", "", re.split(r"[/\\]", name)[-1], flags=re.I)
        yield inner, _read(stream, len(data), budget)


def decode_name(raw: bytes) -> str:
    """A file name without the UTF-8 flag: UTF-8 if it is, else GB18030, which Chinese systems write.

    Two bytes may be one letter of another script in UTF-8 and one character in GBK: a name of such letters alone is Chinese.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")
    if not text.isascii() and all(ord(c) < 0x800 for c in text):
        try:
            return raw.decode("gb18030")
        except UnicodeDecodeError:
            pass
    return text


def _label(raw: str) -> str:
    """A name as a label: no way up or out, no drive, no control characters, no endless parts."""
    text = re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", "_", raw.replace("\\", "/"))
    text = re.sub(r"^[A-Za-z]:", "", text)
    parts = [p for p in text.split("/") if p.strip(" .")][-12:]
    return "/".join(p if len(p) <= 80 else f"{p[:60]}~{p[-16:]}" for p in parts) or "unnamed"
