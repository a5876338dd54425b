"""What foi load tells of a folder beside its reports, and a unit's code that a person gives."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from foi.ask.dictionary import find_units
from foi.line.handed_in import known_code, listing_lines, manifest_issues
from foi.messages import Complaint
from ingest.home import Home
from ingest.landing.inbox import survey
from ingest.units.known import registry_for

UNITS = "单位代码,名称,级别,类别\n990101,示例县,county,government\n990101199,示例子镇,township,town\n"
MANIFEST = "文件,单位代码\na.html,990101199\nb.html,\nc.zip!/d.doc,990101198\nc.zip!/e.doc,\n"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    for name, text in (("units.csv", UNITS), ("manifest.csv", MANIFEST), ("a.html", "x"), ("c.zip", "x"), ("Thumbs.db", "x")):
        (folder / name).write_bytes(text.encode("gbk"))
    return folder


@pytest.mark.quirk(174)
def test_lines_of_the_manifest_that_fit_no_file_or_no_unit_are_told_in_their_order(source: Path, tmp_path: Path):
    listing, registry = survey(source), registry_for(source, Home(tmp_path / "home"))
    with duckdb.connect() as connection:
        connection.execute("create table fct_inputs as select unnest(['a.html', 'c.zip!/d.doc']) as file")
        issues = manifest_issues(listing, registry, connection)
    assert [(i.code, i.place, i.found) for i in issues] == [
        ("manifest_no_file", "manifest.csv:3", "b.html"),
        ("manifest_unknown_unit", "manifest.csv:4", "990101198"),
        ("manifest_no_file", "manifest.csv:5", "c.zip!/e.doc"),
    ]
    assert "990101199" in issues[1].expected
    lines = listing_lines(listing, issues)
    assert len(lines) == 5 and "3 行" in lines[0] and "Thumbs.db" in lines[-1]


@pytest.mark.quirk(177)
def test_a_code_that_no_list_has_is_refused_with_those_near_it(source: Path, tmp_path: Path):
    home = tmp_path / "home"
    registry_for(source, Home(home))
    assert known_code(home, "990101199") == "990101199" and known_code(home, "632524-教育局") == "632524-教育局"
    for code, near in (("990101198", "990101199"), ("632524901", "632524101"), ("子镇", "990101199"), ("0", "foi units find")):
        with pytest.raises(Complaint, match=near) as error:
            known_code(home, code)
        assert error.value.exit_code == 2
    assert [u.unit_code for u in find_units("示例子镇", home)] == ["990101199"] and not find_units("示例子镇", tmp_path)
