"""`make accuracy-peers`: the same reports through other readers (pandas, markitdown, pdfplumber, mammoth) and our recognizer.

What they hand over is recognized and extracted exactly as our own readers' documents are, so only the reading differs.
A reader that lacks a package of its own is "not run": it says nothing about how well it reads. A file that a reader refuses is
counted as refused, and its numbers are not counted as missing.
"""

from __future__ import annotations

import io
import random
import sys
import time
import warnings
from collections.abc import Callable, Iterable

from ingest.model import Document, Paragraph, SourceCell, Table
from ingest.readers import read_document
from ingest.readers.spans import place_cells
from ingest.tables import extract
from tests.factory import random_record
from tests.factory.formats import FORMATS
from tests.factory.record import Record

Reader = Callable[[bytes], Document]
SHOWN = ("html-clean", "html-word", "html-nested", "docx", "docx-traps", "pdf-boxes", "pdf-continued", "xlsx", "xls")


def _tables(tables: Iterable[list[list[str]]]) -> Document:
    blocks: list[Paragraph | Table] = []
    for n, rows in enumerate(tables, 1):
        cells = place_cells([[(text, None, None) for text in row] for row in rows])
        blocks.append(Table(tuple(SourceCell(*cell) for cell in cells), f"table {n}"))
    return Document("peer", tuple(blocks))


def pandas_html(data: bytes) -> Document:
    """pandas.read_html; a merged cell is repeated in every place it covers, as pandas does."""
    import pandas

    frames = pandas.read_html(io.StringIO(data.decode("utf-8")), keep_default_na=False, flavor="lxml")
    return _tables([[str(value) for value in row] for row in frame.to_numpy().tolist()] for frame in frames)


def markitdown(data: bytes, extension: str) -> Document:
    """markitdown to Markdown, read back as Markdown."""
    from markitdown import MarkItDown, StreamInfo

    text = MarkItDown(enable_plugins=False).convert_stream(io.BytesIO(data), stream_info=StreamInfo(extension=extension)).markdown
    return read_document(text.encode())


def pdfplumber_tables(data: bytes) -> Document:
    """pdfplumber's tables of each page."""
    import pdfplumber

    with pdfplumber.open(io.BytesIO(data)) as pdf:
        found = [table for page in pdf.pages for table in page.extract_tables()]
    return _tables([[cell or "" for cell in row] for row in table] for table in found)


def mammoth_html(data: bytes) -> Document:
    """mammoth to a page, read as a page."""
    import mammoth

    return read_document(f"<html><body>{mammoth.convert_to_html(io.BytesIO(data)).value}</body></html>".encode())


def peers_of(name: str) -> dict[str, Reader]:
    """The readers that take a format."""
    kind = name.partition("-")[0]
    found: dict[str, Reader] = {"foi": read_document}
    if kind == "html":
        found["pandas"] = pandas_html
    if kind == "docx":
        found["mammoth"] = mammoth_html
    if kind == "pdf":
        found["pdfplumber"] = pdfplumber_tables
    found["markitdown"] = lambda data: markitdown(data, f".{kind}")
    return found


def lacking(error: BaseException | None) -> str:
    """The package that a reader lacks, where that is why it cannot run; empty for every other error."""
    while error is not None:
        if isinstance(error, ImportError) or type(error).__name__ == "MissingDependencyException":
            return str(error).strip().partition("\n")[0][:80]
        error = error.__cause__ or error.__context__
    return ""


def score(read: Reader, files: list[tuple[Record, bytes]]) -> tuple[list[int], str]:
    """Numbers right, wrong and missing and files refused of one reader; and the package without which it could not run."""
    right = wrong = missing = refused = 0
    for record, data in files:
        try:
            got = {c.code: c.printed for c in extract(read(data))[1] if c.printed is not None}
        except Exception as error:  # what a peer raises is its own affair
            if package := lacking(error):
                return [], package
            refused += 1
            print(f"  refused: {type(error).__name__}: {str(error)[:80]}", file=sys.stderr)
            continue
        right += sum(got.get(code) == text for code, text in record.values.items())
        wrong += sum(record.values.get(code) != text for code, text in got.items())
        missing += sum(code not in got for code in record.values)
    return [right, wrong, missing, refused], ""


def main(copies: int) -> int:
    """Print the table; 1 if our own reader has a wrong number."""
    warnings.simplefilter("ignore")
    print(f"{'format':16}{'reader':14}{'right':>7}{'wrong':>7}{'missing':>9}{'refused':>9}{'ms':>9}")
    bad = 0
    for name in SHOWN:
        records = [
            random_record(random.Random(f"{name}{n}"), ("2021", "2019")[n % 2], 300, "示例甲镇", 2024 - 4 * (n % 2))
            for n in range(copies)
        ]
        files = [(record, FORMATS[name](record)) for record in records]
        for peer, read in peers_of(name).items():
            start = time.perf_counter()
            counted, package = score(read, files)
            spent = (time.perf_counter() - start) / copies * 1000
            if package:
                print(f"{name:16}{peer:14}{'not run':>7}: {package}", flush=True)
                continue
            right, wrong, missing, refused = counted
            print(f"{name:16}{peer:14}{right:7}{wrong:7}{missing:9}{refused:9}{spent:9.1f}", flush=True)
            bad += wrong if peer == "foi" else 0
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 8))
