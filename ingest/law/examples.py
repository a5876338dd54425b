"""Two examples of every rule (rules/examples.yaml): reports of which the last one passes, and others of which it fails."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ingest.law.forms import Form
from ingest.words.yaml_files import read_yaml

EXAMPLES = Path(__file__).parent / "rules" / "examples.yaml"


@dataclass(frozen=True, slots=True)
class Examples:
    """The reports of both examples of a rule, as the file writes them: what is not told of a report is 0."""

    passes: list[dict[str, Any]]
    fails: list[dict[str, Any]]


@cache
def written_examples() -> dict[str, Examples]:
    """The examples that are written down, by rule."""
    return {rule: Examples(**both) for rule, both in read_yaml(EXAMPLES).items()}


def examples_of_sum(form: Form, rule: str) -> Examples:
    """Those of a printed sum follow from its equation: the first number of both sides, and all else 0."""
    first = next(r for r in form.rules if r.rule == rule)
    base = {"form": form.form, "year": form.first_year}
    return Examples(
        [{**base, "cells": {first.left[0]: 7, first.right[0]: 7}}], [{**base, "cells": {first.left[0]: 7, first.right[0]: 6}}]
    )
