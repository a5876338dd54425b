"""Defects that only other years and units of a county show, put into an invented county and looked for in a built warehouse."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from tests.county import TOWNS, YEARS, county
from tests.dbt.conftest import WITHOUT_TESTS, Built, build
from tests.dbt.raw_zone import Filing

COUNTY = "990201"
ALL = ("jump", "copied_report", "same_as_last_year", "same_prose_as_last_year", "active_but_empty", "parent_children")
LAST = max(YEARS)


@dataclass
class WarehouseScore:
    """What was put in, found, and alarmed without cause."""

    made: int = 0
    found: int = 0
    false_alarms: int = 0
    reports: int = 0
    misses: list[str] = field(default_factory=list)


def warehouse_score(seed: int = 0) -> WarehouseScore:
    """One county of twenty towns over six years with one or two defects of each kind."""
    filings, truth = _county(seed)
    with tempfile.TemporaryDirectory(prefix="foi-") as folder:
        built = build(Path(folder), {"b": filings}, *WITHOUT_TESTS)
        return _compare(built, truth, len(filings))


def _compare(built: Built, truth: set[tuple[str, int, str]], reports: int) -> WarehouseScore:
    rules = ", ".join(f"'{r}'" for r in ALL)
    rows = built.rows(
        f"select distinct unit_code, report_year, rule from signal_results where result = 'fail' and rule in ({rules})"
    )
    alarms = {(code, year, rule) for code, year, rule in rows}
    misses = [f"not found: {t}" for t in sorted(truth - alarms)] + [f"false alarm: {a}" for a in sorted(alarms - truth)]
    return WarehouseScore(len(truth), len(truth & alarms), len(alarms - truth), reports, misses)


def _county(seed: int) -> tuple[list[Filing], set[tuple[str, int, str]]]:
    """The filings, and the unit, year and rule of each defect among them."""
    rng = random.Random(seed)
    filings = {f"{f.unit_code}/{f.report_year}": f for f in _towns(rng, seed)}
    truth: set[tuple[str, int, str]] = set()

    def spoil(town: int, year: int, rule: str, **changes: object) -> None:
        key = f"{_code(town)}/{year}"
        filings[key] = replace(filings[key], **changes)  # type: ignore[arg-type]
        truth.add((_code(town), year, rule))

    def before(town: int, year: int) -> Filing:
        return filings[f"{_code(town)}/{year}"]

    licenses = before(0, 2024).cells | {"disclosure.licenses": 5000}
    spoil(0, 2024, "jump", cells=licenses)
    spoil(1, 2023, "jump", cells=before(1, 2023).cells | {"disclosure.licenses": 4000})
    spoil(2, 2025, "same_as_last_year", marks=before(2, 2025).marks | {"numbers_id": before(2, 2024).marks["numbers_id"]})
    spoil(3, 2025, "same_prose_as_last_year", marks=before(3, 2025).marks | {"clauses": before(3, 2024).marks["clauses"]})
    spoil(4, 2024, "copied_report", marks=before(4, 2024).marks | {"clauses": before(5, 2024).marks["clauses"]})
    truth.add((_code(5), 2024, "copied_report"))
    for town in (6, 7):
        spoil(town, 2023, "active_but_empty", cells={}, counts=(), marks=before(town, 2023).marks | {"numbers_id": None})
    for year, share in ((2024, 2), (LAST, -1)):
        truth |= {(COUNTY, year, "parent_children")} if share < 0 else set()
        filings[f"{COUNTY}/{year}"] = _government(list(filings.values()), year, share)
    return list(filings.values()), truth


def _code(town: int) -> str:
    return f"{COUNTY}{town + 101}"


def _towns(rng: random.Random, seed: int) -> Iterator[Filing]:
    usual = {town: rng.randint(20, 300) for town in range(TOWNS)}
    for (town, year), filed in county(seed).items():
        # Licenses stay near what is usual in the town, as they do; requests are few.
        cells = {**filed.values, "disclosure.licenses": round(usual[town] * rng.uniform(0.8, 1.25))}
        start = 1000 * town + 17 * (year - min(YEARS))  # a part of the prose is new each year
        marks = {"numbers_id": f"{town}/{year}", "clauses": list(range(start, start + 30))}
        yield Filing(f"{town}-{year}.html", _code(town), year, cells=cells, unit_name=f"示例{town}镇", marks=marks)


def _government(filings: list[Filing], year: int, more: int) -> Filing:
    """The county's own report, about the whole county: what its towns make in 2024 and some more, or too little."""
    towns = [f for f in filings if f.report_year == year and f.unit_code != COUNTY]
    codes = [code for code in towns[0].cells if not code.startswith("disclosure.")]
    cells: dict[str, int | float | str] = {code: sum(int(f.cells.get(code, 0)) for f in towns) for code in codes}
    if more < 0:
        cells = {code: int(n) // 2 for code, n in cells.items()}
    told = {"code": "requests_received", "value": Decimal(int(cells["requests.received.total"])), "scope": "area"}
    return Filing(f"county-{year}.html", COUNTY, year, cells=cells, unit_name="示例县人民政府", counts=(told,))
