"""`foi rollup`: the report of an area made of its units, told in the terminal or as JSON, and written as a Word file and a workbook."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import IO, Any

from expectations.messages import cell_text
from foi.ask.export import put
from foi.letters.letter import NOT_IN_A_NAME
from foi.messages import Complaint, message
from foi.published import json_value
from foi.rollup.book import lacking, workbook
from foi.rollup.cells import RolledCell
from foi.rollup.document import word_file
from foi.rollup.members import Member
from foi.rollup.rollup import Rollup
from foi.rollup.sums import Sum
from foi.rollup.told import because, notes, remarks, sum_place
from ingest.words.issues import why


def show_rollup(found: Rollup, path: Path, out: Path | None = None, as_json: bool = False) -> tuple[str, int]:
    """What is told of the report, and the exit code: 0 it is whole, 1 something is missing. With `out` its files are written there."""
    written = write_files(found, path, out) if out else []
    code = 0 if found.is_whole else 1
    if as_json:
        return json.dumps({**rollup_values(found), "files": list(map(str, written))}, ensure_ascii=False, allow_nan=False), code
    lines = [*told(found), *(text.shown for _, text in notes(found))]
    return "\n".join([*lines, *(message("rollup.written", path=file) for file in written)]), code


def write_files(found: Rollup, path: Path, out: Path) -> list[Path]:
    """Write the Word file and the workbook into a folder, each whole or not at all; returns their paths."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Complaint(message("error.cannot_open", path=out, reason=why(error)), 3) from error
    contents = {".docx": word_file(found), ".xlsx": workbook(found, path)}
    targets = [out / f"{stem(found)}{ending}" for ending in contents]
    for target, content in zip(targets, contents.values(), strict=True):
        put(target, partial(_write, content))
    return targets


def _write(content: bytes, file: IO[bytes]) -> None:
    file.write(content)


def stem(found: Rollup) -> str:
    """The name of the files of a report, without their ending."""
    name = message("rollup.word_title", code=found.code, name=found.name, year=found.report_year)
    return NOT_IN_A_NAME.sub("_", name)


def told(found: Rollup) -> list[str]:
    """How many units, cells and sums are in order."""
    states = [cell.state for cell in found.cells.values()]
    results = [one.result for one in found.sums]
    cells = {state: states.count(state) for state in ("whole", "partial", "none")}
    sums = {"holds": results.count("pass"), "fails": results.count("fail"), "open": results.count("not_assessable")}
    return [
        message("rollup.heading", name=found.name, year=found.report_year),
        "  " + message("rollup.of", of=found.expected, n=len(found.counted())),
        "  " + message("rollup.form", form=found.form.form, cells=len(states), **cells),
        "  " + message("rollup.sums", n=len(results), **sums),
        message("rollup.whole" if found.is_whole else "rollup.not_whole"),
    ]


def rollup_values(found: Rollup) -> dict[str, Any]:
    """The whole value for a program: cells with their parts, sums, units and notes, texts in both languages."""
    return {
        "area_code": found.code,
        "area_name": found.name,
        "level": found.level,
        "report_year": found.report_year,
        "form": found.form.form,
        "units_expected": found.expected,
        "units_reporting": len(found.counted()),
        "is_whole": found.is_whole,
        "counties_without_units": list(found.without),
        "cells": [_cell(found, cell) for cell in found.cells.values()],
        "sums": [_sum(found, one) for one in found.sums],
        "units": [_unit(found, member) for member in found.members],
        "governments": [
            {"unit_code": g.unit_code, "unit_name": g.unit_name, "report_id": g.report_id, "scope": g.scope._asdict()}
            for g in found.governments
        ],
        "notes": [{"about": about, **text._asdict()} for about, text in notes(found)],
    }


def _cell(found: Rollup, cell: RolledCell) -> dict[str, Any]:
    parts = [
        {
            "unit_code": part.member.unit_code,
            "report_id": part.member.report_id,
            "value": json_value(part.number.value),
            "state": part.number.state,
            "unit": part.number.unit,
            "is_counted": part.number.is_counted,
        }
        for part in found.parts(cell.code)
    ]
    return {
        "code": cell.code,
        "cell": cell_text(cell.code, found.form.form)._asdict(),
        "value": json_value(cell.value),
        "unit": cell.unit,
        "kind": cell.kind,
        "state": cell.state,
        "units": cell.units,
        "of": cell.of,
        "lacking": [member.unit_code for member in lacking(found, cell)],
        "parts": parts,
    }


def _sum(found: Rollup, one: Sum) -> dict[str, Any]:
    return {
        "rule_id": one.judgment.rule_id,
        "rule": one.judgment.meaning._asdict(),
        "place": sum_place(found, one)._asdict(),
        "left": json_value(one.judgment.left),
        "right": json_value(one.judgment.right),
        "result": one.result,
        "because": None if one.is_settled else because(found, one)._asdict(),
        "units": [code for code, _ in one.because],
    }


def _unit(found: Rollup, member: Member) -> dict[str, Any]:
    return {
        "unit_code": member.unit_code,
        "unit_name": member.unit_name,
        "level": member.level,
        "state": member.state,
        "owed_by": member.owed_by,
        "report_id": member.report_id,
        "is_incomplete": member.lacks is not None,
        "left_out": list(member.left_out),
        "corrected": list(found.corrected(member)),
        "doubtful": list(found.doubtful(member)),
        "remarks": remarks(found, member)._asdict(),
    }
