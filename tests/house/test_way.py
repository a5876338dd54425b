"""The page says which files a .docx goes through, and they are few enough to read."""

from __future__ import annotations

import re
import subprocess
import sys

from tests.paths import ROOT

PAGE = ROOT / "docs" / "reading.md"
TRACED = """
import inspect, sys  # only functions: what an import runs is no step of the way
from pathlib import Path
from ingest.law.forms import every_form
from ingest.readers import read_document
from ingest.tables import extract
every_form()
files = set()
sys.setprofile(lambda frame, event, _: files.add(frame.f_code.co_filename) if event == "call" and frame.f_code.co_flags & inspect.CO_OPTIMIZED else None)
extract(read_document(Path("examples/reports").rglob("*.docx").__next__().read_bytes()))
sys.setprofile(None)
print("\\n".join(files))
"""


def told() -> set[str]:
    """The files that the page names on the way of a .docx."""
    section = PAGE.read_text("utf-8").split("## The way of a .docx, file by file")[1].split("\n## ")[0]
    return set(re.findall(r"`(ingest/[\w/]+\.py)`", section))


def test_every_file_a_docx_goes_through_is_named():
    said = subprocess.run([sys.executable, "-c", TRACED], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    gone_through = {line.removeprefix(f"{ROOT}/") for line in said.splitlines() if line.startswith(f"{ROOT}/ingest/")}
    assert len(gone_through) > 10 and gone_through - told() == set()


def test_the_files_are_there_and_few():
    assert len(told()) <= 25 and all((ROOT / name).is_file() for name in told())
