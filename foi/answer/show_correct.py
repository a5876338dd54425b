"""Print what was corrected (`foi correct`): a sentence for what was just done, a table or JSON for what came of every correction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from pathlib import Path
from typing import Any

from foi.access.audit import note_command
from foi.answer.correct import CorrectionNow, Wish, correct, corrections_now
from foi.answer.correction_status import Wish as StatusWish
from foi.answer.correction_status import set_status
from foi.messages import has_message, message
from foi.published import as_json, as_table
from ingest.beijing import BEIJING, beijing
from ingest.home import Home
from ingest.landing.corrections import broken_corrections
from ingest.words.issues import issue_text
from ingest.words.language import Text

COLUMNS = ("correction_id", "unit_code", "report_year", "code", "expect", "value", "outcome", "status", "who", "made_at",
           "reason")  # fmt: skip
# Columns whose codes are words of ours, and what the keys of these words begin with.
WORDS = (("outcome", "outcome"), ("status", "correction_status"), ("expect", "state"), ("value", "state"),
         ("code", "correction_action"), ("value", "correction_action"))  # fmt: skip


def show_correct(home: Path, wish: Wish) -> str:
    """Add a correction, and what to print of it."""
    made = correct(home, wish)
    about = f"{wish.unit} {wish.year} {wish.cell}"
    note_command(Home(home), "correct", about=about, before=made.before, after=f"{made.after}: {wish.why}")
    values = {"unit": made.unit_name, "year": wish.year, "cell": wish.cell, "before": made.before, "after": made.after}
    return message("correct.done", **values, path=made.path)


def show_status_change(home: Path, correction: str, status: str, why: str, who: str | None = None) -> str:
    """Give a correction another status, and what to print of it."""
    change = set_status(Home(home), StatusWish(correction, status, why, who))
    note_command(
        Home(home), "correct", about=correction, before=change.before, after=f"{change.after} ({change.who}): {change.why}"
    )
    before, after = (message(f"correction_status.{one}") for one in (change.before, change.after))
    return message("correct.status_done", correction=correction, before=before, after=after)


def show_corrections(home: Path, json: bool = False) -> str:
    """Every correction with what came of it; an entry that cannot be understood is told below."""
    rows = [correction_row(one) for one in corrections_now(home)]
    if json:
        return as_json(COLUMNS, rows)
    path = Home(home).corrections
    table = as_table([message(f"correct.column_{c}") for c in COLUMNS], [_in_words(row) for row in rows])
    broken = [issue_text(issue).shown for issue in broken_corrections(path)]
    return "\n".join([table if rows else message("correct.none", path=path), *broken])


def correction_lines(problems: Sequence[Text]) -> list[str]:
    """The part of `foi status` about corrections."""
    return ["", message("status.corrections", n=len(problems)), *(f"  {text.shown}" for text in problems)] if problems else []


def correction_row(one: CorrectionNow) -> list[Any]:
    """A correction as a line of a table, in the order of COLUMNS."""
    c = one.correction
    made_at = c.made_at.replace(tzinfo=UTC).astimezone(BEIJING).isoformat()
    return [c.correction_id, c.unit_code or c.document_id, c.report_year, c.code or c.action, c.expect, c.value or c.action,
            one.outcome, one.status, c.who, made_at, c.reason]  # fmt: skip


def _in_words(row: list[Any]) -> list[Any]:
    """A correction for a person: what it says and what came of it in words, the moment in Beijing time."""
    values = dict(zip(COLUMNS, row, strict=True))
    for column, kind in WORDS:
        key = f"{kind}.{values[column]}"
        values[column] = message(key) if has_message(key) else values[column]
    # An entry that was written with a day alone has no time of the day.
    values["made_at"] = beijing(values["made_at"]).removesuffix(" 00:00")
    return list(values.values())
