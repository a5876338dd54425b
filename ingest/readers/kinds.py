"""What kind of office file the first bytes or the names in a zip tell of; needs no library, for every file passes through here."""

from __future__ import annotations

import re
from collections.abc import Iterable

UTF16 = (b"\xff\xfe", b"\xfe\xff")
_ROOT = re.compile(r"\s*(?:<\?(?:(?!\?>).)*\?>\s*|<!--(?:(?!-->).)*-->\s*)*<(?:[\w.-]+:)?([A-Za-z]\w*)[\s>]", re.S)
_READ_ROOTS = {"wordDocument": "docx", "document": "docx", "package": "docx", "Workbook": "sheet"}
_OFFICE_XML = re.compile(r"schemas[.-](?:microsoft-com|microsoft|openxmlformats)|purl\.oclc\.org/ooxml|opendocument")
# What is no document of Word or sheet but of the same make, told by a file in it.
_OTHERS = {
    "ppt/": "PowerPoint (.pptx)", "visio/": "Visio (.vsdx)", "fixeddocseq.fdseq": "XPS", "fixeddocumentsequence.fdseq": "XPS",
    "meta-inf/container.xml": "EPUB", "content.xml": "OpenDocument (.odt, .ods)",
}  # fmt: skip


def office_root(data: bytes) -> str | None:
    """The name of the root element of an XML file of an office program; None for other files."""
    head = data[:8192].decode("utf-16" if data.startswith(UTF16) else "utf-8-sig", "replace")
    root = _ROOT.match(head)
    return root[1] if root and _OFFICE_XML.search(head) else None


def office_kind(data: bytes) -> str | None:
    """Which reader an XML file of an office program needs, by its root element; None for other files."""
    kind = _READ_ROOTS.get(office_root(data) or "")
    is_sheet = kind == "docx" and any(mark in data[:8192] for mark in (b"Excel.Sheet", b'"/xl/', b"spreadsheetml.sheet"))
    return "sheet" if is_sheet else kind


def other_format(names: list[str]) -> str | None:
    """The name of the format of a zip that is a document of a kind not read here; None for any other zip."""
    lower = [name.replace("\\", "/").lstrip("/").lower() for name in names]
    return next((said for begin, said in _OTHERS.items() if any(name.startswith(begin) for name in lower)), None)


def looks_like_sheet(names: Iterable[str]) -> bool:
    """Whether the file names of a zip, or the stream names of an old Office file, are those of a workbook."""
    found = {name.replace("\\", "/").lower() for name in names}
    return bool(found & {"workbook", "book"}) or any(name.startswith("xl/") for name in found)
