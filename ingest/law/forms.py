"""Load the official forms and check them: each form version is one YAML file that says every cell, label, unit and rule.

Errors name the file and the line. Source of the forms: 国办公开办函〔2019〕60号 and 〔2021〕30号; the statistics tables of the years
before 2019: 国办发〔2014〕32号 and local ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from ingest.words.text import label_key
from ingest.words.yaml_files import WORDS, FormError, line_of, read_yaml, recognition

FORMS = Path(__file__).parent / "forms"
RULES = Path(__file__).parent / "rules"
SEVERITIES = ("error", "warning", "hint")
STATISTICS = "statistics"  # the one table of the forms before 2019


@dataclass(frozen=True, slots=True)
class FormCell:
    """One number the form asks for: table, row, column, its printed labels, unit and kind.

    The column is None in table disclosure and for the number of the year in a statistics table.
    """

    code: str
    table: str
    row: str
    column: str | None
    item: str
    row_label: str
    column_label: str
    unit: str
    kind: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One printed sum: both sides as codes of cells. `instance` is the column or row it is applied to."""

    rule: str
    instance: str
    table: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    severity: Literal["error", "warning", "hint"]
    law: str
    zh: str
    en: str

    @property
    def rule_id(self) -> str:
        return f"{self.rule}.{self.instance}"


@dataclass(frozen=True, slots=True)
class FormTable:
    """One table of a form: its cells in printed order, its labels, and for each way of writing a label the printed one.

    Only a statistics table has `units` (for each row the unit words that may be printed, the form's own first), the words of
    its `header` (name, unit, and each column) and a `prefix` that may stand before a label.
    """

    name: str
    section: str
    cells: tuple[FormCell, ...]
    rows: dict[str, str]
    columns: dict[str, str]
    under: dict[str, str]
    aliases: dict[str, str]
    units: dict[str, tuple[str, ...]] = field(default_factory=dict)
    header: dict[str, tuple[str, ...]] = field(default_factory=dict)
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """One version of the official form: tables, rules, and the report years it was made for."""

    form: str
    title: str
    source: str
    first_year: int
    last_year: int | None
    tables: dict[str, FormTable]
    groups: dict[str, tuple[str, ...]]
    rules: tuple[Rule, ...]

    @property
    def cells(self) -> tuple[FormCell, ...]:
        return tuple(cell for table in self.tables.values() for cell in table.cells)

    def is_drawn_like(self, other: Form) -> bool:
        """Whether both forms print the same tables, so that a report cannot say which of them it follows."""
        return [(c.code, c.row_label, c.column_label) for c in self.cells] == [
            (c.code, c.row_label, c.column_label) for c in other.cells
        ]


@dataclass(frozen=True, slots=True)
class Term:
    """What a code means: Chinese, English, definition, law article."""

    code: str
    zh: str
    en: str
    definition: str
    law: str


@cache
def load_forms() -> dict[str, Form]:
    """The forms with the three statutory tables (since 2019) by id, newest first."""
    return {name: form for name, form in every_form().items() if STATISTICS not in form.tables}


@cache
def form_in_force(year: int) -> Form | None:
    """The form of the three tables that holds for a report year; None before there was one."""
    forms = (form for form in load_forms().values() if form.first_year <= year <= (form.last_year or year))
    return max(forms, key=lambda form: form.first_year, default=None)


@cache
def earliest_alike(name: str) -> str:
    """The earliest form that prints the same tables as this one; reports loaded already stay with it when a new one comes."""
    forms = load_forms()
    return min(n for n, form in forms.items() if form.is_drawn_like(forms[name]))


@cache
def statistics_forms() -> dict[str, Form]:
    """The forms before 2019, each of one statistics table, by id."""
    return {name: form for name, form in every_form().items() if STATISTICS in form.tables}


@cache
def every_form() -> dict[str, Form]:
    """All forms by id, each checked against itself and against the terms."""
    paths = sorted(FORMS.glob("*.yaml"), reverse=True)
    terms = load_terms()
    forms = [load_form(path, terms) for path in paths]
    return {form.form: form for form in forms}


