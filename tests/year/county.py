"""A county of sixty units in two years: reports as pages, whose sums hold and whose carried-over numbers arrive."""

from __future__ import annotations

from dataclasses import replace

from tests.county import TOWNS, Filed, county
from tests.factory.html import clean
from tests.factory.record import Record

COUNTY, NAME = "990401", "示例五县"
STEMS, BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
TOWN = 58
OFFICES = ("教育局", "民政局")


def units() -> dict[str, str]:
    """The sixty units by their code: towns, and offices of the county."""
    towns = {f"{COUNTY}{101 + n}": f"示例{STEMS[n % 10]}{BRANCHES[n % 12]}镇" for n in range(TOWN)}
    return {**towns, **{f"{COUNTY}-{office}": office for office in OFFICES}}


def units_csv() -> str:
    """The invented places, as an office tells them."""
    lines = ["unit_code,name,level,kind", "99,示例省,province,government", "9904,示例四市,city,government"]
    lines += [f"{COUNTY},{NAME},county,government"]
    lines += [f"{code},{name},township,town" for code, name in units().items() if "-" not in code]
    return "\n".join(lines) + "\n"


def reports(year: int, published_on: str) -> dict[str, Record]:
    """The report of each unit of a year."""
    filed: list[dict[tuple[int, int], Filed]] = [county(seed) for seed in range(3)]
    found = {}
    for n, (code, name) in enumerate(units().items()):
        values = filed[n // TOWNS][n % TOWNS, year].values
        cells: dict[str, str | None] = {cell: str(value) for cell, value in values.items()}
        found[code] = Record(name, year, "2021", cells, place=NAME, disclosed=None, new_media=None, published_on=published_on)
    return found


def with_cells(record: Record, **cells: str | None) -> Record:
    """The report with other cells (dots in codes written as __)."""
    return replace(record, cells={**record.cells, **{code.replace("__", "."): text for code, text in cells.items()}})


def as_page(record: Record) -> bytes:
    """The report as the unit put it on its site."""
    return clean(record)
