"""A report as facts: unit, year, form, and the printed text of every cell."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

from ingest.forms import load_forms

ORGANIZATIONS = ("natural_person", "company", "research", "nonprofit", "legal_service", "other_organization")


@dataclass(frozen=True)
class Record:
    """One report; `cells` maps each code of the form to its printed text, None for a blank."""

    unit: str
    year: int
    form: str
    cells: dict[str, str | None]
    place: str = ""
    disclosed: int = 18
    new_media: int = 71
    published_on: str | None = None
    lines: tuple[str, ...] = field(default=())

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
    if form == "2021":
        cells["disclosure.fees"] = f"{rng.randint(0, top)}.{rng.randint(1, 9)}"
    rows = list(spec.tables["requests"].rows)
    outcomes = [r for r in rows if r not in ("received", "carried_in", "closed", "carried_out")]
    for column in ORGANIZATIONS:
        numbers = {r: rng.choice((0, 0, rng.randint(0, top))) for r in outcomes}
        numbers["closed"] = sum(numbers.values())
        numbers["carried_out"] = rng.choice((0, rng.randint(0, top)))
        numbers["carried_in"] = rng.randint(0, min(top, numbers["closed"] + numbers["carried_out"]))
        numbers["received"] = numbers["closed"] + numbers["carried_out"] - numbers["carried_in"]
        cells |= {f"requests.{r}.{column}": numbers[r] for r in rows}
    for r in rows:
        cells[f"requests.{r}.total"] = sum(int(cells[f"requests.{r}.{c}"]) for c in ORGANIZATIONS)
    for r in spec.tables["challenges"].rows:
        parts = {c: rng.choice((0, rng.randint(0, top))) for c in ("upheld", "corrected", "other", "pending")}
        cells |= {f"challenges.{r}.{c}": n for c, n in {**parts, "total": sum(parts.values())}.items()}
    return Record(unit, year, form, {c.code: str(cells[c.code]) for c in spec.cells})


def zero_record(form: str = "2021", unit: str = "示例乙乡", year: int = 2024) -> Record:
    """The usual report of a township: every number is 0."""
    return Record(unit, year, form, {c.code: "0" for c in load_forms()[form].cells})


def blank_record(form: str = "2021") -> Record:
    """The official form with nothing filled in."""
    return Record("", 0, form, {c.code: None for c in load_forms()[form].cells})


def with_defect(record: Record, defect: str) -> Record:
    """The record with one named defect: closed_total, challenges_total_zero, carried_out, row_total, blank_row, blank_table."""
    cells = dict(record.cells)
    if defect == "closed_total":
        cells["requests.granted.natural_person"] = str(int(cells["requests.granted.natural_person"] or 0) + 6)
        cells["requests.granted.total"] = str(int(cells["requests.granted.total"] or 0) + 6)
    elif defect == "challenges_total_zero":
        cells |= {"challenges.review.upheld": "10", "challenges.review.corrected": "1", "challenges.review.total": "0"}
        cells |= {"challenges.review.other": "0", "challenges.review.pending": "0"}
    elif defect == "carried_out":
        for column in ("natural_person", "total"):
            cells[f"requests.carried_out.{column}"] = str(int(cells[f"requests.carried_out.{column}"] or 0) + 1)
    elif defect == "row_total":
        cells["requests.repeated.total"] = str(int(cells["requests.repeated.total"] or 0) + 1)
    elif defect == "blank_row":
        cells |= {c: None for c in cells if c.startswith("requests.granted.")}
    elif defect == "blank_table":
        cells |= {c: None for c in cells if c.startswith("challenges.")}
    else:
        raise ValueError(defect)
    return replace(record, cells=cells)
