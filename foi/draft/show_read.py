"""Print what files hold (`foi read`): form, unit, year, cells by state, counts with their sentences, sums, what was noticed; or JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from expectations.messages import violation_text
from foi.draft.read import FileRead, exit_code, read_files
from foi.draft.record import read_record
from foi.draft.sentences import identity_line
from foi.messages import message
from ingest.model import Cell, Count, Report
from ingest.words.issues import issue_text
from ingest.words.places import place_text

SHOWN = 40  # numbers that are not 0; --json holds all


def show_read(files: Sequence[Path], as_json: bool, home: Path | None = None) -> int:
    """Print each file as soon as it is read, one JSON line or sentences; the exit code."""
    printed = []
    for read in read_files(files, home):
        print(json.dumps(read_record(read.report), ensure_ascii=False) if as_json else "\n".join(read_lines(read)), flush=True)
        printed.append(read)
    return exit_code(printed)


def read_lines(read: FileRead) -> list[str]:
    """A report in words."""
    report = read.report
    lines = [message("read.file", file=report.file, state=message(f"state.{report.state}"))]
    if report.reason:
        return [*lines, f"  {issue_text(report.reason).shown}"]
    lines += [identity_line(report), *_tables(report)]
    filled = [c for c in report.cells if c.value]
    if zeros := sum(c.value == 0 for c in report.cells):
        lines.append(message("read.zeros", n=zeros))
    lines += [_cell(cell) for cell in filled[:SHOWN]]
    if len(filled) > SHOWN:
        lines.append(message("read.more", n=len(filled) - SHOWN))
    lines += [*(_count(count) for count in report.counts), *_sums(read)]
    return [*lines, *(f"  ! {issue_text(issue).shown}" for issue in report.issues)]


def _tables(report: Report) -> list[str]:
    lines = []
    for table, form in report.forms.items():
        states = Counter(c.state for c in report.cells if c.code.startswith(table + "."))
        counts = message("gap.comma").join(f"{message(f'state.{state}')} {n}" for state, n in states.items())
        lines.append(message("read.table", table=message(f"table.{table}"), form=form, cells=sum(states.values()), states=counts))
    return lines


def _cell(cell: Cell) -> str:
    return f"  {cell.code:45} {cell.printed:>12} {cell.unit}  ({place_text(cell.place).shown})"


def _count(count: Count) -> str:
    about, number = "~" if count.is_approximate else "", f"{count.value.normalize():f}"
    return f"  {count.code}: {about}{number} {count.unit_word}  “{count.sentence}” ({place_text(count.place).shown})"


def _sums(read: FileRead) -> list[str]:
    """The printed sums: which do not hold, in words, and how many miss a number."""
    if not read.report.forms:
        return []
    came = Counter(s.result for s in read.sums)
    counts = {"held": came["pass"], "failed": came["fail"], "open": came["not_assessable"]}
    return [message("read.sums", **counts), *(f"  ! {violation_text(v, read.report).shown}" for v in read.violations)]
