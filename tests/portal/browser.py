"""A real browser for the tests of the portal: Debian's chromium, driven by playwright; without them those tests are skipped and say so."""

from __future__ import annotations

import shutil
from importlib.util import find_spec

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
IS_MISSING = not CHROMIUM or not all(find_spec(module) for module in ("playwright", "axe_playwright_python"))
REASON = "no browser: apt-get install chromium fonts-noto-cjk; pip install playwright axe-playwright-python"
needs_browser = pytest.mark.skipif(IS_MISSING, reason=REASON)
