"""How prose names the parts of a report and says its numbers (words/narrative.yaml)."""

from __future__ import annotations

from functools import cache
from typing import Any

from ingest.words.text import label_key
from ingest.words.yaml_files import WORDS, read_yaml


@cache
def words() -> dict[str, Any]:
    """How prose names its parts and says its numbers: words/narrative.yaml."""
    return read_yaml(WORDS / "narrative.yaml")


@cache
def heading_keys() -> frozenset[str]:
    """The headings of all parts of a report as they are compared: without number, spaces and punctuation."""
    return frozenset(label_key(t) for titles in words()["headings"].values() for t in titles)
