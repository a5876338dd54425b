"""`make accuracy`: for each format, how many of the numbers of generated reports come back right, wrong or not at all, and how fast."""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from ingest.model import Document, IngestError
from ingest.readers import read_document
from ingest.tables import extract
from tests.factory import random_record
from tests.factory.formats import COMPLETE, FORMATS
from tests.factory.record import Record
from tests.factory.scan import as_scan

SCANS: dict[str, Callable[[Record], bytes]] = {
    "scan-200dpi": partial(as_scan, dpi=200),
    "scan-150dpi": partial(as_scan, dpi=150),
    "scan-hard": partial(as_scan, dpi=150, hard=True),
}
TOPS = (1, 9, 300, 5000)


@dataclass
class Score:
    """Numbers of one format over all its files."""

    files: int = 0
    right: int = 0
    wrong: int = 0
    missing: int = 0
    refused: int = 0


def measure(name: str, render: Callable[[Record], bytes], read: Callable[[bytes], Document], copies: int) -> tuple[Score, float]:
    """Read `copies` reports of both forms; the score and the median milliseconds to read and extract one."""
    score, times = Score(), []
    for n in range(copies):
        record = random_record(
            random.Random(f"{name}{n}"), ("2021", "2019")[n % 2], TOPS[n // 2 % 4], "示例甲镇", 2024 - 4 * (n % 2)
        )
        data = render(record)
        start = time.perf_counter()
        try:
            cells = extract(read(data))[1]
        except IngestError:
            score.refused += 1
            cells = []
        times.append((time.perf_counter() - start) * 1000)
        got = {c.code: c.printed for c in cells if c.printed is not None}
        score.files += 1
        score.right += sum(got.get(code) == text for code, text in record.values.items())
        score.wrong += sum(record.values.get(code) != text for code, text in got.items())
        score.missing += sum(code not in got for code in record.values)
    return score, statistics.median(times)


def main(copies: int) -> int:
    """Print the table; 1 if any number is wrong, or if a format that must be complete is not."""
    from pathlib import Path
    from tempfile import mkdtemp

    bad = 0
    print(f"{'format':18}{'files':>6}{'right':>8}{'wrong':>7}{'missing':>9}{'%':>8}{'ms':>9}")
    formats = {name: (render, read_document, copies) for name, render in FORMATS.items()}
    scans = {name: (render, partial(read_document, ocr=Path(mkdtemp())), max(2, copies // 5)) for name, render in SCANS.items()}
    for name, (render, read, many) in {**formats, **scans}.items():
        score, median = measure(name, render, read, many)
        share = score.right / max(1, score.right + score.missing)
        bad += bool(score.wrong) or (name in COMPLETE and share < 1)
        print(f"{name:18}{score.files:6}{score.right:8}{score.wrong:7}{score.missing:9}{share:8.1%}{median:9.2f}", flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
