"""Issues in words (words/issues.yaml); what the tables hold in English for programs is put into Chinese (words/findings.yaml)."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

from ingest.model import Issue
from ingest.words.language import LANGUAGES, Text
from ingest.words.places import place_text
from ingest.words.yaml_files import WORDS, read_yaml

_NAMES = re.compile(r"\{(\w+)\}")
_BRACKET = re.compile(r"(\s*[（(])((?:\{\w+\}\s*)+)([）)])")  # with nothing in it but values
NONE = ("", "–")  # what stands where nothing was expected, or nothing near was found


@cache
def _texts() -> dict[str, Any]:
    return read_yaml(WORDS / "issues.yaml")


@cache
def _findings() -> dict[str, Any]:
    return read_yaml(WORDS / "findings.yaml")


@cache
def _reasons() -> tuple[Text, ...]:
    """Why a name leads to no unit; the tables hold the English one."""
    return tuple(Text(**reason) for reason in read_yaml(WORDS / "identity.yaml")["unit_reasons"].values())


def issue_texts(issue: Issue) -> dict[str, str]:
    """An issue in words, as the tables keep it: message_zh and message_en."""
    text = issue_text(issue)
    return {"message_zh": text.zh, "message_en": text.en}


def issue_text(issue: Issue) -> Text:
    """An issue in words: what was found, where, what was expected, what to do."""
    whole = _texts()[issue.code]
    text = next(
        (whole[f"without_{n}"] for n in ("found", "expected") if getattr(issue, n) in NONE and f"without_{n}" in whole), whole
    )
    values = {"place": place_text(issue.place), "found": found_words(issue), "expected": translated(issue.expected)}
    sentences = []
    for language in LANGUAGES:
        given = {name: value.within(language) for name, value in values.items()}
        # A kind of document or a table stands in the place of some issues, as a code.
        given["place"] = whole.get("places", {}).get(issue.place, {}).get(language, given["place"])
        sentences.append(_filled(text[language], given, _findings()["nothing"][language]))
    return Text(*sentences)


def _filled(text: str, given: dict[str, str], nothing: str) -> str:
    """The sentence with its values; one that is empty leaves no empty quotes: its brackets go, or it is said that it is not known."""

    def bracket(found: re.Match[str]) -> str:
        kept = [name for name in _NAMES.findall(found[2]) if given[name]]
        return f"{found[1]}{' '.join(f'{{{name}}}' for name in kept)}{found[3]}" if kept else ""

    text = _BRACKET.sub(bracket, text)
    return text.format(**{name: value or nothing for name, value in given.items()})


def found_words(issue: Issue) -> Text:
    """What was found, in Chinese and in English."""
    found = translated(issue.found, issue.code in _findings()["technical_codes"])
    for reason in _reasons() if issue.code == "unit_unmatched" else ():
        found = found._replace(zh=found.zh.replace(f"({reason.en})", f"({reason.zh})"))
    return found


@cache
def _found() -> list[tuple[re.Pattern[str], str]]:
    """What the tables hold in English, as patterns, each with its words in Chinese."""
    return [(re.compile(pattern, re.DOTALL), words) for pattern, words in _findings()["found"]]


@lru_cache(1 << 10)  # most of what is found is found in many files
def translated(found: str, technical: bool = False) -> Text:
    """What was found in Chinese and in English; `technical` says that a sentence of a library may stand there, which is kept in English only."""
    for pattern, words in _found():
        if match := pattern.fullmatch(found):
            return Text(match.expand(words), found)
    return Text(_findings()["technical"] if technical and found else found, found)


def why(error: OSError) -> Text:
    """Why the system refused a file, in Chinese and in English."""
    return translated(error.strerror or str(error))
