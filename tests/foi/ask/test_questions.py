"""docs/questions.md: every question can be asked as it stands, and its answer is what the examples say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.questions import PAGE, answer, questions

ASKED = questions(PAGE.read_text("utf-8"))


def test_there_are_twenty_numbered_from_one():
    assert [int(found["title"].partition(".")[0]) for found in ASKED] == list(range(1, 21))


@pytest.mark.parametrize("number", range(len(ASKED)))
def test_the_answer_is_that_of_the_examples(loaded: Path, number: int):
    found = ASKED[number]
    assert answer(loaded / "published.duckdb", found["sql"]) == found["answer"], "python -m tests.questions writes the answers"
    assert "0 rows" not in found["answer"]
