"""What a person decided stands until a number changes, and is never lost by a re-run."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from expectations.decisions import Decision, Ledger, append
from expectations.gate.run import run_expectations
from expectations.gate.suites import checks
from foi.answer.decide import Wish, decide
from foi.answer.show_decide import show_decisions
from foi.messages import Complaint
from tests.conftest import foi
from tests.expectations.conftest import Gate

BROKEN = (
    "update quality.rule_results set result = 'fail', left_sum = 27, right_sum = 21, difference = 6 where report_id = 'r2022'"
)


def made(action: str, left: str = "27", right: str = "21", rule: str = "requests_closed_total.total") -> Decision:
    return Decision("2026-02-01T08:00:00+00:00", "示例科", action, "", 2022, rule, left, right, "已核对")


def states(gate: Gate, ledger: Path) -> list[tuple[str, str]]:
    run_expectations(gate.warehouse, gate.page, [c for c in checks() if c.name == "requests_closed_total_2021"], ledger)
    return gate.sql("select status, coalesce(message_zh, '') from quality.expectation_results")


@pytest.fixture
def broken(gate: Gate) -> Gate:
    gate.sql(BROKEN, "update quality.rule_results set unit_code = ''", "update core.fct_reports set unit_code = ''")
    return gate


@pytest.mark.parametrize(("action", "state"), [("explain", "explained"), ("waive", "waived"), ("confirm", "failed")])
def test_a_decision_survives_every_run(broken: Gate, tmp_path: Path, action: str, state: str):
    ledger = tmp_path / "decisions.jsonl"
    append(ledger, made(action))
    for _ in range(2):
        assert [s for s, _ in states(broken, ledger)] == [state]
    if state != "failed":
        assert "已说明或豁免" in broken.page.read_text("utf-8")


def test_it_reopens_when_a_number_changes_and_says_so(broken: Gate, tmp_path: Path):
    ledger = tmp_path / "decisions.jsonl"
    append(ledger, made("waive"))
    assert states(broken, ledger)[0][0] == "waived"
    broken.sql("update quality.rule_results set left_sum = 28 where report_id = 'r2022'")
    ((state, message),) = states(broken, ledger)
    assert state == "failed" and "此前的说明针对 27 与 21，数字已变" in message
    broken.sql("update quality.rule_results set left_sum = 27 where report_id = 'r2022'")
    assert states(broken, ledger)[0][0] == "waived"


def test_the_last_decision_counts_and_none_is_lost(broken: Gate, tmp_path: Path):
    path = tmp_path / "decisions.jsonl"
    for action in ("waive", "withdraw"):
        append(path, made(action))
    assert states(broken, path)[0][0] == "failed"
    assert [d.action for d in Ledger(path).decisions] == ["waive", "withdraw"]
    assert "此前" not in states(broken, path)[0][1]


def test_a_decision_about_another_rule_settles_nothing(broken: Gate, tmp_path: Path):
    append(tmp_path / "d.jsonl", made("waive", rule="requests_balance.total"))
    assert states(broken, tmp_path / "d.jsonl")[0][0] == "failed"


@pytest.fixture
def home(loaded: Path, tmp_path: Path) -> Path:
    shutil.copytree(loaded, tmp_path / "home")
    return tmp_path / "home"


def one_finding(home: Path) -> tuple[str, int, str]:
    with duckdb.connect(str(home / "published.duckdb"), read_only=True) as connection:
        found = connection.sql(
            "select unit_name, report_year, rule_id from quality.expectation_results join core.fct_reports using (report_id, unit_name,"
            " report_year) where is_current and status = 'failed' and severity = 'error' and unit_name is not null order by all limit 1"
        ).fetchall()
    return found[0]


def test_a_person_decides_and_the_next_load_holds_to_it(home: Path):
    from tests.conftest import EXAMPLES

    unit, year, rule = one_finding(home)
    said = foi(
        "decide",
        "--unit",
        unit,
        "--year",
        year,
        "--rule",
        rule,
        "--action",
        "explain",
        "--why",
        "系统升级",
        "--who",
        "示例科",
        "--home",
        home,
    )
    assert said.returncode == 0 and "下次 foi load 生效" in said.stdout, said.stderr
    assert "系统升级" in foi("decide", "--home", home).stdout
    foi("load", EXAMPLES, "--home", home)
    with duckdb.connect(str(home / "published.duckdb"), read_only=True) as connection:
        states = connection.execute(
            "select distinct status from quality.expectation_results where unit_name = ? and report_year = ? and rule_id = ?",
            [unit, year, rule],
        ).fetchall()
    assert states == [("explained",)]
    (decision,) = json.loads(show_decisions(home, json=True))
    assert (decision["who"], decision["why"], decision["action"]) == ("示例科", "系统升级", "explain")


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"action": "forget"}, "confirm、explain"), ({"why": " "}, "--why"), ({"rule": "no_rule"}, "没有 no_rule")],
)
def test_a_decision_that_cannot_be_placed_is_refused_with_what_there_is(home: Path, changes: dict[str, str], said: str):
    unit, year, rule = one_finding(home)
    wish = {"unit": unit, "year": year, "rule": rule, "action": "waive", "why": "示例", **changes}
    with pytest.raises(Complaint, match=said):
        decide(home, Wish(**wish))
    assert not (home / "decisions.jsonl").exists()


def test_a_unit_with_nothing_to_decide_is_not_said_to_be_unknown(home: Path):
    def said(unit: str, year: int) -> str:
        with pytest.raises(Complaint) as caught:
            decide(home, Wish(unit, year, "", "waive", "示例"))
        assert caught.value.exit_code == 2
        return str(caught.value)

    unit, year, _ = one_finding(home)
    assert "2024 年没有不符，无须作出决定。有不符的年度：2023" in said("示例丙镇", 2024) and f"有不符的年度：{year}" in said(
        unit, 0
    )
    assert "其他年度也没有" in said("寒葱沟镇", 2024)
    assert "没有“寒葱沟镇”2011 年的报告" in said("寒葱沟镇", 2011)
    assert "没有找到“示例甲”。相近的：示例甲镇 990101101" in said("示例甲", 2024)


def test_the_list_of_decisions_shows_beijing_time_and_json_the_zone(tmp_path: Path):
    append(tmp_path / "decisions.jsonl", made("waive"))
    assert "  ".join(show_decisions(tmp_path).split()).find("2026-02-01  16:00  示例科  豁免") > 0
    assert json.loads(show_decisions(tmp_path, json=True))[0]["decided_at"] == "2026-02-01T08:00:00+00:00"


def test_an_empty_ledger_says_so(tmp_path: Path):
    assert "还没有任何决定" in show_decisions(tmp_path)
