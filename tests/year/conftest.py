"""An office that works on the loaded examples: a home folder of its own, its portal, and people who signed in."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.foi.conftest import small
from tests.portal.browser import browser
from tests.portal.serving import served, signed_in

__all__ = ["browser", "office", "small"]
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


@pytest.fixture(scope="module")
def office(loaded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    home = Path(shutil.copytree(loaded, tmp_path_factory.mktemp("office") / "home", symlinks=True))
    with (
        served(home) as anybody,
        signed_in(anybody, home, "reviewer", COUNTY) as reviewer,
        signed_in(anybody, home, "reviewer", "230883") as stranger,
    ):
        yield Office(home, anybody, reviewer, stranger)
