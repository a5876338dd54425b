"""/violations/acts: who decided what in one act and how many of its decisions still count; an act can be undone as a whole."""

from __future__ import annotations

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from foi.access.actor import refusal
from foi.answer.acts import Act, act_of, acts, undo
from foi.answer.groups import rule_words
from foi.messages import bilingual, message
from ingest.beijing import beijing
from portal.desk.violations import told
from portal.page import format_of, page, table
from portal.who import actor_of, allowed, fields, noted

SHOWN = 100  # acts that the page lists; a file has all
COLUMNS = ("act", "decided_at", "who", "actions", "decisions", "in_force", "rules", "why")
LINES = ("decided_at", "who", "action", "unit_code", "report_year", "rule_id", "left", "right", "why")


def listed(request: Request) -> Response:
    """Every act, the newest first."""
    found = acts(request.app.state.home)
    columns = {name: bilingual(f"desk.act_{name}") for name in COLUMNS}
    return table(request, columns, [_row(one) for one in found], "acts") or page(
        request, "violations_acts.html", acts=found[:SHOWN], n=len(found), files=bool(found), beijing=beijing, rule_words=rule_words,
        may_not=refusal(actor_of(request), "decide", actor_of(request).area), crumbs=_crumbs(message("desk.acts"), "/violations/acts"),
    )  # fmt: skip


def one(request: Request) -> Response:
    """The decisions of one act."""
    act = act_of(request.app.state.home, request.path_params["act"])
    rows = [[getattr(decision, name) for name in LINES] for decision in act.decisions]
    if format_of(request):
        return table(request, {name: bilingual(f"decide.column_{name}") for name in LINES}, rows, f"act-{act.act}") or page(
            request, "violations_acts.html"
        )
    in_force = set(act.in_force)
    return page(
        request, "violations_act.html", act=act, in_force=in_force, beijing=beijing, rule_words=rule_words, files=True,
        may_not=refusal(actor_of(request), "decide", actor_of(request).area),
        crumbs=_crumbs(message("desk.acts"), "/violations/acts", message("desk.act_title", act=act.act)),
    )  # fmt: skip


async def undone(request: Request) -> Response:
    """Undo an act, and say what came of it."""
    await fields(request)
    return await run_in_threadpool(_undone, request)


def _undone(request: Request) -> Response:
    actor = allowed(request, "decide", actor_of(request).area)
    home, act = request.app.state.home, request.path_params["act"]
    for code in {d.unit_code for d in act_of(home, act).decisions} if actor.area else ():
        allowed(request, "decide", code)  # an act is undone as a whole, or by somebody who may
    done = undo(home, act, actor.name)
    if done.decisions:
        noted(request, "decide", about=message("desk.act_about", act=done.act, n=len(done.decisions)),
              after=message("desk.undone", act=act))  # fmt: skip
        request.app.state.counting.ask()
    return told(request, done, "withdraw", {}, act)


def _row(one: Act) -> list[Any]:
    actions = ", ".join(f"{action} × {n}" for action, n in one.actions)
    return [
        one.act,
        one.decided_at,
        one.who,
        actions,
        len(one.decisions),
        len(one.in_force),
        ", ".join(one.rules),
        "; ".join(one.whys),
    ]


def _crumbs(name: str, address: str, *more: str) -> list[tuple[str, str]]:
    here = [(name, address if more else ""), *((one, "") for one in more)]
    return [(message("portal.name"), "/"), (message("desk.title"), "/violations"), *here]


ROUTES = (
    Route("/violations/acts", listed),
    Route("/violations/acts/{act}", one),
    Route("/violations/acts/{act}/undo", undone, methods=["POST"]),
)
