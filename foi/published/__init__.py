"""Open the published file for reading, and print rows for a person."""

from __future__ import annotations

import csv
import io
import json
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO

from foi.messages import Complaint, message
from foi.published.kept import SCHEMAS, kept_file
from foi.published.opening import opened
from ingest.home import Home
from ingest.home.memory import engine_settings
from ingest.home.plain_path import plain_folder
from ingest.words.issues import translated


class NothingPublished(Complaint):
    """No file is published, or none that can be read or that this version made."""


class TooLong(Complaint):
    """A question took longer, or more memory, than a process that answers many allows."""


@contextmanager
def published(path: Path) -> Iterator[Any]:
    """A read-only connection to the published file; a Complaint when nothing is there, it is damaged, or another program has it open.

    Where this process keeps the file open (foi.published.kept) it is a cursor of that connection.
    """
    import duckdb

    if not path.is_file():
        raise NothingPublished(message("error.nothing_published", path=path.parent), 3)
    keeper = kept_file(path)
    try:
        with keeper.cursor() if keeper else _alone(path) as connection:
            yield connection
    except duckdb.InterruptException as error:
        raise TooLong(message("error.too_long", seconds=f"{keeper.seconds if keeper else 0:g}"), 3) from error
    except duckdb.OutOfMemoryException as error:
        if keeper is None:
            raise
        raise TooLong(message("error.memory"), 3) from error
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        # A table or a column that this version asks for and an older one did not make.
        raise NothingPublished(message("error.older_database", path=path, reason=str(error).splitlines()[0]), 3) from error
    except duckdb.Error as error:
        if not is_damage(error):
            raise
        raise unreadable(path, error) from error


@contextmanager
def _alone(path: Path) -> Iterator[Any]:
    """A connection for this question alone."""
    import duckdb

    place = plain_folder(path.parent) / path.name
    try:
        config = {"enable_external_access": "false", **engine_settings(Home(place.parent))}
        connection = opened(place, lambda: duckdb.connect(str(place), read_only=True, config=config))
    except duckdb.Error as error:
        raise unreadable(path, error) from error
    try:
        connection.execute(f"set search_path = '{','.join(SCHEMAS)}'")
        connection.execute("set lock_configuration = true")
        yield connection
    finally:
        connection.close()


def is_damage(error: Exception) -> bool:
    """Whether DuckDB says that a file is damaged, and not that a question was wrong."""
    import duckdb

    return isinstance(
        error, (duckdb.IOException, duckdb.InternalException, duckdb.FatalException, duckdb.SerializationException)
    ) or str(error).startswith("Corrupt")


def unreadable(path: Path, error: Exception) -> Complaint:
    """Why a published file cannot be read, and what to do: close the other program, ask for the right, or load again."""
    reason = str(error).strip().splitlines()[0][:300]
    if found := re.search(r"Conflicting lock is held in (.*?)\.? See also|being used by another process", reason):
        return NothingPublished(message("error.database_in_use", path=path, program=found[1] or ""), 3)
    if "Permission denied" in reason:
        return NothingPublished(message("error.cannot_open", path=path, reason=translated("Permission denied")), 3)
    key = "error.damaged_as_of" if path.parent.parent.name == "as-of" else "error.damaged_database"
    return NothingPublished(message(key, path=path, folder=path.parent, reason=reason), 3)


def exact(value: Any) -> str:
    """A value in full: no digit is dropped, so that no small number becomes 0; NULL is nothing."""
    if value is None:
        return ""
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, Decimal):
        text = f"{value:f}"  # never an exponent, and never rounded to a context
        return text.rstrip("0").rstrip(".") if "." in text else text
    return ", ".join(map(exact, value)) if isinstance(value, (list, tuple)) else str(value)


def shown(value: Any) -> str:
    """A value on the screen: a fraction to six significant digits, everything else in full, on one line."""
    if isinstance(value, float):
        value = Decimal(f"{value:.6g}")
    return " ".join(exact(value).splitlines())


def as_table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Columns aligned for a terminal; a Chinese character is two places wide."""
    cells = [list(columns), *([shown(v) for v in row] for row in rows)]
    widths = [max(width_of(row[i]) for row in cells) for i in range(len(columns))]
    lines = ["  ".join(cell + " " * (w - width_of(cell)) for cell, w in zip(row, widths, strict=True)).rstrip() for row in cells]
    return "\n".join([lines[0], "  ".join("-" * w for w in widths), *lines[1:]])


def width_of(text: str) -> int:
    """How wide a text is written, in letters: a Chinese character takes the place of two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """The rows as CSV, every number in full; NULL is empty."""
    out = io.StringIO()
    write_csv(out, columns, rows)
    return out.getvalue().rstrip("\n")


def write_csv(out: TextIO, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write the rows as CSV one by one, every number in full; NULL is empty."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([exact(v) for v in row] for row in rows)


def as_json(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """The rows as a JSON list; NULL is null, and a number that JSON cannot hold exactly is its text."""
    return json.dumps(
        [dict(zip(columns, map(json_value, row), strict=True)) for row in rows], ensure_ascii=False, allow_nan=False
    )


def json_value(value: Any) -> Any:
    """A value as JSON holds it: a number that it cannot hold exactly is its text."""
    if isinstance(value, Decimal) and value.is_finite():
        if value == value.to_integral_value():
            return int(value)
        return float(value) if Decimal(repr(float(value))) == value else exact(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, (list, tuple)):
        return [json_value(part) for part in value]
    if isinstance(value, dict):
        return {name: json_value(part) for name, part in value.items()}
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)
