"""Dagster asks for alerts after each load and each morning, and a run of the job sends them as a person would."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from dagster_project.defs.alerts import alert_schedule, alert_sensors, alerts_job
from dagster_project.settings import Settings
from tests.foi.alerts.conftest import COUNTY, Mailbox, Published, body, written

OPERATOR = "{name: 运维, role: operator, channels: [{mail: ops@example.org}]}"


@dg.op
def load_reports() -> None:
    """Fail as a load does."""
    raise ValueError("disk full\nwith more lines")


@dg.op
def load_nothing() -> None:
    """Succeed."""


@dg.job
def failing_load() -> None:
    load_reports()


@dg.job
def good_load() -> None:
    load_nothing()


def run_of(job: dg.JobDefinition, settings: Settings) -> tuple[Any, list[dg.SensorDefinition], Any]:
    """A real run of a job, the sensors that watch it, and the instance it is recorded in."""
    instance = dg.DagsterInstance.ephemeral()
    result = job.execute_in_process(instance=instance, raise_on_error=False)
    return result, alert_sensors(job, settings), instance


def asked(sensor: dg.SensorDefinition, result: Any, event: dg.DagsterEvent, instance: Any) -> Any:
    context = dg.build_run_status_sensor_context(
        sensor_name=sensor.name, dagster_event=event, dagster_instance=instance, dagster_run=result.dagster_run
    )
    return sensor(context.for_run_failure() if event.is_failure else context)


def carry_out(request: Any, settings: Settings) -> bool:
    """What the daemon does with a request: a run of the job alerts."""
    config = getattr(request, "run_config", None) or {}
    return alerts_job.execute_in_process(run_config=config, resources={"settings": settings}, raise_on_error=False).success


@pytest.fixture
def settings(warehouse: Published, tmp_path: Path) -> Settings:
    written(tmp_path, COUNTY, OPERATOR)
    return Settings(home=str(tmp_path), inbox=str(tmp_path / "inbox"))


def test_a_load_that_succeeded_sends_the_digests(settings: Settings, mailbox: Mailbox):
    result, (after_load, _), instance = run_of(good_load, settings)
    request = asked(after_load, result, result.get_run_success_event(), instance)
    assert request.run_key == f"alerts-{result.run_id}" and carry_out(request, settings)
    (mail,) = mailbox.mails
    assert "填 27" in body(mail) and mail["To"].addresses[0].addr_spec == "office@example.org"


def test_a_load_that_failed_is_told_to_the_operators_alone(settings: Settings, warehouse: Published, mailbox: Mailbox):
    warehouse.rules.clear()
    warehouse.write()
    result, (_, after_failure), instance = run_of(failing_load, settings)
    request = asked(after_failure, result, result.get_run_failure_event(), instance)
    assert carry_out(request, settings) and carry_out(request, settings)
    (mail,) = mailbox.mails
    assert mail["To"].addresses[0].addr_spec == "ops@example.org"
    assert result.run_id in body(mail) and "load_reports" in body(mail) and "disk full" in body(mail)
    assert "with more lines" not in body(mail)


def test_each_morning_what_is_due_is_sent(settings: Settings, mailbox: Mailbox):
    schedule = alert_schedule(settings)
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("30 8 * * *", "Asia/Shanghai")
    with dg.build_schedule_context(scheduled_execution_time=datetime(2026, 1, 17, tzinfo=UTC)) as context:
        (request,) = schedule.evaluate_tick(context).run_requests or []
    assert request.run_key == "alerts-2026-01-17"
    assert carry_out(request, settings) and len(mailbox.mails) == 1


def test_without_a_file_of_recipients_nothing_is_sent_and_the_reason_is_given(settings: Settings, mailbox: Mailbox):
    settings.place.recipients.unlink()
    result, sensors, instance = run_of(good_load, settings)
    failed, _, failures = run_of(failing_load, settings)
    with dg.build_schedule_context(scheduled_execution_time=datetime(2026, 1, 17, tzinfo=UTC)) as context:
        skipped = alert_schedule(settings).evaluate_tick(context)
    said = [
        asked(sensors[0], result, result.get_run_success_event(), instance).skip_message,
        asked(sensors[1], failed, failed.get_run_failure_event(), failures).skip_message,
        skipped.skip_message,
    ]
    assert all("FOI_RECIPIENTS" in words for words in said) and carry_out(None, settings) and mailbox.mails == []


def test_a_channel_that_fails_does_not_fail_the_run_and_a_wrong_file_does(
    settings: Settings, mailbox: Mailbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    mailbox.is_refusing = True
    assert carry_out(None, settings)
    other = tmp_path / "other.yaml"
    other.write_text("recipients: 3", "utf-8")
    monkeypatch.setenv("FOI_RECIPIENTS", str(other))
    assert settings.recipients == other and not carry_out(None, settings)
