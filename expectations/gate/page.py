"""The page that says what was checked; it needs no network, and is of bounded size however many rows fail."""

from __future__ import annotations

import contextlib
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape

from expectations.decisions import SETTLED
from expectations.gate.scope import RESULTS
from expectations.messages import texts
from ingest.beijing import beijing
from ingest.home.placing import placed
from ingest.words.language import language

MOST = 600_000  # bytes of sentences and names, so that the page stays below a megabyte with the marks around them
OF_A_ROW, OF_A_UNIT, OF_AN_AREA, LISTED = 150, 20, 100, 200  # bytes beside the sentence; rows; rows; checks and settled rows
COUNTS = f"select status, count(*) from {RESULTS} group by 1"
BY_CHECK = f"""
select suite, expectation, severity, count(*) as rows, count(distinct report_id) as reports from {RESULTS}
where status = 'failed' group by suite, expectation, severity
order by severity = 'error' desc, severity = 'warning' desc, rows desc, suite, expectation limit {LISTED}
"""
OTHERS = f"select * from {RESULTS} where status = $1 order by suite, expectation, unit_code, report_year, rule_id limit {LISTED}"
# The worst areas first, in each the worst units, of each its years; what belongs to no unit, and a year as a whole, come last. An area that
# the page has no room for is not looked into: each one before it fills at least the rows of one unit.
AREA = "substr(split_part(unit_code, '-', 1), 1, 6)"
WORST = f"""
with areas as (
    select {AREA} as area, report_id is null as is_whole, count(*) as of_area, count_if(severity = 'error') as area_errors
    from {RESULTS} where status = 'failed' group by all
),

shown as (
    select *
    from areas
    qualify {OF_A_ROW} * coalesce(sum(least(of_area, {OF_A_UNIT})) over (
        order by is_whole, area is null, area_errors desc, of_area desc, area rows between unbounded preceding and 1 preceding
    ), 0) <= {MOST}
),

failing as (
    select r.*, a.area, a.is_whole, a.of_area, a.area_errors, r.severity = 'error' as is_error
    from {RESULTS} as r inner join shown as a on {AREA} is not distinct from a.area and (r.report_id is null) = a.is_whole
    where r.status = 'failed'
),

counted as (
    select
        *, count(*) over (partition by is_whole, area, unit_code, unit_name) as of_unit,
        count_if(is_error) over (partition by is_whole, area, unit_code, unit_name) as unit_errors
    from failing
),

numbered as (
    select
        *, row_number() over (partition by is_whole, area, unit_code, unit_name order by {{inner}}) as in_unit,
        row_number() over (
            partition by is_whole, area order by unit_errors desc, of_unit desc, unit_code nulls last, unit_name, {{inner}}
        ) as in_area
    from counted
),

placed as (
    select
        *, row_number() over ordered as place,
        sum(strlen({{message}}) + strlen(coalesce(unit_name, '')) + {OF_A_ROW}) over ordered as bytes
    from numbered
    where in_unit <= {OF_A_UNIT} and in_area <= {OF_AN_AREA}
    window ordered as (order by is_whole, area is null, area_errors desc, of_area desc, area, in_area rows unbounded preceding)
)

select area, of_area, is_whole, unit_code, unit_name, of_unit, severity, coalesce(rule_id, expectation) as rule, {{message}} as message
from placed where bytes <= {MOST} order by place
"""
WITHIN_UNIT = "is_error desc, report_year, expectation, rule_id"


def write_page(path: Path, connection: Any) -> None:
    """Write expectations.html in the language of this reader: counts by check, the worst units of the worst areas, what could not run."""
    spoken = language()
    counts = dict(connection.execute(COUNTS).fetchall())
    worst = _asked(connection, WORST.format(inner=WITHIN_UNIT, message=f"message_{spoken}"))
    (run_at,) = connection.execute(f"select max(run_at) from {RESULTS}").fetchone()
    templates = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=select_autoescape())
    page = templates.get_template("expectations.html").render(
        language=spoken,
        words={key: text[spoken] for key, text in texts()["page"].items()},
        message=f"message_{spoken}",
        run_at=beijing(run_at) if run_at else None,
        counts={status: counts.get(status, 0) for status in ("failed", "broken", "passed")},
        by_check=_asked(connection, BY_CHECK),
        areas=_areas(worst, _area_names(connection, {row["area"] for row in worst})),
        rest=counts.get("failed", 0) - len(worst),
        settled=[row for status in SETTLED.values() for row in _asked(connection, OTHERS, status)],
        **{status: _asked(connection, OTHERS, status) for status in ("broken", "passed")},
    )
    with placed(path) as scratch:
        scratch.write_text(page, "utf-8")


def _areas(
    rows: list[dict[str, Any]], names: dict[str, str]
) -> list[tuple[str, int, list[tuple[str, int, list[dict[str, Any]]]]]]:
    """Each area by its name, with its units, each with its rows; and how many rows of each there are in all."""
    spoken, areas = language(), []
    for (area, is_whole), found in groupby(rows, key=lambda row: (row["area"], row["is_whole"])):
        of_area, units = list(found), []
        for (code, name), of_unit in groupby(of_area, key=lambda row: (row["unit_code"], row["unit_name"])):
            of_one = list(of_unit)
            called = texts()["page"]["whole"][spoken] if is_whole else name or texts()["unknown_unit"][spoken]
            units.append((f"{called} {code or ''}".strip(), of_one[0]["of_unit"], of_one))
        areas.append((f"{names.get(area, '')} {area or ''}".strip(), of_area[0]["of_area"], units))
    return areas


def _area_names(connection: Any, codes: set[str | None]) -> dict[str, str]:
    import duckdb

    with contextlib.suppress(duckdb.CatalogException):
        return dict(
            connection.execute(
                "select unit_code, unit_name from core.dim_unit where list_contains($1, unit_code)", [sorted(filter(None, codes))]
            ).fetchall()
        )
    return {}


def _asked(connection: Any, query: str, *values: str) -> list[dict[str, Any]]:
    found = connection.execute(query, values)
    columns = [column[0] for column in found.description]
    return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
