"""`foi doctor`: which formats this installation can read, and what would make the others readable."""

from __future__ import annotations

import json

from foi.messages import bilingual, message
from ingest.readers.abilities import abilities


def show_abilities(as_json: bool = False) -> str:
    """Each ability with whether it is there, what it rests on, and the command that would bring it."""
    if as_json:
        return json.dumps([{"name": a.name, "present": a.present, "found": a.found} for a in abilities()], ensure_ascii=False)
    lines = [f"√ {message('doctor.always')}"]
    for ability in abilities():
        state = bilingual("doctor.present" if ability.present else "doctor.missing")
        key = "doctor.line_found" if ability.found else "doctor.line"
        line = message(key, name=bilingual(f"doctor.{ability.name}"), state=state, found=ability.found)
        lines.append(f"{'√' if ability.present else '×'} {line}")
        if not ability.present:
            lines.append(f"    {message(f'doctor.install_{ability.name}')}")
    return "\n".join(lines)
