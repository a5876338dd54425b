"""The shapes of the raw tables, and the reference tables (forms, rules, losses, terms, units) that go beside them."""

from __future__ import annotations

import hashlib
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

WRITTEN_ELSEWHERE = ("roster", "seasons", "decisions", "corrections")  # reference tables that are written at other times


def write_reference(folder: Path, registry: Registry) -> None:
    """Write forms, rules, losses, terms and units as parquet, so that dbt reads the law from the same files as the readers."""
    folder.mkdir(parents=True, exist_ok=True)
    if is_written(folder, registry):
        return
    forms = every_form().values()
    cells = [
        {
            "form": f.form,
            "table_name": c.table,
            "row_code": c.row,
            "column_code": c.column,
            "code": c.code,
            "item": c.item,
            "row_label": c.row_label,
            "column_label": c.column_label,
            "unit": c.unit,
            "kind": c.kind,
            "ordinal": n,
        }
        for f in forms
        for n, c in enumerate(f.cells, 1)
    ]
    rules = [
        {
            "form": f.form,
            "rule": r.rule,
            "instance": r.instance,
            "rule_id": r.rule_id,
            "table_name": r.table,
            "severity": r.severity,
            "law": r.law,
            "zh": r.zh,
            "en": r.en,
        }
        for f in forms
        for r in f.rules
    ]
    terms = [
        {"form": f.form, "rule_id": r.rule_id, "code": code, "side": side}
        for f in forms
        for r in f.rules
        for side, codes in (("left", r.left), ("right", r.right))
        for code in codes
    ]
    glossary = [{"code": t.code, "zh": t.zh, "en": t.en, "definition": t.definition, "law": t.law} for t in load_terms().values()]
    groups = [
        {"form": f.form, "table_name": "requests", "group_code": group, "row_code": row}
        for f in forms
        for group, rows in f.groups.items()
        for row in rows
    ]
    losses = [
        {"measure": x.measure, "form": x.form, "relation": x.relation, "source_code": code, "note_zh": x.zh, "note_en": x.en}
        for x in load_losses()
        for code in x.sources or (None,)
    ]
    relations = [r for form in every_form() for r in relations_of(form)]
    relation_rows = [
        {
            "form": r.form, "rule": r.rule, "instance": r.instance, "rule_id": r.rule_id, "sign": r.sign, "severity": r.severity,
            "levels": ",".join(r.levels) or None, "law": r.law, "zh": r.zh, "en": r.en,
        }
        for r in relations
    ]  # fmt: skip
    relation_terms = [
        {"form": r.form, "rule_id": r.rule_id, "side": side, "reading": n, "source": t.source, "code": t.code, "factor": t.sign}
        for r in relations
        for side, readings in (("left", (r.left,)), ("right", r.readings))
        for n, terms in enumerate(readings)
        for t in terms
    ]
    units = "unit_code name level kind parent_code province_code city_code county_code"
    tables: list[tuple[str, list[dict[str, Any]], dict[str, Any]]] = [
        ("form_cells", cells, {k: pl.Int32() if k == "ordinal" else TEXT for k in cells[0]}),
        ("groups", groups, dict.fromkeys(groups[0], TEXT)),
        ("rules", rules, dict.fromkeys(rules[0], TEXT)),
        ("rule_terms", terms, dict.fromkeys(terms[0], TEXT)),
        ("relations", relation_rows, dict.fromkeys(relation_rows[0], TEXT)),
        ("relation_terms", relation_terms, {k: pl.Int32() if k in ("reading", "factor") else TEXT for k in relation_terms[0]}),
        ("losses", losses, dict.fromkeys(losses[0], TEXT)),
        *_signal_tables(),
        ("terms", glossary, dict.fromkeys(glossary[0], TEXT)),
        ("units", registry.rows(), columns_of(units)),
        ("due_dates", [asdict(due) for due in due_dates()], columns_with_years("kind level first_year last_year month day law")),
        ("vertical_bodies", [{"pattern": pattern} for pattern in duty_words()["vertical"]], columns_of("pattern")),
        (
            "unit_spans",
            unit_spans(registry),
            {**columns_with_years("unit_code first_year last_year"), "is_assumed": pl.Boolean()},
        ),
        (
            "successions",
            rows_of(registry),
            columns_with_years("report_year unit_code unit_name successor_code successor_name kind"),
        ),
        ("final_units", final_units(registry), columns_of("unit_code final_code")),
        ("former_places", former_places(registry), columns_with_years("county_code last_year province_code city_code city_name")),
    ]
    for name, content, schema in tables:
        with placed(folder / f"{name}.parquet") as scratch:
            pl.DataFrame(content, schema=schema, orient="row").write_parquet(scratch)
    with placed(folder / "version") as scratch:
        scratch.write_bytes(_version(folder, registry))


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


def _signal_tables() -> list[tuple[str, list[dict[str, Any]], dict[str, Any]]]:
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
