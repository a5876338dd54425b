"""Forms, units, versions and workbooks speak the language of their reader, and no other."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from foi.ask.dictionary import form_of
from foi.ask.export import export
from foi.ask.show_dictionary import show_cells, show_form, show_forms, show_units
from foi.ask.show_versions import show_versions
from foi.ask.versions import versions_of
from foi.messages import Complaint
from ingest.law.forms import every_form
from tests.one_language import assert_one_language

LANGUAGES = ("zh", "en")


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("FOI_LANG", request.param)
    return str(request.param)


def test_the_forms_are_told_in_one_language(language: str):
    printed = [rule.law for form in every_form().values() for rule in form.rules]
    for text in (show_forms(), *(text for form in every_form() for text in (show_form(form), show_cells(form)))):
        assert_one_language(text, language, *printed)
    with pytest.raises(Complaint) as caught:
        form_of("1999")
    assert_one_language(str(caught.value), language)


def test_units_are_told_in_one_language(language: str, tmp_path: Path):
    for name in ("抚远", "寒葱沟", "zzz"):
        assert_one_language(show_units(name, False, tmp_path)[0], language)


def test_versions_are_told_in_one_language(language: str, loaded: Path):
    path = loaded / "published.duckdb"
    words = [side for report in versions_of(path) for c in report.changes for w in c["words"] for side in w.values()]
    files = [str(v["file"]) for report in versions_of(path) for v in report.versions]
    for where in ({"area": "示例县"}, {"unit": "示例甲镇", "year": 2024}, {"unit": "示例甲镇"}):
        assert_one_language(show_versions(path, **where), language, *words, *files)
    for wrong in ({"unit": "示例无镇"}, {"area": "示例县", "year": 1999}):
        with pytest.raises(Complaint) as caught:
            show_versions(path, **wrong)
        assert_one_language(str(caught.value), language)


def test_the_heads_of_a_workbook_are_in_one_language(language: str, loaded: Path, tmp_path: Path):
    assert_one_language(export(loaded / "published.duckdb", tmp_path / "a.xlsx", "progress"), language)
    book = CalamineWorkbook.from_path(tmp_path / "a.xlsx")
    heads, *lines = book.get_sheet_by_index(0).to_python()
    assert ("报送期限" in heads, "due" in heads) == (language == "zh", language == "en")
    states = {str(line[heads.index("状态" if language == "zh" else "state")]) for line in lines}
    source = [cell for row in book.get_sheet_by_index(2).to_python() for cell in row]
    assert_one_language("\n".join([*heads, *book.sheet_names[1:], *states, *map(str, source)]), language)


def test_the_program_says_its_version():
    said = subprocess.run([sys.executable, "-c", "import sys; sys.argv = ['foi', '--version']; from foi.cli import main; main()"],
                          capture_output=True, text=True)  # fmt: skip
    name, _, version = said.stdout.strip().partition(" ")
    assert (said.returncode, name) == (0, "foi") and version[0].isdigit()
