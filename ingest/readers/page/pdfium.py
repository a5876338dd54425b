"""The functions of PDFium that are called for every character and line of a page, bound for many quick calls.

The declarations that come with the library check and wrap every argument, which costs more than most of the calls themselves.
Handles are passed as plain addresses here; what a call writes is read from one buffer.
"""

from __future__ import annotations

import codecs
import ctypes
import struct
from typing import Any

import pypdfium2.raw as raw

_INT, _ADDRESS, _LONG = ctypes.c_int, ctypes.c_void_p, ctypes.c_ulong
Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]  # left, bottom, right, top
IDENTITY = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
FAR = 1e5
LONGEST = 4096  # bytes of a replacement text (ActualText)


def address(handle: Any) -> int:
    """The address of a function or a handle of the library's own declarations."""
    return ctypes.cast(handle, _ADDRESS).value or 0


def _bound(function: Any, result: Any, *arguments: Any) -> Any:
    # PYFUNCTYPE keeps the interpreter lock: giving it up and taking it again is most of the cost of such a short call.
    return ctypes.PYFUNCTYPE(result, *arguments)(address(function))


count_objects = _bound(raw.FPDFPage_CountObjects, _INT, _ADDRESS)
get_object = _bound(raw.FPDFPage_GetObject, _ADDRESS, _ADDRESS, _INT)
count_inner = _bound(raw.FPDFFormObj_CountObjects, _INT, _ADDRESS)
get_inner = _bound(raw.FPDFFormObj_GetObject, _ADDRESS, _ADDRESS, _LONG)
type_of = _bound(raw.FPDFPageObj_GetType, _INT, _ADDRESS)
set_active = _bound(raw.FPDFPageObj_SetIsActive, _INT, _ADDRESS, _INT)
render_mode = _bound(raw.FPDFTextObj_GetTextRenderMode, _INT, _ADDRESS)
_set_mode = _bound(raw.FPDFTextObj_SetTextRenderMode, _INT, _ADDRESS, _INT)
_transform = _bound(raw.FPDFPageObj_Transform, None, _ADDRESS, *[ctypes.c_double] * 6)
_get_bounds = _bound(raw.FPDFPageObj_GetBounds, _INT, *[_ADDRESS] * 5)
_get_matrix = _bound(raw.FPDFPageObj_GetMatrix, _INT, _ADDRESS, _ADDRESS)
_get_size = _bound(raw.FPDFTextObj_GetFontSize, _INT, _ADDRESS, _ADDRESS)
_get_mode = _bound(raw.FPDFPath_GetDrawMode, _INT, *[_ADDRESS] * 3)
_get_fill = _bound(raw.FPDFPageObj_GetFillColor, _INT, *[_ADDRESS] * 5)
_get_stroke = _bound(raw.FPDFPageObj_GetStrokeColor, _INT, *[_ADDRESS] * 5)
_get_font = _bound(raw.FPDFTextObj_GetFont, _ADDRESS, _ADDRESS)
_font_embedded = _bound(raw.FPDFFont_GetIsEmbedded, _INT, _ADDRESS)
_get_width = _bound(raw.FPDFPageObj_GetStrokeWidth, _INT, _ADDRESS, _ADDRESS)
_get_clip = _bound(raw.FPDFPageObj_GetClipPath, _ADDRESS, _ADDRESS)
_count_clips = _bound(raw.FPDFClipPath_CountPaths, _INT, _ADDRESS)
count_marks = _bound(raw.FPDFPageObj_CountMarks, _INT, _ADDRESS)
get_mark = _bound(raw.FPDFPageObj_GetMark, _ADDRESS, _ADDRESS, _LONG)
remove_mark = _bound(raw.FPDFPageObj_RemoveMark, _INT, _ADDRESS, _ADDRESS)
_mark_name = _bound(raw.FPDFPageObjMark_GetName, _INT, _ADDRESS, _ADDRESS, _LONG, _ADDRESS)
_mark_bytes = _bound(raw.FPDFPageObjMark_GetParamBlobValue, _INT, _ADDRESS, ctypes.c_char_p, _ADDRESS, _LONG, _ADDRESS)
count_characters = _bound(raw.FPDFText_CountChars, _INT, _ADDRESS)
text_object = _bound(raw.FPDFText_GetTextObject, _ADDRESS, _ADDRESS, _INT)
_get_unicode = _bound(raw.FPDFText_GetUnicode, ctypes.c_uint, _ADDRESS, _INT)
_get_text = _bound(raw.FPDFText_GetText, _INT, _ADDRESS, _INT, _INT, _ADDRESS)
# The loose box has the height of the font: a full stop stays on its line.
get_box = _bound(raw.FPDFText_GetLooseCharBox, _INT, _ADDRESS, _INT, _ADDRESS)

