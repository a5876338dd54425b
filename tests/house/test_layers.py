"""The folders are the steps of the way: imports go down the list of layers only, inside functions too, and nowhere in a circle."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.paths import ROOT

ROOMS = ("ingest", "expectations", "dagster_project", "foi", "portal")
# From the ground up; a module belongs to the longest name that begins its own. docs/architecture.md says what each room is for.
LAYERS = (
    "ingest.place",
    "ingest.model",
    "ingest.beijing",
    "ingest.home.environment",
    "ingest.home",
    "ingest.home.placing",
    "ingest.home.plain_path",
    "ingest.home.memory",
    "ingest.home.ledger",
    "ingest.words.yaml_files",
    "ingest.words",
    "ingest.law",
    "ingest.handed_in.clutter",
    "ingest.handed_in.archive",
    "ingest.handed_in",
    "ingest.installed",
    "ingest.readers.spans",
    "ingest.readers.row_edges",
    "ingest.readers.kinds",
    "ingest.readers.decoding",
    "ingest.readers.package",
    "ingest.readers.page",
    "ingest.readers.web",
    "ingest.readers.word",
    "ingest.readers.sheet",
    "ingest.readers.scan",
    "ingest.readers.abilities",
    "ingest.readers.plain",
    "ingest.readers.markdown",
    "ingest.readers",
    "ingest.tables",
    "ingest.units",
    "ingest.prose",
    "ingest.identity",
    "ingest.privacy",
    "ingest.pipeline",
    "ingest.roster",
    "ingest.landing",
    "ingest",
    "expectations.judgment",
    "expectations.messages",
    "expectations.decisions",
    "expectations.judge",
    "expectations.incomplete",
    "expectations.gate",
    "expectations",
    "dagster_project",
    "foi.messages",
    "foi.usage",
    "foi.faults",
    "foi.terminal",
    "foi.spoken",
    "foi.options",
    "foi.although",
    "foi.resident",
    "foi.located_yaml",
    "foi.published",
    "foi.access",
    "foi.draft",
    "foi.ask",
    "foi.owed",
    "foi.answer",
    "foi.letters",
    "foi.report",
    "foi.rollup",
    "foi.alerts.clock",
    "foi.alerts.who",
    "foi.alerts.post",
    "foi.alerts.what",
    "foi.alerts",
    "foi.line",
    "portal.static_files",
    "portal.formats",
    "portal.asked",
    "portal.sent",
    "portal.who",
    "portal.file_names",
    "portal.page",
    "portal.api.problem",
    "portal.calendar",
    "portal.feed",
    "portal.chart",
    "portal.chart_file",
    "portal.explorer",
    "portal.explorer_chart",
    "portal.errors",
    "portal.answered",
    "portal.around",
    "portal.handbook",
    "portal.desk",
    "portal.pages",
    "portal.letters",
    "portal",
    "foi.serve",
    "foi",
)


@cache
def modules() -> dict[str, Path]:
    """Every module of the five rooms by its name."""
    found: dict[str, Path] = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported(path: Path) -> set[str]:
    """The modules of ours that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: a relative import"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            found |= {name if name in modules() else node.module for name in names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found & modules().keys()


def layer_of(module: str) -> int:
    """The height of a module: that of the longest name in the list that begins its own."""
    fitting = [at for at, name in enumerate(LAYERS) if module == name or module.startswith(f"{name}.")]
    return max(fitting, key=lambda at: len(LAYERS[at]))


def test_every_name_in_the_list_of_layers_is_a_module():
    assert not [name for name in LAYERS if name not in modules()]


@pytest.mark.parametrize("module", modules())
def test_imports_go_down(module: str):
    upward = {name for name in imported(modules()[module]) if layer_of(name) > layer_of(module)}
    assert not upward, f"{module} stands below {', '.join(sorted(upward))}"


def test_no_modules_import_each_other_in_a_circle():
    graph = {name: imported(path) - {name} for name, path in modules().items()}
    while leaves := {name for name, needs in graph.items() if not needs & graph.keys()}:
        graph = {name: needs for name, needs in graph.items() if name not in leaves}
    # What is left imports, at some distance, itself.
    assert not graph, sorted(graph)
