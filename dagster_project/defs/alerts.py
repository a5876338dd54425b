"""Alerts follow the runs: after a load that succeeded, after one that failed, and each morning for reminders and retries.

A run of the job `alerts` calls the same command as a person, `foi alerts send`; in a run it has all the time it needs (a sensor
has a minute), and its words stand in the run's log. Who is told what is no matter of this room.
"""

import subprocess
import sys
from pathlib import Path
from typing import Any

import dagster as dg

from dagster_project.settings import Settings

MORNING = "30 8 * * *"
AFTER_LOAD, AFTER_FAILURE = "alerts_after_load", "alerts_after_failure"
ENDS = {AFTER_LOAD: dg.DagsterEventType.RUN_SUCCESS, AFTER_FAILURE: dg.DagsterEventType.RUN_FAILURE}  # what each sensor waits for
NO_FILE = "nobody gets alerts: FOI_RECIPIENTS is not set and the home folder has no recipients.yaml"


class FailedRun(dg.Config):
    """The run that failed and why; empty when nothing failed."""

    run_id: str = ""
    reason: str = ""


@dg.op
def send_alerts(context: dg.OpExecutionContext, config: FailedRun, settings: dg.ResourceParam[Settings]) -> None:
    """Send what is due; a channel that fails is tried again later, so that it does not fail this run."""
    if settings.recipients is None:
        context.log.info(NO_FILE)
        return
    program = Path(sys.executable).with_name("foi")
    failed = ["--failed-run", config.run_id, "--reason", config.reason] if config.run_id else []
    command = [str(program), "alerts", "send", str(settings.recipients.resolve()), "--home", str(settings.place.root), *failed]
    done = subprocess.run(command, capture_output=True, text=True)
    said = f"{done.stdout}{done.stderr}".strip()
    if done.returncode > 1:
        raise dg.Failure(description=said or f"exit code {done.returncode}")
    (context.log.warning if done.returncode else context.log.info)(said)


@dg.job(name="alerts", executor_def=dg.in_process_executor)
def alerts_job() -> None:
    """Send the alerts that are due."""
    send_alerts()


def alert_sensors(job: Any, settings: Settings, *nightly: Any) -> list[dg.SensorDefinition]:
    """Ask for alerts after each load: the violations when it succeeded, the failure when it (or a nightly job) did not."""

    @dg.run_status_sensor(run_status=dg.DagsterRunStatus.SUCCESS, name=AFTER_LOAD, monitored_jobs=[job], request_job=alerts_job)
    def after_load(context: dg.RunStatusSensorContext) -> dg.RunRequest | dg.SkipReason:
        if settings.recipients is None:
            return dg.SkipReason(NO_FILE)
        return dg.RunRequest(run_key=f"alerts-{context.dagster_run.run_id}")

    @dg.run_failure_sensor(name=AFTER_FAILURE, monitored_jobs=[job, *nightly], request_job=alerts_job)
    def after_failure(context: dg.RunFailureSensorContext) -> dg.RunRequest | dg.SkipReason:
        if settings.recipients is None:
            return dg.SkipReason(NO_FILE)
        run_id = context.dagster_run.run_id
        config = {"run_id": run_id, "reason": _reason(context)}
        return dg.RunRequest(run_key=f"alerts-{run_id}", run_config={"ops": {"send_alerts": {"config": config}}})

    return [after_load, after_failure]


def alert_schedule(settings: Settings) -> dg.ScheduleDefinition:
    """Each morning: reminders before and after deadlines, escalations, and what could not be delivered."""

    @dg.schedule(name="alerts_each_morning", cron_schedule=MORNING, job=alerts_job, execution_timezone="Asia/Shanghai")
    def each_morning(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        if settings.recipients is None:
            return dg.SkipReason(NO_FILE)
        return dg.RunRequest(run_key=f"alerts-{context.scheduled_execution_time:%Y-%m-%d}")

    return each_morning


def _reason(context: dg.RunFailureSensorContext) -> str:
    """The steps that failed and the first line of each error; of the run itself where no step did."""
    reasons = [context.failure_event.message or ""]
    for event in context.get_step_failure_events():
        error = event.step_failure_data.error
        inner = (error.cause or error).message.strip().splitlines() if error else []
        reasons.append(f"{event.step_key}: {inner[0] if inner else ''}")
    return "; ".join(reason for reason in reasons if reason)[:500]
