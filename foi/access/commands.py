"""The commands `foi token …`: give out, list and take back the tokens with which people get into the portal."""

from __future__ import annotations

from typing import Annotated

import typer

from foi.options import HOME, HomeOption, JsonOption
from foi.spoken import Commands

token_app = Commands(help="help.token")


@token_app.command("new", help="help.token_new")
def token_new(
    name: Annotated[str, typer.Option("--name", help="help.token_name")],
    role: Annotated[str, typer.Option("--role", help="help.token_role")],
    area: Annotated[str, typer.Option("--area", help="help.token_area")] = "",
    days: Annotated[int, typer.Option("--days", help="help.token_days")] = 90,
    home: HomeOption = HOME,
) -> None:
    from foi.access.show import show_new

    print(show_new(home, (name, role, area), days))


@token_app.command("list", help="help.token_list")
def token_list(home: HomeOption = HOME, json: JsonOption = False) -> None:
    from foi.access.show import show_tokens

    print(show_tokens(home, json))


@token_app.command("revoke", help="help.token_revoke")
def token_revoke(
    number: Annotated[int, typer.Argument(help="help.token_number", min=1)],
    home: HomeOption = HOME,
) -> None:
    from foi.access.show import show_revoked

    print(show_revoked(home, number))
