"""What the XML of an .xlsx says of its cells beyond the values stored: formulas never computed, formats, errors, marks raised or struck out.

Source: ECMA-376 part 1, §18.2.2 (calculation), §18.3.1.4 (cells), §18.4 (texts), §18.8 (styles).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ingest.model import IngestError
from ingest.readers.package import parse_xml
from ingest.readers.sheet.formula import Place, Sums, place_of
from ingest.readers.sheet.shown import BUILT_IN, is_usual, shown, shows_text
from ingest.words.text import read_number

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_C, _F, _V, _IS, _ROW, _T, _RUN, _RPR = (S + n for n in ("c", "f", "v", "is", "row", "t", "r", "rPr"))
_ON = ("1", "true")
_PALE = re.compile("(?:[0-9A-F]{2})?(?:F[0-9A-F]){3}", re.I)
_WHITES = ("1", "9")  # of the colors with numbers
MAX_FORMULAS = 20_000  # in a sheet; a report has a hundredth of it
MAX_TAGS = 2_000_000  # in a sheet; styled cells without a value are many
Element = Any


@dataclass(frozen=True, slots=True)
class Style:
    """How a cell is shown: its number format ("" for one that changes nothing), whether it is struck out, or white on white."""

    code: str = ""
    struck: bool = False
    pale: bool = False

    @property
    def mark(self) -> str:
        """What is said behind a number that does not count, or is not seen, as it stands."""
        return " [strike]" if self.struck else " [white]" if self.pale else ""


@dataclass(frozen=True, slots=True)
class Book:
    """What all sheets of a workbook share."""

    styles: list[Style]
    texts: Mapping[int, str]  # only those that are not what they seem: with raised or struck digits
    plain: Mapping[int, str]  # the others, where some cells are white on white
    must_compute: bool  # the file asks for all its formulas to be computed when it is opened

    def is_plain(self, xml: bytes) -> bool:
        """Whether nothing in a sheet can be shown otherwise than it is stored, so that it need not be looked through."""
        marks = (b"<f", b":f>", b":f ", b't="e"', b"t='e'", b"showZeros", b"<is>", b":is>")
        return not self.texts and not any(s.code or s.mark for s in self.styles) and not any(mark in xml for mark in marks)


def read_book(workbook: bytes, styles: bytes | None, strings: bytes | None) -> Book:
    """What the parts of a workbook say for all its sheets."""
    calculation = parse_xml(workbook, "xl/workbook.xml").find(S + "calcPr")
    asks = calculation is not None and any(calculation.get(name) in _ON for name in ("fullCalcOnLoad", "forceFullCalc"))
    marked = strings is not None and any(word in strings for word in (b"vertAlign", b"strike", b"color"))
    looks = _styles(parse_xml(styles, "xl/styles.xml")) if styles else []
    some_pale = any(style.pale for style in looks)
    texts, plain = {}, {}
    for n, item in enumerate(
        parse_xml(strings, "xl/sharedStrings.xml").iter(S + "si") if strings and (marked or some_pale) else ()
    ):
        if (text := _rich(item)) is not None:
            texts[n] = text
        elif some_pale:
            plain[n] = _whole(item)
    return Book(looks, texts, plain, asks)


def cells_shown(xml: bytes, name: str, book: Book) -> dict[Place, str]:
    """The cells of a sheet that are shown otherwise than they are stored, each with a text that says so."""
    if book.is_plain(xml):
        return {}
    root = parse_xml(xml, name, MAX_TAGS)
    view = next(root.iter(S + "sheetView"), None)
    hides_zeros = view is not None and view.get("showZeros") in ("0", "false")
    found: dict[Place, str] = {}
    numbers: dict[Place, float | None] = {}
    formulas: dict[Place, str] = {}
    for place, cell in _places(root):
        kind, value, formula = cell.get("t") or "n", cell.findtext(_V), cell.find(_F)
        number = _number(value) if kind == "n" else None
        if value or kind != "n":
            numbers[place] = number
        if formula is not None:
            formulas[place] = formula.text or ""
        if formula is not None and not value and kind != "str":
            found[place] = f"={formula.text or ''}"
        elif kind == "e":
            found[place] = value or "#"
        elif (text := _shown(kind, value or "", cell, book)) is not None:
            found[place] = text
        elif hides_zeros and number == 0:
            found[place] = "0 [showZeros=0]"
    stored = {place: numbers.get(place) for place in formulas if place not in found}
    return found | unsure(Sums(numbers, formulas), stored, book.must_compute)


def unsure(sums: Sums, stored: Mapping[Place, float | None], must_compute: bool) -> dict[Place, str]:
    """The formulas whose stored value is not what they give, or is a 0 that was never computed."""
    if len(stored) > MAX_FORMULAS:
        raise IngestError("too_large", "", f"{len(stored)} formulas", f"{MAX_FORMULAS} formulas")
    found = {}
    for place, value in stored.items():
        if value is None:
            continue
        right = sums.value(place)
        stale = value == 0 and must_compute if right is None else abs(right - value) > 1e-6 * max(1.0, abs(right))
        if stale:
            found[place] = f"={sums.formulas[place]} [{value:.15g}]"
    return found


def _shown(kind: str, value: str, cell: Element, book: Book) -> str | None:
    """What a cell shows where that is not what it stores."""
    at = cell.get("s") or "0"
    style = book.styles[int(at)] if at.isdecimal() and int(at) < len(book.styles) else Style()
    text: str | None = None
    if kind == "n" and value and style.code and (number := _number(value)) is not None:
        plain = f"{Decimal(f'{number:.15g}'):f}"
        text = shown(plain, style.code)
        text = None if text == plain else text
    elif kind == "s" and value.isdecimal():
        text = book.texts.get(int(value))
    elif kind == "inlineStr" and (item := cell.find(_IS)) is not None:
        text = _rich(item)
    if style.mark and kind == "n" and value:
        return f"{text or value}{style.mark}"
    if style.struck and (value or kind == "inlineStr"):
        return text
    if (
        style.pale
        and (said := _said(kind, value, cell, book) if text is None else text)
        and read_number(said).state != "unreadable"
    ):
        return f"{said}{style.mark}"
    if kind in ("s", "str", "inlineStr") and style.code and not shows_text(style.code):
        return f"{text or ''} [{style.code}]"
    return text


def _said(kind: str, value: str, cell: Element, book: Book) -> str:
    """The text of a cell that holds no number."""
    if kind == "s":
        return book.plain.get(int(value), "") if value.isdecimal() else ""
    item = cell.find(_IS) if kind == "inlineStr" else None
    return _whole(item) if item is not None else value if kind == "str" else ""


def _whole(item: Element) -> str:
    return "".join(t.text or "" for t in (*item.iterchildren(_T), *item.iterfind(f"{_RUN}/{_T}")))


def _places(root: Element) -> Iterator[tuple[Place, Element]]:
    """Each cell with its row and column; one without an address follows on the one before."""
    row = -1
    for line in root.iter(_ROW):
        said = line.get("r") or ""
        row = int(said) - 1 if said.isdecimal() else row + 1
        column = -1
        for cell in line.iterchildren(_C):
            try:
                row, column = place_of(cell.get("r") or "")
            except ValueError:
                column += 1
            yield (row, column), cell


def _number(value: str | None) -> float | None:
    try:
        return float(value) if value else None
    except ValueError:
        return None


def _rich(item: Element) -> str | None:
    """The text of a cell in pieces, with raised ones marked and struck ones left out; None where there is no such piece."""
    parts, odd = [], False
    for piece in item.iterchildren(_RUN):
        properties, text = piece.find(_RPR), piece.findtext(_T) or ""
        if properties is not None and _is_on(properties, "strike"):
            odd = True
            continue
        raised = None if properties is None else properties.find(S + "vertAlign")
        is_raised = raised is not None and raised.get("val") in ("superscript", "subscript")
        is_pale = properties is not None and text.strip().isdigit() and is_white(properties.find(S + "color"))
        if text and (is_raised or is_pale):
            odd, text = True, "^" + text
        parts.append(text)
    return "".join(parts) if odd else None


def is_white(color: Element | None, otherwise: bool = False) -> bool:
    """Whether a color is white or nearly so."""
    if color is None:
        return otherwise
    rgb, tint = color.get("rgb") or "", color.get("tint") or "0"
    if rgb:
        return bool(_PALE.fullmatch(rgb))
    return color.get("indexed") in _WHITES or (color.get("theme") == "0" and (_number(tint) or 0) > -0.1)


def _is_on(properties: Element, name: str) -> bool:
    found = properties.find(S + name)
    return found is not None and found.get("val") not in ("0", "false")


def _styles(root: Element) -> list[Style]:
    codes = {e.get("numFmtId"): e.get("formatCode") or "" for e in root.iter(S + "numFmt")}
    fonts = root.find(S + "fonts")
    struck = [_is_on(font, "strike") for font in fonts.iterchildren(S + "font")] if fonts is not None else []
    white = [is_white(font.find(S + "color")) for font in fonts.iterchildren(S + "font")] if fonts is not None else []
    fills = root.find(S + "fills")
    paper = [_is_paper(fill) for fill in fills.iterchildren(S + "fill")] if fills is not None else []
    styles, cells = [], root.find(S + "cellXfs")
    for xf in cells.iterchildren(S + "xf") if cells is not None else ():
        number, font, fill = (xf.get(name) or "0" for name in ("numFmtId", "fontId", "fillId"))
        code = codes.get(number, BUILT_IN.get(int(number), "") if number.isdecimal() else "")
        is_pale = _of(white, font, False) and _of(paper, fill, True)
        styles.append(Style("" if is_usual(code) else code, _of(struck, font, False), is_pale))
    return styles


def _of(flags: list[bool], number: str, otherwise: bool) -> bool:
    return flags[int(number)] if number.isdecimal() and int(number) < len(flags) else otherwise


def _is_paper(fill: Element) -> bool:
    """Whether a fill leaves the white of the paper."""
    pattern = fill.find(S + "patternFill")
    if pattern is None:
        return fill.find(S + "gradientFill") is None
    kind = pattern.get("patternType") or "none"
    return kind == "none" or (kind == "solid" and is_white(pattern.find(S + "fgColor")))
