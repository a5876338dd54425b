"""The warehouse as it would have been on an earlier day: the same models and checks over the inputs that had landed by then."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dagster_project.dbt import Warehouse
from dagster_project.quiet import quiet_logs
from dagster_project.up_to_date import CODE, SOURCE
from expectations.decisions import understood, write_decisions
from ingest.home import Home
from ingest.home.ledger import read_ledger
from ingest.landing.batches import lock
from ingest.landing.corrections import write_corrections
from ingest.landing.schemas import SCHEMAS, fingerprint, law_fingerprint, with_every_column
from ingest.landing.withdrawals import known_corrections

KEPT = 10  # earlier days whose warehouse is kept


def first_landing(home: Home) -> datetime | None:
    """When the first file landed (UTC); None if none has."""
    moments = [frame["landed_at"].min() for _, frame in _landed(home)]
    return min((m for m in moments if isinstance(m, datetime)), default=None)


def build_as_of(home: Home, day: str, until: datetime, progress: Callable[[], None]) -> Path:
    """The published file of a day: inputs, decisions and corrections from before `until` (UTC); built once and kept.

    Forms, rules, units and rosters are those of today. `progress` is called if it must be built, which takes some seconds.
    """
    with lock(home, "as_of"):
        for left in home.as_of.glob(".*"):  # by one that was killed
            shutil.rmtree(left, ignore_errors=True)
        scratch = Home(home.as_of / f".{day}.{os.getpid()}")
        try:
            with lock(home):
                key = copy_known(home, scratch, until)
            target = home.as_of / f"{day}-{key}"
            if not _is_whole(target / "published.duckdb"):
                progress()
                _build(scratch)
                for old in home.as_of.glob(f"{day}-*"):
                    shutil.rmtree(old) if old.is_dir() else old.unlink()
                target.mkdir(parents=True, exist_ok=True)
                os.replace(scratch.published, target / "published.duckdb")
        finally:
            shutil.rmtree(scratch.root, ignore_errors=True)
        os.utime(target)
        for old in sorted(home.as_of.glob("[!.]*"), key=lambda p: p.stat().st_mtime)[:-KEPT]:
            shutil.rmtree(old)
    return target / "published.duckdb"


def _is_whole(published: Path) -> bool:
    """Whether a kept file is there and can be opened; else it is made anew."""
    import duckdb

    try:
        duckdb.connect(str(published), read_only=True).close()
    except duckdb.Error:
        return False
    return published.is_file()


def _landed(home: Home) -> list[tuple[Path, Any]]:
    """Each batch with its rows of inputs."""
    import polars as pl

    return [(path.parent, pl.read_parquet(path, glob=False)) for path in sorted(home.batches.glob("[!.]*/inputs.parquet"))]


def copy_known(home: Home, scratch: Home, until: datetime) -> str:
    """Put what was known before `until` into a home folder of its own; returns a hash of it and of all that makes facts of it."""
    import polars as pl

    digest = hashlib.sha256(f"{until}{fingerprint()}{law_fingerprint()}".encode())
    for batch, frame in _landed(home):
        frame = frame.filter(pl.col("landed_at") < until)
        if frame.is_empty():
            continue
        folder = scratch.batches / batch.name
        folder.mkdir(parents=True)
        with_every_column("inputs", frame).write_parquet(folder / "inputs.parquet")
        digest.update(f"{batch.name}{sorted(frame['input_id'])}{frame['landed_at'].max()}".encode())
        for name in SCHEMAS:
            if name != "inputs":
                _link(batch / f"{name}.parquet", folder / f"{name}.parquet")
    scratch.reference.mkdir(parents=True)
    for path in sorted(home.reference.glob("*.parquet")):
        if path.stem not in ("corrections", "decisions"):
            digest.update(path.name.encode() + path.read_bytes())
            _link(path, scratch.reference / path.name)
    corrections = known_corrections(home, until)
    write_corrections(scratch.reference, corrections)
    decided = _decisions(home.decisions, until)
    scratch.decisions.write_text(decided, "utf-8")
    write_decisions(scratch.decisions, scratch.reference)
    digest.update(f"{corrections}{decided}".encode())
    for path in sorted(p for room in CODE for p in room.rglob("*") if p.suffix in SOURCE):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _link(source: Path, target: Path) -> None:
    """The same file under another name, or a copy where the file system has no second names."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _decisions(ledger: Path, until: datetime) -> str:
    """The lines of the ledger that were written before `until`."""
    made = [(line.raw.decode(), line.entry.decided_at) for line in read_ledger(ledger, understood) if line.entry]
    return "".join(f"{text}\n" for text, at in made if datetime.fromisoformat(at).astimezone(UTC).replace(tzinfo=None) < until)


def _build(scratch: Home) -> None:
    """Both steps of dbt with the expectations between them, and the published file, as in a load."""
    from dagster_project.defs.publish import publish_file

    build_whole(scratch, scratch.decisions)
    publish_file(scratch)


def build_whole(home: Home, decisions: Path) -> None:
    """Build everything that has landed in a home folder, and judge it with these decisions; nothing is published."""
    from expectations.gate.run import run_expectations

    quiet_logs()
    warehouse = Warehouse(home)
    change, _ = warehouse.build_facts("asked")
    run_expectations(home.build, home.expectations, decisions=decisions)
    warehouse.build_sums(change)
