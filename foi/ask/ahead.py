"""What the first readers of a release would wait for, made as soon as it is opened: in the background, one after the other."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from foi.ask.area import area_in, latest_in
from foi.ask.trend import known_measures
from foi.ask.unit_history import prepare
from foi.messages import Complaint
from foi.published.last_units import last_unit
from foi.published.namesakes import namesakes
from foi.published.spans import begin


def make_ahead(connection: Any) -> None:
    """The whole country in its last year, with all that pages of areas need; what pages of units need; where the rows of each report stand."""
    with suppress(Complaint):  # nothing is owed yet
        area_in(connection, "", latest_in(connection, ""))
    prepare(connection)
    for of_area in (False, True):
        known_measures(connection, of_area)
    namesakes(connection)
    last_unit(connection, "", 0)
    begin()
