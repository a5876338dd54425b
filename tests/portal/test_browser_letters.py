"""A unit answers its letter in a browser, with scripts and without: it gives the right number, a reviewer accepts, the published mart has it."""

from __future__ import annotations

import io
import re
import shutil
import time
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import pytest

from foi.access.tokens import new_token
from ingest.home import Home
from tests.foi.letters.conftest import with_settings
from tests.portal.browser import SIZES, hindered, needs_browser
from tests.portal.serving import served

pytestmark = needs_browser
AREA, UNIT, YEAR = "990101", "990101103", 2023
COUNTS_WITHIN = 600.0  # seconds; then the refresh that the portal asked for has failed
CELLS = {0: "requests.granted.natural_person", 1: "requests.granted.total"}


def mart(home: Path) -> int:
    """The number of granted requests of the unit in the published table of units and years."""
    with duckdb.connect(str(home / "published.duckdb"), read_only=True) as connection:
        query = "select granted from marts.unit_year where unit_code = ? and report_year = ?"
        ((found,),) = connection.execute(query, [UNIT, YEAR]).fetchall()
    return int(found)


def test_a_unit_answers_with_the_right_number_a_reviewer_accepts_and_the_published_mart_has_it(
    browser: Any, loaded: Path, tmp_path: Path
):
    home = tmp_path / "home"
    shutil.copytree(loaded, home, symlinks=True)
    assert mart(home) == 6
    with served(home) as portal:
        host = str(portal.base_url).rstrip("/")
        with_settings(home, address=host)
        reviewer = browser.new_context(java_script_enabled=False, accept_downloads=True).new_page()
        reviewer.goto(f"{host}/sign-in")
        reviewer.fill("#token", new_token(Home(home), "示例复核", "reviewer", AREA, 5))
        reviewer.click("main button")
        reviewer.goto(f"{host}/letters/{AREA}/{YEAR}")
        with reviewer.expect_download() as taken:
            reviewer.click("button:has-text('写核实单并下载')")
        with zipfile.ZipFile(io.BytesIO(Path(taken.value.path()).read_bytes())) as archive:
            (letter,) = (archive.read(name).decode() for name in archive.namelist() if name.endswith(".html"))
        address = re.search(rf"{re.escape(host)}/answer/[\w-]+", letter)
        assert address is not None

        unit = browser.new_context(java_script_enabled=False).new_page()
        unit.goto(address[0])
        for n, cell in CELLS.items():
            unit.check(f"#kind-{n}-wrong")
            unit.fill(f"[name='number-{n}-{cell}']", "0")
        unit.fill("#who", "示例科")
        unit.click("button:has-text('发出答复')")
        assert "收到 2 条答复" in unit.inner_text(".banner >> nth=0")

        reviewer.goto(f"{host}/answers")
        assert "154 与 154" in reviewer.inner_text("main") and mart(home) == 6
        reviewer.click("button:has-text('采纳该函全部答复') >> nth=0")
        assert "已处理" in reviewer.inner_text("main")
        until = time.monotonic() + COUNTS_WITHIN
        while mart(home) != 0:
            assert time.monotonic() < until, (home / "logs" / "refresh.log").read_text("utf-8")
            time.sleep(1)
        reviewer.goto(f"{host}/letters/{AREA}/{YEAR}")
        assert "已办结" in reviewer.inner_text("table")
        unit.goto(address[0])
        assert "不用再答复" in unit.inner_text("main")


@pytest.mark.parametrize("width", SIZES)
def test_nothing_of_these_pages_hinders_a_screen_reader(browser: Any, loaded: Path, tmp_path: Path, width: int):
    home = tmp_path / "home"
    shutil.copytree(loaded, home, symlinks=True)
    with served(home) as portal:
        host = str(portal.base_url).rstrip("/")
        with_settings(home, address=host)
        page = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True, accept_downloads=True).new_page()
        page.goto(f"{host}/sign-in")
        page.fill("#token", new_token(Home(home), "示例管理", "admin", "", 5))
        page.click("main button")
        page.goto(f"{host}/letters/{AREA}/{YEAR}")
        with page.expect_download() as taken:
            page.click("button:has-text('写核实单并下载')")
        with zipfile.ZipFile(io.BytesIO(Path(taken.value.path()).read_bytes())) as archive:
            (letter,) = (archive.read(name).decode() for name in archive.namelist() if name.endswith(".html"))
        found = re.search(r"/answer/[\w-]+", letter)
        assert found is not None
        wrong = []
        page.goto(host + found[0])
        wrong += hindered(page)
        page.fill("#who", "示例科")
        page.click("button:has-text('发出答复')")  # nothing was answered: the page says so
        wrong += hindered(page)
        page.check("#kind-0-wrong")
        page.fill(f"[name='number-0-{CELLS[0]}']", "0")
        page.click("button:has-text('发出答复')")
        for path in (f"/letters/{AREA}/{YEAR}", "/answers", "/answers?lang=en", "/letters/settings"):
            page.goto(host + path)
            wrong += hindered(page)
    assert wrong == []
