"""`make corpus N=250000 HOME=folder`: the raw zone of so many reports in a home folder."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from ingest.home import Home
from tests.corpus.build import build_corpus


def main() -> None:
    """Make it, and say how long that took."""
    asked = argparse.ArgumentParser(prog="python -m tests.corpus", description=__doc__)
    asked.add_argument("reports", type=int)
    asked.add_argument("home", type=Path)
    asked.add_argument("--seed", type=int, default=0)
    given = asked.parse_args()
    start = time.perf_counter()
    build_corpus(Home(given.home.resolve()), given.reports, given.seed)
    print(f"{given.reports} reports in {given.home}: {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()
