"""Rules beyond the printed sums: between two years, between table and prose, and bounds (rules/relations.yaml)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from ingest.law.forms import RULES, Form, check_words, every_form
from ingest.words.yaml_files import WORDS, FormError, line_of, read_yaml

_LEVELS = {"province", "city", "county", "township", "department"}
_PATH = RULES / "relations.yaml"
_TERM = re.compile(r"\s*(?P<sign>[+-])?\s*(?:(?P<source>last_year|prose):)?(?P<code>[a-z_@0-9.]+)\s*")


@dataclass(frozen=True, slots=True)
class Term:
    """One number of a relation: a cell, a cell of the year before, a count in prose, or a fixed number; added or taken away."""

    source: Literal["cell", "last_year", "prose", "number"]
    code: str
    sign: int = 1

    @property
    def name(self) -> str:
        """The term as it is written in the rule."""
        return self.code if self.source in ("cell", "number") else f"{self.source}:{self.code}"


@dataclass(frozen=True, slots=True)
class Relation:
    """A rule of a form: the left side against the right one; each of `readings` is a right side that is as good."""

    rule: str
    instance: str
    form: str
    sign: Literal["=", "<="]
    left: tuple[Term, ...]
    readings: tuple[tuple[Term, ...], ...]
    severity: Literal["error", "warning", "hint"]
    levels: tuple[str, ...]
    law: str
    zh: str
    en: str

    @property
    def is_bound(self) -> bool:
        """Whether the right side is a fixed number."""
        return all(term.source == "number" for reading in self.readings for term in reading)

    @property
    def rule_id(self) -> str:
        """The rule and what it is applied to."""
        return f"{self.rule}.{self.instance}" if self.instance else self.rule


@cache
def relations_of(form: str) -> tuple[Relation, ...]:
    """The relations that hold for a form: those whose cells it has; a code that no form has is a FormError."""
    known = every_form()[form]
    return tuple(r for name, spec in read_yaml(_PATH).items() for r in _each(name, spec, known))


@cache
def _codes(form: str) -> frozenset[str]:
    return frozenset(cell.code for cell in every_form()[form].cells)


def _each(name: str, spec: dict[str, Any], form: Form) -> Iterator[Relation]:
    check_words(_PATH, name, spec, ("law", "zh", "en", "severity", "equation"))
    if strange := set(spec.get("levels", ())) - _LEVELS:
        raise FormError(f"{_PATH.name}:{line_of(_PATH, name)}: rule {name}: there is no level {', '.join(sorted(strange))}")
    each = spec.get("each", [""])
    if isinstance(each, str):
        table, _, axis = each.partition(".")
        if axis not in ("rows", "columns") or not any(table in other.tables for other in every_form().values()):
            raise FormError(f"{_PATH.name}:{line_of(_PATH, name)}: rule {name}: “{each}” names no rows or columns of a table")
        if table not in form.tables:
            return
        each = list(form.tables[table].columns if axis == "columns" else form.tables[table].rows)
    for word in each:
        equation = spec["equation"].replace("{each}", word)
        sign: Literal["=", "<="] = "<=" if "<=" in equation else "="
        left, *readings = (tuple(_terms(name, part, form)) for side in equation.split(sign) for part in side.split("|"))
        cells = {t.code for terms in (left, *readings) for t in terms if t.source in ("cell", "last_year")}
        if not cells <= _codes(form.form):
            if unknown := [c for c in sorted(cells) if not any(_known(c, other) for other in every_form().values())]:
                raise FormError(f"{_PATH.name}:{line_of(_PATH, name)}: rule {name}: no form has a cell {', '.join(unknown)}")
            continue
        texts = (spec["law"], spec["zh"], spec["en"])
        yield Relation(
            name, word, form.form, sign, left, tuple(readings), spec["severity"], tuple(spec.get("levels", ())), *texts
        )


@cache
def _told() -> frozenset[str]:
    """What prose counts."""
    return frozenset(read_yaml(WORDS / "narrative.yaml")["codes"])


def _known(code: str, form: Form) -> bool:
    """Whether a form has a cell, or the group of rows that stands in a code."""
    group = re.search(r"@(\w+)", code)
    return group[1] in form.groups if group else code in _codes(form.form)


def _terms(name: str, text: str, form: Form) -> Iterator[Term]:
    at = 0
    while at < len(text.rstrip()):
        found = _TERM.match(text, at)
        if not found:
            raise FormError(f"{_PATH.name}:{line_of(_PATH, name)}: rule {name}: “{text[at:].strip()}” is no term")
        at, sign = found.end(), -1 if found["sign"] == "-" else 1
        code, source = found["code"], found["source"]
        if code.isdigit():
            yield Term("number", code, sign)
        elif source == "prose":
            if code not in _told():
                raise FormError(
                    f"{_PATH.name}:{line_of(_PATH, name)}: rule {name}: no prose tells of {code} (see narrative.yaml)"
                )
            yield Term("prose", code, sign)
        else:
            yield from (Term("last_year" if source else "cell", one, sign) for one in _members(code, form))


def _members(code: str, form: Form) -> list[str]:
    group = re.search(r"@(\w+)", code)
    return [code.replace(group[0], row) for row in form.groups.get(group[1], (group[0],))] if group else [code]
