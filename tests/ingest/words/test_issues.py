"""What was noticed is said in whole sentences, also where nothing was found, expected, or known of the place."""

from __future__ import annotations

import re
from itertools import product

import pytest

from ingest.model import Issue
from ingest.words.issues import issue_texts
from ingest.words.yaml_files import WORDS, read_yaml

GAP = re.compile(r"“\s*”|[（(]\s*[）)]|[（(]\s*[，；,;]|[：:]\s*[。；.;）)]|[：:]\s*$|  |\s[,;，。；]|[（(]\s|\s[）)]|\{")


@pytest.mark.parametrize("code", read_yaml(WORDS / "issues.yaml"))
def test_no_sentence_has_an_empty_place(code: str):
    for found, expected, place in product(("3", ""), ("4", ""), ("page 5", "")):
        for text in issue_texts(Issue(code, "error", place, found, expected)).values():
            assert not GAP.search(text), (found, expected, place, text)


@pytest.mark.parametrize(("code", "words"), [("year_conflict", "未采用任何一个"), ("unit_conflict", "未采用任何一个")])
def test_a_conflict_in_which_nothing_was_chosen_says_so(code: str, words: str):
    said = issue_texts(Issue(code, "error", "paragraph 1", "示例甲; 示例乙"))
    assert words in said["message_zh"] and "None was used" in said["message_en"]
    assert words not in issue_texts(Issue(code, "error", "paragraph 1", "示例甲; 示例乙", "示例乙"))["message_zh"]
