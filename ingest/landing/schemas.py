"""The shapes of the raw tables: the contract between ingest and dbt."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

TEXT, NUMBER = pl.String(), pl.Decimal(18, 6)


def columns_of(columns: str, **others: Any) -> dict[str, Any]:
    """The columns of a table, all text but those that are given another type."""
    return {name: others.get(name, TEXT) for name in columns.split()}


def columns_with_years(columns: str) -> dict[str, Any]:
    """The columns of a table, in which years, months and days are whole numbers."""
    return columns_of(columns, **dict.fromkeys(("report_year", "first_year", "last_year", "month", "day"), pl.Int32()))


SCHEMAS: dict[str, dict[str, Any]] = {
    "inputs": columns_of(
        "input_id file document_id read_id size_bytes landed_at hints state reason_code reason_place reason_found reason_expected"
        " report_year unit_code unit_name published_on url is_back",
        size_bytes=pl.Int64(),
        landed_at=pl.Datetime("us"),
        report_year=pl.Int32(),
        published_on=pl.Date(),
        is_back=pl.Boolean(),
    ),
    "documents": columns_of(
        "read_id document_id reader title form_disclosure form_requests form_challenges form_statistics content_id numbers_id"
        " clauses pages",
        clauses=pl.List(pl.Int64()),
    ),
    "cells": columns_of(
        "read_id document_id code table_name row_code column_code form state value printed unit raw place match derivation",
        value=NUMBER,
    ),
    "counts": columns_of(
        "read_id document_id code section value unit_word is_approximate scope sentence place",
        value=NUMBER,
        is_approximate=pl.Boolean(),
    ),
    "sections": columns_of("read_id document_id section text"),
    "issues": columns_of("input_id read_id document_id code severity place found expected message_zh message_en"),
    "candidates": columns_of("input_id kind value source place evidence"),
}


def with_every_column(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows of a raw table with every column it has today; what landed before a column was made has NULL there."""
    missing = {name: kind for name, kind in SCHEMAS[table].items() if name not in frame.columns}
    return frame.with_columns(pl.lit(None, kind).alias(name) for name, kind in missing.items())


INGEST = Path(__file__).parents[1]
ROOMS_OF_READING = ("words", "law", "readers", "tables", "prose", "identity", "units")
MODULES_OF_READING = ("pipeline.py", "model.py", "place.py", "privacy.py", "landing/rows.py", "landing/schemas.py")
DATA = (".py", ".yaml", ".csv", ".gz")


@cache
def fingerprint() -> str:
    """A short hash of all that decides what is read of a file (16 hex digits): reading again after it changed makes new rows.

    What only judges, lists or lands (rules between numbers, deadlines, rosters, batches) is not part of it, and neither are the
    names of the files: moving a module makes no document be read again.
    """
    return _hash_of(files_of_reading())


@cache
def law_fingerprint() -> str:
    """A short hash of all that the reference tables are made of: forms, rules, words, units (16 hex digits)."""
    made = [path for room in ("words", "law", "units") for path in _files(room)]
    return _hash_of([*made, INGEST / "landing" / "reference.py", INGEST / "landing" / "schemas.py"])


def files_of_reading() -> list[Path]:
    """The modules and the data that take part in reading a file."""
    judging = INGEST / "law" / "rules"
    read = [path for room in ROOMS_OF_READING for path in _files(room) if judging not in path.parents]
    return [*read, *(INGEST / name for name in MODULES_OF_READING)]


def _files(room: str) -> list[Path]:
    return [path for path in (INGEST / room).rglob("*") if path.suffix in DATA]


def _hash_of(files: list[Path]) -> str:
    digests = sorted(hashlib.sha256(path.read_bytes()).digest() for path in files)
    return hashlib.sha256(b"".join(digests)).hexdigest()[:16]
