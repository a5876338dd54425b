"""Imported once by the process from which the reading processes are forked: each of them then begins with everything loaded.

Units, forms, labels and patterns take half a second to make ready, and their memory is shared. No polars frame is made here: its
threads would not live on in a forked process.
"""

from __future__ import annotations

import contextlib
import importlib

from ingest.identity.page import patterns, words
from ingest.landing.schemas import fingerprint
from ingest.law.forms import every_form, load_forms
from ingest.law.labels import labels_of
from ingest.model import Document, Issue, Paragraph
from ingest.place import Place
from ingest.privacy import mask
from ingest.prose.counts import read_counts, split_sections
from ingest.prose.phrases import codes, compiled, said_to_be_none, take_numbers
from ingest.readers import READERS
from ingest.units import load_registry
from ingest.words.headings import words as prose
from ingest.words.issues import issue_texts


def make_ready() -> None:
    """Load what every document needs."""
    registry = load_registry()
    registry.areas.scan("")
    registry.neighbors(registry.search("1", 1)[0])
    for form in load_forms().values():
        for table in form.tables:
            assert labels_of(form.form, table).known
    assert every_form() and fingerprint() and issue_texts(Issue("empty_file", "error"))
    for name in ("titles", "makers", "signatures", "publishers", "file_words", "rival_names", "periods", "body_years"):
        patterns(name)
    words()
    split_sections(Document("text", (Paragraph("".join(prose()["headings"]["other"]), Place()),)))
    read_counts({"overview": [Paragraph(f"1{unit}" * 2, Place()) for unit in prose()["units"]]})
    codes()
    for path in (("since",), ("this_year",), ("denied",), ("shared",), ("published",), ("whole_year",), ("title_year",)):
        compiled(*path)
    take_numbers("")
    said_to_be_none("", [])
    mask("")
    importlib.import_module("ingest.landing.reading")
    for module, _ in READERS.values():
        importlib.import_module(f"ingest.readers.{module}")


with contextlib.suppress(Exception):  # what is wrong is said where it is used
    make_ready()
