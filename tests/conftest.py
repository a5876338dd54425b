"""One loaded home folder for all tests that only read it."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples" / "reports"


def foi(*arguments: object, timeout: int = 900, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program as a person does."""
    import os

    command = [str(Path(sys.executable).parent / "foi"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout, env={**os.environ, **environment})


def marts_hash(home: Path) -> str:
    """A hash of every row of the marts."""
    import duckdb

    digest = hashlib.sha256()
    with duckdb.connect(str(home / "published.duckdb"), read_only=True) as connection:
        for table in ("unit_year", "area_year", "progress", "reporting_rates"):
            digest.update(repr(connection.sql(f"select * from marts.{table} order by all").fetchall()).encode())
    return digest.hexdigest()


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder into which the examples were loaded with `foi load`."""
    home = tmp_path_factory.mktemp("home")
    result = foi("load", EXAMPLES, "--home", home)
    assert result.returncode == 1, result.stdout + result.stderr
    (home / "stdout.txt").write_text(result.stdout, "utf-8")
    (home / "stderr.txt").write_text(result.stderr, "utf-8")
    return home


@pytest.fixture
def ask(loaded: Path):
    """Ask the published file in SQL."""
    import duckdb

    with duckdb.connect(str(loaded / "published.duckdb"), read_only=True) as connection:
        connection.execute("set search_path = 'marts,core,quality,staging'")
        yield lambda sql: connection.execute(sql).fetchall()
