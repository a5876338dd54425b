"""A .docx with another body and every other part as it was; only where Word opens the result and nobody signed what was there before."""

from __future__ import annotations

import io
import zipfile
import zlib

from lxml import etree

BODY = "word/document.xml"
KINDS = "[Content_Types].xml"
DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"  # no template, and no macros
SIGNATURES = "_xmlsignatures/"  # ECMA-376, part 2, section 12: what they are about must not change
MOST = 200_000_000  # bytes of all parts
# What unpacking raises of a file that is broken, encrypted, or packed in a way of its own.
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, KeyError, ValueError, etree.XMLSyntaxError)


def body_of(data: bytes) -> etree._Element | None:
    """The body of a .docx that can be packed anew; None of what is none, is signed, holds macros, or cannot be unpacked as a whole."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            if not _is_sound(package.infolist()) or _kind(_parsed(package.read(KINDS))) != DOCUMENT:
                return None
            return _parsed(package.read(BODY))
    except BROKEN:
        return None


def with_body(data: bytes, root: etree._Element) -> bytes | None:
    """The file with this body; None where one of its parts cannot be unpacked."""
    out = io.BytesIO()
    body = etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True, standalone=True)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
            for entry in old.infolist():
                # Made anew: what stood beside the old one (lengths of 64 bits, times) is said of it and not of this.
                made = zipfile.ZipInfo(entry.filename, entry.date_time)
                made.compress_type, made.external_attr = zipfile.ZIP_DEFLATED, entry.external_attr
                new.writestr(made, body if entry.filename == BODY else old.read(entry))
    except BROKEN:
        return None
    return out.getvalue()


def _is_sound(entries: list[zipfile.ZipInfo]) -> bool:
    names = [entry.filename.lower() for entry in entries]
    return (
        len(set(names)) == len(names)
        and not any(name.startswith(SIGNATURES) for name in names)
        and not any(entry.flag_bits & 0x1 for entry in entries)  # encrypted
        and all(entry.filename.isascii() or entry.flag_bits & 0x800 for entry in entries)  # else its name would be another
        and sum(entry.file_size for entry in entries) <= MOST
    )


def _parsed(data: bytes) -> etree._Element:
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))


def _kind(kinds: etree._Element) -> str | None:
    """What the body is said to be: by its name, else by its ending."""
    by_name, by_ending = {}, {}
    for one in kinds.iter("{*}Override", "{*}Default"):
        by_name[(one.get("PartName") or "").lower()] = one.get("ContentType")
        by_ending[(one.get("Extension") or "").lower()] = one.get("ContentType")
    return by_name.get(f"/{BODY}") or by_ending.get("xml")
