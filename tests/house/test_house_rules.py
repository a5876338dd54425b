"""The house keeps its own rules: no Chinese in code, small files, no foreign hosts, nothing mocked."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.paths import ROOT

ROOMS = ("ingest", "expectations", "dagster_project", "foi", "portal")
CODE = sorted(p for room in ROOMS for p in (ROOT / room).rglob("*.py"))
# Patterns of Chinese numerals are what these two modules are about.
CHINESE_ALLOWED = {"ingest/words/text.py", "ingest/prose/numerals.py", "ingest/tables/running.py"}


def test_chinese_stands_in_data_not_in_code():
    for path in [*CODE, *(ROOT / "dbt").rglob("*.sql")]:
        name = path.relative_to(ROOT).as_posix()
        if name in CHINESE_ALLOWED:
            continue
        if path.suffix == ".sql":
            text = re.sub(r"--.*", "", path.read_text("utf-8"))
            assert not re.search(r"[\u4e00-\u9fff]", text), name
            continue
        tree = ast.parse(path.read_text("utf-8"))
        documented = (ast.Module, ast.FunctionDef, ast.ClassDef)
        docs = {
            id(n.body[0].value)
            for n in ast.walk(tree)
            if isinstance(n, documented) and n.body and isinstance(n.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
                assert not re.search(r"[\u4e00-\u9fff]", node.value), f"{name}:{node.lineno}"


def listed() -> list[str]:
    """The names of the files that belong to the project: those that git knows, in a copy without it all that is there."""
    git = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = [name for name in subprocess.run(git, cwd=ROOT, capture_output=True, text=True).stdout.split("\0") if name]
    left = {".venv", ".venv-peers", "__pycache__", ".mypy_cache", ".ruff_cache", ".hypothesis", "foi.egg-info", "foi-demo"}
    here = (p.relative_to(ROOT) for p in ROOT.rglob("*") if not left.intersection(p.relative_to(ROOT).parts) and p.is_file())
    return [name for name in names or [p.as_posix() for p in here] if (ROOT / name).is_file()]


def tracked(*endings: str) -> list[Path]:
    paths = [ROOT / name for name in listed()]
    return [p for p in paths if p.suffix in endings and p.is_file()]


def test_no_file_is_longer_than_400_lines():
    code = tracked(".py", ".sql")
    assert len(code) > 40
    assert [p.name for p in code if len(p.read_text("utf-8").splitlines()) > 400] == []


def test_no_model_gathers_the_numbers_of_millions_of_groups():
    """What such an aggregate holds cannot go to the disk: where memory is short, all groups are written again and again, until the disk is full."""
    growing = re.compile(r"(?<![\w'])(?:median|mad|mode|quantile\w*|approx_quantile)\(")
    views = {"benchmark"}  # made when it is asked, of the units of one kind and form
    found = [path.name for path in (ROOT / "dbt" / "models").rglob("*.sql") if growing.search(path.read_text("utf-8"))]
    assert {name.removesuffix(".sql") for name in found} == views


def test_every_public_thing_says_what_it_does():
    for path in CODE:
        tree = ast.parse(path.read_text("utf-8"))
        assert ast.get_docstring(tree), path
        for node in tree.body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
                command = any(
                    "app" in ast.unparse(d) or "alerts" in ast.unparse(d) or "units" in ast.unparse(d)
                    for d in node.decorator_list
                )
                assert ast.get_docstring(node) or command, f"{path}: {node.name}"


def test_locks_and_pages_name_no_host():
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    assert "://" not in lock and "--" not in lock
    for path in (ROOT / "expectations" / "templates").glob("*.html"):
        assert "://" not in path.read_text("utf-8")


@pytest.mark.parametrize(
    ("rooms", "heavy"),
    [
        ("foi.draft.read, foi.ask.query, foi.ask.trend, foi.line.status", ("dagster", "dbt", "great_expectations")),
        # A clerk waits for a draft to be checked: nothing that only the warehouse needs is imported for it.
        ("foi.draft.show_check, foi.cli", ("dagster", "dbt", "great_expectations", "duckdb", "polars", "pyarrow", "scipy")),
    ],
)
def test_reading_needs_no_heavy_package(rooms: str, heavy: tuple[str, ...]):
    code = f"import sys; import {rooms}; print([m for m in {heavy} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT).stdout.strip() == "[]"


def test_the_command_line_loads_a_command_only_when_it_is_asked_for():
    code = "import sys; import foi.cli; print(*sorted(m for m in sys.modules if m.startswith('foi.')))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True).stdout.split()
    rooms = ("published", "access", "draft", "ask", "owed", "answer", "alerts", "line")
    assert "foi.cli" in loaded
    assert {m for m in loaded if m.count(".") > 1 and m.split(".")[1] in rooms} <= {
        "foi.access.commands",
        "foi.alerts.commands",
        "foi.owed.commands",
    }
