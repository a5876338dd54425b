"""What was damaged in the home folder: lines and files that were set aside, and originals that are not what was handed in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ingest.home import Home
from ingest.home.ledger import Line, aside_of, set_aside
from ingest.landing import replacements, withdrawals
from ingest.landing.corrections import broken_corrections
from ingest.model import Issue
from ingest.roster import changes, year_locks


def mend_lists(home: Home) -> list[Issue]:
    """Set aside what cannot be read of the lists that a home folder keeps: lines of the ledgers, own units, rosters.

    The rest counts; what is kept beside is told by `what_stands_aside` until somebody has seen to it.
    """
    from ingest.landing.batches import lock
    from ingest.landing.mending import set_damaged_aside

    if not home.root.is_dir():
        return []
    with lock(home):
        return [*_set_lines_aside(home), *set_damaged_aside(home)]


def _set_lines_aside(home: Home) -> list[Issue]:
    return [broken_line(ledger, line) for ledger, understood in ledgers(home) for line in set_aside(ledger, understood)]


def ledgers(home: Home) -> list[tuple[Path, Callable[[dict[str, Any]], Any]]]:
    """The ledgers of a home folder, each with what understands a line of it."""
    from expectations import decisions

    return [
        (home.decisions, decisions.understood),
        (home.withdrawals, withdrawals.understood),
        (home.replacements, replacements.understood),
        (home.year_locks, year_locks.understood),
        (home.rosters, changes.understood),
    ]


def broken_line(ledger: Path, line: Line[Any]) -> Issue:
    """What is to be told of a line that cannot be read."""
    return Issue("ledger_line", "error", f"{ledger.name}:{line.number}", line.reason, aside_of(ledger).name)


def what_stands_aside(home: Home) -> list[Issue]:
    """What does not count and was not seen to yet: files that hold what was set aside, and corrections that cannot be understood."""
    files = [*home.root.glob("*.broken"), *home.reference.glob("*.broken")]
    found = sorted(p.relative_to(home.root).as_posix() for p in files if p.is_file())
    lost = sorted(p.relative_to(home.root).as_posix() for p in home.damaged.glob("[!.]*"))
    return [*(Issue("set_aside_file", "error", place) for place in [*found, *lost]), *broken_corrections(home.corrections)]
