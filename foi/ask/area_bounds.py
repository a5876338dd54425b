"""What an area's own report says beside what its known units make: impossible, or what the missing ones account for at most."""

from __future__ import annotations

from typing import Any

from expectations.messages import plain
from foi.messages import bilingual, joined
from ingest.words.language import Text

NAMED = 12  # missing units that are named in a line


COLUMNS = (
    "report_year",
    "scope",
    "area_number",
    "known_sum",
    "known_units",
    "missing_units",
    "missing_names",
    "most_missing",
    "answer",
)


def bounds_of(connection: Any, area: str, measure: str) -> list[Text]:
    """A sentence for each year in which the government of the area filed a number; none for measures that are not added up."""
    rows = connection.execute(
        f"select {', '.join(COLUMNS)} from area_bounds where area_code = ? and measure = ? and answer <> 'not_assessable' order by 1",
        [area, measure],
    ).fetchall()
    return [_sentence(dict(zip(COLUMNS, row, strict=True))) for row in rows]


def bounds_in(connection: Any, area: str, year: int) -> list[tuple[str, Text]]:
    """Each measure of the area's own report of a year that can be held against its units, with the sentence."""
    rows = connection.execute(
        f"select measure, {', '.join(COLUMNS)} from area_bounds where area_code = ? and report_year = ? and answer <> 'not_assessable'"
        " order by starts_with(answer, 'impossible') desc, measure",
        [area, year],
    ).fetchall()
    return [(row[0], _sentence(dict(zip(COLUMNS, row[1:], strict=True)))) for row in rows]


def _sentence(row: dict[str, Any]) -> Text:
    values = {"year": row["report_year"], "number": plain(row["area_number"]), "known": plain(row["known_sum"]),
              "units": row["known_units"], "missing": row["missing_units"], "most": plain(row["most_missing"])}  # fmt: skip
    covers = bilingual(f"bounds.scope_{row['scope']}")
    answer = row["answer"] if row["most_missing"] is None or row["missing_units"] else "all_known"
    sentence = bilingual(f"bounds.{answer}", **values, scope=covers)
    if not row["missing_units"] or not row["missing_names"]:
        return sentence
    names = row["missing_names"].split(", ")
    more = bilingual("bounds.more", n=len(names) - NAMED) if len(names) > NAMED else ""
    return joined([sentence, bilingual("bounds.missing", names=joined(names[:NAMED]), more=more)], " ")
