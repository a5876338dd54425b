"""A report as facts: unit, year, form, and the printed text of every cell."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from decimal import Decimal

from ingest.law.forms import Form, Rule, load_forms
from ingest.words.text import number_words

ORGANIZATIONS = ("natural_person", "company", "research", "nonprofit", "legal_service", "other_organization")

# Each defect and the printed sums it breaks, in a report whose sums held before. A blank breaks none: what is blank cannot be added up.
DEFECTS: dict[str, tuple[str, ...]] = {
    "closed_total": ("requests_closed_total.natural_person", "requests_closed_total.total"),
    "carried_out": ("requests_balance.natural_person", "requests_balance.total"),
    "row_total": ("requests_applicant_total.repeated", "requests_closed_total.total"),
    "total_not_updated": ("requests_applicant_total.received", "requests_balance.natural_person"),
    "challenges_total_zero": ("challenges_total.review",),
    "blank_row": (),
    "blank_table": (),
}


@dataclass(frozen=True)
class Record:
    """One report; `cells` maps each code of the form to its printed text, None for a blank.

    `disclosed` and `new_media` are told in part one. None: nothing is known beyond the tables, so the prose tells nothing else.
    """

    unit: str
    year: int
    form: str
    cells: dict[str, str | None]
    place: str = ""
    disclosed: int | None = 18
    new_media: int | None = 71
    published_on: str | None = None
    lines: tuple[str, ...] = field(default=())
    merged: tuple[str, ...] = field(default=())  # codes whose number is drawn over its own row and the one below

    @property
    def values(self) -> dict[str, str]:
        """The cells that hold a number."""
        return {code: text for code, text in self.cells.items() if text is not None}


def random_record(rng: random.Random, form: str = "2021", top: int = 30, unit: str = "示例甲镇", year: int = 2024) -> Record:
    """A report whose printed sums all hold, with numbers up to about `top`."""
    spec = load_forms()[form]
    cells: dict[str, int | str] = {}
    for cell in spec.tables["disclosure"].cells:
        cells[cell.code] = rng.randint(-9, 9) if cell.kind == "change" else rng.randint(0, top)
    for cell in (c for c in spec.tables["disclosure"].cells if c.unit in number_words()["money"]):
        cells[cell.code] = f"{rng.randint(0, top)}.{rng.randint(1, 9)}"
    rows = list(spec.tables["requests"].rows)
    applicants = [c for c in spec.tables["requests"].columns if c != "total"]
    outcomes = [r for r in rows if r not in ("received", "carried_in", "closed", "carried_out")]
    for column in applicants:
        numbers = {r: rng.choice((0, 0, rng.randint(0, top))) for r in outcomes}
        numbers["closed"] = sum(numbers.values())
        numbers["carried_out"] = rng.choice((0, rng.randint(0, top)))
        numbers["carried_in"] = rng.randint(0, min(top, numbers["closed"] + numbers["carried_out"]))
        numbers["received"] = numbers["closed"] + numbers["carried_out"] - numbers["carried_in"]
        cells |= {f"requests.{r}.{column}": numbers[r] for r in rows}
    for r in rows:
        cells[f"requests.{r}.total"] = sum(int(cells[f"requests.{r}.{c}"]) for c in applicants)
    for r in spec.tables["challenges"].rows:
        parts = {c: rng.choice((0, rng.randint(0, top))) for c in spec.tables["challenges"].columns if c != "total"}
        cells |= {f"challenges.{r}.{c}": n for c, n in {**parts, "total": sum(parts.values())}.items()}
    settle(spec, cells)
    return Record(unit, year, form, {c.code: str(cells[c.code]) for c in spec.cells})


def settle(form: Form, cells: dict[str, int | str]) -> None:
    """Make every sum of a form hold, whatever its rules are; numbers whose sums hold stay as they are.

    Each sum sets one cell: a total of a row first, then a total of a column, then whatever cell is left. Where it would go below 0,
    a cell that no sum sets gives way.
    """

    def order(rule: Rule) -> int:
        return 0 if rule.instance in form.tables[rule.table].rows else min(len(rule.left), 2)

    sets: dict[str, Rule] = {}
    for rule in sorted(form.rules, key=order):
        if free := next((c for c in (*rule.left, *rule.right) if c not in sets), None):
            sets[free] = rule
    for _ in range(20):
        for cell, rule in sets.items():
            sign = 1 if cell in rule.left else -1
            number = int(cells[cell]) - sign * _off(rule, cells)
            if number < 0:
                near, far = (rule.left, rule.right) if sign > 0 else (rule.right, rule.left)
                free = next((c for c in far if c not in sets), None)
                if free:
                    cells[free] = int(cells[free]) - number
                else:
                    most = max((c for c in near if c not in sets), key=lambda c: int(cells[c]))
                    cells[most] = int(cells[most]) + number
            cells[cell] = max(number, 0)
    assert not any(_off(rule, cells) for rule in form.rules), "no numbers were found for which every sum of the form holds"


def _off(rule: Rule, cells: dict[str, int | str]) -> int:
    """By how much the left side is more than the right."""
    left, right = (sum(int(cells[c]) for c in side) for side in (rule.left, rule.right))
    return left - right


def zero_record(form: str = "2021", unit: str = "示例乙乡", year: int = 2024) -> Record:
    """The usual report of a township: every number is 0."""
    return Record(unit, year, form, {c.code: "0" for c in load_forms()[form].cells})


def blank_record(form: str = "2021") -> Record:
    """The official form with nothing filled in."""
    return Record("", 0, form, {c.code: None for c in load_forms()[form].cells})


def with_defect(record: Record, defect: str) -> Record:
    """The record with one of DEFECTS: it breaks the sums named there and no other."""
    cells = dict(record.cells)

    def add(number: int, *codes: str) -> None:
        cells.update({f"requests.{c}": str(int(cells[f"requests.{c}"] or 0) + number) for c in codes})

    if defect == "closed_total":
        add(6, "granted.natural_person", "granted.total")
    elif defect == "carried_out":
        add(1, "carried_out.natural_person", "carried_out.total")
    elif defect == "row_total":
        add(1, "repeated.total")
    elif defect == "total_not_updated":
        add(1, "received.natural_person")
    elif defect == "challenges_total_zero":
        row = {"upheld": "10", "corrected": "1", "other": "0", "pending": "0", "total": "0"}
        cells |= {f"challenges.review.{c}": text for c, text in row.items()}
    elif defect == "blank_row":
        cells |= {c: None for c in cells if c.startswith("requests.granted.")}
    elif defect == "blank_table":
        cells |= {c: None for c in cells if c.startswith("challenges.")}
    else:
        raise ValueError(f"unknown defect {defect}; known: {', '.join(DEFECTS)}")
    return replace(record, cells=cells)


def rule_results(record: Record) -> dict[str, str]:
    """For each printed sum of the form whether it holds: pass, fail, or not_assessable where a cell of it is blank."""
    results = {}
    for rule in load_forms()[record.form].rules:
        sides = [[record.cells[code] for code in side] for side in (rule.left, rule.right)]
        if None in sides[0] + sides[1]:
            results[rule.rule_id] = "not_assessable"
        else:
            left, right = (sum(Decimal(text or "") for text in side) for side in sides)
            results[rule.rule_id] = "pass" if left == right else "fail"
    return results
