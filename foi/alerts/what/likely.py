"""The likely cause and the smallest repair of the reports that a digest tells of: one line for a unit and year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from expectations.judge.cause import cause_text
from expectations.judge.edits import Edit
from expectations.messages import cell_text, plain
from foi.alerts.post.message import Line
from foi.alerts.what.problems import Problem
from foi.answer.remedy import Corrections, Remedy, Report, remedies
from foi.messages import bilingual, joined
from ingest.words.language import Text

MOST = 300  # reports whose repair is looked for in one run, the worst first; each takes some milliseconds
NAMED = 4  # changes that a line names


@dataclass(frozen=True)
class Likely:
    """The remedies of the reports that are told of, and the corrections that apply."""

    remedies: dict[Report, Remedy] = field(default_factory=dict)
    corrections: Corrections = field(default_factory=Corrections)

    def hints(self, problems: list[Problem]) -> Iterator[Line]:
        """A line for each report whose printed sums fail, in the order of the violations."""
        rules: dict[Report, list[str]] = {}
        for problem in problems:
            rules.setdefault(problem.report, []).append(problem.rule_id)
        for report, rule_ids in rules.items():
            remedy = self.remedies.get(report)
            if remedy and remedy.breaks_a_sum(rule_ids) and remedy.proposals:
                yield Line("→", bilingual("alerts.likely_word"), self._sentence(report, remedy, rule_ids))

    def _sentence(self, report: Report, remedy: Remedy, rule_ids: list[str]) -> Text:
        """The likely cause, and the changes that would put the sums right."""
        causes = [cause_text(cause) for cause in remedy.causes_of(rule_ids)]
        best = remedy.proposals[0]
        changes = joined([self._change(report, remedy, edit) for edit in best[:NAMED]], "alerts.comma")
        if len(best) > NAMED:
            more = bilingual("alerts.changes_more", rest=len(best) - NAMED)
            changes = Text(changes.zh + more.zh, changes.en + more.en)
        key = "alerts.likely" if causes else "alerts.likely_change"
        return bilingual(key, year=report[1], causes=joined(causes, "alerts.comma"), changes=changes)

    def _change(self, report: Report, remedy: Remedy, edit: Edit) -> Text:
        """One cell that would be changed: what it holds and what it should hold."""
        form = remedy.now.forms.get(edit.code.split(".")[0])
        cell = cell_text(edit.code, form)
        return bilingual("alerts.change", cell=cell, before=self.corrections.before(report, edit), after=plain(edit.after))


def read_likely(connection: Any, problems: Iterable[Problem], corrections: Corrections) -> Likely:
    """Read the numbers of the reports with the worst violations."""
    reports = dict.fromkeys(p.report for p in sorted(problems, key=lambda p: p.rank))
    return Likely(remedies(connection, list(reports)[:MOST], corrections), corrections)
