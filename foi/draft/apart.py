"""Check a draft that somebody sent, in a process of its own: a file that takes too long or too much memory costs itself alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

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
    """What `foi check` finds in a draft; a Complaint where it is no single report."""
    for found in run_limited(_checker, (home,), [[draft]], 1, LIMITS):
        if isinstance(found, Killed):
            return Answer(Checked(Report(draft.name, "", "", "quarantined", Issue(found.reason, "error")), refused()))
        if isinstance(found, Answer):
            return found
        raise Complaint(*found)
    raise RuntimeError("a worker gave no answer")


def _checker(home: Path) -> Callable[[list[Draft], Callable[[int], None]], Answer | tuple[str, int]]:
    def check(drafts: list[Draft], begin: Callable[[int], None]) -> Answer | tuple[str, int]:
        (draft,) = drafts
        begin(0)
        try:
            checked = check_bytes(draft.data, draft.name, home, draft.hints)
            return Answer(checked, repaired(draft.data, checked, home, draft.hints))
        except Complaint as complaint:
            return complaint.text.shown, complaint.exit_code

    return check
