"""The commands of who owes a report by when (`foi roster …`), and of years that are closed (`foi lock`, `foi unlock`)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from foi.although import although
from foi.options import HOME, AlthoughOption, HomeOption, JsonOption, YearOption
from foi.spoken import Commands

roster_app = Commands(help="help.rosters")


@roster_app.command("load", help="help.roster_load")
def roster_load(
    file: Annotated[Path, typer.Argument(help="help.roster_file")],
    replace: Annotated[bool, typer.Option("--replace", help="help.roster_replace")] = False,
    reason: AlthoughOption = "",
    home: HomeOption = HOME,
) -> None:
    from foi.owed.roster import load_roster
    from foi.resident import hand_over

    hand_over(home)
    with although(reason):
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


def lock(
    area: Annotated[str, typer.Option("--area", help="help.area")] = "",
    year: YearOption = 0,
    why: Annotated[str, typer.Option("--why", help="help.why")] = "",
    who: Annotated[str | None, typer.Option("--who", help="help.who")] = None,
    home: HomeOption = HOME,
    json: JsonOption = False,
) -> None:
    """Close a year of an area; without options, list the years that are closed."""
    from foi.owed.show_closing import show_lock, show_locks
    from foi.resident import hand_over

    hand_over(home, bool(area or year), waits=False)
    print(show_lock(home, area, year, why, who or "") if area or year else show_locks(home, json))


def unlock(
    area: Annotated[str, typer.Option("--area", help="help.area")] = "",
    year: YearOption = 0,
    file: Annotated[str, typer.Option("--file", help="help.let_in")] = "",
    why: Annotated[str, typer.Option("--why", help="help.why")] = "",
    who: Annotated[str | None, typer.Option("--who", help="help.who")] = None,
    home: HomeOption = HOME,
) -> None:
    """Open a year of an area again, or let one file in that came after it was closed."""
    from foi.owed.show_closing import show_let_in, show_unlock
    from foi.resident import hand_over

    hand_over(home, waits=False)
    print(show_let_in(home, file, why, who or "") if file else show_unlock(home, area, year, why, who or ""))
