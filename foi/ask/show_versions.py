"""`foi versions`: the versions of reports for the terminal or as JSON, and the lines of `foi status` about reports that were replaced."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from foi.ask.changed_words import cut
from foi.ask.versions import Replaced, changes_of, rows_of, versions_of
from foi.messages import bilingual, joined, message
from foi.published import as_json, exact
from foi.published.namesakes import namesakes, told_apart
from ingest.beijing import day
from ingest.words.language import Text

SHOWN, CHANGES_SHOWN = 20, 3  # reports and changes of each that `foi status` prints
WORDS_SHOWN = 5  # changes of one part of the prose that are printed; --json gives all


def show_versions(path: Path, unit: str = "", year: int = 0, area: str = "", json: bool = False) -> str:
    """Every report that has several versions, with the numbers and parts of the prose that changed; narrowed by unit, year or area."""
    reports = versions_of(path, unit, year, area)
    if json:
        return _as_json([v for report in reports for v in report.versions], [c for report in reports for c in report.changes])
    if not reports:
        return message("versions.one" if unit and year else "versions.none", unit=unit, year=year)
    return "\n\n".join(_lines(report) for report in reports)


def _as_json(versions: list[dict[str, Any]], changes: list[dict[str, Any]]) -> str:
    parts = {"versions": versions, "changes": changes}
    texts = {name: as_json(list(rows[0]), [list(r.values()) for r in rows]) if rows else "[]" for name, rows in parts.items()}
    return "{" + ", ".join(f'"{name}": {text}' for name, text in texts.items()) + "}"


def _lines(report: Replaced) -> str:
    """The versions of one unit and year, each followed by what it changed of the one before."""
    first = report.versions[0]
    lines = [message("versions.title", unit=first["unit_name"], code=first["unit_code"], year=first["report_year"],
                     n=len(report.versions))]  # fmt: skip
    for version in report.versions:
        if version is not first:
            changed = [line for c in report.changes_to(version) for line in (change_text(c).shown, *_words(c))]
            lines += [f"    {line}" for line in changed] or [f"    {message('versions.same')}"]
        lines.append("  " + version_line(version))
    return "\n".join(lines)


def version_line(version: dict[str, Any]) -> str:
    """Which version it is, where it came from, when it was published and handed in, whether an answer put it there, and whether it counts."""
    line = message(
        "versions.line",
        n=version["version_number"],
        where=version["url"] or version["file"],
        published=version["published_on"] or message("read.unknown"),
        landed=day(version["landed_at"]),
    )
    if version["accepted_answer"]:
        line = f"{line} {message('versions.accepted', letter=version['accepted_answer'])}"
    return f"{line} {message('versions.current')}" if version["is_current"] else line


def change_text(change: dict[str, Any]) -> Text:
    """A number before and after, or which part of the prose changed."""
    if change["kind"] == "prose":
        return bilingual("versions.prose" if change["words"] else "versions.spaces", part=bilingual(f"versions.{change['code']}"))
    before, after = (
        bilingual(f"state.{change[f'{side}_state']}") if change[f"{side}_value"] is None else exact(change[f"{side}_value"])
        for side in ("from", "to")
    )
    return bilingual("versions.cell", cell=Text(change["zh"], change["en"]), before=before, after=after)


def _words(change: dict[str, Any]) -> list[str]:
    """The words of a change before and after, the first of many."""
    words, none = change["words"], message("versions.no_words")
    lines = [
        message("versions.words", before=cut(w["before"]) or none, after=cut(w["after"]) or none) for w in words[:WORDS_SHOWN]
    ]
    more = [message("versions.more", n=len(words) - WORDS_SHOWN)] if len(words) > WORDS_SHOWN else []
    return [f"  {line}" for line in [*lines, *more]]


def replaced(connection: Any) -> list[dict[str, Any]]:
    """Each report that was replaced: unit, year, how many versions, when, and what the last one changed, in words of both languages."""
    reports = rows_of(
        connection,
        "select report_id, unit_code, unit_name as unit, report_year as year, versions, landed_at from fct_reports where is_current and versions > 1"
        " and unit_code is not null and report_year is not null order by landed_at desc, unit_code, report_year",
        [],
    )
    if not reports:
        return []
    changes, shared = changes_of(connection), namesakes(connection)
    for report in reports:
        report["unit"] = told_apart(report["unit"], report.pop("unit_code"), shared)
        report_id = report.pop("report_id")
        report["landed"] = day(report.pop("landed_at"))
        report["changes"] = [change_text(c)._asdict() for c in changes if c["to_report_id"] == report_id]
    return reports


def replaced_lines(reports: list[dict[str, Any]]) -> list[str]:
    """The part of `foi status` about replaced reports."""
    if not reports:
        return []
    lines = ["", message("status.replaced", n=len(reports))]
    for report in reports[:SHOWN]:
        changes = [Text(**change) for change in report["changes"][:CHANGES_SHOWN]] or [bilingual("versions.same")]
        if (more := len(report["changes"]) - CHANGES_SHOWN) > 0:
            changes.append(bilingual("versions.more", n=more))
        head = message("status.replaced_line", **{k: report[k] for k in ("unit", "year", "landed")})
        lines.append(f"  {head} {joined(changes, 'gap.semicolon').shown}")
    lines += [f"  {message('versions.more_reports', n=len(reports) - SHOWN)}"] if len(reports) > SHOWN else []
    return lines
