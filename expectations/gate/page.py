"""The page that says what was checked; it needs no network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape

from expectations.decisions import SETTLED
from expectations.messages import texts
from ingest.beijing import beijing
from ingest.home.placing import placed
from ingest.words.language import language


def write_page(path: Path, rows: list[dict[str, Any]]) -> None:
    """Write expectations.html in the language of this reader: failing rows by unit in words, checks that could not run, checks that passed."""
    templates = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=select_autoescape())
    by_status = {s: [r for r in rows if r["status"] == s] for s in ("failed", "broken", "passed")}
    settled = [r for r in rows if r["status"] in SETTLED.values()]
    spoken = language()
    page = templates.get_template("expectations.html").render(
        language=spoken,
        words={key: text[spoken] for key, text in texts()["page"].items()},
        message=f"message_{spoken}",
        run_at=beijing(rows[0]["run_at"]) if rows else None,
        units=by_unit(by_status["failed"]),
        settled=settled,
        **by_status,
    )
    with placed(path) as scratch:
        scratch.write_text(page, "utf-8")


def by_unit(failed: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The failing rows of each unit, by its code; rows that speak of a whole year come last."""
    spoken = language()
    units: dict[tuple[bool, str, str], list[dict[str, Any]]] = {}
    for row in failed:
        whole = row.get("report_id") is None
        name = texts()["page"]["whole"][spoken] if whole else row.get("unit_name") or texts()["unknown_unit"][spoken]
        units.setdefault((whole, row.get("unit_code") or "", name), []).append(row)
    ordered = {key: sorted(units[key], key=lambda row: row.get("report_year") or 0) for key in sorted(units)}
    return [(f"{name} {code}".strip(), rows) for (_, code, name), rows in ordered.items()]
