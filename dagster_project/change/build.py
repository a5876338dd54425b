"""Begin and end a build: whether it must be a full one and why, what it touches, and what the next one compares with."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dagster_project.change import scope
from dagster_project.change.tables import begin_file, keep, prepare, quoted, state
from dagster_project.held import hold, let_go
from dagster_project.up_to_date import program_parts
from ingest.home import Home
from ingest.home.memory import engine_settings
from ingest.landing.schemas import fingerprint, law_fingerprint

PENDING, MADE_FROM, YEARS = "pending", "made_from", "years"
LATE, FULL = "late", "full"
FEW = 2_000  # reports of which a second thread would take longer to be given its share than the first one takes for all
# The report years that the duties rest on, for every place alike.
YEARS_NOW = """
select string_agg(report_year, ' ' order by report_year) from (
    select unnest(generate_series(min(report_year), max(report_year)))::integer as report_year from core.fct_reports
    where is_current and unit_code is not null and report_year is not null
    union select report_year from change.new_roster where report_year is not null
    union select report_year from change.new_seasons
)
"""


@dataclass(frozen=True, slots=True)
class Change:
    """What a build touches. `reason` (a key of the messages `full.…`) says why it is a full one; None for a late one.

    `has_facts` is false where nothing but decisions changed. `without` are the tags of models that have nothing to do. `units` are the first and the
    last code of the units that are touched, in the order in which rows lie; None where there is none.
    """

    reason: str | None
    has_facts: bool
    without: tuple[str, ...]
    reports: int
    units: tuple[str, str] | None = None

    @property
    def is_full(self) -> bool:
        return self.reason is not None


def begin(home: Home, reason: str | None = None) -> Change:
    """Find out what a build touches and write it down in the build file; a full build begins a new file.

    Why it is a full one: `reason` if given, else what is found (nothing was built yet, a build was killed while it made everything, the program, the
    forms or the units changed, a batch was read again).
    """
    reason = reason or _why_full(home)
    if reason:
        let_go(home)
        for old in (home.build, home.build.with_name(f"{home.build.name}.wal")):
            old.unlink(missing_ok=True)
    begin_file(home)
    hold(home)
    with _open(home) as connection:
        prepare(connection, home, reason is not None)
        connection.execute("begin")
        batches = _new_batches(connection, home)
        scope.land(connection, [f"{batch}/inputs.parquet" for batch in batches])
        has_facts = scope.touch(connection, home, reason is not None, state(connection, PENDING) is not None)
        without = [] if reason else scope.nothing_to_do(connection)
        keep(connection, PENDING, FULL if reason else LATE)
        (reports,) = connection.execute("select count(*) from change.reports").fetchone() or (0,)
        first, last = connection.execute("select min(unit_code), max(unit_code) from change.units").fetchone()
        connection.execute("commit")
        if not reason and reports <= FEW:
            connection.execute("set threads = 1")  # until the file is closed
    return Change(reason, has_facts, tuple(without), reports, (first, last) if first else None)


def has_other_years(home: Home) -> bool:
    """Whether a late build came upon report years that the last full one did not know: then every place owes other reports."""
    with _open(home) as connection:
        return _years(connection) != state(connection, YEARS)


def end(home: Home) -> None:
    """Write down what was built: the next build touches what changes from now on."""
    with _open(home) as connection:
        connection.execute("begin")
        connection.execute("create or replace table change.batches as from change.new_batches")
        keep(connection, YEARS, _years(connection))
        scope.take_over(connection)
        keep(connection, MADE_FROM, made_from(home))
        keep(connection, PENDING, None)
        connection.execute("commit")


def made_from(home: Home) -> str:
    """A hash of all that every report of the warehouse rests on: program, forms, rules, words, units, and where the raw tables lie."""
    digest = hashlib.sha256(f"{fingerprint()} {law_fingerprint()} {home.raw}".encode())
    digest.update((home.reference / "version").read_bytes())
    for part in program_parts():
        digest.update(part.encode())
    return digest.hexdigest()


def _why_full(home: Home) -> str | None:
    import duckdb

    if not home.build.is_file():
        return "first"
    try:
        hold(home)  # to open it twice would read its catalog twice
        with _open(home) as connection:
            if state(connection, PENDING) == FULL:
                return "killed"
            if (made := state(connection, MADE_FROM)) is None:
                return "first"
            if made != made_from(home):
                return "program"
            known = set(connection.execute("select batch, size, changed_ns from change.batches").fetchall())
            if not known <= set(_batches(home)):
                return "batches"
            if _seasons(connection, home):
                return "years"
    except duckdb.Error:
        return "damaged"
    return None


def _seasons(connection: Any, home: Home) -> bool:
    """Whether a season was opened since."""
    source = f"read_parquet('{quoted(home.reference)}/seasons.parquet')"
    return bool(connection.execute(f"select exists (from {source} except from change.seen_seasons)").fetchone()[0])


def _years(connection: Any) -> str:
    (years,) = connection.execute(YEARS_NOW).fetchone()
    return years or ""


def _batches(home: Home) -> Iterator[tuple[str, int, int]]:
    """Each batch by its name, with size and time of its inputs."""
    for path in sorted(home.batches.glob("[!.]*/inputs.parquet")):
        stat = path.stat()
        yield path.parent.name, stat.st_size, stat.st_mtime_ns


def _new_batches(connection: Any, home: Home) -> list[Path]:
    """The batches that are in no build yet; what a killed build noted of them is forgotten."""
    known = {name for (name,) in connection.execute("select batch from change.batches").fetchall()}
    connection.execute("delete from change.landed where batch not in (select batch from change.batches)")
    connection.execute("create or replace table change.new_batches as from change.batches limit 0")
    if batches := list(_batches(home)):
        connection.executemany("insert into change.new_batches values (?, ?, ?)", batches)
    return [home.batches / name for name, _, _ in batches if name not in known]


def _open(home: Home) -> Any:
    import duckdb

    return duckdb.connect(str(home.build), config=engine_settings(home))
