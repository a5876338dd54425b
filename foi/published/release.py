"""What is published as a release: its day and number, its files, and the checksums by which a copy is known to be whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock

from dagster_project.releases import checksum, number_of, published_at
from foi.messages import Complaint, message
from foi.published import NothingPublished
from foi.published.kept import Stamp, stamp_of
from foi.published.no_formula import without_formulas
from ingest.home import Home


@dataclass(frozen=True, slots=True)
class Release:
    """What is published now: `number` is its day in Beijing and the first digits of what it was made from."""

    number: str
    at: datetime
    size: int


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """A table as parquet: one file, or one for each year and province or city; with their size in bytes."""

    name: str
    files: tuple[Path, ...]
    size: int


def release_of(home: Home) -> Release:
    """The release that is published; a Complaint where there is none."""
    if not home.published.is_file():
        raise NothingPublished(message("error.nothing_published", path=home.root), 3)
    return Release(number_of(home), published_at(home), home.published.stat().st_size)


def published_tables(home: Home) -> list[PublishedTable]:
    """Every table that is published as parquet, by its name."""
    found: dict[str, list[Path]] = {}
    for path in sorted(home.published_tables.rglob("*.parquet")) if home.published_tables.is_dir() else ():
        name = path.relative_to(home.published_tables).parts[0].removesuffix(".parquet")
        found.setdefault(name, []).append(path)
    return [PublishedTable(name, tuple(files), sum(f.stat().st_size for f in files)) for name, files in sorted(found.items())]


def published_table(home: Home, name: str) -> PublishedTable:
    """One table as parquet; a Complaint that names those there are."""
    tables = {table.name: table for table in published_tables(home)}
    if name not in tables:
        raise Complaint(message("data.no_table", name=name, known=", ".join(tables)), 2)
    return tables[name]


def csv_of(table: PublishedTable) -> Iterator[bytes]:
    """A table as CSV, file by file, so that none is ever in memory whole: every number in full, an empty field where there is none, and no
    text that a spreadsheet would carry out.
    """
    import polars

    yield b"\xef\xbb\xbf"
    for at, path in enumerate(table.files):
        frame = polars.read_parquet(path)
        exact = [
            polars.col(name).cast(polars.String).str.replace(r"\.?0+$", "")
            for name, kind in frame.schema.items()
            if kind.is_decimal()
        ]
        yield without_formulas(frame).with_columns(exact).write_csv(include_header=not at).encode()


def checksums_of(home: Home) -> list[tuple[str, str]]:
    """The SHA-256 of the published file and of every parquet file, each with its path below the home folder."""
    files = [home.published, *(path for table in published_tables(home) for path in table.files)]
    return [(_checksum(path, stamp_of(path)), path.relative_to(home.root).as_posix()) for path in files]


_known: dict[tuple[Path, Stamp], str] = {}
_summing = Lock()


def _checksum(path: Path, stamp: Stamp) -> str:
    """The SHA-256 of a file, made once for each of its versions."""
    with _summing:
        if (path, stamp) not in _known:
            for old in [key for key in _known if key[0] == path]:
                del _known[old]
            _known[path, stamp] = checksum(path)
        return _known[path, stamp]
