"""Print what was withdrawn (`foi withdraw`): a sentence for what was just done, a table or JSON for what is out of the tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from foi.access.audit import note_command
from foi.answer.withdraw import Wish, restore, withdraw, withdrawals_now
from foi.messages import message
from foi.published import as_json, as_table
from ingest.beijing import beijing
from ingest.home import Home

COLUMNS = ("decided_at", "who", "file", "unit_code", "unit_name", "report_year", "why")


def show_withdraw(home: Path, wish: Wish, undo: bool = False) -> str:
    """Take a report out or put it back, and what to print of it."""
    files = restore(home, wish) if undo else withdraw(home, wish)
    after = f"{'restore' if undo else 'withdraw'}: {wish.why} ({', '.join(files)})"
    note_command(Home(home), "withdraw", about=wish.what, after=after)
    done = message("withdraw.restored" if undo else "withdraw.done", what=wish.what, n=len(files))
    return "\n".join([done, *(f"  {file}" for file in files)])


def show_withdrawals(home: Path, json: bool = False) -> str:
    """What is withdrawn, the newest first."""
    rows = [[getattr(one, name) for name in COLUMNS] for one in withdrawals_now(home)]
    if json:
        return as_json(COLUMNS, rows)
    shown = [[beijing(at), *row] for at, *row in rows]
    return as_table([message(f"withdraw.column_{name}") for name in COLUMNS], shown) if rows else message("withdraw.none")


def withdrawn_lines(taken: list[dict[str, Any]]) -> list[str]:
    """The part of `foi status` about reports that were taken out."""
    unknown = message("read.unknown")
    lines = [
        message("withdraw.line", file=x["file"], unit=x["unit_name"] or unknown, year=x["report_year"] or unknown, why=x["why"])
        for x in taken
    ]
    return ["", message("withdraw.taken", n=len(lines)), *(f"  {line}" for line in lines)] if lines else []
