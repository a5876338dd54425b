"""The commands `foi alerts …`: what would be sent, sending it, what was sent."""

from __future__ import annotations

from typing import Annotated

import typer

from foi.options import HOME, HomeOption, JsonOption, OnOption, RecipientsArgument
from foi.spoken import Commands

alerts = Commands(help="help.alerts")


@alerts.command("preview", help="help.alerts_preview")
def alerts_preview(
    recipients: RecipientsArgument = None, home: HomeOption = HOME, json: JsonOption = False, on: OnOption = None
) -> None:
    from foi.alerts.show import show_preview

    print(show_preview(home, recipients, json, on))


@alerts.command("send", help="help.alerts_send")
def alerts_send(
    recipients: RecipientsArgument = None,
    home: HomeOption = HOME,
    json: JsonOption = False,
    on: OnOption = None,
    failed_run: Annotated[str | None, typer.Option("--failed-run", help="help.failed_run")] = None,
    reason: Annotated[str, typer.Option("--reason", help="help.reason")] = "",
) -> None:
    from foi.alerts.show import note_failed_run, send_all

    if failed_run:
        note_failed_run(home, failed_run, reason, on)
    text, exit_code = send_all(home, recipients, json, on)
    print(text)
    raise typer.Exit(exit_code)


@alerts.command("log", help="help.alerts_log")
def alerts_log(home: HomeOption = HOME, json: JsonOption = False) -> None:
    from foi.alerts.show import show_log

    print(show_log(home, json))


@alerts.command("retry", help="help.alerts_retry")
def alerts_retry(home: HomeOption = HOME, json: JsonOption = False) -> None:
    from foi.alerts.show import retry

    print(retry(home, json))
