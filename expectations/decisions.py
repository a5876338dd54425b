"""What people decided of broken rules: an append-only ledger; a decision holds only while the numbers stay as they were."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from expectations.messages import plain

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


class Ledger:
    """The decisions in the order in which they were made; the last one of a report's rule counts."""

    def __init__(self, path: Path | None) -> None:
        self.decisions: list[Decision] = []
        if path is not None and path.is_file():
            for line in path.read_text("utf-8").splitlines():
                if line.strip():
                    self.decisions.append(Decision(**json.loads(line)))
        self._last = {(d.unit_code, d.report_year, d.rule_id): d for d in self.decisions}

    def last(self, row: Mapping[str, Any]) -> Decision | None:
        """The last decision about a failing row."""
        return self._last.get((row.get("unit_code") or "", row.get("report_year") or 0, row.get("rule_id") or ""))

    def status(self, row: Mapping[str, Any]) -> tuple[str, Decision | None]:
        """failed, explained or waived; with the decision that no longer holds where a number changed since."""
        decision = self.last(row)
        if decision is None or decision.action not in SETTLED:
            return "failed", None
        if (decision.left, decision.right) != (plain(row.get("left_sum")), plain(row.get("right_sum"))):
            return "failed", decision
        return SETTLED[decision.action], None


def append(path: Path, decision: Decision) -> None:
    """Write a decision behind the others; nothing written is ever changed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as ledger:
        ledger.write(json.dumps(asdict(decision), ensure_ascii=False) + "\n")
        ledger.flush()
        os.fsync(ledger.fileno())


def write_decisions(ledger: Path, folder: Path) -> None:
    """Write all decisions as decisions.parquet into a folder, in the order in which they were made, for the warehouse to join."""
    import polars as pl

    kinds = {f.name: pl.Int32() if f.name == "report_year" else pl.String() for f in fields(Decision)}
    rows = [{"number": n, **asdict(d)} for n, d in enumerate(Ledger(ledger).decisions, 1)]
    scratch = folder / f".decisions.{os.getpid()}"
    pl.DataFrame(rows, schema={"number": pl.Int32(), **kinds}, orient="row").write_parquet(scratch)
    os.replace(scratch, folder / "decisions.parquet")
