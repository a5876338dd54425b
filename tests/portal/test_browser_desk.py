"""A reviewer in a browser: a group is explained by keyboard and the act undone; without scripts too; nothing hinders a screen reader."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from foi.access.tokens import new_token
from ingest.home import Home
from portal.app import app_of
from portal.desk.counting import Counting
from tests.portal.browser import SIZES, hindered, hindrances, needs_browser
from tests.portal.serving import serving

pytestmark = needs_browser
WHY = "示例：单位已来函说明"


@pytest.fixture(scope="module")
def own(loaded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the examples in which a test may write."""
    return Path(shutil.copytree(loaded, tmp_path_factory.mktemp("desk") / "home", symlinks=True))


@pytest.fixture(scope="module")
def desk(own: Path) -> Iterator[httpx.Client]:
    """A portal of the examples on which nothing was decided."""
    app = app_of(Home(own))
    app.state.counting = Counting(Home(own), (sys.executable, "-c", ""))  # what a refresh does is tested elsewhere
    with serving(app) as client:
        yield client
    assert app.state.counting.wait(60)


def entered(browser: Any, desk: httpx.Client, home: Path, **options: Any) -> Any:
    """A page of a browser in which a reviewer signed in."""
    page = browser.new_context(**options).new_page()
    page.goto(str(desk.base_url).rstrip("/") + "/sign-in")
    page.fill("#token", new_token(Home(home), "示例审核员", "reviewer", "990101", 30))
    page.click("main form button")
    return page


def at(desk: httpx.Client, path: str) -> str:
    return str(desk.base_url).rstrip("/") + path


def test_a_group_is_explained_by_keyboard_and_the_act_undone(browser: Any, desk: httpx.Client, own: Path):
    page = entered(browser, desk, own)
    page.goto(at(desk, "/violations?area=990101&kind=error"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.matches('[data-row]')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/violations/group?*")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('details').open")
    page.keyboard.press("e")
    page.keyboard.type(WHY)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('已办理')")
    assert "已说明：记录" in page.inner_text("main .banner >> nth=0")
    page.click("button:has-text('撤销这次办理')")
    page.wait_for_selector("h1:has-text('已撤销')")
    page.click("#next")
    assert "已说明" not in page.inner_text("main table >> nth=0")


def test_ticking_one_by_key_means_that_one(browser: Any, desk: httpx.Client, own: Path):
    page = entered(browser, desk, own)
    page.goto(at(desk, "/violations/group?area=990101&kind=error&rule=requests_closed_total"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("x")
    assert page.is_checked("input[name=which][value=ticked]")
    page.keyboard.press("w")
    page.keyboard.type(WHY)
    page.click("button:has-text('办理')")
    assert "豁免：记录 1 处" in page.inner_text("main .banner >> nth=0")


def test_a_group_is_decided_without_scripts(browser: Any, desk: httpx.Client, own: Path):
    page = entered(browser, desk, own, java_script_enabled=False)
    page.goto(at(desk, "/violations?area=990101&kind=incomplete"))
    page.click("main table a")
    page.check("input[name=action][value=confirm]")
    page.fill("#why", WHY)
    page.click("button:has-text('办理')")
    assert "确认有误：记录 1 处" in page.inner_text("main .banner >> nth=0")
    page.click("main a:has-text('办理记录')")
    assert WHY in page.inner_text("main table")


@pytest.mark.parametrize("width", SIZES)
def test_nothing_of_the_desk_hinders_a_screen_reader(browser: Any, desk: httpx.Client, width: int):
    paths = ["/violations", "/violations/group?kind=error&rule=requests_closed_total", "/violations/acts", "/corrections", "/withdrawals",
             "/violations/repair?unit=990101103&year=2023"]  # fmt: skip
    assert hindrances(browser, desk, paths, width) == []


@pytest.mark.parametrize("width", SIZES)
def test_nothing_of_the_forms_hinders_a_screen_reader(browser: Any, desk: httpx.Client, own: Path, width: int):
    page = entered(browser, desk, own, viewport={"width": width, "height": 900}, bypass_csp=True)
    for path in ("/violations/group?area=990101", "/withdrawals", "/violations/repair?unit=990101103&year=2023"):
        page.goto(at(desk, path))
        if "group" in path:
            page.locator("summary").first.click()
        assert hindered(page) == [], path
