"""Numbers told of another year than the report is about: clerks write this year's title over last year's text."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.identity.page import words
from ingest.model import Issue
from ingest.prose.contradictions import Told


def of_another_year(
    told: Sequence[Told], year: int | None, known: Sequence[Issue] = (), is_recognized: bool = False
) -> list[Issue]:
    """Counts that are told of another year alone; what is told of both years is a comparison.

    In a recognized text one year may be misread: two places must say it. Where it is `known` that the years contradict, it is told once,
    and a sentence that is `known` to name another year is not told again.
    """
    if year is None or any(issue.code == "year_conflict" for issue in known):
        return []
    said = " ".join(issue.found for issue in known if issue.code == "wrong_year_named")
    counts = [t for t in told if t.count.code in words()["year"]["counts"] and t.count.scope in ("this_year", "area")]
    own = {t.count.code for t in counts if t.year in ("", str(year))}
    others = [t for t in counts if t.year not in ("", str(year)) and t.count.code not in own and _is_said(t, year)]
    others = [t for t in others if f"{t.year} ({t.count.place}:" not in said]
    if not others or len({t.count.place for t in others}) <= is_recognized:
        return []
    found = "; ".join(dict.fromkeys(f"{t.year} ({t.count.place}: {t.count.sentence[:40]})" for t in others))
    return [Issue("wrong_year_named", "warning", others[0].count.place, found, str(year))]


def _is_said(told: Told, year: int) -> bool:
    """Whether a sentence speaks of its year and not of the report's: of a far year it must say so itself."""
    said = told.count.sentence
    return str(year) not in said and (told.year in said or abs(int(told.year) - year) == 1)
