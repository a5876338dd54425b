"""What a repair consists of: numbers to change, and the sums that have to hold afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Edit:
    """One number to change."""

    code: str
    before: Decimal
    after: Decimal


Repair = tuple[Edit, ...]
Equation = dict[str, int]  # for each cell 1 on the left side, -1 on the right


def residual(values: Mapping[str, Decimal], equation: Equation) -> Decimal:
    """By how much the left side of a sum is larger than the right."""
    return sum((sign * values[code] for code, sign in equation.items()), Decimal())
