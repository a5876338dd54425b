"""`foi status` in words or as JSON: first the reports of each year, then each kind of thing that needs a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from foi.alerts.show import unsent_lines, unsent_rows
from foi.answer.show_correct import correction_lines
from foi.answer.show_withdraw import withdrawn_lines
from foi.ask.show_versions import replaced_lines
from foi.line.left import status_lines
from foi.line.status import STATES, Status, read_status
from foi.messages import bilingual, json_of, message
from foi.published import as_table
from foi.published.exclusions import exclusion_lines
from foi.published.incomplete import incomplete_lines
from foi.resident import resident_row, served_line
from ingest.home import Home
from ingest.words.issues import issue_text
from ingest.words.language import Text

SHOWN = 20  # pairs of equal reports and alerts that are printed; --json gives all


def show_status(home: Home, json: bool = False) -> str:
    """Reports by year and state, violations in words, files set aside with their reason, reports without a certain unit."""
    status = read_status(home)
    if json:
        return status_json(status, resident_row(home))
    return "\n".join([*status_words(status), *filter(None, [served_line(home)])])


def status_json(status: Status, resident: dict[str, Any]) -> str:
    """The status for a program; each sentence in both languages."""
    return json_of(
        {
            "resident": resident,
            "years": status.years,
            "violations": [violation.text for violation in status.standing.violations],
            "incomplete": status.standing.incomplete,
            "excluded": status.excluded,
            **{name: getattr(status, name) for name in ("quarantined", "unmatched", "undated", "gone", "similar")},
            **status.counts,
            "reopened": status.reopened,
            "corrections": status.standing.corrections,
            **{name: getattr(status, name) for name in ("replaced", "broken", "left", "withdrawn")},
            "letters": status.letters,
            "alerts": unsent_rows(status.unsent),
            "aside": [issue_text(issue) for issue in status.aside],
        }
    )


def status_words(status: Status) -> list[str]:
    """The status for a person, in the language of this reader."""
    heads = [message("trend.year"), *(message(f"state.{state}") for state in STATES)]
    lines = [message("status.years"), as_table(heads, status.years), *_of_reports(status), *_of_files(status)]
    if status.broken:
        lines += ["", message("status.broken", n=status.broken, page=status.expectations)]
    if status.unsent:
        lines += ["", *unsent_lines(status.unsent, SHOWN)]
    lines += _section("aside", status.aside, lambda issue: issue_text(issue).shown)
    return [*lines, "", message("status.fine")] if status.is_fine else lines


def _of_reports(status: Status) -> Iterator[str]:
    """What is wrong with reports, what was decided and corrected, and which were replaced."""
    if lines := status.violation_lines:
        yield from ("", message("status.violations", n=len(status.standing.violations)), *(f"  {x.text}" for x in lines))
    yield from incomplete_lines(list(status.standing.incomplete))
    yield from exclusion_lines(status.excluded)
    counted = [message(f"status.{name}", n=n) for name, n in status.counts.items() if n]
    yield from ["", *counted] if counted else []
    yield from correction_lines(status.standing.corrections)
    yield from _section("letters", status.letters, lambda text: text.shown)
    yield from replaced_lines(status.replaced)


def _of_files(status: Status) -> Iterator[str]:
    """Which files and reports need a person, and which decisions hold no more."""
    yield from _section("quarantined", status.quarantined, lambda file: message("status.quarantined_line", **file))
    yield from status_lines(status.left)
    yield from withdrawn_lines(status.withdrawn)
    yield from _section("unmatched", status.unmatched, _unmatched)
    yield from _section("undated", status.undated, lambda report: message("status.undated_line", **report))
    yield from _section("gone", status.gone, lambda report: message("status.gone_line", **report))
    yield from _section(
        "similar", status.similar[:SHOWN], lambda pair: message(f"status.{pair['relation']}", **pair), len(status.similar)
    )
    if len(status.similar) > SHOWN:
        yield f"  {message('status.more', n=len(status.similar) - SHOWN)}"
    yield from _section("reopened", status.reopened, _reopened)


def _section(kind: str, items: Sequence[Any], line: Callable[[Any], str], n: int = 0) -> list[str]:
    """A heading with the number of what stands below it (`n`, where not all of it is shown), and a line for each."""
    return ["", message(f"status.{kind}", n=n or len(items)), *(f"  {line(item)}" for item in items)] if items else []


def _unmatched(report: dict[str, Any]) -> str:
    key = "status.unmatched_line_candidates" if report["candidates"] else "status.unmatched_line"
    unit: str | Text = report["unit_name"] or bilingual("read.unknown")
    return message(key, file=report["file"], unit=unit, hint=bilingual("status.unmatched_hint"), codes=report["candidates"])


def _reopened(decision: dict[str, Any]) -> str:
    return message("status.reopened_line", **{**decision, "action": bilingual(f"decide.{decision['action']}")})
