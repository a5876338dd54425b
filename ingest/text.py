"""Bring text to one spelling so that labels and numbers can be compared; nothing here guesses a number."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_PUNCTUATION = re.compile(r"[\s,，.。、:：;；“”\"'‘’()（）\[\]【】《》<>*#|\-—_－/\\]+")
_ENUMERATOR = re.compile(r"^[\s(（]*(?:[一二三四五六七八九十]{1,2}(?=[)）、.．,，:：])|\d{1,2}(?=[)）、.．,，])|[①-⑳])[)）、.．,，:：\s]*(?=[^\d\s])")


def normalize(text: str) -> str:
    """Full-width forms become half-width (NFKC) and invisible characters vanish; spaces and line breaks stay."""
    return INVISIBLE.sub("", unicodedata.normalize("NFKC", text))


@lru_cache(1 << 16)
def label_key(label: str) -> str:
    """A label without its number, spaces and punctuation, so that “1.属于 国家秘密” equals “属于国家秘密”."""
    text = normalize(label).strip()
    return _PUNCTUATION.sub("", _ENUMERATOR.sub("", text))
