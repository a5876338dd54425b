"""Files that systems and programs leave behind (Thumbs.db, desktop.ini, ~$x.docx): no person wrote them, so none is a report."""

from __future__ import annotations

import re
from functools import cache

from ingest.words.yaml_files import WORDS, read_yaml


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(read_yaml(WORDS / "lists.yaml")["passed_over"])


def is_clutter(name: str) -> bool:
    """Whether a file, or a folder that holds it, is of this kind, by its name."""
    return any(_pattern().match(part) for part in name.replace("\\", "/").split("/"))
