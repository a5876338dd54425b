"""Whether a batch of raw tables is whole: beside its tables stand their hashes and a second copy of its inputs."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.home import Home
from ingest.home.placing import placed
from ingest.landing.known_bytes import is_settled, stamp_of
from ingest.landing.schemas import SCHEMAS

if TYPE_CHECKING:
    import polars as pl

HASHES, COPY = "hashes.json", "inputs.copy"
WHOLE = "whole.json"  # the batches that were found whole, with size and times of each of their files


def seal(folder: Path) -> None:
    """Write the hashes of the tables of a batch beside them, and a second copy of its inputs."""
    shutil.copyfile(folder / "inputs.parquet", folder / COPY)
    hashes = {f"{name}.parquet": _hash(folder / f"{name}.parquet") for name in SCHEMAS}
    (folder / HASHES).write_text(json.dumps(hashes, indent=1), "utf-8")


def damage(folder: Path) -> str:
    """What is wrong with the tables of a batch, by name; nothing where all are there as they were written.

    The inputs are only looked whether they can be read, since they are read each time. A batch from before there were hashes is whole
    if its tables can be opened.
    """
    import polars as pl

    hashes = _hashes(folder)
    for name in SCHEMAS:
        path = folder / f"{name}.parquet"
        try:
            if name == "inputs":
                pl.read_parquet(path, glob=False)
            elif path.name in hashes:
                if _hash(path) != hashes[path.name]:
                    return f"{path.name}: not as it was written"
            else:
                pl.read_parquet_schema(path)
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
            return f"{path.name}: {str(error).splitlines()[0][:200]}"
    return ""


def damaged_batches(home: Home) -> dict[Path, str]:
    """Every batch of a home folder that is damaged, with what is wrong; one that nobody has touched since it was found whole is not read.

    Only what was left alone for a while is remembered: a later change must then show in size or times.
    """
    kept, moment = home.raw / WHOLE, time.time_ns()
    known, found, damaged = _read_whole(kept), {}, {}
    for batch in sorted(home.batches.glob("[!.]*")):
        stamps = {path.name: stamp for path in sorted(batch.glob("*")) if (stamp := stamp_of(path))}
        if stamps and known.get(batch.name) == stamps:
            found[batch.name] = stamps
        elif reason := damage(batch):
            damaged[batch] = reason
        elif all(is_settled(stamp, moment) for stamp in stamps.values()):
            found[batch.name] = stamps
    if found != known:
        with (
            contextlib.suppress(OSError),
            placed(kept) as scratch,
        ):  # a home folder that may only be read is looked at all the same
            scratch.write_text(json.dumps(found), "utf-8")
    return damaged


def _read_whole(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def changed(folder: Path) -> str:
    """As `damage`, and the inputs too must be as they were written."""
    path, hashes = folder / "inputs.parquet", _hashes(folder)
    wrong = damage(folder)
    return wrong or (f"{path.name}: not as it was written" if path.name in hashes and _hash(path) != hashes[path.name] else "")


def inputs_of(folder: Path) -> pl.DataFrame | None:
    """The inputs of a batch, from its table or else from the copy; None if neither can be read."""
    import polars as pl

    for path in (folder / "inputs.parquet", folder / COPY):
        try:
            return pl.read_parquet(path, glob=False)
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError):
            continue
    return None


def _hashes(folder: Path) -> dict[str, str]:
    """The hashes as they were written; none where they are damaged themselves (then each table must be able to be opened)."""
    try:
        found = json.loads((folder / HASHES).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _hash(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
