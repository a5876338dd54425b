"""`make bench`: documents a second for each format, and the wall time of each step of the line for 2,000 reports."""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from pathlib import Path

from ingest.home import Home
from ingest.landing.batches import land, lock, new_inputs
from ingest.landing.inbox import list_inputs
from ingest.landing.reading import read_inputs
from ingest.model import Hints
from ingest.pipeline import ingest_bytes
from ingest.units import load_registry
from ingest.units.known import registry_for
from tests.factory import random_record
from tests.factory.docx import as_docx
from tests.factory.formats import FORMATS

SHOWN = (
    "tabbed",
    "text-P",
    "text-ONE-LINE",
    "html-clean",
    "html-word",
    "html-nested",
    "docx",
    "doc",
    "rtf",
    "pdf-boxes",
    "xlsx",
    "ofd",
)


def formats(copies: int = 40) -> None:
    """Read, recognize and extract, on one core."""
    registry = load_registry()
    print(f"{'format':16}{'KB':>7}{'ms':>8}{'docs/s':>9}")
    for name in SHOWN:
        documents = [FORMATS[name](random_record(random.Random(n), "2021", 500, "寒葱沟镇")) for n in range(copies)]
        ingest_bytes(documents[0], "warm", Hints(), registry)
        best = min(_timed(documents, registry) for _ in range(3))
        size = sum(map(len, documents)) / copies / 1024
        print(f"{name:16}{size:7.1f}{best / copies * 1000:8.2f}{copies / best:9.0f}")


def _timed(documents: list[bytes], registry: object) -> float:
    start = time.perf_counter()
    for data in documents:
        ingest_bytes(data, "x", Hints(), registry)  # type: ignore[arg-type]
    return time.perf_counter() - start


def line(reports: int = 2000) -> None:
    """Every step of the line on a folder of reports (70 % html, 30 % docx) of invented towns."""
    with tempfile.TemporaryDirectory() as scratch:
        folder, home = Path(scratch) / "in", Home(Path(scratch) / "home")
        _write(folder, reports)
        steps: list[tuple[str, float]] = []

        def step(name: str, since: float) -> float:
            steps.append((name, time.perf_counter() - since))
            return time.perf_counter()

        now = time.perf_counter()
        with lock(home):
            registry = registry_for(folder, home)
            landed = read_inputs(new_inputs(home, list_inputs(folder), registry), registry)
            now = step("read", now)
            land(home, landed, registry)
        from dagster_project.defs.landing import write_references

        write_references(home, folder)
        now = step("land", now)
        from dagster_project.dbt import Warehouse
        from dagster_project.defs.publish import publish

        warehouse = Warehouse(home)
        warehouse.manifest()
        now = step("dbt start and parse", now)
        change, _ = warehouse.build_facts()
        now = step("dbt build", now)
        from expectations.gate.run import run_expectations

        run_expectations(home.build, home.expectations)
        now = step("expectations (with import)", now)
        warehouse.build_sums(change)
        now = step("dbt marts", now)
        publish(home)
        step("publish", now)
        print(f"\n{reports} reports")
        for name, seconds in [*steps, ("all", sum(s for _, s in steps))]:
            print(f"{name:28}{seconds:8.2f} s")
        print(f"{'read':28}{reports / steps[0][1]:8.0f} docs/s")


def mixed(reports: int = 3000) -> None:
    """A folder of 70 % html, 12 % docx, 8 % doc and 10 % pdf as a load reads it, on all cores: documents a second, and into parquet."""
    kinds = ["html-clean"] * 70 + ["docx"] * 12 + ["doc"] * 8 + ["pdf-boxes"] * 10
    with tempfile.TemporaryDirectory() as scratch:
        folder, home = Path(scratch) / "in", Home(Path(scratch) / "home")
        folder.mkdir()
        for n in range(reports):
            record = random_record(random.Random(n), "2021", 60, f"示例{n}镇", 2024)
            (folder / f"{n}.bin").write_bytes(FORMATS[kinds[n * 37 % 100]](record))
        start = time.perf_counter()
        with lock(home):
            registry = registry_for(folder, home)
            reading = read_inputs(new_inputs(home, list_inputs(folder), registry), registry)
            read = time.perf_counter() - start
            land(home, reading, registry)
        whole = time.perf_counter() - start
        print(f"\nmixed folder, {reports} documents, {os.cpu_count()} cores")
        print(f"{'read':16}{read:8.2f} s {reports / read:8.0f} docs/s")
        print(f"{'into parquet':16}{whole:8.2f} s {reports / whole:8.0f} docs/s")


def _write(folder: Path, reports: int) -> None:
    folder.mkdir()
    units = [
        "unit_code,name,level,kind",
        "99,示例省,province,government",
        "9901,示例市,city,government",
        "990101,示例县,county,government",
    ]
    lines = ["file,unit_code,report_year"]
    for n in range(reports):
        code, year = f"990101{n // 7:03}", 2019 + n % 7
        record = random_record(random.Random(n), "2019" if year < 2021 else "2021", 60, f"示例{n // 7}镇", year)
        docx = n % 10 < 3
        name = f"{code}-{year}.{'docx' if docx else 'html'}"
        (folder / name).write_bytes(as_docx(record) if docx else FORMATS["html-clean"](record))
        lines.append(f"{name},{code},{year}")
        if year == 2019:
            units.append(f"{code},示例{n // 7}镇,township,town")
    (folder / "manifest.csv").write_text("\n".join(lines), "utf-8")
    (folder / "units.csv").write_text("\n".join(units), "utf-8")


if __name__ == "__main__":
    formats()
    mixed()
    line(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
