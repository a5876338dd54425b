"""What is new about a problem to somebody who was told something of it, or nothing yet."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from expectations.messages import plain
from foi.alerts.post.ledger import Told
from foi.alerts.what.problems import Problem, gap


def novelty(problem: Problem, told: Told | None) -> str:
    """new, reopened, worse or changed; incomplete where numbers are missing, or more of them; nothing where there is nothing to tell."""
    if told is not None and told.values_hash == problem.values_hash:
        return ""
    if problem.outdated and (told is None or _is_before(told, problem)):
        return "reopened"
    if told is None:
        return "incomplete" if problem.is_incomplete else "new"
    before, now = gap(told.values_hash), gap(problem.values_hash)
    if before is None or now is None:
        return "incomplete" if problem.is_incomplete else "changed"
    if now <= before:
        return ""
    return "incomplete" if problem.is_incomplete else "worse"


def _is_before(told: Told, problem: Problem) -> bool:
    """Whether what was told is what was decided on, or older than the decision that does not hold any more."""
    if _plain(told.values_hash) == problem.outdated:
        return True
    return datetime.fromisoformat(told.told_at) < datetime.fromisoformat(problem.decided_at)


def _plain(values_hash: str) -> tuple[str, ...]:
    return tuple("" if side == "None" else plain(Decimal(side)) for side in values_hash.split("|"))
