"""Excel workbooks: the one place where a .xlsx with data is written, for `foi export` and for the pages of the portal.

Every sheet has one heading in the language of the reader; numbers and days are numbers and days, codes are told in words, and a text
stays a text, whatever it begins with. Behind the data stand a sheet that explains its columns and one that says where it comes from.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import IO, Any

from dagster_project.names import Column
from foi.messages import Complaint, message, word_of
from foi.published import exact
from foi.published.no_formula import FORMULA
from ingest.words.language import Text

# What a sheet of Excel holds; one row is the heading.
ROWS, COLUMNS, CHARACTERS, DIGITS, NAME = 1_048_576 - 1, 16_384, 32_767, 15, 31
WIDEST, NARROWEST, MEASURED = 48, 8, 1000  # places; so many rows tell how wide the others are
# Nothing that a text says is taken for a formula, a link or a number.
SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
MOST = 10**DIGITS
FIRST_DAY = date(1900, 3, 1)  # Excel counts a 29 February 1900 that never was


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a sheet: its code, and in the language of the reader its heading, its meaning and the unit of its numbers.

    `words` is the kind of words that its codes are told with (state: blank is 空白); empty where it holds no codes.
    """

    code: str
    title: str
    meaning: str = ""
    unit: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of data: its name, its columns, and its rows; the first `kept` columns stay in sight."""

    name: str
    fields: Sequence[Field]
    rows: Iterable[Sequence[Any]]
    kept: int = 0


@dataclass(frozen=True, slots=True)
class Marked:
    """A word in the place of a number that is not there, written so that nobody takes it for one."""

    word: str


def field_of(column: Column) -> Field:
    """The field of a column of the warehouse, in the language of this reader."""
    return Field(column.name, column.title.shown, column.meaning.shown, column.unit.shown if column.unit else "", column.words)


def write_book(target: IO[bytes], sheets: Sequence[Sheet], source: Sequence[tuple[str, Any]]) -> list[int]:
    """Write a workbook: the sheets, one that explains their columns, and one that says where they come from; how many rows each has."""
    import xlsxwriter

    # Row by row to the disk: a sheet of a million rows needs no more memory than one of ten.
    with xlsxwriter.Workbook(target, {"constant_memory": True, **SAFE}) as book:
        formats = _Formats(book)
        written = [_Page(book, sheet, formats) for sheet in sheets]
        _Page(book, _dictionary(written), formats)
        fields = [Field(code, message(f"workbook.{code}")) for code in ("item", "content")]
        _Page(book, Sheet(message("workbook.source"), fields, source), formats)
    return [page.rows for page in written]


def check_size(rows: int, columns: int) -> None:
    """A Complaint where a table does not fit into a sheet of Excel."""
    if rows > ROWS:
        raise Complaint(message("export.too_many", n=rows, limit=ROWS))
    if columns > COLUMNS:
        raise Complaint(message("export.too_wide", n=columns, limit=COLUMNS))


class _Formats:
    """The few ways in which cells look."""

    def __init__(self, book: Any) -> None:
        self.head = book.add_format({"bold": True, "bg_color": "#F3F3F3", "text_wrap": True, "valign": "top"})
        self.whole = book.add_format({"num_format": "0"})  # else a long number becomes a power of ten
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self.marked = book.add_format({"italic": True, "font_color": "#6F777B", "align": "right"})
        # The sign before a text by which Excel keeps it a text when somebody edits it.
        self.text = book.add_format({"quote_prefix": True})


class _Page:
    """One sheet, written row by row; afterwards it knows how many rows it has and which codes stood in them."""

    def __init__(self, book: Any, sheet: Sheet, formats: _Formats) -> None:
        self.sheet, self.rows = sheet, 0
        self.titles = _distinct(sheet.fields)
        self.words: list[dict[Any, str]] = [{} for _ in sheet.fields]
        self._formats = formats
        self._page = book.add_worksheet(sheet.name[:NAME])
        check_size(0, len(sheet.fields))
        self._page.write_row(0, 0, self.titles, formats.head)
        self._page.freeze_panes(1, sheet.kept)
        self._write()

    def _write(self) -> None:
        widths = [min(_width(title), 2 * NARROWEST) for title in self.titles]
        for row in self.sheet.rows:
            self.rows += 1
            check_size(self.rows, 0)
            for c, value in enumerate(row):
                if value is None:
                    continue
                shown = self._put((self.rows, c), value)
                if self.rows <= MEASURED and len(shown) > widths[c] // 2:  # else it fits, however wide its characters are
                    widths[c] = max(widths[c], _width(shown))
        if self.sheet.fields:
            self._page.autofilter(0, 0, self.rows, len(self.sheet.fields) - 1)
        for c, width in enumerate(widths):
            self._page.set_column(c, c, min(max(width + 2, NARROWEST), WIDEST))

    def _put(self, at: tuple[int, int], value: Any) -> str:
        """Write one value as what it is; returns it as it is seen."""
        if isinstance(value, Marked):
            self._page.write_string(*at, value.word, self._formats.marked)
            return value.word
        if (
            isinstance(value, int | float | Decimal)
            and not isinstance(value, bool)
            and (number := _kept_by_excel(value)) is not None
        ):
            self._page.write_number(*at, number, self._formats.whole if isinstance(number, int) else None)
            return str(number)
        if isinstance(value, date) and (value.date() if isinstance(value, datetime) else value) >= FIRST_DAY:
            return self._put_day(at, value)
        text = self._told(at[1], value.shown if isinstance(value, Text) else value)
        if text:
            self._page.write_string(*at, text, self._formats.text if text.startswith(FORMULA) else None)
        return text

    def _put_day(self, at: tuple[int, int], value: date) -> str:
        is_moment = isinstance(value, datetime)
        if isinstance(value, datetime):
            value = value.replace(tzinfo=None)
        self._page.write_datetime(*at, value, self._formats.moment if is_moment else self._formats.day)
        return str(value)[:19]

    def _told(self, column: int, value: Any) -> str:
        """A value in words: a code by the words of its column, a text as far as a cell of Excel holds it."""
        if isinstance(value, bool):
            return word_of("boolean", str(value).lower()).shown
        if kind := self.sheet.fields[column].words:
            known = self.words[column]
            if value not in known:
                known[value] = word_of(kind, str(value)).shown
            return known[value]
        text = value if isinstance(value, str) else exact(value)
        if len(text) <= CHARACTERS:
            return text
        end = message("workbook.cut", n=len(text))
        return text[: CHARACTERS - len(end)] + end


def _kept_by_excel(value: int | float | Decimal) -> int | float | None:
    """The number as Excel keeps it, whole where it is whole; None where it would show another one: it has 15 digits and no infinity."""
    if isinstance(value, float):
        return value if isfinite(value) else None
    if value == (whole := int(value)):
        return whole if abs(whole) < MOST else None
    number = float(value)
    return number if Decimal(f"{number:.{DIGITS}g}") == value else None


def _dictionary(pages: Sequence[_Page]) -> Sheet:
    """The sheet that explains the columns of the others, and the words that stand in them for codes."""
    codes = ("sheet", "column", "code", "unit", "meaning", "values")
    rows = [
        (page.sheet.name, title, field.code, field.unit, field.meaning, "\n".join(f"{w} = {code}" for code, w in words.items()))
        for page in pages
        for title, field, words in zip(page.titles, page.sheet.fields, page.words, strict=True)
    ]
    return Sheet(message("workbook.dictionary"), [Field(code, message(f"workbook.{code}")) for code in codes], rows)


def _distinct(fields: Sequence[Field]) -> list[str]:
    """The headings; where two are called the same, with their codes."""
    titles = [field.title for field in fields]
    return [field.title if titles.count(field.title) == 1 else f"{field.title} {field.code}" for field in fields]


def _width(text: str) -> int:
    """How many places the longest line of a text takes; a Chinese character takes two."""
    return max((sum(_places(line)) for line in text.splitlines()), default=0)


def _places(line: str) -> Iterator[int]:
    return (2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line[:WIDEST])
