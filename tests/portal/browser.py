"""A real browser for the tests of the portal: Debian's chromium, driven by playwright; without them those tests are skipped and say so."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from typing import Any

import httpx
import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
IS_MISSING = not CHROMIUM or not all(find_spec(module) for module in ("playwright", "axe_playwright_python"))
REASON = "no browser: make browser"
OF_THE_WIDTH = ("scrollable-region-focusable", "meta-viewport")
# Rows, lines and paragraphs that look like those before them.
ALIKE = ("tbody tr:nth-child(n+13)", "li:nth-child(n+7)", "article p:nth-of-type(n+7)", "pre:nth-of-type(n+3)")
SIZES = (1280, 390)
needs_browser = pytest.mark.skipif(IS_MISSING, reason=REASON)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as played:
        # Without a locale it cannot open a file with a Chinese name.
        begun = played.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"], env={**os.environ, "LC_CTYPE": "C.UTF-8"})
        yield begun
        begun.close()


def hindered(page: Any, with_colors: bool = True) -> list[tuple[str, str]]:
    """What hinders a screen reader on the page at hand, and whether it is wider than its window.

    In the narrow window only what depends on the width is looked at again. Colors take most of the time: of long tables and texts they are
    looked at in their beginning, for what stands below has the same.
    """
    from axe_playwright_python.sync_playwright import Axe

    width, axe = page.viewport_size["width"], Axe()
    # What passes is not handed over: of a long page that are tens of thousands of nodes.
    told: dict[str, Any] = {"resultTypes": ["violations"]}
    asked: list[tuple[dict[str, Any], dict[str, Any]]] = [({}, told | {"runOnly": list(OF_THE_WIDTH)})]
    if width == max(SIZES):
        asked = [({}, told | {"rules": {"color-contrast": {"enabled": False}}})]
        asked += [({"exclude": [[one] for one in ALIKE]}, told | {"runOnly": ["color-contrast"]})] if with_colors else []
    found = [
        one
        for context, options in asked
        for one in axe.run(page, context=context or None, options=options).response["violations"]
    ]
    wrong = [(one["id"], one["nodes"][0]["html"][:200]) for one in found]
    return wrong + ([("too wide", page.url)] if page.evaluate("document.documentElement.scrollWidth") > width else [])


def hindrances(
    browser: Any, portal: httpx.Client, paths: Iterable[str], width: int, colors_of: int | None = None
) -> list[tuple[str, ...]]:
    """What hinders a screen reader on these pages, what is wider than the window, and what comes from elsewhere; seen by who `portal` is signed in as.

    `colors_of` says of how many pages the colors are looked at, where all are drawn alike.
    """
    host, wrong = str(portal.base_url), []
    # The check itself is a script that the portal would not allow.
    context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
    context.add_cookies([{"name": one.name, "value": one.value or "", "url": host} for one in portal.cookies.jar])
    page = context.new_page()
    page.on("request", lambda request: request.url.startswith(host) or wrong.append(("elsewhere", request.url)))
    page.on("pageerror", lambda error: wrong.append(("script", str(error))))
    for n, path in enumerate(paths):
        page.goto(host.rstrip("/") + path)
        wrong += [(path, *one) for one in hindered(page, colors_of is None or n < colors_of)]
    context.close()
    return wrong
