"""Marks by which equal and similar reports are found: same content on two sites, same numbers in two units, copied prose."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterable, Mapping
from functools import lru_cache

from ingest.model import Cell
from ingest.words.text import normalize

FEWEST = 20  # numbers below which an equal set says nothing
_SPACE = re.compile(r"\s+")
# Years and counts differ from year to year while the prose stays.
_CLAUSE = re.compile(r"[,;:。!?\n\"“”()、]+")
_DIGITS = re.compile(r"[\d.%]+")


def content_id(cells: Iterable[Cell], sections: Mapping[str, str]) -> str | None:
    """Equal for two documents with the same numbers and the same prose; None where there is neither."""
    cells = tuple(cells)
    told = [f"{c.code}={c.printed if c.value is not None else c.state}" for c in cells]
    numbers = [told[i] for i in _order(tuple([c.code for c in cells]), "=")]
    prose = [_SPACE.sub("", normalize(text)) for text in sections.values()]
    if not numbers and not any(prose):
        return None
    return hashlib.sha256("\n".join([*numbers, *prose]).encode("utf-8", "replace")).hexdigest()[:32]


def numbers_id(cells: Iterable[Cell]) -> str | None:
    """Equal for two reports with the same numbers; None where they are few or all zero, since many reports are."""
    told = [c for c in cells if c.value is not None]
    numbers = [_plain(c) for c in told]
    if len(numbers) < FEWEST or not any(value != "0" for value in numbers):
        return None
    pairs = [f"('{told[i].code}', '{numbers[i]}')" for i in _order(tuple([c.code for c in told]), "")]
    return hashlib.sha256(f"[{', '.join(pairs)}]".encode("utf-8", "replace")).hexdigest()[:32]


@lru_cache(1024)
def _order(codes: tuple[str, ...], end: str) -> list[int]:
    """The places of the codes, each with this end, in sorted order; most reports have the same codes."""
    return sorted(range(len(codes)), key=lambda i: codes[i] + end)


def clauses(sections: Mapping[str, str]) -> tuple[int, ...]:
    """Hashes of the clauses of the prose, without numbers, each once."""
    text = _DIGITS.sub("", _SPACE.sub("", normalize("\n".join(sections.values()).replace("\n", "。"))))
    return tuple(sorted({zlib.crc32(c.encode("utf-8", "replace")) for c in _CLAUSE.split(text) if len(c) > 5}))


def _plain(cell: Cell) -> str:
    """The number without the zeros and signs that say nothing: 5 for 5.0 and +5."""
    printed = cell.printed or ""
    return printed if printed.isdigit() or cell.value is None else f"{cell.value.normalize():f}"
