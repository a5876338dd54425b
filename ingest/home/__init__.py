"""Where everything lies: one folder holds originals, raw tables, the warehouse and what is published."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Home:
    """The home folder (docs/warehouse.md lists what it holds)."""

    root: Path

    # What the program itself puts into the folder, and the ledgers that people keep there.
    OWN: ClassVar[frozenset[str]] = frozenset({
        "originals", "recognized", "raw", "build.duckdb", "published.duckdb", "published", "expectations.html", "decisions.jsonl",
        "corrections.yaml", "letters.yaml", "letters.jsonl", "answers.jsonl", "as-of", "alerts.sqlite", "recipients.yaml", "dagster", "dbt", "folders",
        "withdrawals.jsonl", "replacements.jsonl", "year_locks.jsonl", "rosters.jsonl", "logs", "serve.env", "pictures", "releases", "audit.jsonl",
        "tokens.jsonl", "access.yaml",
    })  # fmt: skip

    @property
    def is_home(self) -> bool:
        """Whether a folder is a home of ours: it holds raw tables, a published file, or the lock that is made first of all."""
        return any((self.root / name).exists() for name in ("raw/batches", "published.duckdb", ".landing.lock", ".load.lock"))

    @property
    def originals(self) -> Path:
        return self.root / "originals"

    @property
    def recognized(self) -> Path:
        """What OCR made of scans, by the hash of their bytes."""
        return self.root / "recognized"

    @property
    def pictures(self) -> Path:
        """Pages of originals as the portal shows them, with a cell framed; made when asked for, and anyone may take them away."""
        return self.root / "pictures"

    @property
    def raw(self) -> Path:
        return self.root / "raw"

    @property
    def batches(self) -> Path:
        return self.raw / "batches"

    @property
    def damaged(self) -> Path:
        """Batches whose tables were damaged, until they are read again."""
        return self.raw / "damaged"

    @property
    def reference(self) -> Path:
        return self.raw / "reference"

    @property
    def build(self) -> Path:
        return self.root / "build.duckdb"

    @property
    def published(self) -> Path:
        return self.root / "published.duckdb"

    @property
    def published_tables(self) -> Path:
        return self.root / "published"

    @property
    def releases(self) -> Path:
        """What stays of everything that was ever published, a folder for each release."""
        return self.root / "releases"

    @property
    def scratch(self) -> Path:
        """What this process puts on disk while it has too little memory; of a process that was killed it is swept."""
        return self.root / f".scratch.{os.getpid()}"

    @property
    def state(self) -> Path:
        """From what the published file was made."""
        return self.root / ".published_state"

    @property
    def expectations(self) -> Path:
        return self.root / "expectations.html"

    @property
    def decisions(self) -> Path:
        """What people decided of broken rules, one line each, never changed."""
        return self.root / "decisions.jsonl"

    @property
    def corrections(self) -> Path:
        """Errors of the source that people of this home folder know of; they may edit it."""
        return self.root / "corrections.yaml"

    @property
    def withdrawals(self) -> Path:
        """Which reports people took out and put back, one line each, never changed."""
        return self.root / "withdrawals.jsonl"

    @property
    def replacements(self) -> Path:
        """Which reports were put in the place of which, as accepted answers to letters; one line each, never changed."""
        return self.root / "replacements.jsonl"

    @property
    def year_locks(self) -> Path:
        """Which years were closed and opened, by whom and why, and what came afterwards; one line each, never changed."""
        return self.root / "year_locks.jsonl"

    @property
    def rosters(self) -> Path:
        """Who changed which lines of the roster, when and why; one line each, never changed."""
        return self.root / "rosters.jsonl"

    @property
    def audit(self) -> Path:
        """Every write and every refusal, one line each, chained; never changed."""
        return self.root / "audit.jsonl"

    @property
    def tokens(self) -> Path:
        """The tokens that were given and taken back, one line each; of their secrets only the hashes."""
        return self.root / "tokens.jsonl"

    @property
    def tokens_used(self) -> Path:
        """On which day each token was last used."""
        return self.root / ".tokens-used.json"

    @property
    def sessions(self) -> Path:
        """Who is signed in to the portal; of the cookies only the hashes."""
        return self.root / ".sessions.json"

    @property
    def access(self) -> Path:
        """The roles of those whom a proxy names; people write it."""
        return self.root / "access.yaml"

    @property
    def letter_settings(self) -> Path:
        """What letters to units say of their sender; people write it."""
        return self.root / "letters.yaml"

    @property
    def letters(self) -> Path:
        """The letters that were written: their numbers and what each asked, one line each, never changed."""
        return self.root / "letters.jsonl"

    @property
    def answers(self) -> Path:
        """What units answered, and what reviewers made of it, one line each, never changed."""
        return self.root / "answers.jsonl"

    @property
    def folders(self) -> Path:
        """What lay in each folder when it was last loaded."""
        return self.root / "folders"

    @property
    def as_of(self) -> Path:
        """Warehouses as they would have been on earlier days, one folder a day; made when asked for."""
        return self.root / "as-of"

    @property
    def alerts(self) -> Path:
        return self.root / "alerts.sqlite"

    @property
    def recipients(self) -> Path:
        """Who gets alerts, where no other file is named."""
        return self.root / "recipients.yaml"

    @property
    def inbox(self) -> Path:
        """The folder that the resident process watches: FOI_INBOX, or inbox in the home folder. People clear it once it is loaded."""
        return Path(os.environ.get("FOI_INBOX") or self.root / "inbox")

    @property
    def socket(self) -> Path:
        """Where the resident process takes work."""
        return self.root / ".serve.sock"

    @property
    def logs(self) -> Path:
        """What the resident process did."""
        return self.root / "logs"

    @property
    def dagster(self) -> Path:
        return self.root / "dagster"

    @property
    def dbt_target(self) -> Path:
        return self.root / "dbt"
