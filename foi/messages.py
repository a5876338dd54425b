"""Every text the program shows, Chinese first, English second; the texts are data (messages.yaml)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml


class Complaint(Exception):
    """Something a person can put right; the program prints it and ends with `exit_code` (2 wrong use, 3 nothing there)."""

    def __init__(self, message: str, exit_code: int = 2) -> None:
        super().__init__(message)
        self.exit_code = exit_code


@cache
def _texts() -> dict[str, dict[str, str]]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the reader of ingest.forms would bring all of ingest to `foi --help`
    loaded: dict[str, dict[str, str]] = yaml.load((Path(__file__).parent / "messages.yaml").read_text("utf-8"), loader)
    return loaded


def say(key: str, **values: Any) -> str:
    """The text of a key in both languages: “中文 / English”."""
    text = _texts()[key]
    return " / ".join(dict.fromkeys(part.format(**values) for part in (text["zh"], text["en"]) if part))


def both(key: str) -> tuple[str, str] | None:
    """The Chinese and the English text of a key as they stand; None if there is no such key."""
    text = _texts().get(key)
    return (text["zh"], text["en"]) if text else None
