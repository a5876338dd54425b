"""The commands `foi letter` and `foi answers …`: ask units in writing, and make decisions and corrections of what they answer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from foi.options import HOME, AlthoughOption, HomeOption, JsonOption, YearOption
from foi.resident import hand_over
from foi.spoken import Commands

answers_app = Commands(help="help.answers")
NumberArgument = Annotated[int, typer.Argument(help="help.answer_number", min=1)]
AreaOption = Annotated[str, typer.Option("--area", help="help.letter_area")]
WhoOption = Annotated[str | None, typer.Option("--who", help="help.answer_who")]
WhyOption = Annotated[str, typer.Option("--why", help="help.answer_why")]


def letter(
    out: Annotated[Path | None, typer.Argument(help="help.letters")] = None,
    unit: Annotated[str, typer.Option("--unit", help="help.unit")] = "",
    area: AreaOption = "",
    year: YearOption = 0,
    packed: Annotated[Path | None, typer.Option("--zip", help="help.letter_zip")] = None,
    settings: Annotated[str, typer.Option("--settings", help="help.letter_settings")] = "",
    home: HomeOption = HOME,
    json: JsonOption = False,
) -> None:
    """Letters to the units with violations; without a folder how those that were written stand."""
    from foi.letters.letter import write_letters, zip_letters
    from foi.letters.show_letters import begun_line, show_letters
    from foi.letters.standing import Wanted
    from foi.messages import Complaint, message
    from ingest.home import Home

    if settings:
        if settings != "new":
            raise Complaint(message("letter.settings_word", found=settings))
        print(begun_line(Home(home)))
        return
    code = _code(home, area)
    if out:
        print(write_letters(home / "published.duckdb", out, unit, year, code))
    if packed:
        print(zip_letters(home / "published.duckdb", packed, unit, year, code))
    if not (out or packed):
        print(show_letters(Home(home), Wanted(code, year), json))


@answers_app.command("list", help="help.answers_list")
def answers_list(
    area: AreaOption = "",
    year: YearOption = 0,
    state: Annotated[list[str] | None, typer.Option("--state", help="help.answers_state")] = None,
    home: HomeOption = HOME,
    json: JsonOption = False,
) -> None:
    """What units answered, those answers that wait for a reviewer first."""
    from foi.letters.proposals import STATES
    from foi.letters.show_answers import show_answers
    from foi.letters.standing import Wanted
    from foi.messages import Complaint, message
    from ingest.home import Home

    if wrong := [word for word in state or () if word not in STATES]:
        raise Complaint(message("answer.no_state", found=", ".join(wrong), states=", ".join(STATES)))
    print(show_answers(Home(home), Wanted(_code(home, area), year, tuple(state or ())), json))


@answers_app.command("accept", help="help.answers_accept")
def answers_accept(
    number: NumberArgument, why: WhyOption = "", who: WhoOption = None, reason: AlthoughOption = "", home: HomeOption = HOME
) -> None:
    """Let an answer count."""
    _rule(home, "accept", number, who, why, reason)


@answers_app.command("refuse", help="help.answers_refuse")
def answers_refuse(number: NumberArgument, why: WhyOption = "", who: WhoOption = None, home: HomeOption = HOME) -> None:
    """Let an answer not count, with the reason."""
    _rule(home, "refuse", number, who, why)


@answers_app.command("undo", help="help.answers_undo")
def answers_undo(
    number: NumberArgument, why: WhyOption = "", who: WhoOption = None, reason: AlthoughOption = "", home: HomeOption = HOME
) -> None:
    """Take back what was made of an answer."""
    _rule(home, "undo", number, who, why, reason)


def _rule(home: Path, act: str, number: int, who: str | None, why: str, reason: str = "") -> None:
    hand_over(home, waits=False)
    from foi.although import give_reason

    give_reason(reason)
    from foi.access.actor import this_user
    from foi.access.audit import note_command
    from foi.letters import rulings
    from foi.letters.show_answers import ruled_line
    from ingest.home import Home

    ruled = getattr(rulings, act)(Home(home), number, who or this_user().name, why)
    note_command(Home(home), "accept", about=f"answer {number}", after=act)
    print(ruled_line(ruled))


def _code(home: Path, area: str) -> str:
    """The code of an area that a person named; a Complaint where there is none."""
    if not area:
        return ""
    from foi.owed.progress import find_area
    from foi.published import published

    with published(home / "published.duckdb") as connection:
        return find_area(connection, area).code
