"""The portal of the loaded examples."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.foi.conftest import small
from tests.portal.browser import browser
from tests.portal.serving import served

__all__ = ["browser", "portal", "small"]


@pytest.fixture(scope="session")
def portal(loaded: Path) -> Iterator[httpx.Client]:
    """A client of the portal that shows the examples."""
    with served(loaded) as client:
        yield client
