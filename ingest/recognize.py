"""Say what a document is, whose report it is and of which year, with every candidate and every conflict.

Nothing is guessed: where the evidence is missing or contradicts itself, unit or year stay empty and an issue says why.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from ingest.flat import recognition
from ingest.model import Candidate, Cell, Document, Hints, Issue, Paragraph
from ingest.text import normalize
from ingest.units import Registry, Resolution

HEAD = 14  # paragraphs at the top of a page in which a title can stand


@dataclass
class Identity:
    """Title, unit, year and publication date of a document, with the candidates they were chosen from."""

    title: str = ""
    unit_code: str | None = None
    unit_name: str | None = None
    report_year: int | None = None
    published_on: str | None = None
    candidates: list[Candidate] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)


@cache
def _patterns(name: str) -> list[re.Pattern[str]]:
    return [re.compile(p) for p in recognition()[name]]


def identify(document: Document, hints: Hints, registry: Registry) -> Identity:
    """Whose report a document is and of which year."""
    paragraphs = [b for b in document.blocks if isinstance(b, Paragraph)]
    identity = Identity(published_on=hints.published_on or _published(document, paragraphs))
    titles = list(_titles(document, paragraphs))
    identity.title = titles[0][2] if titles else ""
    _decide_year(identity, titles, paragraphs, hints)
    _decide_unit(identity, titles, document, paragraphs, hints, registry)
    return identity


def not_a_report(document: Document, cells: list[Cell], identity: Identity) -> Issue | None:
    """Why a document is no report (a notice, a blank form, …), None if it is one."""
    numbers = [c for c in cells if c.value is not None]
    if numbers:
        return None
    paragraphs = [b for b in document.blocks if isinstance(b, Paragraph)]
    head = [_squeeze(p.text) for p in paragraphs[:HEAD] if len(p.text) < 120]
    heads = [
        *(h for h in head),
        *(_squeeze(v) for k, v in document.meta.items() if k in recognition()["meta_titles"] or k == "<title>"),
    ]
    for kind, words in recognition()["not_reports"].items():
        title = next((h for h in heads if any(w in h for w in words) and not h[0].isdigit()), None)
        if title:
            return Issue("blank_form" if cells and kind == "form" else "not_a_report", "error", kind, title[:120])
    first = next((p.text for p in paragraphs if p.text.strip()), "")
    if cells and not identity.candidates:
        return Issue("blank_form", "error", cells[0].place, identity.title or first[:120])
    if not cells and not identity.title:
        return Issue("not_a_report", "error", "", first[:120])
    return None


def _squeeze(text: str) -> str:
    return re.sub(r"\s+", "", normalize(text))


def _titles(document: Document, paragraphs: list[Paragraph]) -> Iterable[tuple[str, re.Match[str], str]]:
    """Each title found with the place it stands: meta tags, page title, the top of the text (a title may run over lines)."""
    sources = [(f"meta {k}", document.meta[k]) for k in recognition()["meta_titles"] if k in document.meta]
    head = [p for p in paragraphs[:HEAD] if len(p.text) < 100]
    sources += [(p.place, p.text) for p in head]
    sources += [(a.place, a.text + b.text) for a, b in itertools.pairwise(head)]
    sources += [(head[0].place, "".join(p.text for p in head[:3]))] if len(head) > 2 else []
    if "<title>" in document.meta:
        sources.append(("<title>", document.meta["<title>"]))
    for place, text in sources:
        line = _squeeze(text)
        for pattern in _patterns("titles"):
            if found := pattern.search(line):
                yield place, found, found[0]
                break


Titles = list[tuple[str, re.Match[str], str]]


def _decide_year(identity: Identity, titles: Titles, paragraphs: list[Paragraph], hints: Hints) -> None:
    """The manifest decides; else title and period if they agree; else the year that sentences begin with, if it is one."""
    strong, weak = _years(titles, paragraphs)
    if hints.report_year:
        strong.insert(0, Candidate("year", str(hints.report_year), "manifest", "manifest.csv"))
    identity.candidates += strong + weak
    years = {c.value for c in strong} or {c.value for c in weak}
    if hints.report_year or len(years) == 1:
        identity.report_year = hints.report_year or int(next(iter(years)))
    if len(years) > 1:
        evidence = "; ".join(f"{c.value} ({c.source}: {c.evidence[:40]})" for c in strong or weak)
        found = Issue("year_conflict", "warning" if hints.report_year else "error", "", evidence, str(identity.report_year or ""))
        identity.issues.append(found)
    elif not years:
        identity.issues.append(Issue("year_missing", "error"))


def _years(titles: Titles, paragraphs: list[Paragraph]) -> tuple[list[Candidate], list[Candidate]]:
    """Strong candidates (titles, the period a sentence names) and weak ones (“2024年,…” at the head of a sentence)."""
    strong = [Candidate("year", found["year"], place, title) for place, found, title in titles if found.groupdict().get("year")]
    weak: list[Candidate] = []
    for paragraph in paragraphs[:60]:
        line = _squeeze(paragraph.text)
        for pattern in _patterns("periods"):
            if (period := pattern.search(line)) and period["end"] in (None, period["year"]):
                strong.append(Candidate("year", period["year"], paragraph.place, period[0]))
        weak += [Candidate("year", m["year"], paragraph.place, m[0]) for m in _patterns("body_years")[0].finditer(line)]
    return strong, weak


def _decide_unit(
    identity: Identity,
    titles: Titles,
    document: Document,
    paragraphs: list[Paragraph],
    hints: Hints,
    registry: Registry,
) -> None:
    names = list(dict.fromkeys((place, name) for place, found, _ in titles for name in _names(found)))
    identity.candidates += [Candidate("unit", name, place, name) for place, name in names]
    places = [*hints.folders, *(document.meta[k] for k in recognition()["meta_places"] if k in document.meta)]
    opening = [p.text for p in paragraphs[:8]]
    mentioned = [area.name for text in opening for area in registry.areas_in(_squeeze(text)[:300])]
    if hints.unit_code:
        unit = registry.by_code(hints.unit_code)
        identity.unit_code, identity.unit_name = (
            hints.unit_code,
            unit.name if unit else (names[0][1] if names else hints.unit_code),
        )
        identity.candidates.append(Candidate("unit", hints.unit_code, "manifest", "manifest.csv"))
        if unit and names and not any(unit.name in n or n.endswith(unit.name) or n in unit.full_name for _, n in names):
            identity.issues.append(Issue("unit_conflict", "warning", names[0][0], names[0][1], unit.name))
        return
    resolved: dict[str, Resolution] = {}
    for _, name in names:
        resolution = registry.resolve(name, [*places, *mentioned], identity.report_year)
        resolved[name] = resolution
    units = {r.unit.unit_code: r.unit for r in resolved.values() if r.unit}
    if len(units) == 1:
        unit = units.popitem()[1]
        identity.unit_code, identity.unit_name = unit.unit_code, unit.name
    elif units:
        identity.issues.append(Issue("unit_conflict", "error", "", "; ".join(u.full_name for u in units.values())))
        identity.unit_name = names[0][1]
    elif names:
        reason = resolved[names[0][1]]
        options = "; ".join(f"{u.unit_code} {u.full_name}" for u in reason.candidates[:5])
        identity.issues.append(
            Issue(
                "unit_unmatched", "error", names[0][0], f"{names[0][1]} ({recognition()['unit_reasons'][reason.reason]})", options
            )
        )
        identity.unit_name = names[0][1]
    else:
        identity.issues.append(Issue("unit_missing", "error"))


def _names(found: re.Match[str]) -> Iterable[str]:
    """The unit a title names, without the words around it."""
    words = recognition()
    name = found.groupdict().get("unit") or ""
    for prefix in words["unit_prefixes"]:
        name = name.split(prefix)[-1]
    name = re.sub(r"\(.*?\)", "", name).strip(words["name_edges"])
    if len(name) >= 3 and name not in words["not_units"]:
        yield name


def _published(document: Document, paragraphs: list[Paragraph]) -> str | None:
    words = recognition()["published"]
    for name in words["meta"]:
        if found := re.search(words["date"], document.meta.get(name, "")):
            return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"
    for paragraph in [*paragraphs[:12], *paragraphs[-4:]]:
        for pattern in words["text"]:
            if found := re.search(pattern, normalize(paragraph.text)):
                return f"{found['year']}-{int(found['month']):02}-{int(found['day']):02}"
    return None
