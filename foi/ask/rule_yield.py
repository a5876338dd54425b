"""`foi rules --yield`: what each rule is good for, by what people made of its violations."""

from __future__ import annotations

from pathlib import Path

from foi.messages import message
from foi.published import as_json, as_table, published

COUNTS = ("assessed", "hits", "confirmed", "explained", "waived", "open")


def show_yield(path: Path, json: bool = False) -> str:
    """A line for each rule over all forms and years, the most frequent first; as JSON one row for each form and year."""
    columns = ["rule", "severity", "form", "report_year", *COUNTS, "precision"]
    with published(path) as connection:
        if json:
            rows = connection.execute(f"select {', '.join(columns)} from rule_yield order by all").fetchall()
            return as_json(columns, rows)
        sums = ", ".join(f"sum({c})::integer" for c in COUNTS)
        rows = connection.execute(
            f"select rule, any_value(severity), {sums}, sum(confirmed) / nullif(sum(confirmed + explained + waived), 0)"
            " from rule_yield group by rule order by sum(hits) desc, rule"
        ).fetchall()
    shown = [[rule, message(f"severity.{s}"), *counts, "" if p is None else f"{p:.0%}"] for rule, s, *counts, p in rows]
    head = [message(f"rules.column_{c}") for c in ("rule", "severity", *COUNTS, "precision")]
    return f"{message('rules.yield')}\n{as_table(head, shown)}"
