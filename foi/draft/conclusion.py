"""The one verdict of `foi check`, in one sentence: right, wrong, or cannot be judged and what is missing.

An error that is shown is concluded; nothing is called right that is not whole.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from expectations.judge.problems import Problem
from expectations.judgment import Judgment
from foi.draft.gaps import NOTICED, Gap
from foi.messages import counting, template
from ingest.law.signals import signals

Kind = Literal["right", "wrong", "cannot_be_judged"]
EXIT: dict[Kind, int] = {"right": 0, "wrong": 1, "cannot_be_judged": 1}


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The verdict, and its sentence in Chinese and in English."""

    verdict: Kind
    zh: str
    en: str


def conclude(problems: list[Problem], gaps: list[Gap], misread: set[str], doubts: int) -> Conclusion:
    """What a clerk has to know at the end.

    `misread` are the rules that fail because a number of the file was not read: no fault of the report. `doubts` is how many
    things should be looked at besides.
    """
    violations = [f for p in problems for f in p.violations]
    wrong = [p for p in problems if any(f.severity == "error" and f.rule_id not in misread for f in p.violations)]
    missing = _missing(gaps, violations, misread)
    if wrong:
        return _sentence("wrong", _faults(wrong), missing)
    if missing:
        return _sentence("cannot_be_judged", missing, [])
    looked_at = sum(f.severity != "hint" for f in violations) + doubts
    return _sentence("right", _counted({"doubts": looked_at}), [])


def disputes(violation: Judgment) -> bool:
    """Whether a violation says that the file names another unit or year: until that is settled, it may be held against the wrong one."""
    return violation.kind == "signal" and "issues" in signals()[violation.rule].values


def _missing(gaps: list[Gap], violations: list[Judgment], misread: set[str]) -> list[tuple[str, str]]:
    counts: Counter[str] = Counter()
    for gap in gaps:
        counts[gap.kind] += len(gap.codes) or len(gap.places) or 1
    noticed = [t for g in gaps if g.kind == NOTICED and g.issue and (t := template(f"check.short_{g.issue.code}"))]
    counts[NOTICED] -= len(noticed)
    counts["misread"] = sum(f.rule_id in misread for f in violations)
    counts["disputed"] = sum(f.result == "fail" and disputes(f) for f in violations)
    return [*dict.fromkeys(noticed), *_counted(counts)]


def _faults(wrong: list[Problem]) -> list[tuple[str, str]]:
    """What is wrong, counted by what it is held against; sums that one cause explains are said to be of one cause."""
    errors = [f for p in wrong for f in p.violations if f.severity == "error"]
    kinds = Counter("sums" if f.is_printed else "last_year" if f.kind == "relation" else "numbers" for f in errors)
    sums = [p for p in wrong if any(f.is_printed for f in p.violations)]
    is_one = len(sums) == 1 and bool(sums[0].edits) and kinds["sums"] > 1
    return _counted({("one_cause" if n == "sums" and is_one else n): k for n, k in sorted(kinds.items(), reverse=True)})


def _counted(counts: dict[str, int]) -> list[tuple[str, str]]:
    words = [(template(f"check.short_{kind}") or (kind, kind), n) for kind, n in counts.items() if n > 0]
    return [(zh.format(**counting({"n": n})), en.format(**counting({"n": n}))) for (zh, en), n in words]


def _sentence(kind: Kind, said: list[tuple[str, str]], also: list[tuple[str, str]]) -> Conclusion:
    key = f"check.verdict_{kind}" + ("_doubts" if kind == "right" and said else "")
    texts = template(key) or ("", "")
    more = template("check.verdict_also") or ("", "")
    marks = ("、", ", ")
    made = []
    for at in (0, 1):
        text = texts[at].format(what=marks[at].join(s[at] for s in said))
        made.append(text + (more[at].format(what=marks[at].join(s[at] for s in also)) if also else ""))
    return Conclusion(kind, *made)
