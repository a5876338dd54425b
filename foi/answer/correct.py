"""`foi correct`: put a proven error of the source right in corrections.yaml, and see what came of every correction."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from foi.messages import Complaint, message, template
from foi.owed.closing import although_closed
from foi.published import exact, published
from foi.published.nearby import no_such_name
from ingest.beijing import BEIJING
from ingest.home import Home
from ingest.home.placing import placed
from ingest.landing.corrections import EMPTY_STATES, Correction, broken_corrections, changing, load_corrections
from ingest.words.issues import issue_text
from ingest.words.language import Text

# What the table of the facts says of one cell of a report.
CELL = " union all ".join(
    f"select {number}, {number}_state, correction_id from {table} where report_id = $1 and code = $2"
    for table, number in (
        ("fct_disclosure", "amount"), ("fct_requests", "requests"), ("fct_challenges", "cases"), ("fct_statistics", "amount"),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants to correct: the cell of which unit and year, from which value to which, why, and how it is known."""

    unit: str
    year: int
    cell: str
    before: str
    after: str
    why: str
    evidence: str
    who: str | None = None


@dataclass(frozen=True, slots=True)
class CorrectionMade:
    """A correction that was put into corrections.yaml: the unit by its name, and both values as they stand there."""

    unit_name: str
    before: str
    after: str
    path: Path


@dataclass(frozen=True, slots=True)
class CorrectionNow:
    """A correction with what came of it (pending: it waits for the next load) and how far it is dealt with."""

    correction: Correction
    outcome: str
    status: str


def correct(home: Path, wish: Wish) -> CorrectionMade:
    """Add a correction to the home folder's corrections.yaml; a Complaint if the source does not say what it expects."""
    return correct_all(home, [wish])[0]


def correct_all(home: Path, wishes: Sequence[Wish]) -> list[CorrectionMade]:
    """Add corrections to the home folder's corrections.yaml, all of them or none; a Complaint if one of them cannot be."""
    place = Home(home)
    with changing(place.corrections):
        known = load_corrections(place.corrections)
        with published(place.published) as connection:
            checked = [_checked(connection, wish, known) for wish in wishes]
        places = [(entry["unit_code"], entry["report_year"]) for entry, _ in checked]
        cells = message("gap.comma").join(entry["cell"] for entry, _ in checked)
        although_closed(
            home, places, message("year_lock.what_correct", cells=cells), next((wish.who or "" for wish in wishes), "")
        )
        _append(place, [entry for entry, _ in checked])
    return [
        CorrectionMade(unit_name, entry["expect"], entry.get("value", entry["action"]), place.corrections)
        for entry, unit_name in checked
    ]


def _checked(connection: Any, wish: Wish, known: list[Correction]) -> tuple[dict[str, Any], str]:
    """The entry that a wish becomes, and the name of its unit; a Complaint if it cannot be."""
    for option, value in (("unit", wish.unit), ("cell", wish.cell), ("from", wish.before), ("to", wish.after), ("why", wish.why),
                          ("evidence", wish.evidence)):  # fmt: skip
        if not value.strip():
            raise Complaint(message("correct.needed", option=f"--{option}"))
    before, after = _canonical(wish.before), _canonical(wish.after)
    unit_code, unit_name, report_id = _report(connection, wish.unit, wish.year)
    _check_cell(connection, report_id, wish, before)
    if after != "unreadable" and _number(after) is None:
        raise Complaint(message("correct.bad_value", found=wish.after))
    if same := next((c for c in known if (c.unit_code, c.report_year, c.code) == (unit_code, wish.year, wish.cell)), None):
        raise Complaint(
            message("correct.already", correction=same.correction_id, before=same.expect, after=same.value or same.action)
        )
    change = {"action": "unreadable"} if after == "unreadable" else {"action": "set", "value": after}
    now = datetime.now(UTC).astimezone(BEIJING).isoformat(timespec="seconds")
    entry = {"unit_code": unit_code, "report_year": wish.year, "cell": wish.cell, "expect": before, **change, "reason": wish.why.strip(),
             "evidence": wish.evidence.strip(), "status": "open", "who": wish.who or getpass.getuser(), "when": now}  # fmt: skip
    return entry, unit_name


def _canonical(text: str) -> str:
    """A number without needless zeros, or the state that a Chinese or English word stands for."""
    number = _number(text.strip())
    if number is not None:
        return exact(number)
    return next((s for s in EMPTY_STATES if text.strip() in (s, *(template(f"state.{s}") or ()))), text.strip())


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < 10**12 and number == round(number, 6) else None


