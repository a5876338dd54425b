"""The words of alerts that are data beside the other sentences about failing rows (expectations/messages.yaml)."""

from __future__ import annotations

from typing import Any

from expectations.messages import texts


def said(entry: str, /, **values: Any) -> str:
    """A text in both languages: Chinese first, then English."""
    text = texts()["alerts"][entry]
    return f"{text['zh'].format(**values)} / {text['en'].format(**values)}"
