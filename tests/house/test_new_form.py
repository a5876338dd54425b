"""A form of a year to come, with rows, columns, labels and sums of its own: begun with one command, and read in every kind of file."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from foi.ask import dictionary
from foi.ask.show_dictionary import show_forms
from foi.line.new_form import begin_form
from foi.messages import Complaint
from ingest.law.forms import FORMS, RULES, load_form, load_terms
from ingest.words.yaml_files import FormError
from tests.conftest import ROOT

CODES = ("guides_made", "foreign_applicant", "denied_data_security", "received_on_paper", "withdrawn")
MEASURES = ("guides_made", "received_foreign_applicant", "denied_data_security", "received_on_paper",
            *(f"{row}_withdrawn" for row in ("review", "lawsuit_direct", "lawsuit_after_review")))  # fmt: skip
# What an engineer changes in the copy: a label and a column head, a column in two tables, rows in a group, at the end and in table two, a sum.
CHANGES = {
    "natural_person:        自然人": "natural_person:        个人",
    "column: 本年处理决定数量, kind": "column: 本年办结数量, kind",
    "      fees:  ": "      guides_made: {item: 第二十条第（一）项, row: 公开指南, column: 本年制发件数, kind: flow}\n      fees:  ",
    "      total:                 总计\n": "      foreign_applicant: {label: 境外申请人, under: 法人或其他组织}\n      total:                 总计\n",
    "      denied_inquiry:        8.属于行政查询事项\n": "      denied_inquiry:        8.属于行政查询事项\n      denied_data_security: 9.危及数据安全\n",
    "denied_case_file, denied_inquiry]": "denied_case_file, denied_inquiry, denied_data_security]",
    "      carried_out:           四、结转下年度继续办理\n": "      carried_out:           四、结转下年度继续办理\n"
    "      received_online: 五、本年网上收到的申请数量\n      received_on_paper: 六、本年书面收到的申请数量\n",
    "legal_service + other_organization\n": "legal_service + other_organization + foreign_applicant\n",
    "pending: 尚未审结, total: 总计}": "pending: 尚未审结, withdrawn: 申请撤回, total: 总计}",
    "corrected + other + pending\n": "corrected + other + pending + withdrawn\n",
    "rules:\n": "rules:\n  requests_ways:\n    law: 表三第五项、第六项\n    zh: 本年新收 = 网上收到 + 书面收到\n    en: received = online + on paper\n"
    "    each: requests.columns\n    equation: received = received_online + received_on_paper\n    severity: error\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the forms, with the rules beside it."""
    shutil.copytree(RULES, tmp_path / "rules")
    return Path(shutil.copytree(FORMS, tmp_path / "forms"))


def written(folder: Path) -> dict[str, bytes]:
    """Every file of the forms and of the rules."""
    return {p.name: p.read_bytes() for room in (folder, folder.parent / "rules") for p in room.iterdir()}


def test_a_form_is_begun_as_a_copy_with_its_years_and_a_line_for_every_measure(folder: Path):
    said = begin_form("2027", "2021", folder)
    assert "2027.yaml" in said and "terms.yaml" in said and "docs/adding-a-form.md" in said
    text, old = ((folder / f"{name}.yaml").read_text("utf-8") for name in ("2027", "2021"))
    form = load_form(folder / "2027.yaml", load_terms())
    assert (form.form, form.first_year, form.last_year) == ("2027", 2027, None)
    assert "in_force: {from: 2021, to: 2026}" in old and "# what offices write: what the form says" in text and "文号待填" in text
    losses = yaml.safe_load((folder.parent / "rules" / "measures.yaml").read_text("utf-8"))["measures"]
    assert all(block["2027"] == block["2021"] for block in losses)
    signals = yaml.safe_load((folder.parent / "rules" / "signals.yaml").read_text("utf-8"))
    assert signals["outdated_form"]["with"]["forms"] == ["2027", "2021", "2019", "2014"]
    before = {p.name: p.read_bytes() for room in (FORMS, RULES) for p in room.iterdir()}
    changed = {name for name, content in written(folder).items() if before.get(name) != content}
    assert changed == {"2027.yaml", "2021.yaml", "measures.yaml", "signals.yaml"}


@pytest.mark.parametrize(
    ("name", "source", "words"),
    [("2021", "2021", "已存在"), ("2027", "", "--from"), ("2027", "2020", "没有表样 2020"), ("27", "2021", "如 2027"), ("2020", "2021", "之后"),
     ("../x", "2021", "如 2027"), ("2027", "fujian-2017", "没有表样 fujian-2017")],
)  # fmt: skip
def test_a_form_that_cannot_be_begun_is_refused_and_nothing_is_written(folder: Path, name: str, source: str, words: str):
    before = written(folder)
    with pytest.raises(Complaint, match=re.escape(words)):
        begin_form(name, source, folder)
    assert written(folder) == before


