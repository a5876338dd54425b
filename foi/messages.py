"""Every text the program shows, in Chinese and in English; the texts are data (messages.yaml), and a reader sees one language."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from ingest.words.language import LANGUAGES, Text, language
from ingest.words.yaml_files import YamlEntries


class Complaint(Exception):
    """Something a person can put right; the program prints it and ends with `exit_code` (2 wrong use, 3 nothing there).

    Where it is kept for somebody who may read another language (an alert to operators), it is a Text.
    """

    def __init__(self, message: str | Text, exit_code: int = 2) -> None:
        self.text = message if isinstance(message, Text) else Text(message, message)
        super().__init__(self.text.shown)
        self.exit_code = exit_code


@cache
def _texts() -> YamlEntries:
    """Two thousand of them, of which a command says a few."""
    return YamlEntries(Path(__file__).parent / "messages.yaml")


class Counted(int):
    """A number that stands before what it counts: {n:file|files} is “1 file” or “2 files”."""

    def __format__(self, spec: str) -> str:
        one, found, many = spec.partition("|")
        return f"{int(self)} {one if self == 1 else many}" if found else format(int(self), spec)


def counting(values: dict[str, Any]) -> dict[str, Any]:
    """The values of a text, each whole number as one that counts."""
    return {k: Counted(v) if isinstance(v, int) and not isinstance(v, bool) else v for k, v in values.items()}


def message(key: str, /, **values: Any) -> str:
    """The text of a key in the language of this reader; a value that is a Text is given in that language too.

    Where a value is empty, a text of its own may say so (`key.without_value`), so that no list is announced that is not there.
    """
    return _filled(key, values, language()) if values else _plain(key, language())


def bilingual(key: str, /, **values: Any) -> Text:
    """The text of a key in both languages, for what carries both: JSON, and what is written once for all readers."""
    return Text(*(_filled(key, values, one) for one in LANGUAGES))


def template(key: str) -> Text | None:
    """The text of a key in both languages as it stands, with its places open; None if there is no such key."""
    return Text(**_texts()[key]) if has_message(key) else None


def joined(parts: Iterable[Text | str], between: str = "gap.comma") -> Text:
    """Texts and names one after the other, with the comma (or other sign) of each language between them."""
    signs, texts = template(between) or Text(between, between), [Text(p, p) if isinstance(p, str) else p for p in parts]
    return Text(*(sign.join(text[at] for text in texts) for at, sign in enumerate(signs)))


def word_of(kind: str, code: str) -> Text:
    """What a code means (`kind.code`), or the code itself where no text says it."""
    return template(f"{kind}.{code}") or Text(code, code)


def has_message(key: str) -> bool:
    """Whether there is a text of this key."""
    return key in _texts()


def json_of(value: Any) -> str:
    """JSON for a program: a text has both languages there, each by its name."""
    return json.dumps(_named(value), ensure_ascii=False)


def _named(value: Any) -> Any:
    if isinstance(value, Text):
        return value._asdict()
    if isinstance(value, dict):
        return {name: _named(part) for name, part in value.items()}
    return [_named(part) for part in value] if isinstance(value, list | tuple) else value


@cache
def _plain(key: str, language: str) -> str:
    """A text in which nothing is filled in, as a page asks for a hundred of them."""
    return _filled(key, {}, language)


def _filled(key: str, values: dict[str, Any], language: str) -> str:
    bare = next(
        (f"{key}.without_{name}" for name, value in values.items() if value == "" and has_message(f"{key}.without_{name}")), key
    )
    at = LANGUAGES.index(language)
    given = {k: v[at] if isinstance(v, tuple) else v for k, v in values.items()}
    return str(_texts()[bare][language]).format(**counting(given))
