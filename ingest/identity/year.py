"""Decide the year a report is about: what title, period and sentences name; never the year of a folder or of publication alone."""

from __future__ import annotations

import re
from collections import defaultdict

from ingest.identity.evidence import Evidence
from ingest.identity.page import Page, patterns, words
from ingest.identity.titles import Title
from ingest.model import Hints, Issue


def year_evidence(page: Page, titles: list[Title], hints: Hints) -> list[Evidence]:
    """Every year that titles, the period, the address and the heads of sentences name."""
    found = [Evidence(t.kind, t.year, t.place, t.text) for t in titles if t.year]
    if address := re.search(words()["address"]["year"], hints.url or ""):
        found.append(Evidence("address", address["year"], hints.url or "", address[0]))
    sentence = patterns("body_years")[0]
    for place, text in page.body:
        for pattern in patterns("periods"):
            if (period := pattern.search(text)) and period["end"] in (None, period["year"]):
                found.append(Evidence("period", period["year"], place, period[0]))
        found += [Evidence("sentence", m["year"], place, m[0]) for m in sentence.finditer(text)]
    return list(dict.fromkeys(found))


def decide_year(evidence: list[Evidence], hints: Hints, published_on: str | None) -> tuple[int | None, list[Issue]]:
    """The year and what a person should know: the manifest decides; else all agree; else one leads by its evidence."""
    strong = [e for e in evidence if e.kind != "sentence"]
    named = {e.value for e in strong} or {e.value for e in evidence}
    if hints.report_year:
        others = [e for e in strong if e.value != str(hints.report_year)]
        return hints.report_year, [_conflict("year_conflict", "warning", others, hints.report_year)] if others else []
    if len(named) == 1:
        return int(next(iter(named))), []
    if not named:
        return None, [Issue("year_missing", "error")]
    year = _leader(evidence, {e.value for e in strong}, published_on) if strong else None
    if year is None:
        return None, [_conflict("year_conflict", "error", strong or evidence, None)]
    return int(year), [_conflict("wrong_year_named", "warning", [e for e in strong if e.value != year], int(year))]


def _leader(evidence: list[Evidence], named: set[str], published_on: str | None) -> str | None:
    """The year whose kinds of evidence outweigh every other's; it must also be the year before the page was published."""
    rule = words()["year"]
    kinds: dict[str, set[str]] = defaultdict(set)
    for e in evidence:
        kinds[e.value].add(e.kind)
    sentences = {e.value for e in evidence if e.kind == "sentence"}
    points = {y: sum(rule["points"][k] for k in kinds[y] if k != "sentence" or len(sentences) == 1) for y in named}
    fitting = str(int(published_on[:4]) - 1) if published_on else ""
    if fitting not in points:
        return None
    points[fitting] += rule["published"]
    best = max(points, key=lambda y: points[y])
    rest = max((p for y, p in points.items() if y != best), default=0)
    return best if best == fitting and points[best] - rest >= rule["lead"] else None


def _conflict(code: str, severity: str, evidence: list[Evidence], year: int | None) -> Issue:
    found = "; ".join(dict.fromkeys(f"{e.value} ({e.place}: {e.text[:40]})" for e in evidence))
    return Issue(code, "error" if severity == "error" else "warning", evidence[0].place, found, str(year or ""))
