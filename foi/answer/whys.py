"""Why the reports of a release fail, as far as it is known: looked for once for the numbers of a report, and kept until these change.

To look for it takes up to a second a report. So it is done beside the questions of a portal, a little at a time, and what was found is
kept in the home folder by the readings it rests on: after a load only the reports that changed are looked at.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from sys import intern
from typing import Any

import expectations.judge
from foi.answer.remedy import Corrections, Remedy, read_corrections, remedy_of
from foi.messages import Complaint
from foi.published import published
from foi.published.kept import kept_file, once
from foi.published.spans import MANY, rows_in
from ingest.home import Home
from ingest.home.ledger import add_lines, read_ledger
from ingest.home.placing import placed
from ingest.law.forms import RULES

Report = tuple[str, int]  # unit and year
INLINE = 1.0  # seconds in which a page looks for them itself, before it is left to the background
FEW = (
    200  # reports; where more are left, what a page finds in a second would explain next to nothing, and its reader waits for it
)
BESIDE = 0.25  # seconds of work in the background before others are let in
AT_ONCE = MANY // 2  # reports that are read together, each with that of the year before
SPARE = 5_000  # readings of before that are kept beside those of now
# Of each report that breaks a sum: its reading and that of the year before, and what we corrected in both; all that its cause rests on.
RESTS_ON = """
with corrected as (
    select report_id, string_agg(concat(code, '=', value), ',' order by code) as cells from cell_corrections where outcome = 'applied' group by all
),
reports as (select r.*, c.cells from fct_reports as r left join corrected as c using (report_id) where r.is_current),
failing as (
    select distinct report_id from expectation_results
    where status in ('failed', 'explained', 'waived') and severity = 'error' and suite in ('statutory_sums', 'relations')
)
select r.unit_code, r.report_year, r.report_id, b.report_id, concat_ws('|', r.read_id, r.cells, b.read_id, b.cells)
from failing join reports as r using (report_id)
left join last_units as l on l.unit_code = r.unit_code and l.report_year = r.report_year
left join reports as b on b.report_year = r.report_year - 1
    and b.unit_code = case when l.unit_code is null then r.unit_code else l.last_unit_code end
