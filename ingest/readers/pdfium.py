"""The functions of PDFium that are called for every character and line of a page, bound for many quick calls.

The declarations that come with the library check and wrap every argument, which costs more than most of the calls themselves.
Handles are passed as plain addresses here; what a call writes is read from one buffer of four floats.
"""

from __future__ import annotations

import ctypes
import struct
from typing import Any

import pypdfium2.raw as raw

_INT, _ADDRESS = ctypes.c_int, ctypes.c_void_p


def address(handle: Any) -> int:
    """The address of a function or a handle of the library's own declarations."""
    return ctypes.cast(handle, _ADDRESS).value or 0


def _bound(function: Any, result: Any, *arguments: Any) -> Any:
    # PYFUNCTYPE keeps the interpreter lock: giving it up and taking it again is most of the cost of such a short call.
    return ctypes.PYFUNCTYPE(result, *arguments)(address(function))


count_objects = _bound(raw.FPDFPage_CountObjects, _INT, _ADDRESS)
get_object = _bound(raw.FPDFPage_GetObject, _ADDRESS, _ADDRESS, _INT)
count_inner = _bound(raw.FPDFFormObj_CountObjects, _INT, _ADDRESS)
get_inner = _bound(raw.FPDFFormObj_GetObject, _ADDRESS, _ADDRESS, ctypes.c_ulong)
type_of = _bound(raw.FPDFPageObj_GetType, _INT, _ADDRESS)
_get_bounds = _bound(raw.FPDFPageObj_GetBounds, _INT, *[_ADDRESS] * 5)
count_characters = _bound(raw.FPDFText_CountChars, _INT, _ADDRESS)
_get_unicode = _bound(raw.FPDFText_GetUnicode, ctypes.c_uint, _ADDRESS, _INT)
_get_text = _bound(raw.FPDFText_GetText, _INT, _ADDRESS, _INT, _INT, _ADDRESS)
# The loose box has the height of the font: a full stop stays on its line.
get_box = _bound(raw.FPDFText_GetLooseCharBox, _INT, _ADDRESS, _INT, _ADDRESS)

four = (ctypes.c_float * 4)()
FOUR = ctypes.addressof(four)
_PLACES = tuple(FOUR + 4 * k for k in range(4))
unpack = struct.Struct("4f").unpack_from


def bounds(item: int) -> tuple[float, float, float, float]:
    """Left, bottom, right and top of an object of a page."""
    _get_bounds(item, *_PLACES)
    left, bottom, right, top = unpack(four)
    return left, bottom, right, top


def codes(text: int) -> list[int]:
    """The code of each character of a page of text, in one call where every character has one."""
    many = count_characters(text)
    buffer = (ctypes.c_ushort * (many + 1))()
    # Characters without a code are left out of the text: then their places would not agree.
    if many > 0 and _get_text(text, 0, many, ctypes.addressof(buffer)) == many + 1:
        return list(buffer)[:many]
    return [_get_unicode(text, i) for i in range(many)]
