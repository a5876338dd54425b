"""Write a plain Word file (.docx): headings, paragraphs and tables, nothing else.

Source: ECMA-376 part 1, WordprocessingML; the three parts a file must have.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override'
    ' PartName="/word/document.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"'
    ' Target="word/document.xml"/></Relationships>'
)
_BORDERS = "".join(f'<w:{side} w:val="single" w:sz="4"/>' for side in ("top", "left", "bottom", "right", "insideH", "insideV"))
WIDTH = 9000  # of a table, in twentieths of a point; a table without a grid is damaged to Word
WHEN = (1980, 1, 1, 0, 0, 0)  # the same letter is the same file

Part = str | Sequence[Sequence[str]]  # a paragraph, or the rows of a table


def as_word(title: str, parts: Sequence[Part]) -> bytes:
    """A Word file with a title and its parts."""
    body = _paragraph(title, 32, True) + "".join(_paragraph(p) if isinstance(p, str) else _table(p) for p in parts)
    document = f'<?xml version="1.0" encoding="UTF-8"?><w:document {_W}><w:body>{body}</w:body></w:document>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (("[Content_Types].xml", _TYPES), ("_rels/.rels", _RELATIONS), ("word/document.xml", document)):
            archive.writestr(zipfile.ZipInfo(name, WHEN), text)
    return out.getvalue()


def _paragraph(text: str, size: int = 24, is_bold: bool = False) -> str:
    bold = "<w:b/>" if is_bold else ""
    return f'<w:p><w:r><w:rPr>{bold}<w:sz w:val="{size}"/></w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def _table(rows: Sequence[Sequence[str]]) -> str:
    columns = max(map(len, rows), default=1)
    grid = f'<w:gridCol w:w="{WIDTH // columns}"/>' * columns
    cells = ("".join(f"<w:tc>{_paragraph(text, 20, n == 0)}</w:tc>" for text in row) for n, row in enumerate(rows))
    head = f'<w:tblPr><w:tblW w:w="{WIDTH}" w:type="dxa"/><w:tblBorders>{_BORDERS}</w:tblBorders></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
    return f"<w:tbl>{head}{''.join(f'<w:tr>{c}</w:tr>' for c in cells)}</w:tbl><w:p/>"
