"""Reading and checking need few packages; a command whose group is not installed says in one sentence what to install."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path

import pytest

from ingest.installed import GROUPS
from tests.paths import ROOT

ROOMS = ("ingest", "expectations", "dagster_project", "foi", "portal")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
BROUGHT = packages_distributions()
# Before anything else of a process, those of reading included: only the packages of `foi` without a group can be found.
ONLY_SOME = """
import sys
FINDERS, HIDDEN = list(sys.meta_path), set({hidden!r})
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in HIDDEN:
            return next((s for f in FINDERS if (s := f.find_spec(name, path, target))), None)
sys.meta_path = [Finder()]
"""


def _name(requirement: str) -> str:
    return re.split(r"[^\w.-]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def _direct(group: str) -> set[str]:
    return {_name(r) for r in (PROJECT["dependencies"] if not group else PROJECT["optional-dependencies"][group])}


def _with_theirs(names: set[str]) -> set[str]:
    """The distributions and all that they need."""
    found: set[str] = set()
    waiting = set(names)
    while waiting:
        found.add(name := waiting.pop())
        try:
            needed = {_name(r) for r in requires(name) or [] if "extra ==" not in r}
        except PackageNotFoundError:  # wanted on another system only
            continue
        waiting |= needed - found
    return found


def _imported() -> dict[str, str]:
    """Every module of others that the rooms import, with a file that does."""
    found = {}
    for path in (p for room in ROOMS for p in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            found.update((name.partition(".")[0], path.name) for name in names)
    return {m: f for m, f in found.items() if m not in sys.stdlib_module_names and m not in ROOMS}


def test_every_module_that_is_imported_is_brought_by_a_package_named_for_its_group():
    known = {module: group for group, modules in GROUPS.items() for module in modules}
    wrong = []
    for module, file in _imported().items():
        group = known.get(module, "")
        brought = {_name(d) for d in BROUGHT.get(module, [])}
        if module not in BROUGHT and group == "ocr":  # not installed here
            continue
        if not brought & _direct(group):
            wrong.append((module, file, group or "foi"))
    assert wrong == []
    assert set(known) - {"rapidocr"} <= set(_imported())


def test_the_group_all_is_every_group():
    assert PROJECT["optional-dependencies"]["all"] == ["foi[warehouse,ocr]"]


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that, on PYTHONPATH, hides every package that `foi` alone does not bring; with a home folder beside it."""
    folder = tmp_path_factory.mktemp("bare")
    there = _with_theirs(_direct(""))
    hidden = {module for module, names in BROUGHT.items() if not {_name(n) for n in names} & there} - {*ROOMS, "foi_project"}
    (folder / "sitecustomize.py").write_text(ONLY_SOME.format(hidden=sorted(hidden)), "utf-8")
    (folder / "home" / "raw" / "batches").mkdir(parents=True)
    (folder / "home" / "published.duckdb").touch()
    return folder


def _foi(bare: Path, *words: str, language: str = "en") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(bare), "FOI_HOME": str(bare / "home"), "FOI_LANG": language}
    command = [sys.executable, "-c", "from foi.cli import main; main()", *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment)


def test_reading_and_checking_go_without_any_group(bare: Path):
    read = _foi(bare, "read", "examples/draft.docx", "--json")
    assert (json.loads(read.stdout)["state"], read.returncode) == ("loaded", 1), read.stderr
    page = bare / "marked.html"
    checked = _foi(bare, "check", "examples/draft.docx", "--page", str(page), "--json")
    assert checked.returncode == 1 and "Traceback" not in checked.stderr and page.is_file(), checked.stderr
    doctor = {a["name"]: a["present"] for a in json.loads(_foi(bare, "doctor", "--json").stdout)}
    assert not doctor["warehouse"] and not doctor["ocr"]


@pytest.mark.parametrize(
    "command",
    ["load examples/reports", "demo", "status", "export unit_year.xlsx"],
)
def test_a_command_that_lacks_its_group_says_the_line_that_installs_it(bare: Path, command: str):
    words = command.split()
    before = sorted(p.name for p in (bare / "home").rglob("*"))
    for language in ("zh", "en") if command == "status" else ("en",):
        ran = _foi(bare, *words, language=language)
        assert (ran.returncode, ran.stdout) == (2, ""), ran.stderr
        assert 'pip install "foi[warehouse]"' in ran.stderr and len(ran.stderr.splitlines()) == 1, ran.stderr
        assert bool(re.search(r"[\u4e00-\u9fff]", ran.stderr)) == (language == "zh")
    assert sorted(p.name for p in (bare / "home").rglob("*")) == before


def test_a_scan_says_what_to_install_where_ocr_is_not(bare: Path, tmp_path: Path):
    (tmp_path / "scan.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    ran = _foi(bare, "read", str(tmp_path / "scan.png"))
    assert 'pip install "foi[ocr]"' in ran.stdout + ran.stderr
