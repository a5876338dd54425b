"""Read the counts in prose, each with its unit word, what it covers and its sentence; what is unclear stays unclassified."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from ingest.model import Count, Document, Issue, Paragraph
from ingest.place import Place
from ingest.prose.contradictions import UNCLASSIFIED, Told, of_one_office, of_the_own_year, without_contradictions
from ingest.prose.phrases import FIRST_MARK, MARKS, Code, Number, any_scope, codes, compiled, lead, said_to_be_none, take_numbers
from ingest.prose.sections import COUNTED_PARTS, Sections
from ingest.prose.sections import split_sections as split
from ingest.words.headings import words
from ingest.words.text import normalize

# How the scopes of a clause are called outside: a stock at the end of the year is the year's.
_OUTER_SCOPES = {"since": "cumulative", "as_of": "this_year"}
# What is longer holds a whole table, or no text at all; no patterns are tried on it.
_LONGEST = 1000
# No sentence ends at a question mark: in these texts it stands for a character that was lost.
_SENTENCE = re.compile("[^。！\n]+[。！]?")
_THOUSANDS = re.compile(r"(?<![\d,.])\d{1,3}(?:,\d{3})+(?![\d,])")
# A space inside digits hides what the number was; it is kept as a character that no number may touch.
_BROKEN = re.compile(r"(?<=[\d.])\s+(?=[\d.])")
_SPACE = re.compile(r"[^\S\x1f]+")
_QUOTES = re.compile("[“”\"‘’'「」『』【】]")
_TITLE = re.compile("《[^》]*》")


def split_sections(document: Document) -> tuple[Sections, list[Issue]]:
    """The parts of a report, and what is doubtful about them."""
    return split(document), []


@dataclass(slots=True)
class _Sentence:
    """What a sentence has said so far: the scopes that hold on, its words, whether it has spoken of anything yet."""

    year: str = ""
    sticky: set[str] = field(default_factory=set)
    so_far: str = ""
    spoken: bool = False
    whole: str = ""
    prefix: str = ""
    compared: bool = False


def read_counts(sections: Sections) -> list[Count]:
    """The counts in the introduction, in parts one, five and six, and in the sentences that stand beside the tables."""
    return counts_among(told_in(sections), sections)


def counts_among(told: list[Told], sections: Sections) -> list[Count]:
    """Those of the numbers told in a report that count something of its own year and office."""
    return [t.count for t in of_one_office(list(of_the_own_year(told, _named_year(sections))))]


def told_in(sections: Sections) -> list[Told]:
    """Every number told in the introduction, in parts one, five and six and beside the tables, with the year its sentence speaks of."""
    told: list[Told] = []
    for section in COUNTED_PARTS:
        ended_in_digit = False
        for paragraph in sections.get(section, []):
            if section == "tables" and not _is_prose(paragraph.text):
                continue
            told += _paragraph(paragraph, section, ended_in_digit)
            ended_in_digit = paragraph.text.rstrip()[-1:].isdigit()
    return told


def _named_year(sections: Sections) -> str:
    """The year in the title of the report, which may stand on several lines."""
    found = compiled("title_year").search("".join(_flat(p.text) for p in sections.get("introduction", [])[:5]))
    return found[1] if found else ""


def _flat(text: str) -> str:
    """A sentence in one spelling without spaces; titles of documents are emptied, since their numbers count nothing."""
    if "," in text:
        text = _THOUSANDS.sub(lambda m: m[0].replace(",", ""), text)
    # Characters of a font's own are unknown; patterns use them as marks.
    text = _QUOTES.sub("", MARKS.sub("?", normalize(text)))
    if len(text.split()) > 1 or text != text.strip():
        text = _SPACE.sub("", _BROKEN.sub("\x1f", text))
    return _TITLE.sub("《》", text) if "《" in text else text


def _is_prose(text: str) -> bool:
    """Whether a line among the tables is a sentence of the office, no row that became text: those numbers stand in the tables."""
    return "。" in text and "|" not in text and "\t" not in text and len(text) <= _LONGEST


def _paragraph(paragraph: Paragraph, section: str, ended_in_digit: bool) -> Iterator[Told]:
    worth = compiled("worth_reading")
    sources = [s for s in _SENTENCE.findall(paragraph.text) if len(s) <= _LONGEST and worth.search(s)]
    if not sources:
        return
    flat, numbers = take_numbers("\n".join(["0" if ended_in_digit else "", *map(_flat, sources)]))
    year = ""
    for source, sentence in zip(sources, flat.split("\n")[1:], strict=True):
        if not (MARKS.search(sentence) or compiled("zero", "words").search(sentence)):
            continue
        state = _Sentence(year, whole=sentence)
        found = without_contradictions(
            [t for clause in compiled("clause").split(sentence) for t in _clause(clause, numbers, state)]
        )
        year = state.year
        for t in found:
            yield Told(replace(t.count, section=section, sentence=source.strip(), place=paragraph.place), t.year, t.office)


def _clause(clause: str, numbers: list[Number | None], state: _Sentence) -> Iterator[Told]:
    """The numbers of one clause, and what it says there was none of."""
    if not clause:
        return
    begins = lead().match(clause)
    rest = clause[begins.end() :] if begins else clause
    if years := compiled("years").findall(clause[: len(clause) - len(rest)]):
        state.year = years[-1]
    marks = MARKS.findall(clause)
    scope = _scope(clause, state, bool(marks))
    state.so_far += clause + ","
    if state.prefix:
        clause, rest, state.prefix = state.prefix + clause, state.prefix + rest, ""
    if not marks and compiled("through").match(rest):
        state.prefix = rest  # “through the website, 20 items were disclosed” is one statement
    office = (begins["office"] or "") if begins else ""
    for t in _numbers(clause, rest, marks, numbers, scope, state):
        t.office = office
        yield t
    state.spoken = state.spoken or bool(rest)


def _numbers(
    clause: str, rest: str, marks: list[str], numbers: list[Number | None], scope: str, state: _Sentence
) -> Iterator[Told]:
    nothing = _nothing(rest, numbers, scope, state)
    for code in nothing:
        unit = words()["zero"]["units"].get(code, "")
        yield Told(_count(code, Number(Decimal(0), unit, False, False), "area" if scope == "area" else "this_year"), state.year)
    what, taken = ("", "") if nothing else _classified(clause, rest, numbers, scope, state)
    for mark in marks:
        number = numbers[ord(mark) - FIRST_MARK]
        if number is None or (nothing and not number.value):
            continue
        if what and mark == taken:
            yield Told(_count(what, number, _OUTER_SCOPES.get(scope, scope)), state.year)
        elif not number.spelled and not (number.value and compiled("denied").search(clause)):
            yield Told(_count(UNCLASSIFIED, number, "cumulative" if scope in ("since", "as_of") else scope), state.year)


def _count(code: str, number: Number, scope: str) -> Count:
    return Count(code, "", number.value, number.unit, number.is_approximate, scope, "", Place())


def _scope(clause: str, state: _Sentence, numbered: bool) -> str:
    """What the numbers of this clause cover; “since” and “as_of” are the clear and the unclear way of a running total."""
    if not (state.sticky or state.compared or any_scope().search(clause)):
        return "this_year"
    plainly = compiled("whole_year").sub("", clause)
    total_before = "cumulative" in state.sticky
    if compiled("this_year").search(plainly):
        state.sticky -= {"other_period", "cumulative", "of_which"}
    if compiled("own_office").search(clause):
        state.sticky.discard("area")
    state.sticky |= {name for name in words()["scopes"] if compiled("scopes", name).search(plainly)}
    compared, state.compared = state.compared, False
    if compiled("clause_scopes", "year_on_year").search(clause) or compared:
        state.compared = not numbered
        return "year_on_year"
    if compiled("clause_scopes", "planned").search(clause):
        return "planned"
    if total_before and compiled("this_year_part").search(clause):
        state.sticky.add("of_which")
        return "this_year"
    first = next((name for name in words()["scopes"] if name in state.sticky), "this_year")
    if first == "cumulative":
        return "since" if compiled("since").search(state.so_far + clause) else "as_of"
    return first


def _classified(clause: str, rest: str, numbers: list[Number | None], scope: str, state: _Sentence) -> tuple[str, str]:
    """The one thing the clause plainly counts, and the mark of its number."""
    classified = scope in words()["classified_scopes"]
    if not MARKS.search(rest) or not (classified or scope == "as_of") or compiled("shared").search(clause):
        return "", ""
    for spec in codes():
        if (classified or spec.stock) and spec.is_spoken_of(rest) and (mark := _mark(spec, clause, rest, scope, state)):
            number = numbers[ord(mark) - FIRST_MARK]
            if number and number.unit in spec.units:
                return spec.code, mark
    return "", ""


def _mark(spec: Code, clause: str, rest: str, scope: str, state: _Sentence) -> str:
    if (spec.needs and not spec.needs.search(state.so_far)) or (spec.never and spec.never.search(state.so_far)):
        return ""
    if (scope == "of_which" and not spec.part) or (spec.channel and _channels(clause) > 1):
        return ""
    found = spec.count.match(rest)
    if not found and spec.bare and compiled("published").search(state.so_far):
        found = spec.bare.match(rest)
    if not found or (
        spec.code in words()["zero"]["nouns"] and compiled("zero", "part").search(state.whole[len(state.so_far) - 1 :])
    ):
        return ""
    if spec.code == "requests_received" and not _explicit(found[0], state):
        return ""
    return str(MARKS.findall(found[0])[0])


def _channels(clause: str) -> int:
    return sum(bool(compiled("channels", name).search(clause)) for name in words()["channels"])


def _explicit(said: str, state: _Sentence) -> bool:
    """“Application” and “complaint” alone speak of information only where the sentence has spoken of nothing else."""
    explicit = compiled("zero", "explicit")
    if explicit.search(said) or explicit.search(state.so_far):
        return True
    return not (state.spoken or compiled("zero", "various").search(said) or compiled("zero", "part").search(state.whole))


def _nothing(rest: str, numbers: list[Number | None], scope: str, state: _Sentence) -> list[str]:
    if not compiled("zero", "words").search(rest) or scope not in words()["zero"]["scopes"]:
        return []
    codes_said = []
    for code in said_to_be_none(rest, numbers):
        if code in ("requests_received", "complaints") and not _explicit(rest, state):
            continue
        if compiled("zero", "alone").search(rest) and compiled("zero", "spoken").search(state.so_far):
            continue
        plain_word = code == "requests_received" and not compiled("zero", "explicit").search(rest)
        if not (plain_word and compiled("zero", "never").search(state.so_far)):
            codes_said.append(code)
    return codes_said
