"""A home folder with everything in it that a load leaves behind, but for what dbt and the expectations make."""

from __future__ import annotations

import random
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dagster_project.defs.landing import write_references
from dagster_project.settings import prepare_instance
from expectations.decisions import Decision, append
from foi.alerts.post.ledger import note_failure
from ingest.home import Home
from ingest.landing.batches import land, new_inputs
from ingest.landing.inbox import list_inputs
from ingest.landing.reading import read_inputs
from ingest.roster.store import keep_rosters_of, open_season
from ingest.units.known import registry_for
from ingest.words.language import Text
from tests.factory import random_record
from tests.factory.archive import as_zip
from tests.factory.docx import as_docx
from tests.factory.html import clean

DECISION = Decision(
    "2025-03-01T00:00:00+00:00", "示例科", "explain", "990101001", 2024, "requests_balance.total", "1", "2", "示例"
)
CORRECTION = (
    "- {unit_code: '990101001', report_year: 2024, cell: disclosure.licenses, action: set, expect: 5, value: 6,"
    " reason: 示例, evidence: 示例, who: 示例科, when: 2025-02-21}\n"
)


@pytest.fixture(scope="session")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two reports, an archive with another one and a member that cannot be taken out, a notice, own units and a roster."""
    folder = tmp_path_factory.mktemp("inbox")
    record, other, third = (random_record(random.Random(n), "2021", 40, f"示例{n}镇", 2024) for n in (1, 2, 3))
    (folder / "甲.html").write_bytes(clean(record))
    (folder / "乙.docx").write_bytes(as_docx(other))
    (folder / "报送.zip").write_bytes(as_zip({"各镇/丙.html": clean(third), "各镇/说明.rar": b"Rar!\x1a\x07\x00"}))
    (folder / "通知.html").write_text("<h1>关于编制2024年度报告的通知</h1>", "utf-8")
    (folder / "units.csv").write_text("unit_code,name,level,kind\n990101001,示例1镇,township,government\n", "utf-8")
    (folder / "roster.csv").write_text("unit_code,report_year\n990101001,2024\n", "utf-8")
    return folder


@pytest.fixture(scope="session")
def landed(inbox: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home folder; tests take a copy."""
    import dagster as dg

    home = Home(tmp_path_factory.mktemp("landed") / "home")
    registry = registry_for(inbox, home)
    land(home, read_inputs(new_inputs(home, list_inputs(inbox), registry), registry), registry)
    keep_rosters_of(home, inbox, registry)
    open_season(home.reference, 2024)
    append(home.decisions, DECISION)
    home.corrections.write_text(CORRECTION, "utf-8")
    write_references(home, inbox)
    note_failure(home.alerts, "1", Text("示例", "an example"), datetime(2025, 3, 1, tzinfo=UTC))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAGSTER_HOME", "")
        prepare_instance(home)
        with dg.DagsterInstance.get():
            pass
    return home.root


@pytest.fixture
def home(landed: Path, tmp_path: Path) -> Home:
    shutil.copytree(landed, tmp_path / "home")
    return Home(tmp_path / "home")
