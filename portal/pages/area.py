"""/ and /area/<code>/<year>: an area in a year, what it is made of, and which units are missing, not whole or left out."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from foi.ask.area import Area, Part, area_of, latest_year
from foi.ask.area_numbers import MEASURES, OUTCOMES, RATES
from foi.messages import bilingual, message
from foi.published.exclusions import exclusions_of
from ingest.law.forms import form_in_force
from ingest.words.language import Text
from portal import chart, chart_file
from portal.asked import one_of, whole_number, year_of
from portal.page import link, page, table
from portal.pages.owed_units import Owed, owed_units

FIVE = ("received", "closed", "grant_rate", "review_total", "lawsuit_total")
SHOWN = ("received", "closed", "granted", "grant_rate", "carried_out", "review_total", "lawsuit_total")
PROGRESS = ("owing", "reporting", "missing", "excluded")
HEAT = ("received", "closed", "granted", "denied", "carried_out", "review_total", "lawsuit_total")
DEGREES = 5
LISTED = 1000  # units that a page lists; its files have all


def country(request: Request) -> Response:
    """The whole country in the last year, or the one that is asked for."""
    return _area(request, "", whole_number(request, "year"))


def area(request: Request) -> Response:
    """An area in a year."""
    return _area(request, request.path_params["code"], year_of(request.path_params["year"]))


def latest(request: Request) -> Response:
    """To the last year of an area."""
    code = request.path_params["code"]
    return RedirectResponse(link(f"/area/{code}/{latest_year(request.app.state.home.published, code)}"))


def units(request: Request) -> Response:
    """Every unit of an area that owes a report of a year, with what became of it; narrowed by its state."""
    code, year = request.path_params["code"], year_of(request.path_params["year"])
    path = request.app.state.home.published
    owed = owed_units(path, code, year)
    state = one_of(request, "state", ("all", *owed.states), "all")
    listed = owed.listed(state)
    columns = {name: bilingual(f"portal.column_{name}") for name in Owed.COLUMNS}
    return table(request, columns, [owed.row(duty) for duty in listed], f"{code}-{year}-units") or page(
        request, "units.html", owed=owed, listed=listed[:LISTED], n=len(listed), state=state, code=code, year=year, files=True,
        crumbs=[(owed.name, f"/area/{code}/{year}"), (message("portal.all_units"), "")],
    )  # fmt: skip


def _area(request: Request, code: str, year: int) -> Response:
    path = request.app.state.home.published
    found = area_of(path, code, year or latest_year(path, code))
    sort = one_of(request, "sort", ("code", "name", *SHOWN, *PROGRESS), "code")
    order = one_of(request, "order", ("asc", "desc"), "asc" if sort in ("code", "name") else "desc")
    measure = one_of(request, "measure", HEAT, HEAT[0])
    bars = _bars(found)
    files = chart_file.answer(request, bars) or table(
        request, _columns(found), [_row(p, found) for p in found.parts], f"{code or 'all'}-{found.report_year}"
    )
    if files:
        return files
    owed = owed_units(path, code, found.report_year) if code else None
    return page(
        request, "area.html", area=found, five=FIVE, shown_columns=SHOWN, rates=RATES, outcomes=OUTCOMES, sort=sort, order=order,
        parts=_sorted(found.parts, sort, order), measure=measure, heat=HEAT, degrees=_degrees(found, measure), bars=bars, owed=owed,
        states={duty.unit_code: duty.state for duty in owed.duties} if owed else {},
        left_out=exclusions_of(path, code, found.report_year) if code else [],
        name=_name(found), files=True, crumbs=_crumbs(found),
        can_roll_up=bool(found.code and found.parts and form_in_force(found.report_year)),
    )  # fmt: skip


def _name(found: Area) -> str:
    """What an area is called."""
    return found.name or message("area.country")


def _crumbs(found: Area) -> list[tuple[str, str]]:
    """The way from the country down to this area, in the same year."""
    above = [(name, f"/area/{code}/{found.report_year}") for code, name in found.above]
    return [(message("area.country"), "/"), *above, (found.name, "")] if found.code else []


def _sorted(parts: tuple[Part, ...], sort: str, order: str) -> list[Part]:
    """The parts by a column; those without a number last, whichever way."""

    def key(part: Part) -> Any:
        if sort in ("code", "name"):
            return getattr(part, sort)
        if sort in PROGRESS:
            return getattr(part.numbers, sort)
        return part.numbers.rate(sort) if sort in RATES else part.numbers.values.get(sort)

    there = sorted((p for p in parts if key(p) is not None), key=key, reverse=order == "desc")
    return [*there, *(p for p in parts if key(p) is None)]


def _bars(found: Area) -> chart.Chart:
    """The outcomes of the last ten years, one on the other."""
    years = sorted(found.by_year)
    series = [chart.Series(found.names[o].shown, {y: found.by_year[y].values.get(o) for y in years}) for o in OUTCOMES]
    return chart.stacked(message("portal.outcomes_of", name=_name(found)), years, series, found.breaks)


def _degrees(found: Area, measure: str) -> dict[tuple[str, int], int]:
    """How dark each field of the table area × year is: its number among all of them; the number itself stands in it too."""
    cells = {(p.code, y): n.values.get(measure) for p in found.parts for y, n in p.by_year.items()}
    known = sorted(float(v) for v in cells.values() if v)
    steps = [known[len(known) * n // DEGREES] for n in range(1, DEGREES)] if known else []
    return {at: 1 + sum(float(v) >= step for step in steps) for at, v in cells.items() if v}


def _columns(found: Area) -> dict[str, Text]:
    """The columns of a file of the parts: every number with the units it rests on, every rate with its two numbers."""
    columns = {name: bilingual(f"portal.column_{name}") for name in ("code", "name", "report_year", *PROGRESS)}
    for measure in MEASURES:
        columns |= {measure: found.names[measure], f"{measure}_units": bilingual("portal.units_of", measure=found.names[measure])}
    for rate in RATES:
        columns |= {rate: found.names[rate]}
        columns |= {
            f"{rate}_{part}": bilingual(f"portal.{part}_of", measure=found.names[rate]) for part in ("numerator", "denominator")
        }
    return columns


def _row(part: Part, found: Area) -> list[Any]:
    """A part as a line of a file. What stands in no sum is empty, so that the column adds up to the number of the area."""
    numbers = part.numbers
    row = [part.code, part.name or bilingual("progress.own"), found.report_year, *(getattr(numbers, name) for name in PROGRESS)]
    for measure in MEASURES:
        counts = numbers.units.get(measure, 0)
        row += [numbers.values.get(measure) if counts else None, counts]
    for rate in RATES:
        row += [numbers.rate(rate), *numbers.fractions.get(rate, (None, None))]
    return row


ROUTES = (
    Route("/", country),
    Route("/area/{code}", latest),
    Route("/area/{code}/{year}", area),
    Route("/area/{code}/{year}/units", units),
)
