"""The page of the raw tables says what a load writes, and dbt describes no column that is not there."""

from __future__ import annotations

from tests.raw_tables import PAGE, page, schemas, sources


def test_the_page_of_raw_tables_is_up_to_date():
    assert PAGE.read_text("utf-8") == page(), "run python -m tests.raw_tables"


def test_every_raw_table_is_described_and_no_other_column():
    written, told = schemas(), sources()
    assert written.keys() == told.keys()
    strange = {
        (name, c["name"]) for name, table in told.items() for c in table.get("columns", []) if c["name"] not in written[name]
    }
    assert not strange
