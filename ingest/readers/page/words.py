"""Words with their places on pages, and the known labels of the forms pieced together from them, over one line or several."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from ingest.law.forms import load_forms
from ingest.law.labels import NOTE, labels_of
from ingest.readers.page.glyphs import UNKNOWN, Glyph
from ingest.words.text import is_counter, label_key, normalize, read_number
from ingest.words.yaml_files import recognition

APART = 0.35  # a gap wider than this part of a character's height divides words, as in running text
LEVEL = 0.3  # characters whose middles differ by less than this part of their height stand on one line
LEADING = 2.2  # lines of one label are at most this far apart, in heights
PAGE = 100_000.0  # how much lower the words of the next page stand, so that all pages are one long one
MOST_WORDS = 24  # of one label
MOST_STEPS = 300  # from one word on
LONGEST_NOTE = 40  # characters


class Word(NamedTuple):
    """Characters without a gap; `y` is the middle of the line, counted through all pages, `high` the height of its characters."""

    text: str
    left: float
    right: float
    y: float
    high: float
    page: int
    glyphs: tuple[Glyph, ...]


def words_of(glyphs: list[Glyph], page: int) -> list[Word]:
    """The words of one page (from 0), line by line from the top."""
    lines: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda g: g.top + g.bottom):
        if lines and glyph.middle - lines[-1][0].middle < LEVEL * max(lines[-1][0].bottom - lines[-1][0].top, 2.0):
            lines[-1].append(glyph)
        else:
            lines.append([glyph])
    return [_word(part, page) for line in lines for part in _parts(sorted(line, key=lambda g: g.left))]


def _parts(line: list[Glyph]) -> Iterator[list[Glyph]]:
    part = line[:1]
    for glyph in line[1:]:
        if glyph.left - part[-1].right > APART * max(part[-1].bottom - part[-1].top, glyph.bottom - glyph.top):
            yield part
            part = []
        part.append(glyph)
    yield part


def _word(part: list[Glyph], page: int) -> Word:
    high = max(g.bottom - g.top for g in part)
    y = sum(g.middle for g in part) / len(part)
    right = max(g.right for g in part)
    return Word("".join(g.text for g in part), part[0].left, right, y + PAGE * page, max(high, 2.0), page, tuple(part))


@cache
def is_number(text: str) -> bool:
    """Whether a word can stand in the place of a number: a number, a dash, digits that are no number (007) or cannot be read."""
    return (
        text.isdigit()
        or (UNKNOWN in text and not any(c.isalpha() for c in text))
        or read_number(text).state in ("reported", "dash")
    )


class Block(NamedTuple):
    """A known label, the words it is made of and its extent; `top` and `bottom` are the middles of its first and last line."""

    key: str
    words: tuple[Word, ...]
    left: float
    right: float
    top: float
    bottom: float

    @property
    def text(self) -> str:
        return "".join(w.text for w in self.words)

    def covers(self, y: float, high: float) -> bool:
        """Whether a line stands at the height of this label: on one of its lines or between them."""
        return self.top - 0.4 * high <= y <= self.bottom + 0.4 * high


class Known(NamedTuple):
    """The keys of all labels of all forms by what they name, and every beginning of one."""

    columns: frozenset[str]
    rows: frozenset[str]
    every: frozenset[str]
    begun: frozenset[str]


@cache
def known_labels() -> Known:
    """The labels of the forms, as keys."""
    columns: set[str] = set()
    rows: set[str] = set()
    others = {label_key(w) for w in recognition()["furniture"]}
    for form, spec in load_forms().items():
        for table in spec.tables:
            labels = labels_of(form, table)
            columns |= set(labels.columns)
            rows |= {key.split(">")[-1] for key in (*labels.rows, *labels.disclosure)}
            others |= set(labels.headings) | {label_key(c.item) for c in spec.tables[table].cells if c.item}
            for alias, key in labels.aliases.items():
                (columns if key in labels.columns else rows).add(alias)
    every = frozenset(k for k in columns | rows | others if k)
    return Known(frozenset(columns), frozenset(rows), every, frozenset(k[:n] for k in every for n in range(1, len(k) + 1)))


@cache
def _label_texts() -> str:
    return "\n".join(sorted(known_labels().every))


@lru_cache(1 << 12)
def is_part_of_label(text: str) -> bool:
    """Whether a line says, letter by letter, a label of a form or one line of it."""
    key = label_key(text)
    return len(key) >= 4 and key in _label_texts()


def find_labels(words: list[Word]) -> list[Block]:
    """The known labels among words sorted by line; a word belongs to one of them, the longest label first."""
    found: list[Block] = []
    heights = [w.y for w in words]
    for start, word in enumerate(words):
        chains = [[start]] if not is_number(word.text) else []
        for _ in range(MOST_STEPS):  # depth first: each next word stands right of the last, or on the line below
            if not chains:
                break
            chain = chains.pop()
            text = "".join(words[i].text for i in chain)
            if key := _complete(text):
                own = tuple(words[i] for i in chain)
                found.append(Block(key, own, min(w.left for w in own), max(w.right for w in own), own[0].y, own[-1].y))
            if len(chain) < MOST_WORDS and _may_go_on(text):
                chains += [[*chain, i] for i in _next(words, heights, chain)]
    used: set[int] = set()
    kept = []
    for block in sorted(found, key=lambda b: (-sum(len(w.text) for w in b.words), b.top)):
        if used.isdisjoint(mine := {id(w) for w in block.words}):
            used |= mine
            kept.append(block)
    return sorted(kept, key=lambda b: (b.top, b.left))


def _complete(text: str) -> str | None:
    """The key of a whole label, None if the text is none; a note in brackets may follow it."""
    every = known_labels().every
    key = label_key(text)
    if key in every:
        return key
    plain = normalize(text).strip()
    key = label_key(NOTE.sub("", plain)) if plain.endswith(")") else ""
    return key if key in every else None


def _may_go_on(text: str) -> bool:
    known = known_labels()
    if label_key(text) in known.begun or is_counter(text):
        return True
    before, bracket, note = normalize(text).rpartition("(")
    return bool(bracket) and ")" not in note and len(note) < LONGEST_NOTE and label_key(before) in known.every


def _next(words: list[Word], heights: list[float], chain: list[int]) -> Iterator[int]:
    last = words[chain[-1]]
    left, right = min(words[i].left for i in chain), max(words[i].right for i in chain)
    near, level = LEADING * last.high, None
    for i in range(bisect_left(heights, last.y - LEVEL * last.high), len(words)):
        word = words[i]
        below = word.y - last.y
        if below > near or (level is not None and below > level + LEVEL * last.high):
            return
        if is_number(word.text):
            continue
        if below < LEVEL * last.high:
            if 0 <= word.left - last.right <= 1.2 * last.high:
                yield i
        elif below > 0.5 * last.high and word.left < right and word.right > left:
            level = below if level is None else level
            yield i
