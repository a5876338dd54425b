"""An error in a sentence: what a person typed wrong, and what the machine refused (a full disk, a file that is damaged or in use)."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from foi.messages import Complaint, bilingual
from foi.usage import is_usage, usage_words
from ingest.handed_in.lists import ListError
from ingest.installed import group_of, missing_of
from ingest.model import IngestError
from ingest.words.issues import issue_text, translated, why
from ingest.words.language import Text
from ingest.words.yaml_files import FormError

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# How the engines say that somebody stopped the program in the middle of a question or of a step.
STOPPED = ("Query interrupted", "INTERRUPT Error: Interrupted!")
STOPPED_STEP = "DagsterExecutionInterruptedError"
ENGINES = ("duckdb", "_duckdb", "sqlite3", "sqlalchemy", "dbt", "polars", "pyarrow")


def fault(error: BaseException, place: Path | None = None) -> Complaint | None:
    """What to tell a person of an error that is no fault of the program; None for one that may be, whose traceback is wanted."""
    for inner in _causes(error):
        if of_a_person := _of_a_person(inner):
            return of_a_person
        if isinstance(inner, ModuleNotFoundError) and (group := group_of(inner.name)):
            return _lacks(group, str(inner.name))
        if isinstance(inner, FormError):
            return Complaint(bilingual("error.form", reason=inner))
        if isinstance(inner, IngestError):
            return Complaint(complaint_of(inner), 3)
        if isinstance(inner, OSError) and not isinstance(inner, BrokenPipeError):
            return _refused(inner.filename2 or inner.filename or place, why(inner))  # what was to be replaced, not by what
        if type(inner).__module__.partition(".")[0] in ENGINES and (reason := _reason(str(inner))):
            return _refused(place, translated(reason))
        if isinstance(inner, MemoryError):
            return Complaint(bilingual("error.memory"), 3)
    return None


def _of_a_person(error: BaseException) -> Complaint | None:
    """What is told already, that somebody stopped the program, or typed what it does not understand."""
    if isinstance(error, Complaint):
        return error
    if str(error) in STOPPED or type(error).__name__ == STOPPED_STEP:
        return Complaint(bilingual("error.stopped"), 130)
    return Complaint(usage_words(error)) if is_usage(error) else None


def refused_by_machine(error: BaseException) -> str:
    """What kind of thing the machine refused: full (the disk), system (anything else of files); nothing where it did not."""
    for inner in _causes(error):
        if isinstance(inner, OSError) and not isinstance(inner, (ConnectionError, FileNotFoundError, TimeoutError)):
            return "full" if inner.errno in FULL else "system"
        if type(inner).__module__.partition(".")[0] in ENGINES and (reason := _reason(str(inner))):
            return "full" if reason in map(os.strerror, FULL) else "system"
    return ""


def complaint_of(error: IngestError) -> Text:
    """What is wrong with a list that people wrote, a sentence for each line; the first twenty."""
    issues = error.issues if isinstance(error, ListError) else [error.issue]
    lines = [issue_text(issue) for issue in issues[:20]]
    lines += [bilingual("roster.more_wrong", n=len(issues) - 20)] if len(issues) > 20 else []
    return Text("\n".join(line.zh for line in lines), "\n".join(line.en for line in lines))


def require(group: str) -> None:
    """Refuse a command whose group of packages is not installed, before it has begun anything."""
    if missing := missing_of(group):
        raise _lacks(group, missing[0])


def _lacks(group: str, module: str) -> Complaint:
    return Complaint(bilingual("error.no_group", group=group, module=module))


def _refused(path: Path | str | None, reason: Text) -> Complaint:
    return Complaint(
        bilingual("error.system", path=path, reason=reason) if path else bilingual("error.system_nowhere", reason=reason), 3
    )


def _causes(error: BaseException) -> list[BaseException]:
    """The error and what it came from, the outermost first."""
    found: list[BaseException] = []
    inner: BaseException | None = error
    while inner is not None and inner not in found:
        found.append(inner)
        inner = getattr(inner, "orig", None) or inner.__cause__
    return found


def _reason(words: str) -> str:
    """What an engine says of the machine, as the system itself would say it; nothing where it speaks of something else."""
    for sign, reason in SIGNS.items():
        if sign in words.lower():
            return reason
    return ""


SIGNS = {
    "no space left": "No space left on device",
    "disk is full": "No space left on device",
    "disk quota": "Disk quota exceeded",
    "file too large": "File too large",
    "read-only": "Read-only file system",
    "readonly database": "Read-only file system",
    "permission denied": "Permission denied",
    "unable to open database file": "Permission denied",
    "disk i/o error": "Input/output error",
    "input/output error": "Input/output error",
    "database is locked": "in use by another program",
    "conflicting lock": "in use by another program",
    "malformed": "damaged",
    "not a database": "damaged",
}
