"""`foi versions`: the versions of a report, and what changed from one to the next; which reports of an area were silently replaced."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from foi.ask.changed_words import changed_words, cut
from foi.messages import Complaint, message
from foi.published import as_json, exact, published
from foi.published.namesakes import namesakes, told_apart
from foi.published.nearby import no_such_name
from ingest.beijing import day

SHOWN, CHANGES_SHOWN = 20, 3  # reports and changes of each that `foi status` prints
CHANGES = (
    "select v.unit_code, v.unit_name, v.report_year, v.from_report_id, v.to_report_id, v.from_version, v.to_version, v.kind, v.code,"
    " coalesce(m.zh, t.zh, v.code) as zh, coalesce(m.en, t.en, v.code) as en, v.from_value, v.from_state, v.to_value, v.to_state,"
    " v.from_published_on::varchar as from_published_on, v.to_published_on::varchar as to_published_on,"
    " v.from_landed_at::varchar as from_landed_at, v.to_landed_at::varchar as to_landed_at"
    " from version_changes as v left join dim_measure as m on v.code = m.code left join stg_terms as t on v.code = t.code"
)
# The text of each part of the prose that changed, before and after.
WORDS = (
    "select v.to_report_id, v.code, b.text, a.text from version_changes as v"
    " join fct_reports as f on v.from_report_id = f.report_id join fct_reports as t on v.to_report_id = t.report_id"
    " left join stg_sections as b on f.read_id = b.read_id and v.code = concat('section.', b.section)"
    " left join stg_sections as a on t.read_id = a.read_id and v.code = concat('section.', a.section) where v.kind = 'prose'"
)
WORDS_SHOWN = 5  # changes of one part of the prose that are printed; --json gives all
VERSIONS = (
    "select r.unit_code, r.unit_name, r.report_year, r.version_number, r.is_current, r.report_id, r.file, r.url,"
    " r.published_on::varchar as published_on, r.landed_at from fct_reports as r left join dim_unit as u on r.unit_code = u.unit_code"
    " where r.unit_code is not null and r.report_year is not null and ($1 = '' or r.unit_code = $1 or r.unit_name = $1)"
    " and ($2 = 0 or r.report_year = $2) and ($3 = '' or $3 in (u.unit_code, u.province_code, u.city_code, u.county_code, u.unit_name,"
    " u.province_name, u.city_name, u.county_name))"
)
KNOWN = "select 1 from fct_reports where unit_code = $1 or unit_name = $1"


def show_versions(path: Path, unit: str = "", year: int = 0, area: str = "", json: bool = False) -> str:
    """Every report that has several versions, with the numbers and parts of the prose that changed; narrowed by unit, year or area."""
    with published(path) as connection:
        versions = _dicts(connection, f"{VERSIONS} order by r.unit_code, r.report_year, r.version_number", [unit, year, area])
        if not versions and unit and not connection.execute(KNOWN, [unit]).fetchone():
            raise no_such_name(connection, unit)
        if not versions:
            raise Complaint(message("versions.no_report", unit=unit or area, year=year or ""), 2)
        changes = _changes(connection)
    chains: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for version in versions:
        chains.setdefault((version["unit_code"], version["report_year"]), []).append(version)
    chains = {key: chain for key, chain in chains.items() if len(chain) > 1}
    wanted = [c for c in changes if (c["unit_code"], c["report_year"]) in chains]
    if json:
        return _as_json([v for chain in chains.values() for v in chain], wanted)
    if not chains:
        return message("versions.one" if unit and year else "versions.none", unit=unit, year=year)
    return "\n\n".join(_chain(chain, wanted) for chain in chains.values())


def _dicts(connection: Any, query: str, values: list[Any]) -> list[dict[str, Any]]:
    result = connection.execute(query, values)
    names = [d[0] for d in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _as_json(versions: list[dict[str, Any]], changes: list[dict[str, Any]]) -> str:
    parts = {"versions": versions, "changes": changes}
    texts = {name: as_json(list(rows[0]), [list(r.values()) for r in rows]) if rows else "[]" for name, rows in parts.items()}
    return "{" + ", ".join(f'"{name}": {text}' for name, text in texts.items()) + "}"


def _chain(chain: list[dict[str, Any]], changes: list[dict[str, Any]]) -> str:
    """The versions of one unit and year, each followed by what the next one changed."""
    first = chain[0]
    lines = [message("versions.title", unit=first["unit_name"], code=first["unit_code"], year=first["report_year"], n=len(chain))]
    for version in chain:
        found = [c for c in changes if c["to_report_id"] == version["report_id"]]
        if version is not first:
            lines += [f"    {line}" for c in found for line in (_change(c), *_words(c))] or [f"    {message('versions.same')}"]
        current = message("versions.current") if version["is_current"] else ""
        published_on = version["published_on"] or message("read.unknown")
        where = version["url"] or version["file"]
        told = message(
            "versions.line", n=version["version_number"], where=where, published=published_on, landed=day(version["landed_at"])
        )
        lines.append("  " + " ".join(part for part in (told, current) if part))
    return "\n".join(lines)


def _changes(connection: Any) -> list[dict[str, Any]]:
    """All changes in the order of the form, with the words that changed beside each part of the prose."""
    changes = _dicts(connection, f"{CHANGES} order by m.ordinal nulls last, v.code", [])
    texts = {(to, code): changed_words(*pair) for to, code, *pair in connection.execute(WORDS).fetchall()}
    for change in changes:
        pairs = texts.get((change["to_report_id"], change["code"]), [])
        change["words"] = [{"before": before, "after": after} for before, after in pairs]
    return changes


def _change(change: dict[str, Any]) -> str:
    if change["kind"] == "prose":
        return message("versions.prose" if change["words"] else "versions.spaces", part=message(f"versions.{change['code']}"))
    sides = {
        side: exact(change[f"{side}_value"])
        if change[f"{side}_value"] is not None
        else message(f"state.{change[f'{side}_state']}")
        for side in ("from", "to")
    }
    return message("versions.cell", zh=change["zh"], en=change["en"], before=sides["from"], after=sides["to"])


def _words(change: dict[str, Any]) -> list[str]:
    """The words of a change before and after, the first of many."""
    words, none = change["words"], message("versions.no_words")
    told = [
        message("versions.words", before=cut(w["before"]) or none, after=cut(w["after"]) or none) for w in words[:WORDS_SHOWN]
    ]
    more = [message("versions.more", n=len(words) - WORDS_SHOWN)] if len(words) > WORDS_SHOWN else []
    return [f"  {line}" for line in [*told, *more]]


def replaced(connection: Any) -> list[dict[str, Any]]:
    """Each report that was replaced: unit, year, how many versions, when, and what the last one changed, in words."""
    reports = _dicts(
        connection,
        "select report_id, unit_code, unit_name as unit, report_year as year, versions, landed_at from fct_reports where is_current and versions > 1"
        " and unit_code is not null and report_year is not null order by landed_at desc, unit_code, report_year",
        [],
    )
    if not reports:
        return []
    changes, shared = _changes(connection), namesakes(connection)
    for report in reports:
        report["unit"] = told_apart(report["unit"], report.pop("unit_code"), shared)
        report_id = report.pop("report_id")
        report["landed"] = day(report.pop("landed_at"))
        report["changes"] = [_change(c) for c in changes if c["to_report_id"] == report_id]
    return reports


def replaced_lines(reports: list[dict[str, Any]]) -> list[str]:
    """The part of `foi status` about replaced reports."""
    if not reports:
        return []
    lines = ["", message("status.replaced", n=len(reports))]
    for report in reports[:SHOWN]:
        told = "; ".join(report["changes"][:CHANGES_SHOWN]) or message("versions.same")
        more = len(report["changes"]) - CHANGES_SHOWN
        told += f"; {message('versions.more', n=more)}" if more > 0 else ""
        lines.append("  " + message("status.replaced_line", **{k: report[k] for k in ("unit", "year", "landed")}) + f" {told}")
    lines += [f"  {message('versions.more_reports', n=len(reports) - SHOWN)}"] if len(reports) > SHOWN else []
    return lines
