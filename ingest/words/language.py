"""One language at a time: the language of this reader, and texts that exist in both."""

from __future__ import annotations

import locale
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

LANGUAGES = ("zh", "en")
VARIABLE = "FOI_LANG"
_NO_LANGUAGE = ("", "c", "posix")  # what a locale is called that names no language
_used: ContextVar[str | None] = ContextVar("language", default=None)


class Text(NamedTuple):
    """A text in Chinese and in English; JSON carries both, a page or a line one of them."""

    zh: str
    en: str

    def within(self, language: str) -> str:
        """The text in a language; in the other where it is empty."""
        return self[LANGUAGES.index(language)] or self.zh or self.en

    @property
    def shown(self) -> str:
        """The text in the language of this reader."""
        return self.within(language())


def language() -> str:
    """zh or en: what was chosen with --lang, else the variable FOI_LANG, else the locale, else Chinese."""
    return _used.get() or named(os.environ.get(VARIABLE, "")) or of_locale()


def named(word: str) -> str | None:
    """The language that a word names (zh, zh_CN.UTF-8, en-US, Chinese); None for a word that names neither."""
    low = word.strip().lower()
    return next((code for code, begin in (("zh", ("zh", "chinese")), ("en", ("en",))) if low.startswith(begin)), None)


def of_locale() -> str:
    """English where the locale names another language than Chinese, Chinese otherwise."""
    given = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    # Elsewhere Python takes the absence of a locale (C) for en_US.
    word = given or (locale.getlocale()[0] or "" if os.name == "nt" else "")
    if word.partition(".")[0].lower() in _NO_LANGUAGE:
        return "zh"
    return named(word) or "en"


def use_language(language: str | None) -> None:
    """From here on speak this language; None: as the variable or the locale says."""
    _used.set(language)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language for a while: a mail to somebody who reads English."""
    before = _used.set(language)
    try:
        yield
    finally:
        _used.reset(before)
