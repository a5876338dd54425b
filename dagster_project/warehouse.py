"""Run dbt in this process: parse once, build twice, and leave no lock on the warehouse."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest.home import Home

PROJECT = Path(__file__).parent.parent / "dbt"
AFTER_GATE = "tag:published"  # the models that are built once the expectations have run


class WarehouseError(Exception):
    """dbt could not build; the message names the models."""


@dataclass
class Warehouse:
    """The dbt project for one home folder."""

    home: Home
    _manifest: Any = field(default=None)

    def environment(self) -> None:
        """Tell dbt where this home folder is; it reads these variables in profiles.yml and sources.yml."""
        self.home.dbt_target.mkdir(parents=True, exist_ok=True)
        os.environ.update(
            FOI_WAREHOUSE=str(self.home.build),
            FOI_RAW=str(self.home.raw),
            DBT_TARGET_PATH=str(self.home.dbt_target),
            DBT_LOG_PATH=str(self.home.dbt_target),
            DBT_PROJECT_DIR=str(PROJECT),
            DBT_PROFILES_DIR=str(PROJECT),
            DBT_SEND_ANONYMOUS_USAGE_STATS="false",
            DBT_VERSION_CHECK="false",
        )

    def manifest(self) -> dict[str, Any]:
        """The parsed project as dagster-dbt wants it."""
        if self._manifest is None:
            self._manifest = self._invoke("parse").result
        loaded: dict[str, Any] = json.loads((self.home.dbt_target / "manifest.json").read_text("utf-8"))
        return loaded

    def build(self, *selection: str) -> list[Any]:
        """Build and test the selected models; the results of all nodes, or WarehouseError with what failed."""
        self.manifest()
        outcome = self._invoke("build", *selection, "--exclude-resource-type", "unit_test")
        if outcome.exception is not None:
            raise WarehouseError(str(outcome.exception))
        results = list(outcome.result.results)
        broken = [r for r in results if str(r.status) in ("error", "fail")]
        if broken:
            raise WarehouseError("\n".join(f"{r.node.name}: {r.message}" for r in broken))
        return results

    def docs(self) -> Path:
        """The dbt documentation as one page."""
        self._invoke("docs", "generate", "--static")
        return self.home.dbt_target / "static_index.html"

    def _invoke(self, *arguments: str) -> Any:
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager
        from dbt.cli.main import dbtRunner

        self.environment()
        try:
            return dbtRunner(manifest=self._manifest).invoke([*arguments, "--quiet", "--no-use-colors"])
        finally:
            DuckDBConnectionManager.close_all_connections()
