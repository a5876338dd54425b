"""`foi check`: is this draft right? Every rule in plain words, the likely repair, before the report is published."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from expectations.judge.cause import Cause, cause_of, cause_words, causes
from expectations.judge.edits import Edit, Repair
from expectations.judge.problems import SEVERITIES, Problem, problems
from expectations.judge.repair import repairs
from expectations.judge.rules import Facts, facts_of, judge
from expectations.judge.verdict import verdict
from expectations.judgment import Judgment
from expectations.messages import cell_words, plain, violation_text
from foi.draft.conclusion import EXIT, Conclusion, conclude
from foi.draft.gaps import BLANK, DASH, UNREAD, Gap, gap_lines, gap_record, gaps_of, is_told
from foi.messages import Complaint, message, template
from ingest.handed_in.archive import is_archive
from ingest.home import Home
from ingest.model import Hints, Issue, Report
from ingest.pipeline import ingest_bytes
from ingest.units.known import registry_of
from ingest.words.issues import issue_texts, why

NAMED = 3  # violations of one problem that are told one by one; the page and --json hold all


def check_file(path: Path, home: Path, as_json: bool, page: Path | None = None, hints: Hints | None = None) -> tuple[str, int]:
    """What to print, and the exit code; `hints` name unit and year where the draft does not.

    0 right, 1 wrong or not to be judged because something is missing, 3 the file cannot be read or is no report.
    """
    if page and page.resolve() == path.resolve():
        raise Complaint(message("check.page_is_draft", path=path), 2)
    report = _read(path, home, hints or Hints())
    if report.state != "loaded":
        return _refused(report, path, as_json), 3
    checked = check_report(report, home)
    if page:
        from foi.draft.marked_page import write_marked

        try:
            write_marked(page, checked)
        except OSError as error:
            raise Complaint(message("error.cannot_open", path=page, reason=why(error)), 2) from error
    exit_code = EXIT[checked.conclusion.verdict]
    if as_json:
        return json.dumps(_record(checked), ensure_ascii=False), exit_code
    end = [message("check.page", page=page)] if page else []
    return "\n".join([*_words(path, checked), *end, *_concluded(checked.conclusion)]), exit_code


def _read(path: Path, home: Path, hints: Hints) -> Report:
    """The draft as it was read; what is no single file is a Complaint."""
    if path.is_dir():
        raise Complaint(message("check.folder", path=path), 2)
    if not path.is_file():
        raise Complaint(message("error.no_such_path", path=path), 2)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Complaint(message("error.cannot_open", path=path, reason=why(error)), 3) from error
    if is_archive(data):
        raise Complaint(message("check.archive", path=path), 2)
    registry = registry_of(Home(home))
    with tempfile.TemporaryDirectory(prefix="foi-") as scratch:
        try:
            return ingest_bytes(data, str(path), hints, registry, Path(scratch))
        except Exception as error:  # a fault of ours is told as one; the clerk gets a sentence
            reason = Issue("reader_failed", "error", "", f"{type(error).__name__}: {error}"[:300])
            return Report(str(path), "", "", "quarantined", reason)


def _refused(report: Report, path: Path, as_json: bool) -> str:
    """Why a file that is no report, or cannot be read, was not checked."""
    reason = issue_texts(report.reason) if report.reason else {"message_zh": "", "message_en": ""}
    zh, en = template("check.verdict_refused") or ("", "")
    if as_json:
        said = {"verdict": "cannot_be_judged", "verdict_zh": zh, "verdict_en": en}
        return json.dumps({"file": str(path), "state": report.state, **said, "reason": reason}, ensure_ascii=False)
    return "\n".join([message("check.refused", file=path, zh=reason["message_zh"], en=reason["message_en"]), f"{zh} / {en}"])


@dataclass(frozen=True)
class Checked:
    """A report with what every rule says of it, what fails by cause (printed sums first), the repairs proposed, what is missing, the verdict."""

    report: Report
    violations: list[Judgment]
    problems: list[Problem]
    proposals: list[Repair]
    causes: list[Cause]
    gaps: list[Gap]
    conclusion: Conclusion
    knows_last_year: bool

    @property
    def failed(self) -> list[Judgment]:
        """The violations that fail, in the order of the problems they belong to."""
        return [f for p in self.problems for f in p.violations]


def check_report(report: Report, home: Path) -> Checked:
    """Judge a report by every rule, with last year's report where the warehouse has it."""
    unit = registry_of(Home(home)).by_code(report.unit_code) if report.unit_code else None
    facts, before = facts_of(report, unit.level if unit else ""), last_year(home, report)
    violations = judge(facts, before)
    failed = sorted((f for f in violations if f.result == "fail"), key=lambda f: (not f.is_printed, SEVERITIES.index(f.severity)))
    proposals = repairs(facts, before)
    why_so = causes(proposals[0], facts, before) if proposals else []
    found, gaps = problems(failed, why_so, facts, before), gaps_of(report)
    misread = {f.rule_id for f in failed if f.is_printed and _blame(f, proposals, report) == "extraction"}
    conclusion = conclude(found, gaps, misread, len(_issues(report, failed)))
    return Checked(report, violations, found, proposals, why_so, gaps, conclusion, before is not None)


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


