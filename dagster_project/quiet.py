"""What the engines log is for operators; a person at a terminal is told in words."""

from __future__ import annotations

import logging


def quiet_logs() -> None:
    """Keep the engine's own log lines out of a person's terminal; errors still come through."""
    for name in ("dagster", "dagster.builtin", "sqlalchemy", "alembic"):
        logging.getLogger(name).setLevel(logging.ERROR)
