"""Decide the year a report is about: what title, period and sentences name; never the year of a folder or of publication alone."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from ingest.identity.evidence import Evidence
from ingest.identity.page import Page, patterns, words
from ingest.identity.titles import Title
from ingest.model import Hints, Issue


def year_evidence(page: Page, titles: list[Title], hints: Hints) -> list[Evidence]:
    """Every year that titles, the period, the address and the heads of sentences name; a span is a period over two years."""
    found = [Evidence(t.kind, t.year, t.place, t.text) for t in titles if t.year]
    if address := re.search(words()["address"]["year"], hints.url or ""):
        found.append(Evidence("address", address["year"], hints.url or "", address[0]))
    sentence = patterns("body_years")[0]
    for place, text in page.body:
        for pattern in patterns("periods"):
            if period := pattern.search(text):
                is_one = period["end"] in (None, period["year"])
                found.append(Evidence("period" if is_one else "span", period["year"], place, period[0]))
        found += [
            Evidence("sentence", m["year"], place, text[m.start("year") :].partition("。")[0]) for m in sentence.finditer(text)
        ]
    return list(dict.fromkeys(found))


def decide_year(
    evidence: list[Evidence], hints: Hints, published_on: str | None, is_recognized: bool = False
) -> tuple[int | None, list[Issue]]:
    """The year and what a person should know: the manifest decides; else all agree; else one leads by its evidence.

    `is_recognized` says that the text was read from a picture, where one date may be misread.
    """
    strong = [e for e in evidence if e.kind not in ("sentence", "span")]
    sentences = [e for e in evidence if e.kind == "sentence"]
    named = {e.value for e in strong} or {e.value for e in sentences}
    if hints.report_year:
        others = [e for e in strong if e.value != str(hints.report_year)]
        issues = [_conflict("year_conflict", "warning", others, hints.report_year)] if others else []
        return hints.report_year, issues or _old_text(evidence, hints.report_year, is_recognized)
    if len(named) == 1:
        only = int(next(iter(named)))
        return only, _old_text(evidence, only, is_recognized)
    if not named:
        return None, [Issue("year_missing", "error")]
    year = _leader(evidence, {e.value for e in strong}, published_on) or _newest(strong, sentences, published_on, is_recognized)
    if year is None:
        return None, [_conflict("year_conflict", "error", strong or sentences, None)]
    others = [e for e in strong if e.value != year]
    return int(year), [_conflict("wrong_year_named", "warning", others, int(year))]


def _old_text(evidence: list[Evidence], year: int, is_recognized: bool) -> list[Issue]:
    """Sentences that speak of the year before or after and never of the report's own, and a period over two years."""
    sentences = [e for e in evidence if e.kind == "sentence"]
    others = [e for e in sentences if abs(int(e.value) - year) == 1 and str(year) not in e.text]
    if any(e.value == str(year) for e in sentences) or len(others) <= is_recognized:
        others = []
    others += [e for e in evidence if e.kind == "span"]
    return [_conflict("wrong_year_named", "warning", others, year)] if others else []


def _newest(strong: list[Evidence], sentences: list[Evidence], published_on: str | None, is_recognized: bool) -> str | None:
    """The year of the title, where its sentences agree and only older years stand beside it: text is copied from older reports.

    In a recognized text one date that stands alone against the rest may be misread, if it is not the newer one in the title.
    """
    titles = {e.value for e in strong if e.kind in words()["year"]["titles"]}
    told = Counter(e.value for e in sentences)
    for year in sorted({e.value for e in strong}, reverse=True):
        others = [e for e in strong if e.value != year]
        is_old = titles == {year} and all(e.value < year for e in others)
        is_alone = is_recognized and len(others) == 1 and (year in titles or others[0].value < year)
        is_told = told[year] > 0 and told[year] == max(told.values())
        if is_told and (is_old or is_alone) and (published_on or str(int(year) + 1)).startswith(str(int(year) + 1)):
            return year
    return None


def _leader(evidence: list[Evidence], named: set[str], published_on: str | None) -> str | None:
    """The year whose kinds of evidence outweigh every other's; it must also be the year before the page was published."""
    rule = words()["year"]
    kinds: dict[str, set[str]] = defaultdict(set)
    for e in evidence:
        kinds[e.value].add(e.kind)
    sentences = {e.value for e in evidence if e.kind == "sentence"}
    points = {
        y: sum(rule["points"][k] for k in kinds[y] if k not in ("sentence", "span") or (k == "sentence" and len(sentences) == 1))
        for y in named
    }
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
