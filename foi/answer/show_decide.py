"""Print what was decided (`foi decide`): a sentence for what was just done, a table or JSON for what stands so far."""

from __future__ import annotations

from pathlib import Path

from foi.access.audit import note_command
from foi.answer.decide import Decided, Wish, decide, decisions_now
from foi.messages import message
from foi.published import as_json, as_table
from ingest.beijing import beijing
from ingest.home import Home

COLUMNS = ("decided_at", "who", "action", "unit_code", "report_year", "rule_id", "left", "right", "why")


def show_decide(home: Path, wish: Wish) -> str:
    """Put a decision into the ledger, and what to print of it."""
    return decided_line(_noted(home, decide(home, wish)))


def _noted(home: Path, decided: Decided) -> Decided:
    """A decision that is new, written into the log as well."""
    made = decided.decision
    if decided.is_new:
        about, after = f"{made.unit_code} {made.report_year} {made.rule_id}", f"{made.action} ({made.who}): {made.why}"
        note_command(Home(home), "decide", about=about, before=f"{made.left} / {made.right}", after=after)
    return decided


def decided_line(decided: Decided) -> str:
    """What was put into the ledger, or stood there before."""
    made = decided.decision
    values = {
        "unit": decided.unit_name,
        "year": made.report_year,
        "rule": made.rule_id,
        "action": message(f"decide.{made.action}"),
    }
    return message("decide.done" if decided.is_new else "decide.already", **values, left=made.left, right=made.right)


def show_decisions(home: Path, json: bool = False) -> str:
    """All decisions, the newest first, with whether each still holds."""
    listed = [(one, [getattr(one.decision, c) for c in COLUMNS]) for one in decisions_now(home)]
    if json:
        columns = [*COLUMNS, "state", "left_now", "right_now"]
        return as_json(columns, [[*row, one.state, one.left_now, one.right_now] for one, row in listed])
    if not listed:
        return message("decide.none")
    rows = []
    for one, (at, who, action, *rest) in listed:
        state = message(f"decide.{one.state}", left=one.left_now or "–", right=one.right_now or "–")
        rows.append([beijing(at), who, message(f"decide.{action}"), *rest, state])
    return as_table([message(f"decide.column_{c}") for c in (*COLUMNS, "state")], rows)
