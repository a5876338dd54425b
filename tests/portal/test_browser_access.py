"""Signing in, giving a token out and taking it back with a browser, without JavaScript; nothing hinders a screen reader on these pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ingest.home import Home
from portal.app import app_of
from tests.portal.browser import SIZES, hindrances, needs_browser
from tests.portal.serving import serving, signed_in

pytestmark = needs_browser


def test_an_admin_comes_in_once_gives_a_token_out_and_a_colleague_comes_in_with_it(browser: Any, tmp_path: Path):
    app = app_of(Home(tmp_path))
    with serving(app) as client:
        host = str(client.base_url).rstrip("/")
        mine, theirs = (browser.new_context(java_script_enabled=False).new_page() for _ in range(2))
        mine.goto(f"{host}/sign-in?once={app.state.once.new()}")
        mine.click("main button")
        mine.goto(f"{host}/tokens")
        mine.fill("#name", "示例审核员")
        mine.fill("#area", "抚远市")
        mine.click("main form.find button")
        secret = mine.inner_text("main code")
        theirs.goto(f"{host}/sign-in?to=/audit")
        theirs.fill("#token", secret)
        theirs.click("main button")
        assert theirs.url == f"{host}/audit" and "管理员" in theirs.inner_text("main")  # which is for admins, and says so
        assert "示例审核员（审核员，230883）" in theirs.inner_text("header")
        mine.goto(f"{host}/audit?act=audit")
        assert "身份不够" in mine.inner_text("main") and "示例审核员" in mine.inner_text("main")
        mine.goto(f"{host}/tokens")
        mine.click("main td button")
        theirs.goto(f"{host}/about")
        assert "示例审核员" not in theirs.inner_text("header")
        mine.click("header button")
        mine.goto(f"{host}/tokens")
        assert "须先登录" in mine.inner_text("main")


@pytest.mark.parametrize("width", SIZES)
def test_nothing_hinders_a_screen_reader_where_somebody_signs_in(browser: Any, tmp_path: Path, width: int):
    app = app_of(Home(tmp_path))
    with serving(app) as client:
        assert hindrances(browser, client, ("/sign-in", "/sign-in?lang=en", "/sign-in?once=x", "/audit"), width) == []
        with signed_in(client, tmp_path, "admin") as admin:
            assert hindrances(browser, admin, ("/sign-in", "/tokens", "/tokens?lang=en", "/audit", "/audit?lang=en"), width) == []
