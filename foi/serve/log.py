"""The log of the resident process: in the home folder, bounded in size, and what matters on the terminal where it was begun."""

from __future__ import annotations

import logging
import logging.handlers
import sys
from datetime import datetime

from ingest.beijing import BEIJING
from ingest.home import Home

SIZE, KEPT = 2_000_000, 5  # bytes of one file, and files of before


class _Beijing(logging.Formatter):
    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return datetime.fromtimestamp(record.created, BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def open_log(home: Home) -> logging.Logger:
    """Write to logs/serve.log of a home folder, and warnings to the terminal too."""
    home.logs.mkdir(parents=True, exist_ok=True)
    log = logging.getLogger("foi.serve")
    log.setLevel(logging.INFO)
    log.propagate = False
    kept = logging.handlers.RotatingFileHandler(home.logs / "serve.log", maxBytes=SIZE, backupCount=KEPT, encoding="utf-8")
    shown = logging.StreamHandler(sys.stderr)
    shown.setLevel(logging.WARNING)
    for handler in (kept, shown):
        handler.setFormatter(_Beijing("%(asctime)s %(levelname)s %(message)s"))
        log.addHandler(handler)
    return log
