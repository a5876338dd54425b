"""Judge one report by the rules that no equation can say, as far as one report alone can show them (dbt does the others)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from ingest.law.forms import FormCell, every_form
from ingest.law.signals import Signal, signals
from ingest.model import Count, Issue

ALONE = ("whole_number", "non_negative", "amount_from_0", "believable", "outdated_form", "fee_conflict", "prose_disclosure",
         "wrong_unit_named", "wrong_year_named")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seen:
    """What a rule says: of which cell or form, pass or fail, and the numbers or words it rests on."""

    signal: Signal
    result: Literal["pass", "fail", "not_assessable"]
    instance: str = ""
    left: Decimal | None = None
    right: Decimal | None = None
    found: str = ""
    expected: str = ""

    @property
    def rule_id(self) -> str:
        """The rule and what it is applied to."""
        return f"{self.signal.rule}.{self.instance}" if self.instance else self.signal.rule


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose report it is and of which year (None while not certain), and what was noticed when it was read."""

    unit_code: str | None = None
    year: int | None = None
    issues: tuple[Issue, ...] = ()


def judge_signals(
    forms: Mapping[str, str], values: Mapping[str, Decimal], counts: Iterable[Count], identity: Identity
) -> Iterator[Seen]:
    """Every rule of one report: its forms by table, its numbers by code, the counts in its prose, and what it names.

    What only other reports, versions or days can show is not assessable.
    """
    cells = [c for table, form in forms.items() for c in every_form()[form].tables[table].cells if c.code in values]
    yield from _cells(cells, values)
    yield _form(forms, identity.year)
    exact = [c for c in counts if not c.is_approximate and c.scope in ("this_year", "of_which")]
    yield _fees(exact)
    yield _channels(exact)
    yield from _names(identity)
    yield from (Seen(s, "not_assessable") for s in signals().values() if s.is_of_reports and s.rule not in ALONE)


def _cells(cells: list[FormCell], values: Mapping[str, Decimal]) -> Iterator[Seen]:
    for name in ALONE[:4]:
        signal = signals()[name]
        concerned = [c for c in cells if name != "believable" or c.table in signal.values]
        wrong = [
            Seen(signal, "fail", c.code, values[c.code], _most(signal, c)) for c in concerned if _wrong(signal, c, values[c.code])
        ]
        yield from wrong or [Seen(signal, "pass" if concerned else "not_assessable")]


def _most(signal: Signal, cell: FormCell) -> Decimal | None:
    return signal.number(cell.table) if signal.rule == "believable" else None


def _wrong(signal: Signal, cell: FormCell, value: Decimal) -> bool:
    if signal.rule == "believable":
        return value > signal.number(cell.table)
    is_money = cell.unit in signal.values["money"]
    if signal.rule == "whole_number":
        return not is_money and value != value.to_integral_value()
    return value < 0 and cell.kind != "change" and is_money == (signal.rule == "amount_from_0")


def _form(forms: Mapping[str, str], year: int | None) -> Seen:
    signal = signals()["outdated_form"]
    national = {name: every_form()[name] for name in signal.values["forms"]}
    used = sorted({form for form in forms.values() if form in national})
    if year is None or not used:
        return Seen(signal, "not_assessable")
    outdated = [form for form in used if (national[form].last_year or year) < year]
    in_force = max((n for n, f in national.items() if f.first_year <= year <= (f.last_year or year)), default="")
    return Seen(signal, "fail" if outdated else "pass", found=", ".join(outdated), expected=in_force)


def _names(identity: Identity) -> Iterator[Seen]:
    """Title, text, signature and manifest that name another unit or year than the report is of."""
    for rule, known in (("wrong_unit_named", identity.unit_code), ("wrong_year_named", identity.year)):
        signal = signals()[rule]
        if not known:
            yield Seen(signal, "not_assessable")
            continue
        for code in signal.values["issues"]:
            found = {i.found: i.expected for i in identity.issues if i.code == code}
            expected = min(found.values(), default="")
            yield Seen(signal, "fail" if found else "pass", code, found="; ".join(sorted(found)), expected=expected)


def _fees(counts: list[Count]) -> Seen:
    signal = signals()["fee_conflict"]
    fees = [c for c in counts if c.scope == "this_year" and c.code in signal.values["code"]]
    if not any(c.value == 0 and c.section in signal.values["section"] for c in fees):
        return Seen(signal, "not_assessable")
    most = max(c.value for c in fees)
    return Seen(signal, "fail" if most > 0 else "pass", left=most, right=Decimal(0))


def _channels(counts: list[Count]) -> Seen:
    """Parts belong to a total only in its own sentence, and only where the sentence says “of which”."""
    signal = signals()["prose_disclosure"]
    inside = dict(pair.split("=") for pair in signal.values["inside"])
    known = {*signal.values["parts"], *inside}
    found = []
    for sentence in sorted({c.sentence for c in counts}):
        here = [c for c in counts if c.sentence == sentence]
        totals = {c.value for c in here if c.code in signal.values["total"] and c.scope == "this_year"}
        parts: dict[str, Decimal] = {}
        for c in here:
            if c.scope == "of_which" and c.code in known:
                parts[c.code] = max(c.value, parts.get(c.code, c.value))
        if len(totals) == 1 and parts:
            added = sum((n for code, n in parts.items() if inside.get(code) not in parts), Decimal())
            found.append(Seen(signal, "fail" if added > min(totals) else "pass", left=added, right=min(totals)))
    return next((s for s in found if s.result == "fail"), next(iter(found), Seen(signal, "not_assessable")))
