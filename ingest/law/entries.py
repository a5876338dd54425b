"""Every rule by which reports are judged, with its source and its words; foi.ask.show_rules prints them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ingest.law.forms import every_form
from ingest.law.relations import relations_of
from ingest.law.signals import signals
from ingest.words.language import Text


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule: the forms it holds for, how often it is applied, its severity and words, and what it needs to be assessable."""

    rule: str
    forms: tuple[str, ...]
    applied: int
    severity: str
    is_printed: bool
    levels: tuple[str, ...]
    needs: tuple[str, ...]
    zh: str
    en: str
    law: str
    judged_by: str = "report"

    @property
    def words(self) -> Text:
        """What the rule says."""
        return Text(self.zh, self.en)


def entries() -> list[Entry]:
    """All rules, printed sums first; a rule that stands in several forms with the same words is one entry."""
    found: dict[tuple[str, str, str], list[Entry]] = {}
    for entry in _each():
        found.setdefault((entry.rule, entry.zh, entry.law), []).append(entry)
    merged = [replace(same[0], forms=tuple(dict.fromkeys(form for e in same for form in e.forms))) for same in found.values()]
    # Printed sums first, and the national forms before the local ones; what holds for every form stands last.
    return sorted(merged, key=lambda e: (not e.is_printed, not e.forms, not "".join(e.forms[:1])[:1].isdigit()))


def _each() -> Iterator[Entry]:
    for form in every_form().values():
        for rule in dict.fromkeys(r.rule for r in form.rules):
            members = [r for r in form.rules if r.rule == rule]
            r = members[0]
            yield Entry(rule, (form.form,), len(members), r.severity, True, (), ("cell",), r.zh, r.en, r.law)
        for rule in dict.fromkeys(r.rule for r in relations_of(form.form)):
            relations = [r for r in relations_of(form.form) if r.rule == rule]
            x = relations[0]
            terms = (*x.left, *(t for reading in x.readings for t in reading))
            needs = tuple(dict.fromkeys(t.source for t in terms if t.source != "number"))
            yield Entry(rule, (form.form,), len(relations), x.severity, False, x.levels, needs, x.zh, x.en, x.law)
    for s in signals().values():
        yield Entry(s.rule, s.forms, 1, s.severity, False, s.levels, s.needs, s.zh, s.en, s.law, s.judged_by)
