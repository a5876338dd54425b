"""The seed report gives exactly what stands in it."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import EXAMPLES, foi
from tests.factory import zero_record
from tests.factory.archive import as_zip
from tests.factory.docx import as_docx
from tests.factory.formats import FORMATS
from tests.factory.scan import as_scan
from tests.ocr import needs_ocr
from tests.paths import CASES

SEED = next(EXAMPLES.rglob("寒葱沟镇2024*.txt"))


def test_the_seed_is_read_whole():
    result = foi("read", "--json", SEED)
    report = json.loads(result.stdout)
    assert result.returncode == 0
    assert (report["state"], report["unit_code"], report["unit_name"], report["report_year"]) == (
        "loaded",
        "230883101",
        "寒葱沟镇",
        2024,
    )
    assert report["forms"] == {"disclosure": "2021", "requests": "2021", "challenges": "2021"}
    tables = [c["code"].split(".")[0] for c in report["cells"]]
    assert [tables.count(t) for t in ("disclosure", "requests", "challenges")] == [10, 175, 15]
    assert {(c["state"], c["value"]) for c in report["cells"]} == {("reported", "0")}


def test_the_prose_of_the_seed_gives_its_facts_with_their_sentences():
    counts = {c["code"]: c for c in json.loads(foi("read", "--json", SEED).stdout)["counts"]}
    facts = {code: (c["value"], c["unit_word"]) for code, c in counts.items()}
    assert facts == {
        "disclosed": ("18", "条"), "requests_received": ("0", "件"), "reviews": ("0", "件"), "lawsuits": ("0", "件"),
        "new_media": ("71", "条"), "complaints": ("0", "件"), "fee_charged": ("0", "元"),
    }  # fmt: skip
    text = SEED.read_text("utf-8")
    assert all(c["sentence"] in text for c in counts.values())
    assert counts["fee_charged"]["sentence"] == "寒葱沟镇未收取信息处理费。"


@pytest.mark.quirk(72, 90)
def test_all_42_sums_of_the_seed_pass(ask):
    rows = ask("select result, count(*) from rule_results where unit_code = '230883101' group by result")
    assert rows == [("pass", 42)]


def test_the_seed_in_every_format_gives_the_same_cells(tmp_path: Path):
    """The .doc was made from the .docx by LibreOffice."""
    seed = replace(zero_record(unit="寒葱沟镇"), place="抚远市")
    written = gzip.decompress((CASES / "libreoffice-seed.doc.gz").read_bytes())
    files = {
        "a.doc": written, "b.docx": as_docx(seed), "c.pdf": FORMATS["pdf-boxes"](seed),
        "e.xlsx": FORMATS["xlsx"](seed), "f.ofd": FORMATS["ofd"](seed), "g.mht": FORMATS["mht"](seed), "h.html": FORMATS["html-word"](seed),
        "i.rtf": FORMATS["rtf"](seed), "j.zip": as_zip({"抚远市/寒葱沟镇2024年报.doc": written}, names_in="gb18030"),
    }  # fmt: skip
    assert_the_seed_is_read(files, tmp_path)


@needs_ocr
def test_the_seed_as_a_scan_gives_the_same_cells(tmp_path: Path):
    """One picture a page at 200 dpi; its font lacks the county's name."""
    assert_the_seed_is_read({"d.pdf": as_scan(zero_record(unit="寒葱沟镇"))}, tmp_path)


def assert_the_seed_is_read(files: dict[str, bytes], tmp_path: Path) -> None:
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    result = foi("read", "--json", tmp_path)
    reports = {Path(r["file"].partition("!")[0]).name: r for r in map(json.loads, result.stdout.splitlines())}
    assert set(reports) == set(files)
    for name, report in reports.items():
        who = (report["state"], report["unit_code"], report["report_year"])
        assert who == ("loaded", "230883101", 2024), (name, report["issues"])
        assert {c["code"]: c["value"] for c in report["cells"] if c["state"] == "reported"} == zero_record().values, name
