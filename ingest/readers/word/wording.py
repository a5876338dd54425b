"""What a paragraph or cell of a .docx says: the text that is drawn, and what stands beside it (text boxes, pictures) apart from it.

Source: ECMA-376 part 1, §17.3 (runs), §17.16 (fields and form fields), §17.5.2 (content controls); part 3, §9 (alternate content).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ingest.readers.row_edges import OBJECT, said

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
ALTERNATE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
Element = Any
THROUGH = {W + n for n in ("ins", "moveTo", "smartTag", "customXml", "hyperlink", "sdtContent", "fldSimple")}
_GONE = {
    *(W + n for n in ("del", "moveFrom", "pPr", "rPr", "tblPr", "tcPr", "trPr", "instrText", "delText", "sdtPr", "footnote", "endnote")),
    *(W + n for n in ("delInstrText", "softHyphen", "lastRenderedPageBreak", "rt", "rubyPr", "fldData")),
}  # fmt: skip
_T, P, TC, _R, _RPR, TBL, TR, SDT, _RAISED = (W + n for n in ("t", "p", "tc", "r", "rPr", "tbl", "tr", "sdt", "vertAlign"))
_BOX, CHUNK, _SYMBOL, _FIELD, _SIMPLE, _OMATH = (
    W + "txbxContent",
    W + "altChunk",
    W + "sym",
    W + "fldChar",
    W + "fldSimple",
    _MATH + "oMath",
)
_VAL, _R_STYLE, _P_STYLE, _PLACEHOLDER = W + "val", W + "rStyle", W + "pStyle", W + "showingPlcHdr"
_POSITION, LIFTED = W + "position", 5  # half points
_COLOR = W + "color"
_DRAWN = {W + n for n in ("drawing", "pict", "object")}
_NOTES = {W + "footnoteReference", W + "endnoteReference"}
_SIGNS = {W + "tab": " ", W + "ptab": " ", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-"}
_STRUCK = [W + n for n in ("vanish", "strike", "dstrike")]
# A table without these holds nothing but paragraphs, runs and their text.
_UNUSUAL = [*_STRUCK, *_DRAWN, *_NOTES, *_SIGNS, _RAISED, _POSITION, _BOX, CHUNK, _SYMBOL, _FIELD, _SIMPLE, _OMATH, ALTERNATE, _PLACEHOLDER, TBL,
            *(W + n for n in ("del", "moveFrom", "ruby", "footnote", "endnote"))]  # fmt: skip
# Fields that draw a mark or a number of their own, which is no part of the number they stand beside.
_MARKS = re.compile(r"\s*(?:PAGE|NUMPAGES|SECTIONPAGES|SECTION|PAGEREF|NOTEREF)\b", re.I)
_DROP_DOWN = re.compile(r"\s*FORMDROPDOWN\b", re.I)
_FAR = 914_400  # EMU: an inch away from its anchor a box may lie over another cell
_FAR_POINTS = re.compile(r"margin-(?:left|top)\s*:\s*-?(\d+(?:\.\d+)?)(pt|in|cm|mm)", re.I)
_POINTS = {"pt": 1.0, "in": 72.0, "cm": 28.35, "mm": 2.835}


@dataclass(slots=True)
class _Field:
    """A field that is open: its instruction, whether that is still running, and the choice of a list to choose from."""

    instruction: str = ""
    running: bool = True
    choice: str | None = None


@dataclass(slots=True)
class Line:
    """A paragraph or cell while it is read: its text, the boxes anchored in it, whether something is drawn that is no text."""

    parts: list[str] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    drawn: bool = False
    fields: list[_Field] = field(default_factory=list)

    def text(self) -> str:
        """The text alone."""
        return "".join(self.parts)


class Wording:
    """Reads the text of paragraphs and cells; knows the styles of the file, and how to read a part that stands in the text."""

    def __init__(self, styles: Element | None, chunk: Callable[[Element], str]) -> None:
        self._hidden, self._raised = _styles(styles)
        self._chunk = chunk

    def line(self, element: Element) -> Line:
        """A paragraph with what is anchored in it."""
        line = Line()
        self._paragraph(element, line)
        return line

    def cell(self, element: Element) -> str:
        """The text of a cell or box, with what is anchored in it."""
        line = Line()
        if _is_placeholder(element.getparent()):
            self._placeholder(element, line)
        else:
            self._gather(element, line)
        return said(line.text(), [self.box(box) for box in line.boxes], line.drawn)

    def box(self, box: Element) -> str:
        """The text of a text box; of one that lies far from its anchor no one can say what it belongs to."""
        return (OBJECT if _is_far(box) else "") + self.cell(box)

    def is_usual(self, table: Element) -> bool:
        """Whether a table holds nothing but paragraphs, runs and their text, all of it drawn."""
        if next(table.iterdescendants(*_UNUSUAL), None) is not None:
            return False
        if any((c.get(_VAL) or "").upper() == "FFFFFF" for c in table.iterdescendants(_COLOR)):
            return False
        named = self._hidden | self._raised
        return not named or all(s.get(_VAL) not in named for s in table.iterdescendants(_R_STYLE, _P_STYLE))

    def cells(self, cells: list[Element], tr: Element, usual: bool) -> list[str]:
        """The texts of the cells of a row, in one go where nothing in the table is unusual."""
        found: list[list[str]] = []
        for element in tr.iter(TC, P, _T) if usual else ():
            tag = element.tag
            if tag == TC:
                found.append([])
            elif found and (tag == P or not found[-1]):
                found[-1].append("" if tag == P else element.text or "")
            elif found:
                found[-1][-1] += element.text or ""
        if len(found) != len(cells):
            return [self.cell(tc) for tc in cells]
        return [p[0] if len(p) == 1 else "\n".join([*p[:1], *filter(None, p[1:])]) for p in found]

    def _gather(self, element: Element, line: Line) -> None:
        for child in element:
            tag = child.tag
            if tag == _R:
                self._run(child, line)
            elif tag == P:
                before = len(line.parts)
                self._paragraph(child, line)
                if before and any(line.parts[before:]):
                    line.parts.insert(before, "\n")
            elif tag == TBL:  # a small table in a cell: its cells stay apart
                line.parts.append(" | ".join(self.cell(tc) for tr in inside(child, TR) for tc in inside(tr, TC)))
            elif tag == SDT and _is_placeholder(child):
                self._placeholder(child, line)
            elif tag == _SIMPLE:
                self._marked(child, line, bool(_MARKS.match(child.get(W + "instr") or "")))
            elif tag not in _GONE and isinstance(tag, str):
                self._piece(child, line)

    def _piece(self, element: Element, line: Line) -> None:
        """What stands in a run, or round several of them."""
        tag = element.tag
        if tag == _T:
            line.parts.append(element.text or "")
        elif tag in _SIGNS:
            line.parts.append(_SIGNS[tag])
        elif tag == ALTERNATE:
            for chosen in alternative(element):
                self._gather(chosen, line)
        elif tag in _DRAWN:
            boxes = list(_boxes(element))
            line.boxes += boxes
            line.drawn = line.drawn or not boxes
        elif tag == _SYMBOL:  # drawn in a symbol font, where "1" need not look like one
            code = element.get(W + "char") or ""
            line.parts.append(chr(int(code, 16)) if re.fullmatch("[0-9A-Fa-f]{1,4}", code) else OBJECT)
        elif tag == _OMATH:
            line.parts.append(_formula(element))
        elif tag == CHUNK:
            line.parts.append(self._chunk(element))
        else:
            self._gather(element, line)

    def _paragraph(self, paragraph: Element, line: Line) -> None:
        """The runs of a paragraph; a field that does not end in it is forgotten."""
        outer, line.fields = line.fields, []
        if not (self._hidden and self._named(paragraph, "pPr", _P_STYLE) in self._hidden):
            self._gather(paragraph, line)
        line.fields = outer

    def _run(self, run: Element, line: Line) -> None:
        properties = next(run.iterchildren(_RPR), None)
        style = self._named(run, "rPr", _R_STYLE) if self._hidden or self._raised else None
        hidden = _is_on(properties, _STRUCK, style in self._hidden)
        raised = next(properties.iterchildren(_RAISED), None) if properties is not None else None
        is_mark = raised.get(_VAL) in ("superscript", "subscript") if raised is not None else style in self._raised
        is_mark = is_mark or _is_lifted(properties) or next(run.iterchildren(*_NOTES), None) is not None
        inner = Line(fields=line.fields)
        for child in run:
            if child.tag == _FIELD:
                _follow(child, line.fields, inner)
            elif child.tag == W + "instrText" and line.fields:
                line.fields[-1].instruction += child.text or ""
            elif child.tag not in _GONE and isinstance(child.tag, str) and not hidden and not any(f.running for f in line.fields):
                self._piece(child, inner)
        is_mark = is_mark or (_is_white(properties) and inner.text().strip().isdigit())
        self._add(inner, line, is_mark or any(_MARKS.match(f.instruction) for f in line.fields))

    def _marked(self, element: Element, line: Line, is_mark: bool) -> None:
        inner = Line(fields=line.fields)
        self._gather(element, inner)
        self._add(inner, line, is_mark)

    def _add(self, inner: Line, line: Line, is_mark: bool) -> None:
        """Add what a run says; the mark of a note is no digit of the number before it."""
        text = inner.text()
        if text:
            line.parts.append("^" + text if is_mark else text)
        line.boxes += inner.boxes
        line.drawn = line.drawn or inner.drawn

    def _placeholder(self, element: Element, line: Line) -> None:
        """What a content control shows while nothing has been filled in is no answer."""
        inner = Line()
        self._gather(element, inner)
        text = inner.text()
        line.parts.append(OBJECT + text if any(c.isdigit() for c in text) else text)

    def _named(self, element: Element, properties: str, style: str) -> str | None:
        found = next(element.iterchildren(W + properties), None)
        named = next(found.iterchildren(style), None) if found is not None else None
        return None if named is None else named.get(_VAL)


def inside(parent: Element, tag: str) -> Iterator[Element]:
    """Children of one kind, also inside content controls, tracked insertions and alternate content."""
    for element in parent:
        if element.tag == tag:
            yield element
        elif element.tag == SDT or element.tag in THROUGH:
            yield from inside(element, tag)
        elif element.tag == ALTERNATE:
            for chosen in alternative(element):
                yield from inside(chosen, tag)


def alternative(element: Element) -> Iterator[Element]:
    """The one of several ways to draw the same thing that is read: the first with text, else the first."""
    ways = [way for way in element if isinstance(way.tag, str)]
    yield from [next((way for way in ways if any((t.text or "").strip() for t in way.iter(_T))), ways[0])] if ways else ()


def _boxes(drawn: Element) -> Iterator[Element]:
    """The text boxes of something drawn, not those inside them; of two ways to draw them one."""
    for child in drawn:
        if child.tag == _BOX:
            yield child
        elif child.tag == ALTERNATE:
            for chosen in alternative(child):
                yield from _boxes(chosen)
        else:
            yield from _boxes(child)


def _is_far(box: Element) -> bool:
    """Whether a box is drawn at a place on the page, or more than an inch from where it is anchored."""
    for outer in box.iterancestors():
        name = local_name(outer)
        if name in ("drawing", "pict", "object"):
            return False
        if name == "anchor":
            places = [c for c in outer if local_name(c) in ("positionH", "positionV")]
            offsets = [c.text or "" for place in places for c in place if local_name(c) == "posOffset"]
            near = ("column", "character", "paragraph", "line", "leftMargin", None)
            return any(p.get("relativeFrom") not in near for p in places) or any(_size(text) > _FAR for text in offsets)
        style = outer.get("style") or ""
        if "absolute" in style and any(float(n) * _POINTS[u.lower()] > 72 for n, u in _FAR_POINTS.findall(style)):
            return True
    return False


def _size(text: str) -> int:
    digits = text.strip().lstrip("-")
    return int(digits) if digits.isdecimal() and len(digits) < 12 else 0


def local_name(element: Element) -> str:
    """The name of an element without its namespace; nothing for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _formula(formula: Element) -> str:
    """The text of a formula that is nothing but characters in a row; of any other no one can say what number it is."""
    if any(
        local_name(e) not in ("oMath", "r", "t", "rPr", "ctrlPr", "sty", "nor", "rFonts", "i", "b", "sz") for e in formula.iter()
    ):
        return OBJECT
    return "".join(t.text or "" for t in formula.iter(_MATH + "t"))


