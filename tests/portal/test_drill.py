"""Whoever clicks a number finds it again: what stands below it adds up to it, page by page, as the files of the pages tell."""

from __future__ import annotations

import csv
import io
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from html import unescape
from pathlib import Path

import httpx
import pytest

from foi.ask.area_numbers import MEASURES
from foi.ask.unit_history import MEASURES as OF_UNITS
from foi.ask.unit_history import history_of

Row = dict[str, str]
PAIRS, SEED = 1000, 16


@dataclass
class Pages:
    """The files of pages, each asked for once."""

    portal: httpx.Client
    known: dict[str, list[Row]] = field(default_factory=dict)

    def rows(self, address: str) -> list[Row]:
        """The table of a page."""
        if address not in self.known:
            answer = self.portal.get(address)
            assert answer.status_code == 200, (address, answer.text)
            self.known[address] = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
        return self.known[address]


@dataclass(frozen=True)
class Pair:
    """A number that is clicked, by the place where it stands, and what is found below it."""

    kind: str
    where: tuple[str, ...]
    clicked: Callable[[], Decimal | None]
    found: Callable[[], Decimal | None]


@pytest.fixture(scope="module")
def pages(portal: httpx.Client) -> Pages:
    return Pages(portal)


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _total(rows: list[Row], column: str) -> Decimal | None:
    known = [Decimal(row[column]) for row in rows if row[column]]
    return sum(known, Decimal(0)) if known else None


def _of(rows: list[Row], column: str, wanted: str, value: str) -> Decimal | None:
    return next((_number(row[value]) for row in rows if row[column] == wanted), None)


def _areas(pages: Pages, places: list[tuple[str, int]]) -> list[Pair]:
    """A number of an area, in the table of the area above it and in its own trend, against what it is made of."""
    pairs = []
    for code, year in places:
        below, above = f"/area/{code}/{year}.csv", _above(code, year)
        for measure in MEASURES:
            for column in (measure, f"{measure}_units"):
                pairs.append(Pair("area", (code, str(year), column), lambda a=above, c=code, m=column: _of(pages.rows(a), "code", c, m),
                                  lambda b=below, m=column: _total(pages.rows(b), m)))  # fmt: skip
            trend = f"/trend.csv?area={code}&measure={measure}"
            pairs.append(Pair("trend of an area", (code, str(year), measure),
                              lambda t=trend, y=year: _of(pages.rows(t), "report_year", str(y), "value"),
                              lambda b=below, m=measure: _total(pages.rows(b), m)))  # fmt: skip
    return pairs


def _above(code: str, year: int) -> str:
    return {2: f"/.csv?year={year}", 4: f"/area/{code[:2]}/{year}.csv"}.get(len(code), f"/area/{code[:4]}/{year}.csv")


def _units(pages: Pages, path: Path, units: list[str]) -> list[Pair]:
    """A number of a unit in its trend and beside others, against its own page; and there against the cell of its report."""
    pairs = []
    for code in units:
        page = f"/unit/{code}.csv"
        for year, told in history_of(path, code).years.items():
            for measure in OF_UNITS:
                where, trend = (code, str(year), measure), f"/trend.csv?unit={code}&measure={measure}"
                on_page = lambda p=page, y=year, m=measure: _of(pages.rows(p), "report_year", str(y), m)  # noqa: E731
                pairs.append(
                    Pair(
                        "trend of a unit",
                        where,
                        lambda t=trend, y=year: _of(pages.rows(t), "report_year", str(y), "value"),
                        on_page,
                    )
                )
                beside = f"/compare.csv?unit={units[0]}+{code}&measure={measure}"
                pairs.append(
                    Pair(
                        "comparison",
                        where,
                        lambda b=beside, y=year, c=code: _of(pages.rows(b), "report_year", str(y), c),
                        on_page,
                    )
                )
                if cell := told.cells.get(measure):
                    report = f"/report/{told.report_id}.csv"
                    pairs.append(Pair("cell", where, on_page, lambda r=report, c=cell: _of(pages.rows(r), "code", c, "value")))
    return pairs


def _listed(pages: Pages, places: list[tuple[str, int]]) -> list[Pair]:
    """How many units are in a state, on the page of an area, against the list of those units."""
    pairs = []
    for code, year in places:
        text = pages.portal.get(f"/area/{code}/{year}?lang=en").text
        for state, n in re.findall(r"/units\?lang=en&state=(\w+)\">(\d+) units?<", unescape(text)):
            listed = f"/area/{code}/{year}/units.csv?state={state}"
            pairs.append(
                Pair("units", (code, str(year), state), lambda n=n: Decimal(n), lambda a=listed: Decimal(len(pages.rows(a))))
            )
    return pairs


def test_what_stands_below_a_number_adds_up_to_it(pages: Pages, loaded: Path, ask):
    places = [
        (c, y) for c, y in ask("select area_code, report_year from area_year where area_code <> '' order by all") if c.isdigit()
    ]
    units = [code for (code,) in ask("select distinct unit_code from unit_year order by 1")]
    every = [*_areas(pages, places), *_units(pages, loaded / "published.duckdb", units), *_listed(pages, places)]
    kinds = {pair.kind for pair in every}
    rng = random.Random(SEED)
    picked = [
        pair for kind in sorted(kinds) for pair in _some(rng, [p for p in every if p.kind == kind], PAIRS // len(kinds) + 1)
    ]
    picked += rng.sample(every, PAIRS - len(picked)) if len(picked) < PAIRS else []
    wrong = [(p.kind, p.where, a, b) for p in picked if (a := p.clicked()) != (b := p.found())]
    assert wrong == [] and len(picked) >= PAIRS and len(kinds) == 6
    assert sum(p.clicked() is not None for p in picked) > PAIRS / 2


def _some(rng: random.Random, pairs: list[Pair], most: int) -> list[Pair]:
    return rng.sample(pairs, min(most, len(pairs)))