def _of(violation: Judgment, proposals: list[Repair]) -> list[Repair]:
    """The proposals that touch the violation's cells."""
    return [r for r in proposals if any(e.code in violation.cells for e in r)] if violation.is_printed else []


def _blame(violation: Judgment, proposals: list[Repair], report: Report) -> str:
    """Whose fault a printed sum probably is, by the best repair that touches it."""
    return verdict(violation, next(iter(_of(violation, proposals)), ()), report)


def _record(checked: Checked) -> dict[str, Any]:
    report, end = checked.report, checked.conclusion
    return {
        "file": report.file,
        "state": report.state,
        "verdict": end.verdict,
        "verdict_zh": end.zh,
        "verdict_en": end.en,
        "unit_code": report.unit_code,
        "report_year": report.report_year,
        "forms": report.forms,
        "problems": [_problem(p) for p in checked.problems],
        "violations": [_violation(f, checked) for f in checked.failed],
        "not_assessable": [
            {"rule": f.rule, "rule_id": f.rule_id, "missing": list(f.missing)}
            for f in checked.violations
            if f.result == "not_assessable"
        ],
        "missing": [gap_record(g) for g in checked.gaps],
        "empty_cells": [code for g in checked.gaps if g.kind in (BLANK, DASH) for code in g.codes],
        "unread_cells": [code for g in checked.gaps if g.kind == UNREAD for code in g.codes],
        "issues": [{"code": i.code, "severity": i.severity, **issue_texts(i)} for i in report.issues],
    }


def _problem(problem: Problem) -> dict[str, Any]:
    """The violations of one cause, by their rules."""
    zh, en = cause_words(problem.cause) if problem.cause else ("", "")
    rules = [f.rule_id for f in problem.violations]
    told = {"severity": problem.severity, "cause": problem.cause, "cause_zh": zh, "cause_en": en, "rule_ids": rules}
    return {**told, "repair": _edits(problem.edits)}


def _edits(repair: Repair) -> list[dict[str, str]]:
    return [{"code": e.code, "from": plain(e.before), "to": plain(e.after)} for e in repair]


def _violation(violation: Judgment, checked: Checked) -> dict[str, Any]:
    options = _of(violation, checked.proposals)
    zh, en = violation_text(violation, checked.report)
    known = violation.left is not None and violation.right is not None
    cause = cause_of(violation, checked.causes)
    return {
        "rule": violation.rule,
        "rule_id": violation.rule_id,
        "severity": violation.severity,
        "left": plain(violation.left),
        "right": plain(violation.right),
        "difference": plain((violation.left or 0) - (violation.right or 0)) if known else "",
        "cells": list(violation.cells),
        "verdict": _blame(violation, checked.proposals, checked.report),
        "repairs": [_edits(repair) for repair in options],
        "cause": cause,
        **dict(zip(("cause_zh", "cause_en"), cause_words(cause) if cause else ("", ""), strict=True)),
        "message_zh": zh,
        "message_en": en,
        "law": violation.law,
    }


