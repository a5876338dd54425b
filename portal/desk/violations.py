"""/violations: what fails, by its causes; /violations/group: the members of a group, and the one act that decides on all of them."""

from __future__ import annotations

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from expectations.judge.cause import cause_text
from foi.access.actor import reason, refusal
from foi.answer.acts import MOST, Done, Wish, decide_all
from foi.answer.failing import KINDS, STATES, WAITING, Failing, Known, Wanted, failing
from foi.answer.groups import NO_CAUSE, counts_of, grouped, rule_words
from foi.answer.listed import listed
from foi.answer.member import members
from foi.answer.overview import overview
from foi.line.left import left_reports
from foi.messages import bilingual, message, word_of
from foi.published import published
from foi.published.areas import known_areas, years_of_area
from foi.published.kept import by_itself
from ingest.beijing import beijing
from ingest.home import Home
from ingest.words.language import Text
from portal.asked import Wrong
from portal.desk.wanted import fresh, query_of, wanted_of
from portal.page import format_of, long_table, page
from portal.who import actor_of, allowed, fields, noted, refused

SHOWN = 20  # members of a group on a page
ACTIONS = ("confirm", "explain", "waive", "withdraw")
COLUMNS = ("unit_code", "unit_name", "report_year", "rule_id", "rule", "kind", "cause", "cause_words", "left", "right", "state", "state_word",
           "decided_by", "decided_at", "decided_why", "is_counted", "report")  # fmt: skip
TEXTS = ("rule", "cause_words", "state_word")  # columns that have both languages


def violations(request: Request) -> Response:
    """What fails in an area and year by kind, cause and rule, or each of them as a line of a file."""
    home, wanted = request.app.state.home, wanted_of(request.query_params)
    if format_of(request):
        return _file(request, wanted)
    with by_itself(), published(home.published) as connection:
        found = overview(connection, home, wanted)
        years = years_of_area(connection, "" if wanted.area not in known_areas(connection) else wanted.area)
        left = [one for one in left_reports(connection, home) if not one["is_cleared"]]
    parts = found.of(wanted.state)
    n = sum(part.n for part in parts)
    return page(
        request,
        "violations.html",
        kinds=grouped(parts),
        listed=n,
        states=counts_of(found.parts),
        unexplained=found.unexplained,
        years=years,
        left=left,
        crumbs=[(message("portal.name"), "/"), (message("desk.title"), "")],
        files=bool(n),
        **_common(request, wanted, found.uncounted),
    )


