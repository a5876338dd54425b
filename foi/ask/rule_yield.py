"""What each rule is good for, by what people made of its violations; foi.ask.show_rules prints it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from foi.published import published

COUNTS = ("assessed", "hits", "confirmed", "explained", "waived", "open")


@dataclass(frozen=True, slots=True)
class Yield:
    """A rule over all forms and years: how often it was judged, failed, confirmed, explained, waived and left open (COUNTS).

    `precision` is the share of what was confirmed in what people decided; None where nobody decided anything.
    """

    rule: str
    severity: str
    counts: tuple[int, ...]
    precision: float | None


def yield_of(path: Path) -> list[Yield]:
    """What each rule is good for, those that fail most first."""
    sums = ", ".join(f"sum({c})::integer" for c in COUNTS)
    with published(path) as connection:
        rows = connection.execute(
            f"select rule, any_value(severity), {sums}, sum(confirmed) / nullif(sum(confirmed + explained + waived), 0)"
            " from rule_yield group by rule order by sum(hits) desc, rule"
        ).fetchall()
    return [Yield(rule, severity, tuple(counts), precision) for rule, severity, *counts, precision in rows]


def yield_by_form(path: Path) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The same for each form and year: names of the columns, and rows."""
    columns = ["rule", "severity", "form", "report_year", *COUNTS, "precision"]
    with published(path) as connection:
        return columns, connection.execute(f"select {', '.join(columns)} from rule_yield order by all").fetchall()
