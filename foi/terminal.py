"""Output where the terminal cannot print Chinese (ASCII, GBK): what it lacks is written as an escape, and no command stops for it."""

from __future__ import annotations

import codecs
import io
import json
import sys


def print_anywhere() -> None:
    """Let both outputs print every text: a character that their encoding lacks becomes an escape (\\u9555), never a question mark.

    The escapes are those of JSON, so that `--json` stays JSON and no character is lost.
    """
    codecs.register_error("foi.escaped", _escaped)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="foi.escaped")


def _escaped(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end
