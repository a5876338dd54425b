"""Write a plain Word file (.docx): headings, paragraphs and tables whose boxes may be drawn over several rows and columns, nothing else.

Source: ECMA-376 part 1, WordprocessingML; the three parts a file must have.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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

NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # one of these and Word calls the file damaged
GRAY = '<w:shd w:val="clear" w:color="auto" w:fill="D9D9D9"/>'
NARROW, WIDE = 4, 12  # characters that the columns of a form are at least and at most drawn for


class Heading(str):
    """A paragraph that is a heading."""


class Centered(str):
    """A paragraph that stands in the middle of its line."""


class AtRight(str):
    """A paragraph that stands at the right end of its line."""


@dataclass(frozen=True, slots=True)
class Field:
    """A box of a table that is drawn over rows and columns; a gray one has something about it that is told elsewhere."""

    text: str
    rows: int = 1
    columns: int = 1
    is_head: bool = False
    is_gray: bool = False


Part = str | Sequence[Sequence[str | Field]]  # a paragraph, or the rows of a table


def as_word(title: str, parts: Sequence[Part], head: Sequence[Part] = ()) -> bytes:
    """A Word file with a title and its parts; `head` stands above the title, which is then in the middle."""
    shown = Centered(title) if head else title
    body = "".join(_part(part) for part in head) + _paragraph(shown, 32, True) + "".join(_part(part) for part in parts)
    document = f'<?xml version="1.0" encoding="UTF-8"?><w:document {_W}><w:body>{body}</w:body></w:document>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (("[Content_Types].xml", _TYPES), ("_rels/.rels", _RELATIONS), ("word/document.xml", document)):
            archive.writestr(zipfile.ZipInfo(name, WHEN), text)
    return out.getvalue()


def _part(part: Part) -> str:
    if isinstance(part, str):
        return _paragraph(part, 28 if isinstance(part, Heading) else 24, isinstance(part, Heading))
    rows = [[one if isinstance(one, Field) else Field(one, is_head=n == 0) for one in row] for n, row in enumerate(part)]
    is_form = any(isinstance(one, Field) for row in part for one in row)
    return _table(rows, is_form)


def _paragraph(text: str, size: int = 24, is_bold: bool = False) -> str:
    bold, said = "<w:b/>" if is_bold else "", escape(NOT_IN_XML.sub("", text))
    side = "center" if isinstance(text, Centered) else "right" if isinstance(text, AtRight) else ""
    placed = f'<w:pPr><w:jc w:val="{side}"/></w:pPr>' if side else ""
    return f'<w:p>{placed}<w:r><w:rPr>{bold}<w:sz w:val="{size}"/></w:rPr><w:t xml:space="preserve">{said}</w:t></w:r></w:p>'


def _table(rows: Sequence[Sequence[Field]], is_form: bool) -> str:
    laid = [list(row) for row in _laid(rows)]
    widths = _widths(laid, is_form)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    lines = ("".join(_box(box, sum(widths[at : at + box.columns]), goes_on) for at, box, goes_on in row) for row in laid)
    head = f'<w:tblPr><w:tblW w:w="{WIDTH}" w:type="dxa"/><w:tblBorders>{_BORDERS}</w:tblBorders></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
    return f"<w:tbl>{head}{''.join(f'<w:tr>{line}</w:tr>' for line in lines)}</w:tbl><w:p/>"


def _laid(rows: Sequence[Sequence[Field]]) -> Iterator[list[tuple[int, Field, bool]]]:
    """The boxes of each row with their columns; a box that began above and goes on stands in every row it is drawn over."""
    begun: dict[int, tuple[Field, int]] = {}  # by its column a box from above, and how many rows it still goes on
    for row in rows:
        line, column, waiting = [], 0, list(row)
        while waiting or column in begun:
            if column in begun:
                box, left = begun.pop(column)
                goes_on = True
            else:
                box, goes_on = waiting.pop(0), False
                left = box.rows
            if left > 1:
                begun[column] = (box, left - 1)
            line.append((column, box, goes_on))
            column += box.columns
        yield line


def _widths(laid: Sequence[Sequence[tuple[int, Field, bool]]], is_form: bool) -> list[int]:
    """How wide the columns are: all the same, or in a form by the longest text that stands in one alone."""
    columns = max((at + box.columns for row in laid for at, box, _ in row), default=1)
    needs = [NARROW] * columns
    if is_form:
        for at, box, _ in (one for row in laid for one in row if one[1].columns == 1):
            needs[at] = max(needs[at], min(len(box.text), WIDE))
    return [WIDTH * need // sum(needs) for need in needs]


def _box(box: Field, width: int, goes_on: bool) -> str:
    span = f'<w:gridSpan w:val="{box.columns}"/>' if box.columns > 1 else ""
    merge = "<w:vMerge/>" if goes_on else '<w:vMerge w:val="restart"/>' if box.rows > 1 else ""
    properties = f'<w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{merge}{GRAY if box.is_gray else ""}</w:tcPr>'
    return f"<w:tc>{properties}{_paragraph('' if goes_on else box.text, 20, box.is_head)}</w:tc>"
