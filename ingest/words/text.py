"""Bring text to one spelling so that labels and numbers can be compared; nothing here guesses a number."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from ingest.model import CellState
from ingest.words.yaml_files import recognition

# Marks of notes keep their form: NFKC would make “12①” and “12²” the numbers 121 and 122.
_NOTE_MARKS = re.compile("([\u00b2\u00b3\u00b9\u2070-\u209c\u2460-\u2473\u2776-\u2793\u3251-\u325f\u32b1-\u32bf])")
LONG = 1000  # characters; what is longer is no line, and is not kept
INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_PUNCTUATION = re.compile(r"[\s,，.。、:：;；“”\"'‘’()（）\[\]【】《》<>*#|\-—_－/\\]+")
_ENUMERATOR = re.compile(
    r"^[\s(（]*(?:[一二三四五六七八九十]{1,2}(?=[)）、.．,，:：])|\d{1,2}(?=[)）、.．,，])|[①-⑳])[)）、.．,，:：\s]*(?=[^\d\s])"
)


def normalize(text: str) -> str:
    """Full-width forms become half-width (NFKC), traditional characters simplified; invisible ones vanish, line breaks stay."""
    if text.isascii():
        return text
    return _remembered(text) if len(text) < LONG else _normalized(text)


def _normalized(text: str) -> str:
    if _NOTE_MARKS.search(text):
        text = "".join(p if _NOTE_MARKS.match(p) else unicodedata.normalize("NFKC", p) for p in _NOTE_MARKS.split(text))
    else:
        text = unicodedata.normalize("NFKC", text)
    if not _is_special().search(text):
        return text
    text = INVISIBLE.sub("", text)
    characters, words = _simplified()
    for old, new in words.items():
        text = text.replace(old, new)
    return text.translate(characters)


@cache
def _simplified() -> tuple[dict[int, str], dict[str, str]]:
    spec = recognition()["traditional"]
    return {ord(a): b for old, new in spec["characters"].items() for a, b in zip(old, new, strict=True)}, spec["words"]


@cache
def traditional() -> str:
    """All traditional characters that are known."""
    return "".join(recognition()["traditional"]["characters"])


@cache
def _is_special() -> re.Pattern[str]:
    """Found where a text holds a traditional or an invisible character: one search tells, and most texts hold none."""
    return re.compile(f"[{traditional()}]|{INVISIBLE.pattern}")


_remembered = lru_cache(4096)(_normalized)  # the lines of a document are asked for by each step that reads them


@lru_cache(1 << 16)
def label_key(label: str) -> str:
    """A label without its number, spaces and punctuation, so that “1.属于 国家秘密” equals “属于国家秘密”."""
    text = normalize(label).strip()
    return _PUNCTUATION.sub("", _ENUMERATOR.sub("", text))


_COUNTER = re.compile(r"[\d()一二三四五六七八九十①-⑳、.．]+")


def is_counter(text: str) -> bool:
    """Whether a text is nothing but the number of a label, or a part of it: “（一）”, “1.”."""
    return bool(_COUNTER.fullmatch(normalize(text)))


MAX_DECIMALS = 6  # as many as the raw tables keep
_NUMBER = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*([^\d\s().,+-]{1,3})?\s*(\([^()]*[^\d()][^()]*\))?", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Reading:
    """What one source cell says: its state, the number as printed, and the unit written beside it ("" if none)."""

    state: CellState
    printed: str | None = None
    unit: str = ""


@lru_cache(1 << 16)
def read_number(raw: str, line_breaks_join: bool = True) -> Reading:
    """The number in a cell; an empty cell is blank, a dash is a dash, anything unclear is unreadable and never a number.

    A line break inside digits is a wrapped cell and is joined; a space between digits is two numbers and is not.
    """
    words = number_words()
    text = normalize(raw).strip()
    if line_breaks_join:
        text = re.sub(r"(?<=[\d.])\s*\n\s*(?=[\d.])", "", text)
    if not text:
        return Reading("blank")
    if text in words["dashes"]:
        return Reading("dash")
    if _THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    found = _NUMBER.fullmatch(text)
    if not found or (found[2] and found[2] not in words["units"]):
        return Reading("unreadable")
    digits = found[1].lstrip("+-").split(".")[0]
    decimals = found[1].partition(".")[2].rstrip("0")
    # "007" or twenty digits are several numbers run together, not one; more decimals than are kept would be rounded.
    if (len(digits) > 1 and digits[0] == "0") or len(digits) > 12 or len(decimals) > MAX_DECIMALS:
        return Reading("unreadable")
    return Reading("reported", found[1], found[2] or "")


@cache
def number_words() -> dict[str, frozenset[str]]:
    """The dashes and the unit words that may stand in a cell, from words/recognition.yaml."""
    return {name: frozenset(words) for name, words in recognition()["cells"].items()}


@cache
def _spoiled() -> re.Pattern[str]:
    return re.compile(recognition()["spoiled_number"])


def is_spoiled(raw: str) -> bool:
    """Whether a text is a number with something beside it (a mark, a word for about), or several numbers: no label, and unreadable."""
    text = normalize(raw).strip()
    return len(text) <= recognition()["spoiled_length"] and bool(_spoiled().fullmatch(text))
