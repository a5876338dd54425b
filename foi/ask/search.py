"""Units by name, code, alias or former name, and the sentences of reports that hold certain words."""

from __future__ import annotations

import re
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from foi.ask.dictionary import find_units
from foi.messages import bilingual
from foi.published import published
from foi.published.kept import by_itself
from ingest.words.language import Text

UNITS, SENTENCES = 50, 50  # that are named; whoever asks is told that there are more
SHORTEST = 2  # characters of a word that is looked for in the prose
_SENTENCE = re.compile("[^。！？\n]+[。！？]?")
# A unit that a report made known (a bureau) stands in no official list.
OTHERS = (
    "select unit_code from dim_unit where contains(unit_name, $1) or starts_with(unit_code, $1)"
    f" order by unit_name <> $1, length(unit_code), unit_code limit {UNITS + 1}"
)
FORMER = (
    "select successor_code, unit_name, unit_code, report_year, kind from successions"
    f" where contains(unit_name, $1) or unit_code = $1 order by all limit {UNITS + 1}"
)
KNOWN = (
    "select u.unit_code, u.unit_name, concat_ws('', nullif(u.province_name, u.unit_name), nullif(u.city_name, u.unit_name),"
    " nullif(u.county_name, u.unit_name), u.unit_name), u.level, u.kind, y.first_year, y.last_year, coalesce(y.reports, 0)"
    " from dim_unit as u left join (select unit_code, min(report_year) as first_year, max(report_year) as last_year,"
    " count(*) as reports from unit_year where list_contains($1, unit_code) group by unit_code) as y using (unit_code)"
    " where list_contains($1, u.unit_code)"
)
# The newest first; how many there are in all is counted of the same ones. Texts are read of those alone that are shown.
TOLD = """
with known as materialized (
    select s.rowid as number, s.section, r.report_year, r.unit_code, r.unit_name, r.report_id
    from fct_sections as s join fct_reports as r using (report_id)
    where {conditions} and r.is_current and r.unit_code is not null and r.report_year is not null and (? = 0 or r.report_year = ?)
)
select number, report_id, unit_code, unit_name, report_year, section, (select count(*) from known) from known
order by report_year desc, unit_code, section limit ?
"""
TEXTS = "select rowid, text from fct_sections where rowid in (select unnest($1::bigint[]))"
AT_ONCE = 16384  # texts that are in memory together: a file has many sentences


@dataclass(frozen=True, slots=True)
class FoundUnit:
    """A unit with its places, the years it has reports of, and what it was called where that is how it was found."""

    unit_code: str
    unit_name: str
    full_name: str
    level: str
    kind: str
    first_year: int | None
    last_year: int | None
    reports: int
    was: Text | None = None


@dataclass(frozen=True, slots=True)
class FoundSentence:
    """A sentence of a current report with the words that were looked for, split at them: every second part is such a word."""

    report_id: str
    unit_code: str
    unit_name: str
    report_year: int
    section: str
    parts: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The sentence in one piece."""
        return "".join(self.parts)


@dataclass(frozen=True, slots=True)
class Found:
    """What was found; of many units the first, and whether there are more; of sentences how many there are in all."""

    words: str
    units: tuple[FoundUnit, ...]
    more_units: bool
    sentences: tuple[FoundSentence, ...]
    all_sentences: int


def search_of(path: Path, words: str, year: int = 0, most: int = SENTENCES) -> Found:
    """Whatever has these words: units, whole names first and those with reports before others, and sentences of current reports."""
    words = " ".join(words.split())
    if not words:
        return Found("", (), False, (), 0)
    with by_itself() if most > SENTENCES else nullcontext(), published(path) as connection:
        units = _units(connection, path.parent, words)
        sentences, n = _sentences(connection, words.split(" "), year, most)
    return Found(words, tuple(units[:UNITS]), len(units) > UNITS, tuple(sentences), n)


def _units(connection: Any, home: Path, words: str) -> list[FoundUnit]:
    former = {code: (name, old, year, kind) for code, name, old, year, kind in connection.execute(FORMER, [words]).fetchall()}
    listed = [unit.unit_code for unit in find_units(words, home)]
    codes = list(dict.fromkeys([*listed, *(code for (code,) in connection.execute(OTHERS, [words]).fetchall()), *former]))
    known = {row[0]: row for row in connection.execute(KNOWN, [codes]).fetchall()}
    found = [FoundUnit(*(*known[code], _was(former.get(code), known[code][1]))) for code in codes if code in known]
    return sorted(found, key=lambda unit: (unit.unit_name != words and unit.unit_code != words, not unit.reports))


def _was(former: tuple[str, str, int, str] | None, name: str) -> Text | None:
    """What a unit was called, where it was found by that."""
    if former is None or former[0] == name:
        return None
    named = bilingual("trend.named", name=former[0], code=former[1])
    return bilingual("search.was", units=named, year=former[2])


def _sentences(connection: Any, words: list[str], year: int, most: int) -> tuple[list[FoundSentence], int]:
    """The sentences with the words, or as many of them as one sentence has; one of each part of a report. And how many parts there are."""
    if any(len(word) < SHORTEST for word in words) or all(word.isdigit() for word in words):
        return [], 0
    query = TOLD.format(conditions=" and ".join(["contains(s.text, ?)"] * len(words)))
    rows = connection.execute(query, [*words, year, year, most]).fetchall()
    marked = re.compile(f"({'|'.join(map(re.escape, sorted(words, key=len, reverse=True)))})")
    found = []
    for begin in range(0, len(rows), AT_ONCE):
        part = rows[begin : begin + AT_ONCE]
        texts = dict(connection.execute(TEXTS, [[row[0] for row in part]]).fetchall())
        for at, report, code, name, of_year, section, _ in part:
            best = max(_SENTENCE.findall(texts[at]), key=lambda sentence: len(set(marked.findall(sentence))))
            found.append(FoundSentence(report, code, name, of_year, section, tuple(marked.split(best.strip()))))
    return found, rows[0][-1] if rows else 0
