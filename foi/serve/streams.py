"""The streams of a caller in the worker: what it prints goes straight to the caller's terminal, and no command ends because that is gone."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from foi.terminal import print_anywhere


class Patient(io.RawIOBase):
    """Writes to an open file for as long as somebody reads there; what nobody reads is lost, and the work goes on."""

    def __init__(self, number: int) -> None:
        self._number = number
        self.is_heard = True

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._number

    def isatty(self) -> bool:
        return self.is_heard and os.isatty(self._number)

    def write(self, data: Any) -> int:
        if self.is_heard:
            try:
                return os.write(self._number, data)
            except OSError:  # the caller's terminal or pipe is closed
                self.is_heard = False
        return len(data)


@contextlib.contextmanager
def streams_of(files: Sequence[int], encodings: Sequence[str]) -> Iterator[None]:
    """For a while the three streams of this process are those of a caller, for engines that write by themselves too."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [os.dup(number) for number in range(3)]
    before = sys.stdin, sys.stdout, sys.stderr
    try:
        for number, file in enumerate(files):
            os.dup2(file, number)
            os.close(file)
        sys.stdin = io.TextIOWrapper(io.FileIO(0, closefd=False), encoding="utf-8", errors="replace")
        sys.stdout, sys.stderr = (_text(number, encoding) for number, encoding in zip((1, 2), encodings, strict=True))
        print_anywhere()
        yield
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        sys.stdin, sys.stdout, sys.stderr = before
        for number, file in enumerate(kept):
            os.dup2(file, number)
            os.close(file)


def _text(number: int, encoding: str) -> io.TextIOWrapper:
    raw = Patient(number)
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding=encoding, line_buffering=number == 2 or raw.isatty())
