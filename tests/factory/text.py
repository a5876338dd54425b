"""Reports as text: the tab style of a word processor's export, and the eleven kinds of text that pages turn into."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

from tests.factory.layout import HEADINGS, Drawn, draw
from tests.factory.layout import width as width_of
from tests.factory.prose import after, before
from tests.factory.record import Record

END = "五、存在的主要问题及改进情况"


def _flat(record: Record, name: str) -> Drawn:
    """A table without line breaks: pages keep a space in the narrow headers of table three, and close up those of table four."""
    gap = " " if name == "requests" else ""
    return [[(text.replace("\n", gap), *spans) for text, *spans in row] for row in draw(record, name)]


def _cells(table: Drawn) -> list[list[str]]:
    return [[text for text, _, _ in row] for row in table]


def _pipes(table: Drawn, width: int, start: str = "") -> str:
    return "\n".join(f"{start}{' | '.join(row)} {'|' * (width - len(row) + 1)}" for row in _cells(table))


def _pln(table: Drawn, width: int) -> str:
    lines = []
    for row in _cells(table):
        lines += [f"{c} |" for c in row] + (["|" * (width - len(row))] if width > len(row) else [])
    return "\n".join(lines)


def _mdp(table: Drawn, width: int) -> str:
    rows = []
    for row in _cells(table):
        rows.append("| \n" + " | \n".join(f" {c} " for c in row) + f" | {'|' * (width - len(row) - 1)}")
    return "\n".join(rows)


def _mdp2(table: Drawn, width: int) -> str:
    rows = []
    for row in _cells(table):
        rows.append("|\n" + " |\n".join(row) + " " + "|" * (width - len(row) + 1))
    return "\n".join(rows)


def _lines(separator: str) -> Callable[[Drawn, int], str]:
    return lambda table, width: separator.join(c for row in _cells(table) for c in row)


def _concat(table: Drawn, width: int) -> str:
    return "\n".join("".join(row) for row in _cells(table))


KINDS: dict[str, Callable[[Drawn, int], str]] = {
    "P": _pipes,
    "P2": lambda t, w: _pipes(t, w, "| "),
    "PL": lambda t, w: _lines("\n|\n")(t, w) + "\n|",
    "PLn": _pln,
    "BBL": _lines("\n\n"),
    "MDP": _mdp,
    "MDP2": _mdp2,
    "ONE-LINE": lambda t, w: _lines(" ")(t, w).replace("规章", "规 章"),
    "CONCAT": _concat,
    "ONE-CONCAT": _lines(""),
    "BL-DEDUP": lambda t, w: "\n".join(dict.fromkeys(_lines("\n")(t, w).split("\n"))),
}
APART = [k for k in KINDS if k not in ("CONCAT", "ONE-CONCAT", "BL-DEDUP")]


def as_text(record: Record, kind: str, with_prose: bool = True) -> bytes:
    """A record as one of the eleven kinds of text."""
    glue = "" if kind.startswith("ONE") else "\n"
    parts = [HEADINGS[t] + glue + KINDS[kind](_flat(record, t), width_of(draw(record, t))) for t in HEADINGS]
    body = glue.join([*parts, END])
    if with_prose:
        body = "\n".join([*before(record), body, *after(record)[1:]])
    return body.encode()


def join(record: Record, tables: dict[str, Drawn | None], kind: str, more: tuple[Drawn, ...] = ()) -> bytes:
    """A report with these tables under the headings, nothing where one is None, and `more` of them in part one."""

    def lines(drawn: Drawn | None) -> str:
        flat = [[(text.replace("\n", ""), *spans) for text, *spans in row] for row in drawn or []]
        return KINDS[kind](flat, max((sum(c for _, _, c in row) for row in flat), default=0))

    parts = [f"{HEADINGS[name]}\n{lines(drawn)}" for name, drawn in tables.items()]
    extra = [f"情况如下：\n{lines(drawn)}" for drawn in more]
    return "\n".join([*before(record), *extra, *parts, *after(record)]).encode()


def as_rows(record: Record, separator: str, padded: bool) -> str:
    """Rows copied from a sheet or saved as csv: merged places are empty fields, a text with breaks stands in quotes; padded to one width."""
    width = max(width_of(draw(record, name)) for name in HEADINGS)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")

    def write(fields: list[str]) -> None:
        writer.writerow(fields + [""] * (width - len(fields)) if padded else fields)

    for line in before(record):
        write([line])
    for name, heading in HEADINGS.items():
        write([heading])
        taken: set[tuple[int, int]] = set()
        drawn = draw(record, name)
        for r, row in enumerate(drawn):
            fields = [""] * width_of(drawn)
            column = 0
            for text, down, wide in row:
                while (r, column) in taken:
                    column += 1
                fields[column] = text
                taken |= {(r + i, column + k) for i in range(down) for k in range(wide)}
            write(fields)
    for line in after(record):
        write([line])
    return out.getvalue()


def as_tabbed(record: Record) -> bytes:
    """The seed's style: a cell begins with a tab, a blank line ends a row, a place under a merged cell is an empty cell."""
    parts = list(before(record))
    for name, heading in HEADINGS.items():
        lines = [heading]
        hanging: dict[int, tuple[int, int]] = {}  # column → (rows left, span) of a merged cell above
        drawn = draw(record, name)
        for row in drawn:
            column, queue, cells = 0, list(row), []
            while column < width_of(drawn):
                if column in hanging:
                    left, span = hanging.pop(column)
                    text, rowspan = "", left
                else:
                    text, rowspan, span = queue.pop(0)
                if rowspan > 1:
                    hanging[column] = (rowspan - 1, span)
                cells.append(text)
                column += span
            lines += ["\t" + "\n".join(c.split("\n")) for c in cells] + [""]
        parts += [*lines, ""]
    return "\n".join([*parts, *after(record), ""]).encode()
