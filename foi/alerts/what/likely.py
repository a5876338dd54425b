"""The likely cause and the smallest repair of the reports that a digest tells of: one line for a unit and year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from expectations.judge.cause import cause_text
from expectations.messages import cell_words, plain
from foi.alerts.what.problems import Problem
from foi.alerts.wording import LANGUAGES, chosen, pair, said
from foi.answer.remedy import Corrections, Remedy, Report, remedies

MOST = 300  # reports whose repair is looked for in one run, the worst first; each takes some milliseconds
NAMED = 4  # changes that a line names


@dataclass(frozen=True)
class Likely:
    """The remedies of the reports that are told of, and the corrections that apply."""

    remedies: dict[Report, Remedy] = field(default_factory=dict)
    corrections: Corrections = field(default_factory=Corrections)

    def hints(self, problems: list[Problem], languages: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
        """A line for each report whose printed sums fail, in the order of the violations: sign, word, sentence."""
        rules: dict[Report, list[str]] = {}
        for problem in problems:
            rules.setdefault(problem.report, []).append(problem.rule_id)
        for report, rule_ids in rules.items():
            remedy = self.remedies.get(report)
            if remedy and remedy.breaks_a_sum(rule_ids) and remedy.proposals:
                yield "→", said("likely_word", languages), chosen(self._words(report, remedy, rule_ids), languages)

    def _words(self, report: Report, remedy: Remedy, rule_ids: list[str]) -> tuple[str, str]:
        named = [cause_text(cause) for cause in remedy.causes_of(rule_ids)]
        commas, best = pair("comma"), remedy.proposals[0]
        changes = []
        for at, language in enumerate(LANGUAGES):
            parts = []
            for edit in best[:NAMED]:
                cell = cell_words(edit.code, remedy.now.forms.get(edit.code.split(".")[0]), language)
                before = self.corrections.before(report, edit)[at]
                parts.append(said("change", (language,), cell=cell, before=before, after=plain(edit.after)))
            more = said("changes_more", (language,), n=len(best) if at == 0 else len(best) - NAMED) if len(best) > NAMED else ""
            changes.append(commas[at].join(parts) + more)
        causes = tuple(commas[at].join(words[at] for words in named) for at in (0, 1))
        return pair("likely" if named else "likely_change", year=report[1], causes=causes, changes=tuple(changes))


def read_likely(connection: Any, problems: Iterable[Problem], corrections: Corrections) -> Likely:
    """Read the numbers of the reports with the worst violations."""
    reports = dict.fromkeys(p.report for p in sorted(problems, key=lambda p: p.rank))
    return Likely(remedies(connection, list(reports)[:MOST], corrections), corrections)
