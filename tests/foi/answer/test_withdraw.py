"""Files that vanished or were replaced are told, a report is taken out with a reason and put back, and nothing is deleted."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from foi.answer.show_withdraw import show_withdraw, show_withdrawals
from foi.answer.withdraw import Wish, restore, withdraw
from foi.line.aside import mend_lists
from foi.line.left import left_reports, settled, status_lines, told_once
from foi.messages import Complaint
from foi.published import published
from ingest.home import Home
from ingest.landing.last_seen import documents_left
from ingest.landing.withdrawals import Withdrawal, known_corrections, note, read_withdrawals
from tests.conftest import foi
from tests.desk import Desk, page

UNITS = (
    "unit_code,name,level,kind\n99,示例省,province,government\n9901,示例市,city,government\n990101,示例县,county,government\n"
    "990102,另一县,county,government\n990101101,城关镇,township,\n990102101,城关镇,township,\n990101102,示例乙镇,township,\n"
    "990101103,示例丙镇,township,\n990101104,示例丁镇,township,\n990101105,示例戊镇,township,\n"
)
BROKEN = {"requests.closed.total": "7"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Two towns of one name; a page that went back to what it held, a file that vanished, and one that was replaced by another unit's."""
    desk = Desk(tmp_path_factory.mktemp("withdraw"))
    desk.put("units.csv", UNITS)
    desk.put("a.html", page("城关镇", 1, 2024, **BROKEN))
    desk.put("b.html", page("城关镇", 2, 2024, **BROKEN))
    desk.put("manifest.csv", "file,unit_code\na.html,990101101\nb.html,990102101\n")
    desk.put("c.html", page("示例乙镇", 3))
    desk.put("d.html", page("示例丙镇", 4))
    desk.put("f.html", "<html><body><h1>关于放假的通知</h1></body></html>")
    desk.put("g.html", "<html><body><h1>关于值班的通知</h1></body></html>")
    for number in (5, 6):
        desk.put("e.html", page("示例丁镇", number))
        desk.land()
    desk.put("e.html", page("示例丁镇", 5))
    desk.put("d.html", page("示例丁镇", 8, 2023))
    desk.put("g.html", page("示例戊镇", 9))
    (desk.inbox / "c.html").unlink()
    (desk.inbox / "f.html").unlink()
    loaded = foi("load", desk.inbox, "--home", desk.home.root, timeout=600)
    assert loaded.returncode == 1, loaded.stderr
    (desk.home.root / "stdout.txt").write_text(loaded.stdout, "utf-8")
    return desk


def test_what_vanished_and_what_was_replaced_is_told_by_load_and_status(desk: Desk):
    status = foi("status", "--home", desk.home.root)
    for said in ((desk.home.root / "stdout.txt").read_text("utf-8"), status.stdout):
        assert "c.html（示例乙镇 2024 年）：文件已不在" in said and "d.html（示例丙镇 2024 年）" in said, said
        assert "foi withdraw" in said and "e.html（" not in said
        assert "f.html：文件已不在" in said and "没有计入" in said
    facts = json.loads(foi("status", "--json", "--home", desk.home.root).stdout)
    left = [(x["file"], x["unit_code"], x["report_year"], x["is_replaced"]) for x in facts["left"]]
    assert left == [("c.html", "990101102", 2024, False), ("d.html", "990101103", 2024, True), ("f.html", None, None, False)]
    assert [x["is_set_aside"] for x in facts["left"]] == [False, False, True]


def test_what_was_set_aside_and_replaced_by_a_good_file_needs_nobody_any_more(desk: Desk):
    said = (desk.home.root / "stdout.txt").read_text("utf-8")
    assert "g.html: " not in said and "隔离 0" in said
    facts = json.loads(foi("status", "--json", "--home", desk.home.root).stdout)
    assert [x["file"] for x in facts["quarantined"]] == ["f.html"]


def test_a_page_that_went_back_is_the_version_that_counts(desk: Desk):
    told = json.loads(foi("versions", "--unit", "示例丁镇", "--year", 2024, "--json", "--home", desk.home.root).stdout)
    assert [(v["version_number"], v["is_current"]) for v in told["versions"]] == [(1, False), (2, True)]
    assert [(c["from_value"], c["to_value"]) for c in told["changes"] if c["kind"] == "cell"] == [(6, 5)]


def test_two_towns_of_one_name_get_two_letters_and_are_told_apart(desk: Desk, tmp_path: Path):
    done = foi("letter", tmp_path / "letters", "--year", 2024, "--home", desk.home.root)
    written = sorted(path.name for path in (tmp_path / "letters").iterdir())
    assert "已写出 2 份" in done.stdout and len(written) == 6
    status = foi("status", "--home", desk.home.root).stdout  # the last load read neither of them
    for code in ("990101101", "990102101"):
        (letter,) = (tmp_path / "letters").glob(f"{code}-*.html")
        assert code in letter.read_text("utf-8") and len([name for name in written if name.startswith(code)]) == 3
        assert f"城关镇 {code} 2024 年" in status
        assert code in desk.home.expectations.read_text("utf-8")


