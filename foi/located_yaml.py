"""A YAML file with the line of everything in it, so that a complaint can say where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from foi.messages import Complaint, bilingual, has_message, message

DEPTH = 20  # deeper than any file that people write here; a file that contains itself has no end


@dataclass(frozen=True, slots=True)
class Located:
    """A word, list or mapping of the file, and its line; words stay as they are written, so that 0101 is no number."""

    content: str | list[Located] | dict[str, Located]
    line: int
    path: Path
    about: str = "alerts"  # how the keys of the texts about this file begin

    def wrong(self, entry: str, **values: object) -> Complaint:
        """The complaint about this place."""
        key = f"yaml.{entry}" if has_message(f"yaml.{entry}") else f"{self.about}.{entry}"
        return Complaint(bilingual(f"{self.about}.bad_file", path=self.path, line=self.line, reason=bilingual(key, **values)))

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


def read_located(path: Path, about: str = "alerts") -> Located:
    """The whole file; a Complaint if it is not there or no YAML."""
    if not path.is_file():
        raise Complaint(message("error.no_such_path", path=path))
    try:
        node = yaml.compose(path.read_text("utf-8"), Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise Located("", line, path, about).wrong("not_yaml") from None  # the error quotes the line, which may hold a secret
    except yaml.YAMLError:
        raise Located("", 0, path, about).wrong("not_yaml") from None
    except UnicodeDecodeError:
        raise Located("", 0, path, about).wrong("not_text") from None
    return _located(node, Located("", 1, path, about)) if node else Located("", 1, path, about)


def _located(node: yaml.Node, top: Located, depth: int = 0) -> Located:
    here = replace(top, line=node.start_mark.line + 1)
    if depth > DEPTH:
        raise here.wrong("too_deep")
    if isinstance(node, yaml.SequenceNode):
        return replace(here, content=[_located(part, top, depth + 1) for part in node.value])
    if not isinstance(node, yaml.MappingNode):
        return replace(here, content=str(node.value))
    found: dict[str, Located] = {}
    for key, value in node.value:
        name = str(key.value)
        if name in found:
            raise replace(top, line=key.start_mark.line + 1).wrong("twice", key=name)
        found[name] = _located(value, top, depth + 1)
    return replace(here, content=found)
