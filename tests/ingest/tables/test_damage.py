"""Tables damaged as real ones are: a column moved, two years side by side, a number over two lines. Fewer numbers, never others."""

from __future__ import annotations

import io
import random
import re
import zipfile
from dataclasses import replace

import pytest

from ingest.readers import read_document
from ingest.tables import extract
from tests.factory import random_record
from tests.factory.docx import as_docx
from tests.factory.html import clean
from tests.factory.text import as_text

NEW = random_record(random.Random(71), "2021", 400, "示例甲镇", 2024)
OTHER = random_record(random.Random(72), "2021", 400, "示例甲镇", 2023)
HEAD = '<td rowspan="2">自然人</td><td colspan="5">法人或其他组织</td><td rowspan="2">总计</td>'
ROW = re.compile(r"((?:</td>|<tr>)(?:<td[^>]*>[^<]*[^<\d\s][^<]*</td>))((?:<td>\d*</td>){7})(?=</tr>)")


def read(data: bytes) -> dict[str, str]:
    return {c.code: c.printed for c in extract(read_document(data))[1] if c.printed is not None}


def page() -> str:
    return clean(NEW).decode()


def rows(text: str, change) -> str:
    """The page with the seven cells of each row of table three changed."""
    found = ROW.subn(lambda m: m[1] + "".join(change(re.findall("<td>.*?</td>", m[2]))), text)
    assert found[1] == 25
    return found[0]


def requests(got: dict[str, str]) -> dict[str, str]:
    return {k: v for k, v in got.items() if k.startswith("requests.")}


def test_the_total_may_stand_before_the_others():
    text = page().replace(HEAD, '<td rowspan="2">总计</td><td rowspan="2">自然人</td><td colspan="5">法人或其他组织</td>')
    assert read(rows(text, lambda cells: [cells[-1], *cells[:-1]]).encode()) == NEW.values


@pytest.mark.quirk(44)
def test_a_header_in_another_order_gives_no_number():
    text = page().replace("科研<br>机构", "?").replace("社会公益组织", "科研<br>机构").replace("?", "社会公益组织")
    assert requests(read(text.encode())) == {} and len(read(text.encode())) == 25


@pytest.mark.quirk(44)
def test_two_years_side_by_side_give_no_number():
    inner = "<td>商业</td><td>科研</td><td>社会公益组织</td><td>法律服务机构</td><td>其他</td></tr>"
    text = page().replace(HEAD, HEAD + HEAD).replace("<td>其他</td></tr>", "<td>其他</td>" + inner, 1)
    assert requests(read(rows(text, lambda cells: cells + ["<td>7</td>"] * 7).encode())) == {}
    assert requests(read(rows(text, lambda cells: [""] * 7 + ["<td>7</td>"] * 7).encode())) == {}


def test_a_row_with_a_cell_too_much_is_not_cut_to_fit():
    text = rows(page(), lambda cells: ["<td>2023</td>", *cells[:5], "<td></td>", "<td></td>"])
    wrong = {
        k
        for k, v in requests(read(text.replace(HEAD, '<td rowspan="2">上年</td>' + HEAD).encode())).items()
        if v != NEW.values[k]
    }
    assert wrong == set()


@pytest.mark.quirk(49)
def test_blanks_on_both_sides_of_a_row_without_header_leave_it_unread():
    text = rows(page().replace(HEAD, ""), lambda cells: ["<td></td>", *cells[:6], "<td></td>"])
    assert requests(read(text.encode())) == {}


def test_two_numbers_in_one_cell_are_not_one():
    first, second = NEW.values["requests.received.natural_person"], NEW.values["requests.received.company"]
    for between in ("<br>", "</p><p>", " "):
        text = page().replace(f"<td>{first}</td><td>{second}</td>", f"<td><p>{first}{between}{second}</p></td><td></td>", 1)
        got = read(text.encode())
        assert "requests.received.natural_person" not in got and "requests.received.company" not in got


def test_a_row_that_no_form_has_takes_no_name():
    last = "<td>3.其他</td>"
    extra = "<tr><td>去年同期</td>" + "<td>7</td>" * 7 + "</tr>"
    blank = re.sub(rf"<tr>{last}(?:<td>\d*</td>){{7}}</tr>", f"{extra}<tr>{last}{'<td></td>' * 7}</tr>", page())
    assert blank != page() and "7" not in {v for k, v in read(blank.encode()).items() if ".otherwise_closed." in k}


def test_a_second_row_of_table_four_leaves_both_unread():
    text = page()
    at = text.index("</table>", text.index("<p>四、"))
    got = read((text[:at] + "<tr>" + "<td>7</td>" * 15 + "</tr>" + text[at:]).encode())
    assert not any(k.startswith("challenges.") for k in got)


