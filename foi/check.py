"""`foi check`: is this draft right? Every rule in plain words, the likely repair, before the report is published."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from expectations.cause import Cause, cause_of, cause_words, causes
from expectations.edits import Repair
from expectations.judge import Facts, Finding, facts_of, judge
from expectations.messages import cell_words, plain, sentence
from expectations.repair import repairs
from expectations.verdict import verdict
from foi.blanks import empty_cells, empty_lines
from foi.messages import Complaint, say
from ingest import ingest_bytes
from ingest.archive import is_archive
from ingest.home import Home
from ingest.issues import issue_texts, why
from ingest.known_units import registry_of
from ingest.model import Hints, Report

ORDER = ("error", "warning", "hint")


def check_file(path: Path, home: Path, as_json: bool, page: Path | None = None, hints: Hints | None = None) -> tuple[str, int]:
    """What to print, and the exit code; `hints` name unit and year where the draft does not.

    0 fine, 1 a printed sum fails or a number is not possible, 3 the file cannot be read or is no report.
    """
    if path.is_dir():
        raise Complaint(say("check.folder", path=path), 2)
    if not path.is_file():
        raise Complaint(say("error.no_such_path", path=path), 2)
    data = path.read_bytes()
    if is_archive(data):
        raise Complaint(say("check.archive", path=path), 2)
    with tempfile.TemporaryDirectory(prefix="foi-") as scratch:
        registry = registry_of(Home(home))
        report = ingest_bytes(data, str(path), hints or Hints(), registry, Path(scratch))
    if report.state != "loaded":
        reason = issue_texts(report.reason) if report.reason else {"message_zh": "", "message_en": ""}
        said = {"file": str(path), "state": report.state, "reason": reason}
        text = say("check.refused", file=path, zh=reason["message_zh"], en=reason["message_en"])
        return json.dumps(said, ensure_ascii=False) if as_json else text, 3
    checked = check_report(report, home)
    if page:
        from foi.marked import write_marked

        try:
            write_marked(page, report, checked.failed, checked.proposals)
        except OSError as error:
            raise Complaint(say("error.cannot_open", path=page, reason=why(error)), 2) from error
    exit_code = 1 if any(_must_be_corrected(f) for f in checked.failed) else 0
    if as_json:
        return json.dumps(_record(checked), ensure_ascii=False), exit_code
    lines = [*_words(path, checked), *([say("check.page", page=page)] if page else []), _result(checked)]
    return "\n".join(lines), exit_code


@dataclass(frozen=True)
class Checked:
    """A report with what every rule says of it, what fails (printed sums first), the repairs proposed, and why sums fail."""

    report: Report
    findings: list[Finding]
    failed: list[Finding]
    proposals: list[Repair]
    causes: list[Cause]
    knows_last_year: bool


def _must_be_corrected(finding: Finding) -> bool:
    """A printed sum that fails, or a number that cannot be; what does not fit last year may be last year's fault."""
    return finding.is_printed or (finding.severity == "error" and finding.kind == "signal")


def check_report(report: Report, home: Path) -> Checked:
    """Judge a report by every rule, with last year's report where the warehouse has it."""
    unit = registry_of(Home(home)).by_code(report.unit_code) if report.unit_code else None
    facts, before = facts_of(report, unit.level if unit else ""), last_year(home, report)
    findings = judge(facts, before)
    failed = sorted((f for f in findings if f.result == "fail"), key=lambda f: (not f.is_printed, ORDER.index(f.severity)))
    proposals = repairs(facts, before)
    why_so = causes(proposals[0], facts, before) if proposals else []
    return Checked(report, findings, failed, proposals, why_so, before is not None)


def last_year(home: Path, report: Report) -> Facts | None:
    """The unit's report of the year before, if the warehouse has it."""
    path = home / "published.duckdb"
    if not (path.is_file() and report.unit_code and report.report_year):
        return None
    from foi.numbers import last_numbers
    from foi.published import published

    with published(path) as connection:
        rows = last_numbers(connection, report.unit_code, report.report_year)
    return Facts({}, {code: Decimal(value) for code, _, value in rows}) if rows else None


def _row(finding: Finding, report: Report) -> dict[str, Any]:
    """The finding as a row of the sentences."""
    sums: dict[str, Any] = {"left_sum": finding.left, "right_sum": finding.right}
    if finding.left is not None and finding.right is not None:
        sums["difference"] = finding.left - finding.right
    who = {"unit_name": report.unit_name, "report_year": report.report_year, "form": finding.form}
    words = {"found": finding.found, "expected": finding.expected, "code": finding.cells[0] if finding.cells else ""}
    return {**who, "rule": finding.rule, "rule_id": finding.rule_id, **words, **sums}


