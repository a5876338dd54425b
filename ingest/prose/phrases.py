"""The patterns of words/narrative.yaml, ready to use: what is a number with its unit word, and what a clause counts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from ingest.prose.numerals import parse_number
from ingest.words.headings import words

# Numbers are taken out of a text and stand in it as one character each, so that patterns speak of words alone.
FIRST_MARK = 0xE000
MARKS = re.compile("[\ue000-\uf8ff]")


@dataclass(frozen=True, slots=True)
class Number:
    """A number with its unit word as told; `spelled` where it is one Chinese character, which is often only an idiom."""

    value: Decimal
    unit: str
    is_approximate: bool
    spelled: bool


@dataclass(frozen=True, slots=True)
class Code:
    """One thing that prose counts; the meaning of each field stands in words/narrative.yaml."""

    code: str
    words: tuple[str, ...]
    any: re.Pattern[str] | None
    needs: re.Pattern[str] | None
    never: re.Pattern[str] | None
    units: frozenset[str]
    count: re.Pattern[str]
    bare: re.Pattern[str] | None
    channel: bool
    part: bool
    stock: bool

    def is_spoken_of(self, text: str) -> bool:
        """Whether a clause holds one of its words; words are looked for as they stand, which is quicker than as a pattern."""
        return bool(self.any.search(text)) if self.any else any([word in text for word in self.words])


def _filled(pattern: str) -> str:
    """A pattern with its named fragments put in, from the inside out."""
    fragments: dict[str, str] = words()["fragments"]
    while found := re.search(r"\{([a-z_]+)\}", pattern):
        pattern = pattern.replace(found[0], f"(?:{fragments[found[1]]})")
    return pattern


@cache
def compiled(*path: str) -> re.Pattern[str]:
    """The pattern at a place of the YAML file."""
    value: Any = words()
    for key in path:
        value = value[key]
    return re.compile(_filled(value))


@cache
def codes() -> tuple[Code, ...]:
    """Everything prose counts, in the order of the file."""
    found = []
    for code, spec in words()["codes"].items():
        any_of, needs, never, bare = (
            re.compile(_filled("|".join(p) if isinstance(p, list) else p)) if p else None
            for p in ("" if _is_words(spec["any"]) else spec["any"], spec.get("needs"), spec.get("never"), spec.get("bare"))
        )
        count = re.compile(_filled("|".join(spec["count"])))
        flags = bool(spec.get("channel")), bool(spec.get("part")), bool(spec.get("stock"))
        said = tuple(spec["any"].split("|"))
        found.append(Code(code, said, any_of, needs, never, frozenset(spec["units"]), count, bare, *flags))
    return tuple(found)


def _is_words(pattern: str) -> bool:
    """Whether a pattern is nothing but words to choose from."""
    return pattern == re.escape(pattern).replace(r"\|", "|")


@cache
def any_scope() -> re.Pattern[str]:
    """Found where a clause may say that its numbers are not simply those of the year; most clauses say nothing of it."""
    return re.compile(_filled("|".join([*words()["scopes"].values(), *words()["clause_scopes"].values()])))


@cache
def lead() -> re.Pattern[str]:
    """What may stand before the words of a clause: its time, “其中”, the name of the office."""
    return re.compile(_filled("{lead}"))


@cache
def _number() -> re.Pattern[str]:
    said, scales, units = words()["numbers"], words()["scales"], words()["units"]
    unit = "|".join(re.escape(u) + unless for u, unless in units.items())
    whole = rf"(?<![^{said['allowed']}])(?<![{said['barred']}])(?<!\d[{said['broken']}])(?<!\d[{said['broken']}]\n){said['less']}"
    return re.compile(
        rf"(?P<before>{said['before']})?{whole}(?P<number>{said['digits']}|{said['chinese']})(?P<scale>{'|'.join(scales)})?"
        rf"(?P<after>{said['after']})?(?P<unit>{unit})(?P<above>{said['above']})?"
    )


def take_numbers(flat: str) -> tuple[str, list[Number | None]]:
    """The text with a mark for each number, and the numbers; None for one that cannot be what it seems (“1.53条”)."""
    numbers: list[Number | None] = []

    def mark(found: re.Match[str]) -> str:
        numbers.append(_read(found))
        return chr(FIRST_MARK + len(numbers) - 1)

    # No paragraph holds more numbers than there are marks; the rest of a text that does is left alone.
    return _number().sub(mark, flat, count=6000), numbers


def _read(found: re.Match[str]) -> Number | None:
    value = parse_number(found["number"], words()["scales"].get(found["scale"] or "", 1))
    if value is None or (value != value.to_integral_value() and found["unit"] not in words()["units_with_decimals"]):
        return None
    approximate = any(found[side] for side in ("before", "after", "above"))
    return Number(value, found["unit"], approximate, len(found["number"]) == 1 and not found["number"].isdecimal())


@cache
def _nothing() -> tuple[tuple[re.Pattern[str], ...], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """The clauses that say there was none; one thing of their list; what joins such things; persons, who are lists too."""
    zero = words()["zero"]
    nouns = "|".join(zero["nouns"].values())
    named = "|".join(f"(?P<{code}>{pattern})" for code, pattern in zero["nouns"].items())
    fill = f"(?:{zero['fill']})"
    clauses = []
    for clause in zero["clauses"]:
        clause = clause.replace("{tail}", f"{zero['tail']}$").replace("{item}", f"(?:{nouns})").replace("{fill}", fill)
        clauses.append(re.compile(_filled(clause)))
    item = re.compile(_filled(f"{fill}{zero['none_of']}(?:{named})"))
    return tuple(clauses), item, compiled("fragments", "and"), compiled("fragments", "persons")


def said_to_be_none(rest: str, numbers: list[Number | None]) -> list[str]:
    """The codes of which a clause says that there was none, in their order; nothing if any word is not understood."""
    clauses, item, joined, persons = _nothing()
    found = next((m for pattern in clauses if (m := pattern.match(rest))), None)
    if not found or any(not (n := numbers[ord(mark) - FIRST_MARK]) or n.value for mark in MARKS.findall(rest)):
        return []
    things: list[str] = []
    for piece in joined.split(persons.sub("", found["list"])):
        thing = item.fullmatch(piece)
        if not thing:
            return []
        things += [code for code, text in thing.groupdict().items() if text]
    return [code for code in things if code != "none"]
