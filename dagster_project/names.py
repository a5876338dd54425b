"""What the tables of the warehouse and their columns are called in Chinese and English (dbt/names.yml), and what each means."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from functools import cache
from typing import Any

from dagster_project.dbt_cache import PROJECT
from ingest.words.language import Text
from ingest.words.yaml_files import read_yaml

SCHEMAS = ("marts", "core", "quality")  # what people ask
_DOCS = re.compile(r"{% docs (\w+) %}\n(.*?)\n{% enddocs %}", re.DOTALL)
_DOC = re.compile(r"{{ doc\('(\w+)'\) }}")
# A measure is a term, or a cell by its row and column (a total goes by its row alone); the last of one code counts, that of a statistics table
# only where no other has it.
TERMS = """
select code, zh, en from (
    select code, zh, en, 0 as turn, '' as cell from {database}core.dim_term
    union all
    select concat_ws('_', row_code, column_code), zh, en, if(table_name = 'statistics', 1, 2), code from {database}core.dim_measure
) order by turn, cell, code
"""
DEFINITIONS = "select code, definition from {database}core.dim_term where definition is not null"
UNITS = """
with cells as (select distinct table_name, row_code, column_code, unit from {database}core.dim_measure where table_name <> 'statistics')
select concat_ws('_', row_code, column_code), unit from cells
union all
select row_code, unit from cells where table_name = 'requests' and column_code = 'total'
union all
select g.group_code, c.unit from {database}core.dim_group as g inner join cells as c using (table_name, row_code)
union all
select 'lawsuit_total', unit from cells where row_code = 'lawsuit_direct' and column_code = 'total'
"""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its type, what it is called, what it means, and the unit of its numbers where one stands for all of them.

    `words` is the kind of words that its codes are told with (`words` in dbt/names.yml); empty where it holds no codes. `values` are
    all that it may hold, where its model promises that.
    """

    name: str
    type: str
    title: Text
    meaning: Text
    unit: Text | None
    words: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table that can be asked: its schema, what it is called, what it holds, and its columns."""

    schema: str
    name: str
    title: Text
    meaning: Text
    columns: tuple[Column, ...]


class Names:
    """The names of the tables, columns and measures of a warehouse; `database` is its name where several are attached."""

    def __init__(self, connection: Any, database: str = "") -> None:
        self._connection = connection
        self._database = database or connection.execute("select current_database()").fetchone()[0]
        self._terms = {code: Text(zh, en) for code, zh, en in self._asked(TERMS)}

    def _asked(self, query: str) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self._connection.execute(query.format(database=f'"{self._database}".')).fetchall()
        return rows

    def of(self, column: str) -> Text:
        """Both names of a column; its own code when nothing is known of it."""
        names = _names()
        if found := names["columns"].get(column):
            return Text(**found)
        if term := self._terms.get(column):
            return term
        for ending, added in names["endings"].items():
            if column.endswith(f"_{ending}"):
                whole = self.of(column.removesuffix(f"_{ending}"))
                return Text(whole.zh + added["zh"], whole.en + added["en"])
        return Text(column, column)

    def tables(self, only: Container[str] | None = None) -> list[Table]:
        """All tables that people ask (or those of these names alone), by schema and name."""
        definitions, units = dict(self._asked(DEFINITIONS)), dict(self._asked(UNITS))
        rows = self._connection.execute(
            "select schema_name, table_name, list([column_name, data_type] order by column_index) from duckdb_columns()"
            " where database_name = $1 and not internal and list_contains($2, schema_name) group by all order by all",
            [self._database, list(SCHEMAS)],
        ).fetchall()
        asked = [row for row in rows if only is None or row[1] in only]
        return [_table(self, row, definitions, units) for row in sorted(asked, key=lambda row: SCHEMAS.index(row[0]))]


def _table(names: Names, row: tuple[Any, ...], definitions: dict[str, str], units: dict[str, str]) -> Table:
    schema, name, columns = row
    title = Text(**_names()["tables"].get(name, {"zh": name, "en": name}))
    about = _description(name)
    said = {column["name"]: column for column in about.get("columns", ())}
    found = []
    for column, kind in columns:
        called = names.of(column)
        is_measure = schema == "marts" and kind.startswith("DECIMAL")
        definition = definitions.get(column, "") if is_measure else ""
        unit = units.get(column) if is_measure else "share" if column.endswith("_rate") else None
        zh = _names()["defined"]["zh"].format(name=called.zh, definition=definition) if definition else called.zh
        meaning = Text(zh, _filled(said.get(column, {}).get("description", "")) or called.en)
        found.append(Column(column, kind, called, meaning, unit_of(unit), words_of(name, column), _values(said.get(column, {}))))
    return Table(schema, name, title, Text(title.zh, _filled(about.get("description", "")) or title.en), tuple(found))


def _values(said: dict[str, Any]) -> tuple[str, ...]:
    """What the model of a column promises that it holds, and nothing else."""
    return tuple(said.get("config", {}).get("meta", {}).get("holds", {}).get("values", ()))


def words_of(table: str, column: str) -> str:
    """The kind of words (as state in state.blank) that the codes of a column are told with; empty where it holds no codes."""
    kinds = _names()["words"]
    ending = next((name for name in kinds if name.startswith("_") and column.endswith(name)), "")
    return str(kinds.get(f"{table}.{column}") or kinds.get(column) or kinds.get(ending, ""))


def unit_of(unit: str | None) -> Text | None:
    """A unit of measure as the tables have it (万元) in both languages; None where it has no name of its own."""
    found = _names()["units"].get(unit)
    return Text(**found) if found else None


def unit_words(unit: str) -> Text:
    """The same; the unit itself where it has no name of its own."""
    return unit_of(unit) or Text(unit, unit)


@cache
def _names() -> dict[str, Any]:
    return read_yaml(PROJECT / "names.yml")


@cache
def _description(model: str) -> dict[str, Any]:
    """What the file of a model (as models/core/fct_cells.yml) says of it."""
    files = (read_yaml(path) for path in (PROJECT / "models").glob(f"*/{model}.yml"))
    return next((one for file in files for one in file.get("models", ()) if one["name"] == model), {})


@cache
def _docs() -> dict[str, str]:
    return dict(_DOCS.findall((PROJECT / "models" / "docs.md").read_text("utf-8")))


def _filled(description: str) -> str:
    """A description on one line, with the texts that several share in their places."""
    return " ".join(_DOC.sub(lambda found: _docs()[found[1]], description).split())
