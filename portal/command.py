"""The command `foi portal`."""

from __future__ import annotations

from typing import Annotated

import typer

from foi.options import HOME, HomeOption, TrustProxyOption, UserHeaderOption

PORT = 8321


def portal(
    port: Annotated[int, typer.Option("--port", help="help.port", min=0, max=65535)] = PORT,
    trust_proxy: TrustProxyOption = "",
    user_header: UserHeaderOption = "",
    home: HomeOption = HOME,
) -> None:
    """Serve the portal until it is stopped."""
    from foi.access.proxy import trust_of
    from foi.faults import require

    trust = trust_of(trust_proxy, user_header)
    require("warehouse")
    from portal.run import run_portal

    run_portal(home, port, trust)