four = (ctypes.c_float * 4)()
FOUR = ctypes.addressof(four)
_PLACES = tuple(FOUR + 4 * k for k in range(4))
unpack = struct.Struct("4f").unpack_from
_six = (ctypes.c_float * 6)()
_unpack_six = struct.Struct("6f").unpack_from
_rgba = (ctypes.c_uint * 4)()
_unpack_rgba = struct.Struct("4I").unpack_from
_COLORS = tuple(ctypes.addressof(_rgba) + 4 * k for k in range(4))
_words = (ctypes.c_ushort * (LONGEST // 2))()
_length = ctypes.c_ulong()


def bounds(item: int) -> Box:
    """Left, bottom, right and top of an object of a page."""
    _get_bounds(item, *_PLACES)
    left, bottom, right, top = unpack(four)
    return left, bottom, right, top


def matrix(item: int) -> Matrix:
    """From an object's own axes to those of the page or form it stands in."""
    if not _get_matrix(item, ctypes.addressof(_six)):
        return IDENTITY
    a, b, c, d, e, f = _unpack_six(_six)
    return a, b, c, d, e, f


def font_size(item: int) -> float:
    """The size of the font of a piece of text, before its matrix."""
    return float(four[0]) if _get_size(item, FOUR) else 0.0


def _lightness(get: Any, item: int) -> float:
    """How light a color is on white paper: 0 black, 1 not to be seen; a pattern counts as dark."""
    if not get(item, *_COLORS):
        return 0.0
    red, green, blue, alpha = _unpack_rgba(_rgba)
    if alpha == 255 and not (red or green or blue):  # most of what is printed
        return 0.0
    share: float = alpha / 255
    light: float = 1 - share + share * (0.3 * red + 0.59 * green + 0.11 * blue) / 255
    return light


def fill_lightness(item: int) -> float:
    """How light the inside of an object is painted: 0 black, 1 white or not at all."""
    return _lightness(_get_fill, item)


def stroke_lightness(item: int) -> float:
    """How light the outline of an object is painted: 0 black, 1 white or not at all."""
    return _lightness(_get_stroke, item)


def is_embedded(item: int) -> bool:
    """Whether the font of a piece of text is in the file; else its Chinese characters may not be drawn on this machine."""
    font = _get_font(item)
    return not font or _font_embedded(font) != 0


def stroke_width(item: int) -> float:
    """How broad the outline of an object is drawn."""
    return float(four[0]) if _get_width(item, FOUR) else 0.0


def painted(item: int) -> tuple[bool, bool]:
    """Whether a path is filled, and whether its outline is drawn."""
    if not _get_mode(item, _COLORS[0], _COLORS[1]):
        return True, True
    return _rgba[0] != 0, _rgba[1] != 0


def is_clipped(item: int) -> bool:
    """Whether only a part of an object may be seen; the library itself drops a frame that holds all of it."""
    clip = _get_clip(item)
    return bool(clip) and _count_clips(clip) > 0


def widen(item: int) -> None:
    """Give a piece of text without extent an outline: the library reads no text that is not wide at all."""
    if _set_mode(item, raw.FPDF_TEXTRENDERMODE_FILL_STROKE):
        _transform(item, *IDENTITY)


def put_aside(item: int) -> None:
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


def codes(text: int) -> list[int]:
    """The code of each character of a page of text, in one call where every character has one."""
    many = count_characters(text)
    buffer = (ctypes.c_ushort * (many + 1))()
    # Characters without a code are left out of the text: then their places would not agree.
    if many > 0 and _get_text(text, 0, many, ctypes.addressof(buffer)) == many + 1:
        return list(buffer)[:many]
    return [_get_unicode(text, i) for i in range(many)]
