"""Keep every original and put what was read of it into parquet, one batch at a time, whole or not at all."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ingest.folder import read_file, why_unreadable
from ingest.home import Home
from ingest.inbox import Input
from ingest.model import IngestError, Issue
from ingest.reading import Landed, Reading, set_aside
from ingest.rows import Rows, input_id
from ingest.units import Registry
from ingest.workers import begin

THREADS = 4  # that store originals


@contextlib.contextmanager
def lock(home: Home, name: str = "landing") -> Iterator[None]:
    """Only one process at a time lands files in a home folder (or does whatever else `name` says); a second one waits."""
    home.root.mkdir(parents=True, exist_ok=True)
    with (home.root / f".{name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def known_inputs(home: Home, curable: frozenset[str] = frozenset()) -> set[str]:
    """The ids of all inputs that have landed, but those set aside for a reason that has gone since (`curable` reason codes).

    A batch that was being written when its load was killed (its folder begins with a point) has not landed.
    """
    import polars as pl

    for path in sorted(home.batches.glob("[!.]*/*.parquet")):
        try:
            pl.read_parquet_schema(path)
        except (pl.exceptions.PolarsError, OSError) as error:
            raise IngestError("raw_damaged", str(path), str(error).splitlines()[0][:200], str(path.parent)) from error
    files = list(home.batches.glob("[!.]*/inputs.parquet"))
    if not files:
        return set()
    known = pl.read_parquet(files, columns=["input_id", "reason_code"])
    return set(known.filter(~pl.col("reason_code").fill_null("").is_in(list(curable)))["input_id"])


def new_inputs(home: Home, inputs: Iterable[Input], registry: Registry, curable: frozenset[str] = frozenset()) -> list[Input]:
    """The inputs that have not landed yet; an archive becomes its members, each an original of its own."""
    known = known_inputs(home, curable)
    fresh: list[Input] = []
    for item in inputs:
        for part in item.unpacked(home.originals):
            if input_id(part, part.document_id, registry) not in known:
                if not fresh:
                    begin()  # the readers get ready while the list goes on
                fresh.append(part)
    return fresh


def land(home: Home, reading: Reading, registry: Registry, results: list[Landed] | None = None) -> str | None:
    """Store originals and one batch of parquet tables; returns the batch id, None if there was nothing to store.

    `results` are the inputs of the reading to land (all unless told). The batch is written beside its place and renamed into it,
    so that a killed load leaves nothing half done.
    """
    results = reading.landed if results is None else results
    if not results:
        return None
    ids = {input_id(r.input, r.report.document_id, registry) for r in results}
    batch_id = hashlib.sha256("".join(sorted(ids)).encode()).hexdigest()[:16]
    scratch = home.batches / f".{batch_id}.{os.getpid()}"
    scratch.mkdir(parents=True, exist_ok=True)
    for old in home.batches.glob(".*"):
        if old != scratch:
            shutil.rmtree(old, ignore_errors=True)
    with ThreadPoolExecutor(THREADS) as threads:  # they wait for the disk while the tables are packed
        kept = [r for r in results if not r.input.problem]
        stored = [(r, threads.submit(store_original, home.originals, r.report.document_id, r.input.path)) for r in kept]
        reading.rows.write(scratch, ids)
        lost = [(r.input, problem, r.report.document_id) for r, one in stored if (problem := one.result())]
    if lost:
        _write_without(scratch, reading, ids, lost, registry)
    target = home.batches / batch_id
    if target.exists():  # the same inputs once more: what was read now takes the place of what was read then
        shutil.rmtree(target)
    os.replace(scratch, target)
    return batch_id


def _write_without(
    scratch: Path, reading: Reading, ids: set[str], lost: list[tuple[Input, Issue, str]], registry: Registry
) -> None:
    """Write a batch again without the files that were gone or changed before their bytes were kept; they are set aside."""
    ids = ids - {input_id(item, document_id, registry) for item, _, document_id in lost}
    rows = Rows()
    rows.extend(reading.rows)
    for item, problem, _ in lost:
        aside = set_aside(item, problem, registry)
        rows.extend(aside.rows)
        ids.add(input_id(item, aside.landed[0].report.document_id, registry))
    rows.write(scratch, ids)


def store_original(originals: Path, document_id: str, source: Path) -> Issue | None:
    """Keep a file under the hash of its bytes; returns why not, where it is gone or holds other bytes than were read."""
    path = originals / document_id[:2] / (document_id + source.suffix.lower())
    if path.exists():
        return None
    try:
        data = read_file(source)
    except OSError as error:
        return why_unreadable(source, error)
    if hashlib.sha256(data).hexdigest() != document_id:
        return Issue("file_changed", "error")
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    scratch.write_bytes(data)
    os.replace(scratch, path)
    return None
