"""Find which row or column of a form a printed label names: exact after normalization, then without its note, then contained."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from ingest.law.forms import FormCell
from ingest.law.statutory import names_another_period
from ingest.words.text import label_key, normalize, number_words

NOTE = re.compile(r"\([^()]*\)?$")


@dataclass(frozen=True, eq=False)
class Labels:
    """The labels of one statutory table as keys; `rows` and `columns` give codes (rows of table disclosure: their cells)."""

    rows: dict[str, str]
    columns: dict[str, str]
    headings: dict[str, str]
    aliases: dict[str, str]
    disclosure: dict[str, tuple[FormCell, ...]]

    @lru_cache(1 << 14)  # noqa: B019  (a handful of Labels live as long as the program)
    def row(self, text: str, heading: str) -> str | None:
        """The row code a label names under a heading, None if it names none or is not clear."""
        for key in self.keys(text):
            code = self.rows.get(f"{heading}>{key}") or self.rows.get(f">{key}") or self.rows.get(key)
            if code:
                return code
        key = self.keys(text)[0]
        inside = {
            code
            for label, code in self.rows.items()
            if len(label) >= 4 and ">" not in label and label in key and not names_another_period(key.replace(label, ""))
        }
        return inside.pop() if len(inside) == 1 else None

    @lru_cache(1 << 14)  # noqa: B019  (a handful of Labels live as long as the program)
    def column(self, text: str) -> str | None:
        """The column code a label names."""
        return next((self.columns[key] for key in self.keys(text) if key in self.columns), None)

    @lru_cache(1 << 14)  # noqa: B019  (a handful of Labels live as long as the program)
    def cells(self, text: str) -> tuple[FormCell, ...]:
        """The cells of a row of table disclosure."""
        return next((self.disclosure[key] for key in self.keys(text) if key in self.disclosure), ())

    @lru_cache(1 << 14)  # noqa: B019
    def block(self, text: str) -> str | None:
        """The row code a label names wherever it stands: the rows of table four are blocks of its header."""
        ways = (k for key in self.keys(text) for k in (key, *(f"{heading}>{key}" for heading in self.headings)))
        return next((self.rows[k] for k in ways if k in self.rows), None)

    @cached_property
    def own(self) -> frozenset[str]:
        """The rows whose labels are no other table's: those that are also a column's (总计) or a heading's are any table's."""
        return frozenset(code for key, code in self.rows.items() if ">" not in key)

    @cached_property
    def known(self) -> frozenset[str]:
        """All keys that say something in this table; how many of them a drawn table holds says which form it is."""
        own = {key.split(">")[-1] for keys in (self.rows, self.columns, self.disclosure) for key in keys}
        return frozenset(own | {alias for alias, key in self.aliases.items() if key in own})

    def keys(self, text: str) -> list[str]:
        """The ways to compare a label: as it stands, and without a note in brackets at its end."""
        return [self.aliases.get(key, key) for key in keys_of(text)]


@lru_cache(1 << 16)
def keys_of(text: str) -> tuple[str, ...]:
    """The ways to compare a label: as it stands, and without a note in brackets at its end."""
    said = normalize(text).strip()
    note = NOTE.search(said)
    # What a note says of another year makes it another label.
    keys = (label_key(text), label_key(said if note and names_another_period(note[0]) else NOTE.sub("", said)))
    return keys[:1] if keys[0] == keys[1] else keys


@cache
def labels_of(form: str, table_name: str) -> Labels:
    """The label index of one table of one form."""
    from ingest.law.forms import load_forms

    table = load_forms()[form].tables[table_name]
    rows: dict[str, str] = {}
    short = {label_key(v) for v in table.columns.values()}
    for code, label in table.rows.items():
        key, heading = label_key(label), label_key(table.under.get(code, ""))
        # A label that is also a column's (其他, 总计) names a row only under its heading.
        rows[f"{heading}>{key}" if key in short else key] = code
    columns = {label_key(label): code for code, label in table.columns.items()}
    disclosure: dict[str, tuple[FormCell, ...]] = {}
    for cell in table.cells:
        if cell.column is None:
            key = label_key(cell.row_label)
            disclosure[key] = (*disclosure.get(key, ()), cell)
            columns[label_key(cell.column_label)] = label_key(cell.column_label)
    headings = {label_key(h): h for h in table.under.values() if h}
    return Labels(rows, columns, headings, table.aliases, disclosure)


def unit_in(text: str) -> str:
    """The unit of money a header names, "" if none; the longest that fits, since one holds the other."""
    return next((unit for unit in sorted(number_words()["money"], key=len, reverse=True) if unit in text), "")


@lru_cache(1 << 14)
def known_in(table_name: str, text: str) -> bool:
    """Whether a text is a label of a table in any form."""
    from ingest.law.forms import load_forms

    return any(not labels_of(form, table_name).known.isdisjoint(keys_of(text)) for form in load_forms())


@lru_cache(1 << 14)
def begins_four(text: str) -> bool:
    """Whether a text is a block of table four in any form: the tables before it have ended."""
    from ingest.law.forms import load_forms

    return any(labels_of(form, "challenges").block(text) for form in load_forms())


@lru_cache(1 << 14)
def begins_another(text: str) -> bool:
    """Whether a text is a row of table three and of no other table, or a block of table four: table two has ended."""
    from ingest.law.forms import load_forms

    indexes = [labels_of(form, "requests") for form in load_forms()]
    return begins_four(text) or any(index.row(text, "") in index.own for index in indexes)
