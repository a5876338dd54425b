"""Which places a build touches, and with them which files, reports, areas and corrections."""

from __future__ import annotations

from typing import Any

from dagster_project.change.tables import SEEN, quoted
from ingest.home import Home

LAND = """
insert into change.landed
select
    batch, file, document_id, read_id, landed_at, state = 'read', unit_code, given_code, coalesce(place_of(unit_code), document_id), place_of(given_code)
from (
    select *, parse_path(filename)[-2] as batch, hints ->> '$.unit_code' as given_code
    from read_parquet($files, union_by_name = true, filename = true)
)
"""
# Corrections that say whose a document is, now or when the last build was made, bind it to that place too.
ASSIGNED = """
create or replace temp table assigned as
select l.document_id, c.value as unit_code, place_of(c.value) as place
from (from change.new_corrections union from change.seen_corrections) as c
inner join change.landed as l on substr(l.document_id, 1, 16) = substr(c.document_id, 1, 16)
where c.action = 'assign_unit'
"""
LINKS = """
insert into change.links
select place, other from (
    select distinct place_of(unit_code) as place, place_of(successor_code) as other from change.successions
) where place <> other
"""
EVERYWHERE = """
insert into touched
select coalesce(county_code, unit_code) from change.registry
union select place from change.landed union select given_place from change.landed where given_place is not null
union select place from temp.assigned union select place_of(unit_code) from change.new_roster
union select county_code from change.new_roster where county_code is not null
"""
DIFFERENT = (
    "((from change.new_{0} except all from change.seen_{0}) union all (from change.seen_{0} except all from change.new_{0}))"
)
CHANGED = f"""
create or replace temp table changed as
select place from change.landed where batch not in (select batch from change.batches)
union select given_place from change.landed where batch not in (select batch from change.batches) and given_place is not null
union select l.place from {DIFFERENT.format("corrections")} as c
inner join change.landed as l on substr(l.document_id, 1, 16) = substr(c.document_id, 1, 16)
union select place_of(unit_code) from {DIFFERENT.format("corrections")} where unit_code is not null
union select place_of(unit_code) from {DIFFERENT.format("roster")}
union select county_code from {DIFFERENT.format("roster")} where county_code is not null
"""
JUDGED = f"select distinct place_of(unit_code) from {DIFFERENT.format('decisions')}"
# Files of one document, and units that became one another, belong together: what one of them says counts for the other.
GROW = """
insert into touched
select place from (
    select b.place
    from temp.bonds as b semi join (select document_id from temp.bonds semi join touched using (place)) as d using (document_id)
    union select other from change.links semi join touched using (place)
    union select l.place from change.links as l inner join touched as t on l.other = t.place
) where place not in (from touched)
"""
# Asked for a few places at a time, and never all of them.
BONDS = """
create or replace temp view bonds as
select document_id, place from change.landed
union all select document_id, given_place from change.landed where given_place is not null
union all select document_id, place from temp.assigned
"""
AREAS = """
create or replace table change.areas as
with codes as (
    select unnest([province_code, city_code, county_code]) as area_code from change.registry
    where coalesce(county_code, unit_code) in (from touched)
    union select unnest([province_code, city_code]) from change.former_places where county_code in (from touched)
    union select unnest([province_code, city_code, county_code]) from change.new_roster
    where place_of(unit_code) in (from touched) or county_code in (from touched)
    union select substr(area_of(place), 1, unnest([2, 4, 6])) from touched where length(area_of(place)) <= 9
)
select distinct area_code from codes where area_code is not null
"""
SCOPE = """
create or replace table change.places as select distinct place from touched;
create or replace table change.units as
select unit_code from change.registry where coalesce(county_code, unit_code) in (from touched)
union select unnest([unit_code, given_code]) from change.landed semi join touched on landed.place = touched.place or landed.given_place = touched.place
union select unit_code from temp.assigned union select unit_code from change.new_roster where place_of(unit_code) in (from touched);
create or replace table change.documents as select distinct document_id from temp.bonds semi join touched using (place);
create or replace table change.reports as select distinct substr(document_id, 1, 16) as report_id from change.documents;
create or replace table change.inputs as select distinct file, document_id from change.landed semi join change.documents using (document_id);
create or replace table change.repeated as
select read_id, batch
from (
    select read_id, batch, min(landed_at) as landed_at from change.landed semi join change.documents using (document_id) where is_read
    group by read_id, batch
)
qualify row_number() over (partition by read_id order by landed_at, batch) > 1;
create or replace table change.paths as
select distinct concat('{batches}/', batch) as path from change.landed semi join change.documents using (document_id);
"""
CORRECTIONS = f"""
create or replace table change.corrections as
select correction_id from {DIFFERENT.format("corrections")}
union select correction_id from change.new_corrections
where substr(document_id, 1, 16) in (select report_id from change.reports) or place_of(unit_code) in (from touched)
"""


def land(connection: Any, files: list[str]) -> None:
    """Note of each input in these files whose place it is."""
    if files:
        connection.execute(LAND, {"files": files})


def touch(connection: Any, home: Home, is_full: bool, was_killed: bool) -> bool:
    """Write down what is touched: everything, or what changed and whatever depends on it; returns whether facts are among it.

    What a late build had begun to touch when it was killed is touched again.
    """
    connection.execute(ASSIGNED)
    connection.execute(BONDS)
    if is_full:
        connection.execute(LINKS)
        connection.execute("create or replace temp table touched (place varchar)")
        connection.execute(EVERYWHERE)
        has_facts = True
    else:
        connection.execute(CHANGED)
        begun = "union from change.places" if was_killed else ""
        connection.execute(f"create or replace temp table touched as from changed {begun}")
        has_facts = connection.execute("select count(*) from touched").fetchone()[0] > 0
        connection.execute(f"insert into touched {JUDGED}")
        _grow(connection)
    connection.execute(AREAS)
    if not is_full:
        # The report of a city or province is held against those of its units.
        connection.execute("insert into touched select area_code from change.areas where area_code not in (from touched)")
        _grow(connection)
    connection.execute(SCOPE.format(batches=quoted(home.batches)))
    connection.execute(CORRECTIONS)
    return has_facts


def _grow(connection: Any) -> None:
    """Add what belongs to what is touched, until nothing is added any more."""
    before, now = -1, 0
    while before != now:
        connection.execute(GROW)
        before, now = now, connection.execute("select count(distinct place) from touched").fetchone()[0]


def nothing_to_do(connection: Any) -> list[str]:
    """The tags of models that a late build may leave out, since nothing that is touched concerns them."""
    has = "select count(*) > 0 from {}"
    concerned = {
        "decisions": "select exists (from change.new_decisions) or exists (from change.seen_decisions)",
        "corrections": has.format("change.corrections"),
        "unknown": has.format("change.landed semi join change.documents using (document_id) where place = document_id"),
        "units": "select exists (from change.units where unit_code not in (select unit_code from change.registry))",
    }
    return [tag for tag, query in concerned.items() if not connection.execute(query).fetchone()[0]]


def take_over(connection: Any) -> None:
    """What the build was made from is what the next one compares with."""
    for name in SEEN:
        connection.execute(f"create or replace table change.seen_{name} as from change.new_{name}")
        connection.execute(f"drop table change.new_{name}")
