"""Run the suites with Great Expectations and write every failing row to quality.expectation_results."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from expectations.decisions import Ledger
from expectations.gate.page import write_page
from expectations.gate.results import store
from expectations.gate.scope import RESULTS, Scope, scope
from expectations.gate.suites import Check, checks
from expectations.gate.validate import failing_rows, validate
from expectations.incomplete import RULE, incomplete_sentence
from expectations.messages import reopened, sentence
from ingest.home import Home
from ingest.home.memory import engine_settings
from ingest.words.language import Text

# A check failed if any row of it did, also where all of them have been explained or waived since.
STATUSES = f"""
select count(*) filter (where is_passed), count(*) filter (where not is_passed and not is_broken), count(*) filter (where is_broken)
from (
    select bool_or(status = 'passed') as is_passed, bool_or(status = 'broken') as is_broken from {RESULTS} group by expectation
)
"""


@dataclass(frozen=True, slots=True)
class Summary:
    """How many expectations passed, failed, or could not run."""

    passed: int
    failed: int
    broken: int


def run_expectations(
    warehouse: Path, page: Path, selected: list[Check] | None = None, decisions: Path | None = None, *, touched: bool = False
) -> Summary:
    """Check a warehouse; results go to the table quality.expectation_results and to an HTML page that works offline.

    What people decided in the ledger `decisions` counts: a row that was explained or waived has failed no more. With `touched` only
    the reports of change.reports are judged, and what looks at all reports together; the results of the others stay.
    """
    import duckdb

    engine = engine_settings(Home(warehouse.parent))
    with duckdb.connect(str(warehouse), config=engine) as connection:
        judged = scope(connection, checks() if selected is None else selected, touched)
    outcomes = validate(warehouse, judged, engine)
    reasons = {check.name: _reason(outcomes.get(check.name)) for check in judged.checks}
    failed = [check for check in judged.checks if reasons[check.name] is None and not outcomes[check.name].success]
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    with duckdb.connect(str(warehouse), config=engine) as connection:
        rows = _rows(connection.cursor(), judged, failed, reasons, Ledger(decisions))
        broken = {name for name, reason in reasons.items() if reason is not None}
        store(connection, judged, ({"run_at": now, **row} for row in rows), broken, now)
        write_page(page, connection)
        (counts,) = connection.execute(STATUSES).fetchall()
        return Summary(*counts)


def _rows(
    connection: Any, judged: Scope, failed: list[Check], reasons: dict[str, str | None], ledger: Ledger
) -> Iterator[dict[str, Any]]:
    """One row for each row that fails, with what was decided of it; one for each check that could not run, which says nothing of the data."""
    for check in judged.checks:
        if (reason := reasons[check.name]) is not None:
            text = sentence("broken", {"name": check.name, "reason": reason})
            yield {**_of(check, text), "status": "broken"}
    for check in failed:
        # Great Expectations lists at most 200 rows; people must see all of them.
        found = connection.execute(failing_rows(check, judged).format(batch=f"({judged.reports})"))
        columns = [column[0] for column in found.description]
        while rows := found.fetchmany(1000):
            for row in rows:
                yield _row(check, dict(zip(columns, row, strict=True)), ledger, judged.shared)


def _row(check: Check, row: dict[str, Any], ledger: Ledger, shared: frozenset[str]) -> dict[str, Any]:
    """A row that fails, in words; where several units share a name, they tell the code beside it."""
    is_shared = row.get("unit_name") in shared and row.get("unit_code")
    shown = {**row, "unit_name": f"{row['unit_name']} {row['unit_code']}"} if is_shared else row
    text = incomplete_sentence(shown) if check.kind == RULE else sentence(check.kind, shown)
    state, outdated = ledger.status(row)
    if outdated:
        text = Text(*map(" ".join, zip(text, reopened(outdated.left, outdated.right), strict=True)))
    return {**row, **_of(check, text), "status": state}


def _of(check: Check, text: Text) -> dict[str, Any]:
    said = {"message_zh": text.zh, "message_en": text.en}
    return {"suite": check.suite, "expectation": check.name, "severity": check.severity, **said}


def _reason(result: Any) -> str | None:
    """Why a check could not run; None if it did."""
    if result is not None and "observed_value" in result.result:
        return None
    return _first_reason(result.exception_info if result else {})


def _first_reason(info: Any) -> str:
    """The first line of why a check could not run; the message lies flat or one level down, under the name of a metric."""
    if not isinstance(info, dict):
        return "?"
    if info.get("exception_message"):
        return str(info["exception_message"]).strip().splitlines()[0][:500]
    return next((reason for inner in info.values() if (reason := _first_reason(inner)) != "?"), "?")
