"""A real browser for the tests of the portal: Debian's chromium, driven by playwright; without them those tests are skipped and say so."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
IS_MISSING = not CHROMIUM or not all(find_spec(module) for module in ("playwright", "axe_playwright_python"))
REASON = "no browser: make browser"
needs_browser = pytest.mark.skipif(IS_MISSING, reason=REASON)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as played:
        begun = played.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield begun
        begun.close()
