"""What is damaged in a home folder and can be made again from the originals is made again; what cannot is set aside and told."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.home import Home
from ingest.home.ledger import aside_of
from ingest.home.placing import placed
from ingest.landing.batches import put_batch
from ingest.landing.inbox import Input
from ingest.landing.reading import Progress, Reading, read_inputs
from ingest.landing.schemas import with_every_column
from ingest.landing.seals import damage, damaged_batches, inputs_of
from ingest.model import Hints, IngestError, Issue
from ingest.roster.store import TABLES
from ingest.units import Registry
from ingest.units.known import own_units

if TYPE_CHECKING:
    import polars as pl

LOST = "original_gone"  # the reason of an input that cannot be read again


def set_damaged_aside(home: Home) -> list[Issue]:
    """Set aside the lists of the home folder that cannot be read (own units, rosters, seasons), each under its name and .broken."""
    import polars as pl

    found = []
    try:
        own_units(home)
    except IngestError as error:
        found.append(_aside(home.reference / "extra_units.json", "own_units_damaged", error.issue.found))
    for name, schema in TABLES.items():
        path = home.reference / f"{name}.parquet"
        if not path.is_file():
            continue
        try:
            if pl.read_parquet(path, glob=False).schema != pl.Schema(schema):
                found.append(_aside(path, f"{name}_damaged", "columns"))
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
            found.append(_aside(path, f"{name}_damaged", str(error).splitlines()[0][:200]))
    return found


def _aside(path: Path, code: str, reason: str) -> Issue:
    os.replace(path, aside_of(path))
    return Issue(code, "error", aside_of(path).name, reason)


def read_damaged_again(home: Home, registry: Registry, progress: Progress | None = None) -> list[Issue]:
    """Read the inputs of every damaged batch again from their originals; what cannot be is told.

    A damaged batch is set aside first, and thrown away when what was read again is in its place: a process that is killed between the
    two leaves it for the next load.
    """
    for batch in damaged_batches(home):
        home.damaged.mkdir(parents=True, exist_ok=True)
        target = home.damaged / batch.name
        shutil.rmtree(target, ignore_errors=True)
        os.replace(batch, target)
    return [issue for batch in sorted(home.damaged.glob("[!.]*")) for issue in _read_again(home, batch, registry, progress)]


def _read_again(home: Home, batch: Path, registry: Registry, progress: Progress | None) -> list[Issue]:
    rows = inputs_of(batch)
    if rows is None:
        return [Issue("raw_lost", "error", f"raw/{home.damaged.name}/{batch.name}", damage(batch))]
    found = {row["file"]: _input(home, row) for row in rows.to_dicts()}
    inputs, lost = [item for item in found.values() if item], [file for file, item in found.items() if not item]
    reading = read_inputs(inputs, registry, progress)
    if reading.scans:
        scans = read_inputs(reading.scans, registry, progress, home.recognized)
        reading.landed += scans.landed
        reading.rows.extend(scans.rows)
    put_batch(home, batch.name, lambda folder: _write(folder, reading, rows, lost))
    shutil.rmtree(batch)
    told = [Issue("raw_read_again", "warning", f"raw/batches/{batch.name}", str(len(inputs)))]
    return [*told, *(Issue(LOST, "error", file) for file in lost)]


def _input(home: Home, row: dict[str, Any]) -> Input | None:
    """The input of a row as it was, with its original in the place of the file; None if the original is gone."""
    hints = json.loads(row["hints"])
    given = Hints(**{**hints, "folders": tuple(hints["folders"])})
    original = original_of(home, row["document_id"])
    if original:
        return Input(original, row["file"], given)
    if row["document_id"] != hashlib.sha256(row["file"].encode()).hexdigest():  # else it never had bytes of its own
        return None
    details = (row[f"reason_{name}"] or "" for name in ("place", "found", "expected"))
    return Input(home.originals / "none", row["file"], given, Issue(row["reason_code"], "error", *details))


def original_of(home: Home, document_id: str) -> Path | None:
    """Where the original of a document is kept; None if it is not there."""
    return next((home.originals / document_id[:2]).glob(f"{document_id}*"), None)


def _write(folder: Path, reading: Reading, before: pl.DataFrame, lost: list[str]) -> None:
    """The tables of what was read again; each input has landed when it did, and one whose original is gone is set aside."""
    import polars as pl

    path, key = folder / "inputs.parquet", ["file", "document_id"]
    reading.rows.write(folder, None, datetime.now(UTC).replace(tzinfo=None))
    made = pl.read_parquet(path, glob=False)
    before = with_every_column("inputs", before)
    moments = before.select(*key, "landed_at", "is_back").unique(key, keep="first")
    made = made.drop("landed_at", "is_back").join(moments, on=key, how="left").select(made.columns)
    gone = before.filter(pl.col("file").is_in(lost)).with_columns(state=pl.lit("quarantined"), reason_code=pl.lit(LOST))
    with placed(path) as scratch:
        pl.concat([made, gone.select(made.columns)]).write_parquet(scratch)
