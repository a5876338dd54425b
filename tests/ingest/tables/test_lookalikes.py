"""Other tables that look like the statutory ones, and statutory ones of two years: no number comes from them, and none is lost for them."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from ingest.model import Hints
from ingest.pipeline import ingest_bytes
from ingest.readers import read_document
from ingest.tables import extract
from ingest.units import load_registry
from tests.factory import random_record
from tests.factory.formats import FORMATS
from tests.factory.html import clean, page_of
from tests.factory.layout import below
from tests.factory.lookalikes import HEADS, as_lines, as_page, others, two_years, whole_by
from tests.factory.text import as_rows

NEW = random_record(random.Random(71), "2021", 60, "示例甲镇", 2024)
OLD = random_record(random.Random(72), "2021", 60, "示例甲镇", 2023)
OTHERS = {**others(), **{f"all rows by {name}": whole_by(OLD, heads) for name, heads in HEADS.items()}}
TABLES = ("disclosure", "requests", "challenges")
TEXTS = ("P", "BBL")


def read(data: bytes) -> tuple[dict[str, str], set[str]]:
    """The numbers, and the codes of the issues."""
    _, cells, issues = extract(read_document(data))
    return {c.code: c.printed for c in cells if c.printed is not None}, {i.code for i in issues}


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.quirk(150)
def test_another_table_spoils_nothing_and_replaces_nothing(name: str):
    other = OTHERS[name]
    assert read(as_page(NEW, {}, (other,)))[0] == NEW.values
    for table in TABLES:
        got, marks = read(as_page(NEW, {table: other}))
        assert got == {k: v for k, v in NEW.values.items() if not k.startswith(f"{table}.")}, table
        assert "table_absent" in marks


@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.quirk(150)
def test_another_table_in_running_text_spoils_nothing_and_replaces_nothing(name: str, kind: str):
    other = OTHERS[name]
    assert read(as_lines(NEW, {}, kind, (other,)))[0] == NEW.values
    got, marks = read(as_lines(NEW, {"requests": other}, kind))
    assert got == {k: v for k, v in NEW.values.items() if not k.startswith("requests.")} and "table_absent" in marks


@pytest.mark.parametrize("name", ["income", "requests by county", "all rows by year", "enforcement"])
@pytest.mark.quirk(150)
def test_a_document_that_holds_only_another_table_is_no_report(name: str):
    page = page_of(NEW, {**dict.fromkeys(TABLES), "requests": OTHERS[name]}).decode()
    alone = f"<p>示例局部门统计表</p>{page[page.rindex('<table border=1>') : page.rindex('</table>')]}</table>"
    report = ingest_bytes(alone.encode(), "x.html", Hints(), load_registry())
    assert report.state == "quarantined" and report.reason and report.reason.code == "not_a_report" and report.cells == ()


@pytest.mark.parametrize("heads", [None, ("2024年", "2023年"), ("本期", "上期"), ("2023", "2024"), ("某某", "某某某")])
@pytest.mark.parametrize("how", ["beside", "shared", "split", "above"])
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.quirk(151)
def test_two_years_in_one_table_give_no_number_but_what_is_the_same_in_both(table: str, how: str, heads: tuple[str, str] | None):
    if table == "challenges" and how in ("shared", "split"):
        how = "beside"
    unfilled = replace(NEW, cells={k: None if k.startswith(table) else v for k, v in NEW.cells.items()})
    same = {k for k, v in NEW.values.items() if OLD.values[k] == v}
    drawn = two_years(NEW, OLD, table, heads, how)
    for data in (as_page(NEW, {table: drawn}), *(as_lines(NEW, {table: drawn}, kind) for kind in TEXTS)):
        got, marks = read(data)
        assert got.items() <= NEW.values.items() and marks
        assert {k for k in got if k.startswith(table)} <= same
        assert {k for k in NEW.values if not k.startswith(table)} <= set(got)
    for data in (as_page(NEW, {table: two_years(unfilled, OLD, table, heads, how)}),):
        assert not any(k.startswith(table) for k in read(data)[0])


MERGED = ("disclosure.rules_made", "disclosure.penalties", "requests.received.company", "requests.repeated.total")


@pytest.mark.parametrize(
    "name", ["html-clean", "html-word", "docx", "doc", "rtf", "xlsx", "xls", "ofd", "pdf-boxes", "pdf-strokes"]
)
@pytest.mark.quirk(152)
def test_a_number_drawn_over_two_rows_is_neither_rows(name: str):
    got, marks = read(FORMATS[name](replace(NEW, merged=MERGED)))
    unclear = {*MERGED, *(below(NEW, code) for code in MERGED)}
    assert got == {k: v for k, v in NEW.values.items() if k not in unclear}
    assert "cell_unreadable" in marks


@pytest.mark.quirk(152)
def test_a_label_and_its_numbers_over_two_lines_of_the_table_are_read():
    page = clean(NEW).decode()
    number = NEW.values["disclosure.licenses"]
    row = f'<tr><td>行政许可</td><td colspan="3">{number}</td></tr>'
    tall = f'<tr><td rowspan="2">行政许可</td><td rowspan="2" colspan="3">{number}</td></tr><tr></tr>'
    assert row in page and read(page.replace(row, tall).encode())[0] == NEW.values


@pytest.mark.parametrize("form", ["2021", "2019"])
@pytest.mark.parametrize("kind", ["P", "PLn", "MDP", "ONE-LINE"])
@pytest.mark.quirk(153)
def test_a_sentence_that_lists_the_parts_hides_no_table(form: str, kind: str):
    opening = "内容包括总体情况、主动公开政府信息情况、收到和处理政府信息公开申请情况、存在的主要问题及改进情况、其他需要报告的事项等6部分。"
    record = random_record(random.Random(5), form, 60, "示例甲镇", 2024)
    for lines in ((opening,), ("（一）主动公开政府信息情况", "本镇及时公开。", "（二）存在的问题及改进", "不足。")):
        assert read(as_lines(replace(record, lines=lines), {}, kind))[0] == record.values


@pytest.mark.parametrize(("separator", "encoding"), [("\t", "utf-8"), (",", "gb18030"), (";", "utf-8-sig"), (",", "utf-16")])
@pytest.mark.parametrize("padded", [False, True])
@pytest.mark.parametrize("form", ["2021", "2019"])
@pytest.mark.quirk(154)
def test_rows_copied_from_a_sheet_are_read(separator: str, encoding: str, padded: bool, form: str):
    record = random_record(random.Random(6), form, 6000, "示例甲镇", 2024)
    document = read_document(as_rows(record, separator, padded).encode(encoding))
    _, cells, issues = extract(document)
    assert {c.code: c.printed for c in cells} == record.values and not issues
    assert any("本报告由" in b.text for b in document.blocks if hasattr(b, "text"))


@pytest.mark.quirk(155)
def test_each_row_of_table_two_stands_under_its_own_heads():
    page = clean(NEW).decode()
    for new, old in (("本年制发件数", "本年新制作数量"), ("本年废止件数", "本年新公开数量"), ("现行有效件数", "对外公开总数量")):
        page = page.replace(new, old)
    got, marks = read(page.encode())
    assert not marks and {k: v for k, v in NEW.values.items() if k not in got} == {
        k: NEW.values[k] for k in NEW.values if k.endswith(("_repealed", "_in_force"))
    }
    assert got["disclosure.rules_newly_published"] == NEW.values["disclosure.rules_repealed"]


@pytest.mark.parametrize("written", ["约{}件", "{}*", "≈{}", "{}余件", "{} {}"])
@pytest.mark.parametrize("code", ["requests.repeated.company", "challenges.review.other", "disclosure.licenses"])
@pytest.mark.quirk(156)
def test_a_number_with_a_mark_beside_it_costs_itself_alone(code: str, written: str):
    record = replace(NEW, cells={**NEW.cells, code: written.format(8123, 8124)})
    for data in (
        clean(record),
        clean(record).decode().replace("自然人", "").encode(),
        *(as_lines(record, {}, k) for k in ("P", "MDP")),
    ):
        assert read(data)[0] == {k: v for k, v in NEW.values.items() if k != code}


@pytest.mark.quirk(157)
def test_a_whole_report_in_one_table_is_read():
    page = clean(NEW).decode()
    start, end = page.index("<p>一、总体情况"), page.rindex("</p>") + 4
    inside = page[start:end].replace("<p>", '<tr><td colspan="20">').replace("</p>", "</td></tr>")
    inside = (
        inside.replace("<table border=1>", "").replace("</table>", "").replace("</tr>\n<tr>", "<td></td><td></td></tr>\n<tr>")
    )
    got, marks = read(f"{page[:start]}<table>{inside}</table>{page[end:]}".encode())
    assert got == NEW.values and not marks


@pytest.mark.quirk(158)
def test_a_sentence_between_a_heading_and_its_table_is_counted_and_rows_of_text_are_not():
    heading = "三、收到和处理政府信息公开申请情况"
    said = "2024年，示例甲镇共收到9份政府信息公开申请，均为自然人申请。"
    for data in (clean(NEW).decode().replace(f"<p>{heading}</p>", f"<p>{heading}</p><p>{said}</p>"),
                 as_lines(NEW, {}, "P").decode().replace(heading, f"{heading}\n{said}")):  # fmt: skip
        report = ingest_bytes(data.encode(), "x", Hints(), load_registry())
        counts = [(c.code, int(c.value), c.sentence) for c in report.counts if c.section == "tables"]
        assert counts == [("requests_received", 9, said)]
        assert {c.code: c.printed for c in report.cells} == NEW.values
