"""Every measure: what it is called, what it means, by which law, and what each form makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dagster_project.names import Names
from foi.ask.trend import RATES
from foi.messages import bilingual, word_of
from foi.published import published
from ingest.words.language import Text

OF_FORMS = (
    "select m.measure, m.form, m.relation, coalesce(any_value(m.note_zh), ''), coalesce(any_value(m.note_en), ''),"
    " list(distinct m.source_code order by m.source_code) filter (where m.source_code is not null)"
    " from measure_by_form as m group by all order by m.measure, m.form desc"
)
# A measure is a term, or a cell by its row and column; a total goes by its row alone.
MEANINGS = (
    "select code, definition, law, null from dim_term union all"
    " select concat_ws('_', row_code, column_code), definition, law, unit from dim_measure union all"
    " select row_code, definition, law, unit from dim_measure where column_code = 'total'"
)
CELLS = "select code, table_name, zh, en, unit, forms, coalesce(law, '') from dim_measure order by ordinal nulls last, code"


@dataclass(frozen=True, slots=True)
class OfForm:
    """What one form makes of a measure: same, narrower, wider, different or not asked; from which of its cells, and what is lost."""

    form: str
    relation: str
    note: Text
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure by its code: its name, meaning, unit and law, and what each form makes of it; of a rate its formula."""

    code: str
    name: Text
    definition: str
    law: str
    unit: Text | None
    forms: tuple[OfForm, ...]
    formula: Text | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the official forms: its code, its table, what it is called, its unit, the forms that have it, and its law."""

    code: str
    table: str
    name: Text
    unit: str
    forms: str
    law: str


@dataclass(frozen=True, slots=True)
class Measures:
    """All measures, the rates last, and all cells of the forms."""

    measures: tuple[Measure, ...]
    cells: tuple[Cell, ...]


def measures_of(path: Path) -> Measures:
    """Every measure and every cell of the published file."""
    with published(path) as connection:
        names, meanings = Names(connection), dict[str, tuple[str, str, str | None]]()
        for code, definition, law, unit in connection.execute(MEANINGS).fetchall():
            old = meanings.get(code, ("", "", None))
            meanings[code] = (old[0] or definition or "", old[1] or law or "", old[2] or unit)
        forms: dict[str, list[OfForm]] = {}
        for measure, form, relation, zh, en, cells in connection.execute(OF_FORMS).fetchall():
            forms.setdefault(measure, []).append(OfForm(form, relation, Text(zh or en, en or zh), tuple(cells or ())))
        order = [column for column, *_ in connection.execute("describe unit_year").fetchall() if column in forms]
        found = [
            Measure(code, names.of(code), *meanings.get(code, ("", "", None))[:2], _unit(meanings.get(code)), tuple(forms[code]))
            for code in order
        ]
        rates = [Measure(rate, names.of(rate), "", "", word_of("unit", "share"), (), _formula(names, rate)) for rate in RATES]
        cells = tuple(Cell(row[0], row[1], Text(row[2], row[3]), *row[4:]) for row in connection.execute(CELLS).fetchall())
    return Measures((*found, *rates), cells)


def _unit(meaning: tuple[str, str, str | None] | None) -> Text | None:
    return word_of("unit", meaning[2]) if meaning and meaning[2] else None


def _formula(names: Names, rate: str) -> Text:
    """A rate as what stands above and below the line."""
    return bilingual(f"formula.{rate}", **{part: names.of(part) for part in RATES[rate]})
