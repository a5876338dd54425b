"""`foi portal`: the portal at an address of this machine, until it is stopped."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

from foi.access.proxy import TRUST_NOBODY, Trust
from foi.messages import Complaint, message
from ingest.home import Home

HOST = "127.0.0.1"


def run_portal(home: Path, port: int, trust: Trust = TRUST_NOBODY) -> None:
    """Serve the portal of a home folder until Ctrl-C; a Complaint where the port is taken."""
    taken = bound(port)
    taken.listen(128)  # whoever asks before all is imported waits a moment, and is not refused
    try:
        address = f"http://{HOST}:{taken.getsockname()[1]}/"
        print(message("portal.at", address=address, home=home), flush=True)
        serve(home, taken, trust, address)
    finally:
        taken.close()


def bound(port: int) -> socket.socket:
    """A socket of this machine at a port (0: any that is free)."""
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((HOST, port))
    except OSError as error:
        made.close()
        raise Complaint(message("portal.port_taken", port=port, other=port + 1)) from error
    return made


def serve(home: Path, at: socket.socket, trust: Trust, address: str) -> None:
    """Answer at a socket until the process is told to stop; who sees where it was started gets an address that lets an admin in once."""
    from portal.app import app_of

    app = app_of(Home(home), trust=trust)
    print(message("access.once_at", address=f"{address}sign-in?once={app.state.once.new()}"), flush=True)
    try:
        server_of(app).run(sockets=[at])
    except KeyboardInterrupt:  # uvicorn raises it again once it has ended in good order
        return


def server_of(app: Any) -> Any:
    """The server of a portal: no header changes where a request comes from, for which proxies are believed is told to the portal itself."""
    import uvicorn

    from portal.connections import AT_ONCE, Punctual

    config = uvicorn.Config(
        app,
        http=Punctual,
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=AT_ONCE,
        timeout_graceful_shutdown=3,
    )
    return uvicorn.Server(config)
