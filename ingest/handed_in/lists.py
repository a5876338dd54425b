"""Lists that people write as csv (manifest.csv, units.csv, rosters), in whatever way their Excel saves them."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from ingest.handed_in.archive import decode_name
from ingest.model import IngestError, Issue
from ingest.words.yaml_files import WORDS, read_yaml

Row = tuple[int, list[str]]
LOST = "\ufffd"  # stands where bytes were no character


class ListError(IngestError):
    """A list cannot be used; carries every line that is wrong, in order."""

    def __init__(self, issues: list[Issue]) -> None:
        first = issues[0]
        super().__init__(first.code, first.place, first.found, first.expected)
        self.issues = issues


@cache
def list_words() -> dict[str, Any]:
    """How the columns of lists may be headed, and what may stand in them (words/lists.yaml)."""
    return read_yaml(WORDS / "lists.yaml")


def csv_rows(data: bytes, name: str) -> list[Row]:
    """The rows of a csv file that hold something, each with the number of its line; `name` is told where it is no text."""
    text = _text(data, name)
    first, _, rest = text.partition("\n")
    told = re.fullmatch(list_words()["separator_line"], first.strip())
    separator = told[1] if told else max(list_words()["separators"], key=first.count)
    reader = csv.reader(io.StringIO(rest if told else text, newline=""), delimiter=separator)
    rows, before = [], 0
    try:
        for row in reader:
            if any(cells := [cell.strip() for cell in row]):
                rows.append((before + 1 + bool(told), cells))
            before = reader.line_num
    except csv.Error as error:
        raise ListError([Issue("list_not_text", "error", f"{name}:{before + 1 + bool(told)}", str(error)[:100])]) from error
    return rows


def _text(data: bytes, name: str) -> str:
    """The text of a file: what its first bytes say, else UTF-8, else GB18030, which Excel in Chinese Windows writes."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = data.decode("utf-16", "replace")
    elif len(zeros := [i % 2 for i, byte in enumerate(data[:64]) if not byte]) > 1:  # of ASCII every second byte is 0
        text = data.decode("utf-16-le" if 2 * sum(zeros) >= len(zeros) else "utf-16-be", "replace")
    else:
        text = decode_name(data.removeprefix(codecs.BOM_UTF8))
    if LOST in text or "\0" in text:
        place = f"{name}:{text[: min(text.index(c) for c in (LOST, chr(0)) if c in text)].count(chr(10)) + 1}"
        raise ListError([Issue("list_not_text", "error", place)])
    return text.removeprefix("\ufeff")


@dataclass(frozen=True, slots=True)
class Headed:
    """A list by its header: each line with its number and its cells by column, the columns there are, and headings that are none.

    Cells beyond the header come under the name “”: something parted a cell that was meant to be one.
    """

    lines: list[tuple[int, dict[str, str]]]
    columns: set[str]
    headings: list[str]
    unknown: list[str]


def headed(rows: Sequence[Row], columns: Mapping[str, Sequence[str]]) -> Headed:
    """Rows as lines of a list whose first row says what stands where, in any of the words a column may be headed with."""
    (_, header), *body = rows or [(1, [])]
    known = {alias: name for name, aliases in columns.items() for alias in (name, *aliases)}
    names = [known.get(heading.lower(), heading) for heading in header]
    lines = []
    for number, row in body:
        line = {name: cell for name, cell in zip(names, row, strict=False) if name}
        if beyond := " ".join(filter(None, row[len(names) :])):
            line[""] = beyond
        lines.append((number, line))
    return Headed(lines, {*names} & {*columns}, [h for h in header if h], [n for n in names if n and n not in columns])
