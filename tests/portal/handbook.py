"""The handbook, built as `make docs` does, into a folder of the tests; where Zensical is not installed its tests are skipped and say so."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.paths import ROOT

IS_MISSING = find_spec("zensical") is None
needs_zensical = pytest.mark.skipif(IS_MISSING, reason="no zensical: make docs")
SOURCES = ("docs", "portal/handbook/theme")


def build(folder: Path) -> Path:
    """Build the handbook of this checkout below a folder; a link that leads nowhere ends it."""
    for name in SOURCES:
        shutil.copytree(ROOT / name, folder / name, dirs_exist_ok=True)
    shutil.copy(ROOT / "zensical.toml", folder)
    built = subprocess.run([sys.executable, "-m", "zensical", "build", "--strict"], cwd=folder, capture_output=True, text=True)
    assert built.returncode == 0, built.stdout + built.stderr
    site = folder / "portal" / "site"
    shutil.rmtree(site / "assets")
    for name in ("404.html", "sitemap.xml"):
        (site / name).unlink()
    return site
