"""/unit/<code>/peers: the numbers of a unit beside the middle half of the units of its level and kind."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from foi.ask.peers import Compared, comparison_of
from foi.messages import bilingual, word_of
from ingest.words.language import Text
from portal.asked import whole_number
from portal.page import page, table

COLUMNS = ("measure", "name", "value", "state", "numerator", "denominator", "p25", "p50", "p75", "peers", "stands")


def peers(request: Request) -> Response:
    """A unit beside its kind in one of its years."""
    found = comparison_of(request.app.state.home.published, request.path_params["code"], whole_number(request, "year"))
    columns = {column: bilingual(f"portal.peers_{column}") for column in COLUMNS}
    crumbs = [(found.unit_name, f"/unit/{found.unit_code}"), (bilingual("portal.peers").shown, "")]
    return table(request, columns, [_row(one) for one in found.rows], f"{found.unit_code}-{found.report_year}-peers") or page(
        request, "peers.html", found=found, stands=_stands, files=True, crumbs=crumbs
    )


def _row(one: Compared) -> list[object]:
    above, below = one.fraction or (None, None)
    value = None if one.is_small and one.fraction else one.value
    state = bilingual("portal.few") if one.is_small and one.value is not None else word_of("state", one.state)
    band = one.band
    return [one.measure, one.name, value, state, above, below, band.p25, band.p50, band.p75, band.peers, _stands(one)]


def _stands(one: Compared) -> Text:
    """Where a number stands beside the band, in words; why it stands nowhere."""
    if one.stands:
        return bilingual(f"portal.stands_{one.stands}")
    if one.value is None:
        return word_of("state", one.state)
    return bilingual("portal.few") if one.is_small else one.band.why_none or Text("", "")


ROUTES = (Route("/unit/{code}/peers", peers),)
