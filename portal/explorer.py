"""The script of the explorer: Vega, Vega-Lite and our own lines in one file, made once for each version of them and kept in the home folder."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from threading import Lock

from foi.messages import Complaint, message
from ingest.home import Home
from ingest.home.placing import placed

OURS = Path(__file__).parent / "scripts" / "explorer.js"
SECONDS = 120  # more than a slow machine takes
# In a process of its own: what packs the scripts takes 120 MB, which this one would keep.
PACK = "import sys, vl_convert; sys.stdout.buffer.write(vl_convert.javascript_bundle(sys.stdin.read()).encode())"
_packing = Lock()
_unkept: dict[str, bytes] = {}  # where nothing can be written


@cache
def name_of() -> str:
    """What the script is called: it holds the hash of all that it is made of."""
    made_of = OURS.read_bytes() + version("vl-convert-python").encode()
    return f"explorer.{hashlib.sha256(made_of).hexdigest()[:12]}.js"


def script(home: Home) -> bytes:
    """The script, made if it is not there: a few seconds, once."""
    path = home.pictures / name_of()
    with _packing:
        if name_of() in _unkept:
            return _unkept[name_of()]
        with suppress(OSError):
            return path.read_bytes()
        made = _packed()
        try:
            with placed(path) as scratch:
                scratch.write_bytes(made)
        except OSError:
            _unkept[name_of()] = made
        return made


def _packed() -> bytes:
    command = [sys.executable, "-c", PACK]
    done = subprocess.run(command, input=OURS.read_bytes(), capture_output=True, timeout=SECONDS)
    if done.returncode:
        raise Complaint(message("explore.not_packed", reason=done.stderr.decode(errors="replace").strip()[-300:]), 3)
    return done.stdout
