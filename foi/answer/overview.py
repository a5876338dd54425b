"""How much fails, counted by kind, likely cause, rule and what was decided: of a nation too, without a line for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from foi.answer.failing import AMONG, CAUSED, FAILING, KIND_AND_RULE, RULE, WAITING, Failing, Known, Wanted, check_area, within
from ingest.home import Home

OWNER = "coalesce(unit_code, report_id)"
OF_CAUSE = f"kind in ({', '.join(map(repr, CAUSED))})"
# On most of them nobody decided anything: they are counted by the engine. Of those that may have a cause it lists the rules of each report.
PLAIN = f"""
select kind, {RULE}, count(distinct place), list(distinct {OWNER}) from {FAILING}
where not {OF_CAUSE} and {KIND_AND_RULE} and place not in (select unnest($6::varchar[])) group by 1, 2
"""
OF_REPORTS = f"""
select kind, unit_code, report_year, {OWNER}, list(distinct rule_id) from {FAILING} where {OF_CAUSE} and not {AMONG} group by all
"""


@dataclass(frozen=True, slots=True)
class Part:
    """How many fail of one kind, for one cause (an id, or nothing), by one rule, in one state; `owners` are the units, or reports, they are of."""

    kind: str
    cause: str
    rule: str
    state: str
    n: int
    owners: frozenset[str]


@dataclass(frozen=True, slots=True)
class Overview:
    """What fails and is wanted, in any state.

    `unexplained`: of how many reports of the area and year it is not known yet why they fail; `uncounted`: on how many was decided since
    the last load.
    """

    parts: tuple[Part, ...]
    unexplained: int
    uncounted: int

    def of(self, state: str) -> tuple[Part, ...]:
        """Those in a state (`waiting`: open and reopened; empty: any)."""
        return tuple(one for one in self.parts if state in ("", one.state) or (state == "waiting" and one.state in WAITING))


def overview(connection: Any, home: Home, wanted: Wanted) -> Overview:
    """How much fails of what is wanted, in whatever state; a Complaint where the area is none."""
    check_area(connection, wanted.area)
    known, wanted = Known(connection, home), replace(wanted, state="")
    decided = list(known.rows(connection, AMONG, [*within(wanted), known.decided])) if known.decided else []
    errors = {(one.unit_code, one.year) for one in decided if one.kind == "error"}
    counts: dict[tuple[str, str, str, str], tuple[list[int], set[str]]] = {}
    counted = chain(_plain(connection, wanted, known), _of_reports(connection, wanted, known, errors))
    for kind, cause, rule, state, n, owners in chain(counted, map(_one, filter(wanted.takes, decided))):
        numbers, of = counts.setdefault((kind, cause, rule, state), ([], set()))
        numbers.append(n)
        of.update(owners)
    parts = tuple(Part(*key, sum(numbers), frozenset(of)) for key, (numbers, of) in counts.items())
    return Overview(parts, known.whys.missing(errors), known.uncounted(connection, wanted))


Counted = tuple[str, str, str, str, int, Iterable[str]]


def _plain(connection: Any, wanted: Wanted, known: Known) -> Iterator[Counted]:
    """What has no cause and on which nobody decided."""
    values = [*within(wanted), wanted.kind, wanted.rule, known.decided]
    for kind, rule, n, owners in connection.execute(PLAIN, values).fetchall() if wanted.cause in ("", "-") else ():
        yield kind, "", rule, "open", n, owners


def _of_reports(connection: Any, wanted: Wanted, known: Known, errors: set[tuple[str, int]]) -> Iterator[Counted]:
    """What may have a cause and on which nobody decided; the reports with errors are added to `errors`, wanted or not."""
    for kind, code, year, owner, rules in connection.execute(OF_REPORTS, [*within(wanted), known.decided]).fetchall():
        report = code or "", year or 0
        if kind == "error":
            errors.add(report)
        for rule_id in rules:
            cause, rule = known.whys.cause(report, rule_id), rule_id.partition(".")[0]
            if wanted.kind in ("", kind) and wanted.rule in ("", rule, rule_id) and wanted.cause in ("", cause or "-"):
                yield kind, cause, rule, "open", 1, (owner,)


def _one(one: Failing) -> Counted:
    return one.kind, one.cause, one.rule, one.state, 1, (one.unit_code or one.report_id,)
