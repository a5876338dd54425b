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
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from ingest.folders import FolderListing
from ingest.home import Home
from ingest.inbox import Input
from ingest.model import IngestError
from ingest.reading import Landed, Reading
from ingest.rows import input_id
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


def newest_inputs(home: Home) -> dict[tuple[str, str], tuple[str, str]]:
    """The newest landing of each file and its bytes: its input id, and the reason for which it was set aside, if it was.

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
        return {}
    landed = pl.read_parquet(files, columns=["file", "document_id", "input_id", "reason_code", "landed_at"])
    newest = landed.sort(["landed_at", "input_id"], descending=[True, False]).unique(["file", "document_id"], keep="first")
    return {(file, document): (key, reason or "") for file, document, key, reason, _ in newest.iter_rows()}


def new_inputs(
    home: Home,
    inputs: Iterable[Input],
    registry: Registry,
    curable: frozenset[str] = frozenset(),
    listing: FolderListing | None = None,
) -> list[Input]:
    """The inputs that have not landed yet; an archive becomes its members, each an original of its own.

    The newest landing of a file with its bytes decides, so that a manifest that says again what it said before is news; and so is a
    file that holds again what it held before (`listing`). What was set aside for a `curable` reason is read again.
    """
    known = newest_inputs(home)
    fresh: list[Input] = []
    for item in inputs:
        for part in item.unpacked(home.originals):
            newest, reason = known.get((part.file, part.document_id), ("", ""))
            is_back = listing is not None and listing.put(part.file, part.document_id, not part.problem) and bool(newest)
            if is_back or reason in curable or newest != input_id(part, part.document_id, registry):
                if not fresh:
                    begin()  # the readers get ready while the list goes on
                fresh.append(replace(part, is_back=True) if is_back else part)
    return fresh


def land(home: Home, reading: Reading, registry: Registry, results: list[Landed] | None = None) -> str | None:
    """Store originals and one batch of parquet tables; returns the batch id, None if there was nothing to store.

    `results` are the inputs of the reading to land (all unless told). The batch is written beside its place and renamed into it,
    so that a killed load leaves nothing half done.
    """
    results = _news(home, reading.landed if results is None else results, registry)
    if not results:
        return None
    ids = {input_id(r.input, r.report.document_id, registry) for r in results}
    landed_at = datetime.now(UTC).replace(tzinfo=None)
    batch_id = hashlib.sha256("".join([landed_at.isoformat(), *sorted(ids)]).encode()).hexdigest()[:16]
    scratch = home.batches / f".{batch_id}.{os.getpid()}"
    scratch.mkdir(parents=True, exist_ok=True)
    for old in home.batches.glob(".*"):
        if old != scratch:
            shutil.rmtree(old, ignore_errors=True)
    with ThreadPoolExecutor(THREADS) as threads:  # they wait for the disk while the tables are packed
        kept = [r for r in results if not r.input.problem]
        stored = [threads.submit(store_original, home.originals, r.report.document_id, r.input.path) for r in kept]
        reading.rows.write(scratch, ids, landed_at)
        for one in stored:
            one.result()
    os.replace(scratch, home.batches / batch_id)
    return batch_id


def _news(home: Home, results: list[Landed], registry: Registry) -> list[Landed]:
    """What no landing says yet: another load may have landed the same meanwhile, and what is set aside again is no news."""
    known = newest_inputs(home)

    def is_news(one: Landed) -> bool:
        key, reason = input_id(one.input, one.report.document_id, registry), one.report.reason
        return one.input.is_back or known.get((one.input.file, one.report.document_id)) != (key, reason.code if reason else "")

    return [one for one in results if is_news(one)]


def store_original(originals: Path, document_id: str, source: Path) -> Path:
    """Keep a file under the hash of its bytes; returns where."""
    path = originals / document_id[:2] / (document_id + source.suffix.lower())
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
        shutil.copyfile(source, scratch)
        os.replace(scratch, path)
    return path
