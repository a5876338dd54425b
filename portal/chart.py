"""Charts as SVG, drawn here: real text, a title for whoever cannot see, one more for each mark, no script."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import cycle, pairwise
from typing import Any

from ingest.words.language import Text
from portal.page import COLORS, number

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 300, 64, 16, 24, 44
FONTS = "system-ui, Microsoft YaHei, PingFang SC, Noto Sans CJK SC, sans-serif"
TEXT = 'font-size="13" fill="#0b0c0c"'


@dataclass(frozen=True, slots=True)
class Series:
    """What is drawn in one color: its name, and a number for each year (None: there is none, and nothing is drawn)."""

    name: str
    values: Mapping[int, Any]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: its marks, and what must be told beside them, the names of its colors and why years cannot be compared."""

    title: str
    marks: str
    legend: tuple[tuple[str, str], ...]
    breaks: tuple[str, ...]

    @property
    def svg(self) -> str:
        """The chart as it stands in a page, which has its title, its legend and its notes around it."""
        return svg_of(self.title, self.marks, HEIGHT)


def stacked(title: str, years: Sequence[int], series: Sequence[Series], breaks: Mapping[int, Sequence[Text]]) -> Chart:
    """A bar for each year, its parts one on the other; a line before each year from which on numbers cannot simply be compared."""
    totals = {year: sum(float(s.values.get(year) or 0) for s in series) for year in years}
    scale = _Scale(years, max(totals.values(), default=0))
    parts = [*scale.axes(), *scale.breaks(breaks)]
    wide = scale.step * 0.62
    for year in years:
        at = 0.0
        for color, one in zip(COLORS, series, strict=False):
            value = one.values.get(year)
            if not value:
                continue
            top = scale.y(at + float(value))
            parts.append(
                f'<rect x="{scale.x(year) - wide / 2:.1f}" y="{top:.1f}" width="{wide:.1f}" height="{scale.y(at) - top:.1f}" fill="{color}">'
                f"<title>{escape(f'{year} {one.name}: {number(value)}')}</title></rect>"
            )
            at += float(value)
        if all(one.values.get(year) is None for one in series):
            parts.append(text_at(scale.x(year), scale.y(0) - 6, "–", "middle"))
    return _chart(title, parts, series, _told(scale, breaks))


def lines(title: str, years: Sequence[int], series: Sequence[Series], breaks: Mapping[int, Sequence[Text]], share: bool) -> Chart:
    """A line for each series, which has a gap where a year has no number and where years cannot be compared."""
    highest = max((float(v) for s in series for v in s.values.values() if v is not None), default=0)
    scale = _Scale(years, highest, share)
    parts = [*scale.axes(), *scale.breaks(breaks)]
    for at, one in enumerate(series):
        color = COLORS[at % len(COLORS)]
        there = [year for year in years if one.values.get(year) is not None]
        for before, year in pairwise(there):
            if year == before + 1 and year not in breaks:
                ends = f'x1="{scale.x(before):.1f}" y1="{scale.y(one.values[before]):.1f}" x2="{scale.x(year):.1f}" y2="{scale.y(one.values[year]):.1f}"'
                parts.append(f'<line {ends} stroke="{color}" stroke-width="2.5"/>')
        for year in there:
            told = f"{year} {one.name}: {f'{one.values[year]:.1%}' if share else number(one.values[year])}"
            parts.append(
                f'<circle cx="{scale.x(year):.1f}" cy="{scale.y(one.values[year]):.1f}" r="4" fill="{color}"><title>{escape(told)}</title></circle>'
            )
    return _chart(title, parts, series, _told(scale, breaks))


class _Scale:
    """Where a year and a number lie."""

    def __init__(self, years: Sequence[int], highest: float, share: bool = False) -> None:
        self.years, self.share = list(years), share
        self.step = (WIDTH - LEFT - RIGHT) / max(len(self.years), 1)
        self.ticks = _ticks(highest, share)
        self.highest = self.ticks[-1]

    def x(self, year: int) -> float:
        """The middle of a year."""
        return LEFT + (self.years.index(year) + 0.5) * self.step

    def y(self, value: Any) -> float:
        """The height of a number."""
        return HEIGHT - BOTTOM - float(value) / self.highest * (HEIGHT - TOP - BOTTOM)

    def axes(self) -> list[str]:
        """Lines with their numbers, and the years."""
        parts = []
        for tick in self.ticks:
            y = self.y(tick)
            parts.append(f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="#d8dbdd"/>')
            parts.append(text_at(LEFT - 8, y + 4, f"{tick:.0%}" if self.share else f"{tick:,g}", "end"))
        return [*parts, *(text_at(self.x(year), HEIGHT - BOTTOM + 20, str(year), "middle") for year in self.years)]

    def breaks(self, breaks: Mapping[int, Sequence[Text]]) -> list[str]:
        """A dashed line before each year with a break, and why."""
        parts = []
        for year in (y for y in self.years if breaks.get(y)):
            x = self.x(year) - self.step / 2
            parts.append(
                f'<g><title>{escape(_why(year, breaks))}</title><line x1="{x:.1f}" y1="{TOP - 8}" x2="{x:.1f}" y2="{HEIGHT - BOTTOM}"'
                f' stroke="#0b0c0c" stroke-dasharray="4 3"/>{text_at(x, TOP - 10, "‖", "middle")}</g>'
            )
        return parts


def _ticks(highest: float, share: bool) -> list[float]:
    """Round numbers from 0 to the highest or above; a count is never divided into less than one, and a share ends at 100 %."""
    if share:
        step = next((step for step in (0.01, 0.02, 0.05, 0.1, 0.2) if highest <= 5 * step), 0.25)
        return [step * n for n in range(max(math.ceil(round(highest / step, 9)), 1) + 1)]
    size, factors = 1.0, cycle((2, 2.5, 2))
    while highest / size > 5:
        size *= next(factors)
    return [size * n for n in range(max(math.ceil(highest / size), 1) + 1)]


def text_at(x: float, y: float, words: str, anchor: str = "start") -> str:
    """Words at a place."""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {TEXT}>{escape(words)}</text>'


def svg_of(title: str, marks: str, height: float) -> str:
    """Marks as a picture of their own with a name."""
    name = escape(title)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {WIDTH} {height:g}" width="{WIDTH}" height="{height:g}" role="img"'
        f' aria-label="{name}" font-family="{FONTS}"><title>{name}</title>{marks}</svg>'
    )


def _chart(title: str, parts: Sequence[str], series: Sequence[Series], breaks: tuple[str, ...]) -> Chart:
    legend = tuple((one.name, COLORS[at % len(COLORS)]) for at, one in enumerate(series))
    return Chart(title, "".join(parts), legend, breaks)


def _told(scale: _Scale, breaks: Mapping[int, Sequence[Text]]) -> tuple[str, ...]:
    return tuple(_why(year, breaks) for year in scale.years if breaks.get(year))


def _why(year: int, breaks: Mapping[int, Sequence[Text]]) -> str:
    """Why a year cannot simply be compared with the one before."""
    return f"{year}: {' '.join(dict.fromkeys(note.shown for note in breaks[year]))}"
