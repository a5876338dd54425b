"""/check: is this draft right? A clerk sends a file and sees the verdict, what is wrong and why, and the form as read; nothing is kept."""

from __future__ import annotations

import threading
from base64 import b64encode
from collections.abc import Callable
from contextlib import closing
from pathlib import PurePath
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dagster_project.names import unit_words
from expectations.judge.problems import SEVERITIES
from expectations.judge.rules import tables_asked
from expectations.messages import cell_text
from foi.draft.apart import Answer, Draft, check_apart
from foi.draft.check import Checked
from foi.draft.gap_sentences import gaps_in_words
from foi.draft.gaps import units_beside
from foi.draft.marks import Mark, marks_of
from foi.draft.sentences import ToldProblem, repair_sentences, summary_line, told_problem
from foi.line.handed_in import known_code
from foi.messages import message
from foi.report.printed import printed
from ingest.model import Hints
from ingest.words.issues import issue_text
from portal.asked import Wrong, year_of
from portal.formats import WORD
from portal.page import page
from portal.sent import MOST, Sent, file_sent

WITHIN = 3_000_000  # bytes of a repaired file that are handed back within the page
AT_ONCE = 2  # drafts that are read at the same time
WAITING = 20  # those that wait for it
_reading, _waiting = threading.BoundedSemaphore(AT_ONCE), threading.BoundedSemaphore(AT_ONCE + WAITING)


def ask(request: Request) -> Response:
    """The form to choose a file."""
    return page(request, "check.html", title=message("check.page_title"), **_asked({}))


async def answer(request: Request) -> Response:
    """What was found in the file that was sent."""
    return await in_turn(request, _answer)


async def in_turn(request: Request, work: Callable[[Request, Sent], Response]) -> Response:
    """Answer with what is made of the file that is sent; who comes while too many send or wait is told so before the file arrives."""
    if not _waiting.acquire(blocking=False):
        raise Wrong(message("check.page_busy"), 503)
    try:
        with closing((sent := await file_sent(request)).file):
            found = await run_in_threadpool(work, request, sent)
    finally:
        _waiting.release()
    found.headers["cache-control"] = "no-store"  # nothing is kept, here or on the way
    return found


def _answer(request: Request, sent: Sent) -> Response:
    home, words = request.app.state.home.root, sent.words
    unit, year = words.get("unit", ""), words.get("year", "")
    hints = Hints(unit_code=known_code(home, unit) if unit else None, report_year=year_of(year) if year else None)
    found = checked_apart(request, sent, hints)
    checked = found.checked
    report = checked.report
    title = message("check.page_result", name=sent.name)
    common = {"title": title, "checked": checked, "crumbs": _crumbs(title), **_asked(sent.words)}
    if checked.is_refused:
        reason = issue_text(report.reason).shown if report.reason else ""
        return page(request, "check_result.html", reason=reason, **common)
    told = [(n, told_problem(problem, checked)) for n, problem in enumerate(checked.problems, 1)]
    return page(
        request,
        "check_result.html",
        reason="",
        lists={severity: [one for one in told if one[1].severity == severity] for severity in SEVERITIES},
        repairs=repair_sentences(checked),
        repaired=_as_address(found.repaired),
        repaired_name=message("check.page_repaired_name", name=PurePath(sent.name).stem),
        gaps=gaps_in_words(checked.gaps, report, "field"),
        issues=[issue_text(issue).shown for issue in checked.issues],
        summary=summary_line(checked),
        tables=[printed(form, name) for name, form in tables_asked(report.forms).items() if name in report.forms],
        cells={cell.code: cell for cell in report.cells},
        units={code: unit_words(unit).shown for code, unit in units_beside(report).items()},
        names={cell.code: cell_text(cell.code, report.forms.get(cell.code.split(".")[0])) for cell in report.cells},
        marks=marks_of(checked),
        no_mark=Mark(),
        explanation=_explanation(checked, [one for _, one in told if one.severity != "error"]),
        **common,
    )


def checked_apart(request: Request, sent: Sent, hints: Hints) -> Answer:
    """The draft judged in a process of its own."""
    with _reading:
        return check_apart(Draft(sent.name, sent.read(), hints), request.app.state.home.root)


def _as_address(content: bytes | None) -> str:
    """A file within the page itself, since nothing is kept here from which it could be fetched later; empty where it is too long for that."""
    if content is None or len(content) > WITHIN:
        return ""
    return f"data:{WORD};base64,{b64encode(content).decode()}"


def _explanation(checked: Checked, doubtful: list[ToldProblem]) -> list[str]:
    """A draft of what a unit says of numbers that are strange and right; nothing where there are none."""
    report = checked.report
    sentences = [sentence for one in doubtful for sentence in one.sentences]
    if not sentences:
        return []
    unknown = message("read.unknown")
    head = message("check.page_explanation_head", unit=report.unit_name or unknown, year=report.report_year or unknown)
    lines = [message("check.page_explanation_line", n=n, sentence=s.rstrip("。.")) for n, s in enumerate(sentences, 1)]
    return [head, *lines, message("check.page_explanation_sign")]


def _asked(words: dict[str, str]) -> dict[str, Any]:
    """What the form holds."""
    return {"mb": MOST // 1_000_000, "unit": words.get("unit", ""), "year": words.get("year", "")}


def _crumbs(title: str) -> list[tuple[str, str]]:
    return [(message("portal.name"), "/"), (message("check.page_title"), "/check"), (title, "")]


ROUTES = (Route("/check", ask, methods=["GET"]), Route("/check", answer, methods=["POST"]))
