"""What `make docs` built of docs/: the pages of the handbook, the way through them, and the sections by which they are found."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from pathlib import Path
from typing import Any

from ingest.words.language import LANGUAGES

SITE = Path(__file__).parents[1] / "site"
SECTIONS = "search.json"
ENGLISH = f".{LANGUAGES[1]}"  # ends the name of a page that is the English twin of another
PICTURES = {".png": "image/png", ".svg": "image/svg+xml"}
_TAG = re.compile("<[^>]+>")


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its title, its text as HTML, and its headings with their anchors."""

    title: str
    content: str
    headings: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page below one heading, as plain text."""

    name: str
    anchor: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Built:
    """The handbook: pages by their names, groups of pages in their order, sections, pictures by their names."""

    pages: dict[str, Page]
    groups: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    sections: tuple[Section, ...]
    pictures: dict[str, Path]

    def twin(self, name: str, language: str) -> str:
        """The name under which a page is written for readers of a language: of two twins theirs, else the only one there is."""
        english = name + ENGLISH
        return english if language == LANGUAGES[1] and english in self.pages else name

    def language_of(self, name: str) -> str:
        """In which language a page is written: Chinese if it has an English twin; pages without one are English."""
        return LANGUAGES[0] if name + ENGLISH in self.pages else LANGUAGES[1]


def built(folder: Path) -> Built | None:
    """The handbook of a folder, read once for each time it is built; None where it never was."""
    try:
        return _built(folder, (folder / SECTIONS).stat().st_mtime_ns)
    except OSError:
        return None


@lru_cache(maxsize=1)
def _built(folder: Path, _moment: int) -> Built:
    found = {
        path.parent.relative_to(folder).as_posix(): json.loads(path.read_text("utf-8")) for path in folder.rglob("*/index.html")
    }
    listed = next(iter(found.values()))["pages"] if found else []
    return Built(
        pages={name: Page(page["title"], page["content"], _headings(page["toc"])) for name, page in found.items()},
        groups=tuple(
            (group["title"], tuple((one["title"], one["url"].strip("/")) for one in group["children"])) for group in listed
        ),
        sections=tuple(map(_section, json.loads((folder / SECTIONS).read_text("utf-8"))["items"])),
        pictures={path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.suffix in PICTURES},
    )


def _headings(toc: Sequence[Any]) -> tuple[tuple[str, str], ...]:
    """The headings of the second level; the first one is the title."""
    return tuple((one["id"], one["title"]) for first in toc for one in ([first] if first["level"] == 2 else first["children"]))


def _section(item: Any) -> Section:
    name, _, anchor = item["location"].partition("#")
    text = " ".join(unescape(_TAG.sub(" ", item["text"])).split())
    return Section(name.strip("/"), anchor, unescape(_TAG.sub("", item["title"])), text)
