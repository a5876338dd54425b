"""A small warehouse with one report that has two slips and one that lacks a table's numbers, and settings of a sender."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from foi.letters.settings import Settings, keep_settings
from ingest.beijing import beijing_today
from ingest.home import Home
from tests.contract import empty_warehouse
from tests.foi.conftest import Published
from tests.foi.letters.test_letter_words import FULL, file

UNIT, YEAR = "990101101", 2024
# Received 59 and granted 59, but the total of what was closed says 7: one right number mends two sums.
SLIPS = {"requests.closed.total": Decimal(7)}


def settings(**changes: str) -> Settings:
    """Settings of an office that is not there."""
    given = {"sender": "示例县政务公开办公室", "number": "示例核〔{year}〕{n}号", "reply_by": "15", "contact": "示例科",
             "phone": "000-0000", "seal": "（盖章）"}  # fmt: skip
    return Settings(**{**given, **changes})


def with_settings(path: Path, **changes: str) -> Home:
    """A home folder whose letters have a sender."""
    home = Home(path)
    keep_settings(home, settings(**changes), beijing_today())
    return home


@pytest.fixture
def warehouse(tmp_path: Path) -> Published:
    return Published(empty_warehouse(tmp_path / "published.duckdb"))


@pytest.fixture
def slipped(warehouse: Published) -> Home:
    """A home folder with settings and one report in which a total slipped."""
    file(warehouse, UNIT, YEAR, {**FULL, **SLIPS})
    return with_settings(warehouse.path.parent)
