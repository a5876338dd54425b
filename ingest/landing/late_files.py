"""Files that came after the year of their unit was closed: they land like any other, and count once somebody lets them in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ingest.home import Home
from ingest.landing.corrections import Correction
from ingest.roster.year_locks import LET_IN, YearLock, in_force, read_lines
from ingest.units.within import begins, within

if TYPE_CHECKING:
    import polars as pl

ORIGIN = "after_closing"  # of the corrections that stand for a file which waits
READ = ("document_id", "file", "unit_code", "report_year", "landed_at")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that came after its year was closed: of which unit and year, and which lock holds it back."""

    document_id: str
    file: str
    unit_code: str
    report_year: int
    lock: YearLock


def waiting_files(home: Home, listed: Iterable[Correction], until: datetime | None = None) -> list[Waiting]:
    """The documents whose first bytes came after their year was closed and that nobody let in; none is looked for without a lock.

    `listed` are the corrections, for one of them may say whose a document is.
    """
    lines = read_lines(home.year_locks, until)
    if not in_force(lines):
        return []

    import polars as pl  # where no year is closed it is not needed

    return _waits(lines, _landed(home, listed).with_columns(pl.col("landed_at").min().over("document_id").alias("first")))


def _waits(lines: list[YearLock], landed: pl.DataFrame) -> list[Waiting]:
    """The documents that wait by these lines: they came after a lock, or waited for another one already when it was put."""
    import polars as pl

    let_in = {one.about for one in lines if one.act == LET_IN}
    found: dict[str, Waiting] = {}
    for lock in sorted(in_force(lines), key=lambda one: -len(one.area)):
        inside = pl.col("unit_code").is_in([lock.area]) | pl.col("unit_code").str.starts_with(begins(lock.area))
        mine = landed.filter(inside & (pl.col("report_year") == lock.year))
        waited = [one.document_id for one in _waits(_before(lock, lines), mine)]
        late = mine.filter((pl.col("first") > lock.moment) | pl.col("document_id").is_in(waited))
        for row in late.sort("landed_at", "file").iter_rows(named=True):
            if row["document_id"] not in let_in:
                one = Waiting(row["document_id"], row["file"], row["unit_code"], row["report_year"], lock)
                found.setdefault(one.document_id, one)
    return list(found.values())


def _before(lock: YearLock, lines: list[YearLock]) -> list[YearLock]:
    """What was written before a lock of its year, of areas around it and in it; nothing if none of them was closed."""
    earlier = [
        one for one in lines[: lines.index(lock)]
        if one.year == lock.year and (within(one.area, lock.area) or within(lock.area, one.area))
    ]  # fmt: skip
    return earlier if in_force(earlier) else []


def _landed(home: Home, listed: Iterable[Correction]) -> pl.DataFrame:
    """What was read of whose report each document is, with what people said of it."""
    import polars as pl

    frames = [pl.read_parquet(path, columns=list(READ), glob=False) for path in sorted(home.batches.glob("[!.]*/inputs.parquet"))]
    if not frames:
        return pl.DataFrame(schema=dict(zip(READ, (pl.String, pl.String, pl.String, pl.Int32, pl.Datetime), strict=True)))
    landed = pl.concat(frames, how="vertical_relaxed")
    for one in listed:
        if one.document_id and one.action in ("assign_unit", "assign_year"):
            name = "unit_code" if one.action == "assign_unit" else "report_year"
            said = pl.lit(one.value).cast(landed.schema[name])
            named = pl.col("document_id").str.starts_with(one.document_id)
            landed = landed.with_columns(pl.when(named).then(said).otherwise(pl.col(name)).alias(name))
    return landed


def exclusion(one: Waiting, ordinal: int) -> Correction:
    """The correction by which a file that waits counts nowhere."""
    lock = one.lock
    return Correction(
        correction_id=f"{ORIGIN}-{one.document_id[:16]}", origin=ORIGIN, ordinal=ordinal, action="exclude", unit_code=None, report_year=None,
        document_id=one.document_id, code=None, value=None, expect=None, amount=None, expected_amount=None,
        reason=f"{lock.area} {lock.year}", evidence=one.file, status="open", who=lock.who, made_at=lock.moment,
    )  # fmt: skip
