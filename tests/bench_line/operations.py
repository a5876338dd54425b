"""What people do with a home folder, each as the commands that they would type, and the cost of it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.home import Home
from ingest.landing.schemas import fingerprint
from tests.bench_line.measure import Cost, cost_of
from tests.bench_line.resident import Resident
from tests.bench_line.shares import shares_of
from tests.corpus.build import build_corpus
from tests.corpus.later import late_reports, write_roster

FOI = Path(sys.executable).with_name("foi")
FULL, LATE, MANY, DECISION, ROSTER, NOTHING = (
    "full build",
    "one late report",
    "1,000 late reports",
    "one decision",
    "one roster",
    "nothing new",
)
LATER = (LATE, MANY, DECISION, ROSTER, NOTHING)
WARM = (LATE, DECISION, ROSTER, NOTHING)
THOUSAND = 1000
VIOLATION = (
    "select unit_code, report_year, rule_id from expectation_results join fct_reports using (report_id, unit_code, unit_name, report_year)"
    " where is_current and suite = 'statutory_sums' and status = 'failed' group by all having count(*) = 1 order by all limit 1"
)
Measured = dict[str, Any]


@dataclass(frozen=True)
class Bench:
    """A home folder with a corpus of one size, and what comes to it."""

    reports: int
    folder: Path

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def begin(self) -> None:
        """Make the home folder anew with the raw tables of the corpus, which is made once for each version of the readers."""
        corpus = self.folder.parent / f"corpus-{self.reports}-{fingerprint()}"
        if not (corpus / "made").exists():
            shutil.rmtree(corpus, ignore_errors=True)
            build_corpus(Home(corpus), self.reports)
            (corpus / "made").touch()
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(corpus, self.home)
        late = self.folder / "late"
        late_reports(self.reports, late, THOUSAND + 5)
        units = (late / "manifest.csv").read_text("utf-8").splitlines()
        for name, part in (
            ("first", units[1:2]),
            ("cold", units[2:3]),
            ("warm", units[3:4]),
            ("wake", units[4:5]),
            ("many", units[5:]),
        ):
            inbox = self.folder / name
            inbox.mkdir()
            (inbox / "manifest.csv").write_text("\n".join([units[0], *part]), "utf-8")
            for line in part:
                file = line.split(",")[0]
                shutil.move(late / file, inbox / file)
        write_roster(self.reports, self.folder / "roster.csv")
        write_roster(self.reports, self.folder / "roster-warm.csv", 150)

    def cold(self, operation: str) -> Measured:
        """Do something by commands that each begin anew."""
        return self._do(operation, "cold", lambda command: cost_of([FOI, *command, "--home", self.home], allowed=(0, 1)))

    def warm(self, operation: str, resident: Resident) -> Measured:
        """Do something by commands that hand it to the resident process."""
        return self._do(operation, "warm", lambda command: resident.cost_of([FOI, *command, "--home", self.home]))

    def wake(self, resident: Resident) -> None:
        """Let the resident process load a late report unmeasured: what only its first load costs is in no measurement."""
        resident.cost_of([FOI, "load", self.folder / "wake", "--home", self.home])

    def _do(self, operation: str, how: str, run: Callable[[list[str]], Cost]) -> Measured:
        costs = [run(command) for command in self._commands(operation, how)]
        # The resident process may begin the run of one command while the next one waits for it.
        whole = costs[-1].begun + costs[-1].wall - costs[0].begun
        shares = shares_of(self.home, costs[0].begun, whole)
        written = None if any(c.written is None for c in costs) else sum(c.written or 0 for c in costs)
        return {"wall": sum(c.wall for c in costs), "cpu": sum(c.cpu for c in costs), "peak": max(c.peak for c in costs),
                "written": written, "shares": shares}  # fmt: skip

    def _commands(self, operation: str, how: str) -> Iterator[list[str]]:
        """The commands of an operation; each is made when the one before has ended."""
        inbox = str(self.folder / how)
        if operation == FULL:
            yield ["load", str(self.folder / "first")]
        elif operation == MANY:
            yield ["load", str(self.folder / "many")]
        elif operation in (LATE, NOTHING):
            yield ["load", inbox]
        elif operation == ROSTER:
            yield ["roster", "load", str(self.folder / ("roster-warm.csv" if how == "warm" else "roster.csv"))]
        elif operation == DECISION:
            unit, year, rule = self._violation()
            yield [
                "decide",
                "--unit",
                unit,
                "--year",
                year,
                "--rule",
                rule,
                "--action",
                "explain",
                "--why",
                "示例说明",
                "--who",
                "示例",
            ]
            yield ["load", inbox]  # until it counts

    def _violation(self) -> list[str]:
        """A broken sum on which nobody decided yet."""
        import duckdb

        with duckdb.connect(str(self.home / "published.duckdb"), read_only=True) as connection:
            connection.execute("set search_path = 'quality,core'")
            found = connection.execute(VIOLATION).fetchone()
        if found is None:
            raise RuntimeError("nothing is wrong in this corpus on which a person could decide")
        return [str(part) for part in found]