@cache
def load_terms(path: Path = WORDS / "terms.yaml") -> dict[str, Term]:
    """The glossary: for each row, column or cell code its Chinese and English name, definition and law article."""
    return {code: Term(code=code, **entry) for code, entry in read_yaml(path).items()}


@cache
def _units_of_money(form: str) -> dict[str, str]:
    money = recognition()["cells"]["money"]
    return {cell.code: cell.unit for cell in every_form()[form].cells if cell.unit in money}


def other_unit(form: str, code: str, unit: str | None, value: Any) -> str:
    """The unit of an amount of money where it is not that of the form (61000元 under 万元); nothing where it is, and 0 is 0 in each."""
    asked = _units_of_money(form).get(code)
    return unit if asked and unit and value and unit != asked else ""


@contextmanager
def naming(path: Path, name: str, what: str = "") -> Iterator[None]:
    """What a part of a file lacks is a FormError that names the part and its line."""
    try:
        yield
    except KeyError as error:
        raise FormError(f"{path.name}:{line_of(path, name)}: {what or name} lacks “{error.args[0]}”") from error


def check_words(path: Path, name: str, spec: dict[str, Any], needed: tuple[str, ...]) -> None:
    """A rule has its words and a severity that there is."""
    where = f"{path.name}:{line_of(path, name)}: rule {name}"
    if missing := [key for key in needed if not spec.get(key)]:
        raise FormError(f"{where}: {', '.join(missing)} is missing")
    if spec["severity"] not in SEVERITIES:
        raise FormError(f"{where}: “{spec['severity']}” is none of {', '.join(SEVERITIES)}")


def load_form(path: Path, terms: dict[str, Term]) -> Form:
    """One form file, checked; raises FormError with file and line."""
    with naming(path, "form", "the form"):
        return _form(path, read_yaml(path), terms)


def _form(path: Path, data: dict[str, Any], terms: dict[str, Term]) -> Form:
    tables = {name: _table(path, name, spec) for name, spec in data["tables"].items()}
    groups = {name: tuple(codes) for name, codes in data.get("groups", {}).items()}
    rules = tuple(r for name, spec in data["rules"].items() for r in _rules(path, name, spec, tables, groups))
    _check_terms(path, tables, terms)
    return Form(
        data["form"], data["title"], data["source"], data["in_force"]["from"], data["in_force"]["to"], tables, groups, rules
    )


def _statistics(path: Path, name: str, spec: dict[str, Any]) -> FormTable:
    """A statistics table: one row label, one unit, and one number for each column; the first column is the year's own."""
    rows = {code: row["label"] for code, row in spec["rows"].items()}
    under = {code: row.get("under", "") for code, row in spec["rows"].items()}
    units = {code: tuple(u if isinstance(u := row["unit"], list) else [u]) for code, row in spec["rows"].items()}
    header = {part: tuple(words) for part, words in (spec["header"] | spec["columns"]).items()}
    aliases = {label_key(k): label_key(v) for k, v in spec.get("aliases", {}).items()}
    _check_twice(path, [(c, f"{under[c]} {label_key(v)}") for c, v in rows.items()])
    first = next(iter(spec["columns"]))
    cells = tuple(
        FormCell(
            f"{name}.{code}" if column == first else f"{name}.{code}.{column}",
            *(name, code, None if column == first else column, under[code], label, header[column][0], units[code][0]),
            spec["rows"][code].get("kind", "flow") if column == first else "stock",
        )
        for code, label in rows.items()
        for column in spec["columns"]
    )
    columns = {column: words[0] for column, words in spec["columns"].items()}
    return FormTable(name, spec["section"], cells, rows, columns, under, aliases, units, header, spec["prefix"])


def _table(path: Path, name: str, spec: dict[str, Any]) -> FormTable:
    with naming(path, name, f"table {name}"):
        return _table_of(path, name, spec)


