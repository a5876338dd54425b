"""Take a correction back: its entry is cut out of corrections.yaml, and every other line stays as people wrote it."""

from __future__ import annotations

import yaml

from foi.answer.correct import Wish
from foi.messages import Complaint, message
from foi.owed.closing import although_closed
from ingest.home import Home
from ingest.home.placing import placed
from ingest.landing.corrections import changing


def take_back(home: Home, wish: Wish) -> None:
    """Cut the entry that says just this; a Complaint where there is none, or a person changed it meanwhile."""
    with changing(home.corrections):
        _taken_back(home, wish)


def _taken_back(home: Home, wish: Wish) -> None:
    path = home.corrections
    text = path.read_text("utf-8-sig") if path.is_file() else ""
    try:
        root = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.YAMLError:
        root = None
    wanted = {"unit_code": wish.unit, "report_year": str(wish.year), "cell": wish.cell, "expect": wish.before, "value": wish.after,
              "status": "open"}  # fmt: skip
    for node in root.value if isinstance(root, yaml.SequenceNode) else ():
        given = {key.value: value.value for key, value in node.value} if isinstance(node, yaml.MappingNode) else {}
        if {name: given.get(name) for name in wanted} == wanted:
            although_closed(
                home.root, [(wish.unit, wish.year)], message("year_lock.what_take_back", cells=wish.cell), wish.who or ""
            )
            _cut(home, text, node.start_mark.line, node.end_mark.line)
            return
    raise Complaint(message("correct.not_there", unit=wish.unit, year=wish.year, cell=wish.cell, path=path))


def _cut(home: Home, text: str, first: int, end: int) -> None:
    lines = text.splitlines(keepends=True)
    # Empty lines and remarks at the margin, before the next entry or at the end, stay.
    while end > first + 1 and (not lines[end - 1 : end] or not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    with placed(home.corrections, sure=True) as scratch:
        scratch.write_text("".join(lines[:first] + lines[end:]), "utf-8")
