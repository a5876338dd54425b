"""Split the prose into its parts and read the counts in it, each with its unit word, scope and sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from ingest.forms import FORMS, read_yaml
from ingest.model import Count, Document, Issue, Paragraph
from ingest.numerals import parse_number
from ingest.text import normalize

Sections = dict[str, list[Paragraph]]
TABLE_PARTS = ("disclosure", "requests", "challenges")


@dataclass(frozen=True, slots=True)
class _Code:
    code: str
    any_of: tuple[tuple[str, ...], ...]
    none_of: tuple[str, ...]
    zero: tuple[re.Pattern[str], ...]
    count: tuple[re.Pattern[str], ...]


@cache
def _words() -> dict[str, Any]:
    return read_yaml(FORMS / "narrative.yaml")


@cache
def _number() -> str:
    """The pattern of one count: approximate word, digits, scale, 余 or 多, unit word."""
    words = _words()
    units = "|".join(re.escape(u) for u in words["units"])
    before, after = ("|".join(words["approximate"][side]) for side in ("before", "after"))
    scale = "|".join(words["scale"])
    return rf"(?P<before>{before})?(?P<number>{words['number']})(?P<scale>{scale})?(?P<after>{after})?(?P<unit>{units})"


@cache
def _codes() -> tuple[_Code, ...]:
    codes = []
    for code, spec in _words()["codes"].items():
        zero = tuple(re.compile(p) for p in spec.get("zero", ()))
        count = tuple(re.compile(p.replace("{n}", _number())) for p in spec["count"])
        codes.append(_Code(code, tuple(tuple(w) for w in spec["any"]), tuple(spec.get("none", ())), zero, count))
    return tuple(codes)


@cache
def _heading() -> re.Pattern[str]:
    """A heading alone in its paragraph, or after its number inside a long one."""
    number = _words()["heading_number"]
    parts = []
    for part, titles in _words()["headings"].items():
        names = "|".join(r"\s*".join(re.escape(c) for c in normalize(t)) for t in sorted(titles, key=len, reverse=True))
        parts.append(f"(?P<{part}>{names})")
    body = "|".join(parts)
    return re.compile(rf"(?:^|(?<=[。\]\s])|(?={number}))\s*(?P<no>{number})?\s*(?:{body})[:：。]?\s*")


def split_sections(document: Document) -> tuple[Sections, list[Issue]]:
    """Parts introduction, overview, tables, problems, other; each paragraph (or piece of one with headings inside) in one part."""
    sections: Sections = {"introduction": []}
    part = "introduction"
    for block in document.blocks:
        if not isinstance(block, Paragraph):
            continue
        text, start = normalize(block.text), 0
        # The words of the source are kept as they stand wherever normalizing moved nothing.
        source = block.text if len(block.text) == len(text) else text
        for found in _heading().finditer(text):
            name = next(p for p in _words()["headings"] if found[p])
            before = re.sub(r"\[bookmark: \w+\]", "", text[: found.start()])  # left behind by a word processor's export
            alone = not before.strip() and not text[found.end() :].strip()
            if not (alone or found["no"]) or (not alone and name == "overview" and part != "introduction"):
                continue
            sections.setdefault(part, []).extend(_piece(source[start : found.start()], block.place))
            part, start = ("tables" if name in TABLE_PARTS else name), found.end()
        sections.setdefault(part, []).extend(_piece(source[start:], block.place))
    return sections, []


def _piece(text: str, place: str) -> list[Paragraph]:
    return [Paragraph(text, place)] if text.strip() else []


def read_counts(sections: Sections) -> list[Count]:
    """The counts in parts one, five and six (and the introduction); what is unclear stays unclassified."""
    counts: list[Count] = []
    for section in ("introduction", "overview", "problems", "other"):
        for paragraph in sections.get(section, []):
            for sentence in re.findall(r"[^。!?\n]+[。!?]?", paragraph.text):
                counts += _sentence(sentence.strip(), section, paragraph.place)
    return counts


def _sentence(sentence: str, section: str, place: str) -> Iterator[Count]:
    flat = re.sub(r"\s+", "", normalize(sentence))
    scope_words = _words()["scopes"]
    inherited = "cumulative" if any(w in flat for w in scope_words["cumulative"]) else "this_year"
    seen: set[tuple[str, str]] = set()
    context = flat
    for clause in re.split(r"[,;。:]", flat):
        if not clause:
            continue
        scope = next((s for s, words in scope_words.items() if any(w in clause for w in words)), inherited)
        for code, found, zero in _classified(clause, context, scope):
            if (code, found) in seen:
                continue
            seen.add((code, found))
            if count := _count(code, clause, found, zero):
                yield Count(code, section, count[0], count[1], count[2], scope, sentence, place)


def _classified(clause: str, context: str, scope: str) -> Iterator[tuple[str, str, bool]]:
    """(code, text of the number, is it said in words that there was none) for each thing the clause plainly counts."""
    numbers = [m for m in re.finditer(_number(), clause) if not _is_no_count(clause, m)]
    taken: set[tuple[int, int]] = set()
    for spec in _codes():
        if not all(any(w in clause for w in words) for words in spec.any_of) or any(w in clause for w in spec.none_of):
            continue
        hit = next((m for p in spec.count if (m := p.search(clause))), None)
        denied = any(p.search(clause) for p in spec.zero)
        if hit and denied and parse_number(hit["number"]) != 0:
            continue  # “none was received, 5 of them”: no one can say what is meant
        if hit and scope != "year_on_year":
            taken.add(hit.span("number"))
            yield spec.code, hit[0], False
        elif not hit and not numbers and denied:
            yield spec.code, "", True
    for number in numbers:
        if number.span("number") not in taken:
            yield "unclassified", number[0], False


def _is_no_count(clause: str, number: re.Match[str]) -> bool:
    spans = [m.span() for p in _words()["not_counts"] for m in re.finditer(p, clause)]
    return any(a <= number.start("number") < b for a, b in spans)


def _count(code: str, clause: str, found: str, zero: bool) -> tuple[Any, str, bool] | None:
    from decimal import Decimal

    if zero:
        return Decimal(0), _words()["default_units"].get(code, ""), False
    number = re.search(_number() + "$", found) or re.search(_number(), found)
    if number is None:
        return None
    value = parse_number(number["number"], _words()["scale"].get(number["scale"] or "", 1))
    return None if value is None else (value, number["unit"], bool(number["before"] or number["after"]))
