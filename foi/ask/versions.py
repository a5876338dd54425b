"""The versions of a report, and what changed from one to the next; which reports were silently replaced. foi.ask.show_versions prints them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from foi.ask.changed_words import changed_words
from foi.messages import Complaint, message
from foi.published import published
from foi.published.nearby import no_such_name
from foi.published.spans import rows_in

CHANGES = (
    "select v.unit_code, v.unit_name, v.report_year, v.from_report_id, v.to_report_id, v.from_version, v.to_version, v.kind, v.code,"
    " coalesce(m.zh, t.zh, v.code) as zh, coalesce(m.en, t.en, v.code) as en, v.from_value, v.from_state, v.to_value, v.to_state,"
    " v.from_published_on::varchar as from_published_on, v.to_published_on::varchar as to_published_on,"
    " v.from_landed_at::varchar as from_landed_at, v.to_landed_at::varchar as to_landed_at"
    " from version_changes as v left join dim_measure as m on v.code = m.code left join dim_term as t on v.code = t.code"
)
VERSIONS = (
    "select r.unit_code, r.unit_name, r.report_year, r.version_number, r.is_current, r.accepted_answer, r.report_id, r.file, r.url,"
    " r.published_on::varchar as published_on, r.landed_at from fct_reports as r"
    " where r.unit_code is not null and r.report_year is not null and {narrowed} order by r.unit_code, r.report_year, r.version_number"
)
# Each by itself: the engine passes over what lies elsewhere only where it is asked for nothing else.
BY_CODE, BY_NAME, BY_YEAR = "r.unit_code = ?", "r.unit_name = ?", "r.report_year = ?"
BY_AREA = (
    "r.unit_code in (select unit_code from dim_unit where ? in (unit_code, province_code, city_code, county_code, unit_name,"
    " province_name, city_name, county_name))"
)
KNOWN = "select 1 from fct_reports where unit_code = $1 or unit_name = $1"


@dataclass(frozen=True, slots=True)
class Replaced:
    """The versions of the report of one unit and year, the first one first, and what changed (rows of version_changes, with the words)."""

    versions: tuple[dict[str, Any], ...]
    changes: tuple[dict[str, Any], ...]

    def changes_to(self, version: dict[str, Any]) -> list[dict[str, Any]]:
        """What a version changed of the one before it."""
        return [change for change in self.changes if change["to_report_id"] == version["report_id"]]


def versions_of(path: Path, unit: str = "", year: int = 0, area: str = "") -> list[Replaced]:
    """Every report that has several versions; narrowed by unit, year or area. A Complaint where there is no report at all."""
    with published(path) as connection:
        versions = _versions(connection, BY_CODE, unit, year, area)
        if unit and not versions:
            versions = _versions(connection, BY_NAME, unit, year, area)
        if not versions and unit and not connection.execute(KNOWN, [unit]).fetchone():
            raise no_such_name(connection, unit)
        if not versions:
            raise Complaint(message("versions.no_report", unit=unit or area, year=year or ""), 2)
        changes = changes_of(connection, [version["report_id"] for version in versions])
    reports = [list(same) for _, same in groupby(versions, key=_owner)]
    return [Replaced(tuple(same), tuple(c for c in changes if _owner(c) == _owner(same[0]))) for same in reports if len(same) > 1]


def _versions(connection: Any, by: str, unit: str, year: int, area: str) -> list[dict[str, Any]]:
    """Every version of the reports that are asked for; `by` says whether the unit is named by its code or by its name."""
    given = {by: unit, BY_YEAR: year, BY_AREA: area}
    narrowed = {condition: value for condition, value in given.items() if value}
    return rows_of(connection, VERSIONS.format(narrowed=" and ".join(narrowed) or "true"), list(narrowed.values()))


def _owner(row: dict[str, Any]) -> tuple[str, int]:
    return row["unit_code"], row["report_year"]


def rows_of(connection: Any, query: str, values: list[Any]) -> list[dict[str, Any]]:
    """The rows of a query, each by the names of its columns."""
    result = connection.execute(query, values)
    names = [d[0] for d in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def changes_of(connection: Any, reports: list[str] | None = None) -> list[dict[str, Any]]:
    """All changes (or those that these versions made) in the order of the form, with the words that changed beside each part of the prose."""
    asked = "" if reports is None else "where v.to_report_id in (select unnest($1::varchar[]))"
    values = [] if reports is None else [reports]
    changes = rows_of(connection, f"{CHANGES} {asked} order by m.ordinal nulls last, v.code", values)
    texts = _texts(connection, [change for change in changes if change["kind"] == "prose"])
    for change in changes:
        sides = [texts.get((change[f"{side}_report_id"], change["code"])) for side in ("from", "to")]
        found = changed_words(*sides) if change["kind"] == "prose" else []
        change["words"] = [{"before": before, "after": after} for before, after in found]
    return changes


def _texts(connection: Any, changes: list[dict[str, Any]]) -> dict[tuple[str, str], str]:
    """The text of each part of the prose that changed, before and after, by its report and code."""
    reports = list(dict.fromkeys(change[side] for change in changes for side in ("from_report_id", "to_report_id")))
    rows = rows_in("fct_sections", *reports, columns="report_id, section, text")
    found = connection.execute(f"select report_id, concat('section.', section), text from {rows}").fetchall()
    return {(report, code): text for report, code, text in found}
