"""Marks by which equal and similar reports are found: same content on two sites, same numbers in two units, copied prose."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from operator import itemgetter

from ingest.model import Cell
from ingest.words.text import normalize

_READ = itemgetter(*map(Cell._fields.index, ("code", "state", "value", "printed")))
FEWEST = 20  # numbers below which an equal set says nothing
_SPACE = re.compile(r"\s+")
# Years and counts differ from year to year while the prose stays.
_CLAUSE = re.compile(r"[,;:。!?\n\"“”()、]+")
_DIGITS = re.compile(r"[\d.%]+")


def content_id(cells: Iterable[Cell], sections: Mapping[str, str]) -> str | None:
    """Equal for two documents with the same numbers and the same prose; None where there is neither."""
    read = list(map(_READ, cells))
    told = [f"{code}={state if value is None else printed}" for code, state, value, printed in read]
    numbers = [told[i] for i in _order(tuple([code for code, _, _, _ in read]), "=")]
    prose = [_SPACE.sub("", normalize(text)) for text in sections.values()]
    if not numbers and not any(prose):
        return None
    return hashlib.sha256("\n".join([*numbers, *prose]).encode("utf-8", "replace")).hexdigest()[:32]


def numbers_id(cells: Iterable[Cell]) -> str | None:
    """Equal for two reports with the same numbers; None where they are few or all zero, since many reports are."""
    read = [each for each in map(_READ, cells) if each[2] is not None]
    told = [(code, printed if printed and printed.isdigit() else f"{value.normalize():f}") for code, _, value, printed in read]
    if len(told) < FEWEST or all([number == "0" for _, number in told]):
        return None
    # A number without the zeros and signs that say nothing: 5 for 5.0 and +5.
    pairs = [f"('{told[i][0]}', '{told[i][1]}')" for i in _order(tuple([code for code, _ in told]), "")]
    return hashlib.sha256(f"[{', '.join(pairs)}]".encode("utf-8", "replace")).hexdigest()[:32]


@lru_cache(1024)
def _order(codes: tuple[str, ...], end: str) -> list[int]:
    """The places of the codes, each with this end, in sorted order; most reports have the same codes."""
    return sorted(range(len(codes)), key=lambda i: codes[i] + end)


def clauses(sections: Mapping[str, str]) -> tuple[int, ...]:
    """Hashes of the clauses of the prose, without numbers, each once."""
    text = _DIGITS.sub("", _SPACE.sub("", normalize("\n".join(sections.values()).replace("\n", "。"))))
    return tuple(sorted({zlib.crc32(c.encode("utf-8", "replace")) for c in _CLAUSE.split(text) if len(c) > 5}))
