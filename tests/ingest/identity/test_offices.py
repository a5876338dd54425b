"""A report is made by the office of its body (Art. 49): the office speaks for the body that the title names, never the other way round."""

from __future__ import annotations

import pytest

from ingest.model import Hints
from tests.ingest.identity.test_evidence import TITLE, codes, read

CITY, TOWN, BUREAU = "淮安市人民政府", "抚远市寒葱沟镇", "淮安市教育局"
SIGNED = "\n2025年1月10日"


@pytest.mark.parametrize(
    ("title", "maker", "code"),
    [
        *((CITY, maker, "3208") for maker in (
            "淮安市人民政府办公室", "淮安市政府办", "市政府办公室", "政府办公室", "办公室", "淮安市政务公开办公室",
            "淮安市人民政府政务公开办公室", "淮安市政府信息公开工作领导小组办公室", "淮安市电子政务办公室", "淮安市政务服务管理局",
        )),
        *((TOWN, maker, "230883101") for maker in (
            "寒葱沟镇人民政府办公室", "寒葱沟镇党政办公室", "抚远市寒葱沟镇党政综合办", "寒葱沟镇综合办公室", "镇党政办公室",
            "寒葱沟镇经济发展办公室", "寒葱沟镇党委、政府办公室",
        )),
        *((BUREAU, maker, "3208-教育局") for maker in ("淮安市教育局办公室", "市教育局办公室", "局办公室", "市局办公室")),
        ("西秀区东街街道办事处", "西秀区东街街道办事处党政办公室", "520402002"),
        ("淮安市", "淮安市人民政府办公室", "3208"),  # the title gives only the place
        (CITY, "中共淮安市委办公室、淮安市人民政府办公室", "3208"),
        ("江苏省人民政府", "江苏省人民政府办公厅", "32"),
        ("淮安经济技术开发区管委会", "淮安经济技术开发区党政办公室", "320871-管委会"),
    ],
)  # fmt: skip
@pytest.mark.quirk(170)
def test_the_own_office_of_the_body_in_the_title_makes_signs_and_publishes_its_report(title: str, maker: str, code: str):
    report = read(title + TITLE, f"本报告由{maker}根据《条例》编制。")
    assert (report.unit_code, codes(report) & {"unit_conflict", "wrong_unit_named"}) == (code, set())
    signed = read(title + TITLE, end=maker + SIGNED)
    assert (signed.unit_code, codes(signed) & {"unit_conflict", "wrong_unit_named"}) == (code, set())
    assert read(f"发布机构：{maker}\n{title}{TITLE}").unit_code == code


@pytest.mark.parametrize("name", ["淮安市人民政府办公室", "淮安市人民防空办公室", "淮安市教育局", "淮安市政务服务管理局"])
@pytest.mark.quirk(170)
def test_an_office_reports_for_itself_where_the_title_names_it(name: str):
    code = "3208-office" if name == "淮安市人民政府办公室" else f"3208-{name[3:]}"
    for head in (name + TITLE, f"{name}\n{TITLE}", f"首页\n{name}\n2024年政府信息公开\n工作年度报告"):
        report = read(head, f"本报告由{name}编制。", name + SIGNED)
        assert (report.unit_code, codes(report) & {"unit_conflict"}) == (code, set()), head


@pytest.mark.parametrize(
    ("body", "end"),
    [
        ("本报告由淮安市人民政府办公室编制。全市共受理申请3119件。", ""),
        ("全市共受理申请3119件。", "淮安市人民政府办公室" + SIGNED),
        ("本报告由淮安市政务公开办公室编制。", "淮安市人民政府办公室" + SIGNED),
    ],
)
@pytest.mark.quirk(170)
def test_where_no_title_says_which_of_the_two_reports_the_unit_stays_open_and_both_are_named(body: str, end: str):
    report = read(TITLE, body, end)
    issue = next(i for i in report.issues if i.code == "unit_unmatched")
    assert report.unit_code is None and "3208 江苏省淮安市; 3208-" in issue.expected


