"""After any sequence of late judgments the results are those of one judgment of everything."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations.decisions import Decision, append
from expectations.gate.run import Summary, run_expectations
from expectations.gate.suites import checks
from tests.contract import empty_warehouse

# One check of each kind: what a report says, what all of them say together, and what people corrected.
ASKED = {
    "requests_balance_2021", "incomplete", "carry_over", "hints", "wrong_year_named", "challenges_states", "requests_forms",
    "unique_report_id", "one_current_report", "enough_reports", "matched_units", "not_all_zero", "correction_stale",
    "correction_no_such_report",
}  # fmt: skip
UNITS = [(f"9901010{n:02}", f"示例{'甲乙丙丁'[n % 4]}镇") for n in range(9)]  # most names are shared by two or three units
TABLES = ("core.fct_reports", "core.fct_cells", "quality.rule_results", "quality.relation_results",
          "quality.signal_results", "quality.table_completeness", "quality.completeness")  # fmt: skip
SAID = "select * exclude (run_at) from quality.expectation_results order by all"


@dataclass
class Line:
    """A small warehouse that is changed row by row, with what differs since the last judgment."""

    folder: Path
    dice: random.Random
    reports: dict[str, dict[str, Any]] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    cases: str = "cases"  # the column, which may be gone for a while

    def __post_init__(self) -> None:
        self.build = empty_warehouse(self.folder / "build.duckdb")
        self.ledger = self.folder / "decisions.jsonl"
        self.run("create schema change", "create table change.reports (report_id varchar)")

    def run(self, *statements: str) -> list[Any]:
        with duckdb.connect(str(self.build)) as connection:
            for statement in statements:
                answer = connection.execute(statement)
            return answer.fetchall()

    def judge(self, touched: bool = True) -> Summary:
        ids = ", ".join(f"('{one}')" for one in self.touched)
        self.run("delete from change.reports", *([f"insert into change.reports values {ids}"] if ids else []))
        self.touched.clear()
        return self.judged(self.build, touched)

    def judged(self, build: Path, touched: bool) -> Summary:
        selected = [check for check in checks() if check.name in ASKED]
        assert len(selected) == len(ASKED)
        return run_expectations(build, self.folder / "page.html", selected, self.ledger, touched=touched)

    def judged_whole(self) -> tuple[Summary, list[Any]]:
        """What a judgment of everything says of the same rows."""
        copy = self.folder / "whole.duckdb"
        shutil.copyfile(self.build, copy)
        summary = self.judged(copy, touched=False)
        with duckdb.connect(str(copy)) as connection:
            return summary, connection.execute(SAID).fetchall()

    def change(self) -> None:
        """Something that a load, a correction, a decision or a withdrawal does."""
        known = sorted(self.reports)
        kind = self.dice.choice(["file", "file", "withdraw", "move", "rewrite", "supersede", "decide", "correct"])
        if kind == "file" or not known:
            self.file(*self.dice.choice(UNITS), self.dice.choice([2022, 2023]))
            return
        one = self.dice.choice(known)
        if kind == "withdraw":
            self.clear(one)
            del self.reports[one]
        elif kind == "move":
            self.reports[one] |= dict(zip(("unit_code", "unit_name"), self.dice.choice([*UNITS, (None, None)]), strict=True))
        elif kind == "rewrite":
            self.reports[one]["seed"] = self.dice.random()
        elif kind == "supersede":
            self.reports[one]["is_current"] ^= True
        elif kind == "decide":
            self.decide(one)
        else:
            self.correct(one)
        self.touched.add(one)
        if one in self.reports:
            self.write(one)

    def file(self, code: str | None, name: str | None, year: int) -> str:
        one = f"r{len(self.reports)}-{self.dice.random()}"
        self.reports[one] = {
            "unit_code": code,
            "unit_name": name,
            "report_year": year,
            "is_current": True,
            "seed": self.dice.random(),
        }
        self.touched.add(one)
        self.write(one)
        return one

    def clear(self, one: str) -> None:
        self.run(*(f"delete from {table} where report_id = '{one}'" for table in TABLES))

    def write(self, one: str) -> None:
        """Write every row of a report anew."""
        self.clear(one)
        said, dice = {"report_id": one, **self.reports[one]}, random.Random(self.reports[one]["seed"])
        del said["seed"]
        outcome = {"result": dice.choice(["pass", "fail"]), "left_sum": 7, "right_sum": 5, "difference": 2}
        zero, rule = dice.random() < 0.6, {**said, "form": "2021"}
        forms = {f"form_{table}": dice.choice(["2021", "2021", "1999"]) for table in ("requests", "challenges")}
        rows = [
            ("core.fct_reports", said | forms),
            ("core.fct_cells", {"report_id": one, "code": "requests.received.total", "table_name": "requests", "value": 0 if zero else 3,
                                "form": "2021"}),
            ("core.fct_cells", {"report_id": one, "code": "challenges.review.total", "table_name": "challenges", "value": 1, "form": "2021",
                                "state": dice.choice(["reported", "reported", "guessed"])}),
            ("quality.rule_results", rule | outcome | {"rule": "requests_balance", "rule_id": "requests_balance.total"}),
            ("quality.relation_results", rule | outcome | {"rule": "carry_over", "rule_id": "carry_over.total"}),
            ("quality.signal_results", rule | {"rule": "wrong_year_named", "rule_id": "wrong_year_named.year_conflict", "severity": "warning",
                                               "result": dice.choice(["pass", "fail"]), "found": "2020"}),
            ("quality.table_completeness", rule | {"table_name": "requests", "is_complete": dice.random() < 0.5, "is_absent": True}),
            ("quality.completeness", said | {"rows_unread": dice.choice([0, 0, 2]), "unread_zh": "某行", "unread_en": "a row"}),
        ]  # fmt: skip
        del rows[-1][1]["is_current"], rows[-2][1]["is_current"]
        with duckdb.connect(str(self.build)) as connection:
            for table, row in rows:
                places = ", ".join("?" for _ in row)
                connection.execute(f"insert into {table} ({', '.join(row)}) values ({places})", list(row.values()))

    def rename_cases(self) -> None:
        before, self.cases = self.cases, "cases_gone" if self.cases == "cases" else "cases"
        ((view,),) = self.run("select sql from duckdb_views() where view_name = 'fct_challenges' and schema_name = 'core'")
        assert f"AS {before}," in view
        self.run(view.replace("CREATE VIEW", "create or replace view").replace(f"AS {before},", f"as {self.cases},"))

    def decide(self, one: str) -> None:
        code, year = self.reports[one]["unit_code"], self.reports[one]["report_year"]
        action = self.dice.choice(["explain", "waive", "withdraw"])
        left = self.dice.choice(["7", "8"])
        append(
            self.ledger,
            Decision("2025-03-01T10:00:00+08:00", "某人", action, code or "", year, "carry_over.total", left, "5", "已核"),
        )
        self.touched |= {r for r, of in self.reports.items() if (of["unit_code"], of["report_year"]) == (code, year)}

    def correct(self, one: str) -> None:
        outcome = self.dice.choice(["stale", "no_such_report", "applied"])
        whose = f"'{one}', '{self.reports[one]['unit_name']}'" if outcome != "no_such_report" else "null, null"
        self.run(
            "insert into quality.correction_results (correction_id, action, outcome, expect, found, report_id, unit_name)"
            f" values ('c{self.dice.random()}', 'cell', '{outcome}', '5', '6', {whose})"
        )


@pytest.fixture
def line(tmp_path: Path) -> Callable[[int], Line]:
    return lambda seed: Line(tmp_path, random.Random(seed))


@pytest.mark.parametrize("seed", [1])
def test_late_judgments_end_in_what_one_of_everything_says(line: Callable[[int], Line], seed: int):
    small = line(seed)
    for _ in range(12):
        small.file(*small.dice.choice(UNITS), small.dice.choice([2022, 2023]))
    small.judge(touched=False)
    statuses = set()
    for step in range(10):
        for _ in range(small.dice.choice([0, 1, 1, 4])):
            small.change()
        if step in (4, 6):  # a check that cannot run, and can again
            small.rename_cases()
        summary = small.judge()
        assert (summary, small.run(SAID)) == small.judged_whole(), step
        statuses |= {status for (status,) in small.run("select distinct status from quality.expectation_results")}
    assert statuses >= {"passed", "failed", "broken"}


def test_a_check_passes_again_once_its_last_failing_row_is_gone(line: Callable[[int], Line]):
    small = line(3)
    one = small.file(*UNITS[0], 2023)
    small.run("update quality.relation_results set result = 'fail'")
    small.judge(touched=False)
    asked = "select status, report_id from quality.expectation_results where expectation = 'carry_over'"
    assert small.run(asked) == [("failed", one)]
    small.run("update quality.relation_results set result = 'pass'")
    small.touched.add(one)
    small.judge()
    assert small.run(asked) == [("passed", None)]


def test_the_results_of_other_reports_are_not_looked_at_again(line: Callable[[int], Line]):
    """What is not touched keeps even the moment at which it was judged."""
    small = line(4)
    first, second = small.file(*UNITS[0], 2022), small.file(*UNITS[1], 2022)
    small.run("update quality.relation_results set result = 'fail'")
    small.judge(touched=False)
    small.run(
        "update quality.expectation_results set run_at = '2000-01-01'", "update quality.relation_results set result = 'pass'"
    )
    small.touched = {second}
    small.judge()
    asked = "select report_id, year(run_at) from quality.expectation_results where expectation = 'carry_over'"
    assert small.run(asked) == [(first, 2000)]


def test_units_that_come_to_share_a_name_are_told_apart_everywhere_and_no_more_once_one_is_gone(line: Callable[[int], Line]):
    small = line(5)
    first = small.file("990101001", "示例镇", 2023)
    small.run("update quality.relation_results set result = 'fail'")
    small.judge(touched=False)
    asked = f"select message_zh like '示例镇 990101001 %' from quality.expectation_results where report_id = '{first}' and suite = 'relations'"
    assert small.run(asked) == [(False,)]
    second = small.file("990101002", "示例镇", 2023)
    small.run(f"update quality.relation_results set result = 'pass' where report_id = '{second}'")
    small.judge()
    assert small.run(asked) == [(True,)]
    small.clear(second)
    small.touched = {second}
    small.judge()
    assert small.run(asked) == [(False,)]


def test_without_a_judgment_before_everything_is_judged(line: Callable[[int], Line]):
    small = line(6)
    small.file(*UNITS[0], 2023)
    small.run("update quality.relation_results set result = 'fail'")
    small.touched.clear()
    assert small.judge().failed
    assert json.dumps(small.run("select report_id from quality.expectation_results where expectation = 'carry_over'")) != "[]"
