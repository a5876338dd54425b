"""What a report made of its units says in words: which units are not in it and why, the sums that cannot hold, and part one as counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal

from expectations.messages import cell_text, plain, printed_label
from foi.messages import bilingual, joined, message, template, word_of
from foi.published import exact
from foi.rollup.members import Member
from foi.rollup.rollup import Rollup
from foi.rollup.sums import Sum
from ingest.words.language import LANGUAGES, Text

NAMED = 12  # cells that one line names
NOT_IN_IT = ("missing", "unreadable", "not_due", "exempt", "vertical")
# What part one tells, sentence by sentence; a name of several cells is that of a group, and is known only when all its parts are.
TOLD = (
    ("normative_made", "normative_repealed", "normative_in_force", "licenses", "penalties", "coercive_measures", "fees"),
    ("received", "carried_in"),
    ("closed", "granted", "partly_granted", "denied", "unavailable", "not_processed", "otherwise", "carried_out"),
    ("review", "lawsuit"),
)
LAWSUITS = ("lawsuit_direct", "lawsuit_after_review")


def notes(found: Rollup) -> list[tuple[str, Text]]:
    """What the report is made of, a line for each thing to know: its name (missing, left_out …) and the sentence."""
    counted = len(found.counted())
    lines = [
        ("basis", bilingual("rollup.note.basis", name=found.name, year=found.report_year, of=found.expected, n=counted)),
        *_basis(found),
        *_of_members(found),
    ]
    if found.without:
        lines.append(("without", bilingual("rollup.note.without", names=joined(Text(name, name) for name in found.without))))
    if found.governments:
        named = [_named(one.unit_name, one.scope) for one in found.governments]
        lines.append(("governments", bilingual("rollup.note.governments", names=joined(named))))
    if offices := [one.unit_name for one in found.governments if one.is_office]:
        lines.append(("offices", bilingual("rollup.note.offices", names=joined(offices))))
    if found.unsettled:
        lines.append(("sums", bilingual("rollup.note.sums", n=len(found.unsettled))))
        lines += [("sum", sum_words(found, one)) for one in found.unsettled]
    if silent := list(_silent(found)):
        lines.append(("cells", bilingual("rollup.note.cells", names=joined(silent, "gap.semicolon"))))
    if found.is_whole:
        lines.append(("all_in", bilingual("rollup.note.all_in")))
    return lines


def _basis(found: Rollup) -> Iterator[tuple[str, Text]]:
    """From what it is known who should report; without a roster nobody knows of those who never did."""
    basis = Counter(member.owed_by for member in found.members if member.is_expected)
    yield "owed", bilingual("progress.basis", **{kind: basis[kind] for kind in ("roster", "report", "manifest", "registry")})
    if not basis["roster"]:
        yield "no_roster", bilingual("rollup.note.no_roster")


def _of_members(found: Rollup) -> Iterator[tuple[str, Text]]:
    words: dict[str, Callable[[Member], Text | None]] = {
        **dict.fromkeys(NOT_IN_IT, lambda m: m.about),
        "incomplete": lambda m: m.lacks,
        "left_out": left_out_words,
        "corrected": lambda m: corrected_words(found, m),
        "doubtful": lambda m: doubtful_words(found, m),
    }
    for state, why in words.items():
        if members := found.in_state(state):
            named = [_named(member.unit_name, why(member)) for member in members]
            yield state, bilingual(f"rollup.note.{state}", names=joined(named))


def _named(name: str, why: Text | None) -> Text:
    return bilingual("rollup.named", name=name, why=why or "")


def left_out_words(member: Member) -> Text:
    """The tables of a unit that are left out, each with the reasons."""
    tables = member.left_out.items()
    return joined(bilingual("rollup.table_why", table=word_of("gap", table), why=why) for table, why in tables)


def corrected_words(found: Rollup, member: Member) -> Text:
    """The corrected cells of a unit, each with what its report says and what counts."""
    cells = [
        bilingual("rollup.was", cell=cell_text(code, found.form.form), was=_number(n.original), now=_number(n.value))
        for code, n in found.corrected(member).items()
    ]
    return (
        joined(cells[:NAMED])
        if len(cells) <= NAMED
        else bilingual("rollup.with_others", names=joined(cells[:NAMED]), n=len(cells))
    )


def doubtful_words(found: Rollup, member: Member) -> Text:
    """The numbers of a unit that nobody would believe, each with its cell."""
    cells = found.doubtful(member).items()
    return joined(bilingual("rollup.in_doubt", cell=cell_text(code, found.form.form), n=_number(n.value)) for code, n in cells)


def _number(value: Decimal | str | None) -> Text:
    if value is None or isinstance(value, str):
        return word_of("state", value or "unreadable")
    return Text(exact(value), exact(value))


def remarks(found: Rollup, member: Member) -> Text:
    """All that is to be said of a unit."""
    parts = (
        member.about,
        member.lacks,
        left_out_words(member) if member.left_out else None,
        corrected_words(found, member) if found.corrected(member) else None,
        doubtful_words(found, member) if found.doubtful(member) else None,
    )
    return joined((part for part in parts if part), "gap.semicolon")


def sum_place(found: Rollup, one: Sum) -> Text:
    """The column or row of a printed sum."""
    table, instance = one.judgment.cells[0].split(".")[0], one.judgment.rule_id.partition(".")[2]
    return Text(*(printed_label(found.form, table, instance, language) for language in LANGUAGES))


def because(found: Rollup, one: Sum) -> Text:
    """Why a printed sum cannot hold or cannot be judged: each unit with what it lacks."""
    named = [_named(found.by_code[code].unit_name, why) for code, why in one.because]
    if one.judgment.missing and not named:
        return bilingual("rollup.no_number")
    sides = bilingual("rollup.sides", left=plain(one.judgment.left), right=plain(one.judgment.right))
    return joined([*([sides] if one.result == "fail" else []), *named])


def sum_words(found: Rollup, one: Sum) -> Text:
    """A printed sum with its place, what came out and why."""
    state, why = word_of("rollup.sum_state", one.result), because(found, one)
    return bilingual("rollup.sum_of", rule=one.judgment.meaning, place=sum_place(found, one), state=state, why=why)


def _silent(found: Rollup) -> Iterator[Text]:
    """The cells that lack the same units for the same reasons, with both."""
    groups: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for cell in found.cells.values():
        if cell.silent:
            lacking = tuple((unit, found.numbers[unit][cell.code].state) for unit in cell.silent)
            groups.setdefault(lacking, []).append(cell.code)
    for lacking, codes in groups.items():
        names = joined([cell_text(code, found.form.form) for code in codes[:NAMED]])
        cells = names if len(codes) <= NAMED else bilingual("rollup.with_others", names=names, n=len(codes))
        units = joined(found.by_code[unit].unit_name for unit, _ in lacking)
        states = joined(word_of("state", state) for state in dict.fromkeys(state for _, state in lacking))
        yield bilingual("rollup.named", name=cells, why=bilingual("rollup.silent", names=units, states=states))


def overview(found: Rollup) -> list[str]:
    """Part one: the counts of the tables in plain sentences, in the language of this reader; what has no number is named as such."""
    lines, untold = [], []
    for names in TOLD:
        told = []
        for name in names:
            codes = _codes(found, name)
            if codes and None in [found.cells[code].value for code in codes]:
                untold.append(template(f"rollup.untold.{name}") or cell_text(codes[0], found.form.form))
            elif codes:
                told.append(_told(found, name, codes))
        if told:
            lead = message("rollup.lead", year=found.report_year)
            lines.append(message("rollup.sentence", lead=lead, told=joined(told, "rollup.and")))
    if untold:
        lines.append(message("rollup.untold", names=joined(untold)))
    if not found.is_whole:
        lines.append(message("rollup.told_basis", of=found.expected, n=len(found.counted())))
    return lines


def _told(found: Rollup, name: str, codes: list[str]) -> Text:
    """One count, with the units that gave no number for it."""
    number = sum((value for code in codes if (value := found.cells[code].value) is not None), Decimal())
    told = bilingual(f"rollup.told.{name}", n=_counting(number))
    silent = dict.fromkeys(unit for code in codes for unit in found.cells[code].silent)
    if not silent:
        return told
    return bilingual("rollup.told_without", told=told, names=joined(found.by_code[unit].unit_name for unit in silent))


def _counting(number: Decimal) -> int | str:
    """A number before what it counts."""
    return int(number) if number == int(number) else exact(number)


def _codes(found: Rollup, name: str) -> list[str]:
    """The cells that a name of part one is the sum of; none where the form does not ask for it."""
    rows = LAWSUITS if name == "lawsuit" else found.form.groups.get(name, (name,))
    every = (
        (f"requests.{row}.total" for row in rows),
        (f"challenges.{row}.total" for row in rows),
        (f"disclosure.{row}" for row in rows),
    )
    return next((codes for table in every if (codes := [code for code in table if code in found.cells])), [])
