"""`python -m tests.quirks`: write docs/quirks.md, the list of what real reports do, from the cases that cover each entry."""

from __future__ import annotations

import ast
import sys
from collections import defaultdict

import yaml

from tests.paths import ROOT

ENTRIES = ROOT / "tests" / "cases" / "quirks.yaml"
PAGE = ROOT / "docs" / "quirks.md"


def cases() -> dict[int, list[str]]:
    """The names of the tests marked with each number, as sentences."""
    found: dict[int, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.FunctionDef):
                continue
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and isinstance(mark.func, ast.Attribute) and mark.func.attr == "quirk":
                    for number in mark.args:
                        if isinstance(number, ast.Constant) and isinstance(number.value, int):
                            sentence = node.name.removeprefix("test_").replace("_", " ")
                            found[number.value].append(f"{sentence} (`{path.relative_to(ROOT / 'tests')}`)")
    return found


def page() -> str:
    """The page: each entry with its cases, or why it has none, or that it is still open."""
    covered = cases()
    lines = [
        "# What real reports do, and which case covers it",
        "",
        "Made by `python -m tests.quirks` from the tests marked `quirk(N)`; a test fails when this page is not up to date.",
        "",
        "| no. | what is seen | covered by |",
        "|---|---|---|",
    ]
    for number, entry in yaml.safe_load(ENTRIES.read_text("utf-8")).items():
        what = covered.get(number) or [entry.get("why", "**open**")]
        lines.append(f"| {number} | {entry['seen']} | {'; '.join(what)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    print(f"{PAGE}: {page().count('**open**')} open")
    sys.exit(0)