def test_what_was_taken_out_counts_no_more_until_it_is_put_back(desk: Desk):
    home = desk.home.root
    assert withdraw(home, Wish("f.html", "", 0, "不是报告", "示例科")) == ["f.html"]
    assert "已撤下：c.html（1 个文件）" in show_withdraw(home, Wish("c.html", "", 0, "示例理由", "示例科"))
    assert foi("withdraw", "--unit", "990101103", "--year", 2024, "--why", "示例理由", "--home", home).returncode == 0
    with pytest.raises(Complaint, match="此前已撤下"):
        withdraw(home, Wish("c.html", "", 0, "再次", None))
    assert not {"c.html 3", "d.html 4"} & desk.reports().keys()
    assert desk.query(
        "select file, input_state, reason_code, reason_found from core.fct_inputs where reason_code is not null"
    ) == [
        ("c.html", "quarantined", "withdrawn", "示例理由"),
        ("d.html", "quarantined", "withdrawn", "示例理由"),
        ("f.html", "quarantined", "withdrawn", "不是报告"),
        ("g.html", "quarantined", "not_a_report", "关于值班的通知"),
    ]
    assert "已恢复" in show_withdraw(home, Wish("c.html", "", 0, "放回", None), undo=True)
    assert "c.html 3" in desk.reports() and "d.html 4" not in desk.reports()
    listed, _ = sorted(json.loads(show_withdrawals(home, json=True)), key=lambda one: one["file"])
    assert (listed["file"], listed["unit_code"], listed["report_year"]) == ("d.html", "990101103", 2024)
    assert len(list(desk.home.originals.rglob("*.html"))) == 10
    lines = desk.home.withdrawals.read_text("utf-8").splitlines()
    assert [json.loads(line)["action"] for line in lines] == ["withdraw", "withdraw", "withdraw", "restore"]
    assert [c.document_id for c in known_corrections(desk.home) if c.origin == "withdrawn"] == [
        json.loads(lines[at])["document_id"] for at in (0, 2)
    ]


def test_an_earlier_day_knows_what_had_been_withdrawn_by_then_and_a_broken_line_costs_itself(tmp_path: Path):
    home = Home(tmp_path)
    for hour, action in ((1, "withdraw"), (3, "restore"), (5, "withdraw")):
        note(
            home.withdrawals,
            Withdrawal(f"2025-02-01T0{hour}:00:00+00:00", "示例科", action, "a" * 64, "a.html", "", "", 0, "示例"),
        )
    for hour, known in ((1, 0), (2, 1), (4, 0), (6, 1)):
        until = datetime(2025, 2, 1, hour)
        assert sum(c.origin == "withdrawn" for c in known_corrections(home, until)) == known
    with home.withdrawals.open("a", encoding="utf-8") as ledger:
        ledger.write('{"decided_at": "2025-02-01T07:00:00+00:00", "action": "with')
    assert [issue.place for issue in mend_lists(home)] == ["withdrawals.jsonl:4"]
    assert len(read_withdrawals(home.withdrawals)) == 1 and len(home.withdrawals.read_text("utf-8").splitlines()) == 3


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (Wish("", "", 0, "x"), "--file"),
        (Wish("a.html", "城关镇", 2024, "x"), "--file"),
        (Wish("", "示例丁镇", 0, "x"), "--year"),
        (Wish("a.html", "", 0, " "), "--why"),
        (Wish("没有.html", "", 0, "x"), "没有.html"),
        (Wish("", "城关镇", 2024, "x"), "990102101"),
        (Wish("", "示例丁镇", 1999, "x"), "2023, 2024"),
        (Wish("", "示例己镇", 2024, "x"), "示例己镇"),
    ],
)
def test_what_cannot_be_taken_out_is_said_and_nothing_is_written(desk: Desk, wish: Wish, said: str):
    before = desk.home.withdrawals.read_bytes() if desk.home.withdrawals.is_file() else b""
    with pytest.raises(Complaint, match=said) as caught:
        withdraw(desk.home.root, wish)
    assert caught.value.exit_code == 2
    assert (desk.home.withdrawals.read_bytes() if desk.home.withdrawals.is_file() else b"") == before
    with pytest.raises(Complaint, match="没有撤下过"):
        restore(desk.home.root, Wish("a.html", "", 0, "x"))


def test_a_folder_that_was_emptied_tells_what_lay_there_and_one_never_loaded_does_not(desk: Desk, tmp_path: Path):
    for path in desk.inbox.glob("*.html"):
        path.unlink()
    emptied = foi("load", desk.inbox, "--home", desk.home.root, timeout=600)
    assert emptied.returncode == 3 and "没有报告文件" in emptied.stderr, emptied.stderr
    assert {name for name in "abcefg" if f"  {name}.html（" in emptied.stdout} == {"a", "b", "e", "g"}, emptied.stdout
    assert "此前已发现不在原处的文件 1 份" in emptied.stdout  # c.html, which the load before told of
    never = foi("load", tmp_path, "--home", desk.home.root)
    assert never.returncode == 3 and not never.stdout


def test_what_people_clear_from_the_inbox_is_told_once_and_counted_from_then_on(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    with published(desk.home.published) as connection:
        ordinary = left_reports(connection, desk.home)
        monkeypatch.setenv("FOI_INBOX", str(desk.inbox))
        cleared = left_reports(connection, desk.home)
    assert not any(one["is_cleared"] for one in ordinary) and all(one["is_cleared"] for one in cleared) and cleared
    assert settled(desk.home) == []
    known = documents_left(desk.home)
    assert told_once(ordinary, known) == ordinary and told_once(cleared, known) == [] and told_once(cleared, []) == cleared
    assert (
        len([line for line in status_lines(cleared) if line]) == 1
        and f"已清走的文件 {len(cleared)} 份" in status_lines(cleared)[1]
    )
    facts = foi("status", "--home", desk.home.root, FOI_INBOX=str(desk.inbox))
    assert f"已清走的文件 {len(cleared)} 份" in facts.stdout and "文件已不在" not in facts.stdout
