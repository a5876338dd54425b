"""What `foi load` prints: first what concerns the files of this load, then one line for each kind of thing in the rest of the home."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from foi.answer.show_correct import correction_lines
from foi.answer.show_withdraw import withdrawn_lines
from foi.line.handed_in import listing_lines
from foi.line.left import cleared_lines, left_lines
from foi.line.outcome import Outcome
from foi.line.standing import Violation
from foi.messages import bilingual, json_of, message
from foi.published.incomplete import SHOWN, incomplete_lines
from foi.resident import process
from ingest.landing.workers import has_memory_limits
from ingest.words.issues import issue_text, issue_texts
from ingest.words.language import Text

NEW_SHOWN = 10  # new files that are named one by one; of more only how many
FIRST = "first"  # the first load builds everything, which needs no word
STAGES = ("building", "checking", "summing", "publishing")


def load_json(outcome: Outcome) -> str:
    """What came of a load, for a program: all that stands in the home, and what this load changed of it."""
    change = outcome.change
    new = [v.text for v in outcome.standing.violations if (v.report_id, v.key.rule) in change.violations]
    return json_of(
        {
            "process": process.get(),
            **outcome.counts,
            "new": outcome.landed,
            "full_build": outcome.full,
            "reports": [{k: v for k, v in row.items() if k != "report_id"} for row in outcome.new],
            "violations": [violation.text for violation in outcome.standing.violations],
            "violations_new": new,
            "violations_repaired": [violation.text for violation in change.repaired],
            "violations_silent": [violation.text for violation in change.silent],
            "incomplete": outcome.standing.incomplete,
            "incomplete_new": change.incomplete,
            "completed": change.completed,
            "problems": [*outcome.noticed, *outcome.problems],
            "waiting": outcome.waiting,
            "corrections": outcome.standing.corrections,
            "corrected": outcome.corrected,
            "broken": outcome.broken,
            "left": outcome.left,
            "withdrawn": outcome.withdrawn,
            "manifest": [issue_texts(issue) for issue in outcome.manifest],
            "passed_over": outcome.listing.passed_over,
        }
    )


def load_words(outcome: Outcome) -> list[str]:
    """What came of a load, for a person, in the language of this reader."""
    lines = [message("load.done", new=outcome.landed, **outcome.counts)]
    lines += [message("load.nothing_new")] if outcome.is_unchanged else []
    lines += [message(f"load.full_{outcome.full}")] if outcome.full and outcome.full != FIRST else []
    return [*lines, *_of_this_load(outcome), *listing_lines(outcome.listing, outcome.manifest), *_of_the_home(outcome)]


def _of_this_load(outcome: Outcome) -> Iterator[str]:
    """What is new, what it broke and repaired, and which of its files need a person."""
    if 0 < len(outcome.new) <= NEW_SHOWN:
        yield message("load.new", n=len(outcome.new))
        yield from (f"  {_new_line(row)}" for row in outcome.new)
    yield from _violations(outcome)
    yield from _vanished("repaired", outcome.change.repaired)
    yield from _vanished("silent", outcome.change.silent)
    left = left_lines([one for one in outcome.left_new if not one["is_cleared"]])
    if problems := [*(text.shown for text in (*outcome.noticed, *outcome.problems)), *left]:
        yield from (message("load.problems", n=len(problems)), *(f"  {line}" for line in problems))
    yield from cleared_lines([one for one in outcome.left_new if one["is_cleared"]])
    yield from incomplete_lines(list(outcome.change.incomplete), SHOWN)[1:]
    if completed := outcome.change.completed:
        yield from (message("load.completed", n=len(completed)), *(f"  {_report(row)}" for row in completed[:SHOWN]))
    yield from correction_lines(outcome.change.corrections)[1:]


def _of_the_home(outcome: Outcome) -> Iterator[str]:
    """How many of each kind there are in the whole home, where that is more than was told."""
    standing, change = outcome.standing, outcome.change
    told_before = [one for one in outcome.left if not one["is_cleared"] and one not in outcome.left_new]
    for kind, n, told in (
        ("violations", len(standing.violations), len(change.violations)),
        ("incomplete", len(standing.incomplete), len(change.incomplete)),
        ("waiting", len(outcome.waiting), 0),
        ("left", len(told_before), 0),
        ("corrections", len(standing.corrections), len(change.corrections)),
    ):
        if n > told:
            yield message(f"load.{kind}_all", n=n)
    if outcome.withdrawn:
        yield withdrawn_lines(outcome.withdrawn)[1].rstrip("：: ")
    if outcome.corrected:
        yield message("status.corrected", n=outcome.corrected)
    if outcome.broken:
        yield message("status.broken", n=outcome.broken, page=outcome.home.expectations)


def _violations(outcome: Outcome) -> Iterator[str]:
    """The violations of this load's reports, and those it made appear; of many only the first."""
    new = outcome.change.violations
    lines = [line for line in outcome.violation_lines if any((line.report_id, rule) in new for rule in line.rule_ids)]
    if not lines:
        return
    is_all = len(new) == len(outcome.standing.violations)
    yield message("load.violations" if is_all else "load.violations_new", n=len(new))
    yield from (f"  {line.text}" for line in lines[:SHOWN])
    if len(lines) > SHOWN:
        yield "  " + message("load.more_status", n=sum(line.violations for line in lines[SHOWN:]))


def _vanished(key: str, violations: tuple[Violation, ...]) -> Iterator[str]:
    """Violations of before that are told no more, each as it was told."""
    if not violations:
        return
    yield message(f"load.{key}", n=len(violations))
    yield from (f"  {violation.text.shown}" for violation in violations[:SHOWN])
    if len(violations) > SHOWN:
        yield "  " + message("load.more_status", n=len(violations) - SHOWN)


def _new_line(row: dict[str, Any]) -> str:
    state = bilingual("load.new_version" if row["is_version"] else f"state.{row['state']}")
    if row["chosen_over"]:
        state = bilingual("load.chosen_by_name", other=row["chosen_over"])
    return message("load.new_line", file=row["file"], **_names(row), state=state)


def _report(row: dict[str, Any]) -> str:
    return message("load.completed_line", **_names(row))


def _names(row: dict[str, Any]) -> dict[str, str | Text]:
    unknown = bilingual("read.unknown")
    return {"unit": row["unit_name"] or unknown, "year": str(row["report_year"] or "") or unknown}


def show_begin(folder: Path, n: int) -> None:
    """Say on the side how many files are read, and where nothing bounds the memory that this takes."""
    _aside(message("load.begin", n=n, folder=folder) if n else message("error.no_files", path=folder))
    if not has_memory_limits():
        _aside(message("load.unlimited"))


def show_made_again(outcome_issues: list[Any]) -> None:
    """Say on the side what of the home folder was damaged and is made again: nobody need do anything."""
    for issue in outcome_issues:
        if issue.severity != "error":
            _aside(issue_text(issue).shown)


def show_progress(queue: str, done: int, total: int) -> None:
    """A line on the terminal: how many files of a queue are read; then each stage as it begins."""
    if queue in STAGES:
        _aside(message(f"load.stage_{queue}"))
        return
    line = message(f"load.queue_{queue}", done=done, total=total)
    if sys.stderr.isatty():
        print(f"\r{line}", end="\n" if done == total else "", file=sys.stderr, flush=True)
    elif done == total or done % 500 == 0:
        _aside(line)


def _aside(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
