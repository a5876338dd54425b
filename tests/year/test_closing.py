"""A year that an area closed: what comes afterwards waits and is told, and a change needs its own reason."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pytest

from foi.although import although
from foi.answer.correct import Wish as Corrected
from foi.answer.correct import correct
from foi.answer.decide import Wish as Decided
from foi.answer.decide import decide
from foi.answer.withdraw import Wish as Withdrawn
from foi.answer.withdraw import restore, withdraw
from foi.messages import Complaint
from foi.owed.closing import although_closed, closed, closing_of, files_waiting, let_in, lock_year, unlock_year
from foi.owed.roster import load_roster
from foi.published import published
from ingest.handed_in.lists import ListError
from ingest.landing.withdrawals import known_corrections
from ingest.roster.store import check_rosters
from ingest.roster.year_locks import YearLock
from tests.conftest import foi
from tests.desk import CELL, Desk, page

COUNTY, A, B, C = "990101", "990101101", "990101102", "990101103"
UNITS = (
    "unit_code,name,level,kind\n99,示例省,province,government\n9901,示例市,city,government\n990101,示例县,county,government\n"
    "990102,另一县,county,government\n990101101,示例甲镇,township,\n990101102,示例乙镇,township,\n990101103,示例丙镇,township,\n"
    "990102101,示例戊镇,township,\n"
)


def load(desk: Desk) -> str:
    done = foi("load", desk.inbox, "--home", desk.home.root, timeout=600)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.stdout


def numbers(desk: Desk) -> dict[str, int]:
    """The number that counts for each unit of 2024."""
    with published(desk.home.published) as connection:
        rows = connection.execute(
            "select unit_code, value::int from fct_cells join fct_reports using (report_id)"
            f" where is_current and report_year = 2024 and code = '{CELL}' order by 1"
        ).fetchall()
    return dict(rows)


def states(desk: Desk) -> dict[str, dict]:
    told = foi("progress", "--area", COUNTY, "--year", 2024, "--json", "--home", desk.home.root)
    return {one["unit_code"]: one for one in json.loads(told.stdout)["units"]}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Two towns filed, a third did not; then the county closed the year, and more came: a new version, a first report, one of elsewhere."""
    desk = Desk(tmp_path_factory.mktemp("closing"))
    desk.put("units.csv", UNITS)
    desk.put("a.html", page("示例甲镇", 1))
    desk.put("b.html", page("示例乙镇", 2, **{"requests.closed.total": "7"}))
    load(desk)
    done = foi("lock", "--area", "示例县", "--year", 2024, "--why", "汇总已报市里", "--who", "示例科", "--home", desk.home.root)
    assert done.returncode == 0 and "已结账" in done.stdout, done.stderr
    desk.put("a2.html", page("示例甲镇", 11))
    desk.put("c.html", page("示例丙镇", 3))
    desk.put("e.html", page("示例戊镇", 5))
    desk.put("b23.html", page("示例乙镇", 23, 2023))
    (desk.home.root / "stdout.txt").write_text(load(desk), "utf-8")
    return desk


def test_what_came_after_closing_lands_counts_nowhere_and_is_told(desk: Desk):
    assert numbers(desk) == {A: 1, B: 2, "990102101": 5}
    assert {one.file for one in files_waiting(desk.home.root)} == {"a2.html", "c.html"}
    said = (desk.home.root / "stdout.txt").read_text("utf-8")
    assert "a2.html" in said and "结账之后才到" in said and "foi unlock --file" in said
    told = states(desk)
    assert told[C]["state"] == "missing" and told[C]["waiting_file"] == "c.html"
    assert told[A]["state"] != "missing" and told[A]["waiting_file"] == "a2.html"
    assert "c.html" in foi("lock", "--home", desk.home.root).stdout
    table = foi("progress", "--area", COUNTY, "--year", 2024, "--home", desk.home.root).stdout
    assert "c.html 在结账后才到" in table


def test_what_waited_when_a_wider_area_closed_its_year_waits_for_that_one_too(desk: Desk):
    home, kept = desk.home.root, desk.home.year_locks.read_bytes()
    lock_year(home, "9901", 2024, "市里已汇总", "示例市科")
    unlock_year(home, COUNTY, 2024, "县里重开", "示例科")
    assert {(one.file, one.lock.area) for one in files_waiting(home)} == {("a2.html", "9901"), ("c.html", "9901")}
    unlock_year(home, "9901", 2024, "市里重开", "示例市科")
    assert files_waiting(home) == []
    desk.home.year_locks.write_bytes(kept)


def test_of_several_files_of_one_name_the_one_that_is_meant_is_let_in(desk: Desk):
    kept, more = desk.home.year_locks.read_bytes(), desk.home.batches / "more"
    landed = [pl.read_parquet(path) for path in desk.home.batches.glob("[!.]*/inputs.parquet")]
    more.mkdir()
    again = (
        pl.concat(landed, how="vertical_relaxed").filter(pl.col("file") == "c.html").with_columns(document_id=pl.lit("f" * 64))
    )
    again.write_parquet(more / "inputs.parquet")
    try:
        with pytest.raises(Complaint, match=r"几个叫 c\.html") as told:
            let_in(desk.home.root, "c.html", "示例")
        assert "f" * 64 in str(told.value) and desk.home.year_locks.read_bytes() == kept
        assert let_in(desk.home.root, "f" * 64, "示例").document_id == "f" * 64
    finally:
        shutil.rmtree(more)
        desk.home.year_locks.write_bytes(kept)


