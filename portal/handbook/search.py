"""Whoever types words finds the sections of the handbook that hold them all; Chinese needs no spaces between them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from portal.handbook.built import ENGLISH, Built, Section

MOST = 40  # sections that are named
AROUND = 60  # characters shown before and behind the first word


@dataclass(frozen=True, slots=True)
class Hit:
    """A section with the words; every second part of its excerpt is one of them."""

    name: str
    anchor: str
    page: str
    title: str
    parts: tuple[str, ...]


def hits_of(handbook: Built, words: str, language: str) -> tuple[list[Hit], int]:
    """The sections of this reader's pages with all the words, those first whose heading has them, then as the pages are listed; and how
    many there are in all."""
    wanted = [re.compile(re.escape(word), re.IGNORECASE) for word in words.split()]
    if not wanted:
        return [], 0
    marked = re.compile(f"({'|'.join(one.pattern for one in wanted)})", re.IGNORECASE)
    found = [
        section
        for section in handbook.sections
        if section.name == handbook.twin(section.name.removesuffix(ENGLISH), language)
        and all(one.search(f"{section.title} {section.text}") for one in wanted)
    ]
    order = {name: i for i, name in enumerate(name for _, entries in handbook.groups for _, name in entries)}
    found.sort(key=lambda section: (not all(one.search(section.title) for one in wanted), order.get(section.name, len(order))))
    return [_hit(handbook, section, marked) for section in found[:MOST]], len(found)


def _hit(handbook: Built, section: Section, marked: re.Pattern[str]) -> Hit:
    first = marked.search(section.text)
    begin = max(0, first.start() - AROUND) if first else 0
    end = (first.end() if first else 0) + AROUND
    cut = section.text[begin:end]
    excerpt = ("…" if begin else "") + cut + ("…" if end < len(section.text) else "")
    page = handbook.pages[section.name].title
    return Hit(section.name.removesuffix(ENGLISH), section.anchor, page, section.title, tuple(marked.split(excerpt)))
