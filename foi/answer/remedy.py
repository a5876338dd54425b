"""What a report that fails probably suffers from and how it could be put right; and which of its numbers are our corrections.

Letters and alerts tell a unit of its own figures: a number that we corrected is told with what the report says, and a sum that
fails only because of a correction is ours to look at (foi status), not theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from expectations.judge.cause import Cause, cause_of, causes
from expectations.judge.edits import Edit, Repair
from expectations.judge.problems import Problem, problems
from expectations.judge.repair import repairs
from expectations.judge.rules import Facts, judge
from expectations.judgment import Judgment
from expectations.messages import cell_text, plain
from foi.messages import bilingual, has_message, joined
from foi.published.numbers import Cells, numbers_of
from ingest.law.forms import every_form
from ingest.law.relations import relations_of
from ingest.words.language import Text

Report = tuple[str, int]  # unit and year
CORRECTED = """
select r.unit_code, r.report_year, c.code, c.form, c.original_value, c.original_state, c.value
from cell_corrections as c join fct_reports as r using (report_id) where c.outcome = 'applied' and c.is_current
"""
# Rules that fail in the numbers as corrected and did not fail in those of the report.
OURS = """
select distinct c.unit_code, c.report_year, trim(u.rule_id)
from correction_results as c, unnest(string_split(c.broken_rules, ',')) as u(rule_id) where c.broken_rules is not null
"""


@dataclass(frozen=True, slots=True)
class Corrected:
    """A cell that counts with another number than the report says; `original` is what stands there."""

    code: str
    form: str | None
    number: Decimal | None
    original: Text
    value: str


@dataclass(frozen=True)
class Corrections:
    """The corrections that apply now, by report and cell, and the rules that fail only because of them."""

    cells: dict[Report, dict[str, Corrected]] = field(default_factory=dict)
    ours: frozenset[tuple[str, int, str]] = frozenset()

    def of_rule(self, report: Report, rule_id: str) -> list[Corrected]:
        """The corrected cells that a rule is about."""
        mine = self.cells.get(report, {})
        forms = {c.code.split(".")[0]: c.form for c in mine.values() if c.form}
        return [mine[code] for code in cells_of(rule_id, forms) if code in mine] if mine else []

    def note(self, report: Report, rule_id: str) -> Text:
        """What has to be told beside a violation of such cells; nothing where none is corrected."""
        notes = [
            bilingual("corrected.note", cell=cell_text(c.code, c.form), original=c.original, value=c.value)
            for c in self.of_rule(report, rule_id)
        ]
        return Text("".join(note.zh for note in notes), "".join(note.en for note in notes))

    def before(self, report: Report, edit: Edit) -> Text:
        """The number that a change starts from; where it is our correction, what the report says comes first."""
        cell = self.cells.get(report, {}).get(edit.code)
        if cell is None:
            return Text(plain(edit.before), plain(edit.before))
        return bilingual("corrected.before", original=cell.original, value=cell.value)


def read_corrections(connection: Any) -> Corrections:
    """All of the published file."""
    cells: dict[Report, dict[str, Corrected]] = {}
    for unit, year, code, form, number, state, value in connection.execute(CORRECTED).fetchall():
        cells.setdefault((unit, year), {})[code] = Corrected(code, form, number, _original(number, state), plain(value) or "–")
    return Corrections(cells, frozenset(connection.execute(OURS).fetchall()))


def _original(number: Decimal | None, state: str) -> Text:
    """What the report itself says in a cell: its number, or what stands there instead."""
    if number is None and has_message(f"state.{state}"):
        return bilingual(f"state.{state}")
    return Text(*[plain(number) if number is not None else state] * 2)


def change_words(repair: Repair, report: Report, forms: Mapping[str, str | None], corrections: Corrections) -> Text:
    """A repair in words: each cell with its number and the one that would make the sums hold."""
    changes = (
        bilingual(
            "letter.change",
            cell=cell_text(edit.code, forms.get(edit.code.split(".")[0])),
            before=corrections.before(report, edit),
            after=plain(edit.after),
        )
        for edit in repair
    )
    return joined(changes, "gap.semicolon")


def cells_of(rule_id: str, forms: dict[str, str]) -> list[str]:
    """The cells that a rule is about; of a rule without an equation the cell it names."""
    for table, form in forms.items():
        for rule in every_form()[form].rules:
            if rule.table == table and rule.rule_id == rule_id:
                return [*rule.left, *rule.right]
        for relation in relations_of(form):
            if relation.rule_id == rule_id:
                terms = [*relation.left, *(t for reading in relation.readings for t in reading)]
                return list(dict.fromkeys(t.code for t in terms if t.source == "cell"))
    return [rule_id.partition(".")[2]]


@dataclass(frozen=True)
class Remedy:
    """The numbers of a report as they count and of the year before, the repairs, and why sums fail."""

    now: Facts
    before: Facts | None

    @cached_property
    def proposals(self) -> list[Repair]:
        return repairs(self.now, self.before)

    @cached_property
    def causes(self) -> list[Cause]:
        return causes(self.proposals[0], self.now, self.before) if self.proposals else []

    def causes_of(self, rule_ids: Iterable[str]) -> list[str]:
        """The causes of these violations, each once."""
        asked = set(rule_ids)
        found = [cause_of(v, self.causes) for v in self._violations if v.rule_id in asked]
        return list(dict.fromkeys(cause for cause in found if cause))

    @cached_property
    def cause_by_rule(self) -> dict[str, str]:
        """The likely cause of each violation whose cause is known, by its rule."""
        return {v.rule_id: cause for v in self._violations if (cause := cause_of(v, self.causes))}

    def problems(self, rule_ids: Iterable[str]) -> list[Problem]:
        """These violations by cause: what one slip breaks is one problem."""
        asked = set(rule_ids)
        return problems([v for v in self._violations if v.rule_id in asked], self.causes, self.now, self.before)

    def breaks_a_sum(self, rule_ids: Iterable[str]) -> bool:
        """Whether a printed sum is among these violations."""
        asked = set(rule_ids)
        return any(v.is_printed and v.rule_id in asked for v in self._violations)

    @cached_property
    def _violations(self) -> list[Judgment]:
        return [v for v in judge(self.now, self.before) if v.result == "fail"]


def remedies(connection: Any, asked: Iterable[Report], corrections: Corrections) -> dict[Report, Remedy]:
    """The remedies of some reports, read together: the tables of facts are looked through once, not for each.

    Where our correction breaks a sum, the report's own numbers are repaired: nobody else is asked to undo what we did.
    """
    doubtful = {(unit, year) for unit, year, _ in corrections.ours}
    found: dict[Report, Remedy] = {}
    for report, (now, last) in numbers_of(connection, list(asked)).items():
        own = corrections.cells.get(report, {}).values() if report in doubtful else ()
        now |= {c.code: (c.form or "", c.number) for c in own if c.number is not None and c.code in now}
        found[report] = remedy_of(now, last)
    return found


def remedy_of(now: Cells, last: Cells) -> Remedy:
    """The remedy of a report by its numbers and those of the year before (none: there is no such report)."""
    facts = Facts({code.split(".")[0]: form for code, (form, _) in now.items()}, {code: n for code, (_, n) in now.items()})
    return Remedy(facts, Facts({}, {code: n for code, (_, n) in last.items()}) if last else None)
