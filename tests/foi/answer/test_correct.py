"""`foi correct`: what cannot be right is refused with what stands there now, and what people wrote in the file stays."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from foi.answer.correct import Wish, correct
from foi.answer.show_correct import show_corrections
from foi.answer.take_back import take_back
from foi.messages import Complaint
from ingest.home import Home
from ingest.landing.corrections import broken_corrections, load_corrections
from tests.foi.conftest import Published

CELL = "requests.received.total"


@pytest.fixture
def home(small: Published) -> Path:
    """One township with two reports, and a namesake in another county."""
    for year, number, state in ((2023, None, "blank"), (2024, 21, "reported")):
        small.add(
            "core.fct_reports",
            report_id=f"r{year}",
            unit_code="990101001",
            unit_name="示例甲镇",
            report_year=year,
            is_current=True,
        )
        small.cell(f"r{year}", CELL, number, state)
        small.cell(f"r{year}", "requests.otherwise.total", state="not_asked")
    small.cell("r2024", "requests.granted.total", 7, "corrected", correction_id="known")
    for code in ("990101002", "990102002"):
        small.add("core.fct_reports", report_id=code, unit_code=code, unit_name="城关镇", report_year=2024, is_current=True)
    return small.path.parent


def wish(**changes: object) -> Wish:
    given = {
        "unit": "示例甲镇",
        "year": 2024,
        "cell": CELL,
        "before": "21",
        "after": "12",
        "why": "总计多填",
        "evidence": "来函",
        "who": "科",
    }
    return Wish(**{**given, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"unit": "示例丙镇"}, "990101001"), ({"unit": "城关镇"}, "990102002"), ({"year": 2019}, "2023, 2024"),
        ({"cell": "requests.receved.total"}, CELL), ({"cell": "requests.otherwise.total"}, "表样没有"),
        ({"before": "20"}, "现在是 21"), ({"before": "空白"}, "现在是 21"), ({"year": 2023, "before": "0"}, "现在是 空白"),
        ({"after": "十二"}, "十二"), ({"after": "21"}, "value: 21"), ({"why": " "}, "--why"), ({"evidence": ""}, "--evidence"),
        ({"cell": "requests.granted.total", "before": "7"}, "known"),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_refused_and_nothing_is_written(home: Path, changes: dict[str, object], said: str):
    with pytest.raises(Complaint, match=said) as caught:
        correct(home, wish(**changes))
    assert caught.value.exit_code == 2 and not (home / "corrections.yaml").exists()


def test_a_correction_is_added_behind_what_people_wrote(home: Path):
    file = home / "corrections.yaml"
    file.write_text("# 备注", "utf-8")
    correct(home, wish(before="21.0"))
    correct(home, wish(year=2023, before="空白", after="unreadable"))
    assert file.read_text("utf-8").startswith("# 备注\n")
    first, second = load_corrections(file)
    assert (first.unit_code, first.report_year, first.code, first.expect, first.value) == ("990101001", 2024, CELL, "21", "12")
    assert (second.action, second.expect, second.value) == ("unreadable", "blank", None)
    with pytest.raises(Complaint, match=first.correction_id):
        correct(home, wish(after="13"))
    assert [c["outcome"] for c in json.loads(show_corrections(home, json=True))] == ["pending", "pending"]
    table = show_corrections(home)
    assert all(word in table for word in ("待下次加载", "未告知", "空白", "无法辨认")) and "pending" not in table
    made_at = json.loads(show_corrections(home, json=True))[0]["made_at"]
    assert made_at.endswith("+08:00") and f"  {made_at[:16].replace('T', ' ')}  " in table


def test_what_came_of_a_correction_is_that_of_the_same_correction(home: Path, small: Published):
    """One that was edited since the last load waits for the next one."""
    correct(home, wish())
    (known,) = load_corrections(home / "corrections.yaml")
    row = {"correction_id": known.correction_id, "expect": "21", "outcome": "applied", "status": "open"}
    small.add("quality.correction_results", value="13", **row)
    assert [c["outcome"] for c in json.loads(show_corrections(home, json=True))] == ["pending"]
    small.add("quality.correction_results", value="12", **row)
    assert [c["outcome"] for c in json.loads(show_corrections(home, json=True))] == ["applied"]


def test_no_corrections_are_said_too(home: Path):
    assert "还没有任何更正" in show_corrections(home) and json.loads(show_corrections(home, json=True)) == []


GOOD = {
    "unit_code": "990101001", "report_year": "2024", "cell": CELL, "action": "set", "expect": "21", "value": "12", "reason": "a",
    "evidence": "b", "who": "c", "when": "2025-03-05",
}  # fmt: skip


def written(path: Path, *entries: dict[str, str]) -> Path:
    path.write_text("".join("- " + "\n  ".join(f"{k}: {v}" for k, v in e.items()) + "\n" for e in entries), "utf-8")
    return path


@pytest.mark.parametrize(
    "changes",
    [
        {"action": "change"}, {"report_year": "24"}, {"value": "many"}, {"value": "21.00"}, {"expect": "nothing"}, {"who": ""},
        {"status": "done"}, {"when": "soon"}, {"extra": "1"}, {"document_id": "12ab"}, {"unit_code": ""}, {"action": "exclude"},
        {"value": "1e400"}, {"cell": ""},
    ],
)  # fmt: skip
def test_an_entry_that_cannot_be_understood_is_named_by_its_line(tmp_path: Path, changes: dict[str, str]):
    good = written(tmp_path / "corrections.yaml", GOOD)
    assert len(load_corrections(good)) == 1
    bad = written(tmp_path / "corrections.yaml", {**GOOD, "unit_code": "990101002"}, {**GOOD, **changes})
    (issue,) = broken_corrections(bad)
    assert issue.place.startswith("corrections.yaml:") and int(issue.place.split(":")[1]) > len(GOOD)
    assert [c.unit_code for c in load_corrections(bad)] == ["990101002"]  # the others count


def test_names_are_distinct_and_codes_stay_text(tmp_path: Path):
    """A hash of digits alone, or with an e in it, is no number."""
    document = {k: v for k, v in GOOD.items() if k not in ("unit_code", "report_year")} | {"document_id": "0000000000012e45"}
    found = load_corrections(written(tmp_path / "c.yaml", GOOD, GOOD, document))
    assert [c.correction_id for c in found] == [f"990101001-2024-{CELL}", f"990101001-2024-{CELL}-2", f"0000000000012e45-{CELL}"]
    assert found[2].document_id == "0000000000012e45"


def test_who_corrects_at_once_loses_nothing_of_the_others(home: Path, small: Published):
    cells = [
        f"requests.granted.{who}" for who in ("natural_person", "enterprise", "research", "social", "legal_service", "other")
    ]
    for cell in cells:
        small.cell("r2024", cell, 3, "reported")
    begun = threading.Barrier(len(cells))

    def write(cell: str) -> None:
        begun.wait()
        correct(home, wish(cell=cell, before="3", after="4"))

    threads = [threading.Thread(target=write, args=(cell,)) for cell in cells]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made = [one for one in load_corrections(home / "corrections.yaml") if one.origin == "home"]
    assert sorted(one.code or "" for one in made) == sorted(cells)


def test_what_people_remarked_behind_a_correction_stays_when_it_is_taken_back(home: Path):
    correct(home, wish())
    with (home / "corrections.yaml").open("a", encoding="utf-8") as file:
        file.write("\n# 示例：下一条的说明\n- unit_code: '990101001'\n  report_year: 2023\n  cell: requests.received.total\n  action: set\n"
                   "  expect: blank\n  value: 3\n  reason: 示例\n  evidence: 示例\n  who: 示例\n  when: 2025-03-05\n# 示例：结束\n")  # fmt: skip
    take_back(Home(home), wish(unit="990101001"))
    text = (home / "corrections.yaml").read_text("utf-8")
    assert "# 示例：下一条的说明\n- unit_code: '990101001'" in text and text.endswith("# 示例：结束\n")
    assert [(one.report_year, one.value) for one in load_corrections(home / "corrections.yaml") if one.origin == "home"] == [
        (2023, "3")
    ]
