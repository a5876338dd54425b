"""A failing row as one plain sentence in Chinese and one in English."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ingest.forms import load_forms, load_terms


@cache
def texts() -> dict[str, Any]:
    """The sentences (messages.yaml)."""
    loaded: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "messages.yaml").read_text("utf-8"))
    return loaded


def plain(number: Any) -> str:
    """A number without needless zeros: 27.000000 → 27."""
    return f"{number.normalize():f}" if isinstance(number, Decimal) else str(number)


def sentence(kind: str, row: dict[str, Any]) -> tuple[str, str]:
    """The Chinese and the English sentence for a failing row of one kind of check."""
    said = []
    for language in ("zh", "en"):
        values = {
            "unit": row.get("unit_name") or texts()["unknown_unit"][language],
            "year": row.get("report_year") or "?",
            "left": plain(row.get("left_sum")),
            "right": plain(row.get("right_sum")),
            "difference": plain(row.get("difference")),
            "code": row.get("code", ""),
            "found": plain(row.get("found", "")),
            "expected": row.get("expected", ""),
            **_rule_words(row, language),
        }
        said.append(texts()[kind][language].format(**values))
    return said[0], said[1]


def _rule_words(row: dict[str, Any], language: str) -> dict[str, str]:
    rule_id = row.get("rule_id") or ""
    form = load_forms().get(row.get("form") or "")
    rule = next((r for r in form.rules if r.rule_id == rule_id), None) if form else None
    if form is None or rule is None:
        return {"rule": rule_id, "instance": ""}
    table = form.tables[rule.table]
    label = table.columns.get(rule.instance) or table.rows.get(rule.instance) or rule.instance
    term = load_terms().get(rule.instance)
    return {
        "rule": rule.zh if language == "zh" else rule.en,
        "instance": label if language == "zh" or term is None else term.en,
    }
