"""Say what a document is when it is not a report of one unit and one year: a notice, a sample, a blank form, several reports."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from ingest.identity import Identity
from ingest.identity.page import Page, squeeze, words
from ingest.identity.titles import Title, title_in
from ingest.model import Cell, Issue, Paragraph
from ingest.words.yaml_files import WORDS, read_yaml

WHOLE = 0.8  # a title fills at least so much of its line
NUMBERED = re.compile(r"\d{1,3}\D")  # a line of a list; one that begins with a year may be a title


@cache
def _rules() -> dict[str, Any]:
    return read_yaml(WORDS / "documents.yaml")


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(_rules()[name])


@cache
def _kinds() -> dict[str, re.Pattern[str]]:
    return {kind: re.compile(pattern) for kind, pattern in _rules()["kinds"].items()}


def not_a_report(page: Page, cells: Sequence[Cell], identity: Identity) -> Issue | None:
    """Why a document is no report, None if it is one. A document with numbers is one unless the numbers are not of its year."""
    if reason := _sample(page, identity) or _several(page):
        return reason
    heads = _head_lines(page)
    is_titled = any(t.kind == "title" and _kind(t.line) is None for t in identity.titles)
    has_numbers = any(c.value is not None for c in cells)
    for line in [] if is_titled and (has_numbers or _is_titled_first(heads)) else heads:
        kind = _kind(line)
        if kind and (not has_numbers or kind in _rules()["with_numbers"]):
            return Issue("blank_form" if cells and kind == "form" else "not_a_report", "error", kind, line[:120])
    if not any(c.source == "period" for c in identity.candidates) and (part := _part_of_year(page)):
        return part
    return None if has_numbers else _without_numbers(page, cells, identity)


def _kind(line: str) -> str | None:
    return next((kind for kind, pattern in _kinds().items() if pattern.search(line)), None)


def _head_lines(page: Page) -> list[str]:
    """Lines that can be the title of the document."""
    own = page.meta([*words()["meta_titles"], "<title>"])
    menu = _pattern("menu") if any(title_in(line) for line in own) else None
    lines = [text for _, text in page.head if not (menu and menu.search(text))] + [text for _, text in own]
    return [t for t in lines if 4 < len(t) <= _rules()["title_length"] and "。" not in t and not NUMBERED.match(t)]


def _is_titled_first(heads: list[str]) -> bool:
    """Whether the report's own title comes before any line that looks like another kind of document."""
    for line in heads:
        if _kind(line):
            return False
        if title_in(("", line)):
            return True
    return True


def _sample(page: Page, identity: Identity) -> Issue | None:
    pattern = _pattern("sample")
    title = next((t for t in identity.titles if pattern.search(t.line) and t.kind == "title"), None)
    if title:
        return Issue("sample_text", "error", title.place, title.line[:120])
    found = pattern.findall(page.text)
    if identity.unit_code is None and len(found) >= _rules()["sample_in_text"]:
        return Issue("sample_text", "error", "", "、".join(dict.fromkeys(found)))
    return None


def _several(page: Page) -> Issue | None:
    """Titles of different reports, each with a table or the parts of a report behind it; a list of links has neither."""
    found: list[tuple[Title, list[str], bool]] = []
    for block in page.document.blocks:
        title = title_in((block.place, squeeze(block.text))) if isinstance(block, Paragraph) and len(block.text) < 90 else None
        if title and title.kind == "title" and len(title.text) > WHOLE * len(title.line):
            found.append((title, [], False))
        elif found:
            last, texts, has_table = found[-1]
            found[-1] = (last, [*texts, block.text], has_table) if isinstance(block, Paragraph) else (last, texts, True)
    if len(found) < 2:
        return None
    full = [title for title, texts, has_table in found if has_table or _is_text_of_report("".join(texts))]
    others = [t for t in full[1:] if _differs(full[0], t)]
    if not others:
        return None
    names = "; ".join(dict.fromkeys(t.line for t in full))
    return Issue("several_reports", "error", others[0].place, names[:300], str(len({t.line for t in full})))


def _is_text_of_report(text: str) -> bool:
    text = squeeze(text)
    return len(text) >= _rules()["report_text"] and sum(word in text for word in _rules()["report_words"]) > 1


def _differs(a: Title, b: Title) -> bool:
    """Two titles name different reports where both name a year, or both a unit, and not the same."""
    return bool((a.year and b.year and a.year != b.year) or (a.unit and b.unit and a.unit not in b.unit and b.unit not in a.unit))


def _part_of_year(page: Page) -> Issue | None:
    for place, text in page.body:
        for pattern in words()["part_periods"]:
            if (found := re.search(pattern, text)) and not (
                page.is_recognized and re.search(words()["misread_periods"], found[0])
            ):
                return Issue("part_of_year", "error", place, found[0])
    return None


def _without_numbers(page: Page, cells: Sequence[Cell], identity: Identity) -> Issue | None:
    """A document without numbers is a report if its text is; else a blank form, a page with an attachment, or nothing."""
    first = next((p.text for p in page.paragraphs if p.text.strip()), "").strip()
    named = any(c.source not in _rules()["outside"] for c in identity.candidates)
    if cells and not named:
        return Issue("blank_form", "error", cells[0].place, identity.title or first[:120])
    if cells:
        return None
    if not identity.title:
        return Issue("not_a_report", "error", "other", first[:120])
    is_short = sum(len(p.text) for p in page.paragraphs) < _rules()["little_text"]
    if (is_short or not _is_text_of_report(page.text)) and (found := _pattern("attachment").search(page.text)):
        line = next((p for p in page.paragraphs if found[0] in p.text), None)
        return Issue("attachment_only", "error", line.place if line else "", line.text.strip()[:120] if line else found[0])
    return None


def left_in(page: Page) -> list[Issue]:
    """Words of the form or of a template that were left in the report."""
    found = []
    for pattern in _rules()["left_in"]:
        if match := re.search(pattern, page.text):
            paragraph = next((p for p in page.paragraphs if match[0] in p.text), None)
            found.append(Issue("form_words_left", "hint", paragraph.place if paragraph else "", match[0]))
    return found
