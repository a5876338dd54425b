"""Collect what says whose report a document is: each name with its kind of evidence, its place and its words."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from ingest.identity.page import Page, patterns, squeeze, words
from ingest.identity.titles import Title, clean_name, names
from ingest.model import Hints
from ingest.units import Registry


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that names a unit or a year: the kind of evidence, what it names, where it stands, its words."""

    kind: str
    value: str
    place: str
    text: str


def unit_evidence(page: Page, titles: list[Title], hints: Hints, file: str) -> list[Evidence]:
    """Every name of a unit that the document, its address and its folders give."""
    found = [Evidence(_kind(t, name), name, t.place, t.text) for t in titles for name in names(t)]
    found += _matches("maker", "makers", page.head)
    tail = page.tail
    closing = list(dict.fromkeys([*page.closing, *tail]))
    found += _matches("signature", "signatures", [*closing, *((a[0], a[1] + b[1]) for a, b in itertools.pairwise(closing))])
    found += _matches("publisher", "publishers", [*page.head, *tail])
    found += [Evidence("publisher", text, place, text) for place, text in page.meta(words()["meta_publishers"])]
    for label in words()["publisher_labels"]:
        if label in page.index:
            place, text = page.index[label]
            found.append(Evidence("publisher", text, place, text))
    found += _breadcrumb(page)
    found += [Evidence("site", _site(text), place, text) for place, text in page.meta(words()["meta_sites"])]
    found += [Evidence("folder", folder, "/".join(hints.folders), folder) for folder in hints.folders[-2:]]
    found += _file(file)
    return list(dict.fromkeys(e for e in found if len(e.value) >= 3))


def _kind(title: Title, name: str) -> str:
    """What a title says of a name: “X办公室编制了…报告” and “X办公室关于公布…报告” name who made and published it, not whose it is."""
    unit = title.unit or ""
    published = patterns("publishes")[0].search(title.text) and patterns("own_offices")[0].search(name)
    return "maker" if published or patterns("makes")[0].search(unit) else title.kind


def _matches(kind: str, name: str, lines: list[tuple[str, str]]) -> Iterator[Evidence]:
    for place, text in lines:
        for pattern in patterns(name):
            if (found := pattern.search(text[:300])) and (unit := clean_name(found["unit"])):
                yield Evidence(kind, unit, place, found[0])


def _breadcrumb(page: Page) -> Iterator[Evidence]:
    """The steps of the path to a page; its columns (“政府信息公开年报”) are no names."""
    for place, text in page.head:
        if path := patterns("breadcrumbs")[0].search(text[:300]):
            for step in patterns("steps")[0].split(path["path"]):
                if name := clean_name(step):
                    yield Evidence("breadcrumb", name, place, text[:120])


def _site(text: str) -> str:
    end = next((e for e in words()["site_ends"] if text.endswith(e)), "")
    return text.removesuffix(end)


def _file(file: str) -> Iterator[Evidence]:
    """A file named after its unit."""
    stem = squeeze(PurePosixPath(file.replace("\\", "/").rpartition("!/")[2]).stem)
    name = clean_name(patterns("file_words")[0].sub("", stem))
    if name and len(name) <= 15:
        yield Evidence("file", name, file, stem)


def named_places(page: Page, hints: Hints, registry: Registry) -> list[str]:
    """The places that folders, site, address and the first paragraphs name; they tell namesakes apart."""
    found = [*hints.folders, *(text for _, text in page.meta(words()["meta_places"]))]
    if (area := re.search(words()["address"]["area"], hints.url or "")) and (unit := registry.by_code(area["area"])):
        found.append(unit.name)
    return found + [name for _, text in page.body[:8] for name in registry.areas.scan(text[:300])]


def late_places(page: Page, registry: Registry) -> list[str]:
    """The places that the frame of a page and its sentences name; they count only where namesakes are left."""
    lines = [text[:300] for _, text in dict.fromkeys([*page.body, *page.closing, *page.tail])]
    found = [m[0] for text in lines for pattern in patterns("late_places") for m in pattern.finditer(text)]
    found += [text[:300] for _, text in page.meta(words()["meta_late_places"])]
    return list(dict.fromkeys(name for text in found for name in registry.areas.scan(text)))


def own_words(page: Page) -> dict[str, int]:
    """How often the text says 我镇, 本局 and the like, by the end of the name."""
    text, found = page.text, {}
    for end in words()["ours"]:
        not_said = words()["our_not"].get(end, ())
        if count := sum(text.count(our + end) for our in words()["our"] if our not in not_said):
            found[end] = count
    return found
