"""The loss table: how the number of each form relates to each measure, so that no trend joins what is not one series.

Data: rules/measures.yaml. A measure is a column of unit_year (received, received_company, review_total, …).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from ingest.law.forms import FORMS, RULES, STATISTICS, Form, FormCell, every_form, naming
from ingest.words.yaml_files import FormError, line_of, read_yaml

Relation = Literal["same", "narrower", "wider", "different", "not_asked"]


@dataclass(frozen=True, slots=True)
class Loss:
    """What one measure is in one form: the relation, the cells it is the sum of, and what to mind (Chinese, English)."""

    measure: str
    form: str
    relation: Relation
    sources: tuple[str, ...]
    zh: str = ""
    en: str = ""


@cache
def load_losses(path: Path = RULES / "measures.yaml") -> tuple[Loss, ...]:
    """The whole table: each measure in each form exactly once; raises FormError with file and line where it is not."""
    data = read_yaml(path)
    losses = [loss for block in data["measures"] for loss in _block(path, block, data["local"])]
    _check_complete(path, losses)
    _check_rows(path, losses, data["own"])
    _check_cells(path, losses, data["own"])
    _check_groups(path, losses)
    return tuple(losses)


def _block(path: Path, block: dict[str, Any], local: list[str]) -> Iterator[Loss]:
    for name, entry in block.items():
        for form in () if name == "of" else local if name == "local" else [name]:
            for measure in block["of"]:
                yield _loss(path, measure, form, {"is": entry} if isinstance(entry, str) else entry)


def _loss(path: Path, measure: str, form: str, entry: dict[str, Any]) -> Loss:
    def wrong(problem: str) -> FormError:
        return FormError(f"{path.name}:{line_of(path, measure)}: {measure} in {form}: {problem}")

    spec = every_form().get(form)
    if spec is None:
        raise wrong("there is no such form")
    with naming(path, measure, f"{measure} in {form}"):
        relation = entry["is"]
    sources = tuple(s if "." in s else f"{STATISTICS}.{s}" for s in entry.get("from", ()))
    sources = sources or (own_cells(measure, spec) if relation != "not_asked" else ())
    if relation not in get_args(Relation):
        raise wrong(f"“{relation}” is no relation")
    if bool(sources) == (relation == "not_asked"):
        found = (
            f"its cells are {', '.join(sources)}"
            if sources
            else "the form has no cell of this name (write not_asked, or its cells as `from`)"
        )
        raise wrong(f"{relation}, but {found}")
    if unknown := set(sources) - {c.code for c in spec.cells}:
        raise wrong(f"the form has no cell {', '.join(sorted(unknown))}")
    if relation == "not_asked" and own_cells(measure, spec):
        raise wrong("not_asked, but the form asks for it")
    zh, en = entry.get("zh", ""), entry.get("en", "")
    if bool(zh) != bool(en) or (relation in ("narrower", "wider", "different") and not zh):
        raise wrong(f"{relation} needs a note in both languages")
    return Loss(measure, form, relation, sources, zh, en)


def own_cells(measure: str, form: Form) -> tuple[str, ...]:
    """The cells of the three statutory tables that a measure is named after: a cell, a row's total, an applicant, a group."""
    if STATISTICS in form.tables:
        return ()
    codes = {c.code for c in form.cells}
    row = measure.removeprefix("received_")
    named = [f"disclosure.{measure}", f"requests.{measure}.total", f"requests.received.{row}"]
    named += [f"challenges.{r}.{measure.removeprefix(f'{r}_')}" for r in form.tables["challenges"].rows]
    found = tuple(code for code in named if code in codes)
    return found or tuple(f"requests.{row}.total" for row in form.groups.get(measure, ()))


def _check_complete(path: Path, losses: list[Loss]) -> None:
    pairs = [(loss.measure, loss.form) for loss in losses]
    for measure in dict.fromkeys(measure for measure, _ in pairs):
        for form in every_form():
            if (times := pairs.count((measure, form))) != 1:
                raise FormError(f"{path.name}:{line_of(path, measure)}: {measure} stands {times} times for the form {form}")


def _check_rows(path: Path, losses: list[Loss], own: list[str]) -> None:
    """Every row of a statistics table is either part of a measure or said to be a fact of its own."""
    used = {source.split(".")[1] for loss in losses for source in loss.sources if source.startswith(STATISTICS)}
    for form in every_form().values():
        for row in form.tables[STATISTICS].rows if STATISTICS in form.tables else ():
            if (row in used) == (row in own):
                raise FormError(f"{path.name}:{line_of(path, row)}: {row} must be part of a measure or of `own`, and not of both")


def _check_cells(path: Path, losses: list[Loss], own: list[str]) -> None:
    """What a form since 2019 asks for is a measure, or said to be a fact of its own: no new number is left out of the trends in silence."""
    for form in (f for f in every_form().values() if STATISTICS not in f.tables):
        known = {loss.sources[0] for loss in losses if loss.form == form.form and len(loss.sources) == 1}
        # An outcome by applicant is a fact; the measures are the totals, and what was received by applicant.
        asked = [c for c in form.cells if c.table != "requests" or c.column == "total" or c.row == "received"]
        missing = {measure_of(c): c for c in asked if c.code not in known and measure_of(c) not in own}
        if first := next(iter(missing.values()), None):
            word = first.row if first.column in (None, "total") else first.column or ""
            raise FormError(
                f"{form.form}.yaml:{line_of(FORMS / f'{form.form}.yaml', word)}: {path.name} says nothing of {', '.join(missing)}:"
                f" add “- of: [{', '.join(missing)}]” with a line for each form, or put what is to be no measure into `own`"
            )


def _check_groups(path: Path, losses: list[Loss]) -> None:
    """A sum to which a form adds a row, or from which it takes one, counts something else: a note has to say what to mind."""
    rows: dict[str, tuple[str, ...]] = {}
    for loss in losses:
        if loss.relation == "same" and not loss.zh and STATISTICS not in every_form()[loss.form].tables and len(loss.sources) > 1:
            first = rows.setdefault(loss.measure, loss.sources)
            if changed := sorted(set(first) ^ set(loss.sources)):
                raise FormError(
                    f"{path.name}:{line_of(path, loss.measure)}: {loss.measure} is not made of the same rows in every form"
                    f" ({', '.join(changed)}): say what to mind in a note in both languages, or narrower or wider"
                )


def measure_of(cell: FormCell) -> str:
    """The name of the measure that a cell of a statutory table would be."""
    if cell.table == "challenges":
        return f"{cell.row}_{cell.column}"
    return f"{cell.row}_{cell.column}" if cell.column not in (None, "total") else cell.row
