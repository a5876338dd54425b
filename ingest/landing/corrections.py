"""Known errors of the source, as data: corrections.yaml here and in the home folder become the reference table `corrections`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml

from ingest.beijing import BEIJING
from ingest.home.alone import alone
from ingest.home.placing import placed
from ingest.model import IngestError, Issue

PRODUCT = Path(__file__).parent / "corrections.yaml"
CELL_ACTIONS, DOCUMENT_ACTIONS = ("set", "unreadable"), ("assign_unit", "assign_year", "exclude")
STATUSES = ("open", "reported", "acknowledged", "fixed_upstream")
EMPTY_STATES = ("blank", "dash", "unreadable", "absent")  # what a cell may hold instead of a number
NOTHING = "none"  # what is expected where no unit or year was read


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


@contextmanager
def changing(home_file: Path) -> Iterator[None]:
    """Nobody else writes corrections.yaml meanwhile: it is read, and put in place as a whole with what is new."""
    with alone(home_file.with_name(f".{home_file.name}.lock")):
        yield


def load_corrections(home_file: Path, until: datetime | None = None) -> list[Correction]:
    """The corrections of the product and of a home folder, in this order; those made by `until` (UTC) only, if given.

    An entry that cannot be understood does not count (`broken_corrections` names it); the others do.
    """
    return [c for c in _read(home_file)[0] if until is None or c.made_at < until]


def broken_corrections(home_file: Path) -> list[Issue]:
    """The entries that cannot be understood, each with its line, what stands there and what was expected."""
    return _read(home_file)[1]


def _read(home_file: Path) -> tuple[list[Correction], list[Issue]]:
    found: list[Correction] = []
    broken: list[Issue] = []
    for origin, path in (("product", PRODUCT), ("home", home_file)):
        ordinal = len(found)
        for place, entry in _entries(path) if path.is_file() else ():
            try:
                if isinstance(entry, Issue):
                    raise IngestError(entry.code, entry.place, entry.found, entry.expected)
                ordinal += 1
                found.append(
                    _named(_Entry(place, entry).correction(origin, ordinal), entry, place, {c.correction_id for c in found})
                )
            except IngestError as error:
                broken.append(error.issue)
    return found, broken


def _named(correction: Correction, entry: dict[str, str], place: str, taken: set[str]) -> Correction:
    """The correction under a name that no other one has; a name that people gave twice is an error."""
    name, number = correction.correction_id, 1
    while name in taken:
        if "correction_id" in entry:
            raise IngestError("correction_line", place, f"correction_id: {name}", "correction_id")
        number += 1
        name = f"{correction.correction_id}-{number}"
    return replace(correction, correction_id=name)


def _entries(path: Path) -> Iterator[tuple[str, dict[str, str] | Issue]]:
    """Each entry of a file with its place; every value is text, so that no code or hash becomes another number.

    Where the file as a whole is no YAML (half an entry, a quote that never ends), each entry that begins at the margin is read by
    itself, so that one costs none of the others.
    """
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        yield _wrong_at(path, 1, str(error), "UTF-8")
        return
    try:
        yield from _entries_in(path, text, 0)
    except yaml.YAMLError:
        for line, part in _parts(text):
            try:
                yield from _entries_in(path, part, line)
            except yaml.YAMLError as error:
                mark = getattr(error, "problem_mark", None)
                yield _wrong_at(path, line + 1 + (mark.line if mark else 0), str(error), "YAML")


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """The text cut where an entry begins at the margin: how many lines stand before each part, and the part."""
    lines = text.split("\n")
    starts = [n for n, line in enumerate(lines) if n == 0 or line.startswith("-")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield start, "\n".join(lines[start:end])


def _wrong_at(path: Path, line: int, found: str, expected: str) -> tuple[str, Issue]:
    place = f"{path.name}:{line}"
    return place, Issue("correction_line", "error", place, found, expected)


def _entries_in(path: Path, text: str, before: int) -> list[tuple[str, dict[str, str] | Issue]]:
    """The entries of a text that stands behind so many lines of its file."""
    root = yaml.compose(text, Loader=yaml.BaseLoader)
    if root is None:
        return []
    if not isinstance(root, yaml.SequenceNode):
        return [_wrong_at(path, before + 1, str(root.value)[:60], "- unit_code: …")]
    return [_entry(path, node, before) for node in root.value]


def _entry(path: Path, node: yaml.Node, before: int) -> tuple[str, dict[str, str] | Issue]:
    entry: dict[str, str] = {}
    line = before + node.start_mark.line + 1
    if not isinstance(node, yaml.MappingNode):
        return _wrong_at(path, line, str(node.value)[:60], "- unit_code: …")
    for key, value in node.value:
        if key.value not in KEYS or key.value in entry or not isinstance(value, yaml.ScalarNode):
            return _wrong_at(path, before + key.start_mark.line + 1, str(key.value), ", ".join(KEYS))
        entry[key.value] = value.value.strip()
    return f"{path.name}:{line}", entry


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
        return (when if when.tzinfo else when.replace(tzinfo=BEIJING)).astimezone(UTC).replace(tzinfo=None)


def write_corrections(folder: Path, corrections: list[Correction]) -> None:
    """Write the reference table `corrections`, also when there are none."""
    import polars as pl

    kinds: dict[str, Any] = {
        "ordinal": pl.Int32(), "report_year": pl.Int32(), "amount": pl.Decimal(18, 6), "expected_amount": pl.Decimal(18, 6),
        "made_at": pl.Datetime("us"),
    }  # fmt: skip
    schema = {f.name: kinds.get(f.name, pl.String()) for f in fields(Correction)}
    with placed(folder / "corrections.parquet") as scratch:
        pl.DataFrame([asdict(c) for c in corrections], schema=schema, orient="row").write_parquet(scratch)
