"""Which files of a load folder are rosters."""

from __future__ import annotations

from pathlib import Path

from ingest.handed_in.folder import entries
from ingest.law.deadlines import duty_words

ENDINGS = (".csv", ".xlsx", ".xls", ".et")


def is_roster(name: str) -> bool:
    """Whether a file of a load folder is a roster, by its name."""
    return name.lower().endswith(ENDINGS) and Path(name).stem.lower() in duty_words()["roster"]["files"]


def rosters_in(folder: Path) -> list[Path]:
    """The rosters of a load folder, in order."""
    if not folder.is_dir():
        return []
    return [e.path for e in entries(folder) if is_roster(e.path.name) and not e.is_passed_over]
