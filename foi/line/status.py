"""`foi status`: what is loaded, which sums fail, which files need a person."""

from __future__ import annotations

import json as json_module
from pathlib import Path
from typing import Any

from expectations.messages import plain
from foi.answer.correct import applied, correction_lines, correction_problems
from foi.answer.withdraw import withdrawn, withdrawn_lines
from foi.ask.show_versions import replaced, replaced_lines
from foi.line.aside import in_words, what_stands_aside
from foi.line.left import left_reports, settled, status_lines
from foi.messages import message
from foi.published import as_table, published
from foi.published.exclusions import exclusion_lines, read_exclusions
from foi.published.files import HANDED_IN, set_aside
from foi.published.incomplete import incomplete_lines, read_incomplete
from foi.published.namesakes import namesakes, told_apart
from foi.published.violations import APART, violation_lines
from ingest.home import Home

STATES = ("loaded", "superseded", "duplicate", "quarantined")
SHOWN = 20  # pairs of equal reports that are printed; --json gives all


def show_status(path: Path, json: bool = False) -> str:
    """Reports by year and state, failing rules in words, files set aside with their reason, reports without a certain unit."""
    from foi.alerts.show import unsent
    from foi.alerts.wording import said as alerts_said

    with published(path) as connection:
        facts, failing = read_status(connection, settled(Home(path.parent))), violation_lines(connection)
        facts["left"] = left_reports(connection, Home(path.parent))
        facts["withdrawn"] = withdrawn(connection)
    facts["alerts"] = unsent(Home(path.parent).alerts)
    facts["aside"] = in_words(what_stands_aside(Home(path.parent)))
    if json:
        return json_module.dumps(facts, ensure_ascii=False)
    lines = [message("status.years"), as_table([message("trend.year"), *(message(f"state.{s}") for s in STATES)], facts["years"])]
    if facts["failing"]:
        lines += ["", message("status.failing", n=len(facts["failing"])), *(f"  {line.text}" for line in failing)]
    lines += [*incomplete_lines(facts["incomplete"]), *exclusion_lines(facts["excluded"])]
    counted = [message(f"status.{k}", n=facts[k]) for k in ("late", "confirmed", "settled", "corrected") if facts[k]]
    lines += ["", *counted] if counted else []
    lines += [line for block in (correction_lines(facts["corrections"]), replaced_lines(facts["replaced"])) for line in block]
    if facts["quarantined"]:
        lines += ["", message("state.quarantined"), *(f"  {q['file']}: {q['reason']}" for q in facts["quarantined"])]
    lines += status_lines(facts["left"])
    lines += withdrawn_lines(facts["withdrawn"])
    if facts["unmatched"]:
        lines += ["", message("status.unmatched", n=len(facts["unmatched"]))]
        lines += [f"  {_unmatched(u)}" for u in facts["unmatched"]]
    for kind in ("undated", "gone"):
        lines += _listed(kind, facts[kind])
    if facts["similar"]:
        lines += ["", message("status.similar", n=len(facts["similar"]))]
        lines += [_similar(s) for s in facts["similar"][:SHOWN]]
        lines += [f"  {message('status.more', n=len(facts['similar']) - SHOWN)}"] if len(facts["similar"]) > SHOWN else []
    lines += _reopened_lines(facts["reopened"])
    if facts["broken"]:
        lines += ["", message("status.broken", n=facts["broken"], page=path.parent / "expectations.html")]
    if facts["alerts"]:
        lines += ["", alerts_said("unsent", n=len(facts["alerts"])), *(_unsent(a) for a in facts["alerts"][:SHOWN])]
    lines += (
        ["", message("status.aside", n=len(facts["aside"])), *(f"  {line}" for line in facts["aside"])] if facts["aside"] else []
    )
    serious = ("aside", "left", "failing", "incomplete", "late", "corrections", "quarantined", "unmatched", "undated", "gone", "similar", "reopened",
               "broken", "alerts")  # fmt: skip
    left = [one for one in facts["left"] if not one["is_cleared"]]
    if not any({**facts, "left": left}[k] for k in serious):
        lines += ["", message("status.fine")]
    return "\n".join(lines)


def _listed(kind: str, reports: list[dict[str, Any]]) -> list[str]:
    """A section of reports that need a person, each by its line."""
    return (
        ["", message(f"status.{kind}", n=len(reports)), *(f"  {message(f'status.{kind}_line', **r)}" for r in reports)]
        if reports
        else []
    )


def _unmatched(report: dict[str, str | None]) -> str:
    line = f"{report['file']} ({report['unit_name'] or message('read.unknown')}): {message('status.unmatched_hint')}"
    return f"{line}; {message('status.candidates', codes=report['candidates'])}" if report["candidates"] else line


def _unsent(letter: dict[str, Any]) -> str:
    from foi.alerts.wording import said

    kind, state = said(f"kind_{letter['kind']}", ("zh",)), said(f"state_{letter['state']}")
    return f"  {letter['recipient']} ({letter['channel']}) {kind}: {state} × {letter['attempts']}; {letter['note']}"


