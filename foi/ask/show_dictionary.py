"""`foi forms` and `foi units find`: the official forms and the registry of units, printed for a person."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from expectations.messages import cell_words
from foi.ask.dictionary import checked_forms, find_units, form_of
from foi.messages import message, word_of
from ingest.law.forms import Form, load_terms
from ingest.words.language import Text, language


def show_forms() -> str:
    """One line for each form version."""
    lines = []
    for form in checked_forms().values():
        years = f"{form.first_year}–{form.last_year or ''}"
        lines.append(
            message("forms.line", form=form.form, source=form.source, years=years, cells=len(form.cells), rules=len(form.rules))
        )
    return "\n".join([*lines, message("forms.next")])


def show_cells(name: str) -> str:
    """Every cell of one form by its whole code, as `foi correct` and the tables name it: code, label, unit."""
    return "\n".join(f"{c.code:48} {cell_words(c.code, name, language())} ({c.unit})" for c in form_of(name).cells)


def show_form(name: str) -> str:
    """The tables of one form with each row's code and printed label (in English with its meaning), and its rules with their law."""
    form = form_of(name)
    meanings = {code: f"  ({term.en})" for code, term in load_terms().items()} if language() == "en" else {}
    lines = [f"{form.title} {form.source}"]
    for table in form.tables.values():
        lines += ["", message(f"table.{table.name}")]
        if table.rows:
            lines.append("  " + " | ".join(f"{label} {code}" for code, label in table.columns.items()))
            lines += [f"  {code:26} {label}{meanings.get(code, '')}" for code, label in table.rows.items()]
        else:
            lines += [f"  {cell.row:34} {cell.row_label} {cell.column_label} ({cell.unit})" for cell in table.cells]
    return "\n".join([*lines, "", message("forms.cells", form=name), "", *_rules(form)])


def _rules(form: Form) -> list[str]:
    lines = [message("forms.rules", n=len(form.rules))]
    for rule in dict.fromkeys(r.rule for r in form.rules):
        members = [r for r in form.rules if r.rule == rule]
        first = members[0]
        lines += [f"  {rule} × {len(members)} [{message(f'severity.{first.severity}')}]"]
        lines += [f"    {Text(first.zh, first.en).shown}", f"    {first.law}"]
    return lines


def show_units(name: str, as_json: bool, home: Path) -> tuple[str, bool]:
    """The units of a name with the places above them, and whether there is any."""
    found = find_units(name, home)
    if as_json:
        return json.dumps([{**asdict(u), "full_name": u.full_name} for u in found], ensure_ascii=False), bool(found)
    if not found:
        return message("units.none", name=name), False
    kinds = ((word_of("level", u.level).shown, word_of("kind", u.kind).shown) for u in found)
    return "\n".join(f"{u.unit_code:12} {u.full_name}  ({', '.join(kind)})" for u, kind in zip(found, kinds, strict=True)), True
