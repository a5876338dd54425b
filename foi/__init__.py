"""The program `foi`: load, check and ask. In Python, `foi.open(home)` gives the tables of a home folder as polars frames."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from foi.ask.frames import Frames


def open(home: str | Path | None = None, as_of: str = "") -> Frames:
    """Open what a home folder has published, to read it table by table as polars frames.

    Without a home it is that of the variable FOI_HOME, else foi-home in this folder; `as_of` is a day ("2026-03-01"), for the tables
    as they would have been when it ended. What cannot be opened is said in words (foi.messages.Complaint).
    """
    from foi.faults import require

    require("warehouse")
    from foi.ask.frames import Frames
    from foi.line.as_of import file_to_ask
    from foi.options import HOME

    return Frames(file_to_ask(Path(home or os.environ.get("FOI_HOME") or HOME), as_of))