def _report(connection: Any, unit: str, year: int) -> tuple[str, str, str]:
    """The report of a unit and year that counts."""
    found = connection.execute(
        "select unit_code, unit_name, report_id, report_year from fct_reports where is_current and unit_code is not null"
        " and report_year is not null and (unit_code = $1 or unit_name = $1) order by report_year, unit_code",
        [unit],
    ).fetchall()
    if not found:
        raise no_such_name(connection, unit)
    if len(codes := sorted({row[0] for row in found})) > 1:
        raise Complaint("\n".join([message("trend.ambiguous", name=unit), *(f"  {code}" for code in codes)]))
    for code, name, report_id, at in found:
        if at == year:
            return code, name, report_id
    raise Complaint(message("correct.no_report", unit=unit, year=year, years=", ".join(str(row[3]) for row in found)))


def _check_cell(connection: Any, report_id: str, wish: Wish, before: str) -> None:
    """A Complaint unless the report has the cell, nothing corrects it yet, and it holds what it should."""
    rows = connection.execute(CELL, [report_id, wish.cell]).fetchall()
    if not rows or rows[0][1] == "not_asked":
        near = connection.execute(
            "select code, zh, en from dim_measure order by jaro_winkler_similarity(code, $1) desc, code limit 6", [wish.cell]
        ).fetchall()
        options = [f"  {code}  {Text(zh, en).shown}" for code, zh, en in near]
        raise Complaint("\n".join([message("correct.no_cell" if not rows else "correct.not_asked", cell=wish.cell), *options]))
    value, state, correction = rows[0]
    if correction:
        raise Complaint(message("correct.corrected", cell=wish.cell, now=exact(value), correction=correction))
    now = state if value is None else exact(value)
    if now != before:
        shown = message(f"state.{state}") if value is None else now
        raise Complaint(message("correct.other_value", cell=wish.cell, found=wish.before, now=shown))


def _append(place: Home, entries: list[dict[str, Any]]) -> None:
    """Write the entries behind the others, and keep every line and remark that people wrote; the file is put in place by one rename."""
    import yaml

    text = place.corrections.read_text("utf-8-sig") if place.corrections.is_file() else message("correct.head") + "\n"
    text += "" if text.endswith("\n") else "\n"
    quoted = [{k: v if isinstance(v, int) else str(v) for k, v in entry.items()} for entry in entries]
    before = len(broken_corrections(place.corrections))
    with placed(place.corrections, sure=True) as scratch:
        scratch.write_text(text + yaml.safe_dump(quoted, allow_unicode=True, sort_keys=False, width=10**6), "utf-8")
        broken = broken_corrections(scratch)
        if len(broken) > before:  # what cannot be read back is not put in place
            raise Complaint(issue_text(broken[-1]).shown)


def correction_problems(connection: Any) -> list[Text]:
    """A sentence for each correction that is not applied and should be, and for each that breaks a sum."""
    rows = connection.execute(
        "select message_zh, message_en from expectation_results where suite = 'corrections' and status = 'failed'"
        " order by expectation, unit_code, report_year, message_zh"
    ).fetchall()
    return [Text(zh or "", en or "") for zh, en in rows]


def applied(connection: Any) -> int:
    """How many cells and reports count as corrected."""
    query = (
        "select count(*) from correction_results where outcome = 'applied'"
        " and coalesce(origin, '') not in ('withdrawn', 'after_closing', 'accepted_answer', 'handed_in')"
    )
    found: tuple[int] = connection.execute(query).fetchone()
    return found[0]


def corrections_now(home: Path) -> list[CorrectionNow]:
    """Every correction with what came of it: applied, stale, fixed upstream, no such report, or waiting for the next load."""
    place = Home(home)
    came = _outcomes(place)
    found = []
    for c in load_corrections(place.corrections):
        outcome = came.get((c.correction_id, c.expect or "", c.value or ""), "pending")
        # People may have changed the status since the last load; what the source has put right is no matter of theirs.
        found.append(CorrectionNow(c, outcome, "fixed_upstream" if outcome == "fixed_upstream" else c.status))
    return found


def _outcomes(place: Home) -> dict[tuple[str, str, str], str]:
    """The outcome of each correction of the last load, by its name and what it says."""
    if not place.published.is_file():
        return {}
    with published(place.published) as connection:
        known = connection.execute("select count(*) from duckdb_tables() where table_name = 'correction_results'").fetchone()[0]
        rows = (
            connection.execute("from correction_results select correction_id, expect, value, outcome").fetchall() if known else []
        )
    return {(name, expect or "", value or ""): outcome for name, expect, value, outcome in rows}
