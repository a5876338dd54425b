"""The tables of schema change: what the last build was made from, and what the one that runs now touches; schema made holds the rows it makes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ingest.home import Home

# What people write and what lands; a build that ends well takes over what it was made from.
SEEN = ("corrections", "roster", "decisions", "seasons")
SCHEMA = """
create schema if not exists change;
drop schema if exists made cascade;
create schema made;
create table if not exists change.state (name varchar, value varchar);
create table if not exists change.batches (batch varchar, size bigint, changed_ns bigint);
create table if not exists change.landed (
    batch varchar, file varchar, document_id varchar, read_id varchar, landed_at timestamp, is_read boolean, unit_code varchar, given_code varchar,
    place varchar, given_place varchar
);
create table if not exists change.links (place varchar, other varchar);
create table if not exists change.paths (path varchar);
create table if not exists change.repeated (read_id varchar, batch varchar);
create table if not exists change.inputs (file varchar, document_id varchar);
create table if not exists change.documents (document_id varchar);
create table if not exists change.reports (report_id varchar);
create table if not exists change.units (unit_code varchar);
create table if not exists change.places (place varchar);
create table if not exists change.areas (area_code varchar);
create table if not exists change.corrections (correction_id varchar);
"""
# The place of a unit: its county, or itself where it stands in none; as dim_unit says, which takes it from the code of units that the
# registry lacks.
MACROS = """
create or replace temp macro area_of(code) as split_part(code, '-', 1);
create or replace temp macro place_of(code) as coalesce(
    (select known_place from change.known_places where known_code = code),
    case when length(area_of(code)) >= 6 then substr(code, 1, 6) else code end
);
"""
# The units as they are read once by a full build: whatever changes them makes another.
UNITS = """
create table change.registry as
select unit_code, province_code, city_code, county_code from read_parquet('{reference}/units.parquet');
create table change.known_places as
select unit_code as known_code, coalesce(county_code, unit_code) as known_place from change.registry;
create table change.former_places as from read_parquet('{reference}/former_places.parquet');
create table change.successions as from read_parquet('{reference}/successions.parquet');
"""


FORMAT = "v1.4.0"


def begin_file(home: Home) -> None:
    """Make build.duckdb, if it is not there, in the format that clients of DuckDB from 1.4 on can open; dbt would take the newest."""
    import duckdb

    if not home.build.is_file():
        home.root.mkdir(parents=True, exist_ok=True)
        with duckdb.connect() as connection:
            connection.execute(f"attach '{quoted(home.build)}' as build (storage_version '{FORMAT}')")


def prepare(connection: Any, home: Home, is_full: bool) -> None:
    """Make what is not there yet, and take a copy of what people wrote up to now."""
    reference = quoted(home.reference)
    connection.execute(SCHEMA)
    if is_full:
        connection.execute(UNITS.format(reference=reference))
    connection.execute(MACROS)
    for name in SEEN:
        source = f"read_parquet('{reference}/{name}.parquet')"
        connection.execute(f"create or replace table change.new_{name} as from {source}")
        connection.execute(f"create table if not exists change.seen_{name} as from {source} limit 0")


def state(connection: Any, name: str) -> str | None:
    """One thing that is kept of a build."""
    found = connection.execute("select value from change.state where name = ?", [name]).fetchone()
    return str(found[0]) if found else None


def keep(connection: Any, name: str, value: str | None) -> None:
    """Keep one thing of a build, in the place of what was kept; None keeps nothing."""
    connection.execute("delete from change.state where name = ?", [name])
    if value is not None:
        connection.execute("insert into change.state values (?, ?)", [name, value])


def quoted(path: Path) -> str:
    """A path as it stands within quotes in a statement."""
    return str(path).replace("'", "''")
