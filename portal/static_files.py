"""CSS and scripts under names that hold the hash of their content: a browser keeps them for ever, and has the new ones at once."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

FOLDER = Path(__file__).parent / "static"
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".json": "application/json"}
FOR_EVER = "public, max-age=31536000, immutable"


@cache
def address_of(name: str) -> str:
    """Where a file of the folder static is served: its name with the hash of its content."""
    path = FOLDER / name
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    return f"/static/{path.stem}.{digest}{path.suffix}"


@cache
def _served() -> dict[str, Path]:
    """The files by their addresses."""
    return {address_of(path.name): path for path in FOLDER.iterdir() if path.suffix in KINDS}


async def static(request: Request) -> Response:
    """A file of the folder static."""
    path = _served().get(request.url.path)
    if path is None:
        raise HTTPException(404)
    return Response(path.read_bytes(), media_type=KINDS[path.suffix], headers={"cache-control": FOR_EVER})


ROUTES = (Route("/static/{name}", static),)
