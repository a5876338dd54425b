"""`foi doctor`: which formats this installation can read, and what would make the others readable."""

from __future__ import annotations

import json

from foi.messages import bilingual, message
from ingest.installed import missing_of
from ingest.landing.workers import has_memory_limits
from ingest.readers.abilities import Ability, abilities

ENGINES = ("dbt", "dagster", "duckdb")


def means() -> list[Ability]:
    """What is there to read with, to build the warehouse with and to keep a damaged file within bounds."""
    missing = missing_of("warehouse")
    warehouse = Ability("warehouse", not missing, ", ".join(missing or ENGINES), frozenset())
    return [warehouse, *abilities(), Ability("limits", has_memory_limits(), "", frozenset())]


def show_abilities(as_json: bool = False) -> str:
    """Each ability with whether it is there, what it rests on, and the command that would bring it."""
    if as_json:
        return json.dumps([{"name": a.name, "present": a.present, "found": a.found} for a in means()], ensure_ascii=False)
    lines = [f"√ {message('doctor.always')}"]
    for ability in means():
        state = bilingual("doctor.present" if ability.present else "doctor.missing")
        key = "doctor.line_found" if ability.found else "doctor.line"
        line = message(key, name=bilingual(f"doctor.{ability.name}"), state=state, found=ability.found)
        lines.append(f"{'√' if ability.present else '×'} {line}")
        if not ability.present:
            lines.append(f"    {message(f'doctor.install_{ability.name}')}")
    return "\n".join(lines)
