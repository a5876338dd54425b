"""The command `foi export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from foi.options import HOME, AsOfOption, HomeOption


def export(
    target: Annotated[Path, typer.Argument(help="help.target")],
    table: Annotated[str, typer.Option(help="help.table")] = "unit_year",
    template: Annotated[str, typer.Option("--template", help="help.template")] = "",
    area: Annotated[str, typer.Option("--area", help="help.yearbook_area")] = "",
    year: Annotated[int, typer.Option("--year", show_default=False, help="help.yearbook_year")] = 0,
    home: HomeOption = HOME,
    as_of: AsOfOption = "",
) -> None:
    """Write a table, or the yearbook, as a file."""
    from foi.line.as_of import file_to_ask

    if template or area or year:
        from foi.ask.yearbook import Question, export_yearbook

        print(export_yearbook(file_to_ask(home, as_of), target, Question(template, area, year)))
        return
    from foi.ask.export import export as write

    print(write(file_to_ask(home, as_of), target, table))
