"""`foi progress`: who has filed, on time, late or not at all, in an area and year, and the five rates of a reporting office.

Source of the dates: 政府信息公开条例 第四十九条, as data in ingest/law/rules/duties.yaml; a roster may say otherwise.
The five rates are those of DHIS2: expected, actual, on time, complete, valid.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from foi.messages import Complaint, message, template
from foi.owed.duties import STATES, Duty, duties_of, rates_of
from foi.published import as_csv, as_table, published
from ingest.beijing import beijing_today

GOVERNMENTS = ("province", "city", "county")
# No states of their own: a report without any request, or one that is not whole, may be in time or late.
NIL, INCOMPLETE = "nil_return", "incomplete"
NAMED = 20  # units with an incomplete report that are named below the table
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


def show_progress(path: Path, question: Question, style: str = "table") -> str:
    """The units of an area with the state of their report, and the rates (table, csv or json).

    A Complaint when the area is not known, a state does not exist, or nothing is known of the year.
    """
    states = _states(question.states)
    on = question.on or beijing_today()
    with published(path) as connection:
        area = find_area(connection, question.area)
        duties = duties_of(connection, area.code, question.year, on, question.roster)
        if not duties:
            raise Complaint(_nothing(connection, area, question), 3)
    chosen = [d for d in duties if not states or states & _marks(d)]
    if style == "csv":
        columns = list(asdict(duties[0]))
        return as_csv(columns, [list(asdict(d).values()) for d in chosen])
    if style == "json":
        return _as_json(area, question.year, on, duties, chosen)
    by_area = area.level in WITH_AREAS_BELOW and not question.every_unit and not question.states
    lines = [message("progress.title", name=area.name, code=area.code, year=question.year)]
    lines += _areas_table(area, duties) if by_area else _units_table(question, chosen)
    return "\n".join([*lines, "", *_summary(duties)])


def _states(words: Sequence[str]) -> set[str]:
    """The states that are meant by their English or their Chinese words, as the table shows them."""
    named = {word: state for state in (*STATES, NIL, INCOMPLETE) for word in (state, *(template(f"progress.{state}") or ()))}
    if wrong := [word for word in words if word not in named]:
        known = ", ".join(f"{message(f'progress.{state}')} {state}" for state in (*STATES, NIL, INCOMPLETE))
        raise Complaint(message("progress.no_state", found=", ".join(wrong), states=known), 2)
    return {named[word] for word in words}


def _marks(duty: Duty) -> set[str]:
    """All that can be asked for: the state of a duty, and what else is said of its report."""
    return {duty.state, *([NIL] if duty.is_nil else []), *([INCOMPLETE] if duty.is_incomplete else [])}


def find_area(connection: Any, name: str) -> Area:
    """The province, city or county of a name or code; a Complaint with similar ones when there is none, or several."""
    levels = ", ".join(f"'{level}'" for level in GOVERNMENTS)
    above = ", ".join(f"nullif({place}_name, unit_name)" for place in ("province", "city", "county"))
    query = f"select unit_code, concat_ws('', {above}, unit_name), level from dim_unit where level in ({levels})"
    found = connection.execute(f"{query} and (unit_code = $1 or unit_name = $1) order by unit_code", [name]).fetchall()
    if len(found) == 1:
        # A county may have belonged to the city only in earlier years.
        inside = f"select unit_code, unit_name from dim_unit where level in ({levels}) and starts_with(unit_code, ?)"
        code, full_name, level = found[0]
        return Area(code, full_name, level, dict(connection.execute(inside, [code[:2]]).fetchall()))
    if found:
        raise Complaint("\n".join([message("trend.ambiguous", name=name), *(f"  {c}  {f}" for c, f, _ in found)]))
    near = connection.execute(
        f"{query} order by jaro_winkler_similarity(unit_name, $1) desc, unit_code limit 5", [name]
    ).fetchall()
    raise Complaint(message("trend.no_unit", name=name, near=", ".join(f"{n} {c}" for c, n, _ in near)), 2)


def _nothing(connection: Any, area: Area, question: Question) -> str:
    """Why there is nothing to show, and what to do."""
    if question.roster:
        return message("progress.roster_elsewhere", path=question.roster, name=area.name, year=question.year)
    query = "select distinct report_year from progress where ? in (province_code, city_code, county_code) order by 1"
    years = [str(year) for (year,) in connection.execute(query, [area.code]).fetchall()]
    known = ", ".join(years) or message("progress.no_year")
    return message("progress.nothing", name=area.name, year=question.year, years=known, code=area.code)


def _as_json(area: Area, year: int, on: date, duties: list[Duty], chosen: list[Duty]) -> str:
    rows = [{k: v.isoformat() if isinstance(v, date) else v for k, v in asdict(d).items()} for d in chosen]
    found = {"area_code": area.code, "area_name": area.name, "report_year": year, "on": on.isoformat(), "rates": rates_of(duties)}
    if area.level in WITH_AREAS_BELOW:
        below = _below(area, duties).items()
        found["areas"] = [
            {"area_code": code, "area_name": area.names.get(code, ""), "rates": rates_of(part)} for code, part in below
        ]
    return json.dumps({**found, "units": rows}, ensure_ascii=False)


def _units_table(question: Question, duties: list[Duty]) -> list[str]:
    listed = [d for d in duties if question.states or question.every_unit or d.state != "on_time" or d.is_incomplete]
    if not listed:
        return [message("progress.no_unit_in_state" if question.states else "progress.all_on_time")]
    columns = [message(f"progress.{c}") for c in ("code", "unit", "due", "state", "published", "remark")]
    return [as_table(columns, [[d.unit_code, d.unit_name, d.due, _state(d), d.published_on or "", _remark(d)] for d in listed])]


def _areas_table(area: Area, duties: list[Duty]) -> list[str]:
    """A line for each area below, the least reported first; the units of the area itself last."""
    rows = []
    for code, part in _below(area, duties).items():
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


def _below(area: Area, duties: list[Duty]) -> dict[str, list[Duty]]:
    """The duties by the area below in which they lie; those of the area's own bodies by its own code."""
    parts: dict[str, list[Duty]] = defaultdict(list)
    for duty in duties:
        below = duty.city_code if area.level == "province" else duty.county_code
        parts[below or area.code].append(duty)
    return dict(sorted(parts.items()))


