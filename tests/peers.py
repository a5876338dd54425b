"""`make accuracy-peers`: the same reports through other readers (pandas, markitdown, pdfplumber, mammoth) and our recognizer.

What they hand over is recognized and extracted exactly as our own readers' documents are, so only the reading differs.
"""

from __future__ import annotations

import io
import random
import sys
import time
import warnings
from collections.abc import Callable, Iterable

from ingest.extract import extract
from ingest.model import Document, Paragraph, SourceCell, Table
from ingest.readers import read_document
from ingest.readers.spans import place_cells
from tests.factory import random_record
from tests.factory.formats import FORMATS

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
            right = wrong = missing = refused = 0
            start = time.perf_counter()
            for record, data in files:
                try:
                    got = {c.code: c.printed for c in extract(read(data))[1] if c.printed is not None}
                except Exception as error:  # what a peer raises is its own affair: the file counts as refused
                    refused, got = refused + 1, {}
                    print(f"  {peer} on {name}: {type(error).__name__}: {str(error)[:80]}", file=sys.stderr)
                right += sum(got.get(code) == text for code, text in record.values.items())
                wrong += sum(record.values.get(code) != text for code, text in got.items())
                missing += sum(code not in got for code in record.values)
            spent = (time.perf_counter() - start) / copies * 1000
            print(f"{name:16}{peer:14}{right:7}{wrong:7}{missing:9}{refused:9}{spent:9.1f}", flush=True)
            bad += wrong if peer == "foi" else 0
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 8))
