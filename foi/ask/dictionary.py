"""`foi forms` and `foi units find`: the official forms and the registry of units, printed for a person."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from expectations.messages import cell_words
from foi.messages import Complaint, message
from ingest.home import Home
from ingest.law.forms import Form, every_form, load_terms
from ingest.project import project_folder
from ingest.units.known import registry_of
from ingest.words.yaml_files import FormError, line_of, read_yaml

DBT = project_folder("dbt")


def show_forms() -> str:
    """One line for each form version, after all that is said of the forms was checked (measures.yaml, relations.yaml)."""
    lines = []
    _check()
    for form in every_form().values():
        years = f"{form.first_year}–{form.last_year or ''}"
        lines.append(
            message("forms.line", form=form.form, source=form.source, years=years, cells=len(form.cells), rules=len(form.rules))
        )
    return "\n".join([*lines, message("forms.next")])


def show_cells(name: str) -> str:
    """Every cell of one form by its whole code, as `foi correct` and the tables name it: code, label, unit."""
    cells = _form(name).cells
    return "\n".join(f"{c.code:48} {cell_words(c.code, name, 'zh')} ({c.unit}) / {cell_words(c.code, name, 'en')}" for c in cells)


def _form(name: str) -> Form:
    forms = every_form()
    _check()
    if name not in forms:
        raise Complaint(message("error.no_such_form", form=name, forms=", ".join(forms)), 2)
    return forms[name]


def show_form(name: str) -> str:
    """The tables of one form with each row's code and label, and its rules with their law."""
    form = _form(name)
    terms = load_terms()
    lines = [f"{form.title} {form.source}"]
    for table in form.tables.values():
        lines += ["", message(f"table.{table.name}")]
        if table.rows:
            lines.append("  " + " | ".join(f"{label} {code}" for code, label in table.columns.items()))
            for code, label in table.rows.items():
                lines.append(f"  {code:26} {label}  ({terms[code].en})")
        else:
            for cell in table.cells:
                lines.append(f"  {cell.row:34} {cell.row_label} {cell.column_label} ({cell.unit})")
    return "\n".join([*lines, "", message("forms.cells", form=name), "", *_rules(form)])


def _check() -> None:
    """Load the loss table and the relations of every form: a mistake in them is a FormError with file and line."""
    from ingest.law.measures import load_losses
    from ingest.law.relations import relations_of

    measures = {loss.measure for loss in load_losses()}
    for form in every_form():
        relations_of(form)
    _check_columns(measures)


def _check_columns(measures: set[str]) -> None:
    """Every measure is a column of unit_year, and every column is described: else the next load would say so in the words of dbt."""
    project, model = DBT / "dbt_project.yml", DBT / "models" / "marts" / "unit_year.yml"
    listed = set(read_yaml(project)["vars"]["unit_measures"])
    described = {column["name"] for column in read_yaml(model)["models"][0]["columns"]}
    if missing := sorted(measures - listed):
        raise FormError(f"{project.name}:{line_of(project, 'unit_measures')}: unit_measures lacks {', '.join(missing)}")
    if unknown := sorted(listed - measures):
        raise FormError(f"{project.name}:{line_of(project, unknown[0])}: measures.yaml says nothing of {', '.join(unknown)}")
    if missing := sorted({column for m in listed for column in (m, f"{m}_state")} - described):
        raise FormError(f"{model.name}:{line_of(model, 'columns')}: unit_year lacks the columns {', '.join(missing)}")


def _rules(form: Form) -> list[str]:
    lines = [message("forms.rules", n=len(form.rules))]
    for rule in dict.fromkeys(r.rule for r in form.rules):
        members = [r for r in form.rules if r.rule == rule]
        first = members[0]
        lines += [f"  {rule} × {len(members)} [{first.severity}]", f"    {first.zh}", f"    {first.en}", f"    {first.law}"]
    return lines


def find_units(name: str, as_json: bool, home: Path) -> tuple[str, bool]:
    """Units by name, part of a name or code, those of the home's own list too, with the places above them; False if there is none."""
    found = registry_of(Home(home)).search(name)
    if as_json:
        return json.dumps([{**asdict(u), "full_name": u.full_name} for u in found], ensure_ascii=False), bool(found)
    if not found:
        return message("units.none", name=name), False
    return "\n".join(f"{u.unit_code:12} {u.full_name}  ({u.level}, {u.kind})" for u in found), True
