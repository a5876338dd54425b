"""What was accepted counts: after a real load the right number stands in the published tables, and a new report has mended what was lacking."""

from __future__ import annotations

import hashlib
import random
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest

from foi.ask.show_trace import show_trace
from foi.ask.show_versions import show_versions
from foi.ask.trace import Question, trace_of
from foi.letters.answers import read_answers
from foi.letters.asked import Whom, letters_to_send
from foi.letters.given import Given, Sender, give, give_file
from foi.letters.letter import make_letters
from foi.letters.proposals import proposals
from foi.letters.rulings import accept_all
from foi.letters.standing import Wanted, standings
from foi.line.hand_in import hand_in
from ingest.home import Home
from ingest.landing.replacements import read_replacements
from ingest.landing.withdrawals import known_corrections
from portal.app import app_of
from portal.desk.counting import Counting
from tests.conftest import foi
from tests.factory import random_record
from tests.factory.html import clean
from tests.foi.letters.conftest import with_settings
from tests.portal.serving import serving, signed_in

SLIPPED, LACKING = ("990101103", 2023), ("990101102", 2021)
CELLS = ("requests.granted.natural_person", "requests.granted.total")


@pytest.fixture
def home(loaded: Path, tmp_path: Path) -> Home:
    folder = tmp_path / "home"
    shutil.copytree(loaded, folder, symlinks=True)
    return with_settings(folder)


def asked(home: Home, query: str, *values: Any) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home.published), read_only=True) as connection:
        connection.execute("set search_path = 'marts,core,quality'")
        return connection.execute(query, list(values)).fetchall()


def granted(home: Home) -> list[tuple[Any, ...]]:
    query = "select code, requests::integer, correction_id is not null from fct_requests join fct_reports using (report_id)"
    where = " where is_current and unit_code = $1 and report_year = $2 and list_contains($3, code) order by code"
    return asked(home, query + where, *SLIPPED, list(CELLS))


def violations(home: Home, report: tuple[str, int]) -> int:
    query = "select count(*) from expectation_results where status = 'failed' and unit_code = $1 and report_year = $2"
    return int(asked(home, query, *report)[0][0])


def sender(home: Home, report: tuple[str, int]) -> Sender:
    (one,) = (one for one in standings(home, Wanted()) if one.letter.report == report)
    return Sender(*report, one.letter.number, "示例科", "page")


@contextmanager
def reviewing(home: Home) -> Iterator[httpx.Client]:
    """The pages of the home folder for a reviewer of the county; what they decide is counted when the test says so."""
    app = app_of(home)
    app.state.counting = Counting(home, (sys.executable, "-c", ""))
    with serving(app) as client, signed_in(client, home.root, "reviewer", SLIPPED[0][:6]) as reviewer:
        yield reviewer


def test_an_accepted_number_reaches_the_published_tables_and_a_new_report_mends_an_incomplete_one(home: Home):
    for report in (SLIPPED, LACKING):
        make_letters(home, Whom(report[0], report[1]))
    slipped, lacking = (letters_to_send(home.published, Whom(*report))[0] for report in (SLIPPED, LACKING))
    assert lacking.rule_ids == ["incomplete.requests"] and len(lacking.lacking["incomplete.requests"]) == 7
    given = [
        Given(
            v.rule_id,
            v.question.left,
            v.question.right,
            "wrong",
            "抄错行",
            {f"requests.granted.{v.rule_id.partition('.')[2]}": "0"},
        )
        for v in slipped.violations
    ]
    give(home, sender(home, SLIPPED), given)
    accept_all(home, 1, "示例办")
    # Without a day it is taken for the earlier version, until a person says that it replaces the other one.
    later = replace(random_record(random.Random(5), "2021", 60, "示例乙镇", 2021), place="示例县", published_on="")
    data = clean(later)
    digest = hashlib.sha256(data).hexdigest()
    path = hand_in(home, "示例乙镇改正.html", data)
    give_file(home, sender(home, LACKING), path.name, digest)
    assert [(code, number) for code, number, _ in granted(home)] == [(CELLS[0], 6), (CELLS[1], 6)]

    result = foi("refresh", "--home", home.root)
    assert result.returncode in (0, 1), result.stdout + result.stderr
    assert granted(home) == [(CELLS[0], 0, True), (CELLS[1], 0, True)] and violations(home, SLIPPED) == 0
    assert asked(home, "select granted from unit_year where unit_code = $1 and report_year = $2", *SLIPPED) == [(0,)]
    (handed,) = proposals(home, states=["pending"])
    assert handed.file_state == "superseded" and standings(home, Wanted(area=SLIPPED[0]))[0].state == "settled"

    with reviewing(home) as reviewer:
        assert "采纳后：取代现行的一版" in reviewer.get("/answers").text
        for number, act in ((handed.answer.number, "accept"), (1, "undo")):
            assert reviewer.post(f"/answers/{number}", data={"act": act}).status_code == 303
    (said,) = read_replacements(home.replacements)
    assert (said.document_id, said.letter, said.who) == (digest, handed.answer.letter, "示例reviewer")
    assert [one.state for one in read_answers(home)][:2] == ["pending", "accepted"]
    assert foi("refresh", "--home", home.root).returncode in (0, 1)
    assert granted(home) == [(CELLS[0], 6, False), (CELLS[1], 0, True)] and violations(home, SLIPPED) > 0
    query = "select document_id, published_on, is_current, accepted_answer from fct_reports where unit_code = $1 and report_year = $2 order by 3"
    old, new = asked(home, query, *LACKING)
    assert old[0] == said.replaces and old[2:] == (False, None) and new == (digest, None, True, said.letter)
    complete = "select bool_and(is_complete) from table_completeness where unit_code = $1 and report_year = $2"
    assert asked(home, complete, *LACKING) == [(True,)]
    assert "incomplete.requests" not in {question.rule_id for one in standings(home, Wanted()) for question in one.open}
    traced = trace_of(home, home.published, Question(*LACKING, "requests.received.total"))
    for shown in (show_versions(home.published, *LACKING), show_trace(traced)):
        assert f"对 {said.letter} 的答复，经采纳取代前一版" in shown

    with reviewing(home) as reviewer:
        assert f"取代它的是对 {said.letter} 的答复，已经采纳" in reviewer.get(f"/report/{old[0][:16]}").text
        assert f"对 {said.letter} 的答复，经采纳取代前一版" in reviewer.get(f"/report/{digest[:16]}").text
        assert reviewer.post(f"/answers/{handed.answer.number}", data={"act": "undo"}).status_code == 303
    assert read_replacements(home.replacements) == [] and not [one for one in known_corrections(home) if one.action == "replace"]
