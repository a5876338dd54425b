"""The one long table: every number of a current report in words, with its place and, on pages, its box as a part of the page."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from foi.published import published
from ingest.place import share_of
from tests.factory import random_record
from tests.factory.html import clean as as_html
from tests.factory.ofd import as_ofd
from tests.factory.pdf import as_pdf
from tests.factory.record import Record
from tests.foi.conftest import TOWN, Landed


def record(year: int = 2024) -> Record:
    return replace(random_record(random.Random(year)), unit="示例甲镇", year=year)


def rows(path: Path, query: str) -> list[dict[str, Any]]:
    with published(path) as connection:
        result = connection.execute(query)
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


@pytest.mark.parametrize(("made", "ending"), [(as_pdf, "pdf"), (as_ofd, "ofd"), (as_html, "html")])
def test_a_cell_stands_in_it_with_its_name_its_place_and_its_share_of_the_page(landed: Landed, made: Any, ending: str):
    report = landed.report(made(record()), ending=ending)
    (pages,) = (row["pages"] for row in rows(landed.path, "select pages from fct_reports"))
    found = rows(landed.path, "from cells_published")
    assert found and {row["report_id"] for row in found} == {report}
    for row in found:
        assert (row["unit_code"], row["report_year"], row["file"]) == (TOWN, 2024, f"示例甲镇1.{ending}")
        share = share_of(row["place"], pages)
        assert (share is None) == (ending == "html")
        assert tuple(row[side] for side in ("page", "x0", "y0", "x1", "y1")) == (tuple(share) if share else (None,) * 5)
    (total,) = (row for row in found if row["code"] == "requests.received.total")
    assert "总计" in total["cell_zh"] and total["raw"].strip() == f"{total['value']:f}".partition(".")[0]


def test_what_a_form_does_not_ask_and_what_was_replaced_stand_not_in_it(landed: Landed):
    landed.report(as_html(record()), 1, 2, ending="html")
    report = landed.report(as_html(record(2023)), 2, 2, ending="html")
    landed.cell(report, "disclosure.rules_newly_published", None, "not_asked")
    landed.cell(report, "disclosure.licenses", None, "absent")
    found = rows(landed.path, "from cells_published")
    assert {row["report_id"] for row in found} == {report}
    assert [row["state"] for row in found if row["code"] == "disclosure.licenses"] == ["absent"]
    assert not [row for row in found if row["code"] == "disclosure.rules_newly_published"]


def test_of_the_examples_it_holds_what_the_facts_hold(loaded: Path):
    with duckdb.connect(str(loaded / "published.duckdb"), read_only=True) as connection:
        query = (
            "select count(*), count(value), sum(value) from {} where report_id in (select report_id from core.fct_reports"
            " where is_current and unit_code is not null and report_year is not null) and state <> 'not_asked'"
        )
        one, other = (connection.execute(query.format(table)).fetchone() for table in ("marts.cells_published", "core.fct_cells"))
        assert one == other and one is not None and one[0] > 1000
