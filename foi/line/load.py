"""`foi load`: run the whole line on a folder and say what came of every file; and the alerts that follow it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from foi.faults import complaint_of, fault
from foi.line.aside import mend_lists
from foi.line.outcome import Before, Outcome, read_outcome
from foi.line.show_load import load_json, load_words, show_begin, show_made_again, show_progress
from foi.line.standing import standing_before
from foi.messages import Complaint, bilingual, message
from ingest.home import Home
from ingest.landing.inbox import Listing, survey
from ingest.landing.last_seen import documents_left, was_loaded
from ingest.model import IngestError
from ingest.roster.store import check_rosters
from ingest.words.issues import issue_text

if TYPE_CHECKING:
    from dagster_project.load import LoadResult


def load_folder(folder: Path, home_root: Path, recipients: Path | None, as_json: bool) -> int:
    """Load a folder and print what came of it; returns the exit code (0 all whole and right, 1 something needs a person, 3 nothing readable)."""
    home = Home(home_root.resolve())
    outcome = load_home(folder, home, recipients)
    print(load_json(outcome) if as_json else "\n".join(load_words(outcome)))
    if recipients:
        from foi.alerts.show import send_all

        print(send_all(home, recipients)[0])
    return outcome.exit_code


def load_home(folder: Path, home: Home, recipients: Path | None = None) -> Outcome:
    """Load a folder into a home folder; operators among the recipients hear of a run that failed."""
    if not folder.exists():
        raise Complaint(message("error.no_such_path", path=folder), 2)
    noticed = mend_lists(home)
    listing = _listing(folder, home)
    show_begin(folder, len(listing.inputs))
    before = Before(folder, standing_before(home.published), documents_left(home, folder), noticed)
    result = _run(home, folder) if recipients is None else _run_watched(home, folder, recipients)
    show_made_again([*noticed, *result.noticed])
    return read_outcome(home, listing, result, before)


def _listing(folder: Path, home: Home) -> Listing:
    """What lies in the folder; a Complaint where a list beside the reports is wrong, or no reports lie there nor ever did."""
    try:
        listing = survey(folder)
        check_rosters(home, folder)
    except IngestError as error:
        raise Complaint(complaint_of(error), 2) from error
    if not listing.inputs and not was_loaded(home, folder):
        raise Complaint(message("error.no_files", path=folder), 3)
    return listing


def _run_watched(home: Home, folder: Path, recipients: Path) -> LoadResult:
    """Run the line; if it fails, the operators hear of it."""
    from foi.alerts.record import note_failed_run
    from foi.alerts.show import send_all

    try:
        return _run(home, folder)
    except Complaint as complaint:
        note_failed_run(home, f"foi load {folder}", complaint.text)
        print(send_all(home, recipients)[0])
        raise


def _run(home: Home, folder: Path) -> LoadResult:
    """Run the line; what a person can put right becomes a Complaint, and what was published stays as it was."""
    from dagster_project.dbt import WarehouseError
    from dagster_project.load import load

    try:
        return load(home, folder, show_progress)
    except IngestError as error:
        raise Complaint(issue_text(error.issue), 3) from error
    except WarehouseError as error:
        raise Complaint(bilingual("error.build", reason=str(error)[:1500]), 3) from error
    except Exception as error:
        if (complaint := fault(error, home.root)) is None:
            raise
        raise complaint from error