where r.unit_code is not null and r.report_year is not null order by r.unit_code, r.report_year
"""
CELLS = "select report_id, code, form, value, original_value from {rows} where value is not null"


@dataclass(frozen=True, slots=True)
class Pair:
    """A report and that of the year before (none: there is no such report); `key` stands for all that the cause rests on."""

    report: Report
    report_id: str
    last_id: str | None
    key: str


class Whys:
    """The likely causes of what fails in one release, by report and rule; some may not be known yet."""

    def __init__(self, connection: Any, home: Home) -> None:
        self._home = home
        self._corrections: Corrections = once("corrections", lambda: read_corrections(connection))
        self._known = _read(_shelf(home))
        self.pairs: dict[Report, Pair] = {}
        for unit, year, report_id, last_id, rests_on in connection.execute(RESTS_ON).fetchall():
            ours = any((unit, year) == (code, at) for code, at, _ in self._corrections.ours)
            self.pairs[unit, year] = Pair((unit, year), report_id, last_id, _key(f"{rests_on} {ours}"))
        self._left = [pair for pair in self.pairs.values() if pair.key not in self._known]
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._is_ending = threading.Event()

    @classmethod
    def of(cls, connection: Any, home: Home) -> Whys:
        """Those of the release that is asked: what can be found in a moment is found now, and the rest in the background."""
        found: Whys = once("whys", lambda: cls(connection, home))
        if found._left and found._thread is None:
            if len(found._left) <= FEW or kept_file(home.published) is None:
                found.look(connection, INLINE)
            found._begin()
        return found

    def cause(self, report: Report, rule_id: str) -> str:
        """The likely cause of a violation (an id); empty where none is known, or not yet."""
        pair = self.pairs.get(report)
        return self._known.get(pair.key, {}).get(rule_id, "") if pair else ""

    def missing(self, reports: Iterable[Report]) -> int:
        """Of how many of these reports it is not known yet."""
        return sum(1 for report in reports if (pair := self.pairs.get(report)) and pair.key not in self._known)

    def look(self, connection: Any, seconds: float = float("inf")) -> None:
        """Look for the causes that are not known yet, for so many seconds."""
        until = time.monotonic() + seconds
        with self._lock:
            while self._left and time.monotonic() < until:
                self._look_at(connection, self._left[:AT_ONCE], until)

    def _look_at(self, connection: Any, pairs: Sequence[Pair], until: float) -> None:
        found: dict[str, dict[str, str]] = {}
        for pair, remedy in zip(pairs, remedies_of(connection, pairs, self._corrections), strict=True):
            found[pair.key] = _interned(remedy.cause_by_rule)
            if time.monotonic() > until:
                break
        with suppress(OSError):  # where nothing can be kept it is looked for again
            add_lines(_shelf(self._home), ({"key": key, "causes": causes} for key, causes in found.items()))
        self._known |= found
        del self._left[: len(found)]

    def _begin(self) -> None:
        """Look for the rest beside the questions of this process, if it keeps the file open."""
        keeper = kept_file(self._home.published)
        if not self._left or keeper is None:
            return
        self._thread = threading.Thread(target=self._stay, daemon=True)
        keeper.before_closing("whys", self._end)
        self._thread.start()

    def _end(self) -> None:
        """Stop looking, and wait until the one that is looked at is done."""
        self._is_ending.set()
        if self._thread:
            self._thread.join()

    def _stay(self) -> None:
        """Half of the time is left to those who ask; the next release has its own."""
        while self._left and not self._is_ending.is_set():
            begun = time.monotonic()
            try:
                with published(self._home.published) as connection:
                    if once("whys", lambda: Whys(connection, self._home)) is not self:
                        return
                    self.look(connection, BESIDE)
            except Complaint:
                return
            self._is_ending.wait(time.monotonic() - begun)
        self._tidy()

    def _tidy(self) -> None:
        """Forget the readings that count no more, once there are many."""
        wanted = {pair.key for pair in self.pairs.values()}
        if len(self._known) > len(wanted) + SPARE:
            with suppress(OSError), placed(_shelf(self._home)) as scratch:
                rows = ({"key": key, "causes": self._known[key]} for key in wanted & self._known.keys())
                scratch.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def remedies_of(connection: Any, pairs: Sequence[Pair], corrections: Corrections) -> list[Remedy]:
    """The remedy of each report, from its numbers as they count; where our correction breaks a sum, from its own."""
    ids = [one for pair in pairs for one in (pair.report_id, pair.last_id) if one]
    numbers: dict[str, dict[str, tuple[str, Decimal, Decimal | None]]] = {one: {} for one in ids}
    for owner, code, form, value, original in connection.execute(CELLS.format(rows=rows_in("fct_cells", *ids))).fetchall():
        numbers[owner][code] = form or "", value, original
    ours = {(unit, year) for unit, year, _ in corrections.ours}
    found = []
    for pair in pairs:
        own = pair.report in ours
        now = {
            c: (form, original if own and original is not None else value)
            for c, (form, value, original) in numbers[pair.report_id].items()
        }
        last = {c: (form, value) for c, (form, value, _) in numbers.get(pair.last_id or "", {}).items()}
        found.append(remedy_of(now, last))
    return found


def _interned(causes: Mapping[str, str]) -> dict[str, str]:
    """The causes by their rules, each word of them once in memory: thousands of reports have the same few."""
    return {intern(rule): intern(cause) for rule, cause in causes.items()}


def _shelf(home: Home) -> Path:
    return home.pictures / "causes.jsonl"


def _read(path: Path) -> dict[str, dict[str, str]]:
    """What was found before; nothing where it cannot be read."""
    with suppress(OSError):
        lines = read_ledger(path, lambda row: (str(row["key"]), _interned(row["causes"])))
        return dict(line.entry for line in lines if line.entry is not None)
    return {}


def _key(rests_on: str) -> str:
    return hashlib.sha256(f"{_program()} {rests_on}".encode()).hexdigest()[:20]


@cache
def _program() -> str:
    """What the judge is: its files, and those of the forms and rules; another one may find other causes."""
    digest = hashlib.sha256()
    for folder, pattern in ((Path(expectations.judge.__path__[0]), "*.py"), (RULES.parent, "**/*.yaml")):
        for path in sorted(folder.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()
