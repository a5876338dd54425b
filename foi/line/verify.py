"""`foi doctor --verify`: whether every original is what was handed in, and everything made of them, and the log, is as it was written."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from foi.access.show_log import chain_notes, chain_problems
from foi.line.aside import broken_line, ledgers, what_stands_aside
from foi.messages import Complaint, json_of, message
from foi.published import published
from ingest.home import Home
from ingest.home.ledger import read_ledger
from ingest.landing.seals import changed, inputs_of
from ingest.model import IngestError, Issue
from ingest.roster.store import TABLES, table
from ingest.units.known import own_units
from ingest.words.issues import issue_text
from ingest.words.language import Text


@dataclass(frozen=True, slots=True)
class Verified:
    """How many originals and batches there are, how many of them are whole, what is told of the log, and a sentence for each thing that is wrong."""

    originals: int
    originals_whole: int
    batches: int
    batches_whole: int
    notes: tuple[Text, ...]
    wrong: tuple[Text, ...]

    @property
    def exit_code(self) -> int:
        return 1 if self.wrong else 0


def verify_home(root: Path) -> Verified:
    """What of a home folder is not as it should be; nothing is changed."""
    home = Home(root.resolve())
    if not home.root.is_dir():
        raise Complaint(message("error.no_such_path", path=root), 2)
    originals = sorted(p for p in home.originals.glob("*/[!.]*") if p.is_file())
    spoiled = [p for p in originals if not _is_itself(p)]
    batches = sorted(home.batches.glob("[!.]*"))
    broken = {batch: reason for batch in batches if (reason := changed(batch))}
    issues = [
        *_originals(home, originals, spoiled),
        *(Issue("raw_not_sealed", "error", f"raw/batches/{batch.name}", reason) for batch, reason in broken.items()),
        *_lists(home),
        *what_stands_aside(home),
    ]
    wrong = (*map(issue_text, issues), *_published(home), *chain_problems(home))
    notes = tuple(chain_notes(home))
    return Verified(len(originals), len(originals) - len(spoiled), len(batches), len(batches) - len(broken), notes, wrong)


def show_verified(found: Verified, as_json: bool = False) -> str:
    """What was verified and what is wrong, in words or for a program."""
    if as_json:
        counts = {name: getattr(found, name) for name in ("originals", "originals_whole", "batches", "batches_whole")}
        return json_of({**counts, "notes": found.notes, "wrong": found.wrong})
    lines = [message("verify.originals", n=found.originals, whole=found.originals_whole)]
    lines += [message("verify.batches", n=found.batches, whole=found.batches_whole)]
    lines += [text.shown for text in found.notes]
    if not found.wrong:
        return "\n".join([*lines, message("verify.fine")])
    return "\n".join([*lines, message("verify.wrong", n=len(found.wrong)), *(f"  {text.shown}" for text in found.wrong)])


def _is_itself(original: Path) -> bool:
    """Whether a file holds the bytes after whose hash it is named."""
    try:
        with original.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest() == original.name.partition(".")[0]
    except OSError:
        return False


def _originals(home: Home, originals: list[Path], spoiled: list[Path]) -> list[Issue]:
    """Originals that were changed, and inputs whose original is not there, each with the file it was handed in as."""
    files = {row["document_id"]: row for batch in sorted(home.batches.glob("[!.]*")) for row in _rows(batch)}
    there = {path.name.partition(".")[0] for path in originals}
    found = []
    for path in spoiled:
        file = files.get(path.name.partition(".")[0], {}).get("file", path.name)
        found.append(Issue("original_changed", "error", file, path.relative_to(home.root).as_posix()))
    for document_id, row in files.items():
        is_nameless = document_id == hashlib.sha256(row["file"].encode()).hexdigest()  # it never had bytes of its own
        if document_id not in there and not is_nameless:
            found.append(Issue("original_missing", "error", row["file"], "", document_id[:16]))
    return found


def _rows(batch: Path) -> list[dict[str, Any]]:
    rows = inputs_of(batch)
    return [] if rows is None else rows.select("file", "document_id").to_dicts()


def _lists(home: Home) -> list[Issue]:
    """Lines and lists that people or earlier loads wrote and that cannot be read."""
    found = [
        broken_line(ledger, line)
        for ledger, understood in ledgers(home)
        for line in read_ledger(ledger, understood)
        if line.entry is None
    ]
    checks: list[Callable[[], object]] = [lambda: own_units(home), *(lambda n=name: table(home.reference, n) for name in TABLES)]
    for check in checks:
        try:
            check()
        except IngestError as error:
            found.append(error.issue)
    return found


def _published(home: Home) -> list[Text]:
    """Why the published file cannot be read from end to end, if so."""
    if not home.published.is_file():
        return []
    try:
        with published(home.published) as connection:
            tables = connection.execute("select schema_name, table_name from duckdb_tables() where not internal").fetchall()
            for schema, name in tables:
                connection.execute(f'select bit_xor(hash(whole)) from "{schema}"."{name}" as whole').fetchall()
    except Complaint as complaint:
        return [complaint.text]
    return []