def test_a_form_that_was_begun_already_is_left_as_it_is(folder: Path):
    begin_form("2027", "2021", folder)
    (folder / "2027.yaml").write_text("mine", "utf-8")
    with pytest.raises(Complaint, match="已存在"):
        begin_form("2027", "2021", folder)
    assert (folder / "2027.yaml").read_text("utf-8") == "mine"


TRIP = """
import json, random, sys
from expectations.judge.rules import facts_of, judge
from ingest.pipeline import ingest_bytes
from ingest.law.forms import every_form
from ingest.law.measures import load_losses
from ingest.model import Hints
from ingest.units import load_registry
from tests.factory import random_record, zero_record
from tests.factory.formats import FORMATS
load_losses()
told = {}
for n, name in enumerate(sys.argv[1:]):
    for record in (random_record(random.Random(n), "2027", 60, "寒葱沟镇", 2027), zero_record("2027", "寒葱沟镇", 2027)):
        report = ingest_bytes(FORMATS[name](record), name, Hints(report_year=2027), load_registry())
        found = {c.code: c.printed for c in report.cells if c.value is not None}
        fails = [f.rule_id for f in judge(facts_of(report)) if f.result == "fail" and f.severity == "error"]
        told.setdefault(name, []).append([sorted(set(report.forms.values())), found == record.values, fails])
told["rules"] = sorted({r.rule for r in every_form()["2027"].rules})
print(json.dumps(told))
"""


def scratch(tmp_path: Path) -> Path:
    """The readers with a form of 2027 that was begun with the command and then changed as docs/adding-a-form.md says."""
    shutil.copytree(ROOT / "ingest", tmp_path / "ingest", ignore=shutil.ignore_patterns("__pycache__", "*.gz"))
    for path in (ROOT / "ingest").rglob("*.gz"):
        (tmp_path / path.relative_to(ROOT)).symlink_to(path)
    forms = tmp_path / "ingest" / "law" / "forms"
    measures = forms.parent / "rules" / "measures.yaml"
    begin_form("2027", "2021", forms)
    text = (forms / "2027.yaml").read_text("utf-8")
    for old, new in CHANGES.items():
        assert old in text, old
        text = text.replace(old, new)
    (forms / "2027.yaml").write_text(text, "utf-8")
    with (tmp_path / "ingest" / "words" / "terms.yaml").open("a", encoding="utf-8") as terms:
        terms.writelines(
            f"{code}: {{zh: 示例{n}, en: example {n}, definition: 示例, law: 示例}}\n" for n, code in enumerate(CODES)
        )
    losses = measures.read_text("utf-8")
    new = f'- of: [{", ".join(MEASURES)}]\n  "2027": same\n' + "".join(f'  "{f}": not_asked\n' for f in ("2021", "2019", "2014"))
    losses = losses.replace("measures:\n", f"measures:\n{new}  local: not_asked\n", 1)
    note = '"2027": {is: wider, zh: 增设数据安全, en: data security was added}'
    losses = re.sub(r'(- of: \[denied\]\n  )"2027": same', rf"\g<1>{note}", losses)
    measures.write_text(losses, "utf-8")
    return tmp_path


def test_a_form_with_rows_columns_labels_and_sums_of_its_own_comes_back_from_every_kind_of_file(tmp_path: Path):
    kinds = [
        "tabbed",
        "text-P",
        "html-clean",
        "html-lost",
        "docx",
        "pdf-boxes",
        "pdf-bare-wrapped",
        "doc",
        "rtf",
        "ofd",
        "xlsx",
        "markdown",
    ]
    paths = os.pathsep.join([str(scratch(tmp_path)), str(ROOT)])
    ran = subprocess.run(
        [sys.executable, "-c", TRIP, *kinds],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": paths},
    )
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    assert "requests_ways" in told.pop("rules")
    assert told == {kind: [[["2027"], True, []]] * 2 for kind in kinds}


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("dbt_project.yml", "    - closed\n", "", r"dbt_project\.yml:\d+: unit_measures lacks closed"),
        ("dbt_project.yml", "    - closed\n", "    - closed\n    - shut\n", r"dbt_project\.yml:\d+: measures\.yaml says nothing of shut"),
        ("models/marts/unit_year.yml", "- {name: closed_state,", "- {name: shut_state,", r"unit_year\.yml:\d+: unit_year lacks the columns closed_state"),
    ],
)  # fmt: skip
def test_a_measure_that_is_no_column_is_named_before_a_load(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, old: str, new: str, said: str
):
    for name in ("dbt_project.yml", "models/marts/unit_year.yml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        text = (ROOT / "dbt" / name).read_text("utf-8")
        (tmp_path / name).write_text(text.replace(old, new, 1) if name == file else text, "utf-8")
    assert (tmp_path / file).read_text("utf-8") != (ROOT / "dbt" / file).read_text("utf-8")
    monkeypatch.setattr(dictionary, "DBT", tmp_path)
    with pytest.raises(FormError, match=said):
        show_forms()
