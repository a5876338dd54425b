"""Characters that a PDF says stand in the place of those drawn (ActualText), held against the drawn ones.

Source: ISO 32000-1 §14.9.4. Word processors write it where a font gives a character two meanings (⼀ for 一).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from ingest.readers.page.glyphs import UNKNOWN, Glyph
from ingest.readers.page.painted import Run

Owned = tuple[Glyph, Run | None]


def replaced(owned: list[Owned], runs: list[Run], actual: dict[int, str]) -> list[Owned]:
    """The characters of a page, each replaced by what is said to stand there; a digit that is contradicted is unreadable."""
    if not actual:
        return owned
    groups: dict[int, list[int]] = {}
    for k, (_, run) in enumerate(owned):
        if run is not None and run.mark:
            groups.setdefault(run.mark, []).append(k)
    found = list(owned)
    for mark, mine in groups.items():
        drawn = [owned[k][0] for k in mine]
        new = _said(drawn, actual[mark])
        if new is not None:
            for k, glyph in zip(mine, new, strict=True):
                found[k] = (glyph, owned[k][1])
    lost = [r for r in runs if r.mark and r.mark not in groups]
    return found + [pair for run in lost for pair in _spread(run, actual[run.mark])]


def _said(drawn: list[Glyph], actual: str) -> list[Glyph] | None:
    """The glyphs of one piece of marked content as they are to be read; None: as they are drawn."""
    said = "".join(actual.split())
    text = "".join(g.text for g in drawn)
    if not said or unicodedata.normalize("NFKC", text) == unicodedata.normalize("NFKC", said):
        return None
    if len(said) == len(drawn):
        return [_one(g, c) for g, c in zip(drawn, said, strict=True)]
    if _digits(said) == _digits(text):
        return None
    return [g._replace(text=UNKNOWN) if g.text.isdigit() or not _digits(text) else g for g in drawn]


def _one(glyph: Glyph, said: str) -> Glyph:
    has_digit = glyph.text.isdigit() or said.isdigit()
    same = unicodedata.normalize("NFKC", glyph.text) == unicodedata.normalize("NFKC", said)
    is_known = glyph.text.isprintable() and not 0xE000 <= ord(glyph.text) < 0xF900 and glyph.text != UNKNOWN
    return glyph._replace(text=UNKNOWN if has_digit and not same and is_known else said)


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())


def _spread(run: Run, said: str) -> Iterator[Owned]:
    """What is said of a piece of text that the library gives no characters for, evenly over its box."""
    said = "".join(said.split())
    left, top, right, bottom = run.box
    wide = (right - left) / max(1, len(said))
    for k, char in enumerate(said):
        yield Glyph(char, left + k * wide, top, left + (k + 1) * wide, bottom), run
