"""Issues in words (forms/issues.yaml)."""

from __future__ import annotations

from functools import cache
from typing import Any

from ingest.forms import FORMS, read_yaml
from ingest.model import Issue


@cache
def _texts() -> dict[str, Any]:
    return read_yaml(FORMS / "issues.yaml")


def issue_texts(issue: Issue) -> dict[str, str]:
    """An issue in words: what was found, where, what was expected, what to do (Chinese and English)."""
    text = _texts()[issue.code]
    said = {}
    for language in ("zh", "en"):
        # A kind of document stands in the place of some issues, as a code.
        place = text.get("places", {}).get(issue.place, {}).get(language, issue.place)
        said[f"message_{language}"] = text[language].format(place=place, found=issue.found, expected=issue.expected)
    return said
