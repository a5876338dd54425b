"""/rollup/<area>/<year>: the report of an area made of those of its units, as the form prints it; every number leads to its parts."""

from __future__ import annotations

import json
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from expectations.messages import cell_text
from foi.messages import bilingual, message, word_of
from foi.report.printed import printed
from foi.rollup.book import CELL_COLUMNS, cell_rows, state_of, workbook
from foi.rollup.document import word_file
from foi.rollup.members import Member
from foi.rollup.rollup import Rollup, rollup
from foi.rollup.show_rollup import rollup_values, stem, told
from foi.rollup.told import because, notes, overview, remarks, sum_place
from ingest.privacy import mask
from portal.asked import year_of
from portal.formats import CONTENT_TYPES, WORD
from portal.page import format_of, page, table

STATES = ("missing", "unreadable", "not_due", "incomplete", "left_out", "doubtful", "corrected", "exempt", "vertical")
PARTS = ("unit_code", "unit_name", "value", "state", "unit", "is_counted", "report_id", "remarks", "evidence")


def report(request: Request) -> Response:
    """The report as a page, its cells as CSV, all of it as JSON, the form as Word, or units by cells as a workbook."""
    found = _found(request)
    return _file(request, found) or page(
        request,
        "rollup.html",
        title=message("rollup.heading", name=found.name, year=found.report_year),
        rollup=found,
        tables=[printed(found.form.form, name) for name in found.form.tables],
        told=told(found)[1:],
        states={state: members for state in STATES if (members := found.in_state(state))},
        remarks=remarks,
        notes=dict(notes(found)),
        sums=[(one, sum_place(found, one), because(found, one)) for one in found.unsettled],
        overview=overview(found),
        prose=_prose(found),
        names={code: cell_text(code, found.form.form) for code in found.cells},
        files=True,
        endings=["docx", "xlsx", "csv", "json"],
        crumbs=_crumbs(found),
    )


def cell(request: Request) -> Response:
    """What each unit gives for a cell, with the way to its evidence."""
    found = _found(request)
    code = request.path_params["cell"]
    found.parts(code)  # a Complaint where the form has no such cell
    rows = [_part(found, code, member) for member in found.members]
    name = cell_text(code, found.form.form)
    columns = {column: bilingual(f"rollup.column_{column}") for column in PARTS}
    return table(request, columns, rows, f"{found.code}-{found.report_year}-{code}") or page(
        request,
        "rollup_cell.html",
        title=message("rollup.parts_of", cell=name),
        rollup=found,
        cell=found.cells[code],
        rows=[dict(zip(PARTS, row, strict=True)) for row in rows],
        files=True,
        crumbs=[*_crumbs(found)[:-1], (message("rollup.crumb", year=found.report_year), _address(found)), (name, "")],
    )


def _found(request: Request) -> Rollup:
    asked = request.path_params
    return rollup(request.app.state.home.published, asked["code"], year_of(asked["year"]))


def _file(request: Request, found: Rollup) -> Response | None:
    """The report in the format that the address ends with."""
    ending = format_of(request)
    if ending == "csv":
        columns = {name: bilingual(f"rollup.column_{name}") for name in CELL_COLUMNS}
        return table(request, columns, cell_rows(found), stem(found))
    if ending == "json":
        return Response(json.dumps(rollup_values(found), ensure_ascii=False, allow_nan=False), media_type="application/json")
    if ending not in ("docx", "xlsx"):
        return None
    content = word_file(found) if ending == "docx" else workbook(found, request.app.state.home.published)
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(stem(found))}.{ending}"}
    return Response(content, media_type=CONTENT_TYPES.get(ending, WORD), headers=headers)


def _part(found: Rollup, code: str, member: Member) -> list[object]:
    """A unit's part of a cell as a line, with PARTS."""
    whose, about = (member.unit_code, member.unit_name), remarks(found, member)
    if member.report_id is None:
        return [*whose, None, state_of(member), None, bilingual("rollup.not_counted"), None, about, None]
    number = found.numbers[member.unit_code][code]
    state = word_of("portal.state" if number.state == "excluded" else "state", number.state)
    counted = bilingual("rollup.counted" if number.is_counted else "rollup.not_counted")
    there = number.state not in ("not_asked", "absent")
    evidence = f"/report/{member.report_id}/cell/{code}" if there else f"/report/{member.report_id}"
    return [*whose, number.value, state, number.unit, counted, member.report_id, about, evidence]


def _prose(found: Rollup) -> dict[str, list[tuple[str, str, str]]]:
    """Parts five and six: the code, the name and the text of each unit that wrote one; personal data is masked."""
    return {
        section: [
            (m.unit_code, m.unit_name, mask(text))
            for m in found.counted()
            if (text := found.prose.get(m.unit_code, {}).get(section))
        ]
        for section in ("problems", "other")
    }


def _address(found: Rollup) -> str:
    return f"/rollup/{found.code}/{found.report_year}"


def _crumbs(found: Rollup) -> list[tuple[str, str]]:
    return [
        (message("area.country"), "/"),
        (found.name, f"/area/{found.code}/{found.report_year}"),
        (message("rollup.crumb", year=found.report_year), ""),
    ]


ROUTES = (
    Route("/rollup/{code}/{year}", report),
    Route("/rollup/{code}/{year}/cell/{cell}", cell),
)
