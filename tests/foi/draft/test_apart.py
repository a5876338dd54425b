"""A draft that somebody sent is read by itself: what has to be ended costs itself alone, and leaves nothing behind."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from foi.draft import apart
from foi.draft.apart import Draft, check_apart
from foi.messages import Complaint
from ingest.landing.workers import Limits
from ingest.model import Hints
from tests.factory import random_record
from tests.factory.docx import as_docx
from tests.factory.record import with_defect

NOWHERE = Path("no-home")
WHOLE = replace(random_record(random.Random(2), "2021", 60, "寒葱沟镇", 2024), place="抚远市")
BROKEN = Draft("draft.docx", as_docx(with_defect(WHOLE, "row_total")), Hints())
Work = Callable[[list[Draft | None], Callable[[int], None]], apart.Result]
checker = apart._checker


def never_repairing(home: Path, scratch: str) -> Work:
    """Checks as ever; the corrected draft never comes."""
    work = checker(home, scratch)

    def done(drafts: list[Draft | None], begin: Callable[[int], None]) -> apart.Result:
        begin(0)
        while drafts[0] is None:
            time.sleep(1)
        return work(drafts, begin)

    return done


def never_reading(home: Path, scratch: str) -> Work:
    """Writes what it is given into a file of its own, as readers of old formats do, and dies."""
    checker(home, scratch)

    def done(drafts: list[Draft | None], begin: Callable[[int], None]) -> apart.Result:
        begin(0)
        assert drafts[0]
        Path(tempfile.mkdtemp(prefix="foi-"), "示例草稿").write_bytes(drafts[0].data)
        raise MemoryError

    return done


def test_a_draft_is_checked_and_corrected_by_one_process():
    found = check_apart(BROKEN, NOWHERE)
    assert found.checked.conclusion.verdict == "wrong" and found.repaired is not None
    assert check_apart(replace(BROKEN, data=found.repaired), NOWHERE).checked.conclusion.verdict == "right"


def test_a_corrected_draft_that_takes_too_long_costs_no_verdict(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(apart, "_checker", never_repairing)
    monkeypatch.setattr(apart, "LIMITS", Limits(seconds=8.0))
    found = check_apart(BROKEN, NOWHERE)
    assert found.checked.conclusion.verdict == "wrong" and found.repaired is None


def test_a_process_that_dies_leaves_nothing_of_the_draft(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(apart, "_checker", never_reading)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    found = check_apart(BROKEN, NOWHERE)
    assert found.checked.is_refused and list(tmp_path.iterdir()) == []


def test_what_is_no_single_report_is_a_complaint():
    with pytest.raises(Complaint):
        check_apart(Draft("all.zip", b"PK\x03\x04", Hints()), NOWHERE)
