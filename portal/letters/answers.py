"""/answers: what units answered, beside the violation and the sums as they would be; a reviewer accepts or refuses, and can undo that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from foi.letters import rulings
from foi.letters.answers import find, read_answers
from foi.letters.proposals import STATES, proposals, row_of, verdict_words
from foi.messages import bilingual, message
from foi.owed.progress import find_area
from foi.published import published
from ingest.home import Home
from portal.asked import Wrong, one_of, whole_number
from portal.page import format_of, link, page, table
from portal.who import allowed, fields, noted

ACT = "accept"
ACTS: dict[str, Callable[[Home, int, str, str], rulings.Ruled | list[rulings.Ruled]]] = {
    "accept": rulings.accept,
    "accept_all": rulings.accept_all,
    "refuse": rulings.refuse,
    "undo": rulings.undo,
}
SHOWN = 100  # answers of a page; files hold all
COLUMNS = ("number", "state", "at", "letter", "unit_code", "unit_name", "report_year", "rule_id", "left", "right", "kind", "why", "who", "file",
           "left_after", "right_after", "verdict", "ruled_by", "ruled_at", "ruled_why")  # fmt: skip


def answers(request: Request) -> Response:
    """The answers of the units in an area, those that wait for a reviewer first."""
    area, name = _area(request)
    allowed(request, ACT, area)
    year, state = whole_number(request, "year"), one_of(request, "state", ("", *STATES), "")
    found = proposals(request.app.state.home, area, year, [state] if state else ())
    columns = {column: bilingual(f"answer.column_{column}") for column in COLUMNS}
    if format_of(request):
        values = [[row[column] for column in COLUMNS] for row in map(row_of, found)]
        if file := table(request, columns, values, f"answers-{area or 'all'}"):
            return file
    return page(
        request,
        "answers.html",
        title=message("answer.page_list", area=name or message("answer.page_everywhere")),
        area=area,
        year=year,
        state=state,
        states=STATES,
        found=[(one, verdict_words(one)) for one in found[:SHOWN]],
        n=len(found),
        together=Counter(
            (one.answer.unit_code, one.answer.report_year, one.answer.letter) for one in found if one.state == "pending"
        ),
        done=request.query_params.get("done", "")[:12],
        files=True,
        crumbs=[(message("portal.name"), "/"), (message("answer.page_crumb"), "")],
    )


async def rule(request: Request) -> Response:
    """Accept, refuse or undo: the act is in the form, with the reason."""
    allowed(request, ACT, request.state.actor.area)  # who may not do it anywhere is not told which answers there are
    words = await fields(request)
    return await run_in_threadpool(_ruled, request, {name: str(value) for name, value in words.items()})


def _ruled(request: Request, words: dict[str, str]) -> Response:
    home, number = request.app.state.home, _number(request.path_params["number"])
    act = words.get("act", "")
    found = find(read_answers(home), number)
    actor = allowed(request, ACT, found.answer.unit_code)
    if act not in ACTS:
        raise Wrong(message("portal.no_choice", name="act", found=act[:40], known=", ".join(ACTS)))
    done = ACTS[act](home, number, actor.name, words.get("why", "")[:2000])
    for ruled in done if isinstance(done, list) else [done]:
        about = f"{ruled.answer.letter} {ruled.answer.number} {ruled.answer.unit_code} {ruled.answer.report_year} {ruled.answer.rule_id}"
        noted(request, ACT, about=about, before=found.state, after=f"{act} {ruled.became} {words.get('why', '')}")
    back = {"area": words.get("area", ""), "year": words.get("year", ""), "state": words.get("state", ""), "done": number}
    if act != "refuse":
        request.app.state.counting.ask()
    return RedirectResponse(link("/answers", **back) + f"#a{number}", 303)


def _area(request: Request) -> tuple[str, str]:
    """The area that is asked for by its code or name, else the one that the reviewer is bound to; and its name."""
    given = request.query_params.get("area", "").strip() or request.state.actor.area
    if not given:
        return "", ""
    with published(request.app.state.home.published) as connection:
        area = find_area(connection, given)
    return area.code, area.names.get(area.code, area.name)


def _number(given: str) -> int:
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise Wrong(message("answer.no_number", number=given[:20]), 404)
    return int(given)


ROUTES = (
    Route("/answers", answers, methods=["GET"]),
    Route("/answers/{number}", rule, methods=["POST"]),
)
