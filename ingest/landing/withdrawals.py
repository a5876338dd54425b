"""Reports that people took out of the warehouse, and put back: a ledger to which lines are added; nothing is ever deleted."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.home import Home
from ingest.home.ledger import add_lines, read_ledger
from ingest.landing.corrections import Correction, load_corrections
from ingest.landing.late_files import exclusion, waiting_files
from ingest.landing.replacements import read_replacements, replacement

WITHDRAW, RESTORE = "withdraw", "restore"
ORIGIN = "withdrawn"  # of the corrections that a withdrawal stands for


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Who took which document out (or put it back), when and why, and whose report it was then; year 0 where it was not known."""

    decided_at: str
    who: str
    action: str
    document_id: str
    file: str
    unit_code: str
    unit_name: str
    report_year: int
    why: str


def understood(row: dict[str, Any]) -> Withdrawal:
    """A withdrawal as a line of the ledger says it; an error where a key is missing, strange, or of another kind."""
    made = Withdrawal(**row)
    for name, value in row.items():
        if not isinstance(value, int if name == "report_year" else str) or isinstance(value, bool):
            raise TypeError(f"{name}: {value!r}")
    if made.action not in (WITHDRAW, RESTORE):
        raise ValueError(f"action: {made.action}")
    if datetime.fromisoformat(made.decided_at).tzinfo is None:
        raise ValueError(f"decided_at: {made.decided_at}")
    return made


def read_withdrawals(path: Path, until: datetime | None = None) -> dict[str, Withdrawal]:
    """The withdrawals in force by document: the last line of each decides; of those made by `until` (UTC) only, if given."""
    found: dict[str, Withdrawal] = {}
    for line in read_ledger(path, understood):
        if (one := line.entry) and (until is None or _moment(one) < until):
            found[one.document_id] = one
    return {document: one for document, one in found.items() if one.action == WITHDRAW}


def note(path: Path, *withdrawals: Withdrawal) -> None:
    """Write lines behind the others, all of them or none; nothing written is ever changed."""
    add_lines(path, [asdict(one) for one in withdrawals])


def known_corrections(home: Home, until: datetime | None = None) -> list[Correction]:
    """The corrections as the warehouse takes them: those of the lists, an exclusion for each document that was withdrawn or waits, and what
    each accepted answer replaces.
    """
    listed = load_corrections(home.corrections, until)
    taken = read_withdrawals(home.withdrawals, until)
    waiting = [one for one in waiting_files(home, listed, until) if one.document_id not in taken]
    answers = read_replacements(home.replacements, until)
    first = max((c.ordinal for c in listed), default=0) + 1
    return [
        *listed,
        *(_exclusion(one, n) for n, one in enumerate(taken.values(), first)),
        *(exclusion(one, n) for n, one in enumerate(waiting, first + len(taken))),
        *(replacement(one, n) for n, one in enumerate(answers, first + len(taken) + len(waiting))),
    ]


def _exclusion(one: Withdrawal, ordinal: int) -> Correction:
    return Correction(
        correction_id=f"{ORIGIN}-{one.document_id[:16]}", origin=ORIGIN, ordinal=ordinal, action="exclude", unit_code=None, report_year=None,
        document_id=one.document_id, code=None, value=None, expect=None, amount=None, expected_amount=None, reason=one.why,
        evidence=one.file, status="open", who=one.who, made_at=_moment(one),
    )  # fmt: skip


def _moment(one: Withdrawal) -> datetime:
    """When it was made, in UTC as the tables hold it."""
    return datetime.fromisoformat(one.decided_at).astimezone(UTC).replace(tzinfo=None)
