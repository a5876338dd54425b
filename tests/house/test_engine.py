"""The engine that is pinned: what does not fit into its memory must not be lost. Versions of DuckDB have dropped rows of a join in silence."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

ROWS = 1_000_000


@pytest.mark.parametrize(
    "join",
    [
        "select count(*) from few where a in (select b from many)",
        "select count(*) from few where exists (from many where b = a)",
    ],
)
def test_a_join_that_goes_to_the_disk_finds_every_row(tmp_path: Path, join: str):
    with duckdb.connect(config={"threads": 1, "temp_directory": str(tmp_path)}) as connection:
        for table, column in (("few", "a"), ("many", "b")):
            connection.execute(f"create table {table} as select (i % 25)::integer as {column} from range({ROWS}) as t (i)")
        connection.execute("set memory_limit = '24MB'")
        assert connection.execute(join).fetchall() == [(ROWS,)]
