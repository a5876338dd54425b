"""The options that many commands of the program have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

TRUST_PROXY, USER_HEADER = "FOI_TRUST_PROXY", "FOI_USER_HEADER"
HomeOption = Annotated[Path, typer.Option("--home", envvar="FOI_HOME", help="help.home")]
JsonOption = Annotated[bool, typer.Option("--json", help="help.json")]
YearOption = Annotated[int, typer.Option("--year", show_default=False, help="help.year")]
OnOption = Annotated[str | None, typer.Option("--on", help="help.alerts_on")]
RecipientsArgument = Annotated[Path | None, typer.Argument(envvar="FOI_RECIPIENTS", help="help.recipients")]
AlthoughOption = Annotated[str, typer.Option("--although-closed", help="help.although_closed")]
AsOfOption = Annotated[str, typer.Option("--as-of", help="help.as_of")]
TrustProxyOption = Annotated[str, typer.Option("--trust-proxy", envvar=TRUST_PROXY, help="help.trust_proxy")]
UserHeaderOption = Annotated[str, typer.Option("--user-header", envvar=USER_HEADER, help="help.user_header")]
HOME = Path("foi-home")
