"""Read the sheets of a workbook that Excel 2003 wrote as one XML file.

Source: XML Spreadsheet Reference (Microsoft, 2003): Index and Merge attributes, R1C1 formulas, number formats by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ingest.model import IngestError
from ingest.readers.package import parse_xml, usual
from ingest.readers.sheet.formula import Place, Sums, column_name
from ingest.readers.sheet.seen import Hidden, hidden_2003
from ingest.readers.sheet.shown import is_usual, shown
from ingest.readers.sheet.xml_cells import Style, unsure

S = "{urn:schemas-microsoft-com:office:spreadsheet}"
_X = "{urn:schemas-microsoft-com:office:excel}"
_HTML = "{http://www.w3.org/TR/REC-html40}"
_NAMED = {
    "general number": "", "fixed": "0.00", "standard": "#,##0.00", "percent": "0.00%", "scientific": "0.00E+00", "currency": '"$"0',
    "euro currency": '"€"0', "yes/no": '"Yes";"Yes";"No"', "true/false": '"True";"True";"False"', "on/off": '"On";"On";"Off"',
}  # fmt: skip
_R1C1 = re.compile(r"\bR(\[-?\d+\]|\d*)C(\[-?\d+\]|\d*)(?![\w(])")
MAX_PLACES = 1_000_000
Merge = tuple[Place, Place]
Element = Any


@dataclass(slots=True)
class Grid:
    """The cells of one sheet by their places, the merged ranges, and what is shown otherwise than it is stored."""

    name: str
    values: dict[Place, Any] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    found: dict[Place, str] = field(default_factory=dict)
    numbers: dict[Place, float | None] = field(default_factory=dict)
    formulas: dict[Place, str] = field(default_factory=dict)
    hidden: Hidden = field(default_factory=Hidden)

    def rows(self) -> list[list[Any]]:
        """The values as rows from the first cell of the sheet on."""
        texts = self.values | self.found | unsure(Sums(self.numbers, self.formulas), self._stored(), False)
        height, width = (max((p[k] for p in texts), default=-1) + 1 for k in (0, 1))
        if height * width > MAX_PLACES:
            raise IngestError("too_large", f"sheet {self.name}", f"> {MAX_PLACES} cells", f"{MAX_PLACES} cells")
        rows: list[list[Any]] = [[""] * width for _ in range(height)]
        for (row, column), value in texts.items():
            rows[row][column] = value
        return rows

    def _stored(self) -> dict[Place, float | None]:
        return {p: self.numbers.get(p) for p in self.formulas if p not in self.found}


def read_2003(data: bytes) -> list[Grid]:
    """The sheets that a person sees; a hidden one is read only if all are hidden."""
    root = parse_xml(usual(data), "")
    styles = _styles(root)
    sheets = list(root.iterchildren(S + "Worksheet"))
    seen = [s for s in sheets if not (_option(s, "Visible") or "").startswith("SheetHidden")] or sheets
    return [_grid(sheet, styles) for sheet in seen]


def _option(sheet: Element, name: str) -> str | None:
    options = sheet.find(_X + "WorksheetOptions")
    found: str | None = None if options is None else options.findtext(_X + name)
    return found


def _styles(root: Element) -> dict[str, Style]:
    styles = {}
    for style in root.iter(S + "Style"):
        number, font = style.find(S + "NumberFormat"), style.find(S + "Font")
        code = "" if number is None else number.get(S + "Format") or ""
        code = _NAMED.get(code.lower(), code)
        struck = font is not None and font.get(S + "StrikeThrough") == "1"
        pale = font is not None and _is_white(font.get(S + "Color")) and _is_paper(style.find(S + "Interior"))
        styles[style.get(S + "ID") or ""] = Style("" if is_usual(code) else code, struck, pale)
    return styles


def _is_white(color: str | None) -> bool:
    return re.fullmatch("#(?:F[0-9A-F]){3}", color or "", re.I) is not None


def _is_paper(fill: Element | None) -> bool:
    return fill is None or fill.get(S + "Pattern") in (None, "None") or _is_white(fill.get(S + "Color"))


def _grid(sheet: Element, styles: Mapping[str, Style]) -> Grid:
    grid = Grid(sheet.get(S + "Name") or "", hidden=hidden_2003(sheet, S))
    hides_zeros = _option(sheet, "DoNotDisplayZeros") is not None
    for place, cell in _places(sheet):
        down, across = (_count(cell.get(S + name)) for name in ("MergeDown", "MergeAcross"))
        if down or across:
            grid.merges.append((place, (place[0] + down, place[1] + across)))
        data, formula = cell.find(S + "Data"), cell.get(S + "Formula")
        if formula is not None:
            grid.formulas[place] = _in_letters(formula, place)
        if data is not None:
            _add(grid, place, data, styles.get(cell.get(S + "StyleID") or "Default", Style()), hides_zeros)
        elif formula is not None:
            grid.found[place] = formula
    return grid


def _places(sheet: Element) -> Iterator[tuple[Place, Element]]:
    """Each cell with its row and column (from 0); an index skips places, a merged cell takes several."""
    row = -1
    for line in sheet.iter(S + "Row"):
        row = _count(line.get(S + "Index"), row + 2) - 1
        column = -1
        for cell in line.iterchildren(S + "Cell"):
            column = _count(cell.get(S + "Index"), column + 2) - 1
            yield (row, column), cell
            column += _count(cell.get(S + "MergeAcross"))
        row += _count(line.get(S + "Span"))


def _count(text: str | None, otherwise: int = 0) -> int:
    return min(int(text), MAX_PLACES) if text and text.isdecimal() else otherwise


def _add(grid: Grid, place: Place, data: Element, style: Style, hides_zeros: bool) -> None:
    kind, text = data.get(S + "Type") or "String", _text(data)
    number = _number(text) if kind == "Number" else None
    grid.numbers[place] = number
    grid.values[place] = text if number is None else number
    if number is None:
        return
    plain = f"{Decimal(f'{number:.15g}'):f}"
    said = shown(plain, style.code) if style.code else plain
    if style.mark or said != plain:
        grid.found[place] = f"{said}{style.mark}"
    elif hides_zeros and number == 0:
        grid.found[place] = "0 [DoNotDisplayZeros]"


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _text(element: Element) -> str:
    """The text with its raised pieces marked and its struck ones left out."""
    parts = [element.text or ""]
    for piece in element:
        inner = "" if piece.tag in (_HTML + "S", _HTML + "Del") else _text(piece)
        parts.append(f"^{inner}" if piece.tag in (_HTML + "Sup", _HTML + "Sub") and inner else inner)
        parts.append(piece.tail or "")
    return "".join(parts)


def _in_letters(formula: str, place: Place) -> str:
    """A formula with its references in letters and numbers."""

    def at(said: str, here: int) -> int:
        return here + int(said[1:-1]) if said.startswith("[") else int(said) - 1 if said else here

    def letters(found: re.Match[str]) -> str:
        row, column = at(found[1], place[0]), at(found[2], place[1])
        return f"{column_name(column)}{row + 1}" if 0 <= column < 16384 and row >= 0 else "?"

    return _R1C1.sub(letters, formula)
