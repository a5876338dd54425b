"""What the records of an .xls or .et say of its cells beyond their values: formulas never computed, formats, errors.

Source: [MS-XLS] 2.4.122 (FONT), 2.4.126 (Format), 2.4.127 (Formula), 2.4.353 (XF), 2.4.346 (Window2), 2.5.133 (FormulaValue), 2.5.198 (tokens).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from ingest.readers.sheet.formula import Place, Sums, column_name
from ingest.readers.sheet.shown import BUILT_IN, is_usual, shown
from ingest.readers.sheet.workbook97 import records, sheet_records, sheet_starts
from ingest.readers.sheet.xml_cells import Style, unsure

_FONT, _FORMAT, _XF, _EOF, _BOF = 0x31, 0x41E, 0xE0, 0x0A, 0x809
_NUMBER, _RK, _MULRK, _BOOLERR, _WINDOW2 = 0x203, 0x27E, 0xBD, 0x205, 0x23E
_FORMULAS = (0x06, 0x206, 0x406)
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_ASKED = 3  # always, or when the file is opened
_SHOWS_ZEROS = 0x10
_BIFF8 = 0x600
_WHITES = (1, 9)  # of the palette
U16 = struct.Struct("<H").unpack_from


@dataclass(slots=True)
class _Sheet:
    """The numbers and formulas of one sheet, and what is shown otherwise."""

    numbers: dict[Place, float | None] = field(default_factory=dict)
    formulas: dict[Place, str] = field(default_factory=dict)
    found: dict[Place, str] = field(default_factory=dict)
    stored: dict[Place, float | None] = field(default_factory=dict)
    asked: bool = False


def shown_xls(stream: bytes) -> list[dict[Place, str]]:
    """For each sheet of a workbook stream, in its order, the cells that are shown otherwise than they are stored."""
    fonts: list[tuple[bool, bool]] = []
    codes: dict[int, str] = {}
    formats: list[tuple[int, int, bool]] = []
    is_new = True
    for kind, at, record in records(stream):
        if kind == _BOF and at == 0:
            is_new = U16(record)[0] >= _BIFF8
        elif kind == _FONT:
            fonts.append((bool(U16(record, 2)[0] & 8), U16(record, 4)[0] in _WHITES))
        elif kind == _FORMAT:
            codes[U16(record)[0]] = _text(record, is_new)
        elif kind == _XF:
            formats.append((U16(record)[0], U16(record, 2)[0], _is_paper(record)))
        elif kind == _EOF:
            break
    styles = [_style(font, number, paper, fonts, codes) for font, number, paper in formats]
    return [_sheet(stream, start, styles, is_new) for start in sheet_starts(stream)]


def _is_paper(record: bytes) -> bool:
    """Whether the fill of a style leaves the white of the paper."""
    if len(record) < 20:
        return False
    pattern = U16(record, 16)[0] >> 10
    return pattern == 0 or (pattern == 1 and U16(record, 18)[0] & 0x7F in _WHITES)


def _style(font: int, number: int, paper: bool, fonts: list[tuple[bool, bool]], codes: dict[int, str]) -> Style:
    code = codes.get(number, BUILT_IN.get(number, ""))
    at = font - (font > 4)  # there is no fifth font
    struck, white = fonts[at] if at < len(fonts) else (False, False)
    return Style("" if is_usual(code) else code, struck, white and paper)


def _text(record: bytes, is_new: bool) -> str:
    if not is_new:
        return record[3 : 3 + record[2]].decode("gb18030", "replace")
    count = U16(record, 2)[0]
    return record[5 : 5 + 2 * count].decode("utf-16-le", "replace") if record[4] & 1 else record[5 : 5 + count].decode("latin-1")


def _sheet(stream: bytes, start: int, styles: list[Style], is_new: bool) -> dict[Place, str]:
    sheet, hides_zeros = _Sheet(), False
    for kind, record in sheet_records(stream, start):
        if kind in _FORMULAS:
            _formula(sheet, record, styles, is_new)
        elif kind == _BOOLERR and len(record) >= 8 and record[7]:
            sheet.found[_place(record)] = _ERRORS.get(record[6], "#")
        elif kind == _WINDOW2:
            hides_zeros = not U16(record)[0] & _SHOWS_ZEROS
        for place, style, value in _numbers(kind, record):
            _add(sheet, place, value, styles[style] if style < len(styles) else Style())
    found = sheet.found
    if hides_zeros:
        found = {place: "0 [showZeros=0]" for place, value in sheet.numbers.items() if value == 0} | found
    return found | unsure(Sums(sheet.numbers, sheet.formulas), sheet.stored, sheet.asked)


def _place(record: bytes) -> Place:
    return U16(record)[0], U16(record, 2)[0]


def _numbers(kind: int, record: bytes) -> Iterator[tuple[Place, int, float]]:
    """Place, style and value of each number in a record."""
    if kind == _NUMBER and len(record) >= 14:
        yield _place(record), U16(record, 4)[0], struct.unpack_from("<d", record, 6)[0]
    elif kind == _RK and len(record) >= 10:
        yield _place(record), U16(record, 4)[0], _rk(record, 6)
    elif kind == _MULRK:
        row, column = _place(record)
        for k in range((len(record) - 6) // 6):
            yield (row, column + k), U16(record, 4 + 6 * k)[0], _rk(record, 6 + 6 * k)


def _rk(record: bytes, at: int) -> float:
    """A number in four bytes: an integer or the upper half of a double, perhaps times a hundred."""
    raw: int = struct.unpack_from("<i", record, at)[0]
    value: float = raw >> 2 if raw & 2 else struct.unpack("<d", struct.pack("<Q", (raw & 0xFFFFFFFC) << 32))[0]
    return value / 100 if raw & 1 else value


def _add(sheet: _Sheet, place: Place, value: float, style: Style) -> None:
    sheet.numbers[place] = value
    if not (style.code or style.mark) or abs(value) >= 1e15:
        return
    plain = f"{Decimal(f'{value:.15g}'):f}"
    text = shown(plain, style.code) if style.code else plain
    if style.mark:
        sheet.found[place] = f"{text}{style.mark}"
    elif text != plain:
        sheet.found[place] = text


def _formula(sheet: _Sheet, record: bytes, styles: list[Style], is_new: bool) -> None:
    place, style, flags = _place(record), U16(record, 4)[0], U16(record, 14)[0]
    text = _in_letters(record[22 : 22 + U16(record, 20)[0]]) if is_new else "?"
    sheet.formulas[place] = text
    sheet.asked = sheet.asked or bool(flags & _ASKED)
    if record[12:14] != b"\xff\xff":
        value: float = struct.unpack_from("<d", record, 6)[0]
        sheet.stored[place] = value
        _add(sheet, place, value, styles[style] if style < len(styles) else Style())
    elif record[6] == 2:
        sheet.found[place] = _ERRORS.get(record[8], "#")
    elif record[6] == 3:  # an empty text: also what a program writes that computes nothing
        sheet.found[place] = f"={text}"
    if place in sheet.found:
        sheet.stored.pop(place, None)


def _in_letters(tokens: bytes) -> str:
    """A formula of sums in the words of a sheet; “?” where it is anything else."""
    stack: list[str] = []
    at = 0
    try:
        while at < len(tokens):
            kind = tokens[at] & 0x1F | 0x20 if tokens[at] >= 0x20 else tokens[at]
            text, size = _operand(kind, tokens, at + 1)
            if text:
                stack.append(text)
            elif (size := _operator(kind, tokens, at + 1, stack)) < 0:
                return "?"
            at += 1 + size
    except (IndexError, struct.error):
        return "?"
    return stack[0] if len(stack) == 1 else "?"


def _operand(kind: int, tokens: bytes, at: int) -> tuple[str, int]:
    """A number or a reference in words, and its size; nothing for other tokens."""
    if kind == 0x1E:
        return str(U16(tokens, at)[0]), 2
    if kind == 0x1F:
        return f"{struct.unpack_from('<d', tokens, at)[0]:f}", 8
    if kind == 0x24:
        return _reference(*struct.unpack_from("<HH", tokens, at)), 4
    if kind == 0x25:
        top, bottom, left, right = struct.unpack_from("<HHHH", tokens, at)
        return f"{_reference(top, left)}:{_reference(bottom, right)}", 8
    return "", 0


def _operator(kind: int, tokens: bytes, at: int, stack: list[str]) -> int:
    """Put what a token makes of the operands before it in their place; its size, below 0 for one that is no sum."""
    if kind in (0x03, 0x04):
        right = stack.pop()
        stack.append(f"{stack.pop()}{'+' if kind == 0x03 else '-'}{right}")
        return 0
    if kind == 0x15:
        stack.append(f"({stack.pop()})")
        return 0
    if kind == 0x19 and tokens[at] & 0x51:  # a sum of one range, or only spaces
        if tokens[at] & 0x10:
            stack.append(f"SUM({stack.pop()})")
        return 3
    if kind == 0x22 and U16(tokens, at + 1)[0] & 0x7FFF == 4:
        parts = [stack.pop() for _ in range(tokens[at] & 0x7F)]
        stack.append(f"SUM({','.join(reversed(parts))})")
        return 3
    return -1


def _reference(row: int, column: int) -> str:
    return f"{column_name(column & 0x3FFF)}{row + 1}"
