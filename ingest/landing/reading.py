"""Read many files: in worker processes under limits, each straight into the columns of the raw tables; scans in their own queue."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from ingest.handed_in.folder import read_file, why_unreadable
from ingest.landing.inbox import Input
from ingest.landing.rows import Rows
from ingest.landing.workers import Killed, Limits, run_limited
from ingest.model import Issue, Report
from ingest.pipeline import ingest_bytes
from ingest.units import Registry, load_registry

CHUNK = 96  # files handed to a worker at a time, at most
SHARES = 4  # what is left to do is handed to a worker in so many parts, so that none waits long for the other
FEWEST = 12
LEFT = ("file_gone", "file_changed", "not_a_file")  # reasons of a moment, which say nothing of what is in the file
SCAN_LIMITS = Limits(seconds=180.0)
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Landed:
    """One input and what was read of it; its cells, counts and texts are in the rows of its reading."""

    input: Input
    size_bytes: int
    report: Report


@dataclass
class Reading:
    """What came of a list of inputs: each input's report in the order given, the rows of the raw tables, and the scans that wait.

    `left` are the inputs that were gone, changed or locked away while the others were read: nothing of them lands, so that the next
    load tries them again.
    """

    landed: list[Landed] = field(default_factory=list)
    rows: Rows = field(default_factory=Rows)
    scans: list[Input] = field(default_factory=list)
    left: list[Landed] = field(default_factory=list)


def read_inputs(inputs: list[Input], registry: Registry, progress: Progress | None = None, ocr: Path | None = None) -> Reading:
    """Read inputs. Without `ocr` (the folder of recognized scans) a scan is not read but comes back in `scans`."""
    reading = Reading()
    if not inputs:
        return reading
    queue, limits = ("scans", SCAN_LIMITS) if ocr else ("documents", Limits())
    workers = min(os.cpu_count() or 1, -(-len(inputs) // (1 if ocr else FEWEST)))
    chunks = [[item] for item in inputs] if ocr else _chunks(inputs, workers)
    done = 0
    for result in run_limited(_setup, (registry.extra, str(ocr) if ocr else ""), chunks, workers, limits, not ocr):
        part = _ended(result, registry) if isinstance(result, Killed) else result
        done += len(part.landed) + len(part.scans) + len(part.left)
        reading.landed += part.landed
        reading.scans += part.scans
        reading.left += part.left
        reading.rows.extend(part.rows)
        if progress:
            progress(queue, done, len(inputs))
    order = {item.file: n for n, item in enumerate(inputs)}
    reading.landed.sort(key=lambda r: order[r.input.file])
    reading.scans.sort(key=lambda i: order[i.file])
    return reading


def _chunks(inputs: list[Input], workers: int) -> list[list[Input]]:
    """The inputs in parts, large ones first: each part that comes back costs time of its own, and the last ones end together."""
    chunks, at = [], 0
    while at < len(inputs):
        size = min(CHUNK, max(FEWEST, (len(inputs) - at) // (workers * SHARES)))
        chunks.append(inputs[at : at + size])
        at += size
    return chunks


def _setup(extra: list[dict[str, str]], ocr: str) -> Callable[[list[Input], Callable[[int], None]], Reading]:
    registry = load_registry().extended(extra) if extra else load_registry()

    def work(inputs: list[Input], begin: Callable[[int], None]) -> Reading:
        reading = Reading()
        for index, item in enumerate(inputs):
            begin(index)
            size, report = _read(item, registry, Path(ocr) if ocr else None)
            if report.reason and report.reason.code == "scan_needs_ocr" and not ocr:
                reading.scans.append(item)
            elif report.reason and report.reason.code in LEFT:
                reading.left.append(Landed(item, size, report))
            else:
                _add(reading, item, size, report, registry)
        reading.rows.pack()
        return reading

    return work


def _read(item: Input, registry: Registry, ocr: Path | None) -> tuple[int, Report]:
    if item.problem:
        return 0, _without_bytes(item, item.problem)
    try:
        data = read_file(item.path)
    except OSError as error:
        return 0, _without_bytes(item, why_unreadable(item.path, error))
    try:
        return len(data), ingest_bytes(data, item.file, item.hints, registry, ocr)
    except Exception as error:  # a fault of ours in one file must not stop the other thousand
        code = "too_much_memory" if isinstance(error, MemoryError) else "reader_failed"
        reason = Issue(code, "error", "", f"{type(error).__name__}: {error}"[:300])
        report = Report(item.file, hashlib.sha256(data).hexdigest(), "", "quarantined", reason, issues=(reason,))
        return len(data), report


def _without_bytes(item: Input, problem: Issue) -> Report:
    """The report of a file that could not be opened; known by its name, so that it is read as soon as it can be."""
    document_id = hashlib.sha256(item.file.encode()).hexdigest()
    return Report(item.file, document_id, "", "quarantined", problem, url=item.hints.url, issues=(problem,))


def _add(reading: Reading, item: Input, size: int, report: Report, registry: Registry) -> None:
    reading.rows.add(item, size, report, registry)
    light = replace(report, cells=(), counts=(), sections={}, candidates=())
    reading.landed.append(Landed(item, size, light))


def _ended(killed: Killed[Input], registry: Registry) -> Reading:
    """A file whose worker had to be ended is set aside with the reason."""
    reading, item = Reading(), killed.job
    reason = Issue(killed.reason, "error", "", f"{Limits().seconds:.0f} s" if killed.reason == "too_slow" else "")
    report = Report(item.file, item.document_id, "", "quarantined", reason, url=item.hints.url, issues=(reason,))
    size = item.path.stat().st_size if item.path.is_file() else 0
    _add(reading, item, size, report, registry)
    reading.rows.pack()
    return reading


def read_reports(paths: Iterable[Input], ocr: Path | None = None, registry: Registry | None = None) -> Iterable[Report]:
    """The full reports of a few files, under the same limits (for `foi read`); without a registry the official list decides."""
    registry = registry or load_registry()
    inputs = list(paths)
    chunks = [[item] for item in inputs]
    workers = min(os.cpu_count() or 1, len(inputs))
    found: dict[str, Report] = {}
    for result in run_limited(_setup_reports, (registry.extra, str(ocr or "")), chunks, workers, SCAN_LIMITS):
        reports = [_ended(result, registry).landed[0].report] if isinstance(result, Killed) else result
        found.update((r.file, r) for r in reports)
    return [found[item.file] for item in inputs]


def _setup_reports(extra: list[dict[str, str]], ocr: str) -> Callable[[list[Input], Callable[[int], None]], list[Report]]:
    registry = load_registry().extended(extra) if extra else load_registry()

    def work(inputs: list[Input], begin: Callable[[int], None]) -> list[Report]:
        reports = []
        for index, item in enumerate(inputs):
            begin(index)
            reports.append(_read(item, registry, Path(ocr) if ocr else None)[1])
        return reports

    return work
