"""Compute the simple sums of a sheet (SUM, + and -), only to see whether the value stored beside a formula is the one it gives."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

Place = tuple[int, int]
_TOKEN = re.compile(r"\s*(?:(SUM)\(|(\$?[A-Z]{1,3}\$?\d{1,7})(?::(\$?[A-Z]{1,3}\$?\d{1,7}))?|(\d+(?:\.\d+)?)|([-+(),]))\s*", re.I)
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})", re.I)
MAX_DEPTH = 40  # formulas that rest on formulas
MAX_STEPS = 1_000_000  # cells looked at for all formulas of a sheet


class _Unknown(Exception):
    """What a formula gives cannot be said here."""


def place_of(reference: str) -> Place:
    """Row and column (from 0) of a reference such as $B$7."""
    found = _REFERENCE.fullmatch(reference.strip())
    if found is None:
        raise ValueError(reference)
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(found[2]) - 1, column - 1


@cache
def column_name(column: int) -> str:
    """The letters of a column (from 0)."""
    return (column_name(column // 26 - 1) if column >= 26 else "") + chr(65 + column % 26)


@dataclass(slots=True)
class Sums:
    """The cells of a sheet: numbers that were typed, texts (None), and formulas."""

    numbers: Mapping[Place, float | None]
    formulas: Mapping[Place, str]
    _known: dict[Place, float | None] = field(default_factory=dict)
    _steps: int = 0

    def value(self, place: Place) -> float | None:
        """What the formula at a place gives; None where that cannot be said."""
        try:
            return self.at(place, 0)
        except _Unknown:
            return None

    def at(self, place: Place, depth: int) -> float:
        """A cell as an operand: an empty one is 0, a text is not for us to interpret."""
        self._steps += 1
        if depth > MAX_DEPTH or self._steps > MAX_STEPS:
            raise _Unknown
        if place not in self.formulas:
            found = self.numbers.get(place, 0.0)
        else:
            if place not in self._known:
                self._known[place] = None  # a formula that rests on itself stays unknown
                self._known[place] = _Parser(self, self.formulas[place], depth).whole()
            found = self._known[place]
        if found is None:
            raise _Unknown
        return found

    def over(self, first: Place, last: Place, depth: int) -> float:
        """The sum of a range, which passes over texts."""
        (top, left), (bottom, right) = first, last
        if (bottom - top + 1) * (right - left + 1) > MAX_STEPS:
            raise _Unknown
        places = ((r, c) for r in range(top, bottom + 1) for c in range(left, right + 1))
        return sum(self.at(p, depth) for p in places if p in self.formulas or self.numbers.get(p, 0.0) is not None)


class _Parser:
    """Reads one formula from left to right."""

    def __init__(self, sums: Sums, text: str, depth: int) -> None:
        self._sums, self._depth = sums, depth
        self._tokens: list[re.Match[str]] = []
        text, at = text.lstrip("=").strip(), 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None or len(text) > 2000:
                raise _Unknown
            self._tokens.append(found)
            at = found.end()
        self._next = 0

    def whole(self) -> float:
        value = self._sum()
        if self._next < len(self._tokens):
            raise _Unknown
        return value

    def _sign(self) -> str:
        return self._tokens[self._next][5] or "" if self._next < len(self._tokens) else ""

    def _take(self) -> re.Match[str]:
        if self._next >= len(self._tokens) or self._next > 1000:
            raise _Unknown
        self._next += 1
        return self._tokens[self._next - 1]

    def _sum(self) -> float:
        value = -self._term() if self._sign() == "-" and self._take() else self._term()
        while (sign := self._sign()) in ("+", "-") and sign:
            self._take()
            value += self._term() if sign == "+" else -self._term()
        return value

    def _term(self) -> float:
        token = self._take()
        if token[1]:
            value = self._argument()
            while self._sign() == "," and self._take():
                value += self._argument()
            return self._closed(value)
        if token[5] == "(":
            return self._closed(self._sum())
        if token[5] == "+":
            return self._term()
        if token[4]:
            return float(token[4])
        if not token[2] or token[3]:
            raise _Unknown
        return self._sums.at(place_of(token[2]), self._depth + 1)

    def _closed(self, value: float) -> float:
        if self._take()[5] != ")":
            raise _Unknown
        return value

    def _argument(self) -> float:
        token = self._tokens[self._next] if self._next < len(self._tokens) else None
        follows = self._tokens[self._next + 1][5] if self._next + 1 < len(self._tokens) else ""
        if token is not None and token[2] and (token[3] or follows in (",", ")")):
            self._take()
            return self._sums.over(place_of(token[2]), place_of(token[3] or token[2]), self._depth + 1)
        return self._sum()
