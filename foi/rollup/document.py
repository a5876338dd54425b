"""The report of an area as a Word file: the official form filled with the numbers of its units, and what is to be known of them.

It is Chinese whoever asks for it, for it is the report that is handed in.
"""

from __future__ import annotations

from foi.answer.docx import Field, Heading, Part, as_word
from foi.messages import message
from foi.published import exact
from foi.report.printed import Box, printed
from foi.rollup.cells import FREE
from foi.rollup.rollup import Rollup
from foi.rollup.told import notes, overview
from ingest.privacy import mask
from ingest.words.language import speaking


def word_file(found: Rollup) -> bytes:
    """The Word file."""
    with speaking("zh"):
        return as_word(message("rollup.title", name=found.name, year=found.report_year), _parts(found))


def _parts(found: Rollup) -> list[Part]:
    """The six parts of the form in their order."""
    parts: list[Part] = [Heading(message("versions.section.overview")), *overview(found)]
    for table in found.form.tables:
        parts.append(Heading(message(f"rollup.part.{table}")))
        counted = len(found.counted(table))
        if counted < found.expected:
            parts.append(message("rollup.basis", of=found.expected, n=counted))
        if any(cell.silent for code, cell in found.cells.items() if code.startswith(f"{table}.")):
            parts.append(message("rollup.marked"))
        drawn = printed(found.form.form, table)
        units = _units(found, table)
        parts.append([[_field(found, box, units) for box in row] for row in (*drawn.head, *drawn.body)])
    parts += [Heading(message("versions.section.problems")), *_written(found, "problems")]
    parts += [Heading(message("versions.section.other")), *_written(found, "other"), message("rollup.note_begins")]
    return [*parts, *(text.zh for _, text in notes(found))]


def _units(found: Rollup, table: str) -> dict[str, str]:
    """The columns of a table that are in another unit of measure than its first cell, with that unit: money."""
    cells = found.form.tables[table].cells
    measured = {cell.column_label: found.cells[cell.code].unit or "" for cell in cells}
    return {label: unit for label, unit in measured.items() if unit not in ("", FREE, cells[0].unit)}


def _field(found: Rollup, box: Box, units: dict[str, str]) -> Field:
    """A box of the form with its number; gray where a unit that counts gave none, empty where nobody gave one."""
    cell = found.cells.get(box.code)
    if cell:
        return Field(exact(cell.value), box.rows, box.columns, is_gray=bool(cell.silent))
    text = message("rollup.in_unit", label=box.text, unit=units[box.text]) if box.text in units else box.text
    return Field(text, box.rows, box.columns, box.is_head)


def _written(found: Rollup, section: str) -> list[str]:
    """What each unit wrote in a part, in one paragraph that names it; personal data is masked."""
    texts = [
        message("rollup.wrote", name=m.unit_name, code=m.unit_code, text=" ".join(mask(text).split()))
        for m in found.counted()
        if (text := found.prose.get(m.unit_code, {}).get(section))
    ]
    return texts or [message("rollup.nothing_written")]
