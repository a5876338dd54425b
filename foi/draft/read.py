"""`foi read`: what a file holds, without a warehouse, as one value for each report."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from expectations.judge.rules import facts_of, judge
from expectations.judgment import Judgment
from foi.messages import Complaint, message
from ingest.handed_in.folder import entries
from ingest.home import Home
from ingest.landing.inbox import Input
from ingest.landing.reading import read_reports
from ingest.model import Hints, Report
from ingest.units.known import registry_of
from ingest.words.issues import why


@dataclass(frozen=True)
class FileRead:
    """A report as it was read, and what each sum printed in its forms says of it."""

    report: Report
    sums: tuple[Judgment, ...]

    @property
    def violations(self) -> list[Judgment]:
        """The printed sums that do not hold."""
        return [s for s in self.sums if s.result == "fail"]


def read_files(files: Sequence[Path], home: Path | None = None) -> Iterator[FileRead]:
    """Read files and folders, one report after the other. The units of a home folder are known, if there is one."""
    for path in files:
        if not path.exists():
            raise Complaint(message("error.no_such_path", path=path), 2)
    with tempfile.TemporaryDirectory(prefix="foi-") as scratch:
        try:
            inputs = [part for item in _inputs(files) for part in item.unpacked(Path(scratch))]
        except OSError as error:
            raise Complaint(message("error.cannot_open", path=error.filename, reason=why(error)), 3) from error
        for report in read_reports(inputs, Path(scratch), registry_of(Home(home)) if home else None):
            yield FileRead(report, _printed_sums(report))


def exit_code(read: Sequence[FileRead]) -> int:
    """0 fine, 1 if a printed sum fails or something was set aside, 3 if nothing could be read."""
    states = {one.report.state for one in read}
    if "loaded" not in states:
        return 3
    return 1 if "quarantined" in states or any(one.violations for one in read) else 0


def _inputs(files: Sequence[Path]) -> list[Input]:
    """The files given, and those of the folders given; what no person put into a folder is passed over."""
    found = [(f, e) for f in files if f.is_dir() for e in entries(f) if not e.is_passed_over]
    inside = [Input(e.path, str(f / e.name), Hints(), e.problem) for f, e in found]
    return [*(Input(f, str(f), Hints()) for f in files if not f.is_dir()), *inside]


def _printed_sums(report: Report) -> tuple[Judgment, ...]:
    return tuple(j for j in judge(facts_of(report)) if j.is_printed) if report.state == "loaded" else ()
