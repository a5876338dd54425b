"""The command `foi portal`."""

from __future__ import annotations

from typing import Annotated

import typer

from foi.options import HOME, HomeOption

PORT = 8321


def portal(
    port: Annotated[int, typer.Option("--port", help="help.port", min=0, max=65535)] = PORT, home: HomeOption = HOME
) -> None:
    """Serve the portal until it is stopped."""
    from foi.faults import require

    require("warehouse")
    from portal.run import run_portal

    run_portal(home, port)
