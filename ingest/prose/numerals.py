"""Read a number written in Arabic or Chinese numerals; None where it is not clear."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
TENS = {"十": 10, "百": 100, "千": 1000}


def parse_number(text: str, scale: int = 1) -> Decimal | None:
    """“2.5” with scale 10000 → 25000; “四十” → 40; “二○一二” → 2012; anything unclear → None."""
    try:
        return Decimal(text) * scale
    except InvalidOperation:
        pass
    if not text or any(c not in DIGITS and c not in TENS for c in text):
        return None
    if not any(c in TENS for c in text):
        # 三四条 means “three or four”: several digits in a row are a number only when it reads like a year.
        return Decimal("".join(str(DIGITS[c]) for c in text)) * scale if len(text) in (1, 4) else None
    total = _spoken(text)
    return None if total is None else Decimal(total) * scale


def _spoken(text: str) -> int | None:
    """“一百零三” → 103; None for “一百三”, which is 130 to a speaker and 103 to a careless writer."""
    total, digit, last, gap = 0, 1 if text[0] in TENS else 0, 10000, False
    for c in text:
        if c in TENS:
            if TENS[c] >= last or digit == 0 or (TENS[c] * 10 < last < 10000 and not gap):
                return None
            total, digit, last, gap = total + digit * TENS[c], 0, TENS[c], False
        elif digit:
            return None
        else:
            digit = DIGITS[c]
            gap = gap or not digit
    return None if digit and last > 10 and not gap else total + digit
