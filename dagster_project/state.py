"""Whether what is published was made from all that lies in the home folder now; if so, a load that finds nothing new has nothing to do."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from ingest.corrections import PRODUCT
from ingest.home import Home

CODE = [Path(__file__).parent, *(Path(__file__).parent.parent / room for room in ("dbt/models", "dbt/macros", "expectations"))]
SOURCE = {".py", ".sql", ".yml", ".yaml", ".html", ".md"}
WRITTEN_BY_PEOPLE = {".jsonl", ".yaml", ".csv"}  # decisions and whatever else a person keeps in the home folder


def begin_building(home: Home) -> None:
    """Write down what the warehouse is about to be built from; what changes from now on is not in it."""
    _building(home).write_text(state_of(home), "utf-8")


def end_publishing(home: Home) -> None:
    """What was built is published now."""
    if _building(home).is_file():
        os.replace(_building(home), home.state)


def is_building(home: Home) -> bool:
    """Whether a load has begun to build and not published yet: it runs, or was killed; either way the warehouse is not whole."""
    return _building(home).is_file()


def is_published(home: Home) -> bool:
    """Whether the published file holds all that there is."""
    return home.published.is_file() and home.state.is_file() and home.state.read_text("utf-8") == state_of(home)


def state_of(home: Home) -> str:
    """A hash of all that decides what is published: the raw tables, the forms, what people decided, and the program itself."""
    digest = hashlib.sha256()
    for part in _parts(home):
        digest.update(part.encode() + b"\0")
    return digest.hexdigest()


def _parts(home: Home) -> Iterator[str]:
    for path in sorted([*home.batches.glob("[!.]*/inputs.parquet"), *home.reference.glob("[!.]*")]):
        stat = path.stat()
        yield f"{path.relative_to(home.root)} {stat.st_size} {stat.st_mtime_ns}"
    for path in sorted(p for p in home.root.glob("[!.]*") if p.suffix in WRITTEN_BY_PEOPLE and p.is_file()):
        yield f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}"
    yield f"{PRODUCT.name} {hashlib.sha256(PRODUCT.read_bytes()).hexdigest()}"
    for root in CODE:
        for path in sorted(p for p in root.rglob("*") if p.suffix in SOURCE):
            yield f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}"


def _building(home: Home) -> Path:
    return home.state.with_name(f"{home.state.name}.building")
