"""The verdict of `foi check` is one of three; a blank is told apart from what was not read, and several violations of one cause are one problem."""

from __future__ import annotations

import io
import json
import random
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from expectations.judge.problems import Problem, problems
from expectations.judge.rules import Facts, judge
from expectations.judgment import Judgment
from expectations.messages import violation_text
from foi.draft.conclusion import conclude
from foi.draft.gaps import Gap, gaps_of
from foi.draft.show_check import show_check
from foi.messages import Complaint
from ingest.law.forms import every_form
from ingest.model import Hints, Issue
from ingest.pipeline import ingest_bytes
from ingest.units import load_registry
from ingest.words.language import Text
from tests.factory import random_record, zero_record
from tests.factory.docx import as_docx
from tests.factory.html import clean
from tests.factory.record import Record, with_defect
from tests.factory.text import as_text

NOWHERE = Path("no-home")
ZERO = replace(zero_record(unit="寒葱沟镇"), place="抚远市")
DRAFT = replace(random_record(random.Random(2), "2021", 60, "寒葱沟镇", 2024), place="抚远市")


def with_cells(record: Record, cells: dict[str, str | None]) -> Record:
    return replace(record, cells={**record.cells, **cells})


def without_table(data: bytes, number: int) -> bytes:
    """A .docx without one of its tables; its heading stays."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            tables = re.findall(r"<w:tbl>.*?</w:tbl>", text, re.DOTALL)
            new.writestr(name, text.replace(tables[number], "") if tables else text)
    return out.getvalue()


def with_strange_row(data: bytes) -> bytes:
    """A page with a row that no form knows in table three."""
    row = "<tr><td colspan=3>四、另行登记的申请</td>" + "<td>5</td>" * 7 + "</tr>"
    page = data.decode()
    at = page.index("结转下年度继续办理")
    end = page.index("</tr>", at) + len("</tr>")
    return (page[:end] + row + page[end:]).encode()


def checked(tmp_path: Path, data: bytes, name: str = "草稿.docx", **hints: Any) -> tuple[dict[str, Any], str, int]:
    """What a program and what a person is told, and the exit code."""
    path = tmp_path / name
    path.write_bytes(data)
    found, exit_code = show_check(path, NOWHERE, True, None, Hints(**hints))
    text, same = show_check(path, NOWHERE, False, None, Hints(**hints))
    assert same == exit_code
    return json.loads(found), text, exit_code


CANNOT: dict[str, tuple[Callable[[], bytes], set[str], str]] = {
    "blank": (lambda: as_docx(with_cells(ZERO, {"requests.granted.total": None})), {"not_filled"}, "有 1 格没有填写"),
    "dash": (lambda: as_docx(with_cells(ZERO, {"requests.granted.total": "—"})), {"dash"}, "有 1 格填了横线"),
    "words": (lambda: as_docx(with_cells(ZERO, {"disclosure.licenses": "约5件"})), {"unread_cells"}, "有 1 格没有读出"),
    "yuan": (lambda: as_docx(with_cells(ZERO, {"disclosure.fees": "61000元"})), {"other_unit"}, "有 1 格的单位与表样不同"),
    "no table two": (lambda: without_table(as_docx(ZERO), 0), {"table_absent"}, "有 1 张表没有找到"),
    "no table three": (lambda: without_table(as_docx(ZERO), 1), {"table_absent"}, "有 1 张表没有找到"),
    "no table four": (lambda: without_table(as_docx(ZERO), 2), {"table_absent"}, "有 1 张表没有找到"),
    "strange row": (lambda: with_strange_row(clean(ZERO)), {"unread_rows"}, "有 1 行没有读出"),
    "digits ran together": (lambda: as_text(DRAFT, "CONCAT"), {"unread_rows", "unread_cells", "cut"}, "按勾稽拆开的"),
    "unit not matched": (lambda: as_docx(zero_record(unit="示例甲镇")), {"noticed"}, "单位没有对上代码"),
}


@pytest.mark.parametrize("case", CANNOT)
def test_what_is_not_whole_cannot_be_judged_and_what_is_missing_is_said(tmp_path: Path, case: str):
    make, kinds, words = CANNOT[case]
    found, text, exit_code = checked(tmp_path, make(), "草稿.html" if case == "strange row" else "草稿.docx")
    assert (found["verdict"], exit_code) == ("cannot_be_judged", 1)
    assert {gap["kind"] for gap in found["missing"]} == kinds
    assert words in found["verdict_zh"] and text.endswith(found["verdict_zh"])
    assert "没有发现问题" not in text and "{" not in text


def test_a_report_that_is_whole_and_adds_up_is_right(tmp_path: Path):
    for record in (ZERO, with_cells(DRAFT, {f"disclosure.rules_{word}": "0" for word in ("made", "repealed", "in_force")})):
        found, text, exit_code = checked(tmp_path, as_docx(record))
        assert (found["verdict"], exit_code, found["missing"]) == ("right", 0, []) and "结论：正确" in text


@pytest.mark.parametrize("text", ["约5件", "5/6", "无法统计"])
def test_nobody_is_told_to_fill_in_0_where_a_number_was_not_read(tmp_path: Path, text: str):
    found, said, _ = checked(tmp_path, as_docx(with_cells(ZERO, {"disclosure.licenses": text})))
    assert found["unread_cells"] == ["disclosure.licenses"] and found["empty_cells"] == []
    assert "应填 0" not in said and "不要据此填 0" in said and f"（格中写着“{text}”）" in said


def test_a_word_for_none_is_quoted_and_not_called_a_line(tmp_path: Path):
    _, said, _ = checked(tmp_path, as_docx(with_cells(ZERO, {"disclosure.licenses": "无"})))
    assert "（格中写着“无”）" in said and "填了横线或“无”的单元格" in said


def test_an_amount_in_another_unit_never_stands_as_a_bare_number(tmp_path: Path):
    data, page = as_docx(with_cells(ZERO, {"disclosure.fees": "61000元"})), tmp_path / "page.html"
    _, said, _ = checked(tmp_path, data)
    show_check(tmp_path / "草稿.docx", NOWHERE, False, page, Hints())
    assert "（格中写着“61000元”）" in said and "61000 元" in page.read_text("utf-8")
    assert checked(tmp_path, as_docx(with_cells(ZERO, {"disclosure.fees": "0元"})))[0]["verdict"] == "right"


def test_an_empty_cell_of_a_scan_may_hold_a_faint_number():
    report = ingest_bytes(as_docx(with_cells(ZERO, {"requests.granted.total": None})), "x", Hints(), load_registry())
    assert [g.kind for g in gaps_of(report)] == ["not_filled"]
    assert [g.kind for g in gaps_of(replace(report, reader="scan"))] == ["unread_cells"]


def test_a_report_whose_wrong_sum_is_shown_is_wrong_though_cells_are_missing_too(tmp_path: Path):
    found, text, exit_code = checked(tmp_path, as_docx(with_cells(with_defect(DRAFT, "closed_total"), {"disclosure.fees": None})))
    assert (found["verdict"], exit_code) == ("wrong", 1)
    assert "勾稽不符 2 处（出于同一原因），请改正后再发布；另外有 1 格没有填写" in text


def violation(severity: str, kind: str = "relation", is_printed: bool = False) -> Judgment:
    return Judgment(
        "carry_over", "carry_over.total", "2021", severity, "fail", is_printed, None, None, (), (), Text("", ""), "", kind
    )  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("severity", "gaps", "misread", "verdict"),
    [
        ("error", [], set(), "wrong"),
        ("error", [Gap("table_absent", "requests")], set(), "wrong"),
        (
            "error",
            [],
            {"carry_over.total"},
            "cannot_be_judged",
        ),  # the file holds a number that was not read: no fault of the report
        ("warning", [], set(), "right"),
        ("warning", [Gap("not_filled", "requests", ("requests.closed.total",))], set(), "cannot_be_judged"),
        ("hint", [], set(), "right"),
    ],
)
def test_an_error_that_is_shown_is_concluded(severity: str, gaps: list[Gap], misread: set[str], verdict: str):
    assert conclude([Problem((violation(severity),))], gaps, misread, 0).verdict == verdict


def test_what_is_no_report_cannot_be_judged(tmp_path: Path):
    data = "关于做好2024年政府信息公开工作年度报告编制工作的通知\n请按时报送。".encode()
    found, text, exit_code = checked(tmp_path, data, "通知.txt")
    assert (found["verdict"], exit_code) == ("cannot_be_judged", 3) and "没有可以判断的报告" in text and "这不是年度报告" in text


@pytest.mark.parametrize("year", [2023, 2025])
def test_a_draft_of_another_year_than_was_said_is_not_called_right(tmp_path: Path, year: int):
    found, text, exit_code = checked(tmp_path, as_docx(ZERO), report_year=year)
    assert (found["verdict"], exit_code) == ("cannot_be_judged", 1) and "结论：不能判断——单位或年度有" in text


JUDGED = {
    "disclosure": {"made_within_stock", "rules_by_township"},
    "requests": {"requests_balance", "requests_closed_total", "requests_applicant_total"},
    "challenges": {"challenges_total"},
}  # the rules that need no other table, year or prose


@pytest.mark.parametrize("absent", JUDGED)
def test_the_rules_of_an_absent_table_are_not_assessable_and_the_others_are_judged(absent: str):
    def of_equations(tables: list[str]) -> list[Judgment]:
        values = {c.code: Decimal() for table in tables for c in every_form()["2021"].tables[table].cells}
        return [f for f in judge(Facts(dict.fromkeys(tables, "2021"), values, level="township")) if f.kind != "signal"]

    found = of_equations([table for table in JUDGED if table != absent])
    assert [f.rule_id for f in found] == [f.rule_id for f in of_equations(list(JUDGED))]
    missing = [f for f in found if any(code.startswith(f"{absent}.") for code in f.cells)]
    assert missing and all(f.result == "not_assessable" and any(absent in code for code in f.missing) for f in missing)
    assert {f.rule for f in found if f.result == "pass"} == set().union(*(JUDGED[t] for t in JUDGED if t != absent))


def shifted(record: Record, row: str) -> Record:
    codes = [c for c in record.cells if c.startswith(f"requests.{row}.")]
    numbers = [record.cells[c] for c in codes]
    return with_cells(record, dict(zip(codes, ["0", *numbers[:-1]], strict=True)))


@pytest.mark.parametrize("row", ["granted", "partly_granted", "denied_by_law"])
def test_a_shifted_row_is_one_problem_with_its_cause_first(tmp_path: Path, row: str):
    found, text, _ = checked(tmp_path, as_docx(shifted(DRAFT, row)))
    (problem, *others) = found["problems"]
    sums = [v["rule_id"] for v in found["violations"] if v["severity"] == "error"]
    assert problem["cause"] == "row_shifted" and sorted(problem["rule_ids"]) == sorted(sums) and len(sums) > 2
    assert all(p["severity"] != "error" for p in others)
    assert text.index("整行的数错了一格") < text.index("请核对原表") < text.index("可能的改正") and "（出于同一原因）" in text


def test_two_slips_are_two_problems_and_each_change_stands_after_its_own_cause(tmp_path: Path):
    draft = with_defect(with_defect(DRAFT, "row_total"), "challenges_total_zero")
    found, text, _ = checked(tmp_path, as_docx(draft))
    assert [p["cause"] for p in found["problems"] if p["severity"] == "error"] == ["total_not_updated", "total_zero"]
    first = next(line for line in text.splitlines() if line.startswith("  1. "))
    assert re.search("没有更新总计：“[^；]*重复申请.*；漏填总计.*：“行政复议—总计", first)


def test_the_cells_of_a_repair_stand_in_the_order_of_the_form(tmp_path: Path):
    found, _, _ = checked(tmp_path, as_docx(shifted(DRAFT, "granted")))
    order = [c.code for c in every_form()["2021"].cells]
    for repair in [found["problems"][0]["repair"], *found["violations"][0]["repairs"]]:
        codes = [edit["code"] for edit in repair]
        assert codes == sorted(codes, key=order.index)


@pytest.mark.parametrize(
    ("carried_in", "cause"), [({}, "carry_over_forgotten"), ({"natural_person": 2, "total": 2}, ""), ({"natural_person": 9, "company": 9, "total": 18}, "")]
)  # fmt: skip
def test_a_row_that_does_not_fit_last_year_is_one_problem_and_names_both_numbers(carried_in: dict[str, int], cause: str):
    codes = [c.code for c in every_form()["2021"].cells]
    last = dict.fromkeys(codes, Decimal()) | {
        f"requests.carried_out.{c}": Decimal(n) for c, n in (("natural_person", 3), ("company", 1), ("total", 4))
    }
    rows = ("carried_in", "closed", "granted")
    now = dict.fromkeys(codes, Decimal()) | {f"requests.{row}.{c}": Decimal(n) for row in rows for c, n in carried_in.items()}
    facts, before = Facts(dict.fromkeys(JUDGED, "2021"), now, level="township", year=2024), Facts({}, last)
    failed = [f for f in judge(facts, before) if f.result == "fail"]
    (problem,) = problems(failed, [], facts, before)
    assert problem.cause == cause and len(problem.violations) == 3 and problem.severity == "error"
    report = ingest_bytes(as_docx(ZERO), "x", Hints(), load_registry())
    zh, en = violation_text(problem.violations[0], report)
    left = carried_in.get("natural_person", 0)
    assert (
        f"二、上年结转政府信息公开申请数量—自然人”填 {left}，上年报告的“结转下年度继续办理”同一栏为 3" in zh
        and "last year's report carried out 3" in en
    )


def test_what_is_told_in_prose_wrongly_for_the_same_slip_belongs_to_it(tmp_path: Path):
    rows = {row: "5" for row in ("received", "closed", "granted")}
    cells: dict[str, str | None] = {f"requests.{row}.{c}": n for row, n in rows.items() for c in ("natural_person", "total")}
    cells["requests.received.total"] = "8"
    record = replace(with_cells(ZERO, cells), lines=("2024年，新收政府信息公开申请5件。",))
    found, _, _ = checked(tmp_path, as_docx(record))
    assert len(found["problems"]) == 1 and {"prose_received"} < {r.split(".")[0] for r in found["problems"][0]["rule_ids"]}


@pytest.mark.parametrize("number", ["45", "451", "4"])
def test_the_page_names_every_problem_of_a_cell_and_puts_no_figure_beside_a_number(tmp_path: Path, number: str):
    cells = {"requests.received.total": number, "requests.carried_in.total": "1", "requests.received.natural_person": "2.5"}
    record = replace(with_cells(ZERO, dict(cells)), lines=("上年结转申请3件。",))
    path, page = tmp_path / "草稿.docx", tmp_path / "标注.html"
    path.write_bytes(as_docx(record))
    show_check(path, NOWHERE, False, page)
    text = page.read_text("utf-8")
    found = json.loads(show_check(path, NOWHERE, True)[0])
    rules = {v["rule_id"]: v["cells"] for v in found["violations"]}
    for code in ("requests.received.total", "requests.carried_in.total", "requests.received.natural_person"):
        shown = re.search(f'title="{code}"[^>]*>(.*?)</td>', text)
        numbers = [n for n, p in enumerate(found["problems"], 1) if any(code in rules[r] for r in p["rule_ids"])]
        assert shown and f"见 {'、'.join(map(str, numbers))}<" in shown[1]
        assert re.match(rf"{re.escape(cells[code])}( |$)", re.sub("<[^>]*>", "", shown[1]))
    assert "<sup" not in text and "结论：有错误" in text


def test_the_page_never_overwrites_the_draft(tmp_path: Path):
    path = tmp_path / "草稿.html"
    path.write_bytes(clean(ZERO))
    with pytest.raises(Complaint, match="以免覆盖草稿"):
        show_check(path, NOWHERE, False, tmp_path / "." / "草稿.html")
    assert path.read_bytes() == clean(ZERO)


def test_the_page_of_a_report_without_a_table_says_so(tmp_path: Path):
    path, page = tmp_path / "草稿.docx", tmp_path / "标注.html"
    path.write_bytes(without_table(as_docx(with_cells(ZERO, {"disclosure.fees": None})), 1))
    show_check(path, NOWHERE, False, page)
    text = page.read_text("utf-8")
    assert (
        "结论：不能判断" in text and "没有找到的表" in text and text.count('class="missing"') == 1 and "没有发现问题" not in text
    )


def test_an_issue_that_no_gap_tells_of_keeps_a_report_from_being_right_where_it_is_an_error():
    report = ingest_bytes(as_docx(ZERO), "x", Hints(), load_registry())
    assert gaps_of(report) == []
    for issue, kept in ((Issue("scan_pages", "warning", "", "3"), True), (Issue("form_words_left", "hint", "", "x"), False),
                        (Issue("year_conflict", "error", "", "2023; 2024"), True)):  # fmt: skip
        assert bool(gaps_of(replace(report, issues=(issue,)))) == kept


def test_while_the_year_is_open_nothing_is_held_against_last_year_and_the_year_is_said_first():
    dispute = replace(violation("warning", "signal"), rule="wrong_year_named", rule_id="wrong_year_named")
    found = conclude([Problem((dispute,)), Problem((violation("error"),))], [], set(), 0)
    assert found.verdict == "cannot_be_judged"
    assert found.text.zh.index("单位或年度有 1 处矛盾") < found.text.zh.index("与上年报告不符的 1 处要等年度、单位确定后再看")
    printed = replace(violation("error", "sum", True), rule="requests_balance", rule_id="requests_balance.total")
    both = conclude([Problem((dispute,)), Problem((violation("error"), printed))], [], set(), 0)
    assert both.verdict == "wrong" and "勾稽不符 1 处" in both.text.zh and "与上年报告不符 1 处" not in both.text.zh
