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


class Counted(int):
    """A number that stands before what it counts: {n:file|files} is “1 file” or “2 files”."""

    def __format__(self, spec: str) -> str:
        one, found, many = spec.partition("|")
        return f"{int(self)} {one if self == 1 else many}" if found else format(int(self), spec)


def counting(values: dict[str, Any]) -> dict[str, Any]:
    """The values of a text, each whole number as one that counts."""
    return {k: Counted(v) if isinstance(v, int) and not isinstance(v, bool) else v for k, v in values.items()}


def say(key: str, **values: Any) -> str:
    """The text of a key in both languages: “中文 / English”; a value that is a pair (zh, en) is given in each language.

    Where a value is empty, a text of its own may say so (`key.without_value`), so that no list is announced that is not there.
    """
    bare = next(
        (f"{key}.without_{name}" for name, value in values.items() if value == "" and f"{key}.without_{name}" in _texts()), key
    )
    texts = [(at, _texts()[bare][language]) for at, language in enumerate(("zh", "en"))]
    given = [{k: v[at] if isinstance(v, tuple) else v for k, v in values.items()} for at in (0, 1)]
    return " / ".join(dict.fromkeys(text.format(**counting(given[at])) for at, text in texts if text))


def both(key: str) -> tuple[str, str] | None:
    """The Chinese and the English text of a key as they stand; None if there is no such key."""
    text = _texts().get(key)
    return (text["zh"], text["en"]) if text else None
