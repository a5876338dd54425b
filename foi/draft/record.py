"""A draft as a program reads it (`foi check --json`, `foi read --json`): every text in both languages."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from expectations.judge.cause import cause_of, cause_text
from expectations.judge.edits import Repair
from expectations.judge.problems import Problem
from expectations.judgment import Judgment
from expectations.messages import plain, violation_text
from foi.draft.check import Checked
from foi.draft.gaps import BLANK, DASH, UNREAD, Gap
from ingest.model import Issue, Report
from ingest.words.issues import issue_texts
from ingest.words.language import Text
from ingest.words.places import place_text

EMPTY = Text("", "")


def check_record(checked: Checked) -> dict[str, Any]:
    """A draft with its verdict, what fails and by which cause, and what is missing."""
    report, end = checked.report, checked.conclusion
    verdict = {"verdict": end.verdict, **_languages("verdict", end.text)}
    if checked.is_refused:
        reason = issue_texts(report.reason) if report.reason else _languages("message", EMPTY)
        return {"file": report.file, "state": report.state, **verdict, "reason": reason}
    return {
        "file": report.file,
        "state": report.state,
        **verdict,
        "unit_code": report.unit_code,
        "report_year": report.report_year,
        "forms": report.forms,
        "problems": [_problem(p) for p in checked.problems],
        "violations": [_violation(v, checked) for v in checked.violations],
        "not_assessable": [
            {"rule": j.rule, "rule_id": j.rule_id, "missing": list(j.missing)}
            for j in checked.judgments
            if j.result == "not_assessable"
        ],
        "missing": [_gap(g) for g in checked.gaps],
        "empty_cells": [code for g in checked.gaps if g.kind in (BLANK, DASH) for code in g.codes],
        "unread_cells": [code for g in checked.gaps if g.kind == UNREAD for code in g.codes],
        "issues": [{"code": i.code, "severity": i.severity, **issue_texts(i)} for i in report.issues],
    }


def read_record(report: Report) -> dict[str, Any]:
    """A report as the one line of `foi read --json`."""
    return {
        "file": report.file,
        "document_id": report.document_id,
        "state": report.state,
        "reason": _issue(report.reason) if report.reason else None,
        "title": report.title,
        "forms": report.forms,
        "report_year": report.report_year,
        "unit_code": report.unit_code,
        "unit_name": report.unit_name,
        "published_on": report.published_on,
        "cells": [
            {
                "code": c.code,
                "state": c.state,
                "value": c.printed,
                "unit": c.unit,
                "raw": c.raw,
                "place": c.place,
                "match": c.match,
                "derivation": c.derivation,
            }
            for c in report.cells
        ],
        "counts": [{**asdict(c), "value": f"{c.value.normalize():f}"} for c in report.counts],
        "candidates": [asdict(c) for c in report.candidates],
        "issues": [_issue(i) for i in report.issues],
    }


def _languages(name: str, text: Text) -> dict[str, str]:
    return {f"{name}_zh": text.zh, f"{name}_en": text.en}


def _issue(issue: Issue) -> dict[str, str]:
    return {**asdict(issue), **issue_texts(issue)}


def _problem(problem: Problem) -> dict[str, Any]:
    """The violations of one cause, by their rules."""
    cause = {"cause": problem.cause, **_languages("cause", cause_text(problem.cause) if problem.cause else EMPTY)}
    rules = [v.rule_id for v in problem.violations]
    return {"severity": problem.severity, **cause, "rule_ids": rules, "repair": _edits(problem.edits)}


def _edits(repair: Repair) -> list[dict[str, str]]:
    return [{"code": e.code, "from": plain(e.before), "to": plain(e.after)} for e in repair]


def _violation(violation: Judgment, checked: Checked) -> dict[str, Any]:
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
        "verdict": checked.blame(violation),
        "repairs": [_edits(repair) for repair in checked.options(violation)],
        "cause": cause,
        **_languages("cause", cause_text(cause) if cause else EMPTY),
        **_languages("message", violation_text(violation, checked.report)),
        "law": violation.law,
    }


def _gap(gap: Gap) -> dict[str, object]:
    record: dict[str, object] = {"kind": gap.kind, "table": gap.table or None, "cells": list(gap.codes)}
    places = [{**place_text(p)._asdict(), "place": p} for p in gap.places]
    return record | {"places": places} | (issue_texts(gap.issue) | {"code": gap.issue.code} if gap.issue else {})