@pytest.mark.parametrize(
    ("head", "body", "code"),
    [
        (f"淮安市人民政府办公室关于公布{TITLE}", "", None),
        (f"淮安市人民政府办公室关于公布{CITY}{TITLE}", "", "3208"),
        ("淮安市人民政府办公室关于2024年政府信息公开工作的年度报告", "", "3208-office"),
        (f"{BUREAU}关于公布{TITLE}", "", "3208-教育局"),
        (TITLE, f"根据《条例》,淮安市人民政府办公室编制了{TITLE}。", None),
        (TITLE, f"根据《条例》,淮安市人民政府办公室编制了{CITY}{TITLE}。", "3208"),
        (CITY + TITLE, f"根据《条例》,淮安市人民政府办公室编制了{TITLE}。", "3208"),
        (TITLE, f"现公布淮安市人民政府办公室{TITLE}。", "3208-office"),
        (TITLE, f"根据《条例》,{BUREAU}编制了{TITLE}。", "3208-教育局"),
        ("淮安市机构编制委员会办公室" + TITLE, "本报告由淮安市机构编制委员会办公室编制。", "3208-机构编制委员会办公室"),
    ],
)
@pytest.mark.quirk(170)
def test_who_makes_or_publishes_a_report_in_a_sentence_is_not_whose_it_is(head: str, body: str, code: str | None):
    assert read(head, body).unit_code == code


@pytest.mark.quirk(170)
def test_the_office_of_a_town_or_a_bureau_has_no_report_of_its_own():
    assert read(TITLE, f"本报告由{TOWN}党政办公室编制。").unit_code == "230883101"
    assert read(TITLE, f"本报告由{BUREAU}办公室编制。").unit_code == "3208-教育局"


@pytest.mark.parametrize(
    ("head", "code"),
    [
        (f"{CITY}\n{TITLE}", "3208"),
        (f"首页\n{CITY}\n2024年政府信息公开\n工作年度报告", "3208"),
        (f"{CITY}\n办公室{TITLE}", "3208-office"),
        (f"{CITY}\n办公室\n{TITLE}", "3208-office"),
        (f"淮安市\n人民政府办公室\n{TITLE}", "3208-office"),
        (f"淮安市人民\n政府{TITLE}", "3208"),
    ],
)
@pytest.mark.quirk(171)
def test_titles_over_two_and_three_lines_count_whole(head: str, code: str):
    assert read(head, "本报告由淮安市人民政府办公室编制。").unit_code == code


@pytest.mark.quirk(170)
def test_what_is_no_own_office_still_contradicts_the_title():
    assert "unit_conflict" in codes(read(CITY + TITLE, "本报告由淮安市教育局编制。"))
    assert "unit_conflict" in codes(read(TOWN + TITLE, "本报告由抚远市人民政府办公室编制。"))
    assert "unit_conflict" in codes(read(f"{CITY}(办公室){TITLE}", "本报告由淮安市人民政府办公室编制。"))
    assert read(f"{CITY}\n{TITLE}", "我局积极推进。").unit_code is None  # the line above is the banner of the site


@pytest.mark.quirk(170)
def test_a_manifest_that_takes_the_office_for_its_government_is_told():
    for code, name in (("3208", "淮安市人民政府办公室"), ("3208-office", CITY)):
        assert "unit_conflict" in codes(read(name + TITLE, hints=Hints(unit_code=code)))
    assert "unit_conflict" not in codes(read(CITY + TITLE, hints=Hints(unit_code="3208")))


@pytest.mark.parametrize(
    "head",
    [
        "2022年示例工商职业技术学院信息公开工作年度报告", "示例工商职业技术学院信息公开工作年度报告",
        "示例工商职业技术学院\n2022年信息公开工作年度报告", "示例工商职业技术学院2022年度信息公开年报",
        "2022年度信息公开工作年度报告\n发布机构：示例工商职业技术学院",
    ],
)  # fmt: skip
@pytest.mark.quirk(172)
def test_a_name_that_is_not_in_the_registry_is_told_and_not_called_missing(head: str):
    issue = next(i for i in read(head).issues if i.code.startswith("unit_"))
    assert issue.code == "unit_unmatched" and issue.found.startswith("示例工商职业技术学院 ")


@pytest.mark.parametrize(
    "head", ["2022年信息公开工作年度报告", "2022年度政府信息公开工作年度报告", "2022年政务公开年报", "政府信息公开工作年度报告"]
)
@pytest.mark.quirk(172)
def test_a_title_without_a_name_names_nobody(head: str):
    report = read(head)
    assert "unit_missing" in codes(report) and report.report_year == (2022 if head.startswith("2022") else None)
