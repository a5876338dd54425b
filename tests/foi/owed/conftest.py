"""A county in its reporting season, loaded as an office loads it: reports of every kind of punctuality, a manifest and a roster."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from foi.published import published
from tests.conftest import foi
from tests.factory import random_record, zero_record
from tests.factory.docx import as_docx
from tests.factory.statistics import as_tabbed as as_statistics
from tests.factory.statistics import random_numbers, rows_of
from tests.factory.text import as_tabbed

COUNTY = "990101"
UNITS = """unit_code,name,level,kind,first_year,last_year
99,示例省,province,government,,
9901,示例市,city,government,,
990101,示例县,county,government,,
990102,示例二县,county,government,,
990101101,示例甲镇,township,town,,
990101102,示例乙镇,township,town,,
990101103,示例丙镇,township,town,,
990101104,示例丁镇,township,town,,
990101105,示例戊镇,township,town,,
990101106,示例己镇,township,town,,2023
990101107,示例庚镇,township,town,2025,
990101108,示例辛镇,township,town,,
990101901,示例农场,township,other,,
990102101,示例甲镇,township,town,,
"""
# unit, report year, day of publication
FILED = [
    ("990101101", 2024, "2025-01-20"), ("990101102", 2024, "2025-02-12"), ("990101103", 2024, ""), ("990101104", 2024, "2025-01-08"),
    ("990101106", 2023, "2024-01-15"), ("990101", 2024, "2025-03-31"), ("990101-教育局", 2023, "2024-01-10"),
    ("990101-税务局", 2024, "2025-01-10"), ("990102101", 2024, "2025-03-01"), ("990101101", 2023, "2024-01-20"),
    ("990101101", 2018, "2019-03-30"),
]  # fmt: skip
ROSTER = """unit_code,report_year,due,exempt,note
990101101,2023,2024-01-10,,县政务公开办通知
990101108,,,2024年并入示例甲镇,
"""


def late_against_progress(home: Path) -> list[tuple[Any, ...]]:
    """Of each current report: its unit, its year, what progress says (None: it owes none), and what the rule says."""
    with published(home / "published.duckdb") as connection:
        rows: list[tuple[Any, ...]] = connection.execute(
            "select s.unit_code, s.report_year, p.state, s.result from signal_results as s"
            " left join progress as p on s.unit_code = p.unit_code and s.report_year = p.report_year"
            " where s.rule = 'late' and s.is_current order by all"
        ).fetchall()
        return rows


def file_of(code: str, year: int) -> bytes:
    """A report: of 2018 the statistics table, a nil return of the first town, anything of the others; that of 丁镇 is cut off."""
    if year == 2018:
        return as_statistics(rows_of("2014", random_numbers(random.Random(1), "2014")))
    record = zero_record() if code == "990101101" else random_record(random.Random(code))
    data = as_tabbed(replace(record, unit="示例", year=year))
    return as_docx(record)[:1500] if code == "990101104" else data


@pytest.fixture(scope="session")
def season_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("season") / "in"
    folder.mkdir()
    (folder / "units.csv").write_text(UNITS, "utf-8")
    (folder / "roster.csv").write_bytes(ROSTER.encode("gb18030"))
    lines: list[Any] = [("file", "unit_code", "report_year", "url", "published_on")]
    for code, year, published_on in FILED:
        name = f"{code}-{year}{'.docx' if code == '990101104' else '.txt'}"
        (folder / name).write_bytes(file_of(code, year))
        lines.append((name, code, year, "", published_on))
    out = io.StringIO()
    csv.writer(out).writerows(lines)
    (folder / "manifest.csv").write_text(out.getvalue(), "utf-8")
    return folder


@pytest.fixture(scope="session")
def season(season_folder: Path) -> Path:
    """The home folder into which the season was loaded."""
    home = season_folder.parent / "home"
    result = foi("load", season_folder, "--home", home, timeout=600)
    assert result.returncode in (0, 1), result.stdout + result.stderr
    return home


@pytest.fixture
def progress(season: Path) -> Callable[[str], list[tuple[Any, ...]]]:
    import duckdb

    def ask(sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(season / "published.duckdb"), read_only=True) as connection:
            connection.execute("set search_path = 'marts,core,quality'")
            return connection.execute(sql).fetchall()

    return ask