@pytest.mark.parametrize("kind", ["P", "PLn", "BBL", "ONE-LINE"])
@pytest.mark.parametrize(
    ("old", "new", "table"),
    [
        (("未经复议直接起诉", "复议后起诉"), ("复议后起诉", "未经复议直接起诉"), "challenges"),
        (("本年制发件数", "本年废止件数"), ("本年废止件数", "本年制发件数"), "disclosure.normative"),
        (("科研 机构", "社会公益组织"), ("社会公益组织", "科研 机构"), "requests"),
    ],
)
def test_columns_in_another_order_give_no_number_in_text(kind: str, old: tuple[str, str], new: tuple[str, str], table: str):
    text = as_text(NEW, kind).decode()
    for word, mark in zip(old, ("\x01", "\x02"), strict=True):
        assert word in text
        text = text.replace(word, mark)
    got = read(text.replace("\x01", new[0]).replace("\x02", new[1]).encode())
    assert not any(k.startswith(table) for k in got)
    assert got.items() <= NEW.values.items() and len(got) > 20


@pytest.mark.parametrize("kind", ["P", "PLn", "BBL"])
def test_table_four_of_two_years_gives_no_number_in_text(kind: str):
    ours, theirs = (as_text(r, kind).decode() for r in (NEW, OTHER))
    start, end = "四、政府信息公开行政复议", "五、存在的主要问题"
    second = theirs[theirs.index(start) : theirs.index(end)]
    got = read((ours[: ours.index(end)] + second + ours[ours.index(end) :]).encode())
    same = {k for k, v in NEW.values.items() if OTHER.values[k] == v}
    assert {k for k in got if k.startswith("challenges.")} <= same


def test_the_same_table_twice_is_read_once():
    text = page()
    tables = text[text.index("<p>二、") : text.index("<p>五、")]
    assert read(text.replace(tables, tables + tables).encode()) == NEW.values


@pytest.mark.parametrize(
    ("drawn", "printed"),
    [
        ("{n}①", None),
        ("{n}²", None),
        ("{n}<sup>1</sup>", None),
        ("<del>7</del>{n}", "{n}"),
        ("<s>7</s>{n}", "{n}"),
        ('<span style="text-decoration: line-through">7</span>{n}', "{n}"),
        ('<span style="DISPLAY:none">7</span>{n}', "{n}"),
        ("<span>{n}</span>件", "{n}"),
    ],
)
@pytest.mark.quirk(53, 55)
def test_marks_of_notes_and_struck_out_digits_are_no_part_of_a_number(drawn: str, printed: str | None):
    number = NEW.values["disclosure.normative_made"]
    text = page().replace(f"行政规范性文件</td><td>{number}<", f"行政规范性文件</td><td>{drawn.format(n=number)}<")
    assert text != page()
    assert read(text.encode()).get("disclosure.normative_made") == (printed and number)


@pytest.mark.parametrize(
    ("style", "printed"), [('<w:vertAlign w:val="superscript"/>', None), ("<w:strike/>", "18"), ('<w:strike w:val="0"/>', "187")]
)
def test_raised_and_struck_out_digits_of_word_are_no_part_of_a_number(style: str, printed: str | None):
    record = replace(NEW, cells={**NEW.cells, "disclosure.normative_made": "18187"})
    run = '<w:r><w:t xml:space="preserve">'
    with zipfile.ZipFile(io.BytesIO(as_docx(record))) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    old = f"{run}18187</w:t></w:r>"
    assert files["word/document.xml"].count(old) == 1
    new = f"{run}18</w:t></w:r><w:r><w:rPr>{style}</w:rPr><w:t>7</w:t></w:r>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text.replace(old, new))
    assert read(out.getvalue()).get("disclosure.normative_made") == printed


@pytest.mark.quirk(32, 33)
def test_the_tables_of_two_forms_on_one_page_give_no_number_that_may_be_the_other_ones():
    old = clean(random_record(random.Random(73), "2019", 400, "示例甲镇", 2020)).decode()
    both = page().replace("<p>五、", old[old.index("<p>二、") : old.index("<p>五、")] + "<p>五、", 1)
    got = read(both.encode())
    assert got.items() <= NEW.values.items()
    assert not any(k.startswith(("disclosure.", "requests.")) for k in got)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("一、本年新收政府信息公开申请数量", "一、本年新收申请数量"),
        ("结转下年度继续办理", "结转至下年度继续办理"),
        ("本年处理决定数量", "本年度处理决定数量"),
        ("行政强制<", "行政强制措施<"),
        ("其他<br>结果", "其它结果"),
        (">1.", ">①"),
    ],
)
@pytest.mark.quirk(38, 45)
def test_labels_in_other_words_are_known(old: str, new: str):
    assert old in page() and read(page().replace(old, new).encode()) == NEW.values
