"""What people decided of violations: an append-only ledger; a decision holds only while the numbers stay as they were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from expectations.messages import plain
from ingest.home.ledger import add_lines, read_ledger
from ingest.home.placing import placed

# confirm: the report is wrong and must be corrected; explain, waive: it stands and asks for nothing more; withdraw: none of these.
ACTIONS = ("confirm", "explain", "waive", "withdraw")
SETTLED = {"explain": "explained", "waive": "waived"}


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided what of one rule of one report, when and why, and the two sides of the rule as they stood then."""

    decided_at: str
    who: str
    action: str
    unit_code: str
    report_year: int
    rule_id: str
    left: str
    right: str
    why: str


def understood(row: dict[str, Any]) -> Decision:
    """A decision as a line of the ledger says it; an error where a key is missing, strange, or of another kind."""
    decision = Decision(**row)
    for name, value in row.items():
        if not isinstance(value, int if name == "report_year" else str) or isinstance(value, bool):
            raise TypeError(f"{name}: {value!r}")
    if decision.action not in ACTIONS:
        raise ValueError(f"action: {decision.action}")
    if datetime.fromisoformat(decision.decided_at).tzinfo is None:
        raise ValueError(f"decided_at: {decision.decided_at}")
    return decision


class Ledger:
    """The decisions in the order in which they were made; the last one of a report's rule counts."""

    def __init__(self, path: Path | None) -> None:
        lines = read_ledger(path, understood) if path is not None else []
        self.decisions: list[Decision] = [line.entry for line in lines if line.entry is not None]
        self._last = {(d.unit_code, d.report_year, d.rule_id): d for d in self.decisions}

    def last(self, row: Mapping[str, Any]) -> Decision | None:
        """The last decision about a failing row."""
        return self.last_of((row.get("unit_code") or "", row.get("report_year") or 0, row.get("rule_id") or ""))

    def last_of(self, place: tuple[str, int, str]) -> Decision | None:
        """The last decision about a rule of the report of a unit and year."""
        return self._last.get(place)

    def status(self, row: Mapping[str, Any]) -> tuple[str, Decision | None]:
        """failed, explained or waived; with the decision that no longer holds where a number changed since."""
        decision = self.last(row)
        if decision is None or decision.action not in SETTLED:
            return "failed", None
        if (decision.left, decision.right) != (plain(row.get("left_sum")), plain(row.get("right_sum"))):
            return "failed", decision
        return SETTLED[decision.action], None


def append(path: Path, *decisions: Decision) -> None:
    """Write decisions behind the others, all of them or none; nothing written is ever changed."""
    add_lines(path, [asdict(decision) for decision in decisions])


def write_decisions(ledger: Path, folder: Path) -> None:
    """Write all decisions as decisions.parquet into a folder, in the order in which they were made, for the warehouse to join."""
    import polars as pl

    kinds = {f.name: pl.Int32() if f.name == "report_year" else pl.String() for f in fields(Decision)}
    rows = [{"number": n, **asdict(d)} for n, d in enumerate(Ledger(ledger).decisions, 1)]
    with placed(folder / "decisions.parquet") as scratch:
        pl.DataFrame(rows, schema={"number": pl.Int32(), **kinds}, orient="row").write_parquet(scratch)
