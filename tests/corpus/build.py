"""A home folder with the raw zone of a corpus: batches with their seals, and the reference tables, by the functions of the product."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import polars as pl

from dagster_project.defs.landing import write_references
from ingest.home import Home
from ingest.landing.batches import put_batch
from tests.corpus.plan import Plan, plan
from tests.corpus.rows import tables_of

FEW = 3  # batches below which no other processes are started


def build_corpus(home: Home, reports: int, seed: int = 0) -> None:
    """Make the raw zone of so many reports in an empty home folder; the same size and seed give the same tables, byte by byte."""
    if home.batches.exists():
        raise FileExistsError(f"{home.batches}: there are raw tables already; take an empty folder")
    parts = [*enumerate(plan(reports).batches())]
    work = partial(_put, home, seed)
    if len(parts) < FEW:
        for part in parts:
            work(part)
    else:
        # Other processes are not forked, for polars has threads of its own.
        with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
            list(pool.map(work, parts))
    write_references(home, home.root / "inbox")


def _put(home: Home, seed: int, part: tuple[int, Plan]) -> None:
    number, reports = part
    batch_id = hashlib.sha256(f"corpus {seed} {number}".encode()).hexdigest()[:16]
    put_batch(home, batch_id, partial(_write, tables_of(reports, seed, number)))


def _write(tables: dict[str, pl.DataFrame], folder: Path) -> None:
    for name, frame in tables.items():
        frame.write_parquet(folder / f"{name}.parquet")
