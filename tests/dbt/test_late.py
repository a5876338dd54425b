"""The price of building only what changed: after any history the warehouse is the one that a full build makes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from dagster_project import dbt
from dagster_project.change.build import end
from dagster_project.compare import differences
from dagster_project.dbt import Warehouse
from expectations.decisions import append, write_decisions
from expectations.gate.run import run_expectations
from ingest.home import Home
from ingest.landing import replacements
from ingest.landing.corrections import write_corrections
from ingest.landing.withdrawals import RESTORE, WITHDRAW, Withdrawal, known_corrections, note
from ingest.roster import Roster, year_locks
from ingest.roster.store import keep_roster
from tests.dbt.conftest import environment_kept
from tests.dbt.histories import YEARS, County, Step, counties, first_step, next_step, told, unit_lines
from tests.dbt.raw_zone import write_batch, write_raw_zone

HISTORIES = int(os.environ.get("FOI_HISTORIES", "200"))
STEPS = int(os.environ.get("FOI_HISTORY_STEPS", "2"))  # make torture goes on for longer


class Line:
    """A home folder whose line runs without reading files: raw tables are written, all that follows is the real thing."""

    def __init__(self, root: Path, some: list[County]) -> None:
        self.home = Home(root)
        self.warehouse = Warehouse(self.home)
        self.counties = some
        write_raw_zone(self.home.raw, {}, units=unit_lines(some))

    def take(self, number: int, step: Step) -> None:
        """Write down what happened in a step, as a load would."""
        if step.filings:
            write_batch(self.home.raw, f"b{number:03}", step.filings)
        self.home.corrections.write_text("\n".join(c for county in self.counties for c in county.corrections.values()), "utf-8")
        self._withdraw({document for county in self.counties for document in county.withdrawn})
        for lock in step.locks:
            year_locks.note(self.home.year_locks, lock)
        for replacement in step.replacements:
            replacements.note(self.home.replacements, replacement)
        write_corrections(self.home.reference, known_corrections(self.home))
        for decision in step.decisions:
            append(self.home.decisions, decision)
        write_decisions(self.home.decisions, self.home.reference)
        if step.roster:
            keep_roster(self.home.reference, Roster(f"roster-{number}.csv", f"{number:064}", tuple(step.roster)))

    def _withdraw(self, wanted: set[str]) -> None:
        from ingest.landing.withdrawals import read_withdrawals

        now = datetime.now(UTC).isoformat()
        standing = set(read_withdrawals(self.home.withdrawals))
        for action, documents in ((WITHDRAW, wanted - standing), (RESTORE, standing - wanted)):
            for document in sorted(documents):
                note(self.home.withdrawals, Withdrawal(now, "示例科", action, document, "示例", "", "", 0, "示例"))

    def build(self, reason: str | None = None) -> str | None:
        """Build what changed; why it was a full build, if it was one."""
        change, _ = self.warehouse.build_facts(reason)
        run_expectations(self.home.build, self.home.expectations, decisions=self.home.decisions, touched=not change.is_full)
        self.warehouse.build_sums(change)
        end(self.home)
        return change.reason

    def against_full(self, other: Path) -> list[str]:
        """What differs from a full build of the same raw tables."""
        shutil.copytree(self.home.raw, other / "raw")
        of_people = (self.home.decisions, self.home.withdrawals, self.home.corrections, self.home.year_locks, self.home.replacements)
        for ledger in of_people:
            if ledger.is_file():
                shutil.copy(ledger, other / ledger.name)
        whole = Line.__new__(Line)
        whole.home, whole.warehouse = Home(other), Warehouse(Home(other))
        whole.build()
        return differences(self.home.build, whole.home.build)


@pytest.fixture(autouse=True)
def _environment() -> Iterator[None]:
    with environment_kept():
        yield


def _of(path: Path, found: list[str]) -> set[str]:
    """The units whose reports are among what differs."""
    with duckdb.connect(str(path), read_only=True) as connection:
        units = connection.execute("select distinct unit_code from core.fct_reports where unit_code is not null").fetchall()
    return {unit for (unit,) in units if any(unit in line for line in found)}


def test_after_any_history_the_late_builds_have_made_what_a_full_one_makes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = counties(HISTORIES, seed=1)
    line = Line(tmp_path / "late", some)
    line.take(0, first_step(some))
    assert line.build() == "first"
    for number in range(1, STEPS + 1):
        line.take(number, next_step(some, number, share=0.4))
        with (
            monkeypatch.context() as few_or_many
        ):  # whether the rows that are made stand apart or are looked for among all others
            few_or_many.setattr(dbt, "SET_APART", dbt.SET_APART if number % 2 else 0)
            assert line.build() is None
    found = line.against_full(tmp_path / "full")
    assert found == [], "\n".join([*found[:40], *told(some, _of(line.home.build, found))])


def test_a_year_that_nobody_had_reported_of_makes_a_full_build(tmp_path: Path) -> None:
    some = counties(3, seed=2)
    line = Line(tmp_path / "late", some)
    line.take(0, first_step(some))
    line.build()
    of_before = [f for county in some for f in county.filings[:1] if not f.reason]
    early = [
        replace(f, file=f"early-{f.file}", document=f"early-{f.file}", report_year=min(YEARS) - 1, form="2019", cells={})
        for f in of_before
    ]
    line.take(1, Step(filings=early))
    assert line.build() == "years"
    with duckdb.connect(str(line.home.build), read_only=True) as connection:
        owed = connection.execute("select min(report_year), count(*) > 0 from marts.duties").fetchone()
    assert owed == (min(YEARS) - 1, True)
