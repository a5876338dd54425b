"""What comes to a corpus later, as files that a person would hand in: late reports, second versions, a roster."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

from ingest.units import Unit
from tests.corpus.numbers import sheet_of
from tests.corpus.plan import YEARS, not_filed, plan, units
from tests.factory import random_record
from tests.factory.html import clean
from tests.factory.record import Record, zero_record

ZERO = 0.8  # of the late reports
ROSTER = ("unit_code", "report_year", "due", "exempt", "note")


def late_reports(reports: int, folder: Path, many: int, year: int = YEARS[-1], seed: int = 1) -> list[Unit]:
    """Write web pages of units that have no report of the year in a corpus of so many reports; returns the units.

    The manifest beside them says whose they are, as it does for all others.
    """
    found = not_filed(reports, year)[:many]
    if len(found) < many:
        raise ValueError(f"only {len(found)} units have no report of {year}, not {many}")
    rng = random.Random(seed)
    _write(folder, [(unit, _record(rng, unit, year)) for unit in found])
    return found


def second_version(reports: int, folder: Path, year: int = YEARS[-1], seed: int = 2) -> Unit:
    """Write another version of a report that the corpus holds, published later and with other numbers; returns its unit."""
    there = plan(reports)
    unit = units()[int(there.unit[there.year == year][0])]
    record = replace(_record(random.Random(seed), unit, year), published_on=date(year + 1, 7, 1).isoformat())
    _write(folder, [(unit, record)])
    return unit


def _record(rng: random.Random, unit: Unit, year: int) -> Record:
    form = sheet_of(year).form.form
    is_zero = rng.random() < ZERO
    record = zero_record(form, unit.name, year) if is_zero else random_record(rng, form, 12, unit.name, year)
    return replace(record, published_on=date(year + 1, 3, rng.randint(1, 28)).isoformat())


def _write(folder: Path, written: Iterable[tuple[Unit, Record]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    manifest = folder / "manifest.csv"
    is_new = not manifest.exists()
    with manifest.open("a", encoding="utf-8", newline="") as lines:
        line = csv.writer(lines)
        if is_new:
            line.writerow(("file", "unit_code", "report_year", "published_on"))
        for unit, record in written:
            name = f"{unit.unit_code}-{record.year}.html"
            (folder / name).write_bytes(clean(record))
            line.writerow((name, unit.unit_code, record.year, record.published_on))


def write_roster(reports: int, path: Path, many: int = 200, year: int = YEARS[-1]) -> None:
    """Write a roster of the first townships of the corpus, each due on a day of its own, one in twenty exempt."""
    filed = plan(reports).unit
    towns = [unit for unit in units()[: int(filed[-1]) + 1] if unit.level == "township"][:many]
    with path.open("w", encoding="utf-8", newline="") as lines:
        line = csv.writer(lines)
        line.writerow(ROSTER)
        for n, unit in enumerate(towns):
            line.writerow(
                (unit.unit_code, year, date(year + 1, 1, 10 + n % 20).isoformat(), "示例免报" if n % 20 == 9 else "", "")
            )
