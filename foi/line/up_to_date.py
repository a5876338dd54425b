"""Bring what is published up to date without a folder being named: what lies in the inbox, and what was decided since the last load."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from foi.faults import fault
from foi.line.aside import mend_lists
from ingest.home import Home
from ingest.landing.known_bytes import SETTLED
from ingest.words.language import Text


@dataclass(frozen=True, slots=True)
class Came:
    """What came of it, in a few words for a log; `why` says for a person what has to be put right, `unfinished` are files still being written."""

    said: str
    failed: bool = False
    why: Text | None = None
    unfinished: list[str] = field(default_factory=list)


def bring_all_up_to_date(home: Home) -> Came:
    """The same, and once more for what was being written a moment ago; who still goes on writing is left for the next time."""
    came = bring_up_to_date(home)
    if not came.unfinished or came.failed:
        return came
    time.sleep(SETTLED / 1e9)
    return bring_up_to_date(home)


def bring_up_to_date(home: Home) -> Came:
    """Load the inbox, as far as nobody is still writing there; a list that cannot be read is told and waits until it is changed."""
    from dagster_project.load import load

    try:
        noticed = mend_lists(home)
        result = load(home, home.inbox, leaves_unfinished=True)
    except Exception as error:
        if (complaint := fault(error, home.root)) is None:
            raise
        return Came(" ".join(complaint.text.within("en").split()), failed=True, why=complaint.text)
    landed = [one.input.file for one in result.landed]
    wrong = [f"{issue.code} {issue.place}" for issue in (*noticed, *result.noticed)]
    said = [f"{len(landed)} new"] if result.run_id else ["nothing new"]
    said += [f"{name} {values}" for name, values in (("left", [x.input.file for x in result.left]), ("damaged", wrong)) if values]
    return Came(", ".join(said), not result.success, unfinished=result.unfinished)
