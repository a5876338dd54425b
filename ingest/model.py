"""The only nouns that move through ingest: what a file holds, and what was read from it.

A *Document* is a file as a reader saw it (paragraphs and tables, each with its place); a *Report* is what was understood of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, NamedTuple

from ingest.place import Place, Shown

CellState = Literal["reported", "blank", "dash", "unreadable", "derived"]
ReportState = Literal["loaded", "quarantined"]
Severity = Literal["error", "warning", "hint"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of running text and where it stands in the file."""

    text: str
    place: Place


class SourceCell(NamedTuple):  # made 300 times a report: a tuple takes a third of the time
    """One drawn cell of a table: its text, its first row and column (from 0) and how many rows and columns it covers.

    `confidence` (0–1) is below 1 only where the text was recognized from a picture; `box` is the printable place on a page.
    """

    text: str
    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1
    confidence: float = 1.0
    box: str = ""


Span = tuple[int, int, int, int]  # first row and column of a cell (from 0), and how many rows and columns it covers


class Table:
    """A table as drawn; a merged cell stands in `cells` once, so a number over three columns stays one number.

    `texts` and `spans` are the same as columns. A reader may give these alone: then no cell is made an object before one is asked
    for, and most tables are read without that.
    """

    __slots__ = ("_cells", "_spans", "_texts", "place")

    def __init__(self, cells: Iterable[SourceCell], place: Place) -> None:
        self._cells: tuple[SourceCell, ...] | None = tuple(cells)
        self._texts: Sequence[str] | None = None
        self._spans: tuple[Span, ...] | None = None
        self.place = place

    @classmethod
    def of_columns(cls, texts: Sequence[str], spans: tuple[Span, ...], place: Place) -> Table:
        """A table of cells that are sure and have no box, by their texts and where these stand."""
        table = cls((), place)
        table._cells, table._texts, table._spans = None, texts, spans
        return table

    @property
    def cells(self) -> tuple[SourceCell, ...]:
        """The cells, each an object."""
        if self._cells is None:
            self._cells = tuple([SourceCell(text, *span) for text, span in zip(self.texts, self.spans, strict=True)])
        return self._cells

    @property
    def texts(self) -> Sequence[str]:
        """The text of each cell."""
        if self._texts is None:
            self._texts = [cell[0] for cell in self._cells or ()]
        return self._texts

    @property
    def spans(self) -> tuple[Span, ...]:
        """Where each cell stands."""
        if self._spans is None:
            self._spans = tuple([cell[1:5] for cell in self._cells or ()])
        return self._spans

    @property
    def is_plain(self) -> bool:
        """Whether no cell has a box or was recognized from a picture."""
        return self._cells is None or not any([cell[6] or cell[5] < 1 for cell in self._cells])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Table) and (self.cells, self.place) == (other.cells, other.place)

    def __repr__(self) -> str:
        return f"Table(cells={self.cells!r}, place={self.place!r})"


@dataclass(frozen=True, slots=True)
class Document:
    """A file as its reader saw it: blocks in reading order, what the file says about itself (title, date, site), and its pages.

    `pages` is what is shown of each page of a format that has pages (None: not known), so that a box becomes a part of its page.
    """

    reader: str
    blocks: tuple[Paragraph | Table, ...]
    meta: dict[str, str] = field(default_factory=dict)
    pages: tuple[Shown | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known of a file from outside it: its folders and its line in manifest.csv."""

    folders: tuple[str, ...] = ()
    unit_code: str | None = None
    report_year: int | None = None
    url: str | None = None
    published_on: str | None = None


class Cell(NamedTuple):  # made 200 times a report
    """One official number of a report, its state, and the place in the source it was read from.

    `code` is table.row[.column]; `value` is None unless the state is reported or derived; `printed` is the number as
    printed (a decimal string); `raw` is the text of the source cell, personal data masked; `derivation` names the sums that decided.
    """

    code: str
    form: str
    state: CellState
    value: Decimal | None
    printed: str | None
    unit: str
    raw: str
    place: Place
    match: Literal["label", "position"] = "label"
    derivation: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """A number told in prose, with its unit word, whether it is approximate, what it covers, and its sentence."""

    code: str
    section: str
    value: Decimal
    unit_word: str
    is_approximate: bool
    scope: str
    sentence: str
    place: Place


@dataclass(frozen=True, slots=True)
class Issue:
    """Something a person should know about a file: what was found, where, what was expected. Text: words/issues.yaml."""

    code: str
    severity: Severity
    place: str = ""  # a Place, or the name of a file or list
    found: str = ""
    expected: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible unit or year of a report: the kind of evidence (title, signature, …), its place, and the words it rests on."""

    kind: Literal["unit", "year"]
    value: str
    source: str
    place: str  # a Place, or the name of a file or list
    evidence: str


@dataclass(frozen=True, slots=True)
class Report:
    """What was understood of one file; `reason` says why a quarantined file was set aside.

    `content_id` is equal where numbers and prose are, `numbers_id` where the numbers are (None if they say nothing), and
    `clauses` are hashes of the clauses of the prose, by which similar reports are found.
    """

    file: str
    document_id: str
    reader: str
    state: ReportState
    reason: Issue | None = None
    title: str = ""
    forms: dict[str, str] = field(default_factory=dict)
    report_year: int | None = None
    unit_code: str | None = None
    unit_name: str | None = None
    published_on: str | None = None
    url: str | None = None
    candidates: tuple[Candidate, ...] = ()
    cells: tuple[Cell, ...] = ()
    counts: tuple[Count, ...] = ()
    sections: dict[str, str] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()
    content_id: str | None = None
    numbers_id: str | None = None
    clauses: tuple[int, ...] = ()
    pages: tuple[Shown | None, ...] = ()


class IngestError(Exception):
    """A file cannot be read; carries the issue that says what was found, where, and what was expected."""

    def __init__(self, code: str, place: str = "", found: str = "", expected: str = "") -> None:
        super().__init__(f"{code} {place} {found}".strip())
        self.issue = Issue(code, "error", place, found, expected)