def _is_placeholder(control: Element | None) -> bool:
    if control is not None and control.tag == W + "sdtContent":
        control = control.getparent()
    properties = next(control.iterchildren(W + "sdtPr"), None) if control is not None and control.tag == SDT else None
    return properties is not None and _is_on(properties, [_PLACEHOLDER], False)


def _is_on(properties: Element | None, names: list[str], otherwise: bool) -> bool:
    """Whether one of these properties is set; `otherwise` is what the style says where none is named."""
    found = [] if properties is None else [e.get(_VAL) not in ("0", "false", "off") for e in properties.iterchildren(*names)]
    return any(found) if found else otherwise


def _is_white(properties: Element | None) -> bool:
    """Whether a run is written in white, so that its digits may not be seen."""
    color = None if properties is None else next(properties.iterchildren(_COLOR), None)
    return color is not None and (color.get(_VAL) or "").upper() == "FFFFFF"


def _is_lifted(properties: Element | None) -> bool:
    """Whether a run is raised or lowered by more than what brings a number to the middle of its cell."""
    position = None if properties is None else next(properties.iterchildren(_POSITION), None)
    digits = "" if position is None else (position.get(_VAL) or "").lstrip("-")
    return digits.isdecimal() and len(digits) < 6 and int(digits) >= LIFTED


