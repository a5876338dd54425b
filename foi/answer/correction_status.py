"""How far a correction is dealt with: open, told, acknowledged, fixed upstream. corrections.yaml stays the one truth and keeps every remark."""

from __future__ import annotations

import getpass
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import yaml

from foi.messages import Complaint, message
from ingest.beijing import beijing
from ingest.home import Home
from ingest.home.placing import placed
from ingest.landing.corrections import STATUSES, Correction, broken_corrections, changing, load_corrections
from ingest.words.issues import issue_text

CHANGE = re.compile(r"#\s*(?P<when>\d{4}-\d\d-\d\d \d\d:\d\d) (?P<who>.+?): (?P<before>\w+) → (?P<after>\w+): (?P<why>.*)")


@dataclass(frozen=True, slots=True)
class Wish:
    """Which correction gets which status, why, and who says so."""

    correction_id: str
    status: str
    why: str
    who: str | None = None


@dataclass(frozen=True, slots=True)
class StatusChange:
    """A change of the status of a correction, as a remark of the file tells it."""

    when: str
    who: str
    before: str
    after: str
    why: str


def set_status(home: Home, wish: Wish) -> StatusChange:
    """Give a correction of the home folder another status; who, when and why stand beside it as a remark."""
    if wish.status not in STATUSES:
        raise Complaint(message("correct.bad_status", found=wish.status[:40], options=message("gap.comma").join(STATUSES)), 2)
    if not wish.why.strip():
        raise Complaint(message("desk.why_needed"), 2)
    with changing(home.corrections):
        known = _known(home, wish.correction_id)
        if known.status == wish.status:
            status = message(f"correction_status.{wish.status}")
            raise Complaint(message("correct.same_status", correction=known.correction_id, status=status), 2)
        who, why = (" ".join(text.split()) for text in (wish.who or getpass.getuser(), wish.why))
        change = StatusChange(beijing(datetime.now(UTC)), who, known.status, wish.status, why)
        _write(home.corrections, known, change)
    return change


def status_changes(home: Home) -> dict[str, list[StatusChange]]:
    """The changes of status of each correction that the file tells of, the oldest first."""
    if not home.corrections.is_file():
        return {}
    lines = home.corrections.read_text("utf-8-sig").splitlines()
    entries = [c for c in load_corrections(home.corrections) if c.origin == "home"]
    found = {}
    for one, (start, end) in zip(entries, _spans(home.corrections, entries), strict=True):
        told = [match for line in lines[start:end] if (match := CHANGE.fullmatch(line.strip()))]
        found[one.correction_id] = [StatusChange(**match.groupdict()) for match in told]
    return found


def _known(home: Home, correction_id: str) -> Correction:
    """The correction of a name; a Complaint where there is none, or it comes with the program."""
    listed = load_corrections(home.corrections)
    found = next((one for one in listed if one.correction_id == correction_id), None)
    if found is None:
        own = ", ".join(one.correction_id for one in listed if one.origin == "home")
        raise Complaint(message("correct.no_correction", found=correction_id[:80], known=own), 2)
    if found.origin != "home":
        raise Complaint(message("correct.of_the_product", correction=correction_id), 2)
    return found


def _write(path: Path, one: Correction, change: StatusChange) -> None:
    """Put the status into the lines of the entry and leave all others as they are; what could not be read back is not put in place."""
    entries = [c for c in load_corrections(path) if c.origin == "home"]
    mine = next(n for n, c in enumerate(entries) if c.correction_id == one.correction_id)
    start, end = list(_spans(path, entries))[mine]
    lines = path.read_text("utf-8-sig").splitlines()
    told = f"# {change.when} {change.who}: {change.before} → {change.after}: {change.why}"
    indent = next((m[0] for n in range(start + 1, end) if (m := re.match(r" +(?=[a-z_]+\s*:)", lines[n]))), "  ")
    at = next((n for n in range(start, end) if re.match(r"(- |  )\s*status\s*:", lines[n])), None)
    if at is None:
        at = start + 1
        lines.insert(at, "")
    lines[at] = f"{lines[at][: len(indent)] or indent}status: {change.after}"
    behind = next(n for n in range(at + 1, len(lines) + 1) if n == len(lines) or not CHANGE.fullmatch(lines[n].strip()))
    lines.insert(behind, indent + told)
    before = len(broken_corrections(path))
    with placed(path, sure=True) as scratch:
        scratch.write_text("\n".join(lines) + "\n", "utf-8")
        broken = broken_corrections(scratch)
        if len(broken) > before:
            raise Complaint(issue_text(broken[-1]).shown)
        if _statuses(scratch) != {**_statuses(path), one.correction_id: change.after}:
            raise Complaint(message("correct.not_written", correction=one.correction_id, path=path))


def _statuses(path: Path) -> dict[str, str]:
    return {one.correction_id: one.status for one in load_corrections(path) if one.origin == "home"}


def _spans(path: Path, entries: list[Correction]) -> Iterator[tuple[int, int]]:
    """Of each entry that counts the first of its lines and the one behind its last; a Complaint where the file is no YAML as a whole."""
    try:
        root = yaml.compose(path.read_text("utf-8-sig"), Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        raise Complaint(message("correct.file_broken", path=path, reason=str(error).splitlines()[0])) from error
    nodes = root.value if isinstance(root, yaml.SequenceNode) else []
    if len(nodes) != len(entries):
        raise Complaint(issue_text(broken_corrections(path)[0]).shown)
    starts = [node.start_mark.line for node in nodes]
    total = len(path.read_text("utf-8-sig").splitlines())
    yield from zip(starts, [*starts[1:], total], strict=True)
