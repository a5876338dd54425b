"""Bytes → text: the encoding is chosen by what the bytes are, and a lost character costs itself, not the page.

Source: HTML Living Standard §13.2.3 (encoding); WHATWG Encoding §4.2 (names); GB 18030-2022.
"""

from __future__ import annotations

import re
from functools import cache

from ingest.words.yaml_files import recognition

LOST = "\ufffd"  # stands for a character that cannot be told
_DECLARED = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([-\w.:+]+)", re.I)
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe\0\0", "utf-32-le"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_GB = {"gb2312", "gbk", "gb18030", "xgbk", "gb231280", "cp936", "ms936", "windows936", "csgb2312", "chinese", "euccn", "isoir58"}
_BIG5 = {"big5", "big5hkscs", "xxbig5", "cnbig5", "csbig5", "cp950", "ms950", "windows950"}
# Names under which other multi-byte encodings are declared; one-byte ones fit any bytes and say nothing.
_OTHERS = {
    "hzgb2312": "hz",
    "hz": "hz",
    "utf16": "utf-8",
    "unicode": "utf-8",
    "shiftjis": "cp932",
    "euckr": "cp949",
    "ksc5601": "cp949",
}
SAMPLE = 4096
FEW = 8  # characters beyond ASCII that say nothing about the encoding yet
MORE = 3  # usual characters that another encoding must make beyond twice as many
_BEYOND = re.compile(r"[\u0800-\ufffc]+")
_CJK = re.compile(r"[\t\n\r -~\u2010-\u2027\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


def decode(data: bytes) -> str:
    """Text of the bytes: byte order mark, then UTF-8 where the bytes are that, then the declared charset, then GB18030.

    A page in UTF-8 that declares a GB charset is in UTF-8, one that declares UTF-8 and is not goes on to GB18030. Bytes that are no
    character, and NUL, become U+FFFD, which no number holds.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(encoding, "replace")
    if wide := wide_encoding(data):
        return data.decode(wide, "replace")
    text = _narrow(data)
    return text.replace("\0", LOST) if "\0" in text else text


def wide_encoding(data: bytes) -> str | None:
    """UTF-16 without a byte order mark, told by its zero bytes and by what it says; None for anything else."""
    sample = data[: SAMPLE & ~1]
    if sample.count(0) < FEW:
        return None
    texts = {name: sample.decode(name, "replace") for name in ("utf-16-le", "utf-16-be")}
    return next((name for name, text in texts.items() if len(_CJK.findall(text)) > 0.9 * len(text)), None)


def _narrow(data: bytes) -> str:
    declared = _declared(data)
    if data.isascii():
        return data.decode("hz" if declared == "hz" else "ascii", "replace")
    text = data.decode("utf-8", "replace")
    lost = text.count(LOST)
    if not lost and declared in ("", "utf-8"):
        return text
    beyond = sum(len(run) for run in _BEYOND.findall(text))
    return text if beyond >= FEW and beyond > 2 * lost else _in_national(data, declared)


def _in_national(data: bytes, declared: str) -> str:
    """Text that is not UTF-8: in the declared encoding, unless another one makes far more of the usual characters of it."""
    first = "gb18030" if declared in ("", "utf-8") else declared
    best, most = "", -1
    for name in dict.fromkeys((first, "gb18030", "big5hkscs")):
        text = data.decode(name, "replace")
        usual = len(_usual().findall(text)) - text.count(LOST)
        if usual > (2 * most + MORE if best else most):
            best, most = text, max(usual, 0)
    return best or data.decode(first, "replace")


def _declared(data: bytes) -> str:
    """The encoding that a page names, as Python calls it; "" for none, an unknown one, or one of a single byte."""
    found = _DECLARED.search(data[:SAMPLE])
    name = re.sub(r"[^a-z0-9]", "", found[1].decode().lower()) if found else ""
    if name in _GB or name.startswith(("gb2312", "gbk", "gb18030")):
        return "gb18030"
    if name in _BIG5:
        return "big5hkscs"
    return "utf-8" if name.startswith("utf8") else _OTHERS.get(name, "")


@cache
def _usual() -> re.Pattern[str]:
    """The characters that every report has and that are written alike in simplified and traditional characters."""
    return re.compile(f"[{recognition()['usual_characters']}]")
