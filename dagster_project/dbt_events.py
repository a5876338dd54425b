"""What dbt tells while it works: nothing but warnings and errors, for nobody listens, and what failed stands in its results.

A build of the whole warehouse fires thousands of events, one for each statement, connection and node. To make a message of each took 6 to 8 % of the
CPU time of a load.
"""

from __future__ import annotations

from typing import Any

from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.event_manager import EventManager
from dbt_common.events.event_manager_client import ctx_set_event_manager


class Quiet(EventManager):
    """Takes events of dbt, and handles those alone that may fail a run."""

    def fire_event(
        self, e: BaseEvent, level: EventLevel | None = None, node: Any = None, force_warn_or_error_handling: bool = False
    ) -> None:
        """Handle a warning or an error; all else is left unsaid."""
        if force_warn_or_error_handling or (level or e.level_tag()) in (EventLevel.WARN, EventLevel.ERROR):
            super().fire_event(e, level, node, force_warn_or_error_handling)


def be_quiet() -> None:
    """Let dbt's next command in this process tell nothing but what may fail it."""
    ctx_set_event_manager(Quiet())
