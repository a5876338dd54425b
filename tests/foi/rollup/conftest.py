"""A county with everything that keeps a number out of its report: missing, unreadable, incomplete, left out, corrected, in another form."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.county import Filed, county
from tests.dbt.conftest import WITHOUT_TESTS, Built, build
from tests.dbt.raw_zone import Filing
from tests.dbt.test_corrections import entry

COUNTY, BUREAU, VERTICAL = "990301", "990301-教育局", "990301-税务局"
CITY, OTHER = "9903", "990302"  # of the other county nobody but its government reports
TOWNS = tuple(f"{COUNTY}{number}" for number in range(101, 110))
WHOLE, BLANK, BROKEN, CORRECTED, MISSING, DAMAGED = TOWNS[:3], TOWNS[3], TOWNS[4], TOWNS[5], TOWNS[6:8], TOWNS[8]
UNITS = [
    {"unit_code": CITY, "name": "示例三市", "level": "city", "kind": "government"},
    {"unit_code": OTHER, "name": "示例四县", "level": "county", "kind": "government"},
    {"unit_code": COUNTY, "name": "示例三县", "level": "county", "kind": "government"},
    *(
        {"unit_code": code, "name": f"示例{sign}乡", "level": "township", "kind": "town"}
        for code, sign in zip(TOWNS, "甲乙丙丁戊己庚辛壬", strict=True)
    ),
]
DOUBTED = TOWNS[0]
RECEIVED = "requests.received.total"
NUMBERS = county(17)
# The prose tells more of the whole county than the tables hold.
OFFICE_ALONE = {"code": "requests_received", "value": Decimal(5000), "scope": "area"}


def numbers(unit: str, year: int) -> dict[str, int | float | str]:
    """The numbers of a unit and year; their sums hold."""
    place = ([*TOWNS, BUREAU]).index(unit)
    found: Filed = NUMBERS[place, year]
    return {**found.values, "disclosure.fees": place / 4}


def _filing(unit: str, year: int, name: str | None = None, **changes: int | float | str) -> Filing:
    cells = {**numbers(unit, year), **{code.replace("__", "."): value for code, value in changes.items()}}
    return Filing(f"{unit}-{year}.html", unit, year, cells=cells, unit_name=name)


def _doubted() -> Filing:
    """A row that adds up though nobody would believe it."""
    rest = sum(int(numbers(DOUBTED, 2023)[f"challenges.review.{column}"]) for column in ("corrected", "other", "pending"))
    return _filing(DOUBTED, 2023, challenges__review__upheld=20241, challenges__review__total=20241 + rest)


def _blank(unit: str, year: int, begin: str) -> Filing:
    return _filing(unit, year, **dict.fromkeys((code for code in numbers(unit, year) if code.startswith(begin)), "blank"))


def _filings() -> list[Filing]:
    wrong = int(numbers(BROKEN, 2024)["requests.closed.total"]) + 7
    given = {"unit_code": DAMAGED, "report_year": 2024}
    return [
        *(_filing(unit, year) for unit in WHOLE for year in (2023, 2024) if (unit, year) != (DOUBTED, 2023)),
        _doubted(),
        _blank(BLANK, 2024, "challenges."),
        _blank(BLANK, 2023, "requests.granted."),
        _filing(BROKEN, 2024, requests__closed__total=wrong),
        Filing(f"{BROKEN}-2023.html", BROKEN, 2023, form="2019", cells={"requests.otherwise.total": 2,
               "requests.otherwise.natural_person": 2, "requests.closed.total": 2, "requests.closed.natural_person": 2,
               "requests.received.total": 2, "requests.received.natural_person": 2}),
        _filing(CORRECTED, 2024),
        Filing(f"{CORRECTED}-2023.html", CORRECTED, 2023, cells=numbers(CORRECTED, 2023), units={"disclosure.fees": "元"}),
        *(_filing(unit, 2023) for unit in (*MISSING, DAMAGED)),
        Filing(f"{DAMAGED}-2024.docx", DAMAGED, 2024, reason="damaged_docx", given=given),
        _filing(BUREAU, 2024, "示例三县教育局"),
        Filing(f"{VERTICAL}-2024.html", VERTICAL, 2024, unit_name="国家税务总局示例三县税务局"),
        Filing(f"{OTHER}-2024.html", OTHER, 2024, unit_name="示例四县人民政府"),
        Filing(f"{COUNTY}-2023.html", COUNTY, 2023, unit_name="示例三县人民政府", counts=(OFFICE_ALONE,)),
        Filing(f"{COUNTY}-2024.html", COUNTY, 2024, cells={"disclosure.licenses": 99999}, unit_name="示例三县人民政府"),
    ]  # fmt: skip


@pytest.fixture(scope="session")
def rolled_county(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The warehouse of the county."""
    licenses = int(numbers(CORRECTED, 2024)["disclosure.licenses"])
    correction = entry("right", CORRECTED, 2024, "disclosure.licenses", licenses, licenses + 5)
    folder = tmp_path_factory.mktemp("rollup")
    return build(folder, {"b": _filings()}, *WITHOUT_TESTS, corrections=correction, units=UNITS)


@pytest.fixture(scope="session")
def warehouse(rolled_county: Built) -> Path:
    """The file that is asked."""
    return rolled_county.path
