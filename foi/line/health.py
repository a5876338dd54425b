"""How what is published stands, in a few counts: what is loaded, when it was judged, which checks could not run, what this installation cannot read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from foi.line.doctor import means
from foi.line.left import left_reports, settled
from foi.line.standing import VIOLATIONS
from foi.line.status import STATES, count, years_of_states
from foi.messages import message
from foi.published import published
from foi.published.files import set_aside
from foi.published.incomplete import OPEN as INCOMPLETE
from foi.published.release import Release, release_of
from ingest.home import Home
from ingest.readers.abilities import Ability
from ingest.words.language import Text

SHOWN = 50
BROKEN = (
    "select coalesce(message_zh, expectation), coalesce(message_en, expectation) from expectation_results where status = 'broken'"
)
SUITES = (
    "select suite, severity, count(*) filter (where status = 'failed'), count(*) filter (where status = 'passed'),"
    " count(*) filter (where status in ('explained', 'waived')) from expectation_results group by all order by all"
)
# As foi status counts them.
OPEN = {
    "violations": f"select count(*) from ({VIOLATIONS})",
    "incomplete": f"select count(*) from ({INCOMPLETE})",
    "unmatched": "select count(*) from unmatched_units",
    "undated": "select count(*) from undated_reports",
}


@dataclass(frozen=True)
class Health:
    """What is loaded by year and state, when it was judged last, what is open, which checks could not run, and what can be read here."""

    release: Release
    judged_at: Any
    landed_at: Any
    states: tuple[str, ...]
    years: list[list[Any]]
    open: dict[str, int]
    broken: tuple[Text, ...]
    broken_count: int
    checks: list[tuple[Any, ...]]
    abilities: tuple[Ability, ...]

    @property
    def is_fine(self) -> bool:
        """Whether every check ran, and nothing waits for a person."""
        return not self.broken_count and not any(self.open.values())


def health_of(home: Home) -> Health:
    """How a home folder stands; a Complaint where nothing is published in it."""
    release = release_of(home)
    with published(home.published) as connection:
        done = settled(home)
        waiting = {name: connection.execute(query).fetchone()[0] for name, query in OPEN.items()}
        waiting["set_aside"] = len(set_aside(connection, settled=done))
        waiting["left"] = sum(not one["is_cleared"] for one in left_reports(connection, home))
        return Health(
            release,
            connection.execute("select max(run_at) from expectation_results").fetchone()[0],
            connection.execute("select max(landed_at) from fct_reports").fetchone()[0],
            STATES,
            years_of_states(connection, done),
            waiting,
            tuple(Text(zh, en) for zh, en in connection.execute(f"{BROKEN} limit {SHOWN}").fetchall()),
            count(connection, "broken"),
            connection.execute(SUITES).fetchall(),
            tuple(means()),
        )


def install_line(ability: Ability) -> str:
    """What to do to have an ability that is not there."""
    return message(f"doctor.install_{ability.name}")
