"""/unit/<code>: all years of one unit, with what is missing and why, what was replaced, and what its prose counts."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from foi.ask.boundary_breaks import is_break
from foi.ask.show_versions import change_text
from foi.ask.unit_history import MEASURES, History, history_of
from foi.ask.versions import versions_of
from foi.messages import bilingual, joined, word_of
from foi.owed.duties import Duty, duties_of_unit
from ingest.beijing import beijing_today
from ingest.words.language import Text
from portal.page import page, table

FACTS = ("report_year", "filing", "published_on", "report_id", "forms", "rules_failed", "remarks")


def unit(request: Request) -> Response:
    """The unit of a code."""
    path, code = request.app.state.home.published, request.path_params["code"]
    history = history_of(path, code)
    duties = duties_of_unit(path, code, beijing_today())
    years = sorted({*history.years, *duties, *history.was})
    files = table(request, _columns(history), [_row(year, history, duties.get(year)) for year in years], code)
    if files:
        return files
    replaced = any(len(year.versions) > 1 for year in history.years.values())
    changed = versions_of(path, code) if replaced else []
    return page(
        request, "unit.html", head=history.head, history=history, duties=duties,
        years=years,
        breaks={year: told for year in years if (told := list(filter(is_break, _changes(year, history))))},
        remarks={year: remarks_of(year, history, duties.get(year)) for year in years}, changed=changed, change_text=change_text,
        counts=_counts(history), files=bool(years),
        crumbs=[*((name, f"/area/{code}") for code, name in history.head.places), (history.head.unit_name, "")],
    )  # fmt: skip


def _columns(history: History) -> dict[str, Text]:
    plain = {column: bilingual(f"portal.column_{column}") for column in FACTS}
    for measure, name in history.names.items():
        plain |= {measure: name, f"{measure}_state": bilingual("portal.state_of", measure=name)}
    return plain


def _row(year: int, history: History, duty: Duty | None) -> list[Any]:
    """A year as a line of a file: a number that is missing is empty, and its state says why."""
    found = history.years.get(year)
    filing = word_of("progress", duty.state) if duty else bilingual("portal.owes_nothing")
    remarks = joined(remarks_of(year, history, duty), "gap.semicolon")
    row: list[Any] = [year, filing, duty.published_on if duty else None, found.report_id if found else None]
    row += [", ".join(found.forms), found.failed, remarks] if found else [None, None, remarks]
    for measure in MEASURES:
        value, state = found.numbers[measure] if found else (None, "no_report")
        is_open = not found and duty is not None and duty.state == "not_due"
        row += [value, bilingual("progress.not_due") if is_open else word_of("state", state)]
    return row


def _changes(year: int, history: History) -> list[Text]:
    """What is not as in the year before: the unit itself, or the form."""
    found = history.years.get(year)
    return [*history.was.get(year, ()), *(found.notes if found else ())]


def remarks_of(year: int, history: History, duty: Duty | None) -> list[Text]:
    """What is to be known of a year: breaks, what its report lacks, and which of its tables stand in no sum."""
    found = history.years.get(year)
    notes = _changes(year, history)
    notes += [duty.lacks] if duty and duty.lacks else []
    notes += [bilingual("portal.left_out", tables=text) for text in (found.left_out if found else ())]
    notes += [bilingual("trend.failed_rules", n=found.failed)] if found and found.failed else []
    notes += [bilingual("exclusion.not_there")] if found and not found.was_there else []
    return notes


def _counts(history: History) -> list[tuple[Text, dict[int, list[Any]]]]:
    """What the prose counts, each kind with its numbers by year."""
    found: dict[str, tuple[Text, dict[int, list[Any]]]] = {}
    for count in history.counts:
        found.setdefault(count.code, (count.name, {}))[1].setdefault(count.report_year, []).append(count)
    return list(found.values())


ROUTES = (Route("/unit/{code}", unit),)