def _words(path: Path, checked: Checked) -> list[str]:
    report, none = checked.report, message("read.unknown")
    who = message("read.identity", unit=report.unit_name or none, code=report.unit_code or none, year=report.report_year or none)
    lines = [message("check.file", file=path), who]
    for problem in checked.problems:
        lines += ["", *_told(problem, checked)]
    if checked.proposals:
        lines += ["", message("check.repairs")]
        lines += [f"  {n}. {_change(repair, checked)}" for n, repair in enumerate(checked.proposals, 1)]
    elif any(f.is_printed for f in checked.failed):
        lines += ["", message("check.no_repair")]
    lines += gap_lines(checked.gaps, report)
    issues = _issues(report, checked.failed)
    lines += ["", message("check.issues")] if issues else []
    for texts in issues:
        lines += [f"  ! {texts['message_zh']}", f"    {texts['message_en']}"]
    held = sum(f.result == "pass" for f in checked.violations)
    missing = sum(f.result == "not_assessable" and f.is_printed for f in checked.violations)
    lines += ["", message("check.summary", held=held, failed=len(checked.failed), open=missing)]
    return lines if checked.knows_last_year else [*lines, message("check.no_last_year")]


def _told(problem: Problem, checked: Checked) -> list[str]:
    """A problem in words: the cause first where it explains several violations, then the violations."""
    report, mark = checked.report, message(f"check.{problem.severity}")
    n, cause = len(problem.violations), cause_words(problem.cause) if problem.cause else None
    lines = [f"{mark} {_together(problem)}"] if n > 1 else []
    for violation in problem.violations[:NAMED]:
        zh, en = violation_text(violation, report)
        lines += [f"  - {zh}", f"    {en}"] if n > 1 else [f"{mark} {zh}", f"    {en}"]
    lines += [message("check.more_findings", n=n - NAMED)] if n > NAMED else []
    lines += [message("check.law", law=law) for law in dict.fromkeys(f.law for f in problem.violations)]
    lines += [message("check.cause", cause=cause)] if cause else []
    blamed = [_blame(f, checked.proposals, report) for f in problem.violations if f.is_printed]
    return lines + [message(f"check.{blame}") for blame in dict.fromkeys(blamed)]


def _together(problem: Problem) -> str:
    """What several violations have in common: the cause, one change that puts all right, or the rule."""
    n, first = len(problem.violations), problem.violations[0]
    if problem.cause:
        return message("check.one_cause", n=n, cause=cause_words(problem.cause))
    return message("check.one_change", n=n) if problem.edits else message("check.one_rule", n=n, rule=(first.zh, first.en))


def _issues(report: Report, failed: list[Judgment]) -> list[dict[str, str]]:
    """What was noticed in reading and is said by no rule and no gap already."""
    said = {f.rule_id.partition(".")[2] for f in failed}
    return [issue_texts(i) for i in report.issues if i.severity != "hint" and i.code not in said and not is_told(i)]


def _concluded(end: Conclusion) -> list[str]:
    return ["", f"{end.zh} / {end.en}"]


def _change(repair: Repair, checked: Checked) -> str:
    """The changes of a repair; those that have a cause stand together, after it."""
    groups = [(c.cause, c.edits) for c in checked.causes if set(c.edits) <= set(repair)] or [("", repair)]
    known = {edit for _, edits in groups for edit in edits}
    groups += [("", tuple(e for e in repair if e not in known))]
    parts = []
    for cause, edits in groups:
        named = f"{cause_words(cause)[0]}：" if cause else ""
        parts += [named + "；".join(_edit(e, checked.report) for e in edits)] if edits else []
    return "；".join(parts)


def _edit(edit: Edit, report: Report) -> str:
    place = cell_words(edit.code, report.forms.get(edit.code.split(".")[0]), "zh")
    return message("check.change", cell=place, code=edit.code, before=plain(edit.before), after=plain(edit.after))
