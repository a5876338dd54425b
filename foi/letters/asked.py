"""What a unit is asked about its report: the violations nobody decided on, the likely repair, and which numbers are our corrections."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from expectations.decisions import Ledger
from expectations.judge.problems import Problem
from expectations.judge.rules import Facts
from expectations.messages import plain
from foi.answer.remedy import Corrections, Remedy, read_corrections, remedies
from foi.letters.ledger import Question, ToWrite
from foi.messages import Complaint, message
from foi.published import published
from ingest.home import Home
from ingest.units.within import within
from ingest.words.language import Text

COLUMNS = ("rule_id", "severity", "left_sum", "right_sum", "message_zh", "message_en")
# The cells without a number that a unit may fill in, by the report and the table that lacks them.
LACKING = (
    "select r.unit_code, r.report_year, concat('incomplete.', c.table_name), c.code, c.state, c.form from fct_cells as c"
    " join fct_reports as r using (report_id) where r.is_current and c.value is null and c.form is not null and c.state <> 'not_asked'"
    " and ($1 = '' or r.unit_code = $1 or r.unit_name = $1) and ($2 = 0 or r.report_year = $2)"
)
Lacking = dict[str, dict[str, tuple[str, str]]]  # by rule, by cell: what stands there instead of a number, and its form
Whose = tuple[str, str, int, str, str]  # code and name of the unit, year, file, report


@dataclass(frozen=True, slots=True)
class Asked:
    """A violation that a unit is asked about: both sides of its rule, and its sentence with what we corrected beside it."""

    rule_id: str
    left: Decimal | None
    right: Decimal | None
    text: Text

    @property
    def question(self) -> Question:
        """What is kept of it."""
        return Question(self.rule_id, plain(self.left), plain(self.right))


@dataclass(frozen=True)
class Letter:
    """What a unit is asked about one report; `lacking` are the cells without a number, by the rule that says so, with their form."""

    unit_code: str
    unit_name: str
    report_year: int
    file: str
    report_id: str
    violations: list[Asked]
    remedy: Remedy
    corrections: Corrections
    lacking: Lacking = field(default_factory=dict)

    @property
    def report(self) -> tuple[str, int]:
        """The unit and the year."""
        return self.unit_code, self.report_year

    @property
    def rule_ids(self) -> list[str]:
        """The rules that fail."""
        return [v.rule_id for v in self.violations]

    @cached_property
    def problems(self) -> dict[str, Problem]:
        """For each rule that fails the problem it belongs to, where its numbers are known."""
        return {v.rule_id: p for p in self.remedy.problems(self.rule_ids) for v in p.violations}

    @property
    def to_write(self) -> ToWrite:
        """What is kept of the letter when it is written."""
        return ToWrite(self.unit_code, self.unit_name, self.report_year, tuple(v.question for v in self.violations))


@dataclass(frozen=True, slots=True)
class Whom:
    """Which letters are meant: of one unit (its code or name), of the units in an area (its code), of one year, of these reports; empty: all."""

    unit: str = ""
    year: int = 0
    area: str = ""
    reports: frozenset[tuple[str, int]] = frozenset()

    def means(self, unit_code: str, year: int) -> bool:
        """Whether a report is meant, as far as the query did not say so."""
        return within(unit_code, self.area) and (not self.reports or (unit_code, year) in self.reports)


def letters_to_send(path: Path, whom: Whom) -> list[Letter]:
    """One letter for each report with violations that is meant; a Complaint if no report is of that unit."""
    with published(path) as connection:
        corrections = read_corrections(connection)
        asked = _asked(connection, Ledger(Home(path.parent).decisions), whom, corrections)
        known = connection.execute(
            "select 1 from fct_reports where $1 in ('', unit_code, unit_name) limit 1", [whom.unit]
        ).fetchone()
        if not known:
            raise Complaint(message("letter.no_unit", unit=whom.unit), 2)
        found = remedies(connection, [(code, at) for code, _, at, *_ in asked], corrections)
        lacking = _lacking(connection, whom)
    unknown = Remedy(Facts({}, {}), None)
    return [
        Letter(*whose, asked[whose], found.get((whose[0], whose[2]), unknown), corrections, lacking.get((whose[0], whose[2]), {}))
        for whose in asked
    ]


def open_questions(path: Path, whom: Whom) -> dict[tuple[str, int], list[Question]]:
    """What is still to be asked of each report that has anything: cheap, for nothing is computed."""
    with published(path) as connection:
        asked = _asked(connection, Ledger(Home(path.parent).decisions), whom, read_corrections(connection))
    return {(code, at): [v.question for v in found] for (code, _, at, *_), found in asked.items()}


def _asked(connection: Any, ledger: Ledger, whom: Whom, corrections: Corrections) -> dict[Whose, list[Asked]]:
    """Violations on which nobody decided until now, and not those that only a correction of ours makes."""
    found = connection.execute(
        f"select r.unit_code, r.unit_name, r.report_year, r.file, r.report_id, {', '.join(f'e.{c}' for c in COLUMNS)} from fct_reports as r"
        " join expectation_results as e using (report_id) where r.is_current and e.status in ('failed', 'explained', 'waived')"
        " and e.severity <> 'hint' and r.unit_code is not null and e.suite is distinct from 'corrections'"
        " and r.report_year is not null and ($1 = '' or r.unit_code = $1 or r.unit_name = $1) and ($2 = 0 or r.report_year = $2)"
        " order by r.unit_code, r.report_year, r.report_id, e.severity, e.rule_id",
        [whom.unit, whom.year],
    ).fetchall()
    asked: dict[Whose, list[Asked]] = {}
    for code, name, at, file, report_id, *values in found:
        row = {"unit_code": code, "report_year": at, **dict(zip(COLUMNS, values, strict=True))}
        if not whom.means(code, at) or ledger.status(row)[0] != "failed" or (code, at, row["rule_id"]) in corrections.ours:
            continue
        note = corrections.note((code, at), row["rule_id"])
        text = Text((row["message_zh"] or "") + note.zh, (row["message_en"] or "") + note.en)
        asked.setdefault((code, name, at, file, report_id), []).append(
            Asked(row["rule_id"], row["left_sum"], row["right_sum"], text)
        )
    return asked


def _lacking(connection: Any, whom: Whom) -> dict[tuple[str, int], Lacking]:
    found: dict[tuple[str, int], Lacking] = {}
    for unit, year, rule_id, code, state, form in connection.execute(LACKING, [whom.unit, whom.year]).fetchall():
        found.setdefault((unit, year), {}).setdefault(rule_id, {})[code] = (state, form)
    return found
