"""Keep every original and put what was read of it into parquet, one batch at a time, whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from ingest.handed_in.folder import read_file, why_unreadable
from ingest.home import Home
from ingest.home.alone import alone
from ingest.home.placing import placed
from ingest.landing.inbox import Input
from ingest.landing.last_seen import FolderListing
from ingest.landing.reading import Landed, Reading
from ingest.landing.rows import input_id
from ingest.landing.seals import damaged_batches, seal
from ingest.landing.workers import begin
from ingest.model import IngestError, Issue
from ingest.units import Registry

THREADS = 4  # that store originals


@contextlib.contextmanager
def lock(home: Home, name: str = "landing") -> Iterator[None]:
    """Only one process at a time lands files in a home folder (or does whatever else `name` says); a second one waits."""
    with alone(home.root / f".{name}.lock"):
        yield


def newest_inputs(home: Home, files: Iterable[str]) -> dict[tuple[str, str], tuple[str, str]]:
    """The newest landing of each of these files and its bytes: its input id, and the reason for which it was set aside, if it was.

    A batch that was being written when its load was killed (its folder begins with a point) has not landed.
    """
    import polars as pl

    for batch, reason in damaged_batches(home).items():
        raise IngestError("raw_damaged", str(batch), reason, str(batch))
    tables = list(home.batches.glob("[!.]*/inputs.parquet"))
    if not tables:
        return {}
    wanted = pl.LazyFrame({"file": list(files)}, schema={"file": pl.String()})
    landed = pl.scan_parquet(tables, glob=False).select("file", "document_id", "input_id", "reason_code", "landed_at")
    landed = landed.join(wanted, on="file", how="semi").sort(["landed_at", "input_id"], descending=[True, False])
    newest = landed.unique(["file", "document_id"], keep="first").collect()
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
    parts = [
        p for item in inputs for p in (listing.known.parts(item, home.originals) if listing else item.unpacked(home.originals))
    ]
    known = newest_inputs(home, [part.file for part in parts])
    fresh: list[Input] = []
    for part in parts:
        newest, reason = known.get((part.file, part.document_id), ("", ""))
        is_back = listing is not None and listing.put(part.file, part.document_id, not part.problem) and bool(newest)
        if is_back or reason in curable or newest != input_id(part, part.document_id, registry):
            if not fresh:
                begin()  # the readers get ready while the list goes on
            fresh.append(replace(part, is_back=True) if is_back else part)
        elif not part.problem:  # what was lost of an original that is here again is kept again
            with contextlib.suppress(IngestError):
                store_original(home.originals, part.document_id, part.path)
    return fresh


def land(home: Home, reading: Reading, registry: Registry, results: list[Landed] | None = None) -> str | None:
    """Store originals and one batch of parquet tables; returns the batch id, None if there was nothing to store.

    `results` are the inputs of the reading to land (all unless told); those whose file is gone or another one by now are taken from
    them and left for the next load. The batch is written beside its place and renamed into it, so that a killed load leaves nothing
    half done.
    """
    results = _news(home, reading.landed if results is None else results, registry)
    lost = _store_originals(home, results)
    reading.left += [replace(r, report=replace(r.report, reason=lost[r.input.file])) for r in results if r.input.file in lost]
    reading.landed = [r for r in reading.landed if r.input.file not in lost]
    ids = {input_id(r.input, r.report.document_id, registry) for r in results if r.input.file not in lost}
    if not ids:
        return None
    landed_at = datetime.now(UTC).replace(tzinfo=None)
    # The same inputs may land again: what landed before stays as it was, with its moment.
    batch_id = hashlib.sha256("".join([landed_at.isoformat(), *sorted(ids)]).encode()).hexdigest()[:16]
    put_batch(home, batch_id, lambda folder: reading.rows.write(folder, ids, landed_at))
    return batch_id


def _news(home: Home, results: list[Landed], registry: Registry) -> list[Landed]:
    """What no landing says yet: another load may have landed the same meanwhile, and what is set aside again is no news."""
    known = newest_inputs(home, [one.input.file for one in results])

    def is_news(one: Landed) -> bool:
        key, reason = input_id(one.input, one.report.document_id, registry), one.report.reason
        return one.input.is_back or known.get((one.input.file, one.report.document_id)) != (key, reason.code if reason else "")

    return [one for one in results if is_news(one)]


def put_batch(home: Home, batch_id: str, write: Callable[[Path], None]) -> None:
    """Put the tables that `write` writes into their place as one batch, in the place of an older one of this id.

    Beside the tables stand their hashes and a second copy of the inputs, without which nothing could be read again from the originals.
    """
    scratch = home.raw / f".{batch_id}.{os.getpid()}"  # not among the batches, where it would be taken for one
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    try:
        write(scratch)
        seal(scratch)
        home.batches.mkdir(parents=True, exist_ok=True)
        target = home.batches / batch_id
        if target.exists():
            shutil.rmtree(target)
        os.replace(scratch, target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _store_originals(home: Home, results: list[Landed]) -> dict[str, Issue]:
    """Keep the originals of these inputs; returns the files that are gone or others by now, with the reason."""
    with ThreadPoolExecutor(THREADS) as threads:  # they wait for the disk
        kept = [r for r in results if not r.input.problem]
        stored = [threads.submit(store_original, home.originals, r.report.document_id, r.input.path) for r in kept]
    lost = {}
    for result, one in zip(kept, stored, strict=True):
        try:
            one.result()
        except IngestError as error:
            lost[result.input.file] = error.issue
    return lost


def store_original(originals: Path, document_id: str, source: Path) -> Path:
    """Keep a file under the hash of its bytes; returns where. IngestError if these bytes are no longer what stands in the file."""
    path = originals / document_id[:2] / (document_id + source.suffix.lower())
    if not path.exists():
        try:
            data = read_file(source)
        except OSError as error:
            issue = why_unreadable(source, error)
            raise IngestError(issue.code, "", issue.found) from error
        if hashlib.sha256(data).hexdigest() != document_id:
            raise IngestError("file_changed")
        with placed(path) as scratch:
            scratch.write_bytes(data)
    return path