def _follow(mark: Element, fields: list[_Field], line: Line) -> None:
    """The beginning, middle or end of a field; a list to choose from shows the choice, which is kept beside the text."""
    kind = mark.get(W + "fldCharType")
    if kind == "begin":
        chosen = next(mark.iter(W + "ddList"), None)
        fields.append(_Field(choice=None if chosen is None else _choice(chosen)))
    elif kind == "separate" and fields:
        fields[-1].running = False
    elif kind == "end" and fields:
        ended = fields.pop()
        if ended.running and not any(f.running for f in fields) and (ended.choice or _DROP_DOWN.match(ended.instruction)):
            line.parts.append(ended.choice or OBJECT)


def _choice(drop_down: Element) -> str:
    entries = [e.get(_VAL) or "" for e in drop_down.iter(W + "listEntry")]
    named = next(drop_down.iter(W + "result"), None)
    named = next(drop_down.iter(W + "default"), None) if named is None else named
    at = (named.get(_VAL) or "") if named is not None else "0"
    return entries[int(at)] if at.isdecimal() and int(at) < len(entries) else OBJECT


def _styles(root: Element | None) -> tuple[set[str], set[str]]:
    """The styles whose text is hidden or struck out, and those whose text is raised or lowered."""
    known: dict[str, tuple[str, bool | None, bool | None]] = {}
    for style in root.iter(W + "style") if root is not None else ():
        properties, based = style.find(_RPR), style.find(W + "basedOn")
        raised = None if properties is None else properties.find(_RAISED)
        known[style.get(W + "styleId") or ""] = (
            "" if based is None else based.get(_VAL) or "",
            _is_on(properties, _STRUCK, False)
            if properties is not None and any(properties.find(s) is not None for s in _STRUCK)
            else None,
            None if raised is None else raised.get(_VAL) in ("superscript", "subscript"),
        )
    return {s for s in known if _inherited(known, s, 1)}, {s for s in known if _inherited(known, s, 2)}


def _inherited(known: dict[str, tuple[str, bool | None, bool | None]], style: str, which: int) -> bool:
    for _ in range(20):  # styles may be based on each other in a circle
        if style not in known:
            return False
        if (said := known[style][which]) is not None:
            return bool(said)
        style = known[style][0]
    return False
