"""`foi trend`: a trend as a table for the terminal, or as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from foi.ask.trend import Question, Trend, TrendYear, trend_of
from foi.messages import joined, message
from foi.published import as_json, as_table

RATE_COLUMNS = ("change", "numerator", "denominator")
AREA_COLUMNS = ("reporting", "excluded", "silent", "missing")


def show_trend(path: Path, question: Question, json: bool = False) -> str:
    """The years of a unit or an area as a table, or as JSON with the notes in both languages."""
    trend = trend_of(path, question)
    if json:
        return as_json(*trend_rows(trend))
    columns = _columns(trend)
    head = [message("trend.year"), message("trend.value"), *(message(f"trend.{c}") for c in (*columns, "note"))]
    rows = [[one.report_year, one.value, *_values(one, columns), _note(one)] for one in trend.years]
    title = message(
        "trend.title_constant" if question.is_constant else "trend.title", name=trend.name, code=trend.code, measure=trend.measure
    )
    after = [message("bounds.title"), *(f"  {bound.shown}" for bound in trend.bounds)] if trend.bounds else []
    after += [*(change.shown for change in trend.changes), message("trend.hint_constant")] if trend.changes else []
    return "\n".join([title, as_table(head, rows), *(["", *after] if after else [])])


def _values(one: TrendYear, columns: list[str]) -> list[Any]:
    """The columns of a year between its number and its notes; of the units that are left out, how many."""
    counts = {} if one.units is None else {"excluded": len(one.units.excluded), "silent": len(one.units.silent)}
    return [counts[c] if c in counts else getattr(one, c) for c in columns]


def _note(one: TrendYear) -> str:
    return joined([*one.notes, *(one.units.notes() if one.units else ())], "gap.semicolon").shown


def trend_rows(trend: Trend) -> tuple[list[str], list[list[Any]]]:
    """The names of the columns for a program, and a row for each year.

    The units that are left out stand in lists of their own, and not in the notes, which are there in both languages.
    """
    columns, lists = _columns(trend), ("excluded_units", "silent_units") if trend.question.area is not None else ()
    rows = []
    for one in trend.years:
        units = (one.units.excluded, one.units.silent) if one.units and lists else ()
        rows.append([one.report_year, one.value, *_values(one, columns), *units, *joined(one.notes, "gap.semicolon")])
    return ["report_year", "value", *columns, *lists, "note_zh", "note_en"], rows


def _columns(trend: Trend) -> list[str]:
    """What is told of a year beside its number."""
    return [*(RATE_COLUMNS if trend.is_rate else ()), *(AREA_COLUMNS if trend.question.area is not None else ())]