def said(finding: Finding, report: Report) -> tuple[str, str]:
    """A finding as one sentence in Chinese and one in English."""
    return sentence(finding.kind, _row(finding, report))


def _of(finding: Finding, proposals: list[Repair]) -> list[Repair]:
    """The proposals that touch the finding's cells."""
    return [r for r in proposals if any(e.code in finding.cells for e in r)] if finding.is_printed else []


def _record(checked: Checked) -> dict[str, Any]:
    report = checked.report
    return {
        "file": report.file,
        "state": report.state,
        "unit_code": report.unit_code,
        "report_year": report.report_year,
        "forms": report.forms,
        "violations": [_violation(f, checked) for f in checked.failed],
        "not_assessable": [
            {"rule": f.rule, "rule_id": f.rule_id, "missing": list(f.missing)}
            for f in checked.findings
            if f.result == "not_assessable"
        ],
        "empty_cells": [code for codes in empty_cells(checked.report).values() for code in codes],
        "issues": [{"code": i.code, "severity": i.severity, **issue_texts(i)} for i in report.issues],
    }


def _violation(finding: Finding, checked: Checked) -> dict[str, Any]:
    options = _of(finding, checked.proposals)
    zh, en = said(finding, checked.report)
    known = finding.left is not None and finding.right is not None
    cause = cause_of(finding, checked.causes)
    return {
        "rule": finding.rule,
        "rule_id": finding.rule_id,
        "severity": finding.severity,
        "left": plain(finding.left),
        "right": plain(finding.right),
        "difference": plain((finding.left or 0) - (finding.right or 0)) if known else "",
        "cells": list(finding.cells),
        "verdict": verdict(finding, next(iter(options), ()), checked.report),
        "repairs": [[{"code": e.code, "from": plain(e.before), "to": plain(e.after)} for e in repair] for repair in options],
        "cause": cause,
        **dict(zip(("cause_zh", "cause_en"), cause_words(cause) if cause else ("", ""), strict=True)),
        "message_zh": zh,
        "message_en": en,
        "law": finding.law,
    }


def _words(path: Path, checked: Checked) -> list[str]:
    report, none = checked.report, say("read.unknown")
    who = say("read.identity", unit=report.unit_name or none, code=report.unit_code or none, year=report.report_year or none)
    lines = [say("check.file", file=path), who]
    for finding in checked.failed:
        zh, en = said(finding, report)
        lines += ["", f"{say(f'check.{finding.severity}')} {zh}", f"    {en}", say("check.law", law=finding.law)]
        cause = cause_of(finding, checked.causes)
        lines += [say("check.cause", cause=cause_words(cause))] if cause else []
        best = next(iter(_of(finding, checked.proposals)), ())
        lines += [say(f"check.{verdict(finding, best, report)}")] if finding.is_printed else []
    if checked.proposals:
        lines += ["", say("check.repairs")]
        lines += [f"  {n}. {_change(repair, report)}" for n, repair in enumerate(checked.proposals, 1)]
    elif any(f.is_printed for f in checked.failed):
        lines += ["", say("check.no_repair")]
    issues = _issues(checked)
    lines += ["", say("check.issues")] if issues else []
    for texts in issues:
        lines += [f"  ! {texts['message_zh']}", f"    {texts['message_en']}"]
    empty = empty_lines(report)
    lines += ["", say("check.empty"), *(f"  {line}" for line in empty)] if empty else []
    held = sum(f.result == "pass" for f in checked.findings)
    missing = sum(f.result == "not_assessable" and f.is_printed for f in checked.findings)
    lines += ["", say("check.summary", held=held, failed=len(checked.failed), open=missing)]
    return lines if checked.knows_last_year else [*lines, say("check.no_last_year")]


def _issues(checked: Checked) -> list[dict[str, str]]:
    """What was noticed and is not said by a rule already."""
    said = {f.rule_id.partition(".")[2] for f in checked.failed}
    return [issue_texts(i) for i in checked.report.issues if i.severity != "hint" and i.code not in said]


def _result(checked: Checked) -> str:
    if any(f.is_printed for f in checked.failed):
        return say("check.wrong")
    if any(_must_be_corrected(f) for f in checked.failed):
        return say("check.wrong_number")
    if empty_cells(checked.report):
        return say("check.incomplete")
    return say("check.doubts" if checked.failed or _issues(checked) else "check.fine")


def _change(repair: Repair, report: Report) -> str:
    forms = {table: form for table, form in report.forms.items()}
    parts = []
    for edit in repair:
        place = cell_words(edit.code, forms.get(edit.code.split(".")[0]), "zh")
        parts.append(say("check.change", cell=place, code=edit.code, before=plain(edit.before), after=plain(edit.after)))
    return "；".join(parts)
