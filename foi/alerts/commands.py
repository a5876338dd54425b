"""The commands `foi alerts …`: what would be sent, sending it, what was sent."""

from __future__ import annotations

from typing import Annotated

import typer

from foi.options import HOME, HomeOption, JsonOption, OnOption, RecipientsArgument
from foi.spoken import Commands
from ingest.home import Home
from ingest.words.language import Text

alerts = Commands(help="help.alerts")


@alerts.command("preview", help="help.alerts_preview")
def alerts_preview(
    recipients: RecipientsArgument = None, home: HomeOption = HOME, json: JsonOption = False, on: OnOption = None
) -> None:
    from foi.alerts.show import show_preview

    print(show_preview(Home(home.resolve()), recipients, json, on))


@alerts.command("send", help="help.alerts_send")
def alerts_send(
    recipients: RecipientsArgument = None,
    home: HomeOption = HOME,
    json: JsonOption = False,
    on: OnOption = None,
    failed_run: Annotated[str | None, typer.Option("--failed-run", help="help.failed_run")] = None,
    reason: Annotated[str, typer.Option("--reason", help="help.reason")] = "",
) -> None:
    from foi.alerts.record import note_failed_run
    from foi.alerts.show import send_all

    place = Home(home.resolve())
    if failed_run:
        note_failed_run(place, failed_run, Text(reason, reason), on)
    text, exit_code = send_all(place, recipients, json, on)
    print(text)
    raise typer.Exit(exit_code)


@alerts.command("log", help="help.alerts_log")
def alerts_log(home: HomeOption = HOME, json: JsonOption = False) -> None:
    from foi.alerts.show import show_log

    print(show_log(Home(home.resolve()), json))


@alerts.command("retry", help="help.alerts_retry")
def alerts_retry(home: HomeOption = HOME, json: JsonOption = False) -> None:
    from foi.alerts.record import put_back
    from foi.alerts.show import revived_line

    print(revived_line(put_back(Home(home.resolve())), json))
