"""Reports as .docx: like the official form, and with tracked changes and content controls round runs, cells and rows."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from xml.sax.saxutils import escape

from tests.factory.layout import HEADINGS, draw
from tests.factory.layout import width as width_of
from tests.factory.prose import after, before
from tests.factory.record import Record

_NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1"'
    ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)
# Without borders the tables are invisible in Word and LibreOffice; without a grid Word calls the file damaged.
_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")
_BORDERS = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>' for side in _SIDES)
TWIPS = 9000  # the width of a table
# What else Word writes into a document: drawings, old drawings, formulas, alternate content, relationships.
_MORE = "".join(
    f' xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "dgm": "http://schemas.openxmlformats.org/drawingml/2006/diagram",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "v": "urn:schemas-microsoft-com:vml",
    }.items()
)


def _run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _paragraph(text: str, traps: bool = False) -> str:
    if not (traps and text.isdigit()):
        return f"<w:p>{''.join(_run(part) for part in [text])}</w:p>"
    deleted = '<w:del w:id="1" w:author="x"><w:r><w:delText>7</w:delText></w:r></w:del>'
    inserted = f'<w:ins w:id="2" w:author="x">{_run(text[:1])}</w:ins>'
    control = f"<w:sdt><w:sdtPr/><w:sdtContent>{_run(text[1:])}</w:sdtContent></w:sdt>" if text[1:] else ""
    return f"<w:p>{deleted}{inserted}{control}</w:p>"


def _cell(text: str, span: int, merge: str, traps: bool) -> str:
    grid = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    down = {"start": '<w:vMerge w:val="restart"/>', "go": "<w:vMerge/>"}.get(merge, "")
    body = "".join(_paragraph(line, traps) for line in text.split("\n"))
    return f"<w:tc><w:tcPr>{grid}{down}</w:tcPr>{body}</w:tc>"


def _table(record: Record, name: str, traps: bool) -> str:
    drawn = draw(record, name)
    width = width_of(drawn)
    open_merges: dict[int, tuple[int, int]] = {}  # column → (rows left, span)
    rows = []
    for r, row in enumerate(drawn):
        column, queue, cells = 0, list(row), []
        while column < width:
            if column in open_merges:
                left, span = open_merges.pop(column)
                cells.append(_cell("", span, "go", False))
                if left > 1:
                    open_merges[column] = (left - 1, span)
                column += span
                continue
            text, rowspan, span = queue.pop(0)
            if rowspan > 1:
                open_merges[column] = (rowspan - 1, span)
            cell = _cell(text, span, "start" if rowspan > 1 else "", traps)
            cells.append(f"<w:sdt><w:sdtContent>{cell}</w:sdtContent></w:sdt>" if traps and len(cells) == 2 else cell)
            column += span
        line = f"<w:tr>{''.join(cells)}</w:tr>"
        rows.append(f"<w:sdt><w:sdtContent>{line}</w:sdtContent></w:sdt>" if traps and r % 5 == 4 else line)
    if traps:
        rows.append(
            "<w:tr><w:trPr><w:del w:id='9' w:author='x'/></w:trPr>"
            + _cell("规章", 1, "", False)
            + _cell("99", 3, "", False)
            + "</w:tr>"
        )
    grid = f'<w:gridCol w:w="{TWIPS // width}"/>' * width
    head = f'<w:tblPr><w:tblW w:w="{TWIPS}" w:type="dxa"/><w:tblBorders>{_BORDERS}</w:tblBorders></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
    return f"<w:tbl>{head}{''.join(rows)}</w:tbl>"


def as_docx(record: Record, traps: bool = False) -> bytes:
    """A record as .docx; with traps, digits are tracked insertions and content controls beside deleted text."""
    parts = [_paragraph(p) for p in before(record)]
    for name, heading in HEADINGS.items():
        parts += [_paragraph(heading), _table(record, name, traps)]
    parts += [_paragraph(p) for p in after(record)]
    xml = f'<?xml version="1.0" encoding="UTF-8"?><w:document {_NS}><w:body>{"".join(parts)}</w:body></w:document>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, text in (("[Content_Types].xml", _TYPES), ("_rels/.rels", _RELS), ("word/document.xml", xml)):
            info = zipfile.ZipInfo(file, (2024, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, text)
    return out.getvalue()


def with_parts(
    data: bytes, changes: Mapping[str, Callable[[str], str | bytes]], parts: Mapping[str, str | bytes] | None = None
) -> bytes:
    """A .docx whose parts are changed and to which others are added; its document knows the namespaces of all that Word draws."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            text = source.read(name).decode().replace("<w:document ", f"<w:document{_MORE} ", 1)
            changed = changes[name](text) if name in changes else text
            assert name not in changes or changed != text, name
            target.writestr(name, changed)
        for name, content in (parts or {}).items():
            target.writestr(name, content.replace("<w:styles>", f"<w:styles {_NS}>") if isinstance(content, str) else content)
    return out.getvalue()
