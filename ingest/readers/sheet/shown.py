"""What a sheet shows of a number: where its format makes it look like another number, or like none, it is not read as it is stored.

Source: ECMA-376 part 1, §18.8.30 and §18.8.31 (number formats); [MS-XLS] 2.4.126.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

# Formats that have a number and no text in the file, where they can show a number otherwise than it is stored.
BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    37: "#,##0_);(#,##0)", 38: "#,##0_);[Red](#,##0)", 39: "#,##0.00_);(#,##0.00)", 40: "#,##0.00_);[Red](#,##0.00)",
    41: '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', 42: '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ',
    43: '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', 44: '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ',
    48: "##0.0E+0",
}  # fmt: skip
_TOKEN = re.compile(
    r'"([^"]*)"|\\(.)|_.|\*.'  # 1, 2: text as it stands; space as wide as a character; a character that fills the cell
    r"|\[\$([^\]-]*)(?:-[^\]]*)?\]"  # 3: a currency
    r"|\[(?:DBNum\d|Black|Blue|Cyan|Green|Magenta|Red|White|Yellow|Color ?\d+|[^\x00-\x7f]+\d*)\]"  # how it looks
    r"|(General|G/[^\x00-\x7f]+|@|[0#?][0#?,.]*)"  # 4: the number
    r"|([-+() ￥¥$])",  # 5: signs that stand for themselves
    re.I,
)
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|general', re.I)
_DATE = re.compile("[ymdhs]", re.I)
_SECTION = re.compile(r'(?:"[^"]*"|\\.|\[[^\]]*\]|[^;"\\\[])*')
_MINUS = re.compile(r"\s*[-(]\s*")


def is_usual(code: str) -> bool:
    """Whether a format shows every number as it is stored, or is one of dates, which the library tells by itself."""
    return code.lower() in ("", "general", "@") or bool(_DATE.search(_QUOTED.sub("", code)))


@lru_cache(4096)
def shown(stored: str, code: str) -> str:
    """A number as text the way its format shows it; text that is no number where that is not the number which is stored."""
    number = Decimal(stored)
    sections = _sections(code)
    negative = number < 0 and len(sections) > 1
    section = sections[1] if negative else sections[2] if number == 0 and len(sections) > 2 else sections[0]
    read = _tokens(section)
    if read is None:
        return f"{stored} [{code}]"
    before, mask, after = read
    digits = _digits(abs(number) if negative else number, mask)
    beside = any(c.isdigit() for c in before + after)
    if digits is None or beside or (number == 0 and not (before + digits + after).strip()):
        return f"{stored} [{code}]"
    if negative:  # the format itself draws the sign
        if not _MINUS.fullmatch(before):
            return f"{stored} [{code}]"
        before, after, digits = "", after.replace(")", "", 1), f"-{digits}"
    return f"{before}{digits}{after}".strip()


def shows_text(code: str) -> bool:
    """Whether a format shows text as it stands; one with four parts may hide it."""
    sections = _sections(code)
    return len(sections) < 4 or "@" in sections[3] or "general" in sections[3].lower()


def _sections(code: str) -> list[str]:
    sections, at = [], 0
    while at <= len(code):
        found = _SECTION.match(code, at)
        end = found.end() if found else at
        if end < len(code) and code[end] != ";":  # a quote or bracket that is never closed
            return ["\0"]
        sections.append(code[at:end])
        at = end + 1
    return sections


def _tokens(section: str) -> tuple[str, str, str] | None:
    """The text before the number, the places of its digits, the text behind it; None for a format not understood."""
    before, mask, after, at = "", "", "", 0
    while at < len(section):
        found = _TOKEN.match(section, at)
        if found is None or (found[4] and mask):
            return None
        text = found[1] or found[2] or found[3] or found[5] or ""
        if found[4]:
            mask = found[4]
        elif mask:
            after += text
        else:
            before += text
        at = found.end()
    return before, mask, after


def _digits(number: Decimal, mask: str) -> str | None:
    """The digits a mask shows; None where they are another number than the one stored."""
    if not mask:
        return "" if number == 0 else None
    plain = f"{number:f}"
    if mask[0] in "Gg@":
        return plain
    whole, _, decimals = mask.partition(".")
    if mask.endswith(",") or decimals.strip("0#?") or "." in decimals:
        return None  # a comma at the end divides by a thousand
    if number.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP) != number:
        return None
    if number == 0 and "0" not in mask:
        return ""
    return plain.zfill(whole.count("0") + (number < 0)) if whole.count("0") > 1 else plain
