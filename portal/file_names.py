"""Names of files as a reader may see them: a telephone number or the number of an identity card in them is masked, as it is in cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from starlette.requests import Request

from foi.access.actor import reason
from foi.ask.traced_report import TracedReport
from ingest.privacy import mask
from ingest.words.language import Text
from portal.who import actor_of

COLUMNS = frozenset({"file", "current_file", "set_aside_file", "duplicate_of", "superseded_by", "remarks"})


def sees_names(request: Request, code: str | None = None) -> bool:
    """Whether who asks may take the originals of a unit (without a code, of any), and so sees what stands in them and in their names."""
    actor = actor_of(request)
    return not reason(actor, "original", actor.area if code is None else code)


def named(request: Request, name: Any, code: str | None = None) -> Any:
    """The name of a file, or a text that holds one, for who asks."""
    return name if sees_names(request, code) else _masked(name)


def named_rows(request: Request, columns: Iterable[str], rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
    """The rows of a table with the names of files for who asks."""
    at = {n for n, column in enumerate(columns) if column in COLUMNS}
    if not at or sees_names(request):
        return rows
    return [[_masked(value) if n in at else value for n, value in enumerate(row)] for row in rows]


def named_report(request: Request, report: TracedReport) -> TracedReport:
    """A report with the name of its file for who asks."""
    return replace(report, file=named(request, report.file, report.unit_code or ""))


def _masked(value: Any) -> Any:
    if isinstance(value, Text):
        return Text(mask(value.zh), mask(value.en))
    return mask(value) if isinstance(value, str) else value
