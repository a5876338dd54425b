"""A small office: a home folder with the reports of three towns, its portal, and people who signed in; a file of tests has one of its own."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.conftest import foi
from tests.desk import Desk, page
from tests.portal.browser import browser
from tests.portal.serving import served, signed_in

__all__ = ["browser", "office"]
COUNTY, YEAR = "990101", 2024


@dataclass(frozen=True)
class Office:
    """A home folder with the pages of its portal: as anybody sees them, as the county's reviewer, and as one of elsewhere."""

    home: Path
    anybody: httpx.Client
    reviewer: httpx.Client
    stranger: httpx.Client

    def clerk(self, unit: str):  # type: ignore[no-untyped-def]
        """A client in which the clerk of a unit signed in."""
        return signed_in(self.anybody, self.home, "clerk", unit)

    def until(self, holds: Callable[[], bool], seconds: float = 400) -> bool:
        """Wait until the line has counted what was done, as far as a page shows it."""
        end = time.monotonic() + seconds
        while not (found := holds()) and time.monotonic() < end:
            time.sleep(1)
        return found


UNITS = (
    "unit_code,name,level,kind\n99,示例省,province,government\n9901,示例市,city,government\n990101,示例县,county,government\n"
    "990101101,示例甲镇,township,town\n990101102,示例乙镇,township,town\n990101103,示例丙镇,township,town\n"
)


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home folder with which each office begins, after its first load."""
    desk = Desk(tmp_path_factory.mktemp("office"))
    desk.put("units.csv", UNITS)
    for n, name in enumerate(("示例甲镇", "示例乙镇", "示例丙镇"), 1):
        desk.put(f"{n}.html", page(name, n, YEAR))
    loaded = foi("load", desk.inbox, "--home", desk.home.root, timeout=600)
    assert loaded.returncode in (0, 1), loaded.stdout + loaded.stderr
    return desk.home.root


@pytest.fixture(scope="module")
def office(begun: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    home = Path(shutil.copytree(begun, tmp_path_factory.mktemp("office") / "home", symlinks=True))
    with (
        served(home) as anybody,
        signed_in(anybody, home, "reviewer", COUNTY) as reviewer,
        signed_in(anybody, home, "reviewer", "230883") as stranger,
    ):
        yield Office(home, anybody, reviewer, stranger)