def _table_of(path: Path, name: str, spec: dict[str, Any]) -> FormTable:
    if name == STATISTICS:
        return _statistics(path, name, spec)
    aliases = {label_key(k): label_key(v) for k, v in spec.get("aliases", {}).items()}
    if "cells" in spec:
        cells = tuple(_cell(path, name, code, c, spec["unit"]) for code, c in spec["cells"].items())
        _check_twice(path, [(c.code, f"{c.item} {c.row_label} {c.column_label}") for c in cells])
        return FormTable(name, spec["section"], cells, {}, {}, {}, aliases)
    rows: dict[str, str] = {}
    columns: dict[str, str] = {}
    under: dict[str, str] = {}
    for target, part in ((rows, spec["rows"]), (columns, spec["columns"])):
        context = ""
        for code, entry in part.items():
            entry = entry if isinstance(entry, dict) else {"label": entry}
            target[code] = entry["label"]
            # A numbered label (1. 2. …) stays under the heading above it; any other label stands on its own.
            context = entry.get("under", context if entry["label"][0].isdigit() else "")
            under[code] = context
    _check_twice(path, [(c, f"{under[c]} {label_key(v)}") for c, v in rows.items()])
    _check_twice(path, [(c, f"{under[c]} {label_key(v)}") for c, v in columns.items()])
    cells = tuple(
        FormCell(f"{name}.{r}.{c}", name, r, c, under[r], rows[r], columns[c], spec["unit"], "flow")
        for r in rows
        for c in columns
    )
    return FormTable(name, spec["section"], cells, rows, columns, under, aliases)


def _cell(path: Path, table: str, code: str, spec: dict[str, Any], unit: str) -> FormCell:
    with naming(path, code):
        labels = (spec["item"], spec["row"], spec["column"])
        return FormCell(f"{table}.{code}", table, code, None, *labels, spec.get("unit", unit), spec["kind"])


def _check_twice(path: Path, labels: list[tuple[str, str]]) -> None:
    seen: dict[str, str] = {}
    for code, label in labels:
        key = label_key(label)
        if key in seen:
            line = line_of(path, code)
            raise FormError(f"{path.name}:{line}: label “{label.strip()}” of {code} already stands for {seen[key]}")
        seen[key] = code


def _rules(
    path: Path, name: str, spec: dict[str, Any], tables: dict[str, FormTable], groups: dict[str, tuple[str, ...]]
) -> Iterator[Rule]:
    check_words(path, name, spec, ("each", "equation", "severity", "law", "zh", "en"))
    table_name, _, axis = spec["each"].partition(".")
    if table_name not in tables or (table_name != STATISTICS and axis not in ("rows", "columns")):
        raise FormError(f"{path.name}:{line_of(path, name)}: rule {name}: “{spec['each']}” names no rows or columns of a table")
    table = tables[table_name]
    # Sums of a statistics table hold for the year; the rows of earlier years, which a running total rests on, were others.
    across = [axis] if table_name == STATISTICS else table.columns if axis == "columns" else table.rows
    known = table.columns if axis == "rows" else table.rows
    sides = []
    for side in spec["equation"].split("="):
        codes: list[str] = []
        for word in (w.strip() for w in side.split("+")):
            members = groups.get(word[1:], ()) if word.startswith("@") else (word,)
            if not members or any(m not in known for m in members):
                line = line_of(path, word)
                raise FormError(
                    f"{path.name}:{line}: rule {name} names “{word}”, which is no {'row' if known is table.rows else 'column'} code or group of {table_name}"
                )
            codes += members
        sides.append(codes)
    if len(sides) != 2:
        raise FormError(f"{path.name}:{line_of(path, name)}: rule {name} needs exactly one “=”")
    for instance in across:
        left, right = (tuple(_code(table_name, axis, c, instance) for c in side) for side in sides)
        yield Rule(name, instance, table_name, left, right, spec["severity"], spec["law"], spec["zh"], spec["en"])


def _code(table: str, axis: str, member: str, instance: str) -> str:
    if table == STATISTICS:
        return f"{table}.{member}"
    return f"{table}.{member}.{instance}" if axis == "columns" else f"{table}.{instance}.{member}"


def _check_terms(path: Path, tables: dict[str, FormTable], terms: dict[str, Term]) -> None:
    codes = [code for table in tables.values() for code in (*table.rows, *table.columns, *(c.row for c in table.cells))]
    if missing := [code for code in dict.fromkeys(codes) if code not in terms]:
        others = f" (nor have {', '.join(missing[1:])})" if missing[1:] else ""
        raise FormError(f"{path.name}:{line_of(path, missing[0])}: code {missing[0]} has no entry in terms.yaml{others}")
