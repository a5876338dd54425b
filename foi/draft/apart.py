"""Check a draft that somebody sent, in a process of its own: a file that takes too long or too much memory costs itself alone."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from foi.draft.check import Checked, check_bytes
from foi.draft.conclusion import refused
from foi.draft.repaired import repaired
from foi.messages import Complaint
from ingest.landing.workers import Killed, Limits, run_limited
from ingest.model import Hints, Issue, Report

LIMITS = Limits(seconds=60.0)


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it came: what its file is called, what is in it, and what is known of it besides."""

    name: str
    data: bytes
    hints: Hints


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found in a draft, and the draft with the likely corrections written in, where it can be made."""

    checked: Checked
    repaired: bytes | None = None


def check_apart(draft: Draft, home: Path) -> Answer:
    """What `foi check` finds in a draft; a Complaint where it is no single report.

    The corrected draft is made after it and by itself, so that one that takes too long costs no verdict. All that a reader writes beside
    its work goes with this folder, also where its process had to be ended.
    """
    with (
        TemporaryDirectory(prefix="foi-", ignore_cleanup_errors=True) as scratch,
        closing(run_limited(_checker, (home, scratch), [[draft], [None]], 1, LIMITS)) as found,
    ):
        checked = next(found)
        if isinstance(checked, Killed):
            return Answer(Checked(Report(draft.name, "", "", "quarantined", Issue(checked.reason, "error")), refused()))
        if isinstance(checked, tuple):
            raise Complaint(*checked)
        assert isinstance(checked, Checked)
        made = next(found) if checked.proposals else None
        return Answer(checked, made if isinstance(made, bytes) else None)


Result = Checked | tuple[str, int] | bytes | None


def _checker(home: Path, scratch: str) -> Callable[[list[Draft | None], Callable[[int], None]], Result]:
    """Checks a draft, then (None) makes the corrected one of what it found."""
    tempfile.tempdir = scratch  # of this process alone
    known: list[tuple[Draft, Checked]] = []

    def work(drafts: list[Draft | None], begin: Callable[[int], None]) -> Result:
        (draft,) = drafts
        begin(0)
        if draft is None:
            ((draft, checked),) = known
            return repaired(draft.data, checked, home, draft.hints)
        try:
            known[:] = [(draft, check_bytes(draft.data, draft.name, home, draft.hints))]
        except Complaint as complaint:
            return complaint.text.shown, complaint.exit_code
        return known[0][1]

    return work
