"""A page or a table as the answer to a request: in the language of its reader, with links that carry it on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from dagster_project.names import unit_words
from foi.access.actor import NOBODY
from foi.ask.export import source_of
from foi.messages import Complaint, message, template, word_of
from foi.owed.closing import locks_now
from foi.published import exact
from ingest.words.language import LANGUAGES, Text, language
from portal import static_files
from portal.file_names import named, named_rows, sees_names
from portal.formats import CONTENT_TYPES, write, written

TEMPLATES = Path(__file__).parent / "templates"
# Of charts and their legends: told apart by lightness too, and beside each chart stands its table.
COLORS = (
    "#12447a",
    "#5694ca",
    "#f3a712",
    "#a23b2f",
    "#6f777b",
    "#b58bc4",
    "#00703c",
    "#d4b896",
    "#4c2c92",
    "#2b8cc4",
    "#85994b",
    "#f47738",
)
# What most pages are made of.
MOST_ASKED = ("area.html", "unit.html", "report.html", "report_cell.html", "trend.html", "search.html")
PIECE = 65536  # bytes of a file that are sent together
GROUPED = 10_000  # numbers from here on are written in groups of three digits


def page(request: Request, name: str, /, status: int = 200, is_file: bool = False, **values: Any) -> Response:
    """The page of a template, filled in; 404 where another format was asked for than this page has (`is_file`: the template is that format)."""
    if (asked := format_of(request)) and status == 200 and not is_file:
        raise Complaint(message("portal.no_format", format=asked, path=request.url.path), 2)
    request.scope.setdefault("state", {}).setdefault("actor", NOBODY)  # an error before anybody was asked who they are
    text = _environment().get_template(name).render(request=request, path=request.scope["path"], lang=language(), **values)
    return Response(text, status, media_type="text/html; charset=utf-8")


def read_templates() -> None:
    """Read the templates that most pages are made of: to understand one takes longer than to fill it in."""
    for name in MOST_ASKED:
        _environment().get_template(name)


def table(request: Request, columns: Mapping[str, Text], rows: Sequence[Sequence[Any]], name: str = "table") -> Response | None:
    """The rows as .csv, .xlsx or .json, if the address asks for one of them; else None, and a page is to be made.

    `columns` are the names of the columns with what they are called.
    """
    asked = format_of(request)
    if asked not in CONTENT_TYPES:
        return None
    source = source_of(request.app.state.home.published, name, len(rows), str(request.url)) if asked == "xlsx" else ()
    content = written(asked, columns, named_rows(request, columns, rows), source)
    return Response(content, media_type=CONTENT_TYPES[asked], headers=_attached(name, asked))


def long_table(
    request: Request, columns: Mapping[str, Text], texts: Collection[str], rows: Iterable[Sequence[Any]], n: int, name: str
) -> Response:
    """The rows (`n` of them) as the file that the address asks for: written to the disk one by one, and sent from there.

    `texts` are the columns in which every value has both languages.
    """
    asked = format_of(request)
    if asked not in CONTENT_TYPES:
        raise Complaint(message("portal.no_format", format=asked, path=request.url.path), 2)
    source = source_of(request.app.state.home.published, name, n, str(request.url)) if asked == "xlsx" else ()
    with ExitStack() as opened:
        scratch = opened.enter_context(TemporaryFile())
        write(scratch, asked, columns, texts, rows, source)
        size = scratch.tell()
        scratch.seek(0)
        opened.pop_all()  # from here on it is closed by whoever sends it
    headers = {"content-length": str(size), **_attached(name, asked)}
    return StreamingResponse(_sent_from(scratch), media_type=CONTENT_TYPES[asked], headers=headers)


def _sent_from(scratch: IO[bytes]) -> Iterator[bytes]:
    with scratch:
        while piece := scratch.read(PIECE):
            yield piece


def _attached(name: str, ending: str) -> dict[str, str]:
    """What makes a browser save a file under its name; JSON is shown."""
    return {"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}.{ending}"} if ending != "json" else {}


def format_of(request: Request) -> str:
    """The format that the address ends with (csv, xlsx, json, svg, png); empty for a page."""
    return str(request.scope.get("foi.format", ""))


def link(path: str, **query: Any) -> str:
    """An address of the portal with its parameters, in the language of this reader; what is empty is left out."""
    given = {name: value for name, value in query.items() if value not in (None, "", ())}
    if language() != LANGUAGES[0]:
        given = {"lang": language(), **given}
    return quote(path, safe="/.") + (f"?{urlencode(given, doseq=True)}" if given else "")


def number(value: Any) -> str:
    """A number as people read it: no digit is dropped, large ones in groups of three."""
    text = exact(value)
    whole, dot, rest = text.partition(".")
    return f"{int(whole):,}{dot}{rest}" if whole.lstrip("-").isdigit() and abs(int(whole)) >= GROUPED else text


def percent(value: Any) -> str:
    """A share in percent with one digit; a small one never becomes 0 %, nor a large one 100 %."""
    if value is None:
        return ""
    shown = f"{value:.1%}"
    return f"{value:.2%}" if value and (shown == "0.0%" or (shown == "100.0%" and value != 1)) else shown


def shown(text: Text | str | None) -> str:
    """A text in the language of this reader."""
    return text.shown if isinstance(text, Text) else text or ""


def _here(request: Request, **changes: Any) -> str:
    """This page with other parameters; its language stays unless it is changed."""
    query = {**dict(request.query_params), **changes}
    given = {name: value for name, value in query.items() if value not in (None, "")}
    if given.get("lang") not in LANGUAGES[1:]:
        given.pop("lang", None)
    return quote(request.scope["path"], safe="/.") + (f"?{urlencode(given)}" if given else "")


def _as(request: Request, ending: str) -> str:
    """The table of this page as a file: the same address with another ending."""
    path, mark, query = _here(request).partition("?")
    return f"{path}.{ending}{mark}{query}"


@cache
def _environment() -> Environment:
    """The templates; what is missing in one is an error, and all that is put in is escaped."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals.update(
        message=message,
        template=template,
        word_of=word_of,
        unit_words=unit_words,
        link=link,
        here=_here,
        file_as=_as,
        static=static_files.address_of,
        colors=COLORS,
        named=pass_context(lambda context, name, code=None: named(context["request"], name, code)),
        sees_names=pass_context(lambda context: sees_names(context["request"])),
        is_any_closed=lambda request: bool(locks_now(request.app.state.home.root)),
    )
    made.filters.update(number=number, percent=percent, shown=shown, exact=exact)
    return made
