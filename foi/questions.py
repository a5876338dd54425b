"""The commands that ask of many years or many units: `foi progress`, `foi trend`, `foi rollup` and `foi export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from foi.options import HOME, AsOfOption, HomeOption, JsonOption, YearOption


def progress(
    area: Annotated[str, typer.Option("--area", help="help.area")],
    year: Annotated[int, typer.Option("--year", help="help.year")],
    roster: Annotated[Path | None, typer.Option("--roster", help="help.roster")] = None,
    on: Annotated[str, typer.Option("--on", "--as-of-date", help="help.on")] = "",
    state: Annotated[list[str] | None, typer.Option("--state", help="help.state")] = None,
    every_unit: Annotated[bool, typer.Option("--all", help="help.every_unit")] = False,
    home: HomeOption = HOME,
    csv: Annotated[bool, typer.Option("--csv", help="help.csv")] = False,
    json: JsonOption = False,
) -> None:
    """Who has filed in an area and year, on time, late or not at all."""
    from foi.line.as_of import day_of
    from foi.owed.progress import Question
    from foi.owed.show_progress import show_progress

    question = Question(area, year, roster, day_of(on) if on else None, state or (), every_unit)
    print(show_progress(home / "published.duckdb", question, "csv" if csv else "json" if json else "table"))


def trend(
    measure: Annotated[str, typer.Option(help="help.measure")] = "received",
    unit: Annotated[str | None, typer.Option(help="help.unit")] = None,
    area: Annotated[str | None, typer.Option(help="help.area")] = None,
    boundaries: Annotated[str, typer.Option(help="help.boundaries")] = "reported",
    home: HomeOption = HOME,
    json: JsonOption = False,
    as_of: AsOfOption = "",
) -> None:
    """One measure of a unit or area over the years."""
    from foi.ask.show_trend import show_trend
    from foi.ask.trend import Question
    from foi.line.as_of import file_to_ask

    print(show_trend(file_to_ask(home, as_of), Question(measure, unit, area, boundaries), json))


def rollup(
    area: Annotated[str, typer.Argument(help="help.rollup_area")],
    year: YearOption,
    out: Annotated[Path | None, typer.Option("--out", help="help.rollup_out")] = None,
    home: HomeOption = HOME,
    json: JsonOption = False,
    as_of: AsOfOption = "",
) -> None:
    """The report of an area made of the reports of its units."""
    from foi.line.as_of import day_of, file_to_ask
    from foi.rollup.rollup import rollup as asked
    from foi.rollup.show_rollup import show_rollup

    path = file_to_ask(home, as_of)
    text, exit_code = show_rollup(asked(path, area, year, day_of(as_of) if as_of else None), path, out, json)
    print(text)
    raise typer.Exit(exit_code)


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


def audit(
    who: Annotated[str, typer.Option("--who", help="help.audit_who")] = "",
    act: Annotated[str, typer.Option("--act", help="help.audit_act")] = "",
    about: Annotated[str, typer.Option("--about", help="help.audit_about")] = "",
    since: Annotated[str, typer.Option("--since", help="help.audit_since")] = "",
    refused: Annotated[bool, typer.Option("--refused", help="help.audit_refused")] = False,
    most: Annotated[int, typer.Option("--most", help="help.audit_most", min=0)] = 50,
    home: HomeOption = HOME,
    json: JsonOption = False,
) -> None:
    """What was done and refused, the newest first."""
    from foi.access.log import Question
    from foi.access.show_log import show_log

    print(show_log(home, Question(who, act, about, since, refused, most), json))
