"""Say whose fault a broken sum probably is: the reading's, the report's, or no one can tell from here."""

from __future__ import annotations

import re
from typing import Literal

from expectations.judge.edits import Repair
from expectations.judgment import Judgment
from ingest.model import Report

Verdict = Literal["extraction", "report", "undecided"]


def verdict(violation: Judgment, best: Repair, report: Report) -> Verdict:
    """extraction: the file holds a number that was not read; report: it was read as printed; undecided: the reading is not sure."""
    cells = {c.code: c for c in report.cells}
    concerned = [cells[code] for code in violation.cells if code in cells]
    unread = " ".join(i.found for i in report.issues if i.code == "unread_row")
    if any(re.search(rf"(?<!\d){edit.after:f}(?!\d)", unread) for edit in best if edit.code in violation.cells and edit.after):
        return "extraction"
    sure = all(c.match == "label" and c.state == "reported" for c in concerned)
    return "report" if sure and report.reader != "scan" and not unread else "undecided"
