"""Who changed the roster, when and why: a ledger beside its lines, which themselves keep what each said before."""

from __future__ import annotations

import getpass
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.home.ledger import add_line, read_ledger


@dataclass(frozen=True, slots=True)
class RosterChange:
    """One change: its number among all (the lines it wrote bear it too), when, by whom, from which file or page, and why."""

    sequence: int
    at: str
    who: str
    file: str
    why: str = ""


def understood(row: dict[str, Any]) -> RosterChange:
    """A line of the ledger; an error where a key is missing, strange, or of another kind."""
    made = RosterChange(**row)
    for name, value in row.items():
        if not isinstance(value, int if name == "sequence" else str) or isinstance(value, bool):
            raise TypeError(f"{name}: {value!r}")
    if datetime.fromisoformat(made.at).tzinfo is None:
        raise ValueError(f"at: {made.at}")
    return made


def note(path: Path, sequence: int, file: str, who: str = "", why: str = "") -> None:
    """Write down who changed the roster just now; without a name the person of this machine."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    add_line(path, asdict(RosterChange(sequence, now, who or getpass.getuser(), file, why.strip())))


def read_changes(path: Path) -> dict[int, RosterChange]:
    """The changes by their number."""
    return {line.entry.sequence: line.entry for line in read_ledger(path, understood) if line.entry}
