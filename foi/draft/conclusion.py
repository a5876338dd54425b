"""The one verdict of `foi check`, in one sentence: right, wrong, or cannot be judged and what is missing.

An error that is shown is concluded; nothing is called right that is not whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from expectations.judge.problems import Problem
from expectations.judgment import Judgment
from foi.draft.gaps import NOTICED, Gap
from foi.messages import bilingual, joined, template
from ingest.law.relations import relations_of
from ingest.law.signals import signals
from ingest.words.language import Text

Kind = Literal["right", "wrong", "cannot_be_judged"]
EXIT: dict[Kind, int] = {"right": 0, "wrong": 1, "cannot_be_judged": 1}


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The verdict, and its sentence."""

    verdict: Kind
    text: Text


def conclude(problems: list[Problem], gaps: list[Gap], misread: set[str], doubts: int) -> Conclusion:
    """What a clerk has to know at the end.

    `misread` are the rules that fail because a number of the file was not read: no fault of the report. `doubts` is how many
    things should be looked at besides.
    """
    violations = [v for p in problems for v in p.violations]
    is_open = any(v.result == "fail" and disputes(v) for v in violations)
    held = {v.rule_id for v in violations if is_open and _is_against_last_year(v)}
    wrong = [p for p in problems if any(v.severity == "error" and v.rule_id not in misread | held for v in p.violations)]
    missing = _missing(gaps, violations, misread, held)
    if wrong:
        return _concluded("wrong", _faults(wrong, held), missing)
    if missing:
        return _concluded("cannot_be_judged", missing)
    return _concluded("right", _counted({"doubts": sum(v.severity != "hint" for v in violations) + doubts}))


def refused() -> Conclusion:
    """The verdict where there is no report to judge."""
    return Conclusion("cannot_be_judged", bilingual("check.verdict_refused"))


def disputes(violation: Judgment) -> bool:
    """Whether a violation says that the file names another unit or year: until that is settled, it may be held against the wrong one."""
    return violation.kind == "signal" and "issues" in signals()[violation.rule].values


def _is_against_last_year(violation: Judgment) -> bool:
    """Whether a violation holds numbers against those of the report before: of which year that is, must be certain."""
    relations = (
        [r for r in relations_of(violation.form) if r.rule_id == violation.rule_id] if violation.kind == "relation" else []
    )
    return any(t.source == "last_year" for r in relations for side in (r.left, *r.readings) for t in side)


def _missing(gaps: list[Gap], violations: list[Judgment], misread: set[str], held: set[str]) -> list[Text]:
    counts: Counter[str] = Counter(disputed=sum(v.result == "fail" and disputes(v) for v in violations))
    for gap in gaps:
        counts[gap.kind] += len(gap.codes) or len(gap.places) or 1
    noticed = [t for g in gaps if g.kind == NOTICED and g.issue and (t := template(f"check.short_{g.issue.code}"))]
    counts[NOTICED] -= len(noticed)
    counts["misread"] = sum(v.rule_id in misread for v in violations)
    counts["last_year_open"] = sum(v.severity == "error" and v.rule_id in held for v in violations)
    return [*dict.fromkeys(noticed), *_counted(counts)]


def _faults(wrong: list[Problem], held: set[str]) -> list[Text]:
    """What is wrong, counted by what it is held against; sums that one cause explains are said to be of one cause."""
    errors = [v for p in wrong for v in p.violations if v.severity == "error" and v.rule_id not in held]
    kinds = Counter("sums" if v.is_printed else "last_year" if v.kind == "relation" else "numbers" for v in errors)
    sums = [p for p in wrong if any(v.is_printed for v in p.violations)]
    is_one = len(sums) == 1 and bool(sums[0].edits) and kinds["sums"] > 1
    return _counted({("one_cause" if n == "sums" and is_one else n): k for n, k in sorted(kinds.items(), reverse=True)})


def _counted(counts: Mapping[str, int]) -> list[Text]:
    """What is counted, each kind with its number; a kind of which there is nothing is left out."""
    return [bilingual(f"check.short_{kind}", n=n) for kind, n in counts.items() if n > 0]


def _concluded(verdict: Kind, reasons: list[Text], besides: Sequence[Text] = ()) -> Conclusion:
    key = f"check.verdict_{verdict}" + ("_doubts" if verdict == "right" and reasons else "")
    text = bilingual(key, what=joined(reasons))
    if besides:
        text = Text(*map("".join, zip(text, bilingual("check.verdict_also", what=joined(besides)), strict=True)))
    return Conclusion(verdict, text)
