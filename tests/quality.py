"""`make quality-score`: defects of 21 kinds in an invented county: which are found, what is alarmed wrongly, which repair comes first,
and whether the cause is named.

What only other units and years can show (jumps, copies, empty tables, impossible areas) is scored in the warehouse, by tests/county_warehouse.py.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from expectations.judge.cause import causes
from expectations.judge.repair import repairs
from expectations.judge.rules import Facts, judge
from expectations.judge.verdict import verdict
from ingest.model import Cell, Count, Report
from tests.county import TOWNS, YEARS, Filed, county
from tests.county_warehouse import warehouse_score
from tests.factory.record import ORGANIZATIONS

DEFECTS = 63  # each kind three times
Spoil = Callable[[random.Random, Filed], Filed | None]


def _cell(code: str, change: Callable[[random.Random, int], int]) -> Spoil:
    def spoil(rng: random.Random, filed: Filed) -> Filed | None:
        before = filed.values[code]
        after = change(rng, before)
        return None if after == before or after < 0 else replace(filed, values={**filed.values, code: after})

    return spoil


def _swapped(rng: random.Random, n: int) -> int:
    text = str(n)
    at = rng.randrange(len(text) - 1) if len(text) > 1 else 0
    return (
        int(text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]) if text[at + 1 : at + 2] != "0" or at else n
    )


def _row(row: str, change: Callable[[int], int]) -> Spoil:
    def spoil(rng: random.Random, filed: Filed) -> Filed | None:
        codes = [f"requests.{row}.{c}" for c in (*ORGANIZATIONS, "total")]
        after = {c: change(filed.values[c]) for c in codes}
        return None if all(filed.values[c] == n for c, n in after.items()) else replace(filed, values={**filed.values, **after})

    return spoil


def _neighbors(rng: random.Random, filed: Filed) -> Filed | None:
    at = rng.randrange(len(ORGANIZATIONS) - 1)
    return _exchanged(filed, *(f"requests.received.{c}" for c in ORGANIZATIONS[at : at + 2]))


def _with_total(rng: random.Random, filed: Filed) -> Filed | None:
    return _exchanged(filed, f"requests.closed.{ORGANIZATIONS[-1]}", "requests.closed.total")


def _exchanged(filed: Filed, a: str, b: str) -> Filed | None:
    values = filed.values
    return None if values[a] == values[b] else replace(filed, values={**values, a: values[b], b: values[a]})


def _shifted(rng: random.Random, filed: Filed) -> Filed | None:
    """A row one column to the right, with its total or without; the last number is lost."""
    row = rng.choice(("received", "carried_in", "closed", "carried_out"))
    codes = [f"requests.{row}.{c}" for c in (*ORGANIZATIONS, *(["total"] if rng.random() < 0.5 else []))]
    numbers = [0, *(filed.values[c] for c in codes[:-1])]
    after = {c: n for c, n in zip(codes, numbers, strict=True) if n != filed.values[c]}
    return None if len(after) < 3 else replace(filed, values={**filed.values, **after})


def _split(rng: random.Random, filed: Filed) -> Filed | None:
    """A number of two or more digits of which the last one stands in the next column, which was 0."""
    cells = [(f"requests.received.{a}", f"requests.received.{b}") for a, b in pairwise(ORGANIZATIONS)]
    fit = [(a, b) for a, b in cells if int(filed.values[a]) > 9 and int(filed.values[a]) % 10 and filed.values[b] == 0]
    if not fit:
        return None
    a, b = rng.choice(fit)
    return replace(filed, values={**filed.values, a: int(filed.values[a]) // 10, b: int(filed.values[a]) % 10})


def _told(rng: random.Random, filed: Filed) -> Filed:
    return replace(filed, prose={**filed.prose, "requests_received": filed.prose["requests_received"] + 1000})


def _count(code: str, value: int, section: str = "overview", scope: str = "this_year") -> Count:
    return Count(code, section, Decimal(value), "", False, scope, "示例", "")


def _said(*counts: Count) -> Spoil:
    return lambda rng, filed: replace(filed, counts=counts)


def _form_of_2019(rng: random.Random, filed: Filed) -> Filed:
    return replace(filed, form="2019")


def _written(code: str, text: Callable[[int], str]) -> Spoil:
    return lambda rng, filed: replace(filed, values={**filed.values, code: text(int(filed.values[code]))})


# Each kind: the rule it must be found by, what makes it, and where a printed sum breaks (then a repair is asked for) the cause to
# be named; "" where no cause can be told from the numbers.
KINDS: dict[str, tuple[str, Spoil, str | None]] = {
    "fraction": ("whole_number", _written("disclosure.licenses", lambda n: f"{n}.5"), None),
    "negative": ("non_negative", _written("disclosure.licenses", lambda n: f"-{n + 1}"), None),
    "two numbers run together": ("believable", _written("requests.excessive.total", lambda n: f"202413{n}"), None),
    "form of 2019": ("outdated_form", _form_of_2019, None),
    "fee told twice": ("fee_conflict", _said(_count("fee_charged", 500), _count("fee_charged", 0, "other")), None),
    "channels beyond the whole": (
        "prose_disclosure",
        _said(_count("disclosed", 50), _count("website", 40, scope="of_which"), _count("wechat", 11, scope="of_which")),
        None,
    ),
    "total left at 0": ("challenges_total", _cell("challenges.review.total", lambda rng, n: 0), "total_zero"),
    "total off": (
        "requests_applicant_total",
        _cell("requests.received.total", lambda rng, n: n + rng.randint(1, 9)),
        "total_not_updated",
    ),
    "closed off": ("requests_closed_total", _cell("requests.closed.natural_person", lambda rng, n: n + 3), "total_not_updated"),
    "digits exchanged": ("requests_applicant_total", _cell("requests.closed.total", _swapped), "total_not_updated"),
    "digit left out": (
        "requests_balance",
        _cell("requests.received.natural_person", lambda rng, n: n // 10 if n > 9 else n),
        "",
    ),
    "digit twice": ("requests_balance", _cell("requests.received.company", lambda rng, n: n * 10 + n % 10 if n else n), ""),
    "neighbors exchanged": ("requests_balance", _neighbors, "neighbors_swapped"),
    "exchanged with the total": ("requests_applicant_total", _with_total, "neighbors_swapped"),
    "row shifted": ("requests_balance", _shifted, "row_shifted"),
    "digits split": ("requests_balance", _split, "digits_split"),
    "carry-over forgotten": ("carry_over", _row("carried_in", lambda n: 0), "carry_over_forgotten"),
    "carried out off": ("requests_balance", _cell("requests.carried_out.natural_person", lambda rng, n: n + 2), ""),
    "prose says otherwise": ("prose_requests", _told, None),
    "rules made by a town": ("rules_by_township", _cell("disclosure.rules_made", lambda rng, n: 2), None),
    "stock does not follow": ("stock_balance", _cell("disclosure.normative_in_force", lambda rng, n: n + 40), None),
}


@dataclass
class Score:
    """What was made and what became of it."""

    made: int = 0
    found: int = 0
    repairable: int = 0
    repaired_first: int = 0
    proposed: int = 0
    false_alarms: int = 0
    verdicts: int = 0  # “the report itself is wrong”, said of a report that was read as printed
    causes: int = 0  # named as they were made
    milliseconds: float = 0.0


def score(seed: int = 0) -> tuple[Score, list[str]]:
    """Put the defects into reports of different towns and years, judge all, and compare."""
    rng, result, misses = random.Random(seed), Score(), []
    reports = county(seed)
    spoiled: dict[tuple[int, int], tuple[str, Filed]] = {}
    places = [(t, y) for t in range(TOWNS) for y in YEARS[1:]]
    rng.shuffle(places)
    names = [list(KINDS)[k % len(KINDS)] for k in range(DEFECTS)]
    for name in names:
        for place in places:
            # The same defect in the year before or after would hide this one: both sides of a rule would be off alike.
            if any(spoiled.get((place[0], place[1] + step), ("",))[0] == name for step in (-1, 1)):
                continue
            if (made := KINDS[name][1](rng, reports[place])) is not None:
                spoiled[place] = (name, made)
                places.remove(place)
                break
    now = {p: spoiled[p][1] if p in spoiled else f for p, f in reports.items()}
    start = time.perf_counter()
    for (town, year), filed in now.items():
        before = now.get((town, year - 1))
        last = Facts({}, before.facts.values) if before else None
        failed = {f.rule for f in judge(filed.facts, last) if f.result == "fail"}
        if (town, year) not in spoiled:
            # What a neighboring year's defect breaks is no false alarm: carried out and carried in are one thing.
            near = spoiled.get((town, year - 1), ("", filed))[0]
            result.false_alarms += bool(failed - ({"carry_over", "stock_balance"} if near else set()))
            continue
        name = spoiled[town, year][0]
        rule, _, cause = KINDS[name]
        result.made += 1
        result.found += rule in failed
        misses += [] if rule in failed else [f"not found: {name} {sorted(failed)}"]
        if cause is not None:
            truth = {c: n for c, n in reports[town, year].values.items() if n != filed.values[c]}
            result.verdicts += _verdict(filed, last) == "report"
            proposals = repairs(filed.facts, last)
            named = {c.cause for repair in proposals[:1] for c in causes(repair, filed.facts, last)}
            result.causes += named == {cause}
            misses += [] if named == {cause} else [f"other cause: {name}: {sorted(named)}"]
            found = [{e.code: int(e.after) for e in repair} for repair in proposals]
            result.repairable += 1
            result.proposed += truth in found
            result.repaired_first += found[:1] == [truth]
            misses += [] if found[:1] == [truth] else [f"not first: {name}: {truth}; proposed {found[:2]}"]
    result.milliseconds = (time.perf_counter() - start) * 1000
    return result, misses


def _verdict(filed: Filed, last: Facts | None) -> str:
    """Whose fault the first broken sum is said to be, where every cell was read as printed."""
    found = next((f for f in judge(filed.facts, last) if f.result == "fail" and f.is_printed), None)
    if found is None:
        return ""
    cells = tuple(Cell(code, filed.form, "reported", Decimal(n), str(n), "", str(n), "") for code, n in filed.values.items())
    report = Report("x.html", "", "html", "loaded", cells=cells)
    return verdict(found, next(iter(repairs(filed.facts, last)), ()), report)


def repair_time(reports: int = 1000) -> float:
    """Seconds to repair that many reports with two defects each, on all cores there are."""
    rng = random.Random(9)
    names = [name for name, (_, _, cause) in KINDS.items() if cause is not None]
    broken: list[tuple[Facts, Facts | None]] = []
    for seed in range(reports):
        if len(broken) >= reports:
            break
        filed = county(seed)
        for place in sorted(filed):
            made = KINDS[rng.choice(names)][1](rng, filed[place])
            made = made and (KINDS[rng.choice(names)][1](rng, made) or made)  # a second one, where it can be made
            before = filed.get((place[0], place[1] - 1))
            if made is not None and len(broken) < reports:
                broken.append((made.facts, before.facts if before else None))
    start = time.perf_counter()
    with ProcessPoolExecutor(max_workers=max(2, os.cpu_count() or 2)) as pool:
        for _ in pool.map(_repaired, broken, chunksize=20):
            pass
    return time.perf_counter() - start


def _repaired(pair: tuple[Facts, Facts | None]) -> int:
    return len(repairs(*pair))


def main(seeds: int = 5) -> int:
    """Print the scores of several counties; 1 if one misses the mark."""
    bad = 0
    for seed in range(seeds):
        s, misses = score(seed)
        share = s.repaired_first / s.repairable
        print(
            f"county {seed}: {s.found} of {s.made} found, {s.false_alarms} false alarms, {s.repaired_first} of {s.repairable} repairs first"
            f" ({share:.0%}), {s.proposed} among the proposals, {s.causes} causes named,"
            f" {s.verdicts} verdicts right, {len(YEARS) * TOWNS} reports in {s.milliseconds:.0f} ms"
        )
        for miss in misses:
            print(f"  {miss}")
        bad += (
            s.found < s.made
            or s.false_alarms > 2
            or share < 0.8
            or s.causes < 0.9 * s.repairable
            or s.verdicts < 0.9 * s.repairable
        )
    w = warehouse_score()
    print(f"warehouse: {w.found} of {w.made} found, {w.false_alarms} false alarms among {w.reports} reports")
    for miss in w.misses:
        print(f"  {miss}")
    bad += w.found < w.made or w.false_alarms > 2
    print(f"repairing 1,000 broken reports: {repair_time():.1f} s on {os.cpu_count()} cores (bar: 60 s on 2)")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
