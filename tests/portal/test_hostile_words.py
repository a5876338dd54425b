"""Whoever writes a report, a list of units or the name of a file writes words, never markup, nor anything a spreadsheet carries out."""

from __future__ import annotations

import csv
import io
import re
import shutil
import zipfile
from collections import deque
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import httpx
import pytest

from foi.access.tokens import new_token
from ingest.home import Home
from ingest.words.language import Text
from portal.formats import written
from tests.portal.serving import served, signed_in

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"' onmouseover='alert(3)"
FORMULA = '=HYPERLINK("http://elsewhere.example")'
# Columns that hold what somebody outside wrote.
COLUMNS = (
    "unit_name",
    "county_name",
    "file",
    "raw",
    "title",
    "url",
    "note",
    "reason_found",
    "area_name",
    "sentence",
    "snippet",
    "text",
)
PAGES = 160


@pytest.fixture(scope="module")
def hostile(loaded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """The portal of the examples after somebody put markup and formulas into every word that comes from outside."""
    home = Path(shutil.copytree(loaded, tmp_path_factory.mktemp("hostile"), dirs_exist_ok=True, symlinks=True))
    with duckdb.connect(str(home / "published.duckdb")) as connection:
        columns = connection.execute(
            "select schema_name, table_name, column_name from duckdb_columns() join duckdb_tables() using (schema_name, table_name)"
            " where data_type = 'VARCHAR' and list_contains($1, column_name)",
            [list(COLUMNS)],
        ).fetchall()
        assert len(columns) > 20
        for schema, table, column in columns:
            connection.execute(f'update "{schema}"."{table}" set "{column}" = $1 || "{column}" || $2', [FORMULA, EVIL])
    with served(home) as client, signed_in(client, home, "admin") as admin:
        new_token(Home(home), EVIL, "reviewer", "99", 9)
        client.get("/audit", headers={"authorization": f"Bearer {EVIL}".encode()})
        yield admin


class Markup(HTMLParser):
    """Finds what a browser would carry out, and the addresses a page leads to."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.bad: list[str] = []
        self.leads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.bad += [f"{tag} {name}" for name in given if name.startswith("on") or name == "style"]
        if (tag == "script" and not (given.get("src") or "").startswith("/static/")) or tag in (
            "iframe",
            "object",
            "embed",
            "base",
        ):
            self.bad.append(tag)
        for name in ("href", "src", "action"):
            value = given.get(name) or ""
            if value.lstrip().lower().startswith(("javascript:", "vbscript:")):
                self.bad.append(value)
            if tag == "img" and value == "x":
                self.bad.append("img")
        if tag == "a" and (given.get("href") or "").startswith("/"):
            self.leads.append(str(given["href"]))


def pages(client: httpx.Client) -> Iterator[tuple[str, httpx.Response]]:
    """Pages that lead to each other, few of each kind, and the files beside them."""
    waiting, seen, kinds = (
        deque(["/", "/audit", "/search?q=示例", "/area/990101/2023", "/progress/990101", "/changes", "/health"]),
        set(),
        {},
    )
    while waiting and len(seen) < PAGES:
        path = waiting.popleft()
        kind = re.sub(r"[0-9a-f]{16}|\d+|[%\w.]+=[^&]*", "*", path)
        kinds[kind] = kinds.get(kind, 0) + 1
        if path in seen or kinds[kind] > 3 or path.startswith(("/docs", "/static", "/data/")):
            continue
        seen.add(path)
        answer = client.get(path, follow_redirects=True)
        yield path, answer
        if answer.headers.get("content-type", "").startswith("text/html"):
            found = Markup()
            found.feed(answer.text)
            waiting.extend(dict.fromkeys(found.leads))


def test_words_from_outside_are_words_on_every_page_and_in_every_file(hostile: httpx.Client):
    kinds: dict[str, int] = {}
    shown = 0
    for path, answer in pages(hostile):
        kind = answer.headers.get("content-type", "").partition(";")[0]
        kinds[kind] = kinds.get(kind, 0) + 1
        assert answer.status_code in (200, 304, 400, 404, 503), path
        shown += "alert(1)" in answer.text
        if kind == "text/html":
            found = Markup()
            found.feed(answer.text)
            assert found.bad == [], (path, found.bad)
        elif kind in ("image/svg+xml", "application/atom+xml"):
            for element in ElementTree.fromstring(answer.content).iter():
                assert not element.tag.endswith("}script") and not [name for name in element.attrib if name.startswith("on")], (
                    path
                )
        elif kind == "text/csv":
            cells = [cell for row in csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))) for cell in row]
            assert [cell for cell in cells if cell.startswith("=")] == [], path
        elif kind.endswith("spreadsheetml.sheet"):
            with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
                sheets = [book.read(name) for name in book.namelist() if name.startswith("xl/worksheets/")]
            assert sheets and not any(b"<f>" in sheet or b"<hyperlink" in sheet for sheet in sheets), path
    assert shown > 20 and {"text/html", "text/csv", "application/json"} <= set(kinds) and len(kinds) >= 5


@pytest.mark.parametrize(
    "path",
    [
        "/trend.svg?unit=990101101&measure=received",
        "/changes.atom",
        "/area/990101/2023/units.xlsx",
        "/report/ee1cc779ef25bfc4.csv",
    ],
)
def test_files_that_no_page_names_are_safe_too(hostile: httpx.Client, path: str):
    answer = hostile.get(path)
    assert answer.status_code == 200
    if path.split("?")[0].endswith((".svg", ".atom")):
        names = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(answer.content).iter()}
        assert "script" not in names and "img" not in names
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_name_that_is_markup_is_shown_as_it_is(hostile: httpx.Client):
    listed = hostile.get("/audit")
    assert "<script" not in re.sub(r'<script src="/static/[^"]+"[^>]*>', "", listed.text)


@pytest.mark.parametrize(
    ("word", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+1;cmd", "'+1;cmd"),
        ("-2+3", "'-2+3"),
        ("\tx", "'\tx"),
        ("-", "-"),
        ("-5", "-5"),
        ("+1,200.5", "+1,200.5"),
        (-5, "-5"),
        ("示例镇", "示例镇"),
    ],
)
def test_no_cell_of_a_csv_is_carried_out(word: object, cell: str):
    text = written("csv", {"a": Text("甲", "a")}, [[word]], ()).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == [["a"], [cell]]
