"""An accepted new report takes the place of the one that counted: a person's word, for the new file may state no day of publication."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from foi.letters.answers import Answer, Answered
from foi.messages import message
from foi.owed.closing import although_closed
from foi.published import published
from ingest.home import Home
from ingest.landing.replacements import ACCEPT, UNDO, Replacement, note, read_replacements

# The version that counts, if it is not this very report (whose bytes may be those of another file with the same content).
COUNTS = """
select r.document_id from fct_reports as r
where r.unit_code = $1 and r.report_year = $2
    and r.report_id not in (select report_id from fct_inputs where document_id = $3 and report_id is not null)
order by r.version_number desc limit 1
"""


def put_in_place(home: Home, answer: Answer, who: str, why: str) -> None:
    """Say that the report of an answer replaces the version that counts now; nothing where there is no other one."""
    if any(one.document_id == answer.digest and one.action == ACCEPT for one in read_replacements(home.replacements)):
        return
    before = counting(home.published, answer.unit_code, answer.report_year, answer.digest)
    if before:
        what = message("year_lock.what_answer", file=answer.file, letter=answer.letter or "–")
        although_closed(home.root, [(answer.unit_code, answer.report_year)], what, who)
        _noted(home, ACCEPT, answer, before, who, why)


def take_out_of_place(home: Home, answer: Answer, others: list[Answered], who: str, why: str) -> None:
    """Take back that the report of an answer replaces another, unless another answer that was accepted is the same file."""
    standing = [one for one in read_replacements(home.replacements) if one.document_id == answer.digest and one.action == ACCEPT]
    if not standing or any(one.state == "accepted" and one.answer.digest == answer.digest for one in others):
        return
    what = message("year_lock.what_answer", file=answer.file, letter=answer.letter or "–")
    although_closed(home.root, [(answer.unit_code, answer.report_year)], what, who)
    _noted(home, UNDO, answer, standing[0].replaces, who, why)


def counting(path: Path, unit_code: str, report_year: int, other_than: str) -> str:
    """The document of the last version of a unit and year that is not the one named; empty where there is none."""
    with published(path) as connection:
        row = connection.execute(COUNTS, [unit_code, report_year, other_than]).fetchone()
    return str(row[0]) if row else ""


def _noted(home: Home, act: str, answer: Answer, before: str, who: str, why: str) -> None:
    now = datetime.now(UTC).isoformat(timespec="microseconds")
    note(home.replacements, Replacement(now, who, act, answer.digest, before, answer.letter, why.strip()))
