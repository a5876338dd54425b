"""The shapes of the raw tables, and the reference tables (forms, rules, losses, terms, units) that go beside them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from ingest.home.placing import placed
from ingest.landing.schemas import TEXT, columns_of, columns_with_years, law_fingerprint
from ingest.law.deadlines import due_dates, duty_words
from ingest.law.forms import every_form, load_terms
from ingest.law.measures import load_losses
from ingest.law.relations import relations_of
from ingest.law.signals import signals
from ingest.units import Registry
from ingest.units.succession import final_units, former_places, rows_of, unit_spans

Reference = tuple[str, list[dict[str, Any]], dict[str, Any]]  # a table: its name, its rows, its columns with their types
WRITTEN_ELSEWHERE = ("roster", "seasons", "decisions", "corrections")  # reference tables that are written at other times


def write_reference(folder: Path, registry: Registry) -> None:
    """Write forms, rules, losses, terms and units as parquet, so that dbt reads the law from the same files as the readers."""
    folder.mkdir(parents=True, exist_ok=True)
    if is_written(folder, registry):
        return
    for name, content, schema in (
        *_form_tables(),
        *_relation_tables(),
        *_signal_tables(),
        *_word_tables(),
        *_unit_tables(registry),
    ):
        with placed(folder / f"{name}.parquet") as scratch:
            pl.DataFrame(content, schema=schema, orient="row").write_parquet(scratch)
    with placed(folder / "version") as scratch:
        scratch.write_bytes(_version(folder, registry))


def _form_tables() -> Iterator[Reference]:
    """What the forms ask for: their cells, the rows they group, and the sums they print."""
    forms = every_form().values()
    cells = [
        {
            "form": f.form, "table_name": c.table, "row_code": c.row, "column_code": c.column, "code": c.code, "item": c.item,
            "row_label": c.row_label, "column_label": c.column_label, "unit": c.unit, "kind": c.kind, "ordinal": n,
        }
        for f in forms
        for n, c in enumerate(f.cells, 1)
    ]  # fmt: skip
    yield "form_cells", cells, _typed(cells, "ordinal")
    groups = [
        {"form": f.form, "table_name": "requests", "group_code": group, "row_code": row}
        for f in forms
        for group, rows in f.groups.items()
        for row in rows
    ]
    yield "groups", groups, _typed(groups)
    rules = [
        {
            "form": f.form, "rule": r.rule, "instance": r.instance, "rule_id": r.rule_id, "table_name": r.table,
            "severity": r.severity, "law": r.law, "zh": r.zh, "en": r.en,
        }
        for f in forms
        for r in f.rules
    ]  # fmt: skip
    yield "rules", rules, _typed(rules)
    terms = [
        {"form": f.form, "rule_id": r.rule_id, "code": code, "side": side}
        for f in forms
        for r in f.rules
        for side, codes in (("left", r.left), ("right", r.right))
        for code in codes
    ]
    yield "rule_terms", terms, _typed(terms)


def _relation_tables() -> Iterator[Reference]:
    """The rules between two years, table and prose, and their terms."""
    relations = [r for form in every_form() for r in relations_of(form)]
    rows = [
        {
            "form": r.form, "rule": r.rule, "instance": r.instance, "rule_id": r.rule_id, "sign": r.sign, "severity": r.severity,
            "levels": ",".join(r.levels) or None, "law": r.law, "zh": r.zh, "en": r.en,
        }
        for r in relations
    ]  # fmt: skip
    yield "relations", rows, _typed(rows)
    terms = [
        {"form": r.form, "rule_id": r.rule_id, "side": side, "reading": n, "source": t.source, "code": t.code, "factor": t.sign}
        for r in relations
        for side, readings in (("left", (r.left,)), ("right", r.readings))
        for n, reading in enumerate(readings)
        for t in reading
    ]
    yield "relation_terms", terms, _typed(terms, "reading", "factor")


def _word_tables() -> Iterator[Reference]:
    """What each code means, and how the number of each form relates to each measure."""
    losses = [
        {"measure": x.measure, "form": x.form, "relation": x.relation, "source_code": code, "note_zh": x.zh, "note_en": x.en}
        for x in load_losses()
        for code in x.sources or (None,)
    ]
    yield "losses", losses, _typed(losses)
    glossary = [{"code": t.code, "zh": t.zh, "en": t.en, "definition": t.definition, "law": t.law} for t in load_terms().values()]
    yield "terms", glossary, _typed(glossary)


def _unit_tables(registry: Registry) -> Iterator[Reference]:
    """The units, what became of them, and until when they owe a report."""
    yield "units", registry.rows(), columns_of("unit_code name level kind parent_code province_code city_code county_code")
    due = [asdict(day) for day in due_dates()]
    yield "due_dates", due, columns_with_years("kind level first_year last_year month day law")
    yield "vertical_bodies", [{"pattern": pattern} for pattern in duty_words()["vertical"]], columns_of("pattern")
    spans = columns_with_years("unit_code first_year last_year")
    yield "unit_spans", unit_spans(registry), {**spans, "is_assumed": pl.Boolean()}
    became = columns_with_years("report_year unit_code unit_name successor_code successor_name kind")
    yield "successions", rows_of(registry), became
    yield "final_units", final_units(registry), columns_of("unit_code final_code")
    before = columns_with_years("county_code last_year province_code city_code city_name")
    yield "former_places", former_places(registry), before


def _typed(rows: list[dict[str, Any]], *numbers: str) -> dict[str, Any]:
    """The columns of rows, all text but the whole numbers that are named."""
    return {name: pl.Int32() if name in numbers else TEXT for name in rows[0]}


def is_written(folder: Path, registry: Registry) -> bool:
    """Whether the tables are those that these forms and units make, and none was damaged or taken away since."""
    stamp = folder / "version"
    return stamp.is_file() and stamp.read_bytes() == _version(folder, registry)


def _version(folder: Path, registry: Registry) -> bytes:
    """From what the tables are made, and a hash of them as they are."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.glob("[!.]*.parquet") if p.stem not in WRITTEN_ELSEWHERE):
        digest.update(path.name.encode() + path.read_bytes())
    return f"{law_fingerprint()} {registry.fingerprint} {digest.hexdigest()}".encode()


def _signal_tables() -> list[Reference]:
    """The forms with their years, and the rules that no equation can say with their numbers."""
    forms = [{"form": f.form, "first_year": f.first_year, "last_year": f.last_year} for f in every_form().values()]
    rules = [
        {
            "rule": s.rule, "severity": s.severity, "forms": ",".join(s.forms) or None, "first_year": s.first_year,
            "last_year": s.last_year, "levels": ",".join(s.levels) or None, "is_cause": s.is_cause, "judged_by": s.judged_by,
            "law": s.law, "zh": s.zh, "en": s.en,
        }
        for s in signals().values()
    ]  # fmt: skip
    values = [{"rule": s.rule, "name": n, "value": v} for s in signals().values() for n, given in s.values.items() for v in given]
    years = {"first_year": pl.Int32(), "last_year": pl.Int32()}
    return [
        ("forms", forms, {"form": TEXT, **years}),
        ("signals", rules, {**dict.fromkeys(rules[0], TEXT), **years, "is_cause": pl.Boolean()}),
        ("signal_values", values, dict.fromkeys(values[0], TEXT)),
    ]
