"""What Dagster shows: assets, checks, schedules, and the run that `foi load` recorded."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from dagster_project.definitions import build_definitions
from dagster_project.settings import Settings
from tests.conftest import EXAMPLES
from tests.paths import CASES

KEYS = CASES / "asset_keys.txt"


@pytest.fixture(scope="module")
def definitions(loaded: Path) -> dg.Definitions:
    return build_definitions(Settings(home=str(loaded), inbox=str(EXAMPLES)), is_shown=True)


def test_the_asset_keys_are_the_ones_people_know(definitions: dg.Definitions):
    keys = sorted(k.to_user_string() for k in definitions.resolve_asset_graph().get_all_asset_keys())
    assert keys == KEYS.read_text("utf-8").split()


def test_dbt_reads_what_landing_writes(definitions: dg.Definitions):
    graph = definitions.resolve_asset_graph()
    upstream = graph.get(dg.AssetKey(["staging", "stg_cells"])).parent_keys
    assert upstream == {dg.AssetKey(["raw", "cells"])}
    assert graph.get(dg.AssetKey(["raw", "cells"])).parent_keys == {dg.AssetKey(["raw", "landed"])}
    # What the gate found decides which tables of which reports are left out of the sums of an area.
    exclusions = dg.AssetKey(["quality", "exclusions"])
    assert exclusions in graph.get(dg.AssetKey(["marts", "area_year"])).parent_keys
    assert dg.AssetKey(["quality", "expectation_results"]) in graph.get(exclusions).parent_keys


@pytest.mark.parametrize(("name", "day"), [("units_filed", (2026, 2, 1)), ("governments_filed", (2026, 4, 1))])
def test_a_schedule_loads_the_year_before(definitions: dg.Definitions, name: str, day: tuple[int, int, int]):
    schedule = definitions.resolve_schedule_def(name)
    assert schedule.execution_timezone == "Asia/Shanghai"
    when = datetime(*day, 3, tzinfo=UTC)
    with dg.build_schedule_context(scheduled_execution_time=when, repository_def=definitions.get_repository_def()) as context:
        data = schedule.evaluate_tick(context)
    assert [r.partition_key for r in data.run_requests or []] == ["2025"]


def test_alerts_follow_each_load_and_each_morning(definitions: dg.Definitions):
    repository = definitions.get_repository_def()
    assert {"alerts_after_load", "alerts_after_failure"} <= {s.name for s in repository.sensor_defs}
    assert repository.get_schedule_def("alerts_each_morning").job.name == "alerts"
    assert "settings" in repository.get_job("alerts").resource_defs


def test_the_load_is_recorded_with_its_checks(loaded: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DAGSTER_HOME", str(loaded / "dagster"))
    with dg.DagsterInstance.get() as instance:
        assert not instance.telemetry_enabled
        runs = instance.get_runs()
        assert runs and all(r.status == dg.DagsterRunStatus.SUCCESS for r in runs)
        records = instance.get_records_for_run(runs[-1].run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION).records
    results = {
        (e.asset_key.path[-1], e.check_name): e.passed
        for r in records
        if (e := r.event_log_entry.dagster_event.asset_check_evaluation_data)
    }
    assert results["expectation_results", "no_error"] is False and results["expectation_results", "nothing_broken"] is True
    assert results["facts", "nothing_to_look_at"] is False


def test_a_load_is_recorded_by_one_asset_a_step_and_the_models_stand_in_it(loaded: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DAGSTER_HOME", str(loaded / "dagster"))
    with dg.DagsterInstance.get() as instance:
        run = instance.get_runs()[-1].run_id
        made = instance.get_records_for_run(run, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION).records
        steps = instance.get_records_for_run(run, of_type=dg.DagsterEventType.STEP_SKIPPED).records
    found = {record.asset_key.to_user_string(): record.event_log_entry.asset_materialization for record in made}
    assert set(found) == {
        "raw/landed",
        "raw/reference",
        "warehouse/facts",
        "quality/expectation_results",
        "warehouse/sums",
        "published",
    }
    seconds = found["warehouse/facts"].metadata["seconds"].value
    assert {"fct_cells", "rule_results"} <= set(seconds) and not steps
