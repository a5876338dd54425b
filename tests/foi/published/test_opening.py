"""Somebody asks in the very moment in which a load puts the next file in place."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from foi.published.opening import opened


def made(path: Path, number: int) -> Path:
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"create table t as select {number} as n")
    return path


def test_a_file_that_is_replaced_while_it_is_opened_is_opened_again(tmp_path: Path):
    path, following = tmp_path / "published.duckdb", made(tmp_path / "next.duckdb", 2)
    path.write_bytes(b"half of the file before")

    def open_it() -> duckdb.DuckDBPyConnection:
        try:
            return duckdb.connect(str(path), read_only=True)
        except duckdb.Error:
            following.replace(path)  # the load is done before the error is told
            raise

    with opened(path, open_it) as connection:
        assert connection.sql("select n from t").fetchall() == [(2,)]


def test_a_file_that_is_damaged_stays_so(tmp_path: Path):
    path, tried = tmp_path / "published.duckdb", []
    path.write_bytes(b"half of the file before")

    def open_it() -> duckdb.DuckDBPyConnection:
        tried.append(1)
        return duckdb.connect(str(path), read_only=True)

    with pytest.raises(duckdb.Error):
        opened(path, open_it)
    assert len(tried) == 1
