"""Whether what is published was made from all that lies in the home folder now; if so, a load that finds nothing new has nothing to do."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from ingest.home import Home
from ingest.home.placing import placed
from ingest.landing.corrections import PRODUCT
from ingest.project import project_folder

CODE = [
    Path(__file__).parent,
    *(project_folder("dbt") / part for part in ("models", "macros")),
    Path(__file__).parents[1] / "expectations",
]
SOURCE = {".py", ".sql", ".yml", ".yaml", ".html", ".md"}
WRITTEN_BY_PEOPLE = {".jsonl", ".yaml", ".csv"}  # decisions and whatever else a person keeps in the home folder
# What says nothing of any report: who did what, who may, what was asked, and by whom the roster (which is a table) was changed.
SAYS_NOTHING = {"audit.jsonl", "tokens.jsonl", "access.yaml", "letters.yaml", "letters.jsonl", "answers.jsonl", "rosters.jsonl"}


def begin_building(home: Home) -> None:
    """Write down what the warehouse is about to be built from; what changes from now on is not in it."""
    with placed(_building(home)) as scratch:
        scratch.write_text(state_of(home), "utf-8")


def end_publishing(home: Home) -> None:
    """What was built is published now, in files that look like this."""
    if _building(home).is_file():
        with placed(home.state) as scratch:
            scratch.write_bytes(_building(home).read_bytes() + b"\n" + _published_files(home))
        _building(home).unlink()


def is_building(home: Home) -> bool:
    """Whether a load has begun to build and not published yet: it runs, or was killed; either way the warehouse is not whole."""
    return _building(home).is_file()


def is_published(home: Home) -> bool:
    """Whether the published files are there as they were published, and hold all that there is."""
    if not (home.published.is_file() and home.state.is_file()):
        return False
    return home.state.read_bytes() == state_of(home).encode() + b"\n" + _published_files(home)


def _published_files(home: Home) -> bytes:
    """Name, size and time of every file that was published: one that was damaged or taken away since is published anew."""
    files = [home.published, home.expectations, *sorted(home.published_tables.rglob("[!.]*.parquet"))]
    stats = [(path.relative_to(home.root), path.stat()) for path in files if path.is_file()]
    seen = "\n".join(f"{name} {stat.st_size} {stat.st_mtime_ns}" for name, stat in stats)
    return hashlib.sha256(seen.encode()).hexdigest().encode()


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
    for path in sorted(
        p for p in home.root.glob("[!.]*") if p.suffix in WRITTEN_BY_PEOPLE and p.name not in SAYS_NOTHING and p.is_file()
    ):
        yield f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}"
    yield f"{PRODUCT.name} {hashlib.sha256(PRODUCT.read_bytes()).hexdigest()}"
    yield from program_parts()


@cache
def program_parts() -> tuple[str, ...]:
    """Every file of the program that decides what is published, with the hash of what it holds; read once, as the program is."""
    files = [path for root in CODE for path in sorted(root.rglob("*")) if path.suffix in SOURCE]
    return tuple(f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in files)


def _building(home: Home) -> Path:
    return home.state.with_name(f"{home.state.name}.building")
