"""Who has filed, on time, late or not at all, in an area and year, and the five rates of a reporting office; foi.owed.show_progress prints it.

Source of the dates: 政府信息公开条例 第四十九条, as data in ingest/law/rules/duties.yaml; a roster may say otherwise.
The five rates are those of DHIS2: expected, actual, on time, complete, valid.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from foi.messages import Complaint, message, template, word_of
from foi.owed.duties import STATES, Duty, duties_of, rates_of
from foi.published import published
from foi.published.areas import known_areas, years_of_area
from foi.published.nearby import no_such_area
from ingest.beijing import beijing_today

# No states of their own: a report without any request, or one that is not whole, may be in time or late.
NIL, INCOMPLETE = "nil_return", "incomplete"
WITH_AREAS_BELOW = ("province", "city")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: an area and year, by which roster (None: the one loaded), on which day, and which units to list."""

    area: str
    year: int
    roster: Path | None = None
    on: date | None = None
    states: Sequence[str] = ()
    every_unit: bool = False


@dataclass(frozen=True, slots=True)
class Area:
    """A province, city or county by its code, its name with the places above, its level, and the names of the areas in it."""

    code: str
    name: str
    level: str
    names: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Progress:
    """The duties of an area and year as they stand on a day (`duties`: all of them; `listed`: those in the states that were asked for)."""

    area: Area
    report_year: int
    on: date
    duties: tuple[Duty, ...]
    listed: tuple[Duty, ...]

    @property
    def rates(self) -> dict[str, Any]:
        """Expected, actual, on time, complete, valid."""
        return rates_of(list(self.duties))

    @property
    def by_area(self) -> dict[str, list[Duty]]:
        """The duties by the area below in which they lie, where there are such areas; those of the area's own bodies by its own code."""
        return _below(self.area, self.duties) if self.area.level in WITH_AREAS_BELOW else {}


def progress_of(path: Path, question: Question) -> Progress:
    """The progress that is asked for; a Complaint when the area is not known, a state does not exist, or nothing is known of the year."""
    states = _states(question.states)
    on = question.on or beijing_today()
    with published(path) as connection:
        area = find_area(connection, question.area)
        duties = duties_of(connection, area.code, question.year, on, question.roster)
        if not duties:
            raise Complaint(_nothing(connection, area, question), 3)
    listed = [d for d in duties if not states or states & _marks(d)]
    return Progress(area, question.year, on, tuple(duties), tuple(listed))


def _states(words: Sequence[str]) -> set[str]:
    """The states that are meant by their English or their Chinese words, as the table shows them."""
    named = {word: state for state in (*STATES, NIL, INCOMPLETE) for word in (state, *(template(f"progress.{state}") or ()))}
    if wrong := [word for word in words if word not in named]:
        known = ", ".join(
            message("progress.state_code", words=word_of("progress", s), state=s) for s in (*STATES, NIL, INCOMPLETE)
        )
        raise Complaint(message("progress.no_state", found=", ".join(wrong), states=known), 2)
    return {named[word] for word in words}


def _marks(duty: Duty) -> set[str]:
    """All that can be asked for: the state of a duty, and what else is said of its report."""
    return {duty.state, *([NIL] if duty.is_nil else []), *([INCOMPLETE] if duty.is_incomplete else [])}


def find_area(connection: Any, name: str) -> Area:
    """The province, city or county of a name or code; a Complaint with similar ones when there is none, or several."""
    known = known_areas(connection)
    found = [known[name]] if name in known else [area for area in known.values() if area.name == name]
    if len(found) == 1:
        # A county may have belonged to the city only in earlier years.
        inside = {code: area.name for code, area in known.items() if code.startswith(found[0].code[:2])}
        return Area(found[0].code, found[0].full_name, found[0].level, inside)
    if found:
        raise Complaint("\n".join([message("trend.ambiguous", name=name), *(f"  {a.code}  {a.full_name}" for a in found)]))
    raise no_such_area(connection, name)


def _nothing(connection: Any, area: Area, question: Question) -> str:
    """Why there is nothing to show, and what to do."""
    if question.roster:
        return message("progress.roster_elsewhere", path=question.roster, name=area.name, year=question.year)
    known = ", ".join(map(str, years_of_area(connection, area.code))) or message("progress.no_year")
    return message("progress.nothing", name=area.name, year=question.year, years=known, code=area.code)


def _below(area: Area, duties: Sequence[Duty]) -> dict[str, list[Duty]]:
    parts: dict[str, list[Duty]] = defaultdict(list)
    for duty in duties:
        below = duty.city_code if area.level == "province" else duty.county_code
        parts[below or area.code].append(duty)
    return dict(sorted(parts.items()))
