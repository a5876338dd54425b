"""What a unit is asked about its report: the violations nobody decided on, the likely repair, and which numbers are our corrections."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from expectations.decisions import Ledger
from expectations.judge.problems import Problem
from expectations.judge.rules import Facts
from foi.answer.remedy import Corrections, Remedy, read_corrections, remedies
from foi.messages import Complaint, message
from foi.published import published
from ingest.home import Home
from ingest.words.language import Text

COLUMNS = ("rule_id", "severity", "left_sum", "right_sum", "message_zh", "message_en")


@dataclass(frozen=True, slots=True)
class Asked:
    """A violation that a unit is asked about: both sides of its rule, and its sentence with what we corrected beside it."""

    rule_id: str
    left: Decimal | None
    right: Decimal | None
    text: Text


@dataclass(frozen=True)
class Letter:
    """What a unit is asked about one report."""

    unit_code: str
    unit_name: str
    report_year: int
    file: str
    violations: list[Asked]
    remedy: Remedy
    corrections: Corrections

    @property
    def report(self) -> tuple[str, int]:
        """The unit and the year."""
        return self.unit_code, self.report_year

    @property
    def rule_ids(self) -> list[str]:
        """The rules that fail."""
        return [v.rule_id for v in self.violations]

    def problems(self) -> dict[str, Problem]:
        """For each rule that fails the problem it belongs to, where its numbers are known."""
        return {v.rule_id: p for p in self.remedy.problems(self.rule_ids) for v in p.violations}


def letters_to_send(path: Path, unit: str = "", year: int = 0) -> list[Letter]:
    """One letter for each report with violations, of one unit or year only, if given; a Complaint if no report is of that unit."""
    ledger = Ledger(Home(path.parent).decisions)
    with published(path) as connection:
        letters = _letters(connection, ledger, unit, year)
        known = connection.execute("select 1 from fct_reports where $1 in ('', unit_code, unit_name) limit 1", [unit]).fetchone()
    if not known:
        raise Complaint(message("letter.no_unit", unit=unit), 2)
    return letters


def _letters(connection: Any, ledger: Ledger, unit: str, year: int) -> list[Letter]:
    """What is asked: violations on which nobody decided until now, and not those that only a correction of ours makes."""
    found = connection.execute(
        f"select r.unit_code, r.unit_name, r.report_year, r.file, {', '.join(f'e.{c}' for c in COLUMNS)} from fct_reports as r"
        " join expectation_results as e using (report_id) where r.is_current and e.status in ('failed', 'explained', 'waived')"
        " and e.severity <> 'hint' and r.unit_code is not null and e.suite is distinct from 'corrections'"
        " and r.report_year is not null and ($1 = '' or r.unit_code = $1 or r.unit_name = $1) and ($2 = 0 or r.report_year = $2)"
        " order by r.unit_code, r.report_year, r.report_id, e.severity, e.rule_id",
        [unit, year],
    ).fetchall()
    corrections = read_corrections(connection)
    asked: dict[tuple[str, str, int, str], list[Asked]] = {}
    for code, name, at, file, *values in found:
        row = {"unit_code": code, "report_year": at, **dict(zip(COLUMNS, values, strict=True))}
        if ledger.status(row)[0] == "failed" and (code, at, row["rule_id"]) not in corrections.ours:
            note = corrections.note((code, at), row["rule_id"])
            text = Text((row["message_zh"] or "") + note.zh, (row["message_en"] or "") + note.en)
            asked.setdefault((code, name, at, file), []).append(Asked(row["rule_id"], row["left_sum"], row["right_sum"], text))
    known = remedies(connection, [(code, at) for code, _, at, _ in asked], corrections)
    unknown = Remedy(Facts({}, {}), None)
    return [Letter(*whose, asked[whose], known.get((whose[0], whose[2]), unknown), corrections) for whose in asked]
