"""All years of one unit: what it filed, with which numbers and on which form, what was replaced, and what its prose counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from dagster_project.names import Names
from foi.ask.boundary_breaks import breaks_of_unit, successors_of
from foi.ask.cell_measures import CellMeasures
from foi.ask.form_breaks import Meaning, meaning_of
from foi.messages import bilingual, joined, word_of
from foi.published import published
from foi.published.kept import once
from foi.published.nearby import no_such_name
from foi.published.spans import rows_in
from ingest.words.language import Text

MEASURES = (
    "received",
    "carried_in",
    "closed",
    "granted",
    "partly_granted",
    "denied",
    "carried_out",
    "review_total",
    "lawsuit_total",
)
FORMS_OF = ("received", "granted", "closed")  # by which two forms are held against each other
PLACES = ("province", "city", "county")
FORMS = ("form_disclosure", "form_requests", "form_challenges", "form_statistics")
HEAD = f"select unit_name, level, kind, {', '.join(f'{p}_code, {p}_name' for p in PLACES)} from dim_unit where unit_code = ?"
REPORTS = (
    "select report_id, report_year, version_number, versions, is_current, file, url, published_on, landed_at from fct_reports"
    " where unit_code = ? and report_year is not null order by report_year, version_number"
)
EXCLUDED = "select report_year, table_name, reasons from exclusions where unit_code = ? order by all"
COUNTS = (
    "select c.report_id, c.code, coalesce(t.zh, c.code), coalesce(t.en, c.code), c.amount, c.unit_word, c.is_approximate, c.scope,"
    " c.sentence from {rows} as c left join dim_term as t on c.code = t.code"
    " where c.code <> 'unclassified' order by c.code, c.amount"
)


@dataclass(frozen=True, slots=True)
class UnitHead:
    """Who a unit is: code, name, level, kind, and the places above it, each with code and name."""

    unit_code: str
    unit_name: str
    level: str
    kind: str
    places: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the report of a year, and whether it is the one that counts."""

    report_id: str
    report_year: int
    version_number: int
    versions: int
    is_current: bool
    file: str
    url: str | None
    published_on: date | None
    landed_at: Any


@dataclass(frozen=True, slots=True)
class ReportedYear:
    """A year with a report: its numbers with their states, its forms, and what is to be known before it is compared.

    `left_out` says which tables stand in no sum of an area and why; `failed` counts the rules that do not hold. `cells` names the cell of
    the form that a number is, where it is one.
    """

    report_year: int
    report_id: str
    numbers: dict[str, tuple[Any, str]]
    forms: tuple[str, ...]
    failed: int
    not_assessable: int
    corrections: int
    was_there: bool
    notes: tuple[Text, ...]
    left_out: tuple[Text, ...]
    versions: tuple[Version, ...]
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class ProseCount:
    """A number told in the prose of a report, with the sentence it stands in."""

    report_year: int
    code: str
    name: Text
    amount: Any
    unit_word: str | None
    is_approximate: bool
    scope: str | None
    sentence: str
    report_id: str


@dataclass(frozen=True, slots=True)
class History:
    """All that is known of a unit over the years, the first one first; `names` are what its numbers are called."""

    head: UnitHead
    years: dict[int, ReportedYear]
    counts: tuple[ProseCount, ...]
    became: tuple[Text, ...]
    was: dict[int, tuple[Text, ...]]
    names: dict[str, Text]


def history_of(path: Path, code: str) -> History:
    """The history of a unit; a Complaint with the nearest ones where no unit has this code."""
    with published(path) as connection:
        head = _head(connection, code)
        versions = [Version(*row) for row in connection.execute(REPORTS, [code]).fetchall()]
        meaning = meaning_of(connection, FORMS_OF)
        years = _years(connection, code, versions, meaning)
        counts = _counts(connection, [one for one in versions if one.is_current])
        first, last = (min(years), max(years)) if years else (0, 9999)
        was = {year: tuple(notes) for year, notes in breaks_of_unit(connection, code, first, last).items()}
        names = once(Names, lambda: Names(connection))
        called = {measure: names.of(measure) for measure in MEASURES}
        return History(head, years, counts, tuple(successors_of(connection, code)), was, called)


def prepare(connection: Any) -> None:
    """Have at hand what the history of every unit needs of a release."""
    meaning_of(connection, FORMS_OF)
    once(CellMeasures, lambda: CellMeasures(connection))
    once(Names, lambda: Names(connection))
    breaks_of_unit(connection, "", 0, 0)
    successors_of(connection, "")


def _head(connection: Any, code: str) -> UnitHead:
    row = connection.execute(HEAD, [code]).fetchone()
    if row is None:
        raise no_such_name(connection, code)
    name, level, kind, *above = row
    pairs = [(above[at], above[at + 1]) for at in range(0, len(above), 2)]
    return UnitHead(code, name, level, kind, tuple((c, n or c) for c, n in dict(pairs).items() if c and c != code))


def _counts(connection: Any, reports: list[Version]) -> tuple[ProseCount, ...]:
    """What the prose of these reports counts, kind by kind and year by year."""
    years = {one.report_id: one.report_year for one in reports}
    rows = rows_in("fct_counts", *years, columns="report_id, code, amount, unit_word, is_approximate, scope, sentence")
    found = [
        ProseCount(years[report], kind, Text(zh, en), amount, word, is_about, scope, sentence, report)
        for report, kind, zh, en, amount, word, is_about, scope, sentence in connection.execute(
            COUNTS.format(rows=rows)
        ).fetchall()
    ]
    return tuple(sorted(found, key=lambda count: (count.code, count.report_year)))


def _years(connection: Any, code: str, versions: list[Version], meaning: Meaning) -> dict[int, ReportedYear]:
    """The years with a report that counts, each with the notes on what changed since the year before."""
    numbers = ", ".join(f"{measure}, {measure}_state" for measure in MEASURES)
    plain = "report_year, report_id, rules_failed, rules_not_assessable, corrections, was_there"
    rows = connection.execute(
        f"select {plain}, {', '.join(FORMS)}, {numbers} from unit_year where unit_code = ? order by 1", [code]
    ).fetchall()
    measures: CellMeasures = once(CellMeasures, lambda: CellMeasures(connection))
    excluded = connection.execute(EXCLUDED, [code]).fetchall()
    last = frozenset[str]()
    years = {}
    for year, report, failed, silent, corrections, there, *rest in rows:
        forms, values = rest[: len(FORMS)], rest[len(FORMS) :]
        now = frozenset(forms[1:2] if forms[1] else forms[3:]) - {None}
        years[year] = ReportedYear(
            year, report, {m: (values[2 * at], values[2 * at + 1]) for at, m in enumerate(MEASURES)},
            tuple(sorted({form for form in forms if form})), failed, silent, corrections, there, tuple(meaning.change(last, now)),
            tuple(_left_out(table, reasons) for y, table, reasons in excluded if y == year),
            tuple(v for v in versions if v.report_year == year),
            _cells(measures, [form for form in forms if form]),
        )  # fmt: skip
        last = now or last
    return years


def _cells(measures: CellMeasures, forms: list[str]) -> dict[str, str]:
    """The cell that each number is, where it is one and no sum of several."""
    found = {measure: measures.of_measure(measure, forms) for measure in MEASURES}
    return {measure: cells[0] for measure, cells in found.items() if len(cells) == 1}


def _left_out(table: str, reasons: str) -> Text:
    """Which table stands in no sum, and why."""
    why = joined(word_of("exclusion", reason) for reason in reasons.split(", "))
    return bilingual("status.excluded_table", table=word_of("gap", table), reasons=why)
