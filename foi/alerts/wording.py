"""The words of alerts (messages.yaml), in the languages and the order that a recipient wants."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from foi.messages import counting

LANGUAGES = ("zh", "en")


@cache
def _texts() -> dict[str, dict[str, str]]:
    loaded: dict[str, dict[str, str]] = yaml.safe_load((Path(__file__).parent / "messages.yaml").read_text("utf-8"))
    return loaded


def said(entry: str, /, languages: tuple[str, ...] = LANGUAGES, **values: Any) -> str:
    """A text in some languages; a value that is a pair (zh, en) is given in each language."""
    return joined([_said(entry, language, values) for language in languages])


def pair(entry: str, /, **values: Any) -> tuple[str, str]:
    """A text in Chinese and in English."""
    return _said(entry, "zh", values), _said(entry, "en", values)


def chosen(texts: tuple[str, str], languages: tuple[str, ...]) -> str:
    """A pair (zh, en) in some languages."""
    return joined([dict(zip(LANGUAGES, texts, strict=True))[language] for language in languages]) or joined(list(texts))


def as_pair(text: str | None) -> tuple[str, str]:
    """A text that was said in both languages, as Chinese and English; one that was not is the same in both."""
    zh, _, en = (text or "?").partition(" / ")
    return zh, en or zh


def joined(texts: list[str]) -> str:
    """The same thing said in several languages, each once."""
    return " / ".join(dict.fromkeys(text for text in texts if text))


def _said(entry: str, language: str, values: dict[str, Any]) -> str:
    at = LANGUAGES.index(language)
    return _texts()[entry][language].format(**counting({k: v[at] if isinstance(v, tuple) else v for k, v in values.items()}))
