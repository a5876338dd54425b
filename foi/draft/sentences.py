"""What `foi check` found, in sentences for a person: problems by cause, repairs, what is missing, the verdict at the end."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from expectations.judge.cause import cause_text
from expectations.judge.edits import Edit, Repair
from expectations.judge.problems import Problem
from expectations.messages import cell_text, plain, violation_text
from foi.draft.check import Checked
from foi.draft.gap_sentences import gap_lines
from foi.messages import message
from ingest.model import Report
from ingest.words.issues import issue_text

NAMED = 3  # violations of one problem that are told one by one; the page and --json hold all


@dataclass(frozen=True, slots=True)
class ToldProblem:
    """A problem in words: what its violations have in common (nothing where it is one), each of them, their law, the cause, whose fault."""

    severity: str
    common: str
    sentences: tuple[str, ...]
    laws: tuple[str, ...]
    cause: str
    blames: tuple[str, ...]


def refused_lines(path: Path, report: Report) -> list[str]:
    """Why a file that is no report, or cannot be read, was not checked."""
    return [message("check.refused", file=path, reason=issue_text(report.reason) if report.reason else "")]


def identity_line(report: Report) -> str:
    """The unit and the year of a report, as far as they are known."""
    unknown = message("read.unknown")
    names = {"unit": report.unit_name or unknown, "code": report.unit_code or unknown}
    return message("read.identity", **names, year=report.report_year or unknown)


def check_lines(path: Path, checked: Checked) -> list[str]:
    """A draft in sentences, all but the verdict."""
    lines = [message("check.file", file=path), identity_line(checked.report)]
    for problem in checked.problems:
        lines += ["", *_problem_lines(problem, checked)]
    if checked.proposals:
        lines += ["", message("check.repairs")]
        lines += [f"  {n}. {repair}" for n, repair in enumerate(repair_sentences(checked), 1)]
    elif any(v.is_printed for v in checked.violations):
        lines += ["", message("check.no_repair")]
    lines += gap_lines(checked.gaps, checked.report)
    issues = checked.issues
    lines += ["", message("check.issues"), *(f"  ! {issue_text(issue).shown}" for issue in issues)] if issues else []
    lines += ["", summary_line(checked)]
    return lines if checked.knows_last_year else [*lines, message("check.no_last_year")]


def problem_sentences(problem: Problem, checked: Checked) -> list[str]:
    """The cause of several violations, and each of them."""
    sentences = [violation_text(v, checked.report).shown for v in problem.violations]
    return [cause_text(problem.cause).shown, *sentences] if problem.cause and len(sentences) > 1 else sentences


def told_problem(problem: Problem, checked: Checked) -> ToldProblem:
    """A problem in the words of this reader."""
    blamed = [checked.blame(v) for v in problem.violations if v.is_printed]
    return ToldProblem(
        problem.severity,
        _common(problem) if len(problem.violations) > 1 else "",
        tuple(violation_text(v, checked.report).shown for v in problem.violations),
        tuple(dict.fromkeys(v.law for v in problem.violations)),
        cause_text(problem.cause).shown if problem.cause else "",
        tuple(message(f"check.{blame}").strip() for blame in dict.fromkeys(blamed)),
    )


def repair_sentences(checked: Checked) -> list[str]:
    """The changes of each repair that is proposed, the smallest first."""
    return [_changes(repair, checked) for repair in checked.proposals]


def summary_line(checked: Checked) -> str:
    """How many rules hold, how many do not, and how many lack a number."""
    held = sum(j.result == "pass" for j in checked.judgments)
    missing = sum(j.result == "not_assessable" and j.is_printed for j in checked.judgments)
    return message("check.summary", held=held, failed=len(checked.violations), open=missing)


def _problem_lines(problem: Problem, checked: Checked) -> list[str]:
    """A problem in words: the cause first where it explains several violations, then the violations."""
    told = told_problem(problem, checked)
    mark, named = message(f"check.{told.severity}"), told.sentences[:NAMED]
    lines = [f"{mark}{told.common}", *(f"  - {s}" for s in named)] if told.common else [f"{mark}{named[0]}"]
    left = len(told.sentences) - len(named)
    lines += [message("check.more_violations", n=left)] if left else []
    lines += [f"    {message('check.law', law=law)}" for law in told.laws]
    lines += [f"    {message('check.cause', cause=told.cause)}"] if told.cause else []
    return [*lines, *(f"    {blame}" for blame in told.blames)]


def _common(problem: Problem) -> str:
    """What several violations have in common: the cause, one change that puts all right, or the rule."""
    n = len(problem.violations)
    if problem.cause:
        return message("check.one_cause", n=n, cause=cause_text(problem.cause))
    return (
        message("check.one_change", n=n) if problem.edits else message("check.one_rule", n=n, rule=problem.violations[0].meaning)
    )


def _changes(repair: Repair, checked: Checked) -> str:
    """The changes of a repair; those that have a cause stand together, after it."""
    groups = [(c.cause, c.edits) for c in checked.causes if set(c.edits) <= set(repair)] or [("", repair)]
    known = {edit for _, edits in groups for edit in edits}
    groups += [("", tuple(e for e in repair if e not in known))]
    between = message("gap.semicolon")
    parts = []
    for cause, edits in ((cause, edits) for cause, edits in groups if edits):
        changes = between.join(_change(e, checked.report) for e in edits)
        parts.append(message("check.after_cause", cause=cause_text(cause), changes=changes) if cause else changes)
    return between.join(parts)


def _change(edit: Edit, report: Report) -> str:
    cell = cell_text(edit.code, report.forms.get(edit.code.split(".")[0]))
    return message("check.change", cell=cell, code=edit.code, before=plain(edit.before), after=plain(edit.after))
