"""What makes a table the statutory one: the words of its rows and of its column heads, told apart from other tables' (data: forms)."""

from __future__ import annotations

import re
from collections.abc import Collection
from difflib import SequenceMatcher
from functools import cache, lru_cache
from typing import Any

from ingest.words.text import label_key, normalize
from ingest.words.yaml_files import recognition


@cache
def measures() -> dict[str, Any]:
    """How much evidence a table needs (words/recognition.yaml, statutory)."""
    found: dict[str, Any] = recognition()["statutory"]
    return found


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(measures()[name])


@lru_cache(1 << 14)
def names_another_period(text: str) -> bool:
    """Whether words speak of another year than the report's, or compare two."""
    return bool(_pattern("another_period").search(_squeezed(text)))


@lru_cache(1 << 14)
def is_year(text: str) -> bool:
    """Whether a text is a year and nothing else."""
    return bool(_pattern("year").fullmatch(_squeezed(text)))


@cache
def _furniture() -> frozenset[str]:
    words = recognition()
    headings = {w for titles in words["section_headings"].values() for w in titles}
    return frozenset(map(label_key, {*words["furniture"], *headings}))


@lru_cache(1 << 14)
def is_beside(text: str) -> bool:
    """Whether words may stand above the numbers of a table without naming a column."""
    said = _squeezed(text)
    return label_key(text) in _furniture() or bool(_pattern("beside").search(said) or _item().fullmatch(said))


@cache
def _item() -> re.Pattern[str]:
    return re.compile(recognition()["items"])


@lru_cache(1 << 14)
def marks_table_two(text: str) -> bool:
    """Whether a cell is one of those that the form draws in table two and that hold no number: an item of Art. 20, its heading."""
    return label_key(text) == label_key(recognition()["furniture"][0]) or bool(_item().fullmatch(_squeezed(text)))


def is_alike(text: str, labels: Collection[str], measure: str = "alike") -> bool:
    """Whether words that no form knows can only be one of these labels, misspelled or cut."""
    least = measures()[measure]
    return not names_another_period(text) and any(_likeness(label_key(text), label) >= least for label in labels)


@lru_cache(1 << 14)
def _likeness(key: str, label: str) -> float:
    return SequenceMatcher(None, key, label, autojunk=False).ratio()


@lru_cache(1 << 14)
def _squeezed(text: str) -> str:
    return "".join(normalize(text).split())
