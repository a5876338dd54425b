"""`foi export --template yearbook`: the tables of the form as a yearbook prints them, a sheet each, a line for each unit and year.

Where there is no number stands a word that says why, never 0 and never nothing; a line that owes a report and has none is there too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import IO, Any

from dagster_project.names import Names, unit_of
from foi.ask.export import put, rows_of, source_of
from foi.ask.trend import place_of
from foi.ask.workbook import Field, Marked, Sheet, check_size, write_book
from foi.messages import Complaint, bilingual, joined, message, word_of
from foi.published import exact, published
from ingest.words.language import Text

TABLES = ("disclosure", "requests", "challenges", "statistics")
WHOSE = ("unit_code", "unit_name", "province_name", "city_name", "county_name", "report_year", "form")
KEPT = 2
NAMED = 10  # cells of one state that a note names
NO_REPORT = "…"
IN_AREA = "($area is null or $area in (unit_code, province_code, city_code, county_code))"
WHERE = f"""
lines as (
    select unit_code, report_year, report_id, state, province_code, city_code, county_code from progress
    where not is_exempt or report_id is not null
    union all
    select y.unit_code, y.report_year, y.report_id, 'filed_undated', y.province_code, y.city_code, y.county_code from unit_year as y
    anti join progress as p on y.unit_code = p.unit_code and y.report_year = p.report_year
),
asked as (select * from lines where {IN_AREA} and ($year is null or report_year = $year))
"""
# A line for each report that is owed or there: with the cells of its table in parallel lists, or without any.
LINES = f"""
with {WHERE}
select
    l.unit_code, any_value(u.unit_name), any_value(u.province_name), any_value(u.city_name), any_value(u.county_name), l.report_year,
    any_value(c.form), any_value(l.state), any_value(l.report_id) is not null, list(c.code), list(c.value), list(c.state), list(c.unit),
    list(c.original_value)
from asked as l
inner join dim_unit as u on l.unit_code = u.unit_code
left join fct_cells as c on l.report_id = c.report_id and c.table_name = $table
where $table <> 'statistics' or c.code is not null
group by l.unit_code, l.report_year
order by l.unit_code
"""
YEARS = f"with {WHERE} select distinct report_year from asked order by 1"
COUNT = f"with {WHERE} select count(*) from asked"
OF_BEFORE = "select 1 from unit_year where form_statistics is not null and list_contains($1, report_year) limit 1"
CELLS = "select code, zh, en, unit from dim_measure where table_name = $1 order by ordinal, code"


@dataclass(frozen=True, slots=True)
class Question:
    """The layout that is asked for (yearbook), and which part: one area, by name or code, and one year; without them everything."""

    template: str
    area: str = ""
    year: int = 0


@dataclass(frozen=True, slots=True)
class _Cell:
    code: str
    title: Text
    unit: str


def export_yearbook(path: Path, target: Path, question: Question) -> str:
    """Write the yearbook of an area and year as a workbook; returns what was written."""
    if question.template != "yearbook":
        raise Complaint(message("yearbook.unknown" if question.template else "yearbook.only", found=question.template))
    if target.suffix.lower() != ".xlsx":
        raise Complaint(message("yearbook.ending", ending=target.suffix or target.name))
    with published(path) as connection:
        area = place_of(connection, question.area, True)[0] if question.area else None
        years = [year for (year,) in connection.execute(YEARS, {"area": area, "year": question.year or None}).fetchall()]
        if not years:
            raise Complaint(message("yearbook.nothing", area=question.area, year=question.year or ""), 3)
        written: list[int] = []
        put(target, partial(_write, connection, path, (area, years, question), written))
    return message("yearbook.done", target=target, n=written[1], first=years[0], last=years[-1])


def _write(
    connection: Any, path: Path, asked: tuple[str | None, list[int], Question], written: list[int], out: IO[bytes]
) -> None:
    area, years, question = asked
    tables = TABLES if connection.execute(OF_BEFORE, [years]).fetchall() else TABLES[:-1]
    sheets = [_sheet(connection, table, area, years) for table in tables]
    words = [f"--area {question.area}"] * bool(question.area) + [f"--year {question.year}"] * bool(question.year)
    command = " ".join(["foi export yearbook.xlsx --template yearbook", *words])
    ((lines,),) = connection.execute(COUNT, {"area": area, "year": question.year or None}).fetchall()
    written += write_book(out, sheets, source_of(path, message("yearbook.title"), lines, command, "words"))


def _sheet(connection: Any, table: str, area: str | None, years: Sequence[int]) -> Sheet:
    """The sheet of one table: whose report, its cells in the order of the form, and what is to be known of the line."""
    names = Names(connection)
    cells = [_Cell(code, Text(zh, en), unit) for code, zh, en, unit in connection.execute(CELLS, [table]).fetchall()]
    fields = [Field(name, names.of(name).shown) for name in WHOSE]
    fields += [Field(c.code, c.title.shown, c.title.shown, unit.shown if (unit := unit_of(c.unit)) else "") for c in cells]
    fields.append(Field("note", message("yearbook.note"), message("yearbook.note_means")))
    check_size(0, len(fields))
    return Sheet(word_of("gap", table).shown, fields, _lines(connection, table, area, years, cells), KEPT)


def _lines(connection: Any, table: str, area: str | None, years: Sequence[int], cells: Sequence[_Cell]) -> Iterator[list[Any]]:
    """The lines of a table, year by year: a year at a time fits into memory."""
    for year in years:
        asked = {"table": table, "year": year, "area": area}
        for *whose, state, is_there, codes, values, states, units, originals in rows_of(connection, LINES, asked):
            if not is_there:
                yield [*whose, *[Marked(NO_REPORT)] * len(cells), word_of("progress", state).shown]
                continue
            found = dict(zip(codes, zip(values, states, units, originals, strict=True), strict=True))
            numbers = [_number(cell, *found.get(cell.code, (None, "not_asked", None, None))[:3]) for cell in cells]
            yield [*whose, *numbers, _note(cells, found)]


def _number(cell: _Cell, value: Decimal | None, state: str, unit: str | None) -> Decimal | Marked:
    """A number of the form; where there is none the word for why, and one in another unit than its column's with that unit."""
    if value is None:
        return Marked(word_of("state", state).shown)
    return value if unit in (None, cell.unit) else Marked(f"{exact(value)} {unit}")


def _note(cells: Sequence[_Cell], found: dict[str, tuple[Any, ...]]) -> str:
    """What is to be known of a line: which cells have no number though the form asks for it, and which were corrected."""
    marked: dict[str, list[Text]] = defaultdict(list)
    asked = 0
    for cell in cells:
        value, state, _, original = found.get(cell.code, (None, "not_asked", None, None))
        asked += state != "not_asked"
        if state == "corrected":
            was = bilingual("yearbook.was", cell=cell.title, number=exact(original)) if original is not None else cell.title
            marked[state].append(was)
        elif state != "not_asked" and (value is None or state == "derived"):
            marked[state].append(cell.title)
    parts = []
    for state, names in marked.items():
        which = joined(names[:NAMED]) if len(names) < asked else word_of("yearbook", "every_cell")
        key = "yearbook.cells" if len(names) <= NAMED or len(names) == asked else "yearbook.cells_and_more"
        parts.append(message(key, state=word_of("state", state), cells=which, n=len(names)))
    return message("yearbook.between").join(parts)
