"""Reports as RTF: as WPS and Word write Chinese, and with traps everything that readers of it stumble over."""

from __future__ import annotations

from tests.factory.layout import HEADINGS
from tests.factory.prose import after, before
from tests.factory.record import Record
from tests.factory.rows import stored_rows

HEAD = (
    r"{\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0\froman\fcharset0 Times New Roman;}{\f1\fnil\fcharset134 SimSun;}"
    r"{\f2\fnil\fcharset2 Wingdings;}}{\colortbl;\red0\green0\blue0;}{\stylesheet{\s0 Normal 5;}}"
    r"{\info{\title 5}{\author 6}}"
)
_MERGES = {"": "", "start": r"\clvmgf", "go": r"\clvmrg"}


def in_bytes(text: str) -> str:
    """Text as GBK bytes, two for each Chinese character."""
    return "".join(_escaped(c) if c < "\x80" else "".join(f"\\'{b:02x}" for b in c.encode("gb18030")) for c in text)


def by_number(text: str, stand_ins: int = 1) -> str:
    """Text as Unicode numbers, each followed by its stand-ins for old readers."""
    raw = text.encode("utf-16-le")
    units = [int.from_bytes(raw[i : i + 2], "little") for i in range(0, len(raw), 2)]
    return "".join(_escaped(chr(u)) if u < 128 else f"\\u{u - 65536 * (u > 32767)} " + "9" * stand_ins for u in units)


def _escaped(char: str) -> str:
    return {"\n": r"\line ", "{": r"\{", "}": r"\}", "\\": r"\\"}.get(char, char)


def row_shape(cells: list[tuple[int, str]], left: int = -108) -> str:
    """The definition of a row: for each cell its right edge and its merge words."""
    return rf"\trowd\trgaph108\trleft{left}" + "".join(rf"{merge}\clbrdrt\brdrs\cellx{right}" for right, merge in cells)


def _number(text: str, n: int) -> str:
    return (
        rf"{{\deleted 7}}{{\revised {text[:1]}}}{text[1:]}",
        rf'{{\field{{\*\fldinst  QUOTE "55" }}{{\fldrslt {text}}}}}',
        rf"{text[:1]}{{\v 3}}{{\*\bkmkstart 8}}{text[1:]}",
        "".join(rf"\'{ord(c):02x}" for c in text),
        rf"{{\uc2\deleted\u-248 994}}{{\v \u-247 9}}{text}",
    )[n % 5]


def _table(record: Record, name: str, traps: bool) -> str:
    lines, n = [], 0
    write = by_number if traps else in_bytes
    for cells in stored_rows(record, name, jitter=25 if traps else 0):
        shape = row_shape([(c.right, _MERGES[c.down]) for c in cells], cells[0].left)
        texts = []
        for cell in cells:
            n += 1
            trapped = traps and cell.text.isdigit()
            text = _number(cell.text, n) if trapped else r"\par ".join(write(line) for line in cell.text.split("\n"))
            texts.append(rf"\pard\plain\intbl\f1 {text}\cell")
        lines.append(
            f"{shape}\n{chr(10).join(texts)}\n\\pard\\intbl{{{shape}\\row}}" if traps else f"{shape}{''.join(texts)}\\row"
        )
    return "\n".join(lines)


def as_rtf(record: Record, traps: bool = False) -> bytes:
    """A record as RTF; with traps, digits stand beside deleted and hidden ones, in fields, as bytes and near pictures."""
    write = by_number if traps else in_bytes
    parts = [HEAD]
    if traps:
        parts.append(r"{\*\generator x 5;}{\*\themedata{5}6}{\*\blob\bin5 }{{}{}{\header\pard\plain 5\par}")
    note = r"{\footnote\pard\plain 5}{\pict\picw1\pich1\pngblip 89504e470d0a1a0a}" if traps else ""
    paragraphs = [rf"\pard\plain\f1 {write(p)}\par" for p in before(record)]
    for name, heading in HEADINGS.items():
        paragraphs += [rf"\pard\plain\f1 {write(heading)}\par", _table(record, name, traps)]
    paragraphs += [rf"\pard\plain\f1 {write(p)}{note}\par" for p in after(record)]
    return "\n".join([*parts, *paragraphs, "}"]).encode("ascii")
