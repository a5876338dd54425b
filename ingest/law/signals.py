"""Rules that no equation can say (rules/signals.yaml): their words, what they hold for, and the numbers they go by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Literal

from ingest.law.forms import RULES, Rule, check_words, every_form
from ingest.words.yaml_files import FormError, line_of, read_yaml

_PATH = RULES / "signals.yaml"
_JUDGES = ("report", "progress", "completeness")


@dataclass(frozen=True, slots=True)
class Signal:
    """A rule: its severity, what it holds for (empty: everything), its numbers, its words, and what it says of a report.

    `judged_by` is progress where there is no report to judge: whoever filed none is found there, and told by reminders; and
    completeness where the question is whether all of the report is there.
    """

    rule: str
    severity: Literal["error", "warning", "hint"]
    forms: tuple[str, ...]
    first_year: int | None
    last_year: int | None
    levels: tuple[str, ...]
    needs: tuple[str, ...]
    is_cause: bool
    judged_by: Literal["report", "progress", "completeness"]
    values: Mapping[str, tuple[str, ...]]
    law: str
    zh: str
    en: str
    found: Mapping[str, Mapping[str, str]]

    @property
    def is_of_reports(self) -> bool:
        """Whether each report passes or fails it: it is no mere cause, and no rule about what is not there."""
        return not self.is_cause and self.judged_by == "report"

    def number(self, name: str) -> Decimal:
        """One of the numbers the rule goes by."""
        return Decimal(self.values[name][0])

    def sentence(self, instance: str, language: str) -> str:
        """The sentence about a report, with places for its numbers."""
        return self.found.get(instance, self.found.get("", {}))[language]


@cache
def signals() -> dict[str, Signal]:
    """All of them by name; a FormError names the file and line of one that lacks something."""
    return {name: _signal(name, spec) for name, spec in read_yaml(_PATH).items()}


def _signal(name: str, spec: dict[str, Any]) -> Signal:
    where = f"{_PATH.name}:{line_of(_PATH, name)}: rule {name}"
    check_words(_PATH, name, spec, ("law", "zh", "en", "severity", "needs"))
    judge = spec.get("judged_by", "report")
    if judge not in _JUDGES:
        raise FormError(f"{where}: judged_by is “{judge}”, none of {', '.join(_JUDGES)}")
    found = spec.get("each") or {"": spec.get("found", {})}
    if judge == "report" and any(not sentence.get(language) for sentence in found.values() for language in ("zh", "en")):
        raise FormError(f"{where}: says nothing of a report in zh or en")
    if (issues := spec.get("with", {}).get("issues")) and set(issues) != set(found):
        raise FormError(f"{where}: needs a sentence under each for {', '.join(issues)}")
    if unknown := [form for form in (*spec.get("forms", ()), *spec.get("with", {}).get("forms", ())) if form not in every_form()]:
        raise FormError(f"{where}: there is no form {', '.join(unknown)}")
    given = {key: tuple(_values(value)) for key, value in spec.get("with", {}).items()}
    limits = (tuple(spec.get("forms", ())), spec.get("from"), spec.get("to"), tuple(spec.get("levels", ())))
    words = (spec["law"], spec["zh"], spec["en"], found)
    return Signal(name, spec["severity"], *limits, tuple(spec["needs"]), spec.get("cause", False), judge, given, *words)


def _values(given: Any) -> Iterator[str]:
    """A number or word, a list of them, or pairs written as “part=whole”."""
    if isinstance(given, dict):
        yield from (f"{key}={value}" for key, value in given.items())
    else:
        yield from map(str, given if isinstance(given, list) else [given])


def is_total_zero(rule: Rule, left: Decimal | None) -> bool:
    """Whether the total of a sum that fails is 0: it was then probably not filled in."""
    return len(rule.left) == 1 and left == 0
