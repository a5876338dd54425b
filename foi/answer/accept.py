"""A repair that a reviewer accepts becomes corrections: each of its cells with what the source says there, why, and how it is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from expectations.judge.edits import Repair
from expectations.messages import plain
from foi.answer.correct import CorrectionMade, correct_all
from foi.answer.correct import Wish as Correction
from foi.answer.member import repairs_of
from foi.answer.remedy import Corrections, change_words, read_corrections
from foi.messages import Complaint, message
from foi.published import published
from foi.published.kept import once
from ingest.home import Home
from ingest.words.language import Text


@dataclass(frozen=True, slots=True)
class Proposed:
    """A repair of a report: its words, and the report by unit, year and id."""

    unit_code: str
    unit_name: str
    year: int
    report_id: str
    repair: Repair
    words: Text

    @property
    def cells(self) -> str:
        """The repair in signs: each cell with its number and the one that would take its place."""
        return ";".join(f"{edit.code}:{plain(edit.before)}:{plain(edit.after)}" for edit in self.repair)


@dataclass(frozen=True, slots=True)
class Wish:
    """Which repair of which report a person accepts (`cells`: as it was shown to them), why, how it is known, and who they are."""

    unit: str
    year: int
    cells: str
    why: str
    evidence: str
    who: str


def proposed(home: Home, unit: str, year: int) -> list[Proposed]:
    """The repairs of a report that counts, best first; none where no sum of it fails, or no small change helps."""
    query = (
        "select unit_code, unit_name, report_id, form_disclosure, form_requests, form_challenges, form_statistics from fct_reports"
        " where is_current and unit_code = $1 and report_year = $2"
    )
    with published(home.published) as connection:
        row = connection.execute(query, [unit, year]).fetchone()
        if row is None:
            raise Complaint(message("desk.no_report", unit=unit, year=year), 3)
        code, name, report_id, *forms = row
        corrections: Corrections = once("corrections", lambda: read_corrections(connection))
        by_table = dict(zip(("disclosure", "requests", "challenges", "statistics"), forms, strict=True))
        repairs: Sequence[Repair] = repairs_of(connection, home, [(code, year)]).get((code, year), [])
        words = [change_words(repair, (code, year), by_table, corrections) for repair in repairs]
    return [Proposed(code, name or code, year, report_id, repair, text) for repair, text in zip(repairs, words, strict=True)]


def accept(home: Home, wish: Wish) -> list[CorrectionMade]:
    """Turn a repair into corrections, all of its cells or none; a Complaint where it is none of the report any more."""
    found = next((one for one in proposed(home, wish.unit, wish.year) if one.cells == wish.cells), None)
    if found is None:
        raise Complaint(message("desk.repair_changed", unit=wish.unit, year=wish.year), 2)
    for name in ("why", "evidence"):
        if not getattr(wish, name).strip():
            raise Complaint(message(f"desk.{name}_needed"), 2)
    return correct_all(
        Path(home.root),
        [
            Correction(wish.unit, wish.year, e.code, plain(e.before), plain(e.after), wish.why, wish.evidence, wish.who)
            for e in found.repair
        ],
    )
