"""/audit: what was done and what was refused, for admins."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from foi.access.log import COLUMNS, Question, found, row_of
from foi.access.show_log import SHOWN, chain_notes, chain_problems, shown_row
from foi.messages import bilingual, message
from portal.page import format_of, page, table
from portal.who import allowed

MOST = 200  # lines of a page; a file has all


def audit(request: Request) -> Response:
    """The newest lines of the log that fit the address."""
    allowed(request, "audit")
    home, asked = request.app.state.home, request.query_params
    words = {name: asked.get(name, "").strip()[:100] for name in ("who", "act", "about", "since")}
    question = Question(**words, refused=asked.get("refused") == "1", most=0 if format_of(request) else MOST)
    answer = found(home, question)
    columns = {name: bilingual(f"audit.column_{name}") for name in COLUMNS}
    return table(request, columns, [row_of(*one) for one in answer.lines], "audit") or page(
        request,
        "audit.html",
        title=message("audit.title"),
        question=question,
        columns=SHOWN,
        rows=[shown_row(*one) for one in answer.lines],
        fitting=answer.fitting,
        notes=chain_notes(home),
        problems=chain_problems(home),
        crumbs=[(message("portal.name"), "/"), (message("audit.title"), "")],
        files=True,
    )


ROUTES = (Route("/audit", audit),)
