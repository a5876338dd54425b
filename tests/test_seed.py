"""The seed report gives exactly what stands in it."""

from __future__ import annotations

import json

import pytest

from tests.conftest import EXAMPLES, foi

SEED = next(EXAMPLES.rglob("寒葱沟镇2024*.txt"))


def test_the_seed_is_read_whole():
    result = foi("read", "--json", SEED)
    report = json.loads(result.stdout)
    assert result.returncode == 0
    assert (report["state"], report["unit_code"], report["unit_name"], report["report_year"]) == (
        "loaded",
        "230883101",
        "寒葱沟镇",
        2024,
    )
    assert report["forms"] == {"disclosure": "2021", "requests": "2021", "challenges": "2021"}
    tables = [c["code"].split(".")[0] for c in report["cells"]]
    assert [tables.count(t) for t in ("disclosure", "requests", "challenges")] == [10, 175, 15]
    assert {(c["state"], c["value"]) for c in report["cells"]} == {("reported", "0")}


def test_the_prose_of_the_seed_gives_its_facts_with_their_sentences():
    counts = {c["code"]: c for c in json.loads(foi("read", "--json", SEED).stdout)["counts"]}
    facts = {code: (c["value"], c["unit_word"]) for code, c in counts.items()}
    assert facts == {
        "disclosed": ("18", "条"), "requests_received": ("0", "件"), "reviews": ("0", "件"), "lawsuits": ("0", "件"),
        "new_media": ("71", "条"), "complaints": ("0", "件"), "fee_charged": ("0", "元"),
    }  # fmt: skip
    text = SEED.read_text("utf-8")
    assert all(c["sentence"] in text for c in counts.values())
    assert counts["fee_charged"]["sentence"] == "寒葱沟镇未收取信息处理费。"


@pytest.mark.quirk(72, 90)
def test_all_42_sums_of_the_seed_pass(ask):
    rows = ask("select result, count(*) from rule_results where unit_code = '230883101' group by result")
    assert rows == [("pass", 42)]
