"""What a rule says of one report; where it says that the report is wrong, that is a violation."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from ingest.words.language import Text

Result = Literal["pass", "fail", "not_assessable"]


@dataclass(frozen=True, slots=True)
class Judgment:
    """What a rule says of a report: both sides where they could be added up, the cells concerned, and what is missing.

    `meaning` is what the rule asks, `kind` that of its sentence (sum, relation, signal); `found` and `expected` are words where no
    number says it; `cause` is why a sum fails, where that can be said.
    """

    rule: str
    rule_id: str
    form: str
    severity: str
    result: Result
    is_printed: bool
    left: Decimal | None
    right: Decimal | None
    cells: tuple[str, ...]
    missing: tuple[str, ...]
    meaning: Text
    law: str
    kind: Literal["sum", "relation", "signal"] = "sum"
    found: str = ""
    expected: str = ""
    cause: str = ""
