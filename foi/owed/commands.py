"""The commands `foi roster …`: load, show and begin the list of who owes a report by when."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from foi.options import HOME, HomeOption, JsonOption, YearOption
from foi.spoken import Commands

roster_app = Commands(help="help.rosters")


@roster_app.command("load", help="help.roster_load")
def roster_load(
    file: Annotated[Path, typer.Argument(help="help.roster_file")],
    replace: Annotated[bool, typer.Option("--replace", help="help.roster_replace")] = False,
    home: HomeOption = HOME,
) -> None:
    from foi.owed.roster import load_roster
    from foi.resident import hand_over

    hand_over(home)
    print(load_roster(home, file, replace))


@roster_app.command("show", help="help.roster_show")
def roster_show(
    area: Annotated[str, typer.Option("--area", help="help.roster_area")] = "",
    year: YearOption = 0,
    home: HomeOption = HOME,
    csv: Annotated[bool, typer.Option("--csv", help="help.csv")] = False,
    json: JsonOption = False,
) -> None:
    from foi.owed.roster import show_roster

    print(show_roster(home, area, year, "csv" if csv else "json" if json else "table"))


@roster_app.command("template", help="help.roster_template")
def roster_template(
    area: Annotated[str, typer.Option("--area", help="help.area")],
    year: Annotated[int, typer.Option("--year", help="help.year")],
    out: Annotated[Path, typer.Option("--out", help="help.roster_out")] = Path("roster.csv"),
    home: HomeOption = HOME,
) -> None:
    from foi.owed.roster import write_template

    print(write_template(home, area, year, out))
