"""Files that lie no more in the folder they were loaded from, because they vanished or another one took their place, and what came of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from foi.messages import bilingual, message
from foi.published.namesakes import namesakes, told_apart
from ingest.home import Home
from ingest.landing.last_seen import Left, documents_left

SHOWN = 40  # files that are told one by one; --json gives all
QUERY = """
with gone as (select unnest(range(len($1::varchar[]))) as number, unnest($1::varchar[]) as document_id, unnest($2::varchar[]) as file)
select number, r.unit_code, r.unit_name, r.report_year, false as is_set_aside
from gone inner join fct_reports as r using (document_id) where is_current
union all
select number, i.unit_code, i.unit_name, i.report_year, true
from gone inner join fct_inputs as i using (document_id, file)
where input_state = 'quarantined' and reason_code is distinct from 'withdrawn'
order by number, is_set_aside
"""


def left_reports(connection: Any, home: Home, folder: Path | None = None) -> list[dict[str, Any]]:
    """Each of them with its file, folder, unit and year, and since when; of one folder only, if given.

    `is_set_aside`: it was no report, so nothing of it counts. `is_cleared`: it lay in the inbox, which people clear once it is loaded.
    What was set aside and has another file in its place is settled, and is none of them.
    """
    if not (gone := documents_left(home, folder)):
        return []
    shared, inbox, found = namesakes(connection), str(home.inbox.resolve()), []
    rows = connection.execute(QUERY, [[one.document_id for one in gone], [one.file for one in gone]]).fetchall()
    for number, code, name, year, is_set_aside in rows:
        one = gone[number]
        if is_set_aside and one.is_replaced:
            continue
        place = {"file": one.file, "folder": one.folder, "since": one.since, "is_replaced": one.is_replaced}
        place |= {"document_id": one.document_id, "is_set_aside": is_set_aside}
        place["is_cleared"] = one.folder == inbox and not is_set_aside
        found.append({**place, "unit_code": code, "unit_name": told_apart(name, code, shared), "report_year": year})
    return found


def settled(home: Home) -> list[str]:
    """The documents in whose place another file lies now: one that was set aside needs nobody any more.

    In the inbox one name may serve many reports (下载.pdf), so that nothing there is settled by its name.
    """
    inbox = str(home.inbox.resolve())
    return [one.document_id for one in documents_left(home) if one.is_replaced and one.folder != inbox]


def told_once(reports: list[dict[str, Any]], known: list[Left]) -> list[dict[str, Any]]:
    """What a load tells: all, but of a file that was cleared from the inbox only if that was not `known` before."""
    new = left_since(reports, known)
    return [r for r in reports if not r["is_cleared"] or r in new]


def left_since(reports: list[dict[str, Any]], known: list[Left]) -> list[dict[str, Any]]:
    """Those that were not `known` before: what a load tells one by one, the others by their number."""
    before = {(one.folder, one.document_id) for one in known}
    return [r for r in reports if (r["folder"], r["document_id"]) not in before]


def left_lines(reports: list[dict[str, Any]]) -> list[str]:
    """A sentence for each: what happened, whether it still counts, and what to do."""
    unknown = bilingual("read.unknown")
    lines = [
        message(
            f"left.{_kind(r)}",
            file=r["file"],
            folder=r["folder"],
            unit=r["unit_name"] or unknown,
            year=r["report_year"] or unknown,
        )
        for r in reports[:SHOWN]
    ]
    return [*lines, message("left.more", n=len(reports) - SHOWN)] if len(reports) > SHOWN else lines


def cleared_lines(cleared: list[dict[str, Any]]) -> list[str]:
    """What a load says of the files that people have cleared from the inbox since the last one."""
    return [message("left.cleared_now", n=len(cleared)), *(f"  {line}" for line in left_lines(cleared))] if cleared else []


def _kind(report: dict[str, Any]) -> str:
    if report["is_set_aside"]:
        return "set_aside"
    return "replaced" if report["is_replaced"] else "vanished"


def status_lines(reports: list[dict[str, Any]]) -> list[str]:
    """The part of `foi status`: what lies no more in a folder, each by its line; of the inbox only how many."""
    told, cleared = [r for r in reports if not r["is_cleared"]], [r for r in reports if r["is_cleared"]]
    lines = ["", message("left.title", n=len(told)), *(f"  {line}" for line in left_lines(told))] if told else []
    return [*lines, "", message("left.cleared", n=len(cleared))] if cleared else lines
