"""The one strict reader of YAML: a broken file, or a key that stands twice, is an error that names the file and the line."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

# libyaml reads a file in a tenth of the time; where PyYAML came without it, the result is the same.
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
WORDS = Path(__file__).parent


class FormError(ValueError):
    """A form file contradicts itself; the message gives file and line."""


def read_yaml(path: Path) -> dict[str, Any]:
    """A YAML file as a mapping; a broken one, or a key that stands twice, is a FormError with its line."""
    try:
        loader = LOADER(path.read_text("utf-8"))
        node = loader.get_single_node()
        _check_keys(path, node)
        loaded: dict[str, Any] = loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise FormError(f"{path.name}:{line}: not valid YAML: {error.problem}") from error
    return loaded


def _check_keys(path: Path, node: yaml.Node | None) -> None:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                raise FormError(f"{path.name}:{key.start_mark.line + 1}: “{key.value}” stands twice")
            seen.add(key.value)
            _check_keys(path, value)


def line_of(path: Path, word: str) -> int:
    """The first line (from 1) of a file on which a code or label stands alone; 0 if nowhere."""
    pattern = re.compile(rf"(?<![\w]){re.escape(word)}(?![\w])")
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if pattern.search(line):
            return number
    return 0


@cache
def recognition() -> dict[str, Any]:
    """The words by which reports are recognized (words/recognition.yaml)."""
    return read_yaml(WORDS / "recognition.yaml")
