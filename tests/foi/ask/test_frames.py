"""`foi.open`: every published table as a polars frame, exactly; what cannot be opened or asked is said in words."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars
import pytest

import foi
from foi.messages import Complaint
from tests.foi.conftest import Published
from tests.paths import ROOT


def test_every_table_is_a_frame_with_its_rows(loaded: Path):
    with foi.open(loaded) as home:
        assert home.tables[0] == "area_year" and {"unit_year", "fct_cells", "violations"} <= set(home.tables)
        for name in home.tables:
            assert home[name].height == home.sql(f"select count(*) from {name}").item(), name
        assert home.unit_year.equals(home["marts.unit_year"]) and "progress" in dir(home)


def test_numbers_days_and_missing_numbers_stay_what_they_are(small: Published):
    small.year("990101101", 2022, received=0, granted="blank", fees=Decimal("1.25"))
    with small.open() as connection:
        connection.execute("update marts.unit_year set published_on = date '2023-01-20'")
    with foi.open(small.path.parent) as home:
        frame = home.unit_year
        row = frame.select("received", "granted", "granted_state", "fees", "published_on").row(0)
        assert row == (Decimal(0), None, "blank", Decimal("1.25"), date(2023, 1, 20))
        assert frame.schema["received"] == polars.Decimal(18, 6)
        assert home.sql("select sum(received) as received from unit_year where report_year = 2022").rows() == [(Decimal(0),)]
        assert home.sql("pivot unit_year on report_year using count(*) group by unit_code").columns == ["unit_code", "2022"]


def test_the_columns_are_explained_in_both_languages(loaded: Path):
    with foi.open(loaded) as home:
        about = home.about("unit_year").filter(polars.col("column") == "received").row(0, named=True)
    assert about["type"] == "DECIMAL(18,6)" and (about["unit_zh"], about["unit_en"]) == ("件", "cases")
    assert about["title_zh"] and about["title_en"] and about["title_zh"] != about["title_en"]


def test_what_cannot_be_asked_is_said_in_words(small: Published, tmp_path: Path):
    with foi.open(small.path.parent) as home:
        with pytest.raises(Complaint, match="unit_year"):
            home["unit_yaer"]
        with pytest.raises(AttributeError, match="unit_year"):
            _ = home.unit_yaer
        with pytest.raises(Complaint, match="SELECT"):
            home.sql("drop table unit_year")
        with pytest.raises(Complaint, match="nowhere"):
            home.sql("select nowhere from unit_year")
        assert not hasattr(home, "_repr_html_") and str(small.path) in repr(home)
    with pytest.raises(Complaint, match="已经关闭"):
        _ = home.unit_year
    with pytest.raises(Complaint, match="foi load"):
        foi.open(tmp_path / "nothing")


def test_frames_stay_readable_after_the_file_was_replaced(small: Published, tmp_path: Path):
    small.year("990101101", 2022, received=1)
    newer = Published(tmp_path / "newer.duckdb")
    newer.path.write_bytes(small.path.read_bytes())
    newer.year("990101102", 2022, received=2)
    with foi.open(small.path.parent) as home:
        newer.path.replace(small.path)
        assert home.unit_year.height == 1
    with foi.open(small.path.parent) as home:
        assert home.unit_year.height == 2


def test_importing_foi_loads_no_heavy_package():
    code = "import sys, foi; print([m for m in ('polars', 'duckdb', 'pyarrow', 'foi.ask') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT).stdout.strip() == "[]"
