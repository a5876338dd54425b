"""The example reports of every rule (ingest/law/rules/examples.yaml), as filings for the warehouse and as facts for a single file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any

from expectations.judge.rules import Facts, exact_counts
from ingest.law.examples import examples_of_sum, written_examples
from ingest.law.forms import every_form, load_forms
from ingest.law.relations import relations_of
from ingest.law.signals import signals
from ingest.model import Count, Issue
from tests.dbt.raw_zone import COUNT, Filing

ENDS = {"township": "1{unit:02}", "county": "", "department": "-示例{unit}局"}


@dataclass(frozen=True)
class Example:
    """Reports of one county, the last of which must pass or fail the rule; `form` where the rule stands in several forms."""

    rule: str
    form: str
    expected: str
    filings: tuple[Filing, ...]

    @property
    def judged(self) -> Filing:
        """The report the example is about."""
        return self.filings[-1]

    @property
    def name(self) -> str:
        """How a test calls it."""
        return f"{self.rule}-{self.form}-{self.expected}"

    @property
    def facts(self) -> tuple[Facts, Facts | None]:
        """The report as a single file, and the unit's report of the year before."""
        last = [
            f
            for f in self.filings
            if f.unit_code == self.judged.unit_code and f.report_year == (self.judged.report_year or 0) - 1
        ]
        return _facts(self.judged), _facts(last[-1]) if last else None


@cache
def catalogue() -> tuple[frozenset[str], frozenset[str]]:
    """All rules that judge reports: the printed sums, and the others."""
    printed = {r.rule for f in every_form().values() for r in f.rules}
    return frozenset(printed), frozenset({r.rule for f in every_form() for r in relations_of(f)} | of_reports())


def of_reports() -> set[str]:
    """The rules that no equation can say and that judge reports, mere causes too; what progress alone can tell has no report."""
    return {s.rule for s in signals().values() if s.judged_by == "report"}


@cache
def examples() -> tuple[Example, ...]:
    """Two of every rule; those of a printed sum follow from its equation."""
    return tuple(_numbered([*_of_sums(), *_of_cases()]))


@cache
def without_a_table() -> tuple[Example, ...]:
    """Reports of each form that lack one of the statutory tables; their numbers are 0."""
    tables = ("disclosure", "requests", "challenges")
    cases = [(f"without {table}", form, "pass", [{"form": form, "year": 2024}]) for form in load_forms() for table in tables]
    made = [_filing(f"98{n:04}", f"absent-{n}", case[3][0]) for n, case in enumerate(cases)]
    return tuple(
        Example(rule, form, expected, (replace(filing, forms={rule.removeprefix("without "): None}),))
        for (rule, form, expected, _), filing in zip(cases, made, strict=True)
    )


def _of_cases() -> Iterator[tuple[str, str, str, list[dict[str, Any]]]]:
    for rule, both in written_examples().items():
        yield rule, "", "pass", both.passes
        yield rule, "", "fail", both.fails


def _of_sums() -> Iterator[tuple[str, str, str, list[dict[str, Any]]]]:
    for form in every_form().values():
        for rule in dict.fromkeys(r.rule for r in form.rules):
            both = examples_of_sum(form, rule)
            yield rule, form.form, "pass", both.passes
            yield rule, form.form, "fail", both.fails


def _numbered(cases: list[tuple[str, str, str, list[dict[str, Any]]]]) -> Iterator[Example]:
    for n, (rule, form, expected, reports) in enumerate(cases):
        yield Example(rule, form, expected, tuple(_filing(f"99{n:04}", f"{n}-{k}", r) for k, r in enumerate(reports)))


def _filing(county: str, name: str, report: dict[str, Any]) -> Filing:
    unit = ord(report.get("unit", "a")) - ord("a") + 1
    code = county + ENDS.get(report.get("level", "township"), "").format(unit=unit)
    counts = tuple({**c, "value": Decimal(str(c["value"]))} for c in report.get("counts", ()))
    marks = {"clauses": list(range(report.get("clauses", 0))), "numbers_id": report.get("numbers")}
    code = code[:4] if report.get("level") == "city" else code
    return Filing(f"{name}.html", code, report.get("year", 2024), report.get("form", "2021"), report.get("cells", {}), unit_name=f"示例{code}",
                  published_on=report.get("published"), counts=counts, marks=marks, issues=tuple(map(tuple, report.get("issues", ()))))  # fmt: skip


def _facts(filing: Filing) -> Facts:
    forms = {t: f for t in ("disclosure", "requests", "challenges", "statistics") if (f := filing.form_of(t))}
    cells = [c.code for table, form in forms.items() for c in every_form()[form].tables[table].cells]
    values = {code: Decimal(str(filing.cells.get(code, 0))) for code in cells}
    counts = tuple(Count(**{k: v for k, v in {**COUNT, **c}.items()}) for c in filing.counts)
    level = {2: "province", 4: "city", 6: "county", 9: "township"}.get(len(filing.unit_code or ""), "department")
    issues = tuple(Issue(code, "warning", "", found, expected) for code, found, expected in filing.issues)
    return Facts(forms, values, {}, exact_counts(counts), level, counts, filing.report_year, filing.unit_code, issues)
