"""The one strict reader of YAML: a broken file, or a key that stands twice, is an error that names the file and the line."""

from __future__ import annotations

import re
from collections.abc import Iterator
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
    return _read(path, path.read_text("utf-8"))


def _read(path: Path, text: str, before: int = 0) -> dict[str, Any]:
    """A mapping from a text that follows after so many lines of its file."""
    try:
        loader = LOADER(text)
        node = loader.get_single_node()
        _check_keys(path, node, before)
        loaded: dict[str, Any] = loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        line = before + error.problem_mark.line + 1 if error.problem_mark else before
        raise FormError(f"{path.name}:{line}: not valid YAML: {error.problem}") from error
    return loaded


class YamlEntries:
    """A long YAML file of which a program asks for a few keys: each entry is read when it is asked for, by the same strict reader.

    An entry begins where a key stands at the beginning of a line. A key that stands twice is a FormError with its line.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._found = path, dict[str, Any]()
        self._places: dict[str, tuple[int, str]] = {}  # by key: the line before it, and its text
        before = 0
        for text in re.split(r"^(?=[\w.]+:\s)", path.read_text("utf-8"), flags=re.MULTILINE):
            if (key := text.partition(":")[0]) in self._places:
                raise FormError(f"{path.name}:{before + 1}: “{key}” stands twice")
            if re.match(r"[\w.]+:\s", text):
                self._places[key] = (before, text)
            elif any(line and not line.startswith("#") for line in map(str.strip, text.splitlines())):
                raise FormError(f"{path.name}:1: not valid YAML: no key")
            before += text.count("\n")

    def __contains__(self, key: str) -> bool:
        return key in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __getitem__(self, key: str) -> Any:
        if key not in self._found:
            before, text = self._places[key]
            self._found[key] = _read(self._path, text, before)[key]
        return self._found[key]


def _check_keys(path: Path, node: yaml.Node | None, before: int) -> None:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                raise FormError(f"{path.name}:{before + key.start_mark.line + 1}: “{key.value}” stands twice")
            seen.add(key.value)
            _check_keys(path, value, before)


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