def test_a_lock_holds_what_lies_in_its_area_and_not_what_is_called_alike():
    lock = YearLock("2025-02-01T00:00:00+00:00", "示例", "lock", "990101-司法局", 2024, "示例")
    assert lock.holds("990101-司法局", 2024) and lock.holds("990101-司法局-示例所", 2024)
    assert not lock.holds("990101-司法局示例分局", 2024) and not lock.holds("990101", 2024)


def test_a_day_before_the_lock_knows_nothing_of_it(desk: Desk):
    history = closing_of(desk.home.root, COUNTY, 2024).history
    assert [one.act for one in history][:1] == ["lock"]
    assert [c for c in known_corrections(desk.home, history[0].moment) if c.origin == "after_closing"] == []
    assert len([c for c in known_corrections(desk.home) if c.origin == "after_closing"]) == 2


def test_a_change_in_a_closed_year_needs_its_own_reason(desk: Desk):
    home = desk.home.root
    for places in ([(A, 2024)], [(A, None)], [("990102101", 2024), (B, 2024)]):
        with pytest.raises(Complaint, match="汇总已报市里"), although(" "):
            although_closed(home, places, "decide")
    although_closed(home, [(A, 2023), ("990102101", 2024), (None, 2024)], "decide")
    assert closed(home, A, 2023) is None and closed(home, COUNTY, 2024) is not None
    before = len(closing_of(home, COUNTY, 2024).history)
    with although("上级要求更正"):
        although_closed(home, [(A, 2024)], "decide requests_balance.total", "示例科")
    last = closing_of(home, COUNTY, 2024).history[-1]
    assert len(closing_of(home, COUNTY, 2024).history) == before + 1
    assert (last.act, last.about, last.why) == ("change", "decide requests_balance.total", "上级要求更正")


def test_nothing_is_decided_corrected_or_taken_out_in_a_closed_year_without_a_reason(desk: Desk):
    home = desk.home.root
    acts = (
        lambda: decide(home, Decided(B, 2024, "requests_closed_total.total", "explain", "已电话核实", "示例科")),
        lambda: correct(home, Corrected(B, 2024, "requests.closed.total", "7", "0", "漏改", "来函", "示例科")),
        lambda: withdraw(home, Withdrawn("a.html", "", 0, "放错", "示例科")),
    )
    before = len(closing_of(home, COUNTY, 2024).history)
    for act in acts:
        with pytest.raises(Complaint, match="汇总已报市里"):
            act()
    ledgers = (desk.home.decisions, desk.home.corrections, desk.home.withdrawals)
    assert not any(path.exists() for path in ledgers) and len(closing_of(home, COUNTY, 2024).history) == before
    with although("市里要求"):
        for act in acts:
            act()
        restore(home, Withdrawn("a.html", "", 0, "放回", "示例科"))
    assert all(path.exists() for path in ledgers)
    told = [one.about for one in closing_of(home, COUNTY, 2024).history[before:]]
    assert len(told) == 4 and "requests.closed.total" in told[1] and "a.html" in told[2] and "a.html" in told[3]
    for path in ledgers:
        path.unlink()


def test_the_reason_is_an_option_of_the_commands_and_ends_with_them(desk: Desk):
    words = ["withdraw", "--file", "a.html", "--why", "放错", "--home", desk.home.root]
    assert foi(*words).returncode == 2
    assert foi(*words, "--although-closed", "市里要求").returncode == 0
    assert foi(*words, "--undo").returncode == 2 and foi(*words, "--undo", "--although-closed", "示例").returncode == 0
    desk.home.withdrawals.unlink()


def test_a_roster_of_a_closed_year_is_refused_without_a_reason(desk: Desk, tmp_path: Path):
    path = tmp_path / "roster.csv"
    path.write_text(f"unit_code,report_year,exempt\n{B},2023,\n{C},2024,示例原因\n", "utf-8")
    with pytest.raises(Complaint, match="汇总已报市里"):
        load_roster(desk.home.root, path)
    with pytest.raises(ListError) as refused:  # as a roster that lies among the reports
        check_rosters(desk.home, tmp_path)
    assert [(one.code, one.place) for one in refused.value.issues] == [("roster_closed", "roster.csv:3")]


def test_closing_is_refused_twice_and_opening_what_is_open(desk: Desk):
    home = desk.home.root
    with pytest.raises(Complaint, match="示例科"):
        lock_year(home, COUNTY, 2024, "再次")
    with pytest.raises(Complaint, match="没有结账"):
        unlock_year(home, COUNTY, 2023, "示例")
    with pytest.raises(Complaint, match="理由"):
        lock_year(home, COUNTY, 2023, " ")
    with pytest.raises(Complaint, match=r"a2\.html"):
        let_in(home, "none.html", "示例")


def test_what_is_let_in_counts_and_an_open_year_holds_nothing_back(desk: Desk):
    home = desk.home.root
    done = foi("unlock", "--file", "c.html", "--why", "因公延误", "--home", home)
    assert done.returncode == 0 and "已放行" in done.stdout, done.stderr
    load(desk)
    assert numbers(desk) == {A: 1, B: 2, C: 3, "990102101": 5}
    assert states(desk)[C]["waiting_file"] is None
    assert unlock_year(home, COUNTY, 2024, "市里退回重报", "示例科").area == COUNTY
    load(desk)
    assert numbers(desk) == {A: 11, B: 2, C: 3, "990102101": 5} and files_waiting(home) == []
    lock_year(home, COUNTY, 2024, "再次上报", "示例科")
    assert files_waiting(home) == []  # what had landed before stays in
