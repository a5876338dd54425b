"""Whose report a document is and of which year, with every candidate and every conflict.

Nothing is guessed: where the evidence is missing or contradicts itself, unit or year stay empty and an issue says why.
The rule by which evidence is weighed is data (words/identity.yaml).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.identity.evidence import unit_evidence
from ingest.identity.page import Page, squeeze, words
from ingest.identity.titles import Title, find_titles
from ingest.identity.unit import decide_unit
from ingest.identity.year import decide_year, year_evidence
from ingest.model import Candidate, Hints, Issue
from ingest.units import Registry
from ingest.words.text import normalize

__all__ = ["Identity", "Page", "identify"]


@dataclass(frozen=True)
class Identity:
    """Titles, unit, year and publication date of a document, with the candidates they were chosen from."""

    titles: list[Title]
    unit_code: str | None
    unit_name: str | None
    report_year: int | None
    published_on: str | None
    candidates: list[Candidate]
    issues: list[Issue]

    @property
    def title(self) -> str:
        """The first title found."""
        return self.titles[0].text if self.titles else ""


def identify(page: Page, hints: Hints, registry: Registry, file: str = "") -> Identity:
    """Whose report a document is and of which year."""
    titles = find_titles(page)
    published_on = hints.published_on or _published(page)
    years = year_evidence(page, titles, hints)
    year, issues = decide_year(years, hints, published_on, page.is_recognized)
    decision = decide_unit(page, unit_evidence(page, titles, hints, file), hints, registry, year)
    candidates = [Candidate("year", e.value, e.kind, e.place, e.text) for e in years]
    if hints.report_year:
        candidates.insert(0, Candidate("year", str(hints.report_year), "manifest", "manifest.csv", str(hints.report_year)))
    issues = [*issues, *decision.issues, *_others(decision.unit_code, page, registry), *_early(year, published_on)]
    return Identity(titles, decision.unit_code, decision.unit_name, year, published_on, candidates + decision.candidates, issues)


def _others(code: str | None, page: Page, registry: Registry) -> list[Issue]:
    """Another township of the same county in the text is often left from the report that was copied."""
    unit = registry.by_code(code) if code else None
    if unit is None or unit.level != "township" or (neighbors := registry.neighbors(unit)) is None:
        return []
    found = dict.fromkeys(m[0] for m in neighbors.finditer(page.text))
    return [Issue("other_unit_named", "hint", "", "、".join(found), unit.name)] if found else []


def _early(year: int | None, published_on: str | None) -> list[Issue]:
    if year and published_on and published_on < f"{year}-12-31":
        return [Issue("published_early", "hint", "", published_on, str(year))]
    return []


def _published(page: Page) -> str | None:
    rule = words()["published"]
    for name in rule["meta"]:
        if found := re.search(rule["date"], page.document.meta.get(name, "")):
            return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"
    lines = [*(p.text for p in page.paragraphs[:12]), *(p.text for p in page.paragraphs[-4:])]
    for line in lines:
        for pattern in rule["text"]:
            if found := re.search(pattern, normalize(line)):
                return f"{found['year']}-{int(found['month']):02}-{int(found['day']):02}"
    for label, (_, value) in page.index.items():
        if label in rule["labels"] and (found := re.search(rule["date"], squeeze(value))):
            return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"
    return None
