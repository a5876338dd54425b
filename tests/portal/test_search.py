"""Whoever types a part of a name, a code, or words of the prose finds units and sentences."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import httpx
import pytest

from foi.ask import search
from foi.ask.search import search_of
from ingest.home import Home


@pytest.mark.parametrize("words", ["寒葱沟", "寒葱沟镇", "230883101", "抚远市寒葱沟镇"])
def test_a_unit_is_found_by_part_of_its_name_its_code_and_its_places(portal: httpx.Client, words: str):
    answer = portal.get("/search", params={"q": words})
    assert answer.status_code == 200 and 'href="/unit/230883101"' in answer.text
    assert "2024–2024 年（1 份）" in answer.text


def test_a_unit_without_reports_is_found_and_said_to_have_none(portal: httpx.Client):
    text = portal.get("/search", params={"q": "浓桥镇"}).text
    assert 'href="/unit/230883102"' in text and "没有已加载的报告" in text


def test_sentences_with_all_the_words_are_found_with_their_report(portal: httpx.Client):
    text = portal.get("/search", params={"q": "政务新媒体"}).text
    assert "<mark>政务新媒体</mark>" in text and 'href="/report/' in text
    rows = list(
        csv.DictReader(io.StringIO(portal.get("/search.csv", params={"q": "政务新媒体 寒葱沟镇"}).text.removeprefix("\ufeff")))
    )
    assert rows and all("政务新媒体" in row["sentence"] or "寒葱沟镇" in row["sentence"] for row in rows)
    assert {row["unit_code"] for row in rows} == {"230883101"}
    both = portal.get("/search.json", params={"q": "政务新媒体"}).json()
    assert {"section_zh", "section_en", "sentence"} <= set(both[0])


def test_nothing_found_is_said_and_nothing_typed_asks(portal: httpx.Client):
    text = portal.get("/search", params={"q": "没有这样的单位名"}).text
    assert "没有名称或代码是" in text and "没有一份现行报告" in text
    assert "几个词用空格隔开" in portal.get("/search").text


@pytest.mark.parametrize("words", ["'; drop table x; --", "<script>alert(1)</script>", "%", "\\", "(", "a" * 5000])
def test_whatever_is_typed_is_looked_for_and_shown_as_it_is(portal: httpx.Client, words: str):
    answer = portal.get("/search", params={"q": words})
    assert answer.status_code == 200 and "<script>" not in answer.text


def test_a_year_that_is_none_is_told(portal: httpx.Client):
    answer = portal.get("/search", params={"q": "镇", "year": "abcd"})
    assert answer.status_code == 400 and "abcd" in answer.text


def test_a_list_that_is_cut_says_of_how_many_and_its_file_has_all(portal: httpx.Client, ask):
    # The word stands in most reports: a page names fifty.
    ((n,),) = ask(
        "select count(*) from fct_sections join fct_reports using (report_id) where is_current and unit_code is not null"
        " and report_year is not null and contains(text, '公开')"
    )
    assert n > 50
    page = portal.get("/search", params={"q": "公开"}).text
    assert f"报告正文 {n} 处" in page and f"列出 50 行，共 {n} 行" in page
    assert len(portal.get("/search.json", params={"q": "公开"}).json()) == n


def test_the_newest_sentences_come_first_and_a_page_begins_as_its_file(portal: httpx.Client, ask):
    all_of_it = portal.get("/search.json", params={"q": "公开"}).json()
    expected = ask(
        "select report_id, report_year from fct_sections join fct_reports using (report_id) where is_current and unit_code is not null"
        " and report_year is not null and contains(text, '公开') order by report_year desc, unit_code, section"
    )
    assert [(row["report_id"], row["report_year"]) for row in all_of_it] == expected
    page = portal.get("/search", params={"q": "公开"}).text
    assert re.findall(r'<li><a href="/report/(\w+)">', page) == [row["report_id"] for row in all_of_it[:50]]


def test_a_file_of_more_sentences_than_are_read_at_once_is_the_same(loaded: Path, monkeypatch: pytest.MonkeyPatch):
    published = Home(loaded).published
    whole = search_of(published, "公开", most=1000)
    monkeypatch.setattr(search, "AT_ONCE", 7)
    assert search_of(published, "公开", most=1000) == whole and whole.all_sentences == len(whole.sentences) > 50
