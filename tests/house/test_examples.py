"""The committed examples are what the build makes, and every file is what expected.json says of it."""

from __future__ import annotations

import csv
import hashlib
import json
import zipfile
from decimal import Decimal
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest

from examples.build import COUNTY, TOWNS, build
from ingest.handed_in.manifest import extra_units
from ingest.landing.inbox import list_inputs
from ingest.law.forms import load_forms
from ingest.model import Report
from ingest.pipeline import ingest_file
from ingest.units import load_registry
from tests.paths import ROOT

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
REPORTS = ROOT / "examples" / "reports"
EXPECTED = json.loads((ROOT / "examples" / "expected.json").read_text("utf-8"))
SEED = "3347181dda107bf0f423984bb0aba1e8bbed3671de6b698245c2f148ad4a28e4"


def tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@cache
def read_all() -> dict[str, Report]:
    registry = load_registry().extended(extra_units(REPORTS))
    return {i.file: ingest_file(i.path, i.hints, registry, i.file) for i in list_inputs(REPORTS)}


def values(report: Report) -> dict[str, Decimal | None]:
    return {c.code: c.value for c in report.cells}


def failing(report: Report) -> int:
    """How many printed sums do not hold, added up here from the cells that were read."""
    count, numbers = 0, values(report)
    for rule in (r for form in load_forms().values() for r in form.rules if report.forms.get(r.table) == form.form):
        left, right = ([numbers.get(code) for code in side] for side in (rule.left, rule.right))
        if None not in left + right:
            count += sum(n or 0 for n in left) != sum(n or 0 for n in right)
    return count


def test_the_committed_files_are_what_the_build_makes(tmp_path: Path):
    build(tmp_path / "reports")
    made, committed = tree(tmp_path / "reports"), tree(REPORTS)
    assert sorted(made) == sorted(committed)
    assert [name for name in made if made[name] != committed[name]] == []
    assert json.loads((tmp_path / "expected.json").read_text("utf-8")) == EXPECTED
    assert (tmp_path / "draft.docx").read_bytes() == (REPORTS.parent / "draft.docx").read_bytes()


def test_the_tables_of_the_word_files_can_be_seen_and_opened():
    """Tables without borders are invisible; a table without a grid is damaged to Word."""
    files = [path for path in (*REPORTS.rglob("*.docx"), REPORTS.parent / "draft.docx") if "损坏" not in path.name]
    assert len(files) > 10
    for path in files:
        tables = ElementTree.fromstring(zipfile.ZipFile(path).read("word/document.xml")).iter(f"{W}tbl")
        for table in tables:
            assert len(table.findall(f"{W}tblPr/{W}tblBorders/*")) == 6, path
            columns = len(table.findall(f"{W}tblGrid/{W}gridCol"))
            spans = [[int(s.get(f"{W}val", "1")) for s in row.iter(f"{W}gridSpan")] for row in table.iter(f"{W}tr")]
            widths = [len(list(row.iter(f"{W}tc"))) - len(s) + sum(s) for row, s in zip(table.iter(f"{W}tr"), spans, strict=True)]
            assert max(widths) == columns, path


def test_a_build_over_an_older_one_removes_what_is_gone(tmp_path: Path):
    folder = tmp_path / "reports"
    (folder / COUNTY).mkdir(parents=True)
    (folder / COUNTY / "old.html").write_text("old", "utf-8")
    build(folder)
    assert tree(folder).keys() == tree(REPORTS).keys()


def test_the_seed_is_untouched():
    seed = next(REPORTS.glob("黑龙江省/*/*/*/*.txt"))
    assert hashlib.sha256(seed.read_bytes()).hexdigest() == SEED


def test_there_are_enough_files_units_years_formats_and_forms():
    assert len(EXPECTED) >= 60 and set(EXPECTED) == {i.file for i in list_inputs(REPORTS)}
    reports = [e for e in EXPECTED.values() if e["state"] != "quarantined"]
    assert len({e["unit_code"] for e in reports} - {None}) >= 9
    assert {e["year"] for e in reports} >= set(range(2019, 2026))
    assert {Path(file).suffix for file in EXPECTED} == {".html", ".docx", ".txt"}
    assert {e["forms"]["requests"] for e in reports} == {"2019", "2021"}
    assert sum(len(data) for data in tree(ROOT / "examples" / "reports").values()) < 3_000_000


@pytest.mark.parametrize("file", EXPECTED)
def test_a_file_is_read_as_expected(file: str):
    want, report = EXPECTED[file], read_all()[file]
    if want["state"] == "quarantined":
        assert report.state == "quarantined" and report.reason
        return
    assert report.state == "loaded"
    if want["state"] != "duplicate":  # a duplicate's unit is that of the file it repeats
        assert report.unit_code == want["unit_code"]
    assert (report.report_year, report.forms) == (want["year"], want["forms"])
    assert failing(report) == want["failing"]


def test_what_is_carried_out_is_carried_in_next_year():
    filed = {(r.unit_code, r.report_year): values(r) for r in read_all().values() if r.unit_code in TOWNS}
    pairs = 0
    for (code, year), numbers in filed.items():
        if following := filed.get((code, (year or 0) + 1)):
            pairs += 1
            for column in load_forms()["2021"].tables["requests"].columns:
                assert numbers[f"requests.carried_out.{column}"] == following[f"requests.carried_in.{column}"], (
                    code,
                    year,
                    column,
                )
    assert pairs == 46


def test_invented_units_cannot_be_real_ones():
    with (REPORTS / "units.csv").open(encoding="utf-8") as lines:
        units = list(csv.DictReader(lines))
    assert {u["unit_code"] for u in units} == {"99", "9901", "990101", *TOWNS}
    assert all(u["unit_code"].startswith("99") and u["name"].startswith("示例") for u in units)
    assert not any(load_registry().by_code(u["unit_code"]) for u in units)


def test_the_correction_and_the_first_filing_both_say_when_they_were_published():
    refiled = {r.published_on: r for r in read_all().values() if (r.unit_code, r.report_year) == ("990101001", 2024)}
    assert len(refiled) == 2 and max(refiled) == "2025-03-02"
    assert all(f"发布日期：{day}" in (REPORTS / report.file).read_text("utf-8") for day, report in refiled.items())


def test_pages_of_real_units_tell_no_number_that_is_not_in_their_tables():
    for report in read_all().values():
        if not report.file.startswith(("示例省", "黑龙江省")):
            numbers = values(report)
            told = {c.code: c.value for c in report.counts}
            assert told.pop("requests_received") == numbers["requests.received.total"]
            assert set(told.values()) <= {Decimal(0)} and set(told) <= {"reviews", "lawsuits"}, report.file