def group(request: Request) -> Response:
    """The members of a group with all that is looked at before they are decided, some on each page."""
    home, wanted = request.app.state.home, wanted_of(request.query_params)
    at = _page_of(request)
    if format_of(request):
        return _file(request, wanted)
    with by_itself(), published(home.published) as connection:
        of_page = range((at - 1) * SHOWN, at * SHOWN)
        found = listed(failing(connection, home, wanted), bool(wanted.state), of_page, MOST)
        uncounted = Known(connection, home).uncounted(connection, wanted)
        shown = members(connection, home, found.shown)
    if found.n and not shown:
        raise Wrong(message("desk.no_page", found=at))
    title = _title(wanted)
    return page(
        request,
        "violations_group.html",
        title=title,
        members=shown,
        listed=found.n,
        meant=found.meant,
        units=found.units,
        most=MOST,
        seen=".".join(found.seen),
        at=at,
        pages=max(1, -(-found.n // SHOWN)),
        states=found.states,
        actions=ACTIONS,
        may_not=_may_not(request),
        crumbs=[(message("portal.name"), "/"), (message("desk.title"), "/violations"), (title, "")],
        files=bool(found.n),
        **_common(request, wanted, uncounted),
    )


async def decide(request: Request) -> Response:
    """One act for a whole group or for those that are ticked, and what came of it."""
    given = await fields(request)
    words = {name: value for name, value in given.items() if isinstance(value, str)}
    ticked = [value for value in given.getlist("one") if isinstance(value, str)]
    return await run_in_threadpool(_decide, request, words, ticked)


def _decide(request: Request, words: dict[str, str], ticked: list[str]) -> Response:
    home: Home = request.app.state.home
    actor = allowed(request, "decide", actor_of(request).area)
    wanted = wanted_of(words)
    seen = ticked if words.get("which") == "ticked" else words.get("seen", "").split(".")
    if not any(seen):
        raise Wrong(message("desk.nothing_ticked"))
    wish = Wish(words.get("action", ""), words.get("why", "")[:2000], actor.name, lambda code: refusal(actor, "decide", code))
    done = decide_all(home, [one for one in seen if one], wish, wanted.area, wanted.year)
    _refuse_if_elsewhere(request, done)
    if done.decisions:
        noted(request, "decide", about=message("desk.act_about", act=done.act, n=len(done.decisions)),
              after=f"{wish.action}: {wish.why.strip()}")  # fmt: skip
        request.app.state.counting.ask()
    return told(request, done, wish.action, query_of(wanted))


def _refuse_if_elsewhere(request: Request, done: Done) -> None:
    """Where a person may decide on none of them, the page says so with 403; where on some, they are counted and written down."""
    actor = actor_of(request)
    outside = sorted({one.unit_code for one in done.refused if one.unit_code and reason(actor, "decide", one.unit_code)})
    if outside and not done.decisions and not done.unchanged and len(outside) == len({one.unit_code for one in done.refused}):
        allowed(request, "decide", outside[0])
    for code in outside:
        refused(request, "decide", about=code, why=reason(actor, "decide", code))


def told(request: Request, done: Done, action: str, back: dict[str, Any], undone: str = "") -> Response:
    """The page that says what came of an act, with a way to undo it."""
    title = message("desk.undo_title" if undone else "desk.done_title")
    crumbs = [(message("portal.name"), "/"), (message("desk.title"), "/violations"), (title, "")]
    answer = page(
        request, "violations_done.html", title=title, done=done, action=action, back=back, undone=undone, crumbs=crumbs,
        counting=request.app.state.counting, rule_words=rule_words,
    )  # fmt: skip
    answer.headers["cache-control"] = "no-store"
    return answer


def now(request: Request) -> Response:
    """Which release is published now, and whether something waits to be counted, for the strip of a page that is open."""
    answer = JSONResponse({"release": fresh(request).release, "counting": request.app.state.counting.state})
    answer.headers["cache-control"] = "no-store"
    return answer


def _common(request: Request, wanted: Wanted, uncounted: int) -> dict[str, Any]:
    """What both pages show: the filters, how fresh the data is, and what is not counted yet."""
    kept = fresh(request)
    return {
        "wanted": wanted,
        "query": lambda **more: {**query_of(wanted), "release": kept.begun, **more},
        "fresh": kept,
        "uncounted": uncounted,
        "all_kinds": KINDS,
        "all_states": ("waiting", *STATES),
        "counting": request.app.state.counting,
        "no_cause": NO_CAUSE,
        "beijing": beijing,
        "rule_words": rule_words,
        "cause_words": _cause_words,
    }


def _may_not(request: Request) -> str:
    """Why the reader may decide nothing; empty if they may."""
    actor = actor_of(request)
    why = refusal(actor, "decide", actor.area)
    return why.shown if why else ""


def _title(wanted: Wanted) -> str:
    """What a group is called: its cause and its rule."""
    parts = [_cause_words(wanted.cause)] if wanted.cause else []
    parts += [rule_words(wanted.rule)] if wanted.rule else []
    parts += [word_of("desk.kind", wanted.kind)] if wanted.kind and not parts else []
    return message("desk.dot").join(part.shown for part in parts) or message("desk.all")


def _cause_words(cause: str) -> Text:
    try:
        return bilingual("desk.no_cause") if cause in ("", NO_CAUSE) else cause_text(cause)
    except KeyError:
        raise Wrong(message("desk.unknown_cause", found=cause[:40])) from None


def _page_of(request: Request) -> int:
    given = request.query_params.get("page", "1").strip() or "1"
    if not (given.isascii() and given.isdigit() and 0 < int(given) < 10**6):
        raise Wrong(message("desk.no_page", found=given[:40]))
    return int(given)


def _file(request: Request, wanted: Wanted) -> Response:
    """Each of them as a line of a file, which is never in memory whole."""
    home = request.app.state.home
    with by_itself(), published(home.published) as connection:
        found = list(failing(connection, home, wanted))
    columns = {name: bilingual(f"desk.column_{name}") for name in COLUMNS}
    return long_table(request, columns, TEXTS, map(_row, found), len(found), "violations")


def _row(one: Failing) -> list[Any]:
    made = one.decision if one.state not in WAITING else None
    return [
        one.unit_code or None, one.unit_name or None, one.year or None, one.rule_id, rule_words(one.rule), one.kind, one.cause or None,
        _cause_words(one.cause) if one.cause else Text("", ""), one.sides[0] or None, one.sides[1] or None, one.state,
        word_of("desk.state", one.state), made.who if made else None, made.decided_at if made else None, made.why if made else None,
        one.is_counted, f"/report/{one.report_id}",
    ]  # fmt: skip


ROUTES = (
    Route("/violations", violations),
    Route("/violations/now", now),
    Route("/violations/group", group),
    Route("/violations/decide", decide, methods=["POST"]),
)
