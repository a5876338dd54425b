"""/dictionary: every measure, every table with its columns, and every rule with its two examples."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from foi.ask.measures import measures_of
from foi.ask.rule_examples import told_examples
from foi.ask.tables import all_tables, table_of
from foi.messages import bilingual, message, word_of
from ingest.law.entries import entries
from ingest.words.language import Text
from portal.page import page, table

MEASURES = ("code", "name", "meaning", "unit", "law", "form", "relation", "cells", "note")
RULES = ("rule", "severity", "forms", "zh", "law", "passes", "fails")
COLUMNS = ("column", "type", "unit", "meaning")
CRUMBS = ("portal.nav_dictionary", "/dictionary")


def measures(request: Request) -> Response:
    """Every measure, with what each form makes of it."""
    found = measures_of(request.app.state.home.published)
    rows: list[list[Any]] = []
    for one in found.measures:
        head = [one.code, one.name, one.formula or one.definition, one.unit, one.law]
        rows += [[*head, f.form, word_of("trend.short", f.relation), ", ".join(f.cells), f.note] for f in one.forms] or [
            [*head, None, None, None, None]
        ]
    names = {name: bilingual(f"portal.dictionary_{name}") for name in MEASURES}
    return table(request, names, rows, "measures") or page(request, "dictionary.html", found=found, files=True, crumbs=())


def rules(request: Request) -> Response:
    """Every rule, with what passes and what fails it."""
    found = [(entry, told_examples(entry)) for entry in entries()]
    rows = [
        [e.rule, word_of("severity", e.severity), ", ".join(e.forms), e.words, e.law, *(examples or (None, None))]
        for e, examples in found
    ]
    names = {name: bilingual(f"rules.column_{name}") for name in RULES}
    return table(request, names, rows, "rules") or page(
        request, "rules.html", found=found, files=True, crumbs=_crumbs(message("portal.rules"))
    )


def tables(request: Request) -> Response:
    """Every table that can be asked."""
    found = all_tables(request.app.state.home.published)
    names = {name: bilingual(f"portal.dictionary_{name}") for name in ("schema", "table", "name", "meaning")}
    rows = [[one.schema, one.name, one.title, one.meaning] for one in found]
    return table(request, names, rows, "tables") or page(
        request, "tables.html", found=found, files=True, crumbs=_crumbs(message("portal.tables"))
    )


def columns(request: Request) -> Response:
    """One table with its columns."""
    found = table_of(request.app.state.home.published, request.path_params["name"])
    names = {name: bilingual(f"tables.{name}") for name in COLUMNS}
    rows = [[c.name, c.type, c.unit, c.meaning] for c in found.columns]
    crumbs: list[tuple[str | Text, str]] = [*_crumbs(message("portal.tables"), "/dictionary/tables"), (found.name, "")]
    return table(request, names, rows, found.name) or page(request, "columns.html", found=found, files=True, crumbs=crumbs)


def _crumbs(name: str, address: str = "") -> list[tuple[str | Text, str]]:
    return [(message(CRUMBS[0]), CRUMBS[1]), (name, address)]


ROUTES = (
    Route("/dictionary", measures),
    Route("/dictionary/rules", rules),
    Route("/dictionary/tables", tables),
    Route("/dictionary/tables/{name}", columns),
)
