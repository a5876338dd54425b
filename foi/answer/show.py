"""Print what was decided, corrected and withdrawn: a sentence for what was just done, a table or JSON for what stands so far."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path
from typing import Any

from foi.answer import correct, decide, withdraw
from foi.answer.reply import decide_from
from foi.messages import has_message, message
from foi.published import as_json, as_table
from ingest.beijing import BEIJING, beijing
from ingest.home import Home
from ingest.landing.corrections import broken_corrections
from ingest.words.issues import issue_text

DECISIONS = ("decided_at", "who", "action", "unit_code", "report_year", "rule_id", "left", "right", "why")
CORRECTIONS = ("correction_id", "unit_code", "report_year", "code", "expect", "value", "outcome", "status", "who", "made_at",
               "reason")  # fmt: skip
WITHDRAWALS = ("decided_at", "who", "file", "unit_code", "unit_name", "report_year", "why")
# Columns of corrections whose codes are words of ours, and what the keys of these words begin with.
WORDS = (("outcome", "outcome"), ("status", "correction_status"), ("expect", "state"), ("value", "state"),
         ("code", "correction_action"), ("value", "correction_action"))  # fmt: skip


def decided_line(decided: decide.Decided) -> str:
    """What was put into the ledger, or stood there before."""
    made = decided.decision
    values = {
        "unit": decided.unit_name,
        "year": made.report_year,
        "rule": made.rule_id,
        "action": message(f"decide.{made.action}"),
    }
    return message("decide.done" if decided.is_new else "decide.already", **values, left=made.left, right=made.right)


def show_reply(home: Path, sheet: Path, who: str | None = None) -> tuple[str, int]:
    """Put the answers of a reply sheet into the ledger; what to print, and 1 if a line could not be used."""
    taken = decide_from(home, sheet, who)
    lines = [
        decided_line(one.decided) if one.decided else message("decide.line", line=one.line, reason=one.reason) for one in taken
    ]
    return "\n".join(lines or [message("decide.no_answers", sheet=sheet)]), int(any(one.decided is None for one in taken))


def show_decisions(home: Path, json: bool = False) -> str:
    """All decisions, the newest first, with whether each still holds."""
    listed = [(one, [getattr(one.decision, c) for c in DECISIONS]) for one in decide.decisions_now(home)]
    if json:
        columns = [*DECISIONS, "state", "left_now", "right_now"]
        return as_json(columns, [[*row, one.state, one.left_now, one.right_now] for one, row in listed])
    if not listed:
        return message("decide.none")
    rows = []
    for one, (at, who, action, *rest) in listed:
        state = message(f"decide.{one.state}", left=one.left_now or "–", right=one.right_now or "–")
        rows.append([beijing(at), who, message(f"decide.{action}"), *rest, state])
    return as_table([message(f"decide.column_{c}") for c in (*DECISIONS, "state")], rows)


def show_correct(home: Path, wish: correct.Wish) -> str:
    """Add a correction, and what to print of it."""
    made = correct.correct(home, wish)
    values = {"unit": made.unit_name, "year": wish.year, "cell": wish.cell, "before": made.before, "after": made.after}
    return message("correct.done", **values, path=made.path)


def show_corrections(home: Path, json: bool = False) -> str:
    """Every correction with what came of it; an entry that cannot be understood is told below."""
    rows = [_correction_row(one) for one in correct.corrections_now(home)]
    if json:
        return as_json(CORRECTIONS, rows)
    path = Home(home).corrections
    table = as_table([message(f"correct.column_{c}") for c in CORRECTIONS], [_in_words(row) for row in rows])
    broken = [issue_text(issue).shown for issue in broken_corrections(path)]
    return "\n".join([table if rows else message("correct.none", path=path), *broken])


def show_withdraw(home: Path, wish: withdraw.Wish, undo: bool = False) -> str:
    """Take a report out or put it back, and what to print of it."""
    files = withdraw.restore(home, wish) if undo else withdraw.withdraw(home, wish)
    done = message("withdraw.restored" if undo else "withdraw.done", what=wish.what, n=len(files))
    return "\n".join([done, *(f"  {file}" for file in files)])


def show_withdrawals(home: Path, json: bool = False) -> str:
    """What is withdrawn, the newest first."""
    rows = [[getattr(one, name) for name in WITHDRAWALS] for one in withdraw.withdrawals_now(home)]
    if json:
        return as_json(WITHDRAWALS, rows)
    shown = [[beijing(at), *row] for at, *row in rows]
    return as_table([message(f"withdraw.column_{name}") for name in WITHDRAWALS], shown) if rows else message("withdraw.none")


def _correction_row(one: correct.CorrectionNow) -> list[Any]:
    c = one.correction
    made_at = c.made_at.replace(tzinfo=UTC).astimezone(BEIJING).isoformat()
    return [c.correction_id, c.unit_code or c.document_id, c.report_year, c.code or c.action, c.expect, c.value or c.action,
            one.outcome, one.status, c.who, made_at, c.reason]  # fmt: skip


def _in_words(row: list[Any]) -> list[Any]:
    """A correction for a person: what it says and what came of it in words, the moment in Beijing time."""
    values = dict(zip(CORRECTIONS, row, strict=True))
    for column, kind in WORDS:
        key = f"{kind}.{values[column]}"
        values[column] = message(key) if has_message(key) else values[column]
    # An entry that was written with a day alone has no time of the day.
    values["made_at"] = beijing(values["made_at"]).removesuffix(" 00:00")
    return list(values.values())
