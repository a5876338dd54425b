"""One check for all rooms: what a command prints is in one language; what a form, a unit or a file is called stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from ingest.law.forms import every_form
from ingest.law.relations import relations_of
from ingest.law.signals import signals
from ingest.units import load_registry
from tests.paths import ROOT

EXAMPLES = ROOT / "examples" / "reports"
# Chinese characters and their punctuation. Quotation marks are those of both languages.
_CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff01-\uff5e]+")
# What is typed stays English in a Chinese sentence: a command with its words, and the name of a file.
_TYPED = re.compile(r"\b(?:foi|pip|make|python|ollama|soffice)(?: +[\w./:<>=,~-]+)+")
_SENTENCE = re.compile(r"\b[A-Za-z][a-z'’]+(?:[,;:]? [a-z][a-z'’]*){2,}\b")
# Two languages on one line: Chinese words, a slash between spaces, English words (or the other way round).
_JOINED = re.compile(
    r"[\u3400-\u9fff。，；：）”][^\n/]* / [^\n/]*[A-Za-z]{2}|[a-z]{2}[^\n/\u3400-\u9fff]* / [^\n/]*[\u3400-\u9fff]"
)
# The invented places and bodies of the examples, one after the other as in a full name.
_INVENTED = re.compile(r"(?:(?:示例|某)[\u3400-\u9fff]{0,5}?(?:省|市|县|区|镇|乡|街道|办事处|局|委员会|办公室|政府))+")
_QUOTED = re.compile(r"“[^”\n]*”")  # in an English sentence: what a source says, or what was typed
_WORD = 3  # characters from which a part of a name counts as the name


def foreign_words(text: str, language: str, *data: str) -> list[str]:
    """What stands in a text and is not in its language, line by line; `data` is what a source, a file or a test says itself.

    The names of units and areas (the invented ones begin with 示例), the labels and titles of the forms and the files of the examples are data of every test.
    """
    for given in sorted(filter(None, {*data, *_with_signs()}), key=len, reverse=True):
        text = text.replace(given, "…")
    if language == "en":
        text = _QUOTED.sub("“…”", text)
    find = _chinese_words if language == "en" else _english_words
    return [f"{found}: {line.strip()}" for line in text.splitlines() for found in find(line)]


def assert_one_language(text: str, language: str, *data: str) -> None:
    """Fail with the words that are in the other language."""
    found = foreign_words(text, language, *data)
    assert not found, "\n".join([f"not {language}:", *found[:20]])


def _chinese_words(line: str) -> Iterator[str]:
    names, parts = _names()
    for found in _CHINESE.findall(line):
        is_part = len(found) >= _WORD and found in parts
        if not is_part and not _INVENTED.fullmatch(found) and not _is_made_of(found, names):
            yield found


def _is_made_of(text: str, names: frozenset[str]) -> bool:
    """Whether a text is a name, or names one after the other (the full name of a town begins with its province)."""
    ends = {0}
    for end in range(1, len(text) + 1):
        if any(text[begin:end] in names for begin in ends):
            ends.add(end)
    return len(text) in ends


def _english_words(line: str) -> Iterator[str]:
    line = _TYPED.sub("…", line)
    for find in (_SENTENCE, _JOINED):
        yield from (match[0] for match in find.finditer(line))


@cache
def _with_signs() -> frozenset[str]:
    """What a form prints with digits or quotation marks in it, and where its rules stand: no single runs of Chinese characters."""
    forms = every_form().values()
    printed = {text for form in forms for text in (form.title, form.source)}
    printed |= {label for form in forms for cell in form.cells for label in (cell.row_label, cell.column_label)}
    laws = {rule.law for form in forms for rule in (*form.rules, *relations_of(form.form))} | {s.law for s in signals().values()}
    return frozenset(text for text in printed if not _CHINESE.fullmatch(text)) | laws


@cache
def _names() -> tuple[frozenset[str], str]:
    """The names that are data, as a set and as one text to search for parts of them."""
    names = {str(row["name"]) for row in load_registry().rows()}
    names |= {part for path in EXAMPLES.rglob("*") for part in path.relative_to(ROOT).parts}
    names |= {line for path in EXAMPLES.glob("*.csv") for line in path.read_text("utf-8-sig").splitlines()}
    for form in every_form().values():
        names |= {form.title, form.source}
        for table in form.tables.values():
            names |= set(table.columns) | set(table.rows.values())
        names |= {text for cell in form.cells for text in (cell.item, cell.row_label, cell.column_label, cell.unit)}
    return frozenset(names), "\n".join(sorted(names))
