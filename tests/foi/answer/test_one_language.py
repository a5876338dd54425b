"""Letters, reply sheets, decisions, corrections and withdrawals are shown in one language; a reply in either is understood."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from expectations.decisions import Ledger
from foi.answer.correct import Wish as Correct
from foi.answer.decide import Wish as Decide
from foi.answer.decide import decide
from foi.answer.show_correct import show_correct, show_corrections
from foi.answer.show_decide import decided_line, show_decisions
from foi.answer.show_withdraw import show_withdraw, show_withdrawals
from foi.answer.withdraw import Wish as Withdraw
from foi.letters.asked import Whom, letters_to_send
from foi.letters.letter import write_letters
from foi.letters.reply_sheet import ANSWERS
from foi.letters.show_answers import show_answers, show_reply
from foi.letters.standing import Wanted
from foi.messages import Complaint, bilingual
from ingest.home import Home
from ingest.readers.word.docx import read_docx
from ingest.words.language import LANGUAGES, speaking
from tests.contract import empty_warehouse
from tests.foi.conftest import Published
from tests.foi.letters.test_letter import fill
from tests.foi.letters.test_letter_words import FULL, UNITS, file
from tests.one_language import assert_one_language

UNIT, NAME = "990101101", "城关镇"
DATA = (NAME, "示例科", "示例理由")
RULE = "requests_closed_total.total"


@pytest.fixture
def warehouse(tmp_path: Path) -> Published:
    """One report with two slips, and the file it came from."""
    found = Published(empty_warehouse(tmp_path / "published.duckdb"))
    slips = {"requests.closed.total": Decimal(7), "challenges.review.total": Decimal(3)}
    file(found, UNIT, 2024, {**FULL, **slips})
    found.add("core.fct_inputs", document_id="d" * 64, file="2024.html", report_id=f"{UNIT}2024", unit_code=UNIT,
              unit_name=UNITS[UNIT], report_year=2024, input_state="loaded")  # fmt: skip
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_and_its_reply_sheet_are_in_one_language(warehouse: Published, tmp_path: Path, language: str):
    out = tmp_path / "letters"
    with speaking(language):
        told = write_letters(warehouse.path, out)
    assert_one_language(told, language, str(out))
    paths = {path.suffix: path for path in out.iterdir()}
    page = paths[".html"].read_text("utf-8")
    assert f'lang="{"zh-CN" if language == "zh" else "en"}"' in page
    assert_one_language(re.sub(r"<style>.*?</style>|<[^>]+>", "\n", page, flags=re.S), language, NAME)
    document = read_docx(paths[".docx"].read_bytes())
    words = "\n".join(getattr(b, "text", "") for b in document.blocks)
    assert len(words.splitlines()) > 8
    assert_one_language(words, language, NAME)
    rows = CalamineWorkbook.from_path(paths[".xlsx"]).get_sheet_by_index(0).to_python()
    assert_one_language("\n".join(str(cell) for row in rows for cell in row), language, NAME)
    assert rows[1][0] == "unit_code" and len(rows) == 2 + len(letters_to_send(warehouse.path, Whom())[0].violations)


@pytest.mark.parametrize("reader", LANGUAGES)
@pytest.mark.parametrize("writer", LANGUAGES)
def test_a_reply_in_either_language_is_understood_in_either(warehouse: Published, tmp_path: Path, writer: str, reader: str):
    home = tmp_path
    with speaking(writer):
        write_letters(warehouse.path, home / "out")
    sheet = next((home / "out").glob("*.xlsx"))
    for action in ANSWERS:
        fill(sheet, bilingual(f"answer.{action}").within(writer), "示例理由")
        with speaking(reader):
            text, exit_code = show_reply(home, sheet)
        assert exit_code == 0, text
        assert_one_language(text, reader, *DATA)
        with speaking(reader):
            assert_one_language(show_answers(Home(home), Wanted()), reader, *DATA)
        assert [d.action for d in Ledger(Home(home).decisions).decisions] == [{"right": "explain", "wrong": "confirm"}[action]]
        for ledger in (Home(home).decisions, Home(home).answers):
            ledger.unlink()
    fill(sheet, "?", "示例理由")
    with speaking(reader):
        text, exit_code = show_reply(home, sheet)
    assert exit_code == 1
    assert_one_language(text, reader, *DATA)


def decision(**changes: object) -> Decide:
    return Decide(**{"unit": UNIT, "year": 2024, "rule": RULE, "action": "waive", "why": "示例理由", "who": "示例科", **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
def test_decisions_are_shown_in_one_language_and_are_values(warehouse: Published, tmp_path: Path, language: str):
    with speaking(language):
        texts = [show_decisions(tmp_path)]
        made = decide(tmp_path, decision())
        texts += [decided_line(made), decided_line(again := decide(tmp_path, decision())), show_decisions(tmp_path)]
    assert (made.is_new, made.unit_name, made.decision.left) == (True, NAME, "7") and not again.is_new
    assert again.decision == made.decision
    for text in texts:
        assert_one_language(text, language, *DATA)
    assert json.loads(show_decisions(tmp_path, json=True))[0]["state"] == "pending"


CELL = "requests.closed.total"
REFUSED: dict[str, Callable[[Path], object]] = {
    "no such action": lambda home: decide(home, decision(action="forget")),
    "no reason": lambda home: decide(home, decision(why=" ")),
    "no such rule": lambda home: decide(home, decision(rule="no_rule")),
    "several rules": lambda home: decide(home, decision(rule="")),
    "no year": lambda home: decide(home, decision(year=0)),
    "no such year": lambda home: decide(home, decision(year=2011)),
    "other numbers": lambda home: decide(home, decision(), ("1", "2")),
    "no such cell": lambda home: show_correct(home, Correct(UNIT, 2024, "x", "7", "59", "示例理由", "示例理由")),
    "no evidence": lambda home: show_correct(home, Correct(UNIT, 2024, CELL, "7", "59", "示例理由", "")),
    "no number": lambda home: show_correct(home, Correct(UNIT, 2024, CELL, "7", "many", "示例理由", "示例理由")),
    "other value": lambda home: show_correct(home, Correct(UNIT, 2024, CELL, "8", "59", "示例理由", "示例理由")),
    "nothing named": lambda home: show_withdraw(home, Withdraw("", "", 0, "x")),
    "no such file": lambda home: show_withdraw(home, Withdraw("a.html", "", 0, "x")),
    "not withdrawn": lambda home: show_withdraw(home, Withdraw("a.html", "", 0, "x"), undo=True),
    "no such report": lambda home: show_withdraw(home, Withdraw("", UNIT, 1999, "x")),
    "no such unit": lambda home: write_letters(home / "published.duckdb", home / "out", "示例己镇"),
    "no sheet": lambda home: show_reply(home, home / "published.duckdb"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_refused_is_told_in_one_language(warehouse: Published, tmp_path: Path, language: str):
    warehouse.add("core.dim_measure", code=CELL, zh="（七）总计", en="closed, total")
    with warehouse.open() as connection:
        connection.execute("update core.fct_cells set state = 'reported'")
    for name, ask in REFUSED.items():
        with speaking(language), pytest.raises(Complaint) as caught:
            ask(tmp_path)
        text = str(caught.value)
        assert text and "{" not in text, name
        assert_one_language(text, language, *DATA, str(tmp_path), "示例己镇")


@pytest.mark.parametrize("language", LANGUAGES)
def test_corrections_and_withdrawals_are_shown_in_one_language(warehouse: Published, tmp_path: Path, language: str):
    with warehouse.open() as connection:
        connection.execute("update core.fct_cells set state = 'reported'")
    with speaking(language):
        texts = [show_corrections(tmp_path), show_withdrawals(tmp_path)]
        texts.append(show_correct(tmp_path, Correct(UNIT, 2024, CELL, "7", "unreadable", "示例理由", "示例理由", "示例科")))
        texts.append(show_withdraw(tmp_path, Withdraw("2024.html", "", 0, "示例理由", "示例科")))
        texts += [show_corrections(tmp_path), show_withdrawals(tmp_path)]
        texts.append(show_withdraw(tmp_path, Withdraw("2024.html", "", 0, "示例理由", "示例科"), undo=True))
    for text in texts:
        assert_one_language(text, language, *DATA, str(tmp_path))
    (made,) = json.loads(show_corrections(tmp_path, json=True))
    assert (made["outcome"], made["status"], made["value"]) == ("pending", "open", "unreadable")
    head = (tmp_path / "corrections.yaml").read_text("utf-8").splitlines()[0]
    assert head.startswith("# ")
    assert_one_language(head, language)
