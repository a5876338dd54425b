"""Which reports a corpus holds: whose, of which year, and whether it is a second version; the same whatever the size."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from ingest.units import Unit, load_registry

YEARS = range(2019, 2025)
BATCH = 5000  # reports that land together
LACKING = 40  # one unit of so many has not filed the last year yet
REFILED = 100, 3  # of a hundred reports three came in a second version
QUARANTINED = 200  # for so many reports one file that is none

Numbers = np.ndarray  # one number a report, or one row of numbers


@dataclass(frozen=True)
class Plan:
    """The reports in the order of their units and years: three numbers each."""

    unit: Numbers
    year: Numbers
    version: Numbers

    def __len__(self) -> int:
        return len(self.unit)

    def batches(self) -> list[Plan]:
        """The reports in parts of about BATCH; those of one unit stay together, and a part does not depend on what follows it."""
        part = np.searchsorted(_before(), np.arange(0, len(self) + BATCH, BATCH), side="left")
        cuts = np.searchsorted(self.unit, part)
        return [self[a:b] for a, b in zip(cuts, [*cuts[1:], len(self)], strict=True) if a < b]

    def __getitem__(self, part: slice | Numbers) -> Plan:
        return Plan(self.unit[part], self.year[part], self.version[part])


@cache
def units() -> list[Unit]:
    """The units that file, in the order of their codes, so that a county stands whole beside its townships."""
    registry = load_registry()
    rows = sorted(row["unit_code"] for row in registry.rows() if row["kind"] in _FILING)
    return [unit for code in rows if (unit := registry.by_code(code)) and unit.full_name not in _NO_OFFICE]


_FILING = {"government", "town", "township", "subdistrict", "ethnic_township", "sumu", "ethnic_sumu"}
_NO_OFFICE = {"市辖区", "县"}  # a heading of the list of divisions, under which no government stands


@cache
def _all() -> Plan:
    """Every report there could be."""
    unit, year = (grid.ravel() for grid in np.meshgrid(np.arange(len(units())), np.array(YEARS), indexing="ij"))
    filed = (unit % LACKING != 7) | (year != YEARS[-1])
    every, many = REFILED
    again = ((unit * len(YEARS) + year - YEARS[0]) * 7 % every < many) & filed
    times = filed.astype(int) + again
    first = np.repeat(np.cumsum(times) - times, times)
    return Plan(np.repeat(unit, times), np.repeat(year, times), np.arange(times.sum()) - first)


@cache
def _before() -> Numbers:
    """For each unit the reports that stand before its own."""
    return np.searchsorted(_all().unit, np.arange(len(units())))


def plan(reports: int) -> Plan:
    """The first reports of all; a ValueError where the units cannot have filed so many."""
    if reports > len(_all()):
        raise ValueError(f"the units of the registry give {len(_all())} reports, not {reports}")
    return _all()[:reports]


def not_filed(reports: int, year: int) -> list[Unit]:
    """Units without a report of a year in a corpus of this size: those that lack it first, then those that come next."""
    there = plan(reports)
    last = int(there.unit[-1])
    filed = set(there.unit[there.year == year].tolist())
    lacking = [n for n in range(last) if n not in filed]
    return [units()[n] for n in [*lacking, *range(last + 1, len(units()))]]
