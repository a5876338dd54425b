"""The process of one run that the Dagster UI asked for, where no resident process serves the home folder."""

from __future__ import annotations

import sys
from pathlib import Path

from dagster_project.carried_out import carry_out
from ingest.home import Home

if __name__ == "__main__":
    root, run_id = sys.argv[1:]
    sys.exit(not carry_out(Home(Path(root)), run_id))
