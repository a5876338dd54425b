"""`foi read`: what a file holds, without a warehouse."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from foi.messages import Complaint, message
from ingest.handed_in.folder import entries
from ingest.home import Home
from ingest.landing.inbox import Input
from ingest.landing.reading import read_reports
from ingest.model import Hints, Report
from ingest.units.known import registry_of
from ingest.words.issues import issue_texts, why
from ingest.words.places import place_text

if TYPE_CHECKING:
    from expectations.judgment import Judgment


def read_files(files: list[Path], as_json: bool, home: Path | None = None) -> int:
    """Print each file: one JSON line, or words for a person. The units of a home folder are known, if there is one.

    Returns 0 fine, 1 if a printed sum fails or something was set aside, 3 if nothing could be read.
    """
    for path in files:
        if not path.exists():
            raise Complaint(message("error.no_such_path", path=path), 2)
    states, fails = [], False
    with tempfile.TemporaryDirectory(prefix="foi-") as scratch:
        try:
            inputs = [part for item in _inputs(files) for part in item.unpacked(Path(scratch))]
        except OSError as error:
            raise Complaint(message("error.cannot_open", path=error.filename, reason=why(error)), 3) from error
        for report in read_reports(inputs, Path(scratch), registry_of(Home(home)) if home else None):
            print(json.dumps(as_record(report), ensure_ascii=False) if as_json else describe(report), flush=True)
            states.append(report.state)
            fails = fails or any(f.result == "fail" for f in _printed(report))
    if "loaded" not in states:
        return 3
    return 1 if fails or "quarantined" in states else 0


def _inputs(files: list[Path]) -> list[Input]:
    """The files given, and those of the folders given; what no person put into a folder is passed over."""
    found = [(f, e) for f in files if f.is_dir() for e in entries(f) if not e.is_passed_over]
    inside = [Input(e.path, str(f / e.name), Hints(), e.problem) for f, e in found]
    return [*(Input(f, str(f), Hints()) for f in files if not f.is_dir()), *inside]


def as_record(report: Report) -> dict[str, Any]:
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


def _printed(report: Report) -> list[Judgment]:
    """What each sum printed in the forms of a report says of it."""
    from expectations.judge.rules import facts_of, judge

    return [f for f in judge(facts_of(report)) if f.is_printed] if report.state == "loaded" else []


def _sums(report: Report) -> list[str]:
    """The printed sums: which do not hold, in words, and how many miss a number."""
    from expectations.messages import violation_text

    violations = _printed(report)
    lines = []
    for f in (f for f in violations if f.result == "fail"):
        zh, en = violation_text(f, report)
        lines += [f"  ! {zh}", f"    {en}"]
    came = Counter(f.result for f in violations)
    counts = {"held": came["pass"], "failed": came["fail"], "open": came["not_assessable"]}
    return [message("read.sums", **counts), *lines] if report.forms else []


def _issue(issue: Any) -> dict[str, str]:
    return {**asdict(issue), **issue_texts(issue)}


def _place(place: str) -> str:
    return " / ".join(dict.fromkeys(place_text(place)))


def describe(report: Report) -> str:
    """A report in words: form, unit, year, cells by state, counts with their sentences, problems."""
    lines = [message("read.file", file=report.file, state=message(f"state.{report.state}"))]
    if report.reason:
        texts = issue_texts(report.reason)
        return "\n".join([*lines, f"  {texts['message_zh']}", f"  {texts['message_en']}"])
    none = message("read.unknown")
    lines.append(
        message("read.identity", unit=report.unit_name or none, code=report.unit_code or none, year=report.report_year or none)
    )
    for table, form in report.forms.items():
        states = Counter(c.state for c in report.cells if c.code.startswith(table + "."))
        shown = ", ".join(f"{message(f'state.{state}')} {n}" for state, n in states.items())
        lines.append(message("read.table", table=message(f"table.{table}"), form=form, cells=sum(states.values()), states=shown))
    filled = [c for c in report.cells if c.value]
    if report.cells and not filled:
        lines.append(message("read.all_zero"))
    for cell in filled[:40]:
        lines.append(f"  {cell.code:45} {cell.printed:>12} {cell.unit}  ({_place(cell.place)})")
    if len(filled) > 40:
        lines.append(message("read.more", n=len(filled) - 40))
    for count in report.counts:
        about = "~" if count.is_approximate else ""
        lines.append(
            f"  {count.code}: {about}{count.value.normalize():f} {count.unit_word}  “{count.sentence}” ({_place(count.place)})"
        )
    lines += _sums(report)
    for issue in report.issues:
        texts = issue_texts(issue)
        lines += [f"  ! {texts['message_zh']}", f"    {texts['message_en']}"]
    return "\n".join(lines)
