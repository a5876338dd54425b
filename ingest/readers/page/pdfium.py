"""The functions of PDFium that are called for every character and line of a page, bound for many quick calls.

The declarations that come with the library check and wrap every argument, which costs more than most of the calls themselves.
What is called most is bound without any declaration of its arguments: these are handles, addresses made once, and small numbers.
What a call writes is read from one buffer.
"""

from __future__ import annotations

import codecs
import ctypes
import struct
from itertools import repeat
from typing import Any

import pypdfium2.raw as raw

_INT, _ADDRESS, _LONG = ctypes.c_int, ctypes.c_void_p, ctypes.c_ulong
Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]  # left, bottom, right, top
IDENTITY = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
FAR = 1e5
LONGEST = 4096  # bytes of a replacement text (ActualText)


class Handle(ctypes.c_void_p):
    """A page, an object of a page, or a text of the library; passed on as it is, it needs no declaration."""


def handle(pointer: Any) -> Handle:
    """A handle of the library's own declarations as one that is passed on quickly."""
    return Handle(_address(pointer))


def _address(pointer: Any) -> int:
    return ctypes.cast(pointer, _ADDRESS).value or 0


def _bound(function: Any, result: Any, *arguments: Any) -> Any:
    # PYFUNCTYPE keeps the interpreter lock: giving it up and taking it again is most of the cost of such a short call.
    return ctypes.PYFUNCTYPE(result, *arguments)(_address(function))


def _quick(function: Any, result: Any) -> Any:
    """A function whose arguments are not looked at: only handles, addresses and numbers of 32 bits may be given to it."""
    return ctypes.PYFUNCTYPE(result)(_address(function))


count_objects = _quick(raw.FPDFPage_CountObjects, _INT)
get_object = _quick(raw.FPDFPage_GetObject, Handle)
count_inner = _bound(raw.FPDFFormObj_CountObjects, _INT, _ADDRESS)
get_inner = _bound(raw.FPDFFormObj_GetObject, Handle, _ADDRESS, _LONG)
type_of = _quick(raw.FPDFPageObj_GetType, _INT)
set_active = _bound(raw.FPDFPageObj_SetIsActive, _INT, _ADDRESS, _INT)
render_mode = _quick(raw.FPDFTextObj_GetTextRenderMode, _INT)
_set_mode = _bound(raw.FPDFTextObj_SetTextRenderMode, _INT, _ADDRESS, _INT)
_transform = _bound(raw.FPDFPageObj_Transform, None, _ADDRESS, *[ctypes.c_double] * 6)
_get_bounds = _quick(raw.FPDFPageObj_GetBounds, _INT)
_get_matrix = _quick(raw.FPDFPageObj_GetMatrix, _INT)
_get_size = _quick(raw.FPDFTextObj_GetFontSize, _INT)
_get_mode = _quick(raw.FPDFPath_GetDrawMode, _INT)
_get_fill = _quick(raw.FPDFPageObj_GetFillColor, _INT)
_get_stroke = _quick(raw.FPDFPageObj_GetStrokeColor, _INT)
_get_font = _bound(raw.FPDFTextObj_GetFont, _ADDRESS, _ADDRESS)
_font_embedded = _bound(raw.FPDFFont_GetIsEmbedded, _INT, _ADDRESS)
_get_width = _quick(raw.FPDFPageObj_GetStrokeWidth, _INT)
_get_clip = _quick(raw.FPDFPageObj_GetClipPath, Handle)
_count_clips = _quick(raw.FPDFClipPath_CountPaths, _INT)
count_marks = _quick(raw.FPDFPageObj_CountMarks, _INT)
get_mark = _bound(raw.FPDFPageObj_GetMark, _ADDRESS, _ADDRESS, _LONG)
remove_mark = _bound(raw.FPDFPageObj_RemoveMark, _INT, _ADDRESS, _ADDRESS)
_mark_name = _bound(raw.FPDFPageObjMark_GetName, _INT, _ADDRESS, _ADDRESS, _LONG, _ADDRESS)
_mark_bytes = _bound(raw.FPDFPageObjMark_GetParamBlobValue, _INT, _ADDRESS, ctypes.c_char_p, _ADDRESS, _LONG, _ADDRESS)
count_characters = _quick(raw.FPDFText_CountChars, _INT)
text_object = _bound(raw.FPDFText_GetTextObject, _ADDRESS, _ADDRESS, _INT)
_get_unicode = _bound(raw.FPDFText_GetUnicode, ctypes.c_uint, _ADDRESS, _INT)
_get_text = _bound(raw.FPDFText_GetText, _INT, _ADDRESS, _INT, _INT, _ADDRESS)
# The loose box has the height of the font: a full stop stays on its line.
_get_box = _quick(raw.FPDFText_GetLooseCharBox, _INT)

