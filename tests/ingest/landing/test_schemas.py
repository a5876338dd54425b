"""What makes documents be read anew: whatever takes part in reading, and nothing else."""

from __future__ import annotations

import subprocess
import sys

from ingest.landing.schemas import INGEST, files_of_reading
from tests.ocr import needs_ocr
from tests.paths import ROOT

ALL_READERS = """
import importlib, sys
from ingest import pipeline
from ingest.readers import READERS
for module, _ in READERS.values():
    importlib.import_module(f"ingest.readers.{module}")
import ingest.readers.scan
print("\\n".join(m.__file__ for n, m in sys.modules.items() if n.startswith("ingest.") and m.__file__))
"""
# Packages that only hold others say nothing.
EMPTY = {"__init__.py"}


@needs_ocr
def test_every_module_that_takes_part_in_reading_counts():
    said = subprocess.run([sys.executable, "-c", ALL_READERS], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    known = {path.relative_to(INGEST).as_posix() for path in files_of_reading()}
    taking_part = {line.split("/ingest/", 1)[1] for line in said.splitlines()}
    assert taking_part - known - EMPTY == set()


def test_what_judges_does_not_make_a_document_be_read_again():
    known = {path.relative_to(INGEST).as_posix() for path in files_of_reading()}
    assert "law/rules/relations.yaml" not in known and "law/forms/2021.yaml" in known
