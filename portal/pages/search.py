"""/search: units by name, code, alias or former name, and sentences of reports."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from foi.ask.search import SENTENCES, search_of
from foi.messages import bilingual, word_of
from portal.asked import whole_number
from portal.page import format_of, page, table

COLUMNS = ("report_id", "unit_code", "unit_name", "report_year", "section", "sentence")
SENTENCES_IN_FILES = 100_000


def search(request: Request) -> Response:
    """What has the words that were typed; as a file, the sentences."""
    words, year = request.query_params.get("q", "").strip()[:100], whole_number(request, "year")
    most = SENTENCES_IN_FILES if format_of(request) else SENTENCES
    found = search_of(request.app.state.home.published, words, year, most)
    rows = [
        [s.report_id, s.unit_code, s.unit_name, s.report_year, word_of("versions.section", s.section), s.sentence]
        for s in found.sentences
    ]
    names = {column: bilingual(f"portal.column_{column}") for column in COLUMNS}
    return table(request, names, rows, "sentences") or page(
        request, "search.html", found=found, year=year, files=bool(rows), crumbs=()
    )


ROUTES = (Route("/search", search),)