def _state(duty: Duty) -> str:
    return message("progress.days_late", n=duty.days_late) if duty.state == "late" else message(f"progress.{duty.state}")


def _remark(duty: Duty) -> str:
    """What the report lacks, whether it is a nil return, why a unit is exempt, the file that was set aside, and the note of the roster."""
    about = duty.exempt_reason if duty.state == "exempt" else duty.set_aside_file if duty.state == "unreadable" else None
    return "; ".join(text for text in (duty.lacks, message(f"progress.{NIL}") if duty.is_nil else None, about, duty.note) if text)


def _summary(duties: list[Duty]) -> list[str]:
    """The counts by state, the rates, and on what the list of units rests."""
    counts, rates = Counter(d.state for d in duties), rates_of(duties)
    lines = ["  ".join(f"{message(f'progress.{s}')} {counts[s]}" for s in STATES if counts[s])]
    for key in ("actual", "on_time", "complete", "valid"):
        share = rates[f"{key}_rate"]
        percent = message("progress.no_rate") if share is None else f"{share:.1%}"
        undated = message("progress.floor", n=counts["filed_undated"]) if key == "on_time" and counts["filed_undated"] else ""
        lines.append(f"  {message(f'progress.rate_{key}')}: {rates[key]} / {rates['expected']} = {percent}{undated}")
    if rates["nil"]:
        lines.append(message("progress.nil", n=rates["nil"]))
    lines += _lacking([f"{d.unit_name} {d.unit_code}" for d in duties if d.is_incomplete])
    basis = Counter(d.owed_by for d in duties)
    lines.append(message("progress.basis", **{k: basis[k] for k in ("roster", "report", "manifest", "registry")}))
    return [*lines, *([message("progress.registry_hint")] if basis["registry"] else [])]


def _lacking(names: list[str]) -> list[str]:
    """The units whose report is not complete, by name; of many the first."""
    named = "、".join(names[:NAMED])
    shown = message("progress.lacking_more", names=named) if len(names) > NAMED else named
    return [message("progress.lacking", n=len(names), names=shown)] if names else []
