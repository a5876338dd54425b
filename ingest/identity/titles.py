"""Find the titles of a document: meta tags, page title, the top of the text, where a title may run over several lines."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from ingest.identity.page import Line, Page, patterns, words

ALONE = 60  # characters a title has at most when it stands alone in its line


@dataclass(frozen=True, slots=True)
class Title:
    """A title found: where, its words, the line it stands in, and what it names.

    `kind` is title where the line is the title, opening where a sentence holds it, and joined where a line above a title
    that names no unit may be the unit's name or only a banner.
    """

    place: str
    text: str
    line: str
    kind: str
    unit: str | None
    year: str | None


def find_titles(page: Page) -> list[Title]:
    """Titles in the order in which they count: meta tags, lines of the text, lines joined, page title."""
    found = [t for line in page.meta(words()["meta_titles"]) if (t := title_in(line))]
    head = page.head
    single = [title_in(line) for line in head]
    single = [(_continued(t, head[:i]) or t) if t else None for i, t in enumerate(single)]
    found += [t for t in single if t]
    found += list(_joined(head, single))
    if not found:
        found += [t for line in page.before_tables if (t := title_in(line)) and t.kind == "title" and _is_whole(t)]
    found += [t for line in page.meta(["<title>"]) if (t := title_in(line))]
    return found


@lru_cache(512)  # a line is tried as a title by those who ask for the unit, and by those who ask what the document is
def title_in(line: Line) -> Title | None:
    """The title a line holds."""
    place, text = line
    if not anchored(text):
        return None
    text = text[:300]
    last = max((end.end() for end in patterns("title_ends")[0].finditer(text)), default=0)
    for pattern in (
        patterns("titles") if last else ()
    ):  # behind the last end they would only try in vain, which takes them longest
        if found := pattern.search(text, 0, last):
            groups = found.groupdict()
            kind = "title" if len(text) <= ALONE and "。" not in text else "opening"
            return Title(place, found[0], text, kind, groups.get("unit"), groups.get("year"))
    return None


def anchored(text: str) -> bool:
    """Whether the words that every title holds stand in a text."""
    return any(first in text and second in text for first, second in words()["anchors"])


def _joined(head: list[Line], single: list[Title | None]) -> Iterator[Title]:
    """Titles over two or three lines; lines that hold a whole title are not joined with others."""
    open_lines = [len(text) < ALONE and not _is_whole(title) for (_, text), title in zip(head, single, strict=True)]
    for i, (a, b) in enumerate(itertools.pairwise(head)):
        if not (open_lines[i] and open_lines[i + 1] and ":" not in a[1] and (title := title_in((a[0], a[1] + b[1])))):
            continue
        if above := _continued(title, head[:i]):
            yield above
        elif (
            i
            and title.unit is None
            and single[i + 1] is None
            and open_lines[i - 1]
            and (named := _named_above(title, head[i - 1]))
        ):
            yield named
        else:
            yield replace(title, kind="joined") if single[i + 1] else title


def _named_above(title: Title, above: Line) -> Title | None:
    """A title over two lines that names no unit, with the line above it, which may be the name or only a banner."""
    named = title_in((above[0], above[1] + title.line)) if ":" not in above[1] else None
    return replace(named, kind="joined") if named and named.unit else None


def _continued(title: Title, lines: list[Line]) -> Title | None:
    """The title of which a line holds only the end of the unit's name (办公室2024年…), with the line that holds its beginning."""
    if not (lines and title.unit and patterns("continues")[0].fullmatch(title.unit)):
        return None
    place, text = lines[-1]
    is_name = len(text) < ALONE and not anchored(text) and patterns("is_continued")[0].search(text)
    return title_in((place, text + title.line)) if is_name else None


def _is_whole(title: Title | None) -> bool:
    return bool(title and title.unit and title.year)


def names(title: Title) -> Iterator[str]:
    """The unit a title names, without the words around it; a second name in brackets only where it is a rival."""
    name = title.unit or ""
    for prefix in words()["unit_prefixes"]:
        name = name.split(prefix)[-1] or name
    inner = re.findall(r"\((.*?)\)", name)
    name = clean_name(re.sub(r"\(.*?\)", "", name))
    if name:
        yield name
    # “X人民政府(办公室)” is as unclear as the whole name of the office in brackets.
    inner = [name + rival if patterns("continues")[0].fullmatch(rival) else rival for rival in inner]
    yield from (rival for rival in inner if patterns("rival_names")[0].search(rival))


@lru_cache(512)  # title, signature and publisher mostly say the same name
def clean_name(name: str) -> str:
    """A name without what clings to it; empty if it is only “我镇” or the like."""
    for cut in patterns("name_cuts"):
        name = cut.sub("", name)
    name = name.strip(words()["name_edges"])
    return name if len(name) >= 3 and name not in words()["not_units"] else ""
