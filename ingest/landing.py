"""Keep every original and put what was read of it into parquet, one batch at a time, whole or not at all."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest import ingest_bytes
from ingest.home import Home
from ingest.inbox import Input, extra_units
from ingest.model import IngestError, Issue, Report
from ingest.tables import SCHEMAS, fingerprint, issue_texts
from ingest.units import Registry, load_registry

POOL_FROM = 200  # files; below this a second process costs more than it brings


@dataclass(frozen=True, slots=True)
class Landed:
    """One input and what was read of it."""

    input: Input
    size_bytes: int
    report: Report


def read_id(document_id: str) -> str:
    """The id of one reading of one document by this version of forms and readers."""
    return hashlib.sha256(f"{document_id}{fingerprint()}".encode()).hexdigest()[:16]


def input_id(item: Input, document_id: str, registry: Registry) -> str:
    """The id of an input: same file, same bytes, same hints and same readers are the same input."""
    hints = json.dumps(asdict(item.hints), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(f"{item.file}|{document_id}|{hints}|{fingerprint()}|{registry.fingerprint}".encode()).hexdigest()[:16]


@contextlib.contextmanager
def lock(home: Home, name: str = "landing") -> Iterator[None]:
    """Only one process at a time lands files in a home folder (or does whatever else `name` says); a second one waits."""
    home.root.mkdir(parents=True, exist_ok=True)
    with (home.root / f".{name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def known_inputs(home: Home) -> set[str]:
    """The ids of all inputs that have landed."""
    import polars as pl

    for path in sorted(home.batches.glob("*/*.parquet")):
        try:
            pl.read_parquet_schema(path)
        except (pl.exceptions.PolarsError, OSError) as error:
            raise IngestError("raw_damaged", str(path), str(error).splitlines()[0][:200], str(path.parent)) from error
    files = list(home.batches.glob("*/inputs.parquet"))
    return set(pl.read_parquet(files, columns=["input_id"])["input_id"]) if files else set()


def new_inputs(home: Home, inputs: Iterable[Input], registry: Registry) -> list[tuple[Input, bytes]]:
    """The inputs that have not landed yet, with their bytes."""
    known = known_inputs(home)
    fresh = []
    for item in inputs:
        data = item.path.read_bytes()
        if input_id(item, hashlib.sha256(data).hexdigest(), registry) not in known:
            fresh.append((item, data))
    return fresh


def registry_for(source: Path, home: Home) -> Registry:
    """The registry with the extra units of this folder and of earlier loads."""
    stored = home.reference / "extra_units.json"
    rows = json.loads(stored.read_text("utf-8")) if stored.is_file() else []
    merged = {row["unit_code"]: row for row in [*rows, *extra_units(source)]}
    if len(merged) > len(rows) or extra_units(source):
        home.reference.mkdir(parents=True, exist_ok=True)
        stored.write_text(json.dumps(list(merged.values()), ensure_ascii=False, indent=1), "utf-8")
    return load_registry().extended(list(merged.values())) if merged else load_registry()


def read_inputs(
    fresh: list[tuple[Input, bytes]], registry: Registry, progress: Callable[[int], None] | None = None
) -> list[Landed]:
    """Read the new inputs, in several processes when there are many; the order of the result is the order given."""
    landed = []
    results = _read_parallel(fresh, registry) if len(fresh) >= POOL_FROM else (_read_one(i, d, registry) for i, d in fresh)
    for count, result in enumerate(results, 1):
        landed.append(result)
        if progress:
            progress(count)
    return landed


def _read_one(item: Input, data: bytes, registry: Registry) -> Landed:
    try:
        report = ingest_bytes(data, item.file, item.hints, registry)
    except Exception as error:  # a fault of ours in one file must not stop the other thousand
        reason = Issue("reader_failed", "error", "", f"{type(error).__name__}: {error}"[:300])
        report = Report(item.file, hashlib.sha256(data).hexdigest(), "", "quarantined", reason, issues=(reason,))
    return Landed(item, len(data), report)


_pool_registry: list[Registry] = []


def _start(rows: list[dict[str, str]]) -> None:
    _pool_registry[:] = [load_registry().extended(rows) if rows else load_registry()]


def _read_pooled(job: tuple[Input, bytes]) -> Landed:
    return _read_one(*job, _pool_registry[0])


def _read_parallel(fresh: list[tuple[Input, bytes]], registry: Registry) -> Iterator[Landed]:
    with ProcessPoolExecutor(os.cpu_count(), initializer=_start, initargs=(registry.extra,)) as pool:
        yield from pool.map(_read_pooled, fresh, chunksize=32)


def land(home: Home, results: list[Landed], registry: Registry) -> str | None:
    """Store originals and one batch of parquet tables; returns the batch id, None if there was nothing to store.

    The batch is written beside its place and renamed into it, so that a killed load leaves nothing half done.
    """
    if not results:
        return None
    ids = [input_id(r.input, r.report.document_id, registry) for r in results]
    batch_id = hashlib.sha256("".join(sorted(ids)).encode()).hexdigest()[:16]
    for result in results:
        _store_original(home, result)
    scratch = home.batches / f".{batch_id}.{os.getpid()}"
    scratch.mkdir(parents=True, exist_ok=True)
    for old in home.batches.glob(".*"):
        if old != scratch:
            shutil.rmtree(old, ignore_errors=True)
    _write_tables(scratch, results, ids)
    target = home.batches / batch_id
    if target.exists():
        shutil.rmtree(scratch)
    else:
        os.replace(scratch, target)
    return batch_id


def _store_original(home: Home, result: Landed) -> None:
    name = result.report.document_id
    path = home.originals / name[:2] / (name + result.input.path.suffix.lower())
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    shutil.copyfile(result.input.path, scratch)
    os.replace(scratch, path)


def _write_tables(folder: Path, results: list[Landed], ids: list[str]) -> None:
    import polars as pl

    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in SCHEMAS}
    landed_at = datetime.now(UTC).replace(tzinfo=None)
    seen: set[str] = set()
    for result, key in zip(results, ids, strict=True):
        report, read = result.report, read_id(result.report.document_id)
        rows["inputs"].append(_input_row(result, key, read, landed_at))
        rows["candidates"] += [{"input_id": key, **asdict(c)} for c in report.candidates]
        base = {"read_id": read, "document_id": report.document_id}
        rows["issues"] += [{"input_id": key, **base, **asdict(i), **issue_texts(i)} for i in report.issues]
        if report.state != "loaded" or report.document_id in seen:
            continue
        seen.add(report.document_id)
        forms = {f"form_{t}": report.forms.get(t) for t in ("disclosure", "requests", "challenges")}
        rows["documents"].append({**base, "reader": report.reader, "title": report.title, **forms})
        for cell in report.cells:
            table, row, *column = cell.code.split(".")
            names = {"table_name": table, "row_code": row, "column_code": column[0] if column else None}
            rows["cells"].append({**base, **asdict(cell), **names})
        rows["counts"] += [{**base, **asdict(c)} for c in report.counts]
        rows["sections"] += [{**base, "section": s, "text": t} for s, t in report.sections.items()]
    for name, schema in SCHEMAS.items():
        pl.DataFrame(rows[name], schema=schema, orient="row").write_parquet(folder / f"{name}.parquet")


def _input_row(result: Landed, key: str, read: str, landed_at: datetime) -> dict[str, Any]:
    report, reason = result.report, result.report.reason
    return {
        "input_id": key,
        "file": result.input.file,
        "document_id": report.document_id,
        "read_id": read,
        "size_bytes": result.size_bytes,
        "landed_at": landed_at,
        "hints": json.dumps(asdict(result.input.hints), ensure_ascii=False),
        "state": "read" if report.state == "loaded" else "quarantined",
        "reason_code": reason.code if reason else None,
        "reason_place": reason.place if reason else None,
        "reason_found": reason.found if reason else None,
        "reason_expected": reason.expected if reason else None,
        "report_year": report.report_year,
        "unit_code": report.unit_code,
        "unit_name": report.unit_name,
        "published_on": _date(report.published_on),
        "url": report.url,
    }


def _date(text: str | None) -> Any:
    try:
        return datetime.strptime(text or "", "%Y-%m-%d").date()
    except ValueError:
        return None
