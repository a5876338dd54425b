"""/api/v1: the published tables page by page, nothing left out and nothing twice; whatever is asked wrongly is told in one form."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings

from foi.ask.listing import COUNTED, SOURCES
from tests.portal.serving import served

Ask = Callable[[str], list[tuple[Any, ...]]]
BASE = "/api/v1"
# Random names are of no unit, and a table of millions wants to be narrowed: that a right parameter is always answered cannot be held.
LEFT_OUT = [schemathesis.checks.positive_data_acceptance]


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
def test_every_answer_is_as_the_document_says_and_none_is_an_error_of_the_server(
    portal: httpx.Client, mode: schemathesis.GenerationMode
):
    schema = schemathesis.openapi.from_dict(portal.get(f"{BASE}/openapi.json").json())
    base, session = str(portal.base_url).rstrip("/"), requests.Session()
    session.trust_env = False
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) == len(SOURCES) + 2
    for operation in operations:

        @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=mode))
        def asked(case: schemathesis.Case) -> None:
            case.call_and_validate(base_url=base, session=session, excluded_checks=LEFT_OUT)

        asked()


@pytest.mark.parametrize("name", [name for name in SOURCES if name != "cells"])
def test_the_pages_hold_every_row_once_with_the_columns_of_the_table(portal: httpx.Client, ask: Ask, name: str):
    table, key = SOURCES[name].table, SOURCES[name].key
    columns = [column for (column,) in ask(f"select column_name from (describe {table})")]
    address: str | None = f"{BASE}/{name}?limit=1000"
    rows: list[dict[str, Any]] = []
    for _ in range(5):
        page = portal.get(address).json()
        rows += page["rows"]
        if (address := page["next"]) is None:
            break
    assert all(list(row) == columns for row in rows)
    expected = ask(f"select {', '.join(key)} from {table} order by all limit {5 * 1000}")
    assert [tuple(row[part] for part in key) for row in rows] == expected
    many = ask(f"select count(*) from {table}")[0][0]
    assert page["count"]["value"] == min(many, COUNTED) and page["count"]["is_more"] == (many > COUNTED)
    assert not page["count"]["is_more"] or page["count"]["zh"] == "多于 10,000"


def test_numbers_are_those_of_the_tables_and_a_missing_one_is_null_with_its_state(portal: httpx.Client, ask: Ask):
    rows = portal.get(f"{BASE}/unit_years?limit=1000").json()["rows"]
    found = {(row["unit_code"], row["report_year"]): (row["granted"], row["granted_state"]) for row in rows}
    asked = {
        (code, year): (number, state)
        for code, year, number, state in ask("select unit_code, report_year, granted, granted_state from unit_year")
    }
    assert {key: (None if n is None else Decimal(str(n)), state) for key, (n, state) in found.items()} == asked
    assert any(number is None and state != "reported" for number, state in found.values())


def test_the_cells_of_a_report_are_all_there_and_conditions_narrow(portal: httpx.Client, ask: Ask):
    ((report, unit, year),) = ask("select report_id, unit_code, report_year from unit_year where unit_name = '寒葱沟镇' limit 1")
    rows = portal.get(f"{BASE}/cells?report={report}&limit=1000").json()["rows"]
    assert len(rows) == ask(f"select count(*) from cells_published where report_id = '{report}'")[0][0]
    of_table = portal.get(f"{BASE}/cells?unit={unit}&year={year}&table=challenges&state=reported&limit=1000").json()["rows"]
    assert {row["code"] for row in of_table} == {
        r["code"] for r in rows if r["table_name"] == "challenges" and r["state"] == "reported"
    }


def test_a_series_is_the_trend_with_its_notes(portal: httpx.Client, ask: Ask):
    body = portal.get(f"{BASE}/series?measure=granted&unit=示例乙镇").json()
    assert body["name"].endswith("示例乙镇") and body["measure_name"] == {"zh": "予以公开", "en": "granted"}
    assert any(row["value"] is None and row["note_zh"] and row["note_en"] for row in body["rows"])
    area = portal.get(f"{BASE}/series?measure=grant_rate&area=示例县").json()["rows"]
    assert all({"numerator", "denominator", "reporting", "missing"} <= set(row) for row in area)


def test_who_holds_this_release_gets_nothing_anew(portal: httpx.Client):
    first = portal.get(f"{BASE}/units")
    mark = first.headers["etag"]
    again = portal.get(f"{BASE}/units", headers={"if-none-match": f'"other", W/{mark}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", mark)
    assert portal.get(f"{BASE}/units", headers={"if-none-match": '"other"'}).status_code == 200


@pytest.mark.parametrize(("address", "status", "problems"), [
    ("/units?colour=red", 400, [("unknown_parameter", "query.colour")]),
    ("/units?level=1&level=2&year=1", 400, [("repeated_parameter", "query.level"), ("unknown_parameter", "query.year")]),
    ("/progress?year=twenty&state=lost", 400, [("bad_value", "query.year"), ("bad_value", "query.state")]),
    ("/units?limit=0", 400, [("bad_value", "query.limit")]),
    ("/units?limit=1001", 400, [("bad_value", "query.limit")]),
    ("/units?next=x", 400, [("bad_next", "query.next")]),
    ("/units?next=WzFd", 400, [("bad_next", "query.next")]),
    ("/units?name=%00", 400, [("bad_value", "query.name")]),
    ("/cells", 400, [("required", "query")]),
    ("/series?unit=示例甲镇", 400, [("required", "query.measure")]),
    ("/series?measure=granted&unit=1&area=2", 400, [("required", "query")]),
    ("/series?measure=happiness&unit=示例甲镇", 400, [("bad_request", "/api/v1/series")]),
    ("/series?measure=granted&unit=示例无镇", 404, [("not_found", "/api/v1/series")]),
    ("/nothing", 404, [("not_found", "/api/v1/nothing")]),
    ("/units?lang=fr", 400, [("bad_request", "/api/v1/units")]),
])  # fmt: skip
def test_what_is_wrong_is_told_in_one_form(portal: httpx.Client, address: str, status: int, problems: list[tuple[str, str]]):
    answer = portal.get(BASE + address)
    body = answer.json()
    assert (answer.status_code, body["status"], answer.headers["content-type"]) == (status, status, "application/problem+json")
    assert [(one["code"], one["path"]) for one in body["errors"]] == problems and all(one["message"] for one in body["errors"])
    assert set(body) == {"title", "type", "status", "errors"}


def test_errors_are_told_in_the_language_that_is_asked_for(portal: httpx.Client):
    assert portal.get(f"{BASE}/units?x=1&lang=en").json()["errors"][0]["message"].startswith("There is no parameter “x”")
    assert portal.get(f"{BASE}/units?x=1").json()["errors"][0]["message"].startswith("没有参数“x”")


def test_nothing_can_be_changed(portal: httpx.Client):
    answer = portal.post(f"{BASE}/units")
    assert (
        answer.status_code == 405
        and answer.json()["errors"][0]["code"] == "method_not_allowed"
        and "GET" in answer.headers["allow"]
    )


def test_without_a_release_it_says_so(tmp_path: Path):
    with served(tmp_path) as client:
        for address in ("", "/openapi.json", "/units", "/series?measure=granted&unit=1"):
            answer = client.get(BASE + address)
            assert answer.status_code == 503 and "foi load" in answer.json()["errors"][0]["message"]
