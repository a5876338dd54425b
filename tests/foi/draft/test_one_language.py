"""What `foi read` and `foi check` show is in one language: terminal, page; JSON holds both as keys of their own."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from expectations.judge.rules import facts_of, judge
from foi.draft.check import check_file
from foi.draft.read import FileRead, exit_code
from foi.draft.record import check_record, read_record
from foi.draft.show_check import show_check
from foi.draft.show_read import read_lines
from foi.messages import Complaint
from ingest.law.forms import every_form
from ingest.model import Hints, Report
from ingest.words.language import LANGUAGES, speaking
from tests.factory import random_record, zero_record
from tests.factory.docx import as_docx
from tests.factory.record import with_defect
from tests.factory.text import as_text
from tests.one_language import assert_one_language

NOWHERE = Path("no-home")
ZERO = replace(zero_record(unit="寒葱沟镇"), place="抚远市")
DRAFT = replace(random_record(random.Random(2), "2021", 60, "寒葱沟镇", 2024), place="抚远市")
TWO_SLIPS = with_defect(with_defect(DRAFT, "row_total"), "challenges_total_zero")
BLANK = replace(ZERO, cells={**ZERO.cells, **dict.fromkeys(("requests.granted.total", "disclosure.licenses"), None)})
DRAFTS: dict[str, Callable[[], bytes]] = {
    "right": lambda: as_docx(ZERO),
    "two slips": lambda: as_docx(TWO_SLIPS),
    "blank": lambda: as_docx(BLANK),
    "dash and words": lambda: as_docx(
        replace(ZERO, cells={**ZERO.cells, "requests.granted.total": "—", "disclosure.licenses": "约5件"})
    ),
    "digits ran together": lambda: as_text(DRAFT, "CONCAT"),
    "prose": lambda: as_docx(replace(ZERO, lines=("上年结转申请3件。",))),
    "unit not matched": lambda: as_docx(zero_record(unit="示例甲镇")),
    "no report": lambda: "关于做好2024年政府信息公开工作年度报告编制工作的通知\n请按时报送。".encode(),
}


def words_of(report: Report) -> list[str]:
    """What stands in the draft itself, and the articles of law."""
    laws = {j.law for j in judge(facts_of(report, "township"))} if report.state == "loaded" else set()
    prose = [c.sentence for c in report.counts]
    found = [part for i in (*report.issues, report.reason) if i for part in (i.found, i.expected)]
    labels = [label for c in every_form()["2021"].cells for label in (c.item, c.row_label)]
    return [report.file, report.unit_name or "", *laws, *prose, *found, *(label for label in labels if "“" in label)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", DRAFTS)
def test_a_draft_is_shown_in_one_language(tmp_path: Path, case: str, language: str):
    path, page = tmp_path / "草稿.docx", tmp_path / "page.html"
    path.write_bytes(DRAFTS[case]())
    checked = check_file(path, NOWHERE)
    data = words_of(checked.report)
    with speaking(language):
        text, code = show_check(path, NOWHERE, False, page)
        read = "\n".join(read_lines(FileRead(checked.report, tuple(j for j in checked.judgments if j.is_printed))))
    assert code == checked.exit_code
    assert_one_language(text, language, *data)
    assert_one_language(read, language, *data)
    assert text.endswith(checked.conclusion.text.within(language)) and "{" not in text + read
    if checked.is_refused:
        assert not page.exists()
        return
    shown = page.read_text("utf-8")
    assert f'lang="{"zh-CN" if language == "zh" else "en"}"' in shown
    assert_one_language(re.sub(r"<style>.*?</style>|<[^>]+>", "\n", shown, flags=re.S), language, *data)


def test_json_is_the_same_in_both_languages_and_holds_both(tmp_path: Path):
    path = tmp_path / "草稿.docx"
    path.write_bytes(as_docx(TWO_SLIPS))
    shown = []
    for language in LANGUAGES:
        with speaking(language):
            shown.append(show_check(path, NOWHERE, True)[0])
    assert shown[0] == shown[1]
    found = json.loads(shown[0])
    for texts in (found, *found["problems"], *found["violations"], *found["issues"]):
        (name, *_) = (key.removesuffix("_zh") for key in texts if key.endswith("_zh"))
        if texts[f"{name}_zh"]:
            assert_one_language(texts[f"{name}_en"], "en", "寒葱沟镇")
            assert_one_language(texts[f"{name}_zh"], "zh")


def test_what_is_shown_comes_from_one_value(tmp_path: Path):
    path = tmp_path / "草稿.docx"
    path.write_bytes(as_docx(TWO_SLIPS))
    checked = check_file(path, NOWHERE, Hints())
    assert not checked.is_refused and checked.exit_code == 1 and checked.violations == [
        v for p in checked.problems for v in p.violations
    ]  # fmt: skip
    assert check_record(checked) == json.loads(show_check(path, NOWHERE, True)[0])
    read = FileRead(checked.report, tuple(j for j in checked.judgments if j.is_printed))
    assert read_record(checked.report)["unit_name"] == "寒葱沟镇"
    assert exit_code([read]) == 1 and exit_code([]) == 3 and exit_code([replace(read, sums=())]) == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_complaint_is_in_one_language(tmp_path: Path, language: str):
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04")
    for path in (tmp_path, tmp_path / "nothing.docx"):
        with speaking(language), pytest.raises(Complaint) as caught:
            show_check(path, NOWHERE, False)
        assert_one_language(str(caught.value), language, str(path))
