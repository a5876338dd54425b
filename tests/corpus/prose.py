"""What the reports of a corpus say in words: counts that agree with the tables (but a few), and clauses that stay from year to year."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache

import numpy as np

from ingest.identity.likeness import clauses
from tests.corpus.plan import YEARS, Numbers, Plan

DISAGREE = 0.01  # of the reports tell another number of requests than the table has
COPIED = 0.01  # of the units took the prose of the unit before
FRESH = 0.4  # of the clauses are new in a year
DISCLOSED = "{year}年，共主动公开各类政府信息{n}条。"
RECEIVED = "{year}年，收到政府信息公开申请{n}件。"
WEBSITE = "通过政府网站公开信息{n}条。"
QUIET = "没有被申请行政复议、提起行政诉讼的情况。"
FEES = "本年度收取信息处理费0元。"
WHO = ("示例部门", "示例科室", "示例站所", "示例窗口", "示例专班", "示例中心")
WHAT = ("政策解读", "栏目更新", "业务培训", "目录管理", "保密审查", "依申请办理", "意见征集", "档案整理", "信息发布", "平台维护")
HOW = (
    "的形式较为单一",
    "的频次有待提高",
    "的责任分工不够明确",
    "的力度需要加强",
    "的流程尚不规范",
    "的人员力量不足",
    "的主动性不够强",
)
WHEN = (
    "年初以来",
    "在日常工作中",
    "在重点领域内",
    "面对群众需求时",
    "在基层一线",
    "与上级要求相比",
    "经过集中整改后",
    "按照统一部署",
)


@dataclass(frozen=True)
class Told:
    """A count told in prose, as the raw table holds it: its code, part, number, unit, sentence and paragraph."""

    code: str
    section: str
    value: Decimal
    unit_word: str
    sentence: str
    paragraph: int


@dataclass(frozen=True)
class Prose:
    """The parts of one report, the counts in them, and the hashes of their clauses."""

    sections: dict[str, str]
    counts: tuple[Told, ...]
    clauses: list[int]


@cache
def _phrases() -> list[str]:
    return [f"{when}{who}{what}{how}" for when in WHEN for who in WHO for what in WHAT for how in HOW]


def prose_of(plan: Plan, tables: Numbers, rng: np.random.Generator) -> Iterator[Prose]:
    """The prose of each report; `tables` holds its requests received and whether it had reviews or lawsuits."""
    phrases, first = _phrases_of(plan, rng)
    disclosed, website = rng.integers(0, 400, len(plan)), rng.integers(0, 90, len(plan))
    more = np.where(rng.random(len(plan)) < DISAGREE, rng.integers(1, 9, len(plan)), 0)
    for n in range(len(plan)):
        year, (received, challenged) = int(plan.year[n]), tables[n].tolist()
        chosen = phrases[int(plan.unit[n]) - first][year - YEARS[0]]
        lines = [DISCLOSED.format(year=year, n=disclosed[n]), RECEIVED.format(year=year, n=received + more[n])]
        lines += [] if challenged else [QUIET]
        lines.append(WEBSITE.format(n=website[n]))
        counts = tuple(_counts(lines, (int(disclosed[n]), received + int(more[n]), int(website[n])), bool(challenged)))
        problems = "；".join(chosen) + "。"
        sections = {"overview": "\n".join(lines), "problems": problems, "other": FEES}
        hashes = sorted({h for text in sections.values() for h in _clauses(_DIGITS.sub("", text))})
        yield Prose(sections, counts, hashes)


def _phrases_of(plan: Plan, rng: np.random.Generator) -> tuple[list[list[list[str]]], int]:
    """The clauses of each unit and year: most stay, some are new, and some units have those of another."""
    first, last = int(plan.unit[0]), int(plan.unit[-1]) + 1
    known, most = _phrases(), 26
    many = np.minimum(3 + rng.poisson(7, last - first), most)
    fresh = rng.random((last - first, len(YEARS), most)) < FRESH
    which = rng.integers(0, len(known), (last - first, len(YEARS), most))
    since = np.maximum.accumulate(np.where(fresh, np.arange(len(YEARS))[:, None], 0), axis=1)
    which = np.take_along_axis(which, since, axis=1)
    copied = np.flatnonzero(rng.random(last - first) < COPIED)
    copied = copied[copied > 0]
    which[copied], many[copied] = which[copied - 1], many[copied - 1]
    return [[[known[p] for p in year[: many[u]]] for year in which[u].tolist()] for u in range(last - first)], first


def _counts(lines: list[str], numbers: tuple[int, int, int], is_challenged: bool) -> Iterator[Told]:
    disclosed, received, website = numbers
    yield Told("disclosed", "overview", Decimal(disclosed), "条", lines[0], 7)
    yield Told("requests_received", "overview", Decimal(received), "件", lines[1], 8)
    if not is_challenged:
        yield Told("reviews", "overview", Decimal(0), "件", lines[2], 9)
        yield Told("lawsuits", "overview", Decimal(0), "件", lines[2], 9)
    yield Told("website", "overview", Decimal(website), "条", lines[-1], 6 + len(lines))
    yield Told("fee_charged", "other", Decimal(0), "元", FEES, 13)


_DIGITS = re.compile(r"\d+")


@lru_cache(60_000)
def _clauses(text: str) -> tuple[int, ...]:
    """The hashes of the clauses of one part; numbers are no part of them, so that most texts come again."""
    return clauses({"part": text})
