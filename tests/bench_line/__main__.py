"""`make bench-line SIZES="1000 10000"`: measure the line; a run that was broken off goes on where it stopped."""

from __future__ import annotations

import argparse
import json
import subprocess
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.bench_line.limit import limits
from tests.bench_line.operations import FULL, LATER, WARM, Bench
from tests.bench_line.page import Results, table, write
from tests.bench_line.resident import NoResident, resident
from tests.paths import ROOT

SIZES = (1_000, 10_000, 50_000, 250_000)


def main() -> None:
    """Measure every size, smallest first; print the table and write it into the page."""
    asked = argparse.ArgumentParser(prog="python -m tests.bench_line", description=__doc__)
    asked.add_argument("sizes", type=int, nargs="*", default=SIZES)
    asked.add_argument("--work", type=Path, default=ROOT / "build" / "bench-line", help="where home folders and results are kept")
    asked.add_argument("--no-page", action="store_true", help="do not write docs/performance.md")
    given = asked.parse_args()
    work, commit = given.work.resolve(), _commit()
    work.mkdir(parents=True, exist_ok=True)
    store = work / f"results-{commit}.json"
    results: Results = json.loads(store.read_text("utf-8")) if store.exists() else {}
    sizes = sorted(given.sizes)
    for size in sizes:
        _measure(Bench(size, work / str(size)), results.setdefault(str(size), {}), lambda: _keep(store, results))
        print(table({str(size): results[str(size)]}), flush=True)
    chosen = {str(size): results[str(size)] for size in sizes}
    print(table(chosen))
    if not given.no_page:
        write(chosen, commit, sizes)


def _measure(bench: Bench, found: dict[str, Any], keep: Callable[[], None]) -> None:
    """Do all that is not measured yet, in an order in which each finds what it needs."""
    if "limits" not in found or not bench.home.exists():
        found.clear()
        bench.begin()
        full = bench.cold(FULL)
        # Now, for after a late load the warehouse holds what that one had to do.
        found["limits"] = {name: asdict(cost) for name, cost in limits(bench.home, bench.folder / "limit").items()}
        found["cold"] = {FULL: full}
        keep()
    for operation in LATER:
        if operation not in found["cold"]:
            found["cold"][operation] = bench.cold(operation)
            keep()
    warm = found.setdefault("warm", {})
    try:
        with resident(bench.home, bench.folder / "empty") as serving:
            bench.wake(serving)
            for operation in WARM:
                if operation not in warm:
                    warm[operation] = bench.warm(operation, serving)
                    keep()
    except NoResident as reason:
        print(f"{bench.reports} reports: the resident process is left out: {reason}", flush=True)


def _keep(store: Path, results: Results) -> None:
    scratch = store.with_suffix(".new")
    scratch.write_text(json.dumps(results, indent=1), "utf-8")
    scratch.replace(store)


def _commit() -> str:
    """The version that is measured: results of another one are not mixed with it."""
    asked = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True)
    return asked.stdout.strip() or "unknown"


if __name__ == "__main__":
    main()
