"""/answer/<secret>: a unit answers its letter: right as it is, wrong with the right number in its place, or a new report."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from foi.access.tokens import token_actor, token_state
from foi.draft.apart import Draft, check_apart
from foi.letters.answers import Answered, read_answers
from foi.letters.asked import Asked, Whom, letters_to_send
from foi.letters.cells import CellAsked, cells_asked
from foi.letters.given import LONGEST, NAME, Given, Sender, give, give_file
from foi.letters.ledger import Written, last_letters, read_written
from foi.letters.letter import PURPOSE
from foi.letters.letter_words import repairs_in_words
from foi.letters.reply import read_reply
from foi.letters.reply_sheet import ANSWERS
from foi.letters.rulings import file_known
from foi.line.hand_in import hand_in
from foi.messages import Complaint, message
from ingest.model import Hints
from ingest.words.issues import issue_text
from portal.asked import Wrong
from portal.page import link, page
from portal.sent import MOST, Sent, file_sent
from portal.who import act_as, allowed, fields, from_here, noted, refused

ACT = "answer"
_reading = threading.BoundedSemaphore(2)  # reports that are read at the same time


@dataclass(frozen=True)
class Asking:
    """One open question as the page asks it: the violation, its numbers, what was answered until now, and what stands in its fields."""

    asked: Asked
    cells: Sequence[CellAsked]
    last: Answered | None
    kind: str
    why: str
    numbers: Mapping[str, str]


def ask(request: Request) -> Response:
    """The letter with a place for each answer."""
    letter = _letter(request)
    return _shown(request, letter, {}, [], given=request.query_params.get("given", ""))


async def answer(request: Request) -> Response:
    """Keep what was answered; what cannot be used is told beside the form, with all that was typed."""
    letter = await run_in_threadpool(_letter, request)
    words = {name: str(value) for name, value in (await fields(request)).items()}
    return await run_in_threadpool(_answered, request, letter, words)


async def sheet(request: Request) -> Response:
    """Keep what a reply sheet answers, as if it had been typed here."""
    letter = await run_in_threadpool(_letter, request)
    with closing((sent := await file_sent(request)).file):
        return await run_in_threadpool(_sheet, request, letter, sent)


async def report(request: Request) -> Response:
    """Hand in a new report: it must be the one of this unit and year, and goes the way of every file."""
    letter = await run_in_threadpool(_letter, request)
    if not _reading.acquire(blocking=False):
        raise Wrong(message("check.page_busy"), 503)
    try:
        with closing((sent := await file_sent(request)).file):
            return await run_in_threadpool(_report, request, letter, sent)
    finally:
        _reading.release()


def _letter(request: Request) -> Written:
    """The letter that a secret opens, for the unit it was written to; a Wrong (403) for any other secret says what to do."""
    home, secret = request.app.state.home, request.path_params["secret"]
    if request.method == "POST":
        from_here(request, ACT)
    actor = token_actor(home, secret)
    kind, _, number = actor.purpose.partition(" ") if actor else ("", "", "")
    if actor is None or kind != PURPOSE:
        why = "purpose" if actor else token_state(home, secret)
        refused(request, ACT, about="/answer", why=why)
        raise Wrong(message(f"answer.token_{why}"), 403)
    act_as(request, actor)
    written = [one for one in read_written(home) if one.unit_code == actor.area]
    letter = next((one for one in written if one.number == number), None)
    if letter is None:
        raise Wrong(message("answer.no_letter", number=number), 403)
    allowed(request, ACT, letter.unit_code)
    last = last_letters(written)[letter.report]
    if last is not letter:
        raise Wrong(message("answer.replaced", number=letter.number, last=last.number, day=last.made_on), 403)
    return letter


def _answered(request: Request, letter: Written, words: Mapping[str, str]) -> Response:
    given, n = [], 0
    while f"rule-{n}" in words:
        cells = {name.removeprefix(f"number-{n}-"): text for name, text in words.items() if name.startswith(f"number-{n}-")}
        kind, why = words.get(f"kind-{n}", ""), words.get(f"why-{n}", "")
        if kind or why.strip() or any(text.strip() for text in cells.values()):
            sides = (words.get(f"left-{n}", ""), words.get(f"right-{n}", ""))
            given.append(Given(words[f"rule-{n}"], *sides, kind, why, cells, message("answer.question_place", n=n + 1)))
        n += 1
    if not given:
        return _shown(request, letter, words, [message("answer.nothing_given")])
    return _kept(request, letter, given, words, "page")


def _kept(request: Request, letter: Written, given: Sequence[Given], words: Mapping[str, str], how: str) -> Response:
    sender = Sender(letter.unit_code, letter.report_year, letter.number, words.get("who", ""), how)
    try:
        new = give(request.app.state.home, sender, given)
    except Complaint as complaint:
        return _shown(request, letter, words, str(complaint).splitlines())
    for one in new:
        noted(request, ACT, about=f"{letter.number} {one.rule_id}", after=f"{one.number} {one.kind} {one.why}")
    return _back(request, len(new))


def _sheet(request: Request, letter: Written, sent: Sent) -> Response:
    lines = read_reply(sent.name, sent.read())
    problems = [message("decide.line", line=one.line, reason=one.reason) for one in lines if one.given is None]
    problems += [
        message("answer.other_unit", line=one.line, unit=one.unit_code, year=one.report_year)
        for one in lines
        if one.given and (one.unit_code, one.report_year) != letter.report
    ]
    if problems or not lines:
        return _shown(request, letter, {}, problems or [message("decide.no_answers", sheet=sent.name)])
    who = sent.words.get("who", "") or next((one.who for one in lines if one.who), "")
    return _kept(request, letter, [one.given for one in lines if one.given], {"who": who}, "sheet")


def _report(request: Request, letter: Written, sent: Sent) -> Response:
    home, data, who = request.app.state.home, sent.read(), sent.words.get("who", "")
    if not who:
        return _shown(request, letter, sent.words, [message("answer.who")])
    digest = hashlib.sha256(data).hexdigest()
    problem = (
        message("answer.file_known", file=sent.name)
        if file_known(home.published, digest)
        else _unfit(request, letter, sent.name, data)
    )
    if problem:
        return _shown(request, letter, sent.words, [problem])
    path = hand_in(home, sent.name, data)
    sender = Sender(letter.unit_code, letter.report_year, letter.number, who, "page")
    new = give_file(home, sender, path.name, digest, sent.words.get("why", ""))
    noted(request, "hand_in", about=f"{letter.number} {path.name}", after=digest)
    return _back(request, len(new) or 1)


def _unfit(request: Request, letter: Written, name: str, data: bytes) -> str:
    """Why a file cannot be the answer: it cannot be read, or is the report of somebody else or of another year; empty if it can be."""
    found = check_apart(Draft(name, data, Hints()), request.app.state.home.root).checked
    if found.is_refused:
        return message(
            "answer.file_unreadable", file=name, reason=issue_text(found.report.reason).shown if found.report.reason else "–"
        )
    if (found.report.unit_code, found.report.report_year) == letter.report:
        return ""
    unknown = message("read.unknown")
    unit = " ".join(filter(None, (found.report.unit_name, found.report.unit_code))) or unknown
    values = {"file": name, "unit": unit, "year": found.report.report_year or unknown}
    return message(
        "answer.file_of_other", **values, wanted=letter.unit_name, code=letter.unit_code, wanted_year=letter.report_year
    )


def _back(request: Request, n: int) -> Response:
    return RedirectResponse(link(f"/answer/{request.path_params['secret']}", given=n), 303, {"cache-control": "no-store"})


def _shown(request: Request, letter: Written, words: Mapping[str, str], errors: Sequence[str], given: str = "") -> Response:
    home = request.app.state.home
    said = [one for one in read_answers(home) if (one.answer.unit_code, one.answer.report_year) == letter.report]
    last = {one.answer.rule_id: one for one in said}
    found = letters_to_send(home.published, Whom(letter.unit_code, letter.report_year))
    asking: list[Asking] = []
    for one in found[0].violations if found else ():
        if letter.asks(one.rule_id) == one.question:
            asking.append(_asking(len(asking), one, cells_asked(found[0], one.rule_id), last.get(one.rule_id), words))
    answer = page(
        request,
        "answer.html",
        status=400 if errors else 200,
        title=message("answer.page_title", year=letter.report_year),
        letter=letter,
        asking=asking,
        choices=ANSWERS,
        repairs=repairs_in_words(found[0]) if asking else [],
        files=False,
        handed=[one for one in said if one.answer.kind == "file"],
        who=words.get("who", ""),
        errors=errors,
        given=int(given) if given.isdecimal() and len(given) < 4 else 0,
        mb=MOST // 1_000_000,
        longest=LONGEST,
        name_length=NAME,
        at=link(f"/answer/{request.path_params['secret']}"),
    )
    answer.headers["cache-control"] = "no-store"
    return answer


def _asking(n: int, one: Asked, cells: Sequence[CellAsked], last: Answered | None, words: Mapping[str, str]) -> Asking:
    """A question with what was typed, or what waits for a reviewer already."""
    typed = f"rule-{n}" in words
    before = last.answer if last and last.state == "pending" and not typed else None
    numbers = {c.code: words.get(f"number-{n}-{c.code}", "") for c in cells}
    if before:
        numbers |= {c.code: c.after for c in before.cells}
    kind = before.kind if before else words.get(f"kind-{n}", "")
    return Asking(one, cells, last, kind, before.why if before else words.get(f"why-{n}", ""), numbers)


ROUTES = (
    Route("/answer/{secret}", ask, methods=["GET"]),
    Route("/answer/{secret}", answer, methods=["POST"]),
    Route("/answer/{secret}/sheet", sheet, methods=["POST"]),
    Route("/answer/{secret}/report", report, methods=["POST"]),
)
