"""The official forms and the registry of units, for whoever asks; foi.ask.show_dictionary prints them."""

from __future__ import annotations

from pathlib import Path

from foi.messages import Complaint, message
from ingest.home import Home
from ingest.law.forms import Form, every_form
from ingest.project import project_folder
from ingest.units import Unit
from ingest.units.known import registry_of
from ingest.words.yaml_files import FormError, line_of, read_yaml

DBT = project_folder("dbt")


def checked_forms() -> dict[str, Form]:
    """All form versions by name, after all that is said of the forms was checked (measures.yaml, relations.yaml)."""
    _check()
    return every_form()


def form_of(name: str) -> Form:
    """One form version; a Complaint that names those there are if there is none of this name."""
    forms = checked_forms()
    if name not in forms:
        raise Complaint(message("error.no_such_form", form=name, forms=", ".join(forms)), 2)
    return forms[name]


def find_units(name: str, home: Path) -> list[Unit]:
    """Units by name, part of a name or code, those of the home's own list too."""
    return registry_of(Home(home)).search(name)


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
