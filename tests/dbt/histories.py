"""Random histories of what happens to the reports of a county, many of them side by side in one home folder.

Each county has a history of its own: in every step some of them go on, and all others must stay as they are.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from expectations.decisions import Decision
from ingest.landing.replacements import ACCEPT, HAND_IN, UNDO, Replacement
from ingest.roster import RosterLine
from ingest.roster.year_locks import LET_IN, LOCK, UNLOCK, YearLock
from tests.dbt.raw_zone import Filing
from tests.dbt.scenario import handled

YEARS = (2021, 2022, 2023, 2024)
PROVINCE = "99"
BEGIN = datetime(2025, 1, 1, 1, 0)
CELLS = (
    "requests.granted.total",
    "requests.closed.total",
    "requests.received.total",
    "disclosure.fees",
    "challenges.review.total",
)
FAILING = ("requests_balance.total", "requests_closed_total.total", "requests_balance.natural_person")
AREA = {"code": "requests_received", "scope": "area"}


@dataclass
class County:
    """One county with its history so far: what was handed in, what people wrote, and every step in words."""

    code: str
    rng: random.Random
    filings: list[Filing] = field(default_factory=list)
    corrections: dict[str, str] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)
    late: list[YearLock] = field(default_factory=list)  # files that came after their year was closed, each as it would be let in
    accepted: list[Replacement] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    @property
    def city(self) -> str:
        return self.code[:4]

    @property
    def towns(self) -> list[str]:
        return [f"{self.code}{n}" for n in (101, 102, 103)]

    @property
    def units(self) -> list[str]:
        """Those who file: towns, a department that no registry knows, the county itself; the first county of a city also files for those above."""
        above = [self.city, PROVINCE] if self.code.endswith("01") else []
        return [*self.towns, *self.towns, f"{self.code}-示例局", self.code, *above]


def counties(many: int, seed: int) -> list[County]:
    """So many counties, twenty to a city."""
    return [County(f"{PROVINCE}{n // 20 + 1:02}{n % 20 + 1:02}", random.Random(f"{seed} {n}")) for n in range(many)]


def unit_lines(some: list[County]) -> list[dict[str, str]]:
    """The towns as lines of units.csv; names recur in other counties, and now and then a town became one of the next county."""
    lines = []
    for n, county in enumerate(some):
        for k, code in enumerate(county.towns):
            moves = k == 2 and n % 5 == 0 and n + 1 < len(some)
            last, successor = ("2022", some[n + 1].towns[1]) if moves else ("", "")
            name = f"示例{(n * 3 + k) % 37}镇"
            lines.append(
                {
                    "unit_code": code,
                    "name": name,
                    "level": "township",
                    "kind": "town",
                    "last_year": last,
                    "successor_code": successor,
                }
            )
    return lines


@dataclass
class Step:
    """What happens in one step: files that land, decisions that are made, lines of a roster, years that are closed, answers that are accepted.

    Corrections and withdrawals stand in the counties.
    """

    filings: list[Filing] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    roster: list[RosterLine] = field(default_factory=list)
    locks: list[YearLock] = field(default_factory=list)
    replacements: list[Replacement] = field(default_factory=list)


def first_step(some: list[County]) -> Step:
    """Every county hands in a few reports; some have closed a year or accepted an answer."""
    step = Step()
    for county in some:
        for _ in range(county.rng.randint(2, 4)):
            _file(county, step, BEGIN)
    for n, county in enumerate(some):
        if n % 4 == 0:
            _close(county, step, BEGIN)
        if n % 4 == 1:
            _accept(county, step, BEGIN)
    some[0].filings += (ends := [replace(_report(some[0], some[0].towns[0], year, BEGIN), file=f"{year}.html") for year in YEARS])
    step.filings += ends
    return step


def next_step(some: list[County], number: int, share: float) -> Step:
    """In each county of a random share of them one more thing happens."""
    step, now = Step(), BEGIN + timedelta(days=number)
    for county in some:
        if county.rng.random() < share:
            happens = county.rng.choice(HAPPENS)
            happens(county, step, now)
            county.told.append(f"{number}: {happens.__name__.strip('_')}")
    return step


def _report(county: County, unit: str, year: int, now: datetime) -> Filing:
    rng = county.rng
    cells: dict[str, int | float | str] = dict(
        handled(granted=rng.randint(0, 9), denied_by_law=rng.choice((0, 0, 3)), carried_out=rng.choice((0, 2)))
    )
    if rng.random() < 0.3:
        cells[rng.choice(CELLS)] = rng.choice((0, 7, 1.5, "blank", "absent", "dash", "unreadable"))
    marks = {"content_id": f"{unit}{rng.randint(1, 3)}", "numbers_id": rng.choice((None, f"n{rng.randint(1, 4)}")),
             "clauses": [rng.randint(1, 3) * 100 + n for n in range(12)]}  # fmt: skip
    # Of the province several counties hand in reports: another document each.
    name = f"{unit}-{year}-{county.code}-{len(county.filings)}.html"
    counts = ({**AREA, "value": rng.randint(5, 30)},) if unit == county.code else ()
    day = rng.choice((None, date(year + 1, 1, 20), date(year + 1, rng.randint(2, 5), 9)))
    return Filing(name, unit, year, cells=cells, marks=marks, counts=counts, published_on=day, landed_at=now,
                  unit_name=None if unit in county.towns else f"示例{unit}", issues=rng.choice(((), (("unread_row", "第9行 5", ""),))))  # fmt: skip


def _hand_in(county: County, step: Step, filing: Filing) -> None:
    county.filings.append(filing)
    step.filings.append(filing)


def _file(county: County, step: Step, now: datetime) -> None:
    """A report is handed in: a first one, or another version."""
    _hand_in(county, step, _report(county, county.rng.choice(county.units), county.rng.choice(YEARS), now))


def _copy(county: County, step: Step, now: datetime) -> None:
    """The same bytes at another path, said to be of the same unit, of another, or of none."""
    one = county.rng.choice(county.filings)
    unit = county.rng.choice((one.unit_code, county.rng.choice(county.units), None))
    _hand_in(county, step, replace(one, file=f"copy/{len(county.filings)}-{one.file}", document=one.document or one.file, unit_code=unit, landed_at=now,
                                   unit_name=one.unit_name if unit == one.unit_code else None))  # fmt: skip


def _say_otherwise(county: County, step: Step, now: datetime) -> None:
    """The manifest says now that a file is of another unit or year, or of an uncertain one."""
    one = county.rng.choice(county.filings)
    unit, year = county.rng.choice((*county.units, None)), county.rng.choice((*YEARS, None))
    given = {"unit_code": unit} if unit and county.rng.random() < 0.5 else {}
    _hand_in(county, step, replace(one, document=one.document or one.file, unit_code=unit, report_year=year, given=given, landed_at=now,
                                   unit_name=None if unit in county.towns else f"示例{unit}"))  # fmt: skip


def _set_aside(county: County, step: Step, now: datetime) -> None:
    """A file that cannot be read; the manifest may say whose it is."""
    given = county.rng.choice(({}, {"unit_code": county.rng.choice(county.towns), "report_year": str(county.rng.choice(YEARS))}))
    _hand_in(
        county,
        step,
        Filing(f"bad/{county.code}-{len(county.filings)}.doc", None, None, reason="empty_file", given=given, landed_at=now),
    )


def _correct(county: County, step: Step, now: datetime) -> None:
    """A correction is written: of a cell, of whose report it is, or that it is none."""
    one, rng = county.rng.choice(county.filings), county.rng
    whose = (
        {"unit_code": one.unit_code, "report_year": one.report_year}
        if one.unit_code and one.report_year and rng.random() < 0.6
        else {}
    )
    entry: dict[str, object] = whose or {"document_id": one.document_id}
    kind = rng.choice(("set", "set", "unreadable", "exclude", "assign_unit", "assign_year")) if not whose else "set"
    entry |= {"action": kind}
    if kind in ("set", "unreadable"):
        cell = rng.choice(CELLS)
        entry |= {"cell": cell, "expect": _shown(one.cells.get(cell, 0))}
    if kind == "set":
        entry |= {"value": str(40 + len(county.corrections))}
    if kind == "assign_unit":
        entry |= {"value": rng.choice(county.towns), "expect": one.unit_code or "none"}
    if kind == "assign_year":
        entry |= {"value": str(rng.choice(YEARS)), "expect": str(one.report_year or "none")}
    if entry.get("value") == entry.get("expect") and kind != "exclude":
        return
    name = f"{county.code}-{len(county.told)}"
    lines = [f"- correction_id: {name}"] + [f"  {key}: {_quoted(value)}" for key, value in entry.items()]
    county.corrections[name] = "\n".join([*lines, "  reason: 示例", "  evidence: 示例", "  who: 示例科", "  when: 2025-03-05"])


def _shown(given: int | float | str) -> str:
    return str(given)


def _quoted(value: object) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value)


def _take_back(county: County, step: Step, now: datetime) -> None:
    """A correction is taken out of the list again."""
    if county.corrections:
        del county.corrections[county.rng.choice(sorted(county.corrections))]


def _withdraw(county: County, step: Step, now: datetime) -> None:
    """A report is taken out of the warehouse, or put back."""
    county.withdrawn ^= {county.rng.choice(county.filings).document_id}


def _decide(county: County, step: Step, now: datetime) -> None:
    """Somebody decides of a rule, on numbers that may be others by now."""
    one = county.rng.choice(county.filings)
    left, right = county.rng.choice((("9", "8"), ("7", "9"), ("0", "7"), ("", "")))
    action = county.rng.choice(("confirm", "explain", "waive", "withdraw"))
    step.decisions.append(Decision(f"{now.isoformat()}+00:00", "示例科", action, one.unit_code or county.code, one.report_year or 2023,
                                   county.rng.choice(FAILING), left, right, "示例"))  # fmt: skip


def _expect(county: County, step: Step, now: datetime) -> None:
    """A roster says of a unit that it owes a report, by when, or that it owes none."""
    rng, unit = county.rng, county.rng.choice((*county.towns, f"{county.code}-示例办"))
    is_town = unit in county.towns
    step.roster.append(RosterLine(
        unit, f"示例{unit}", "township" if is_town else "department", "town" if is_town else "department", PROVINCE, county.city, county.code,
        rng.choice((None, *YEARS)), "annual_report", rng.choice((None, (2, 15))), rng.random() < 0.3, None, None, None, len(step.roster) + 1,
    ))  # fmt: skip


def _close(county: County, step: Step, now: datetime) -> None:
    """A year is closed, after which a file comes; or such a file is let in, or its year opened again."""
    if county.late:
        one = county.late.pop(county.rng.randrange(len(county.late)))
        step.locks.append(replace(one, at=_at(now), **county.rng.choice(({}, {"act": UNLOCK, "about": ""}))))
        return
    filing = _report(county, county.rng.choice(county.towns), county.rng.choice(YEARS), now)
    _hand_in(county, step, filing)
    lock = YearLock(_at(now - timedelta(hours=1)), "示例科", LOCK, county.code, filing.report_year or 0, "示例")
    step.locks.append(lock)
    county.late.append(replace(lock, act=LET_IN, about=filing.document_id))


def _accept(county: County, step: Step, now: datetime) -> None:
    """A report without a day is accepted as the answer to a letter, or handed in at a page, in the place of an earlier one; or that is undone."""
    if county.accepted and county.rng.random() < 0.5:
        one = county.accepted.pop()
        step.replacements.append(replace(one, decided_at=_at(now), action=UNDO))
        return
    before = county.rng.choice([one for one in county.filings if one.unit_code and one.report_year])
    answer = replace(_report(county, before.unit_code or "", before.report_year or 0, now), published_on=None)
    _hand_in(county, step, answer)
    act, letter = county.rng.choice(((ACCEPT, "示例核1号"), (HAND_IN, "")))
    said_at = _at(now - timedelta(minutes=1) if act == HAND_IN else now)
    county.accepted.append(Replacement(said_at, "示例科", act, answer.document_id, before.document_id, letter, "示例"))
    step.replacements.append(county.accepted[-1])


def _at(moment: datetime) -> str:
    return f"{moment.isoformat()}+00:00"


def _nothing_new(county: County, step: Step, now: datetime) -> None:
    """The same file lands again as it was."""
    _hand_in(county, step, replace(county.rng.choice(county.filings), landed_at=now))


HAPPENS: tuple[Callable[[County, Step, datetime], None], ...] = (
    _file, _file, _file, _copy, _say_otherwise, _say_otherwise, _set_aside, _correct, _correct, _take_back, _withdraw, _withdraw, _decide, _expect, _close,
    _close, _accept, _nothing_new
)  # fmt: skip


def told(some: list[County], codes: set[str]) -> Iterator[str]:
    """The histories of the counties whose codes begin with one of these, for whoever looks for a fault."""
    return (f"{c.code}: {'; '.join(c.told)}" for c in some if any(code.startswith(c.code) for code in codes))
