"""`foi progress`: who has filed, on time, late or not at all, in an area and year, and the five rates of a reporting office.

Source of the dates: 政府信息公开条例 第四十九条 (31 January for departments, 31 March for governments); a roster may say otherwise.
The five rates are those of DHIS2: expected, actual, on time, complete, valid.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from foi.messages import Complaint, say
from foi.published import as_table, published

STATES = ("on_time", "late", "filed_undated", "unreadable", "missing", "not_due", "exempt")
GOVERNMENTS = ("province", "city", "county")


@dataclass(frozen=True, slots=True)
class Duty:
    """One unit that owes a report of a year: until when, whether it is exempt, and what became of it."""

    unit_code: str
    unit_name: str
    level: str
    due: date
    state: str
    published_on: date | None
    days_late: int | None
    is_complete: bool
    is_valid: bool
    is_nil: bool


def show_progress(path: Path, area: str, year: int, roster: Path | None = None, as_json: bool = False) -> str:
    """The units of an area with the state of their report, and the rates; a Complaint when the area is not known."""
    with published(path) as connection:
        code, name = _area(connection, area)
        duties = _duties(connection, code, year, _roster(roster, year))
    rates = rates_of(duties)
    if as_json:
        rows = [
            {**asdict(d), "due": d.due.isoformat(), "published_on": d.published_on and d.published_on.isoformat()} for d in duties
        ]
        return json.dumps(
            {"area_code": code, "area_name": name, "report_year": year, "rates": rates, "units": rows}, ensure_ascii=False
        )
    lines = [say("progress.title", name=name, code=code, year=year)]
    shown = [[d.unit_code, d.unit_name, d.due, _state(d), d.published_on or ""] for d in duties if d.state != "on_time"]
    if shown:
        lines.append(as_table([say(f"progress.{c}") for c in ("code", "unit", "due", "state", "published")], shown))
    else:
        lines.append(say("progress.all_on_time"))
    counts = Counter(d.state for d in duties)
    lines += ["", "  ".join(f"{say(f'progress.{s}')} {counts[s]}" for s in STATES if counts[s])]
    for key in ("actual", "on_time", "complete", "valid"):
        share = rates[f"{key}_rate"]
        percent = say("progress.no_rate") if share is None else f"{share:.1%}"
        lines.append(f"  {say(f'progress.rate_{key}')}: {rates[key]} / {rates['expected']} = {percent}")
    nil = sum(d.is_nil for d in duties)
    return "\n".join([*lines, *([say("progress.nil", n=nil)] if nil else [])])


def rates_of(duties: list[Duty]) -> dict[str, Any]:
    """Expected, actual, on time, complete, valid: counts, and shares of the expected; no share where nothing is expected."""
    owing = [d for d in duties if d.state != "exempt"]
    filed = [d for d in owing if d.state in ("on_time", "late", "filed_undated")]
    counts = {
        "expected": len(owing),
        "actual": len(filed),
        "on_time": sum(d.state == "on_time" for d in filed),
        "complete": sum(d.is_complete for d in filed),
        "valid": sum(d.is_valid for d in filed),
    }
    shares = {f"{k}_rate": round(v / len(owing), 4) if owing else None for k, v in counts.items() if k != "expected"}
    return {**counts, **shares}


def _state(duty: Duty) -> str:
    return say("progress.days_late", n=duty.days_late) if duty.state == "late" else say(f"progress.{duty.state}")


def _area(connection: Any, name: str) -> tuple[str, str]:
    levels = ", ".join(f"'{level}'" for level in GOVERNMENTS)
    above = ", ".join(f"nullif({place}_name, unit_name)" for place in ("province", "city", "county"))
    query = f"select unit_code, concat_ws('', {above}, unit_name) from dim_unit where level in ({levels})"
    found = connection.execute(f"{query} and (unit_code = $1 or unit_name = $1) order by unit_code", [name]).fetchall()
    if len(found) == 1:
        return str(found[0][0]), str(found[0][1])
    if found:
        raise Complaint("\n".join([say("trend.ambiguous", name=name), *(f"  {c}  {f}" for c, f in found)]))
    near = connection.execute(
        f"{query} order by jaro_winkler_similarity(unit_name, $1) desc, unit_code limit 5", [name]
    ).fetchall()
    raise Complaint(say("trend.no_unit", name=name, near=", ".join(f"{n} {c}" for c, n in near)), 3)


def _roster(path: Path | None, year: int) -> list[dict[str, str]] | None:
    """The lines of a roster for the year: unit_code, report_year, due, exempt; an empty year holds for every one."""
    if path is None:
        return None
    if not path.is_file():
        raise Complaint(say("error.no_such_path", path=path), 2)
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", "replace")  # what Excel in Chinese Windows writes
    reader = csv.DictReader(text.splitlines())
    if "unit_code" not in (reader.fieldnames or []):
        raise Complaint(say("progress.bad_roster", path=path, found=", ".join(reader.fieldnames or [])), 2)
    numbered = [(n, row) for n, row in enumerate(reader, 2) if any(v for v in row.values() if isinstance(v, str))]
    if nameless := next((n for n, row in numbered if not row.get("unit_code")), None):
        raise Complaint(say("progress.no_code", path=path, line=nameless), 2)
    numbered = [(n, row) for n, row in numbered if (row.get("report_year") or str(year)) == str(year)]
    for number, row in numbered:
        try:
            date.fromisoformat(row.get("due") or "2000-01-01")
        except ValueError as error:
            raise Complaint(say("progress.bad_due", path=path, line=number, found=row["due"]), 2) from error
    return [row for _, row in numbered]


def _duties(connection: Any, area: str, year: int, roster: list[dict[str, str]] | None) -> list[Duty]:
    """With a roster, its units; else the townships and the government of the area, and every department that has ever filed."""
    given = {row["unit_code"]: row for row in roster or ()}
    chosen = (
        "u.unit_code in (select unnest($3::varchar[]))"
        if roster is not None
        else "(u.unit_code = $1 or u.level = 'township' or u.unit_code in (select unit_code from unit_year))"
    )
    rows = connection.execute(
        "select u.unit_code, u.unit_name, u.level, y.report_id, y.published_on, y.quality_state,"
        " y.form_disclosure is not null and y.form_requests is not null and y.form_challenges is not null,"
        " i.input_id is not null, z.is_nil"
        " from dim_unit as u left join unit_year as y on u.unit_code = y.unit_code and y.report_year = $2"
        " left join (select unit_code, min(input_id) as input_id from fct_inputs where input_state = 'quarantined'"
        " and report_year = $2 group by 1) as i on u.unit_code = i.unit_code"
        " left join (select report_id, bool_and(requests = 0) as is_nil from fct_requests where requests is not null group by 1) as z"
        f" on y.report_id = z.report_id where starts_with(u.unit_code, $1) and {chosen} order by u.unit_code",
        [area, year, *([list(given)] if roster is not None else [])],
    ).fetchall()
    return [_duty(row, year, given.get(row[0], {})) for row in rows]


def _duty(row: Any, year: int, line: dict[str, str]) -> Duty:
    code, name, level, report, published_on, quality, complete, unreadable, nil = row
    usual = date(year + 1, 3, 31) if level in GOVERNMENTS else date(year + 1, 1, 31)
    due = date.fromisoformat(line["due"]) if line.get("due") else usual
    late = (published_on - due).days if published_on else None
    state = "missing" if due < date.today() else "not_due"
    if line.get("exempt"):
        state = "exempt"
    elif report:
        state = "filed_undated" if late is None else "late" if late > 0 else "on_time"
    elif unreadable:
        state = "unreadable"
    return Duty(code, name, level, due, state, published_on, late if state == "late" else None, bool(report and complete),
                quality == "pass", bool(nil))  # fmt: skip
