"""Reports that people put in the place of others, by handing them in or accepting them as answers: a ledger to which lines are added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from ingest.home.ledger import add_line, read_ledger
from ingest.landing.corrections import Correction

ACCEPT, HAND_IN, UNDO = "accept", "hand_in", "undo"
ORIGINS = {ACCEPT: "accepted_answer", HAND_IN: "handed_in"}  # of the corrections that they stand for


@dataclass(frozen=True, slots=True)
class Replacement:
    """Who put which document in the place of which other one (or took that back), when, why, and to which letter it is the answer.

    What was handed in names its unit and year (`owner`), so that the next file of the same finds it while both still wait; it replaces
    nothing (an empty text) where it is the first.
    """

    decided_at: str
    who: str
    action: str
    document_id: str
    replaces: str
    letter: str
    why: str
    owner: str = ""

    @property
    def moment(self) -> datetime:
        """When it was decided, in UTC as the tables hold it."""
        return datetime.fromisoformat(self.decided_at).astimezone(UTC).replace(tzinfo=None)


def understood(row: dict[str, object]) -> Replacement:
    """A replacement as a line of the ledger says it; an error where a key is missing, strange, or of another kind."""
    made = Replacement(**row)  # type: ignore[arg-type]
    for name, value in row.items():
        if not isinstance(value, str):
            raise TypeError(f"{name}: {value!r}")
    if made.action not in (*ORIGINS, UNDO):
        raise ValueError(f"action: {made.action}")
    if datetime.fromisoformat(made.decided_at).tzinfo is None:
        raise ValueError(f"decided_at: {made.decided_at}")
    return made


def read_replacements(path: Path, until: datetime | None = None) -> list[Replacement]:
    """The replacements in force, by the last line of each document; of those made by `until` (UTC) only, if given.

    What replaced an earlier replacement stands where that one was put, also when the earlier one was taken back since.
    """
    last: dict[str, Replacement] = {}
    put: dict[str, str] = {}
    for line in read_ledger(path, understood):
        if (one := line.entry) and (until is None or one.moment < until):
            last[one.document_id] = one
            if one.action in ORIGINS:
                put[one.document_id] = one.replaces
    return [
        replace(one, replaces=_first(put, document)) for document, one in last.items() if one.action in ORIGINS and one.replaces
    ]


def _first(put: Mapping[str, str], document: str) -> str:
    """The report that was there before any of them."""
    seen: set[str] = set()
    while put.get(document) and document not in seen:
        seen.add(document)
        document = put[document]
    return document


def last_handed_in(path: Path, owner: str) -> str:
    """The document that was handed in last for a unit and year; empty where none was."""
    lines = (line.entry for line in read_ledger(path, understood))
    return next((one.document_id for one in reversed([*lines]) if one and one.action == HAND_IN and one.owner == owner), "")


def note(path: Path, made: Replacement) -> None:
    """Write a line behind the others; nothing written is ever changed."""
    add_line(path, asdict(made))


def replacement(one: Replacement, ordinal: int) -> Correction:
    """The correction by which a document takes the place of another one."""
    origin = ORIGINS[one.action]
    return Correction(
        correction_id=f"{origin}-{one.document_id[:16]}", origin=origin, ordinal=ordinal, action="replace", unit_code=None, report_year=None,
        document_id=one.document_id, code=None, value=one.replaces, expect=None, amount=None, expected_amount=None, reason=one.why,
        evidence=one.letter or "–", status="open", who=one.who, made_at=one.moment,
    )  # fmt: skip
