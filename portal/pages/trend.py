"""/trend and /compare: one measure over the years, of one unit or area, or of up to twelve side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from foi.ask.boundary_breaks import BOUNDARIES, is_break
from foi.ask.compare import Comparison, compare, is_small, measures
from foi.ask.trend import Question, Trend, TrendYear, trend_of
from foi.messages import Complaint, bilingual, joined, message
from ingest.words.language import Text
from portal import chart, chart_file
from portal.asked import one_of
from portal.page import page, table

COLUMNS = ("report_year", "value", "numerator", "denominator", "change", "reporting", "excluded", "silent", "missing", "note")


def trend(request: Request) -> Response:
    """One measure of a unit or an area over the years."""
    given = request.query_params
    unit, area = given.get("unit", "").strip(), given.get("area", "").strip()
    if not unit and not area:
        return _ask(request, "trend")
    boundaries = one_of(request, "boundaries", BOUNDARIES, BOUNDARIES[0])
    path = request.app.state.home.published
    found = trend_of(path, Question(given.get("measure") or "received", unit or None, area or None, boundaries))
    drawn = _lines(message("portal.trend_of", name=found.name, measure=found.measure), [found])
    names = {name: bilingual(f"portal.trend_{name}") for name in COLUMNS}
    files = chart_file.answer(request, drawn) or table(
        request, names, [_row(one) for one in found.years], f"{found.code}-{found.question.measure}"
    )
    return files or page(
        request, "trend.html", trend=found, drawn=drawn, measures=measures(path, bool(area)), boundaries=boundaries, is_small=is_small,
        files=True, crumbs=[(found.name, f"/{'area' if area else 'unit'}/{found.code}"), (message("portal.trend"), "")],
    )  # fmt: skip


def comparison(request: Request) -> Response:
    """One measure of several units or areas side by side."""
    given, boundaries = request.query_params, one_of(request, "boundaries", BOUNDARIES, BOUNDARIES[0])
    units, areas = ([name for one in given.getlist(kind) for name in one.replace(",", " ").split()] for kind in ("unit", "area"))
    if not units and not areas:
        return _ask(request, "compare")
    path, measure = request.app.state.home.published, given.get("measure") or "received"
    found = compare(path, units, areas, measure, boundaries)
    drawn = _lines(found.trends[0].measure.shown, found.trends)
    columns, rows = _side_by_side(found)
    files = chart_file.answer(request, drawn) or table(request, columns, rows, f"compare-{measure}")
    return files or page(
        request, "compare.html", found=found, drawn=drawn, measure=measure, measures=measures(path, bool(areas)), units=units, areas=areas,
        boundaries=boundaries, is_small=is_small, files=True, crumbs=(),
    )  # fmt: skip


def _ask(request: Request, kind: str) -> Response:
    """The form in which units and measure are named."""
    if request.scope.get("foi.format"):
        raise Complaint(message("compare.how_many", n=0, most=12))
    return page(request, "trend_ask.html", kind=kind, measures=measures(request.app.state.home.published, False), crumbs=())


def _row(one: TrendYear) -> list[Any]:
    """A year as a line of a file: what is left out of a sum in numbers, and in words with its names."""
    counts = [len(one.units.excluded), len(one.units.silent)] if one.units else [None, None]
    notes = joined([*one.notes, *(one.units.notes() if one.units else ())], "gap.semicolon")
    return [one.report_year, one.value, one.numerator, one.denominator, one.change, one.reporting, *counts, one.missing, notes]


def _side_by_side(found: Comparison) -> tuple[dict[str, Text], list[list[Any]]]:
    """A column for each unit with its number, and one with what is to be known of it."""
    columns, rate = {"report_year": bilingual("portal.trend_report_year")}, found.trends[0].is_rate
    for one in found.trends:
        name = Text(one.name, one.name)
        columns |= {one.code: name}
        if rate:
            columns |= {
                f"{one.code}_{part}": bilingual(f"portal.{part}_of", measure=name) for part in ("numerator", "denominator")
            }
        columns |= {f"{one.code}_note": bilingual("portal.note_of", name=name)}
    rows = []
    for year in found.years:
        row: list[Any] = [year]
        for one in found.trends:
            of_year = found.year(one, year)
            row.append(of_year.value if of_year else None)
            row += [of_year.numerator if of_year else None, of_year.denominator if of_year else None] if rate else []
            row.append(joined(of_year.notes, "gap.semicolon") if of_year else bilingual("state.no_report"))
        rows.append(row)
    return columns, rows


def _lines(title: str, trends: Sequence[Trend]) -> chart.Chart:
    """A line for each; where forms or boundaries of one of them changed, the line is broken."""
    years = sorted({one.report_year for found in trends for one in found.years})
    breaks: dict[int, list[Text]] = {}
    for found in trends:
        for one in found.years:
            notes = [note for note in one.notes if is_break(note)]
            if notes:
                breaks.setdefault(one.report_year, []).extend(notes)
    share = trends[0].is_rate
    series = [chart.Series(found.name, {one.report_year: _drawn(one, share) for one in found.years}) for found in trends]
    return chart.lines(title, range(years[0], years[-1] + 1) if years else [], series, breaks, share)


def _drawn(one: TrendYear, share: bool) -> Any:
    """The number of a year, but no rate of few cases."""
    return None if share and is_small(one) else one.value


ROUTES = (Route("/trend", trend), Route("/compare", comparison))
