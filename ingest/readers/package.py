"""Open an Office Open XML file, packed (zip) or flat (one XML file); its parts are found by their relationships, not by their names.

A file in the strict variant of the standard comes in the namespaces of the usual one, so that one reader serves both.
Source: ECMA-376 part 2, §6.5 (relationships), §7.3 (zip); part 1, annex A (strict namespaces); flat OPC: [MS-DOCX], [MC-FLATOPC].
"""

from __future__ import annotations

import base64
import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import unquote

from lxml import etree

from ingest.model import IngestError
from ingest.readers.kinds import UTF16

MAX_PART = 64 * 1024 * 1024
MAX_TAGS = 500_000  # in one part of a document; an ordinary report has a hundredth of it
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError, OSError, KeyError, IndexError)
_PACKAGE = "{http://schemas.microsoft.com/office/2006/xmlPackage}"
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/(\w+)")
_DECLARATION = re.compile(rb"^\s*<\?xml[^>]*\?>")


class Relation(NamedTuple):
    """What a part says of another: the last word of the relationship's kind, the part's name, whether it is outside the file."""

    kind: str
    target: str
    outside: bool


@dataclass(frozen=True, slots=True)
class Package:
    """The parts of a file. Names are compared without regard to case, as the standard has it."""

    names: dict[str, str]
    open: Callable[[str], Any]

    def read(self, name: str) -> bytes | None:
        """The bytes of a part, counted while they come: the size told in advance may be a lie. None where there is no such part."""
        stored = self.names.get(name.lower())
        if stored is None:
            return None
        with self.open(stored) as stream:
            data: bytes = stream.read(MAX_PART + 1)
        if len(data) > MAX_PART:
            raise IngestError("too_large", name, f"> {MAX_PART} bytes", f"{MAX_PART} bytes")
        return data

    def xml(self, name: str) -> Any:
        """The root of a part in XML; None where there is no such part."""
        data = self.read(name)
        return None if data is None else parse_xml(usual(data), name)

    def relations(self, name: str) -> dict[str, Relation]:
        """The relationships of a part ("" for the file itself) by their identifiers."""
        folder, base = posixpath.split(name)
        root = self.xml(posixpath.join(folder, "_rels", f"{base}.rels"))
        found = {}
        for element in root.iter() if root is not None else ():
            target, kind = element.get("Target"), element.get("Type")
            if target and kind:
                outside = element.get("TargetMode") == "External"
                path = target if outside else posixpath.normpath(posixpath.join("/", folder, unquote(target)))[1:]
                found[element.get("Id") or ""] = Relation(kind.rsplit("/", 1)[-1], path, outside)
        return found

    def main(self, usual_name: str) -> str:
        """The name of the main part: the one the file itself points to, else the usual one."""
        pointed = (r.target for r in self.relations("").values() if r.kind == "officeDocument" and not r.outside)
        return next((t for t in pointed if t.lower() in self.names), usual_name)


def open_package(data: bytes) -> Package:
    """The parts of a packed or flat file; raises what zipfile raises on a damaged one, IngestError encrypted for a locked one."""
    if not data.startswith(b"PK"):
        return _flat(parse_xml(usual(data), ""))
    archive = zipfile.ZipFile(io.BytesIO(data))
    if any(info.flag_bits & 1 for info in archive.infolist()):
        raise IngestError("encrypted")
    return Package({name.replace("\\", "/").lstrip("/").lower(): name for name in archive.namelist()}, archive.open)


def _flat(root: Any) -> Package:
    """A file whose parts stand in one XML file, or which is one part alone."""
    parts: dict[str, bytes] = {}
    for part in root.iter(_PACKAGE + "part"):
        name, content = (part.get(_PACKAGE + "name") or "").lstrip("/"), next(iter(part), None)
        if content is not None and content.tag == _PACKAGE + "xmlData" and len(content):
            parts[name] = etree.tostring(content[0], encoding="utf-8")
        elif content is not None:
            parts[name] = base64.b64decode(content.text or "")
    if not parts:
        parts["word/document.xml"] = etree.tostring(root, encoding="utf-8")
    return Package({name.lower(): name for name in parts}, lambda name: io.BytesIO(parts[name]))


def usual(xml: bytes) -> bytes:
    """XML in UTF-8 and in the namespaces of the usual variant of the standard."""
    if xml.startswith(UTF16):
        xml = _DECLARATION.sub(b"", xml.decode("utf-16", "replace").encode())
    return _STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/\2", xml) if b"purl.oclc.org" in xml[:20_000] else xml


def parse_xml(xml: bytes, name: str, limit: int = MAX_TAGS) -> Any:
    """The root of an XML text that is not too large; nothing outside it is ever fetched."""
    if xml.count(b"<") > 2 * limit:
        raise IngestError("too_large", name, f"{xml.count(b'<') // 2} tags", f"{limit} tags")
    try:
        return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from error
