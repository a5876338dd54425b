"""Dagster's record of the runs in the home folder, with its connections kept open: a load writes hundreds of events."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy
from dagster import DagsterRunStatus, RunsFilter
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage

from ingest.home.ledger import aside_of

KEPT_FOR, KEPT_ALWAYS, FORGOTTEN_AT_ONCE = timedelta(days=90), 100, 20
ENDED = [DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE, DagsterRunStatus.CANCELED]
KEPT_OPEN = 8  # files: one of all runs and one of each run


def begin_anew_if_damaged(folder: Path) -> Path | None:
    """Where a file of the record is damaged, set the whole folder aside so that a new one is made; returns where it was put."""
    if all(
        _is_whole(path)
        for path in (
            folder / "history" / "runs.db",
            folder / "history" / "runs" / "index.db",
            folder / "schedules" / "schedules.db",
        )
    ):
        return None
    beside = aside_of(folder)
    if beside.exists():
        shutil.rmtree(beside)
    os.replace(folder, beside)
    return beside


def forget_old_runs(instance: Any, folder: Path, now: datetime | None = None) -> int:
    """Take runs out of the record that ended long ago, some at a time so that no load waits for it; how many.

    Nothing of the warehouse rests on the record: what a run published stays.
    """
    before = (now or datetime.now(UTC)) - KEPT_FOR
    newest = instance.get_run_ids(limit=KEPT_ALWAYS)
    if len(newest) < KEPT_ALWAYS:
        return 0
    old = instance.get_run_records(
        RunsFilter(statuses=ENDED, created_before=before), cursor=newest[-1], limit=FORGOTTEN_AT_ONCE, ascending=False
    )
    for record in old:
        run_id = record.dagster_run.run_id
        instance.delete_run(run_id)
        for left in (folder / "history" / "runs").glob(f"{run_id}.db*"):
            left.unlink(missing_ok=True)
        shutil.rmtree(folder / "storage" / run_id, ignore_errors=True)
    return len(old)


def _is_whole(path: Path) -> bool:
    """Whether a file of SQLite can be read from end to end; one that is not there yet, or in use, is no damage."""
    if not path.exists():
        return True
    try:
        with contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=30)) as connection:
            return bool(connection.execute("pragma quick_check(1)").fetchone() == ("ok",))
    except sqlite3.OperationalError as error:
        return "disk I/O" not in str(error)  # else it is in use, or may not be read
    except sqlite3.DatabaseError:
        return False


class EventLog(SqliteEventLogStorage):
    """The same files as Dagster's own, but one connection a file instead of one an event, and no waiting for the disk after each event.

    What the machine did not write before it lost power is missing in the log; a file is never damaged by that.
    """

    def __init__(self, base_dir: str) -> None:
        self._engines: dict[str, sqlalchemy.Engine] = {}
        super().__init__(base_dir)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[sqlalchemy.Connection]:
        with self._db_lock:
            engine = self._engines.pop(shard, None)
            if engine is None or not Path(self.path_for_shard(shard)).exists():
                engine = self._open(shard)
            self._engines[shard] = engine  # the last one used stands last
            if len(self._engines) > KEPT_OPEN:
                self._engines.pop(next(iter(self._engines))).dispose()
            with engine.begin() as connection:
                yield connection

    def _open(self, shard: str) -> sqlalchemy.Engine:
        engine = sqlalchemy.create_engine(
            self.conn_string_for_shard(shard), pool_size=1, connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS}
        )
        sqlalchemy.event.listen(engine, "connect", lambda connection, _: connection.execute("pragma synchronous = normal"))
        self._initdb(engine)
        return engine

    def dispose(self) -> None:
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()
        super().dispose()


class History(DagsterSqliteStorage):
    """Runs, events and schedules below one folder, where Dagster looks for them by itself (dagster.yaml names this class)."""

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:
        super().__init__(base_dir, inst_data)
        self._event_log_storage = EventLog(str(Path(base_dir) / "history" / "runs"))

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> History:
        return cls.from_local(inst_data=inst_data, **config_value)
