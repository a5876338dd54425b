"""`foi progress`: who has filed in an area and year, as a table for the terminal, as CSV or as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from foi.messages import joined, message
from foi.owed.duties import STATES, Duty, rates_of
from foi.owed.progress import Progress, Question, progress_of
from foi.published import as_csv, as_table

NAMED = 20  # units with an incomplete report that are named below the table


def show_progress(path: Path, question: Question, style: str = "table") -> str:
    """The units of an area with the state of their report, and the rates (table, csv or json)."""
    progress = progress_of(path, question)
    if style == "csv":
        rows = [_row(duty) for duty in progress.listed]
        return as_csv(list(_row(progress.duties[0])), [list(row.values()) for row in rows])
    if style == "json":
        return _as_json(progress)
    area = progress.area
    lines = [message("progress.title", name=area.name, code=area.code, year=progress.report_year)]
    by_area = progress.by_area and not question.every_unit and not question.states
    lines += _areas_table(progress) if by_area else _units_table(question, progress.listed)
    return "\n".join([*lines, "", *_summary(progress)])


def _row(duty: Duty) -> dict[str, Any]:
    """The columns of a duty as they are written down; what the report lacks in both languages."""
    row = asdict(duty)
    zh, en = row.pop("lacks") or (None, None)
    return {**row, "lacks_zh": zh, "lacks_en": en}


def _as_json(progress: Progress) -> str:
    rows = [{k: v.isoformat() if isinstance(v, date) else v for k, v in _row(d).items()} for d in progress.listed]
    area = progress.area
    found = {
        "area_code": area.code,
        "area_name": area.name,
        "report_year": progress.report_year,
        "on": progress.on.isoformat(),
        "rates": progress.rates,
    }
    if below := progress.by_area:
        found["areas"] = [
            {"area_code": code, "area_name": area.names.get(code, ""), "rates": rates_of(part)} for code, part in below.items()
        ]
    return json.dumps({**found, "units": rows}, ensure_ascii=False)


def _units_table(question: Question, duties: Iterable[Duty]) -> list[str]:
    listed = [d for d in duties if question.states or question.every_unit or d.state != "on_time" or d.is_incomplete]
    if not listed:
        return [message("progress.no_unit_in_state" if question.states else "progress.all_on_time")]
    columns = [message(f"progress.{c}") for c in ("code", "unit", "due", "state", "published", "remark")]
    return [
        as_table(columns, [[d.unit_code, d.unit_name, d.due, _state(d), d.published_on or "", d.remark.shown] for d in listed])
    ]


def _areas_table(progress: Progress) -> list[str]:
    """A line for each area below, the least reported first; the units of the area itself last."""
    area, rows = progress.area, []
    for code, part in progress.by_area.items():
        rates, counts = rates_of(part), Counter(d.state for d in part)
        share = rates["actual_rate"]
        name = message("progress.own") if code == area.code else area.names.get(code, "")
        figures = [
            rates["expected"],
            rates["actual"],
            *(counts[s] for s in ("on_time", "late", "missing", "unreadable", "not_due")),
            sum(d.is_incomplete for d in part),
        ]
        rows.append(
            (code == area.code, 2 if share is None else share, [code, name, *figures, "" if share is None else f"{share:.1%}"])
        )
    headings = ("code", "area", "expected", "filed", "on_time", "late", "missing", "unreadable", "not_due", "incomplete", "share")
    return [as_table([message(f"progress.{c}") for c in headings], [row for *_, row in sorted(rows, key=lambda r: r[:2])])]


def _state(duty: Duty) -> str:
    return message("progress.days_late", n=duty.days_late) if duty.state == "late" else message(f"progress.{duty.state}")


def _summary(progress: Progress) -> list[str]:
    """The counts by state, the rates, and on what the list of units rests."""
    duties, rates = progress.duties, progress.rates
    counts = Counter(d.state for d in duties)
    lines = ["  ".join(f"{message(f'progress.{s}')} {counts[s]}" for s in STATES if counts[s])]
    for key in ("actual", "on_time", "complete", "valid"):
        share = rates[f"{key}_rate"]
        percent = message("progress.no_rate") if share is None else f"{share:.1%}"
        undated = message("progress.floor", n=counts["filed_undated"]) if key == "on_time" and counts["filed_undated"] else ""
        fraction = f"{rates[key]} / {rates['expected']} = {percent}{undated}"
        lines.append("  " + message("progress.rate", rate=message(f"progress.rate_{key}"), fraction=fraction))
    if rates["nil"]:
        lines.append(message("progress.nil", n=rates["nil"]))
    lines += _lacking([f"{d.unit_name} {d.unit_code}" for d in duties if d.is_incomplete])
    basis = Counter(d.owed_by for d in duties)
    lines.append(message("progress.basis", **{k: basis[k] for k in ("roster", "report", "manifest", "registry")}))
    return [*lines, *([message("progress.registry_hint")] if basis["registry"] else [])]


def _lacking(names: list[str]) -> list[str]:
    """The units whose report is not complete, by name; of many the first."""
    named = joined(names[:NAMED]).shown
    shown = message("progress.lacking_more", names=named) if len(names) > NAMED else named
    return [message("progress.lacking", n=len(names), names=shown)] if names else []
