"""The parameters of an address, each checked: what was found, what was expected."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request

from foi.messages import Complaint, message
from ingest.words.language import Text

YEARS = range(2000, 2101)


class Wrong(Complaint):
    """What was asked or sent is nothing that can be answered: a parameter that is wrong (400), or `status` says what else."""

    def __init__(self, text: str | Text, status: int = 400) -> None:
        super().__init__(text)
        self.status = status


def whole_number(request: Request, name: str) -> int:
    """A year given as a parameter; 0 where it is not given."""
    given = request.query_params.get(name, "").strip()
    return year_of(given, name) if given else 0


def year_of(given: str, name: str = "year") -> int:
    """A year as it stands in an address."""
    if not (given.isascii() and given.isdigit() and int(given) in YEARS):
        raise Wrong(message("portal.no_number", name=name, found=given[:40]))
    return int(given)


def one_of(request: Request, name: str, known: Sequence[str], otherwise: str) -> str:
    """A word given as a parameter that must be one of those known."""
    given = request.query_params.get(name, "") or otherwise
    if given not in known:
        raise Wrong(message("portal.no_choice", name=name, found=given[:40], known=", ".join(known)))
    return given
