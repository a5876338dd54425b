"""The options that many commands of the program have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from foi.messages import say

HomeOption = Annotated[Path, typer.Option("--home", envvar="FOI_HOME", help=say("help.home"))]
JsonOption = Annotated[bool, typer.Option("--json", help=say("help.json"))]
YearOption = Annotated[int, typer.Option("--year", show_default=False, help=say("help.year"))]
OnOption = Annotated[str | None, typer.Option("--on", help=say("help.alerts_on"))]
RecipientsArgument = Annotated[Path | None, typer.Argument(envvar="FOI_RECIPIENTS", help=say("help.recipients"))]
AsOfOption = Annotated[str, typer.Option("--as-of", help=say("help.as_of"))]
HOME = Path("foi-home")
