"""`foi load`: run the whole line on a folder and say what came of every file; and the alerts that follow it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from foi.answer.correct import applied, correction_lines, correction_problems
from foi.answer.withdraw import withdrawn, withdrawn_lines
from foi.faults import complaint_of, fault
from foi.line.aside import mend_lists, told_of
from foi.line.handed_in import manifest_issues, told
from foi.line.left import cleared_lines, left_lines, left_reports, settled, told_once
from foi.line.status import broken_checks, states_of, violation_sentences
from foi.messages import Complaint, message
from foi.published import published
from foi.published.files import set_aside
from foi.published.incomplete import SHOWN, incomplete_lines, read_incomplete
from foi.published.violations import Line, violation_lines
from ingest.home import Home
from ingest.landing.inbox import survey
from ingest.landing.last_seen import documents_left, was_loaded
from ingest.landing.workers import has_memory_limits
from ingest.model import IngestError
from ingest.roster.store import check_rosters
from ingest.units.known import registry_of
from ingest.words.issues import issue_texts

if TYPE_CHECKING:
    from dagster_project.load import LoadResult

STATES = ("loaded", "duplicate", "superseded", "quarantined")


def load_folder(folder: Path, home_root: Path, recipients: Path | None, as_json: bool) -> int:
    """Load a folder; returns 0 where every report is whole and right, 1 where something needs a person, 3 where nothing could be read."""
    if not folder.exists():
        raise Complaint(message("error.no_such_path", path=folder), 2)
    home = Home(home_root.resolve())
    noticed = mend_lists(home)
    try:
        listing = survey(folder)
        inputs = listing.inputs
        check_rosters(home, folder)
    except IngestError as error:
        raise Complaint(complaint_of(error), 2) from error
    if not inputs and not was_loaded(home, folder):
        raise Complaint(message("error.no_files", path=folder), 3)
    begin = message("load.begin", n=len(inputs), folder=folder) if inputs else message("error.no_files", path=folder)
    print(begin, file=sys.stderr, flush=True)
    known_left = documents_left(home, folder)
    result = _run(home, folder) if recipients is None else _run_watched(home, folder, recipients)
    states, failing, problems = _outcome(home, files := [i.file for i in inputs])
    problems = [*told_of(home, [*noticed, *result.noticed], result.left), *problems]
    with published(home.published) as connection:
        corrections, corrected, lines = correction_problems(connection), applied(connection), violation_lines(connection)
        unused = manifest_issues(listing, registry_of(home), connection)
        incomplete, broken = read_incomplete(connection), broken_checks(connection)
        left = told_once(left_reports(connection, home, folder), known_left)
        taken = [one for one in withdrawn(connection) if one["file"].partition("!/")[0] in files]
    cleared = [one for one in left if one["is_cleared"]]
    problems += left_lines([one for one in left if not one["is_cleared"]])
    counts = {state: states.get(state, 0) for state in STATES}
    if as_json:
        found = {"failing": failing, "incomplete": incomplete, "problems": problems, "corrections": corrections}
        found |= {"corrected": corrected, "broken": broken, "left": left, "withdrawn": taken}
        found |= {"manifest": [issue_texts(issue) for issue in unused], "passed_over": listing.passed_over}
        print(json.dumps({**counts, "new": len(result.landed), **found}, ensure_ascii=False))
    else:
        print(message("load.done", new=len(result.landed), **counts))
        if result.run_id is None:
            print(message("load.nothing_new"))
        _print_findings(lines, problems)
        print("\n".join(apart := [*cleared_lines(cleared), *withdrawn_lines(taken)[1:]]), end="\n" if apart else "")
        print("\n".join(beside := told(listing, unused)), end="\n" if beside else "")
        print("\n".join(incomplete_lines(incomplete, SHOWN)[1:]), end="\n" if incomplete else "")
        print("\n".join(correction_lines(corrections)[1:]), end="\n" if corrections else "")
        if corrected:
            print(message("status.corrected", n=corrected))
        if broken:
            print(message("status.broken", n=broken, page=home.expectations))
    if recipients:
        from foi.alerts.show import send_all

        print(send_all(home_root, recipients)[0])
    if not counts["loaded"] and not counts["duplicate"] and not counts["superseded"] and not taken:
        return 3
    return 1 if failing or incomplete or problems or corrections or unused or broken else 0


def _run_watched(home: Home, folder: Path, recipients: Path) -> LoadResult:
    """Run the line; if it fails, the operators hear of it."""
    from foi.alerts.show import note_failed_run, send_all

    try:
        return _run(home, folder)
    except Complaint as complaint:
        note_failed_run(home.root, f"foi load {folder}", str(complaint))
        print(send_all(home.root, recipients)[0])
        raise


def _run(home: Home, folder: Path) -> LoadResult:
    """Run the line; what a person can put right becomes a Complaint, and what was published stays as it was."""
    from dagster_project.dbt import WarehouseError
    from dagster_project.load import load

    if not has_memory_limits():
        print(message("load.unlimited"), file=sys.stderr, flush=True)
    try:
        return load(home, folder, show_progress)
    except IngestError as error:
        raise Complaint("\n".join(issue_texts(error.issue).values()), 3) from error
    except WarehouseError as error:
        raise Complaint(message("error.build", reason=str(error)[:1500]), 3) from error
    except Exception as error:
        if (complaint := fault(error, home.root)) is None:
            raise
        raise complaint from error


def show_progress(queue: str, done: int, total: int) -> None:
    """A line on the terminal: how many files of a queue are read; then each stage as it begins."""
    if queue not in ("documents", "scans"):
        print(message(f"load.stage_{queue}"), file=sys.stderr, flush=True)
        return
    if sys.stderr.isatty():
        print(
            "\r" + message(f"load.queue_{queue}", done=done, total=total),
            end="\n" if done == total else "",
            file=sys.stderr,
            flush=True,
        )
    elif done == total or done % 500 == 0:
        print(message(f"load.queue_{queue}", done=done, total=total), file=sys.stderr, flush=True)


def _print_findings(failing: list[Line], problems: list[str]) -> None:
    if failing:
        print(message("load.failing", n=sum(line.violations for line in failing)))
        print("\n".join(f"  {line.text}" for line in failing[:40]))
        if len(failing) > 40:
            print("  " + message("load.more_status", n=sum(line.violations for line in failing[40:])))
    if problems:
        print(message("load.problems", n=len(problems)))
        print("\n".join(f"  {line}" for line in problems))


def _outcome(home: Home, files: list[str]) -> tuple[dict[str, int], list[str], list[str]]:
    """How many files of this folder are in each state, the failing sums, and a sentence for each file that needs a person."""
    done = settled(home)
    with published(home.published) as connection:
        states = {state: n for _, state, n in states_of(connection, "null", done, files)}
        problems = [f"{q['file']}: {q['reason']}" for q in set_aside(connection, files, done)]
        unmatched = connection.execute("select file from unmatched_units order by file").fetchall()
        undated = connection.execute("select file from undated_reports order by file").fetchall()
        hints: dict[str, list[str]] = {}
        for hint, files_of in (("unmatched", unmatched), ("undated", undated)):
            for (file,) in files_of:
                hints.setdefault(file, []).append(message(f"status.{hint}_hint"))
        problems += [f"{file}: {'; '.join(said)}" for file, said in hints.items() if file.partition("!/")[0] in files]
        return states, violation_sentences(connection), problems