def _similar(pair: dict[str, Any]) -> str:
    return "  " + message(f"status.{pair['relation']}", **pair)


def _reopened_lines(decisions: list[dict[str, Any]]) -> list[str]:
    actions = {d["action"]: message(f"decide.{d['action']}") for d in decisions}
    lines = [f"  {message('status.reopened_line', **{**d, 'action': actions[d['action']]})}" for d in decisions]
    return ["", message("status.reopened", n=len(decisions)), *lines] if decisions else []


def reopened(row: tuple[Any, ...]) -> dict[str, Any]:
    """A decision that holds no more, with both sides of its rule as they stood and as they stand."""
    unit, year, rule, action, *numbers = row
    then, now = (f"{plain(a) or '–'} / {plain(b) or '–'}" for a, b in (numbers[:2], numbers[2:]))
    return {"unit": unit, "year": year, "rule": rule, "action": action, "then": then, "now": now}


def violation_sentences(connection: Any) -> list[str]:
    """Each failing row of severity error of a current report, in both languages; for people foi.failing puts many into one line.

    What makes no number wrong is told apart: lateness, our corrections, and what a report lacks.
    """
    rows = connection.execute(
        "select r.message_zh, r.message_en from expectation_results as r join fct_reports using (report_id)"
        f" where r.status = 'failed' and r.severity = 'error' and is_current and {APART} order by r.unit_name, r.report_year, r.rule_id"
    ).fetchall()
    return [f"{zh} / {en}" for zh, en in rows]


def broken_checks(connection: Any) -> int:
    """How many checks could not run: of what they would have found nothing is known."""
    found: tuple[int] = connection.execute("select count(*) from expectation_results where status = 'broken'").fetchone()
    return found[0]


def states_of(connection: Any, by: str, settled: list[str], files: list[str] | None = None) -> list[tuple[Any, ...]]:
    """How many inputs are in each state, by an expression; what was set aside and is `settled` counts as superseded."""
    rows: list[tuple[Any, ...]] = connection.execute(
        f"select {by}, case when input_state = 'quarantined' and list_contains($1, document_id) then 'superseded' else input_state end,"
        f" count(*) from fct_inputs where $2 is null or list_contains($2, {HANDED_IN}) group by 1, 2 order by 1",
        [settled, files],
    ).fetchall()
    return rows


def read_status(connection: Any, done: list[str]) -> dict[str, Any]:
    """All facts of the status as plain values."""
    years: dict[str, dict[str, int]] = {}
    for year, state, n in states_of(connection, "coalesce(report_year::varchar, '–')", done):
        years.setdefault(year, {})[state] = n
    unmatched = connection.execute("select file, unit_name, candidates from unmatched_units order by file").fetchall()
    undated = connection.execute("select file, unit_name from undated_reports order by file").fetchall()
    shared = namesakes(connection)
    gone = connection.execute(
        "select unit_name, unit_code, report_year, file from unit_year where not was_there order by all"
    ).fetchall()
    similar = connection.execute(
        "select relation, unit_name, unit_code, report_year, other_unit_name, other_unit_code, other_report_year from similar_reports"
        " where has_same_numbers"
        " order by relation desc, report_year desc, unit_name, other_unit_name"
    ).fetchall()
    settled = connection.execute(
        "select count(*) from expectation_results join fct_reports using (report_id) where is_current"
        " and status in ('explained', 'waived')"
    ).fetchone()[0]
    late = connection.execute(
        "select count(*) from expectation_results join fct_reports using (report_id) where is_current and suite = 'timeliness'"
        " and status = 'failed'"
    ).fetchone()[0]
    confirmed = connection.execute("select count(*) from decisions where state = 'holds' and action = 'confirm'").fetchone()[0]
    decided = connection.execute(
        "select coalesce(unit_name, unit_code), report_year, rule_id, action, left_then, right_then, left_now, right_now from decisions"
        " where state = 'reopened' order by all"
    ).fetchall()
    return {
        "years": [[year, *(counts.get(state, 0) for state in STATES)] for year, counts in years.items()],
        "failing": violation_sentences(connection),
        "incomplete": read_incomplete(connection),
        "excluded": read_exclusions(connection),
        "quarantined": set_aside(connection, settled=done),
        "unmatched": [{"file": file, "unit_name": name, "candidates": codes} for file, name, codes in unmatched],
        "undated": [{"file": file, "unit_name": name} for file, name in undated],
        "gone": [
            {"unit_name": told_apart(name, code, shared), "report_year": year, "file": file} for name, code, year, file in gone
        ],
        "similar": [
            {
                "relation": relation,
                "unit": told_apart(unit, code, shared),
                "year": year,
                "other": told_apart(other, other_code, shared),
                "other_year": other_year,
            }
            for relation, unit, code, year, other, other_code, other_year in similar
        ],
        "late": late,
        "confirmed": confirmed,
        "settled": settled,
        "corrected": applied(connection),
        "reopened": [reopened(row) for row in decided],
        "corrections": correction_problems(connection),
        "replaced": replaced(connection),
        "broken": broken_checks(connection),
    }
