"""/letters/<area>/<year>: what was asked of the units in an area and who has not answered; a button writes the letters as one .zip."""

from __future__ import annotations

from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from foi.letters.asked import Whom, open_questions
from foi.letters.letter import as_zip, make_letters
from foi.letters.settings import NAMES as SETTINGS
from foi.letters.settings import NEEDED, Settings, keep_settings, read_settings
from foi.letters.standing import STATES, Wanted, rows, standings
from foi.messages import Complaint, bilingual, message
from foi.owed.progress import find_area
from foi.published import published
from ingest.beijing import beijing_today
from portal.asked import Wrong, one_of, year_of
from portal.page import link, page, table
from portal.who import allowed, fields, noted

ALL = "all"
MOST = 500  # letters that a page writes at once; the command line writes any number
COLUMNS = (
    "number",
    "unit_code",
    "unit_name",
    "report_year",
    "questions",
    "open",
    "answered",
    "written_on",
    "reply_by",
    "state",
    "days_late",
)


def find(request: Request) -> Response:
    """The letters of an area that is named by its name or code."""
    with published(request.app.state.home.published) as connection:
        area = find_area(connection, request.query_params.get("area", "").strip())
    year = year_of(request.query_params.get("year", "").strip())
    return RedirectResponse(link(f"/letters/{area.code}/{year}"), 303)


def letters(request: Request) -> Response:
    """How the letters of an area and year stand, and how many units have something open that no letter asks yet."""
    home, code = request.app.state.home, request.path_params["area"]
    allowed(request, "letter", code)
    year = year_of(request.path_params["year"])
    name = _name(request, code)
    state = one_of(request, "state", (ALL, *STATES), ALL)
    found = standings(home, Wanted(code, year))
    listed = [one for one in found if state in (ALL, one.state)]
    columns = {column: bilingual(f"letter.list_{column}") for column in COLUMNS}
    values = [[bilingual(f"letter.state_{row['state']}") if c == "state" else row[c] for c in COLUMNS] for row in rows(listed)]
    file = table(request, columns, values, f"letters-{code}-{year}")
    if file:
        return file
    asked = {(one.letter.report, q) for one in found if one.state != "replaced" for q in one.letter.questions}
    still = open_questions(home.published, Whom(area=code, year=year))
    fresh = sum(any((report, q) not in asked for q in questions) for report, questions in still.items())
    return page(
        request,
        "letters.html",
        title=message("letter.page_title", area=name, year=year),
        area=code,
        year=year,
        listed=listed,
        counts={one: sum(each.state == one for each in found) for one in STATES if any(each.state == one for each in found)},
        n=len(found),
        state=state,
        to_write=len(still),
        fresh=fresh,
        most=MOST,
        settings=read_settings(home, beijing_today()),
        files=True,
        crumbs=[(message("portal.name"), "/"), (name, f"/area/{code}/{year}"), (message("letter.page_crumb"), "")],
    )


async def write(request: Request) -> Response:
    """The letters as one .zip with a cover list; each is kept with its number."""
    code = request.path_params["area"]
    allowed(request, "letter", code)
    year = year_of(request.path_params["year"])
    words = await fields(request)
    return await run_in_threadpool(_written, request, code, year, str(words.get("unit", "")))


def _written(request: Request, code: str, year: int, unit: str) -> Response:
    home = request.app.state.home
    if unit:
        allowed(request, "letter", unit)
    if read_settings(home, beijing_today()) is None:
        raise Wrong(message("letter.page_no_settings"))
    whom = Whom(unit, year, code)
    n = len(open_questions(home.published, whom))
    if n > MOST:
        raise Wrong(message("letter.page_too_many", n=n, most=MOST))
    made = make_letters(home, whom, allowed(request, "letter", unit or code))
    if not made.letters:
        raise Wrong(message("letter.nothing", unit=unit or code, year=year))
    numbers = ", ".join(dict.fromkeys(one.number for one in made.written.values()))
    noted(request, "letter", about=f"{unit or code} {year}", after=numbers)
    name = quote(f"{message('letter.page_zip')}-{unit or code}-{year}.zip")
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{name}", "cache-control": "no-store"}
    return Response(as_zip(made), media_type="application/zip", headers=headers)


def settings(request: Request) -> Response:
    """The form with what letters say of their sender."""
    allowed(request, "settings")
    try:
        found = read_settings(request.app.state.home, beijing_today())
    except Complaint as complaint:
        return _form(request, {}, str(complaint).splitlines())
    return _form(request, {name: getattr(found, name) for name in SETTINGS} if found else {}, [])


async def keep(request: Request) -> Response:
    """Write what letters say of their sender; what cannot be used is told beside the form."""
    allowed(request, "settings")
    words = {name: str(value) for name, value in (await fields(request)).items()}
    return await run_in_threadpool(_keep, request, words)


def _keep(request: Request, words: dict[str, str]) -> Response:
    home = request.app.state.home
    before = home.letter_settings.read_text("utf-8") if home.letter_settings.is_file() else ""
    try:
        keep_settings(home, Settings(**{name: words.get(name, "") for name in SETTINGS}), beijing_today())
    except Complaint as complaint:
        return _form(request, words, str(complaint).splitlines())
    noted(request, "settings", about=home.letter_settings.name, before=before, after=home.letter_settings.read_text("utf-8"))
    return RedirectResponse(link("/letters/settings", kept=1), 303)


def _form(request: Request, words: dict[str, str], errors: list[str]) -> Response:
    return page(
        request,
        "letter_settings.html",
        status=400 if errors and request.method == "POST" else 200,
        title=message("letter.page_settings"),
        names=SETTINGS,
        needed=NEEDED,
        words=words,
        errors=errors,
        kept=request.query_params.get("kept", "") == "1",
        crumbs=[(message("portal.name"), "/"), (message("letter.page_settings"), "")],
    )


def _name(request: Request, code: str) -> str:
    """The name of an area; a Complaint where there is none."""
    with published(request.app.state.home.published) as connection:
        area = find_area(connection, code)
    return area.names.get(area.code, area.name)


ROUTES = (
    Route("/letters", find),
    Route("/letters/settings", settings, methods=["GET"]),
    Route("/letters/settings", keep, methods=["POST"]),
    Route("/letters/{area}/{year}", letters, methods=["GET"]),
    Route("/letters/{area}/{year}", write, methods=["POST"]),
)
