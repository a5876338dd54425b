"""A load tells what concerns its own files; of all that is wrong elsewhere in the home it says a line each, in one language."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import foi
from tests.factory import zero_record
from tests.factory.html import clean
from tests.factory.record import Record
from tests.one_language import assert_one_language

Load = Callable[..., str]
TOTAL = "requests.received.total"


def report(year: int, **cells: str) -> bytes:
    """A report of a town in which twelve requests came in and were granted; `total` is what it prints as their sum."""
    record = zero_record(unit="浓桥镇", year=year)
    twelve = {f"requests.{row}.{c}": "12" for row in ("received", "granted", "closed") for c in ("natural_person", "total")}
    return clean(replace(Record(record.unit, year, "2021", {**record.cells, **twelve, **cells}), place="抚远市"))


@pytest.fixture(scope="module")
def said(loaded: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What three late files say of themselves in a home with many violations: a good one, a bad one, and its correction."""
    home = tmp_path_factory.mktemp("late") / "home"
    shutil.copytree(loaded, home)
    folder = home.parent / "in"
    folder.mkdir()
    outputs = {}
    for name, year, total, language in (("good", 2021, "12", "en"), ("bad", 2022, "13", "zh"), ("repaired", 2022, "12", "en")):
        for old in folder.iterdir():
            if name != "repaired":
                old.unlink()
        (folder / f"浓桥镇{year}.html").write_bytes(report(year, **{TOTAL: total}))
        result = foi("load", folder, "--home", home, FOI_LANG=language)
        assert result.returncode == 1, result.stdout + result.stderr
        outputs[name] = result.stdout
        outputs[f"{name}.side"] = result.stderr
    outputs["json"] = foi("load", folder, "--home", home, "--json").stdout
    return outputs


def test_a_late_good_report_says_little_where_many_others_are_wrong(said: dict[str, str]):
    lines = said["good"].splitlines()
    assert len(lines) <= 10, said["good"]
    assert "浓桥镇2021.html: 浓桥镇 2021, loaded" in said["good"]
    assert "sums do not hold in the whole home: foi status" in said["good"]
    assert "示例丙镇" not in said["good"] and "平潭" not in said["good"]


def test_a_late_bad_report_says_its_own_violations_only(said: dict[str, str]):
    text = said["bad"]
    own = [line for line in text.splitlines() if "浓桥镇 2022 年" in line and "13" in line]
    assert own and "平潭" not in text and "示例丙镇" not in text
    assert "数据目录中共有勾稽不符" in text and text.count("\n") <= 16, text


def test_a_version_that_repairs_says_so(said: dict[str, str]):
    text = said["repaired"]
    assert "takes the place of the version before" in text
    assert "that did not before" in text and "平潭" not in text
    held = text.split("that did not before")[1]
    assert "浓桥镇" in held.splitlines()[1] and "13" in held.splitlines()[1]


def test_each_output_is_in_one_language(said: dict[str, str], loaded: Path):
    for name, language in (("good", "en"), ("bad", "zh"), ("repaired", "en")):
        for text in (said[name], said[f"{name}.side"]):
            assert_one_language(text, language, "浓桥镇2021.html", "浓桥镇2022.html", str(loaded.parent))
    assert_one_language((loaded / "stdout.txt").read_text("utf-8"), "zh")


def test_a_program_gets_both_languages_and_all_that_stands(said: dict[str, str]):
    found = json.loads(said["json"])
    assert found["new"] == 0 and found["violations_new"] == [] and len(found["violations"]) == 5
    assert all(set(text) == {"zh", "en"} for text in found["violations"])


def test_of_two_files_that_no_day_tells_apart_the_choice_needs_a_person(tmp_path: Path):
    folder, home = tmp_path / "in", tmp_path / "home"
    folder.mkdir()
    record = replace(zero_record(unit="浓桥镇", year=2021), place="抚远市", published_on="")
    (folder / "浓桥镇.html").write_bytes(clean(record))
    (folder / "浓桥镇-旧.html").write_bytes(clean(replace(record, cells={**record.cells, "disclosure.licenses": "3"})))
    said = foi("load", folder, "--home", home)
    (line,) = [line for line in said.stdout.splitlines() if line.startswith("  浓桥镇.html：")]
    assert "浓桥镇-旧.html" in line and "暂按文件名" in line
    told = foi("status", "--home", home).stdout
    assert said.returncode == 1
    assert all("foi withdraw" in text and "1 个数字不同" in text for text in (said.stdout, told))
    (folder / "manifest.csv").write_text("file,published_on\n浓桥镇.html,2022-01-20\n浓桥镇-旧.html,2022-01-25\n", "utf-8")
    decided = foi("load", folder, "--home", home)
    assert decided.returncode == 0 and "foi withdraw" not in foi("status", "--home", home).stdout
    counted = foi("query", "select file from fct_reports where is_current", "--home", home, "--csv").stdout
    assert counted.split() == ["file", "浓桥镇-旧.html"]
