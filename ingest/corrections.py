"""Known errors of the source, as data: corrections.yaml here and in the home folder become the reference table `corrections`."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml

from ingest.model import IngestError

PRODUCT = Path(__file__).parent / "corrections.yaml"
CELL_ACTIONS, DOCUMENT_ACTIONS = ("set", "unreadable"), ("assign_unit", "assign_year", "exclude")
STATUSES = ("open", "reported", "acknowledged", "fixed_upstream")
EMPTY_STATES = ("blank", "dash", "unreadable", "absent")  # what a cell may hold instead of a number
NOTHING = "none"  # what is expected where no unit or year was read
HERE = timezone(timedelta(hours=8))  # Beijing; China has no summer time


@dataclass(frozen=True, slots=True)
class Correction:
    """One known error: where it stands, what the source says there (`expect`), what is right (`value`), and how we know.

    `amount` and `expected_amount` are the two as numbers, where they are; `made_at` is in UTC; `origin` is product or home.
    """

    correction_id: str
    origin: str
    ordinal: int
    action: str
    unit_code: str | None
    report_year: int | None
    document_id: str | None
    code: str | None
    value: str | None
    expect: str | None
    amount: Decimal | None
    expected_amount: Decimal | None
    reason: str
    evidence: str
    status: str
    who: str
    made_at: datetime


KEYS = ("unit_code", "report_year", "document_id", "cell", "action", "expect", "value", "reason", "evidence", "status", "who",
        "when", "correction_id")  # fmt: skip


def load_corrections(home_file: Path, until: datetime | None = None) -> list[Correction]:
    """The corrections of the product and of a home folder, in this order; those made by `until` (UTC) only, if given.

    A line that cannot be understood is an IngestError that names it.
    """
    found: list[Correction] = []
    for origin, path in (("product", PRODUCT), ("home", home_file)):
        if path.is_file():
            found += _numbered(origin, path, {c.correction_id for c in found}, len(found))
    return [c for c in found if until is None or c.made_at < until]


def _numbered(origin: str, path: Path, taken: set[str], before: int) -> Iterator[Correction]:
    for ordinal, (line, entry) in enumerate(_entries(path), before + 1):
        correction = _Entry(f"{path.name}:{line}", entry).correction(origin, ordinal)
        name, number = correction.correction_id, 1
        while name in taken:
            if "correction_id" in entry:
                raise IngestError("correction_line", f"{path.name}:{line}", f"correction_id: {name}", "correction_id")
            number += 1
            name = f"{correction.correction_id}-{number}"
        taken.add(name)
        yield Correction(**{**asdict(correction), "correction_id": name})


def _entries(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Each entry of a file with its line; every value is text, so that no code or hash becomes another number."""
    try:
        root = yaml.compose(path.read_text("utf-8-sig"), Loader=yaml.BaseLoader)
    except (yaml.MarkedYAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        raise IngestError("correction_line", f"{path.name}:{mark.line + 1 if mark else 1}", str(error), "YAML") from error
    if root is None:
        return
    if not isinstance(root, yaml.SequenceNode):
        raise IngestError("correction_line", f"{path.name}:1", str(root.value)[:60], "- unit_code: …")
    for node in root.value:
        line, entry = node.start_mark.line + 1, {}
        if not isinstance(node, yaml.MappingNode):
            raise IngestError("correction_line", f"{path.name}:{line}", str(node.value)[:60], "- unit_code: …")
        for key, value in node.value:
            place = f"{path.name}:{key.start_mark.line + 1}"
            if key.value not in KEYS or key.value in entry or not isinstance(value, yaml.ScalarNode):
                raise IngestError("correction_line", place, str(key.value), ", ".join(KEYS))
            entry[key.value] = value.value.strip()
        yield line, entry


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry of a file, as text, with its place."""

    place: str
    given: dict[str, str]

    def correction(self, origin: str, ordinal: int) -> Correction:
        action = self._one_of("action", (*CELL_ACTIONS, *DOCUMENT_ACTIONS))
        unit, year, document = (self.given.get(k) or None for k in ("unit_code", "report_year", "document_id"))
        if year and not re.fullmatch(r"\d{4}", year):
            raise self._wrong("report_year", "2024")
        if document and not re.fullmatch(r"[0-9a-f]{16}|[0-9a-f]{64}", document):
            raise self._wrong("document_id", "[0-9a-f]{16} / {64}")
        if not document and (action in DOCUMENT_ACTIONS or not (unit and year)):
            raise self._wrong(
                "document_id" if action in DOCUMENT_ACTIONS else "unit_code", "unit_code + report_year / document_id"
            )
        cell = self._needed("cell", action in CELL_ACTIONS)
        value = self._needed("value", action not in ("unreadable", "exclude"))
        expect = self._needed("expect", action != "exclude")
        amount = self._number("value", action == "set")
        expected = self._number("expect", action in CELL_ACTIONS and expect not in EMPTY_STATES)
        if value and (value == expect or (amount is not None and amount == expected)):
            raise self._wrong("value", f"<> {expect}")
        if action == "assign_year" and not re.fullmatch(r"\d{4}", value or ""):
            raise self._wrong("value", "2024")
        whose = f"{unit}-{year}" if unit and year else str(document)[:16]
        return Correction(
            self.given.get("correction_id") or f"{whose}-{cell or action}", origin, ordinal, action, unit, int(year) if year else None,
            document, cell, value, expect, amount, expected, self._needed("reason") or "", self._needed("evidence") or "",
            self._one_of("status", STATUSES, "open"), self._needed("who") or "", self._when(),
        )  # fmt: skip

    def _wrong(self, key: str, expected: str) -> IngestError:
        return IngestError("correction_line", self.place, f"{key}: {self.given.get(key, '')}", expected)

    def _needed(self, key: str, needed: bool = True) -> str | None:
        if bool(self.given.get(key)) is not needed:
            raise self._wrong(key, key if needed else "")
        return self.given.get(key) or None

    def _one_of(self, key: str, words: tuple[str, ...], default: str = "") -> str:
        word = self.given.get(key) or default
        if word not in words:
            raise self._wrong(key, ", ".join(words))
        return word

    def _number(self, key: str, is_number: bool) -> Decimal | None:
        if not is_number:
            return None
        try:
            number = Decimal(self.given[key])
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or abs(number) >= 10**12 or number != round(number, 6):
            raise self._wrong(key, "12" if key == "value" else f"21 / {', '.join(EMPTY_STATES)}")
        return number

    def _when(self) -> datetime:
        """When the correction was made; a day without an hour, or an hour without a zone, is one in Beijing."""
        try:
            when = datetime.fromisoformat(self.given.get("when") or "")
        except ValueError as error:
            raise self._wrong("when", "2025-03-05") from error
        return (when if when.tzinfo else when.replace(tzinfo=HERE)).astimezone(UTC).replace(tzinfo=None)


def write_corrections(folder: Path, corrections: list[Correction]) -> None:
    """Write the reference table `corrections`, also when there are none."""
    import polars as pl

    kinds: dict[str, Any] = {
        "ordinal": pl.Int32(), "report_year": pl.Int32(), "amount": pl.Decimal(18, 6), "expected_amount": pl.Decimal(18, 6),
        "made_at": pl.Datetime("us"),
    }  # fmt: skip
    schema = {f.name: kinds.get(f.name, pl.String()) for f in fields(Correction)}
    folder.mkdir(parents=True, exist_ok=True)
    scratch = folder / f".corrections.{os.getpid()}"
    pl.DataFrame([asdict(c) for c in corrections], schema=schema, orient="row").write_parquet(scratch)
    os.replace(scratch, folder / "corrections.parquet")