four = (ctypes.c_float * 4)()
FOUR = _ADDRESS(ctypes.addressof(four))
_LEFT, _BOTTOM, _RIGHT, _TOP = (_ADDRESS(ctypes.addressof(four) + 4 * k) for k in range(4))
unpack = struct.Struct("4f").unpack_from
_six = (ctypes.c_float * 6)()
_SIX = _ADDRESS(ctypes.addressof(_six))
_unpack_six = struct.Struct("6f").unpack_from
_rgba = (ctypes.c_uint * 4)()
_unpack_rgba = struct.Struct("4I").unpack_from
_RED, _GREEN, _BLUE, _ALPHA = (_ADDRESS(ctypes.addressof(_rgba) + 4 * k) for k in range(4))
_words = (ctypes.c_ushort * (LONGEST // 2))()
_length = ctypes.c_ulong()


def bounds(item: Handle) -> Box:
    """Left, bottom, right and top of an object of a page."""
    _get_bounds(item, _LEFT, _BOTTOM, _RIGHT, _TOP)
    box: Box = unpack(four)
    return box


def matrix(item: Handle) -> Matrix:
    """From an object's own axes to those of the page or form it stands in."""
    found: Matrix = _unpack_six(_six) if _get_matrix(item, _SIX) else IDENTITY
    return found


def font_size(item: Handle) -> float:
    """The size of the font of a piece of text, before its matrix."""
    return float(four[0]) if _get_size(item, FOUR) else 0.0


def _lightness(red: int, green: int, blue: int, alpha: int) -> float:
    """How light a color is on white paper: 0 black, 1 not to be seen."""
    share = alpha / 255
    return 1 - share + share * (0.3 * red + 0.59 * green + 0.11 * blue) / 255


_BLACK = (0, 0, 0, 255)  # most of what is printed


def fill_lightness(item: Handle) -> float:
    """How light the inside of an object is painted: 0 black, 1 white or not at all; a pattern counts as dark."""
    if not _get_fill(item, _RED, _GREEN, _BLUE, _ALPHA):
        return 0.0
    color = _unpack_rgba(_rgba)
    return 0.0 if color == _BLACK else _lightness(*color)


def stroke_lightness(item: Handle) -> float:
    """How light the outline of an object is painted: 0 black, 1 white or not at all; a pattern counts as dark."""
    if not _get_stroke(item, _RED, _GREEN, _BLUE, _ALPHA):
        return 0.0
    color = _unpack_rgba(_rgba)
    return 0.0 if color == _BLACK else _lightness(*color)


def is_embedded(item: Handle) -> bool:
    """Whether the font of a piece of text is in the file; else its Chinese characters may not be drawn on this machine."""
    font = _get_font(item)
    return not font or _font_embedded(font) != 0


def stroke_width(item: Handle) -> float:
    """How broad the outline of an object is drawn."""
    return float(four[0]) if _get_width(item, FOUR) else 0.0


def path(item: Handle) -> tuple[Box, bool, bool, float, float]:
    """Where a path lies, whether it is filled and its outline drawn, how light its inside is and how light what is seen of it."""
    _get_bounds(item, _LEFT, _BOTTOM, _RIGHT, _TOP)
    fill, stroke, _, _ = _unpack_rgba(_rgba) if _get_mode(item, _RED, _GREEN) else (1, 1, 0, 0)
    inside = fill_lightness(item) if fill else 1.0
    light = min(inside, stroke_lightness(item)) if stroke else inside
    return unpack(four), fill != 0, stroke != 0, inside, light


def is_clipped(item: Handle) -> bool:
    """Whether only a part of an object may be seen; the library itself drops a frame that holds all of it."""
    clip = _get_clip(item)
    return bool(clip) and _count_clips(clip) > 0


def widen(item: Handle) -> None:
    """Give a piece of text without extent an outline: the library reads no text that is not wide at all."""
    if _set_mode(item, raw.FPDF_TEXTRENDERMODE_FILL_STROKE):
        _transform(item, *IDENTITY)


def put_aside(item: Handle) -> None:
    """Take an object out of what is drawn and read; moved away as well, since a twin of it in its place would not be read."""
    set_active(item, 0)
    _transform(item, 1, 0, 0, 1, FAR, FAR)


def mark_name(mark: int) -> str:
    """The tag of marked content."""
    done = _mark_name(mark, ctypes.addressof(_words), LONGEST, ctypes.addressof(_length))
    return _written()[:-2].decode("utf-16-le", "replace") if done else ""


def actual_text(mark: int) -> str | None:
    """What marked content says in place of its characters; None if it says nothing."""
    # Read as a text, one without a character of the plain alphabet would be cut: the library takes its bytes for characters.
    if not _mark_bytes(mark, b"ActualText", ctypes.addressof(_words), LONGEST, ctypes.addressof(_length)):
        return None
    said = _written()
    if said.startswith(codecs.BOM_UTF16_BE):
        return said[2:].decode("utf-16-be", "replace")
    return said.decode("utf-8-sig" if said.startswith(codecs.BOM_UTF8) else "latin-1", "replace")


def _written() -> bytes:
    return bytes(_words)[: min(_length.value, LONGEST)]


def boxes(text: Handle, many: int) -> list[Box]:
    """The loose boxes of the first characters of a page of text: left, top, right and bottom, as the page counts (y up)."""
    buffer = (ctypes.c_float * (4 * many))()
    start = ctypes.addressof(buffer)
    places = map(_ADDRESS, range(start, start + 16 * many, 16))
    is_known = list(map(_get_box, repeat(text), range(many), places))  # a loop in Python would take longer than the calls
    found: list[Any] = list(struct.iter_unpack("4f", buffer))
    for k in (k for k in range(many) if not is_known[k]) if not all(is_known) else ():
        found[k] = found[max(k - 1, 0)]  # over the one before, so that neither is read as a part of a number
    return found


def codes(text: Handle) -> list[int]:
    """The code of each character of a page of text, in one call where every character has one."""
    many = count_characters(text)
    buffer = (ctypes.c_ushort * (many + 1))()
    # Characters without a code are left out of the text: then their places would not agree.
    if many > 0 and _get_text(text, 0, many, ctypes.addressof(buffer)) == many + 1:
        return list(buffer)[:many]
    return [_get_unicode(text, i) for i in range(many)]
