"""`foi decide`: what a person decides of a broken rule, and what was decided so far."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from expectations.decisions import ACTIONS, Decision, Ledger, append
from expectations.messages import plain
from foi.messages import Complaint, both, say
from foi.published import as_json, as_table, published
from ingest.home import Home

COLUMNS = ("decided_at", "who", "action", "unit_code", "report_year", "rule_id", "left", "right", "why")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants to decide: of which unit, year and rule, what, why, and who they are."""

    unit: str
    year: int
    rule: str
    action: str
    why: str
    who: str | None = None


def decide(home: Path, wish: Wish, numbers: tuple[str, str] | None = None) -> str:
    """Put a decision into the ledger; it is bound to the numbers as they stand, and counts from the next load.

    `numbers` are those the answer was given on: if they are others by now, the decision is refused.
    """
    unit, year, rule, action = wish.unit, wish.year, wish.rule, wish.action
    if action not in ACTIONS:
        raise Complaint(say("decide.bad_action", found=action, options=", ".join(ACTIONS)), 2)
    if not wish.why.strip():
        raise Complaint(say("decide.why"), 2)
    place = Home(home)
    with published(place.published) as connection:
        rows = connection.execute(
            "select unit_code, unit_name, report_year, rule_id, left_sum, right_sum, message_zh from expectation_results as e"
            " join fct_reports as r using (report_id, unit_code, unit_name, report_year) where r.is_current and e.suite is distinct from 'corrections'"
            " and e.status in ('failed', 'explained', 'waived')"
            " and ($1 = '' or unit_code = $1 or unit_name = $1) and report_year = $2 and ($3 = '' or rule_id = $3) order by all",
            [unit, year, rule],
        ).fetchall()
        near = (
            rows
            or connection.execute(
                "select unit_code, unit_name, report_year, rule_id, left_sum, right_sum, message_zh from expectation_results"
                " where status = 'failed' and (unit_code = $1 or unit_name = $1) order by report_year desc, rule_id limit 10",
                [unit],
            ).fetchall()
        )
    if not near:
        raise Complaint(say("decide.no_findings", unit=unit), 2)
    if len(rows) != 1:
        options = [f"  {code} {at} {rule_id}  {message or ''}" for code, _, at, rule_id, _, _, message in near[:20]]
        raise Complaint(
            "\n".join([say("decide.which" if rows else "decide.nothing", unit=unit, year=year, rule=rule), *options]), 2
        )
    code, name, at, rule_id, left, right, _ = rows[0]
    if numbers and numbers != (plain(left), plain(right)):
        raise Complaint(say("decide.changed", rule=rule_id, then=" / ".join(numbers), now=f"{plain(left)} / {plain(right)}"), 2)
    last = Ledger(place.decisions).last({"unit_code": code, "report_year": at, "rule_id": rule_id})
    if last and (last.action, last.left, last.right, last.why) == (action, plain(left), plain(right), wish.why.strip()):
        return say("decide.already", unit=name, year=at, rule=rule_id, action=say(f"decide.{action}"))
    now = datetime.now(UTC).isoformat(timespec="seconds")
    person = wish.who or getpass.getuser()
    append(place.decisions, Decision(now, person, action, code, at, rule_id, plain(left), plain(right), wish.why.strip()))
    return say(
        "decide.done", unit=name, year=at, rule=rule_id, action=say(f"decide.{action}"), left=plain(left), right=plain(right)
    )


def decide_from(home: Path, sheet: Path) -> tuple[str, int]:
    """Put the answers of a reply sheet into the ledger; what to print, and 1 if a line could not be used."""
    lines, bad = [], 0
    for number, row in _replies(sheet):
        action = _action(row["action"])
        wish = Wish(row["unit_code"], int(row["report_year"] or 0), row["rule_id"], action, row["why"], row["who"] or sheet.stem)
        try:
            lines.append(decide(home, wish, (row["left"], row["right"])))
        except Complaint as complaint:
            bad += 1
            lines.append(say("decide.line", line=number, reason=str(complaint).splitlines()[0]))
    return "\n".join(lines or [say("decide.no_answers", sheet=sheet)]), 1 if bad else 0


def _replies(sheet: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The lines of a reply sheet in which an answer was given."""
    from python_calamine import CalamineError, CalamineWorkbook

    if not sheet.is_file():
        raise Complaint(say("error.no_such_path", path=sheet), 2)
    try:
        rows = CalamineWorkbook.from_path(sheet).get_sheet_by_index(0).to_python()
    except (CalamineError, OSError) as error:
        raise Complaint(say("error.cannot_open", path=sheet, reason=error), 2) from error
    at = next((n for n, row in enumerate(rows) if row and row[0] == "unit_code"), None)
    if at is None:
        raise Complaint(say("decide.no_reply_sheet", sheet=sheet), 2)
    for number, cells in enumerate(rows[at + 1 :], at + 2):
        row = {str(name): _text(value) for name, value in zip(rows[at], cells, strict=False)}
        if row.get("action"):
            yield (
                number,
                {
                    name: row.get(name, "")
                    for name in ("unit_code", "report_year", "rule_id", "left", "right", "action", "why", "who")
                },
            )


def _text(value: object) -> str:
    """A cell as it was written: Excel gives 2024 back as 2024.0."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def _action(word: str) -> str:
    """The action a Chinese word stands for."""
    return next((a for a in ACTIONS if word in (a, *(both(f"decide.{a}") or ()))), word)


def show_decisions(home: Path, json: bool = False) -> str:
    """All decisions, the newest first, with whether each still holds; one made since the last load counts from the next."""
    place = Home(home)
    decisions = Ledger(place.decisions).decisions
    states = _states(place.published)
    rows = [[*(getattr(d, c) for c in COLUMNS), *states.get(n, ("pending", "", ""))] for n, d in enumerate(decisions, 1)][::-1]
    if json:
        return as_json([*COLUMNS, "state", "left_now", "right_now"], rows)
    shown = [[*row[:-3], _state(*row[-3:])] for row in rows]
    return as_table([say(f"decide.column_{c}") for c in (*COLUMNS, "state")], shown) if rows else say("decide.none")


def _states(path: Path) -> dict[int, tuple[str, str, str]]:
    """For each decision that the last load knew: whether it holds, and both sides of its rule as they stand."""
    if not path.is_file():
        return {}
    with published(path) as connection:
        rows = connection.execute("select number, state, left_now, right_now from decisions").fetchall()
    return {number: (state, plain(left), plain(right)) for number, state, left, right in rows}


def _state(state: str, left: str, right: str) -> str:
    return say(f"decide.{state}", left=left or "–", right=right or "–")
