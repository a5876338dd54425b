"""Run dbt in this process: parse once, build twice, and leave no lock on the warehouse."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dagster_project.change.build import Change, begin, has_other_years
from dagster_project.change.tables import begin_file
from dagster_project.dbt_cache import ANY_RAW, PROJECT, parsed_project
from ingest.home import Home
from ingest.home.environment import forget
from ingest.home.memory import engine_settings

SET_APART = 20_000  # reports whose rows a late build also keeps apart for its later steps; to write many twice costs more than to look for them
AFTER_GATE = "tag:published"  # the models that are built once the expectations have run
# What failed stands in the results; a line for every step of every node, which nobody reads, would take a tenth of the time (dbt_events).
SILENT = ("--quiet", "--no-use-colors", "--log-level", "none", "--log-level-file", "none")


class WarehouseError(Exception):
    """dbt could not build; the message names the models."""


@dataclass
class Warehouse:
    """The dbt project for one home folder."""

    home: Home
    _manifest: Any = field(default=None)

    def environment(self, raw: str | None = None) -> None:
        """Tell dbt where this home folder is; it reads these variables in profiles.yml and, while it parses, in sources.yml."""
        self.home.dbt_target.mkdir(parents=True, exist_ok=True)
        forget("DBT_")
        engine = engine_settings(self.home)
        os.environ.update(
            FOI_MEMORY_LIMIT=engine["memory_limit"],
            FOI_SCRATCH=engine["temp_directory"],
            FOI_WAREHOUSE=str(self.home.build),
            FOI_RAW=str(raw or self.home.raw),
            DBT_TARGET_PATH=str(self.home.dbt_target),
            DBT_LOG_PATH=str(self.home.dbt_target),
            DBT_PROJECT_DIR=str(PROJECT),
            DBT_PROFILES_DIR=str(PROJECT),
            DBT_SEND_ANONYMOUS_USAGE_STATS="false",
            DBT_VERSION_CHECK="false",
        )

    def manifest(self) -> dict[str, Any]:
        """The parsed project as plain values: models, sources, tests."""
        self._parsed()
        loaded: dict[str, Any] = json.loads((self.home.dbt_target / "manifest.json").read_text("utf-8"))
        return loaded

    def build(self, *selection: str) -> list[Any]:
        """Build and test the selected models; the results of all nodes, or WarehouseError with what failed."""
        # Nobody reads what dbt would write of the run; the manifest stands there already (dbt_cache).
        return self.run("build", *selection, "--exclude-resource-type", "unit_test", "--no-write-json")

    def build_facts(self, reason: str | None = None) -> tuple[Change, list[Any]]:
        """Build all up to the rules, of what changed or (for this `reason`, or one that is found) of everything; what was touched, and the results."""
        change = begin(self.home, reason)
        if not change.has_facts:
            return change, []
        results = self._build_step(change, "tag:late", "--exclude", AFTER_GATE)
        if not change.is_full and has_other_years(self.home):
            return self.build_facts("years")
        return change, results

    def build_sums(self, change: Change | None) -> list[Any]:
        """Build what rests on the results of the expectations; everything of it where nobody knows what was touched."""
        return self._build_step(change, f"tag:late,{AFTER_GATE}", "--select", AFTER_GATE)

    def _build_step(self, change: Change | None, late: str, *full: str) -> list[Any]:
        """A full build makes everything; a late one runs no more than the models that have anything to do."""
        if change is None or change.is_full:
            return self.build(*full)
        holds = late.replace("late", "holds")
        left_out = [f"tag:{tag}" for tag in change.without] + ([AFTER_GATE] if late == "tag:late" else [])
        chosen = ["--select", late, holds, *(["--exclude", *left_out] if left_out else [])]
        apart = change.has_facts and change.reports <= SET_APART
        told = {"is_late": True, "sets_apart": apart, "without": list(change.without), "units": change.units}
        return self.build(*chosen, "--indirect-selection", "empty", "--vars", json.dumps(told))

    def docs(self) -> Path:
        """The dbt documentation as one page."""
        self.run("docs", "generate", "--static")
        return self.home.dbt_target / "static_index.html"

    def run(self, *command: str) -> list[Any]:
        """Any command of dbt; the results of all nodes, or WarehouseError with what failed."""
        begin_file(self.home)
        outcome = self._invoke(self._parsed(), *command)
        results = list(getattr(outcome.result, "results", None) or [])
        broken = [r for r in results if str(r.status) in ("error", "fail")]
        if broken:
            raise WarehouseError("\n".join(f"{r.node.name}: {r.message}" for r in broken))
        if not outcome.success:
            raise WarehouseError(str(outcome.exception or f"dbt {command[0]} failed"))
        return results

    def _parsed(self) -> Any:
        if self._manifest is None:
            self.environment()
            self._manifest = parsed_project(self.home, self._parse)
        return self._manifest

    def _parse(self) -> tuple[Any, str]:
        with tempfile.TemporaryDirectory() as scratch:
            outcome = self._invoke(None, "parse", "--no-partial-parse", "--target-path", scratch, raw=ANY_RAW)
            if outcome.result is None:
                raise WarehouseError(str(outcome.exception or "dbt parse failed"))
            return outcome.result, (Path(scratch) / "manifest.json").read_text("utf-8")

    def _invoke(self, manifest: Any, *arguments: str, raw: str | None = None) -> Any:
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager
        from dbt.cli.main import dbtRunner

        from dagster_project.dbt_events import be_quiet

        be_quiet()
        self.environment(raw)
        try:
            return dbtRunner(manifest=manifest).invoke([*arguments, *SILENT])
        finally:
            DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
