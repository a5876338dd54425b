"""`foi check`: is this draft right? Every rule, the likely repair, and the verdict, as one value; records, sentences and page show it."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from expectations.judge.cause import Cause, causes
from expectations.judge.edits import Repair
from expectations.judge.problems import SEVERITIES, Problem, problems
from expectations.judge.repair import repairs
from expectations.judge.rules import Facts, facts_of, judge
from expectations.judge.verdict import Verdict, verdict
from expectations.judgment import Judgment
from foi.draft.conclusion import EXIT, Conclusion, conclude, disputes, refused
from foi.draft.gaps import Gap, gaps_of, is_told
from foi.messages import Complaint, message
from ingest.handed_in.archive import is_archive
from ingest.home import Home
from ingest.model import Hints, Issue, Report
from ingest.pipeline import ingest_bytes
from ingest.units.known import registry_of
from ingest.words.issues import why

NOT_READ = 3  # the exit code of a file that cannot be read or is no report


@dataclass(frozen=True)
class Checked:
    """A report with what every rule says of it, what fails by cause (printed sums first), the repairs proposed, what is missing, the verdict.

    A file that is no report, or cannot be read, has nothing but the verdict; the report says why.
    """

    report: Report
    conclusion: Conclusion
    judgments: tuple[Judgment, ...] = ()
    problems: tuple[Problem, ...] = ()
    proposals: tuple[Repair, ...] = ()
    causes: tuple[Cause, ...] = ()
    gaps: tuple[Gap, ...] = ()
    knows_last_year: bool = False

    @property
    def is_refused(self) -> bool:
        """Whether there is no report that could be judged."""
        return self.report.state != "loaded"

    @property
    def exit_code(self) -> int:
        """0 right, 1 wrong or not to be judged because something is missing, 3 the file cannot be read or is no report."""
        return NOT_READ if self.is_refused else EXIT[self.conclusion.verdict]

    @property
    def violations(self) -> list[Judgment]:
        """The rules that fail, in the order of the problems they belong to."""
        return [v for p in self.problems for v in p.violations]

    @property
    def issues(self) -> list[Issue]:
        """What was noticed in reading and is said by no rule and no gap already."""
        return issues_left(self.report, self.violations)

    def options(self, violation: Judgment) -> list[Repair]:
        """The proposals that touch the cells of a violation."""
        return proposals_for(violation, self.proposals)

    def blame(self, violation: Judgment) -> Verdict:
        """Whose fault a printed sum probably is, by the best repair that touches it."""
        return verdict(violation, next(iter(self.options(violation)), ()), self.report)


def check_file(path: Path, home: Path, hints: Hints | None = None) -> Checked:
    """Read a draft and judge it; `hints` name unit and year where the draft does not."""
    return check_bytes(_content(path), str(path), home, hints)


def check_bytes(data: bytes, name: str, home: Path, hints: Hints | None = None) -> Checked:
    """The same for a draft that lies in no folder; `name` is what its file is called."""
    if is_archive(data):
        raise Complaint(message("check.archive", path=name), 2)
    report = _read_bytes(data, name, home, hints or Hints())
    return check_report(report, home) if report.state == "loaded" else Checked(report, refused())


def check_report(report: Report, home: Path) -> Checked:
    """Judge a report by every rule, with last year's report where the warehouse has it."""
    unit = registry_of(Home(home)).by_code(report.unit_code) if report.unit_code else None
    facts, before = facts_of(report, unit.level if unit else ""), last_year(home, report)
    judgments = judge(facts, before)
    violations = sorted(
        (j for j in judgments if j.result == "fail"),
        key=lambda v: (
            not disputes(v),
            not v.is_printed,
            SEVERITIES.index(v.severity),
        ),  # whose numbers they are, before what they are
    )
    proposals = repairs(facts, before)
    found_causes = causes(proposals[0], facts, before) if proposals else []
    by_cause, gaps = problems(violations, found_causes, facts, before), gaps_of(report)
    misread = {
        v.rule_id
        for v in violations
        if v.is_printed and verdict(v, next(iter(proposals_for(v, proposals)), ()), report) == "extraction"
    }
    conclusion = conclude(by_cause, gaps, misread, len(issues_left(report, violations)))
    found = (tuple(judgments), tuple(by_cause), tuple(proposals), tuple(found_causes), tuple(gaps))
    return Checked(report, conclusion, *found, before is not None)


def last_year(home: Path, report: Report) -> Facts | None:
    """The unit's report of the year before, if the warehouse has it."""
    path = home / "published.duckdb"
    if not (path.is_file() and report.unit_code and report.report_year):
        return None
    from foi.published import published
    from foi.published.numbers import last_numbers

    with published(path) as connection:
        rows = last_numbers(connection, report.unit_code, report.report_year)
    return Facts({}, {code: Decimal(value) for code, _, value in rows}) if rows else None


def proposals_for(violation: Judgment, proposals: Sequence[Repair]) -> list[Repair]:
    """The proposals that touch the cells of a violation; none where it is about no printed sum."""
    return [r for r in proposals if any(e.code in violation.cells for e in r)] if violation.is_printed else []


def issues_left(report: Report, violations: Sequence[Judgment]) -> list[Issue]:
    """What was noticed in reading and is told by no violation and by no gap."""
    told = {v.rule_id.partition(".")[2] for v in violations}
    return [i for i in report.issues if i.severity != "hint" and i.code not in told and not is_told(i)]


def _content(path: Path) -> bytes:
    """What is in the file; what is no single file is a Complaint."""
    if path.is_dir():
        raise Complaint(message("check.folder", path=path), 2)
    if not path.is_file():
        raise Complaint(message("error.no_such_path", path=path), 2)
    try:
        return path.read_bytes()
    except OSError as error:
        raise Complaint(message("error.cannot_open", path=path, reason=why(error)), NOT_READ) from error


def _read_bytes(data: bytes, name: str, home: Path, hints: Hints) -> Report:
    registry = registry_of(Home(home))
    with tempfile.TemporaryDirectory(prefix="foi-") as scratch:
        try:
            return ingest_bytes(data, name, hints, registry, Path(scratch))
        except Exception as error:  # a fault of ours is told as one; the clerk gets a sentence
            reason = Issue("reader_failed", "error", "", f"{type(error).__name__}: {error}"[:300])
            return Report(name, "", "", "quarantined", reason)
