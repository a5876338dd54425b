"""Which violations an address or a form asks for, and whether the numbers are still those that its page was made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from starlette.requests import Request

from foi.answer.failing import KINDS, STATES, Wanted
from foi.messages import message
from foi.published.release import release_of
from ingest.home import Home
from portal.asked import Wrong, year_of

WAITING = "waiting"  # open and reopened together
ABOUT = ("area", "year", "kind", "rule", "cause", "state")


@dataclass(frozen=True, slots=True)
class Fresh:
    """The release that is shown, and the one that the reader began with (the same, where nothing came between)."""

    release: str
    begun: str

    @property
    def has_changed(self) -> bool:
        """Whether the data changed since the reader began."""
        return self.begun != self.release


def wanted_of(given: Mapping[str, Any]) -> Wanted:
    """What the parameters of an address, or the fields of a form, ask for; a Wrong where one of them is none that is known."""
    words = {name: str(given.get(name) or "").strip()[:80] for name in ABOUT}
    words["area"] = words["area"] or str(given.get("unit") or "").strip()[:80]
    _check("kind", words["kind"], KINDS)
    _check("state", words["state"], (WAITING, *STATES))
    year = year_of(words["year"]) if words["year"] else 0
    return Wanted(words["area"], year, words["kind"], words["rule"], words["cause"], words["state"])


def _check(name: str, found: str, known: tuple[str, ...]) -> None:
    if found and found not in known:
        raise Wrong(message("portal.no_choice", name=name, found=found[:40], known=", ".join(known)))


def query_of(wanted: Wanted, **more: Any) -> dict[str, Any]:
    """The parameters of an address that asks for the same, with others beside them."""
    return {**{name: value for name, value in asdict(wanted).items() if value}, **more}


def fresh(request: Request) -> Fresh:
    """Whether the data changed since the reader began: each link of the desk carries the release with which he did."""
    home: Home = request.app.state.home
    now = release_of(home).number
    return Fresh(now, request.query_params.get("release", "").strip()[:40] or now)
