"""What units answer becomes proposals: the same from the page and from the sheet, judged before a reviewer accepts, refused or undone."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from expectations.decisions import Ledger
from foi.answer.correct import Wish as Correct
from foi.answer.correct import correct, corrections_now
from foi.answer.decide import Wish as Decide
from foi.answer.decide import decide
from foi.letters.answers import read_answers
from foi.letters.asked import Whom, letters_to_send
from foi.letters.cells import cells_asked
from foi.letters.given import Given, Sender, give, give_file, number_given
from foi.letters.letter import make_letters
from foi.letters.proposals import proposals, verdict_words
from foi.letters.reply import read_reply
from foi.letters.rulings import accept, accept_all, refuse, undo
from foi.letters.show_answers import show_answers
from foi.letters.standing import Wanted, standings
from foi.messages import Complaint
from ingest.home import Home
from ingest.words.language import speaking
from tests.conftest import foi
from tests.foi.conftest import Published
from tests.foi.letters.conftest import SLIPS, UNIT, YEAR, with_settings
from tests.foi.letters.test_letter import fill
from tests.foi.letters.test_letter_words import FULL, file

TOTAL, ROW, BALANCE = "requests_closed_total.total", "requests_applicant_total.closed", "requests_balance.total"
CELL = "requests.closed.total"


@pytest.fixture
def home(slipped: Home) -> Home:
    """A home folder with one letter that was written."""
    make_letters(slipped, Whom())
    return slipped


def sender(home: Home, who: str = "示例科", how: str = "page") -> Sender:
    return Sender(UNIT, YEAR, standings(home, Wanted())[0].letter.number, who, how)


def wrong(number: str, rule: str = TOTAL, why: str = "", left: str = "7", cell: str = CELL) -> Given:
    return Given(rule, left, "59", "wrong", why, {cell: number}, "第 1 个问题")


def explained(why: str = "口径不同", rule: str = TOTAL) -> Given:
    return Given(rule, "7", "59", "right", why)


def test_the_questions_are_the_three_sums_that_one_number_breaks(home: Home):
    (letter,) = letters_to_send(home.published, Whom())
    assert letter.rule_ids == [ROW, BALANCE, TOTAL]
    codes = [cell.code for cell in cells_asked(letter, TOTAL)]
    assert codes[-1] == CELL and len(codes) > 10 and "requests.granted.total" in codes


def test_the_page_and_the_sheet_give_the_same_proposals(home: Home, tmp_path: Path):
    made = make_letters(home, Whom())
    (sheet,) = (content for name, content in made.files.items() if name.endswith(".xlsx"))
    (path := tmp_path / "reply.xlsx").write_bytes(sheet)
    fill(path, "有误（填写正确的数或改正办法）", "抄错", {CELL: "59"})
    (line,) = read_reply("reply.xlsx", path.read_bytes())
    assert line.given is not None and (line.letter, line.who) == (sender(home).letter, "示例科")
    give(home, sender(home, how="sheet"), [line.given])
    from_sheet = read_answers(home)[0].answer
    home.answers.unlink()
    give(home, sender(home), [Given(line.given.rule_id, "7", "59", "wrong", "抄错", {CELL: " ５９ "})])
    from_page = read_answers(home)[0].answer
    assert from_page.says == from_sheet.says and from_page.number == from_sheet.number == 1


def test_the_same_answer_twice_is_one_and_another_takes_its_place(home: Home):
    assert len(give(home, sender(home), [wrong("59")])) == 1
    assert give(home, sender(home), [wrong("59")]) == []
    assert len(give(home, sender(home), [explained()])) == 1
    assert [(one.answer.kind, one.state) for one in read_answers(home)] == [("wrong", "replaced"), ("right", "pending")]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (wrong("7"), "与填报的数相同"),
        (wrong("-1"), "不是数"),
        (wrong("五十九"), "不是数"),
        (wrong("1e5"), "不是数"),
        (wrong("1,2"), "不是数"),
        (wrong("59", cell="requests.received.total"), "不是这个问题涉及的项目"),
        (wrong("59", left="8"), "数字已变"),
        (wrong("59", rule="no_such_rule"), "不在待核实的问题之中"),
        (wrong(""), "请填写正确的数，或说明怎样改正"),
        (explained(" "), "请说明情况"),
        (Given(TOTAL, "7", "59", "right", "口径", {CELL: "59"}), "请只选一种"),
        (Given(TOTAL, "7", "59", "waive", "口径"), "请选“无误”或“有误”"),
        (Given(TOTAL, "7", "59", "", "口径"), "请选“无误”或“有误”"),
        (explained("长" * 3000), "最多 2000 个"),
    ],
)
def test_what_cannot_be_used_is_told_and_nothing_is_kept(home: Home, given: Given, said: str):
    with pytest.raises(Complaint) as told:
        give(home, sender(home), [explained(rule=ROW), given])
    assert said in str(told.value) and not read_answers(home)


def test_everything_that_is_wrong_is_told_at_once_and_who_answers_is_needed(home: Home):
    with pytest.raises(Complaint) as told:
        give(home, sender(home, who=" "), [wrong("7"), wrong("60", ROW), wrong("61")])
    assert "写明填写人" in str(told.value) and "相同" in str(told.value)
    with pytest.raises(Complaint, match="填了两个不同的正确的数（60, 61）"):
        give(home, sender(home), [wrong("60", ROW), wrong("61")])


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1,234", "1234"),
        ("０", "0"),
        ("12.50", "12.5"),
        (" 3 ", "3"),
        ("", None),
        ("1 2", None),
        ("9" * 13, None),
        ("5²", None),
        ("3①", None),
        ("½", None),
        ("１，２３４", "1234"),
        ("㈢", None),
    ],
)
def test_numbers_are_read_as_people_type_them(typed: str, number: str | None):
    assert number_given(typed) == (None if number is None else Decimal(number))


def test_a_right_number_is_judged_before_it_counts(home: Home):
    give(home, sender(home), [wrong("59")])
    (mends,) = proposals(home)
    assert mends.judged is not None and mends.judged.asked is not None
    assert (mends.judged.asked.left, mends.judged.asked.right, mends.judged.verdict) == ("59", "59", "mends")
    assert [one.rule_id for one in mends.judged.mended] == [ROW, BALANCE] and "相符" in verdict_words(mends)
    give(home, sender(home), [wrong("58")])
    fails = proposals(home, states=["pending"])[0]
    assert fails.judged is not None and fails.judged.verdict == "fails" and "仍不符" in verdict_words(fails)
    give(home, sender(home), [wrong("1", cell="requests.granted.total")])
    breaks = proposals(home, states=["pending"])[0]
    assert breaks.judged is not None and breaks.judged.broken and "会变得不符" in verdict_words(breaks)


def test_answers_that_mend_a_slip_only_together_are_judged_together_and_accepted_together(warehouse: Published):
    codes = {"requests.closed.total": Decimal(60), "requests.closed.natural_person": Decimal(13)}
    file(warehouse, UNIT, YEAR, {**FULL, **codes})
    home = with_settings(warehouse.path.parent)
    make_letters(home, Whom())
    person = Given("requests_closed_total.natural_person", "13", "12", "wrong", "", {"requests.closed.natural_person": "12"})
    give(home, sender(home), [person, Given(TOTAL, "60", "59", "wrong", "", {CELL: "59"})])
    assert [one.judged.verdict for one in proposals(home) if one.judged] == ["mends", "mends"]
    assert [one.became for one in accept_all(home, 1, "示例办")] == ["correct", "correct"]
    assert {one.correction.code for one in corrections_now(home.root) if one.correction.origin == "home"} == {
        CELL,
        "requests.closed.natural_person",
    }


def test_answers_are_accepted_together_or_none_of_them_is(home: Home, warehouse: Published):
    give(home, sender(home), [wrong("59"), explained(rule=ROW), Given(BALANCE, "59", "7", "right", "口径")])
    with warehouse.open() as connection:
        connection.execute("update quality.expectation_results set left_sum = 8 where rule_id = ?", [BALANCE])
    with pytest.raises(Complaint, match="数字已变"):
        accept_all(home, 1, "示例办")
    assert {one.state for one in read_answers(home)} == {"pending"}
    assert not [one for one in corrections_now(home.root) if one.correction.origin == "home"]
    assert [d.action for d in Ledger(home.decisions).decisions] == ["explain", "withdraw"]


def test_an_accepted_right_number_is_a_correction_with_its_evidence_and_can_be_undone(home: Home):
    give(home, sender(home), [wrong("59", why="抄错")])
    assert accept(home, 1, "示例办", "电话核实").became == "correct"
    (made,) = (one.correction for one in corrections_now(home.root) if one.correction.origin == "home")
    assert (made.unit_code, made.report_year, made.code, made.expect, made.value, made.who) == (
        UNIT,
        YEAR,
        CELL,
        "7",
        "59",
        "示例办",
    )
    assert (
        sender(home).letter in made.evidence and "示例科" in made.evidence and "抄错" in made.reason and "电话核实" in made.reason
    )
    with pytest.raises(Complaint, match="已由 示例办 采纳"):
        accept(home, 1, "另一办")
    undo(home, 1, "示例办")
    assert not [one for one in corrections_now(home.root) if one.correction.origin == "home"]
    assert read_answers(home)[0].state == "pending" and home.corrections.read_text("utf-8").startswith("#")


def test_one_number_that_answers_two_questions_is_one_correction_as_long_as_one_of_them_counts(home: Home):
    give(home, sender(home), [wrong("59"), wrong("59", ROW)])
    accept_all(home, 1, "示例办")
    assert [one.state for one in read_answers(home)] == ["accepted", "accepted"]
    undo(home, 1, "示例办")
    assert len([one for one in corrections_now(home.root) if one.correction.origin == "home"]) == 1
    undo(home, 2, "示例办")
    assert not [one for one in corrections_now(home.root) if one.correction.origin == "home"]


def test_undoing_an_answer_leaves_what_another_decided_since_and_brings_back_what_held_before(home: Home):
    give(home, sender(home), [explained(), explained(rule=ROW)])
    decide(home.root, Decide(UNIT, YEAR, ROW, "confirm", "示例：先前", "示例甲"))
    for number in (1, 2):
        accept(home, number, "示例办")
    decide(home.root, Decide(UNIT, YEAR, TOTAL, "confirm", "示例：后来", "示例乙"))
    for number in (1, 2):
        undo(home, number, "示例办")
    last = {d.rule_id: (d.action, d.why) for d in Ledger(home.decisions).decisions}
    assert last == {TOTAL: ("confirm", "示例：后来"), ROW: ("confirm", "示例：先前")}
    assert {one.state for one in read_answers(home)} == {"pending"}


def test_undoing_an_answer_leaves_the_correction_that_a_person_made(home: Home):
    give(home, sender(home), [wrong("59")])
    correct(home.root, Correct(UNIT, YEAR, CELL, "7", "59", "抄错", "示例：县里来函", "示例甲"))
    accept(home, 1, "示例办")
    undo(home, 1, "示例办")
    (kept,) = (one.correction for one in corrections_now(home.root) if one.correction.origin == "home")
    assert (kept.value, kept.who, read_answers(home)[0].state) == ("59", "示例甲", "pending")


def test_a_number_that_the_answer_to_a_later_letter_needs_stays(home: Home):
    give(home, sender(home), [wrong("59")])
    later = replace(sender(home), letter="示例核〔2099〕2号")
    give(home, later, [wrong("59", ROW)])
    for number in (1, 2):
        accept(home, number, "示例办")
    undo(home, 1, "示例办")
    assert len([one for one in corrections_now(home.root) if one.correction.origin == "home"]) == 1
    with speaking("en"):
        undo(home, 2, "示例办")
    assert not [one for one in corrections_now(home.root) if one.correction.origin == "home"]


def test_a_correction_that_people_changed_since_is_not_taken_back_by_the_program(home: Home):
    give(home, sender(home), [wrong("59")])
    accept(home, 1, "示例办")
    home.corrections.write_text(home.corrections.read_text("utf-8").replace("status: open", "status: reported"), "utf-8")
    with pytest.raises(Complaint, match="请在文件里自行处理"):
        undo(home, 1, "示例办")
    assert read_answers(home)[0].state == "accepted"


def test_right_as_it_is_becomes_an_explanation_and_a_fault_without_a_number_is_confirmed(home: Home):
    give(home, sender(home), [explained(), Given(ROW, "7", "59", "wrong", "下月重新发布")])
    assert [accept(home, n, "示例办").became for n in (1, 2)] == ["explain", "confirm"]
    decisions = Ledger(home.decisions).decisions
    assert [(d.action, d.rule_id, d.who) for d in decisions] == [("explain", TOTAL, "示例办"), ("confirm", ROW, "示例办")]
    assert all(sender(home).letter in d.why and "示例科" in d.why for d in decisions)
    undo(home, 1, "示例办")
    assert Ledger(home.decisions).decisions[-1].action == "withdraw"


def test_a_refusal_needs_a_reason_and_the_unit_may_answer_again(home: Home):
    give(home, sender(home), [explained()])
    with pytest.raises(Complaint, match="不采纳要写明理由"):
        refuse(home, 1, "示例办", " ")
    refuse(home, 1, "示例办", "没有说清")
    assert not home.decisions.exists()
    assert len(give(home, sender(home), [explained()])) == 1  # the same words once more are an answer again
    assert [one.state for one in read_answers(home)] == ["refused", "pending"]
    with pytest.raises(Complaint, match="没有第 9 号答复"):
        refuse(home, 9, "示例办", "示例")


def test_two_reviewers_at_once_make_one_ruling(home: Home):
    give(home, sender(home), [wrong("59")])
    said: list[str] = []

    def rule(who: str) -> None:
        try:
            said.append(accept(home, 1, who).became)
        except Complaint as complaint:
            said.append(str(complaint))

    threads = [threading.Thread(target=rule, args=(f"示例{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said.count("correct") == 1 and sum("采纳" in one for one in said) == 3


def test_an_answer_on_numbers_that_changed_cannot_be_accepted(home: Home, warehouse: Published):
    give(home, sender(home), [wrong("59"), explained(rule=ROW)])
    with warehouse.open() as connection:
        connection.execute("update quality.expectation_results set left_sum = 8")
        connection.execute("update core.fct_cells set value = 8 where code = ?", [CELL])
    assert all(one.is_outdated for one in proposals(home))
    for number in (1, 2):
        with pytest.raises(Complaint):
            accept(home, number, "示例办")
    assert not home.decisions.exists() and not home.corrections.exists()


def test_a_file_that_was_handed_in_is_accepted_once_it_is_loaded(home: Home, warehouse: Published):
    give_file(home, sender(home), "new.docx", "f" * 64)
    assert standings(home, Wanted())[0].state == "answered"
    with pytest.raises(Complaint, match="还没有加载"):
        accept(home, 1, "示例办")
    row = {"document_id": "f" * 64, "file": "new.docx", "input_state": "loaded", "report_year": YEAR}
    warehouse.add("core.fct_inputs", **row, unit_code="990102101")
    with pytest.raises(Complaint, match="没有作为 990101101 2024 年的报告加载"):
        accept(home, 1, "示例办")
    with warehouse.open() as connection:
        connection.execute("update core.fct_inputs set unit_code = ?", [UNIT])
    assert accept(home, 1, "示例办").became == "file"


def test_a_ledger_of_answers_that_cannot_be_read_stops_rulings(home: Home):
    give(home, sender(home), [wrong("59")])
    with home.answers.open("a", encoding="utf-8") as ledger:
        ledger.write('{"ruling": 1, "act": "wave", "at": "", "who": "", "why": ""}\n')
    with pytest.raises(Complaint, match=r"answers\.jsonl 第 2 行不能读取"):
        accept(home, 1, "示例办")


def test_the_command_line_lists_accepts_and_undoes(home: Home):
    give(home, sender(home), [wrong("59")])
    listed = foi("answers", "list", "--home", home.root)
    assert "有误" in listed.stdout and "由 7 改为 59" in listed.stdout and "相符" in listed.stdout, listed.stderr
    assert "更正" in foi("answers", "accept", "1", "--who", "示例办", "--home", home.root).stdout
    (row,) = json.loads(foi("answers", "list", "--state", "accepted", "--json", "--home", home.root).stdout)
    assert (row["state"], row["ruled_by"], row["right_numbers"][0]["after"]) == ("accepted", "示例办", "59")
    assert foi("answers", "refuse", "1", "--why", "示例", "--home", home.root).returncode == 2
    assert "重新待审核" in foi("answers", "undo", "1", "--home", home.root).stdout
    assert show_answers(home, Wanted(area="990102")) == "没有答复" and SLIPS
