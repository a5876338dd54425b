"""A YAML file with the line of everything in it, so that a complaint can say where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml

from foi.messages import Complaint, bilingual, message

DEPTH = 20  # deeper than any file of recipients; a file that contains itself has no end


@dataclass(frozen=True, slots=True)
class Located:
    """A word, list or mapping of the file, and its line; words stay as they are written, so that 0101 is no number."""

    content: str | list[Located] | dict[str, Located]
    line: int
    path: Path

    def wrong(self, entry: str, **values: object) -> Complaint:
        """The complaint about this place."""
        reason = bilingual(f"alerts.{entry}", **values)
        return Complaint(bilingual("alerts.bad_recipients", path=self.path, line=self.line, reason=reason))

    def mapping(self, key: str, known: Iterable[str]) -> dict[str, Located]:
        """The content as a mapping with known names only."""
        if not isinstance(self.content, dict):
            raise self.wrong("not_a_mapping", key=key)
        for name, value in self.content.items():
            if name not in known:
                raise value.wrong("unknown_key", key=name, options=", ".join(known))
        return self.content

    def items(self, key: str) -> list[Located]:
        """The content as a list."""
        if not isinstance(self.content, list):
            raise self.wrong("not_a_list", key=key)
        return self.content

    def word(self, key: str) -> str:
        """The content as a single word or sentence."""
        if not isinstance(self.content, str):
            raise self.wrong("not_a_word", key=key)
        return self.content.strip()


def read_located(path: Path) -> Located:
    """The whole file; a Complaint if it is not there or no YAML."""
    if not path.is_file():
        raise Complaint(message("error.no_such_path", path=path))
    try:
        node = yaml.compose(path.read_text("utf-8"), Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise Located("", line, path).wrong("not_yaml") from None  # the error quotes the line, which may hold a secret
    except yaml.YAMLError:
        raise Located("", 0, path).wrong("not_yaml") from None
    except UnicodeDecodeError:
        raise Located("", 0, path).wrong("not_text") from None
    return _located(node, path) if node else Located("", 1, path)


def _located(node: yaml.Node, path: Path, depth: int = 0) -> Located:
    line = node.start_mark.line + 1
    if depth > DEPTH:
        raise Located("", line, path).wrong("too_deep")
    if isinstance(node, yaml.SequenceNode):
        return Located([_located(part, path, depth + 1) for part in node.value], line, path)
    if not isinstance(node, yaml.MappingNode):
        return Located(str(node.value), line, path)
    found: dict[str, Located] = {}
    for key, value in node.value:
        name = str(key.value)
        if name in found:
            raise Located("", key.start_mark.line + 1, path).wrong("twice", key=name)
        found[name] = _located(value, path, depth + 1)
    return Located(found, line, path)
