"""What stays of every release: when it was, how much it held, the rules and the dictionary of then, the checksums of its files.

That is small and kept for ever, in a folder for each release. Its database is not small: kept are those that were the last of a day, of as
many days before today as FOI_RELEASES says (1 unless told).
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dagster_project.names import Names
from ingest.beijing import BEIJING, beijing_today
from ingest.home import Home
from ingest.home.memory import engine_settings
from ingest.home.placing import placed
from ingest.law.entries import entries
from ingest.model import IngestError

DATABASE, SUMS, ABOUT, WORDS, LEDGER = "published.duckdb", "SHA256SUMS", "release.json", "words", ".files.json"
HELD = "select count(*), count(distinct unit_code), max(landed_at) from core.fct_reports"
MEASURES = "select code, zh, en from core.dim_measure union all select code, zh, en from core.dim_term order by all"
_BLOCK = 1 << 20


def number_of(home: Home) -> str:
    """The number of what is published: its day in Beijing and the first digits of what it was made from."""
    stat = home.published.stat()
    hashes = re.findall(rb"[0-9a-f]{64}", home.state.read_bytes()) if home.state.is_file() else []
    made_from = (
        hashes[-1].decode()
        if hashes
        else hashlib.sha256(repr((stat.st_ino, stat.st_mtime_ns, stat.st_size)).encode()).hexdigest()
    )
    return f"{published_at(home).astimezone(BEIJING):%Y-%m-%d}-{made_from[:8]}"


def published_at(home: Home) -> datetime:
    """When that was published."""
    return datetime.fromtimestamp(home.published.stat().st_mtime_ns / 1e9, UTC)


def keep_database(home: Home) -> None:
    """Before another database takes its place, keep the one of an earlier day (by a second name: no copy), and let go of the oldest."""
    most = _most()
    if home.published.is_file() and (number := number_of(home))[:10] < f"{beijing_today():%Y-%m-%d}":
        folder = home.releases / number
        if most and (folder / ABOUT).is_file() and not (folder / DATABASE).exists():
            with suppress(OSError):  # a disk that knows no second names keeps none
                os.link(home.published, folder / DATABASE)
                with (folder / SUMS).open("a", encoding="utf-8") as sums:
                    sums.write(f"{checksum(folder / DATABASE)}  {DATABASE}\n")
    kept = sorted(home.releases.glob(f"*/{DATABASE}"), key=lambda path: path.stat().st_mtime_ns)
    for path in kept[: len(kept) - most]:
        path.unlink(missing_ok=True)
        _without_database(path.parent / SUMS)


def keep_release(home: Home) -> None:
    """Write down what was published just now."""
    import duckdb

    number, ledger = number_of(home), _ledger(home)
    if (home.releases / number / ABOUT).is_file():
        return
    with duckdb.connect(str(home.published), read_only=True, config=engine_settings(home)) as connection:
        reports, units, until = connection.execute(HELD).fetchone() or (0, 0, None)
        words = _words(connection)
    about = {
        "number": number, "at": published_at(home).isoformat(timespec="seconds"), "before": ledger.get("last"), "reports": reports, "units": units,
        "until": until.isoformat() if until else None, "size": home.published.stat().st_size,
        **{kind: _put_words(home, found) for kind, found in words.items()},
    }  # fmt: skip
    files = _files(home, ledger.get("files", {}))
    _put(home.releases / number / SUMS, "".join(f"{digest}  {path}\n" for path, (_, _, digest) in files.items()))
    _put(home.releases / number / ABOUT, json.dumps(about, ensure_ascii=False, indent=1))
    _put(home.releases / LEDGER, json.dumps({"last": number, "files": files}))


def checksum(path: Path) -> str:
    """The SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _most() -> int:
    given = os.environ.get("FOI_RELEASES", "").strip() or "1"
    if not (given.isascii() and given.isdigit() and int(given) < 1000):
        raise IngestError("releases_unclear", "FOI_RELEASES", given)
    return int(given)


def _ledger(home: Home) -> dict[str, Any]:
    """Which release was written down last, and the checksums of its files with what they are known by."""
    with suppress(OSError, ValueError):
        return dict(json.loads((home.releases / LEDGER).read_bytes()))
    return {}


def _words(connection: Any) -> dict[str, Any]:
    """The rules and the dictionary: what decides what a number means, and what is called wrong."""
    tables = [
        {"table": table.name, "title": table.title._asdict(), "columns": [
            {"column": c.name, "type": c.type, "title": c.title._asdict(), "meaning": c.meaning._asdict()} for c in table.columns]}
        for table in Names(connection).tables()
    ]  # fmt: skip
    measures = [{"code": code, "zh": zh, "en": en} for code, zh, en in connection.execute(MEASURES).fetchall()]
    return {"rules": [asdict(rule) for rule in entries()], "dictionary": {"measures": measures, "tables": tables}}


def _put_words(home: Home, found: Any) -> str:
    """Put it where all releases that have the same find it; its name, by its content."""
    text = json.dumps(found, ensure_ascii=False, indent=1)
    name = f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.json"
    if not (home.releases / WORDS / name).is_file():
        _put(home.releases / WORDS / name, text)
    return name


def _files(home: Home, known: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Size, time and checksum of every parquet file; one that was not written anew since the last release is not read again."""
    found = {}
    for path in sorted(home.published_tables.rglob("[!.]*.parquet")):
        name, stat = path.relative_to(home.root).as_posix(), path.stat()
        seen = [stat.st_size, stat.st_mtime_ns]
        before = known.get(name, [])
        found[name] = [*seen, before[2] if before[:2] == seen else checksum(path)]
    return found


def _without_database(sums: Path) -> None:
    lines = [line for line in sums.read_text("utf-8").splitlines() if not line.endswith(f"  {DATABASE}")]
    _put(sums, "".join(f"{line}\n" for line in lines))


def _put(path: Path, text: str) -> None:
    with placed(path) as scratch:
        scratch.write_text(text, "utf-8")
