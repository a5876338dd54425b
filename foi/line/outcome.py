"""What came of a load: its own files first, what they changed of others, and how the whole home folder stands now."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from foi.answer.correct import applied
from foi.answer.withdraw import withdrawn
from foi.line.aside import what_stands_aside
from foi.line.handed_in import manifest_issues
from foi.line.left import left_reports, left_since, settled, told_once
from foi.line.standing import Change, Standing, change_of, standing_after
from foi.line.status import count, states_of, without_unit, without_year
from foi.messages import bilingual, joined
from foi.published import published
from foi.published.files import set_aside
from foi.published.namesakes import namesakes, told_apart
from foi.published.opening import stamp_of
from foi.published.violations import Line, violation_lines
from ingest.home import Home
from ingest.landing.inbox import Listing
from ingest.landing.last_seen import Left
from ingest.model import Issue
from ingest.units.known import registry_of
from ingest.words.issues import issue_text
from ingest.words.language import Text

if TYPE_CHECKING:
    from dagster_project.load import LoadResult

STATES = ("loaded", "duplicate", "superseded", "quarantined")
NEW = """
select
    i.file, r.report_id, i.unit_code, i.unit_name, i.report_year, i.input_state, i.input_state = 'loaded' and r.is_current and r.versions > 1,
    case when i.input_state = 'loaded' then u.found end
from fct_inputs as i
left join fct_reports as r using (document_id)
left join violations as u on r.report_id = u.report_id and u.rule = 'undecided_version'
where list_contains($1, concat_ws('|', i.file, i.document_id)) and i.input_state <> 'quarantined' order by i.file
"""


@dataclass(frozen=True, slots=True)
class Before:
    """What was known of a folder and its home before a load: how the published file stood, and which files had left the folder."""

    folder: Path
    standing: Standing | None
    left: list[Left]
    noticed: list[Issue]  # what was damaged of the lists of the home folder


@dataclass(frozen=True)
class Outcome:
    """What a load did and how the home folder stands after it; `problems` are files of this load that need a person, `waiting` earlier ones."""

    home: Home
    counts: dict[str, int]  # the files of the folder in each of STATES
    landed: int
    is_unchanged: bool  # nothing was new, so that nothing was built
    full: str | None  # why everything was built anew; None where only what changed was
    new: list[dict[str, Any]]  # the reports among the files that were read now
    standing: Standing
    change: Change
    violation_lines: list[Line]  # of the reports in `change`
    noticed: list[Text]
    problems: list[Text]
    waiting: list[Text]
    left_new: list[dict[str, Any]]
    left: list[dict[str, Any]]
    corrected: int
    broken: int
    withdrawn: list[dict[str, Any]]
    listing: Listing
    manifest: list[Issue]

    @property
    def exit_code(self) -> int:
        """0 where every report is whole and right, 1 where something needs a person, 3 where nothing could be read."""
        if not any(self.counts[state] for state in ("loaded", "duplicate", "superseded")) and not self.withdrawn:
            return 3
        left = any(not one["is_cleared"] for one in self.left)
        stands = (self.standing.violations, self.standing.incomplete, self.standing.corrections)
        return 1 if any((*stands, self.noticed, self.problems, self.waiting, left, self.manifest, self.broken)) else 0


def read_outcome(home: Home, listing: Listing, result: LoadResult, before: Before) -> Outcome:
    """What came of a load, from the file it published."""
    files = [item.file for item in listing.inputs]
    landed = [one.input.file for one in result.landed]
    opened = stamp_of(home.published) if home.published.is_file() else None
    with published(home.published) as connection:
        standing, new = standing_after(home.published, connection, opened), _new(connection, result)
        problems = _problems(connection, home, files)
        left = told_once(left_reports(connection, home, before.folder), before.left)
        change = change_of(connection, before.standing, standing, frozenset(r["report_id"] for r in new if r["report_id"]))
        return Outcome(
            home=home,
            counts=_counts(connection, home, files),
            landed=len(landed),
            is_unchanged=result.run_id is None,
            full=result.full,
            new=new,
            standing=standing,
            change=change,
            violation_lines=violation_lines(connection, {report for report, _ in change.violations}),
            noticed=_noticed(home, before.noticed, result),
            problems=[text for file, text in problems if file in landed],
            waiting=[text for file, text in problems if file not in landed],
            left_new=left_since(left, before.left),
            left=left,
            corrected=applied(connection),
            broken=count(connection, "broken"),
            withdrawn=[one for one in withdrawn(connection) if one["file"].partition("!/")[0] in files],
            listing=listing,
            manifest=manifest_issues(listing, registry_of(home), connection),
        )


def _counts(connection: Any, home: Home, files: list[str]) -> dict[str, int]:
    found = {state: n for _, state, n in states_of(connection, "null", settled(home), files)}
    return {state: found.get(state, 0) for state in STATES}


def _new(connection: Any, result: LoadResult) -> list[dict[str, Any]]:
    """The reports among the files that were read now, each with what came of it."""
    landed = [f"{one.input.file}|{one.report.document_id}" for one in result.landed]
    names, shared = (
        ("file", "report_id", "unit_code", "unit_name", "report_year", "state", "is_version", "chosen_over"),
        namesakes(connection),
    )
    rows = [dict(zip(names, row, strict=True)) for row in connection.execute(NEW, [landed]).fetchall()]
    return [{**row, "unit_name": told_apart(row["unit_name"], row["unit_code"], shared)} for row in rows]


def _problems(connection: Any, home: Home, files: list[str]) -> list[tuple[str, Text]]:
    """A sentence for each file of the folder that was set aside, or whose unit or year is not certain; with the file."""
    found = [(q["file"], bilingual("load.file_line", **q)) for q in set_aside(connection, files, settled(home))]
    hints: dict[str, list[Text]] = {}
    for hint, reports in (("unmatched", without_unit(connection)), ("undated", without_year(connection))):
        for report in reports:
            hints.setdefault(report["file"], []).append(bilingual(f"status.{hint}_hint"))
    for file, texts in hints.items():
        if file.partition("!/")[0] in files:
            found.append((file, bilingual("load.file_line", file=file, reason=joined(texts, "load.next_hint"))))
    return found


def _noticed(home: Home, noticed: list[Issue], result: LoadResult) -> list[Text]:
    """What is damaged in the home folder, and files that were gone or changed while they were read."""
    gone = [
        bilingual("load.file_line", file=one.input.file, reason=issue_text(one.report.reason))
        for one in result.left
        if one.report.reason
    ]
    damaged = [issue for issue in [*noticed, *result.noticed] if issue.severity == "error"]
    return [*gone, *(issue_text(issue) for issue in [*damaged, *what_stands_aside(home)])]
