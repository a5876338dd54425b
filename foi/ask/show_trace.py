"""`foi trace`: the way of a number for the terminal or as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from foi.ask.trace import Trace
from foi.ask.traced_report import TracedReport
from foi.ask.traced_rules import Violation
from foi.messages import bilingual, message, word_of
from foi.published import exact, json_value
from ingest.beijing import beijing, day
from ingest.words.language import Text
from ingest.words.places import place_text


def show_trace(trace: Trace) -> str:
    """The steps from the published number to the original, a heading and its lines each."""
    title = message(
        "trace.title",
        unit=trace.unit_name,
        code=trace.unit_code,
        year=trace.report_year,
        cell=trace.cell,
        cell_code=trace.code,
    )
    lines = [title, *([trace.why_empty.shown] if trace.why_empty else [])]
    for step, part in steps(trace):
        lines += ["", step.shown, *(f"  {line.shown}" for line in part)]
    return "\n".join(lines)


def steps(trace: Trace) -> list[tuple[Text, list[Text]]]:
    """The steps in words: what is published, the fact, the cell as read, the original, the versions, and what rules say."""
    parts = {
        "published": _published(trace),
        "fact": _fact(trace),
        "read": _read(trace),
        "original": _original(trace.report),
        "versions": _versions(trace),
        "rules": [_violation(one) for one in trace.violations] or [bilingual("trace.no_violation")],
    }
    return [(bilingual(f"trace.step_{step}"), part) for step, part in parts.items() if part]


def _number(value: Any, state: str | None = None) -> Text:
    """A number in full, or why there is none."""
    if value is not None:
        return Text(exact(value), exact(value))
    return word_of("state", state) if state else bilingual("trace.no_number")


def _published(trace: Trace) -> list[Text]:
    lines = []
    for one in trace.measures:
        values = {"column": one.column, "value": _number(one.value), "state": word_of("state", one.state)}
        alone = one.cells == (trace.code,)
        lines.append(bilingual("trace.measure" if alone else "trace.measure_of", **values, cells=" + ".join(one.cells)))
    lines = lines or [bilingual("trace.no_measure", table=trace.fact.table)]
    return [*lines, *([bilingual("trace.left_out", why=trace.left_out)] if trace.left_out else [])]


def _fact(trace: Trace) -> list[Text]:
    fact = trace.fact
    line = bilingual(
        "trace.fact",
        table=fact.table,
        column=fact.column,
        value=_number(fact.value),
        state=word_of("state", fact.state),
        form=fact.form or "–",
        report=trace.report.report_id,
    )
    if fact.correction is None:
        return [line]
    c = fact.correction
    return [
        line,
        bilingual(
            "trace.correction",
            correction=c["correction_id"],
            before=_number(fact.original_value, fact.original_state),
            after=_number(fact.value, fact.state),
            reason=c["reason"] or "–",
            evidence=c["evidence"] or "–",
            who=c["who"] or "–",
            when=beijing(c["made_at"]).removesuffix(" 00:00") if c["made_at"] else "–",
        ),
    ]


def _read(trace: Trace) -> list[Text]:
    read = trace.read
    if read is None:
        return [bilingual("trace.not_read")]
    line = bilingual(
        "trace.read",
        raw=read.raw.strip(),
        state=word_of("state", read.state),
        place=place_text(read.place),
        match=bilingual(f"trace.match_{read.match}"),
    )
    return [line, *([bilingual("trace.derivation", sums=read.derivation)] if read.derivation else [])]


def _original(report: TracedReport) -> list[Text]:
    there = report.original is not None
    path = bilingual("trace.original" if there else "trace.original_gone", path=report.original, document=report.document_id[:16])
    handed_in = bilingual(
        "trace.handed_in",
        file=report.file,
        reader=report.reader,
        published=report.published_on.isoformat() if report.published_on else bilingual("read.unknown"),
        landed=day(report.landed_at),
    )
    return [path, handed_in, *([bilingual("trace.url", url=report.url)] if report.url else [])]


def _versions(trace: Trace) -> list[Text]:
    """The versions and what each says in this cell; nothing where there is one version only."""
    if not trace.versions:
        return []
    current = (trace.report, trace.fact.value, trace.fact.state)
    rows = sorted([*((v, v.value, v.state) for v in trace.versions), current], key=lambda row: row[0].version_number)
    return [
        bilingual(
            "trace.version_answer" if report.accepted_answer else "trace.version_file",
            letter=report.accepted_answer or "",
            version=bilingual(
                "trace.version",
                n=report.version_number,
                of=report.versions,
                current=bilingual("trace.current") if report.is_current else "",
                value=_number(value, state),
            ),
            file=report.file,
        )
        for report, value, state in rows
    ]


def _violation(one: Violation) -> Text:
    decision = bilingual(f"trace.decision_{one.decision}")
    if one.decided_by:
        when = beijing(one.decided_at) if one.decided_at else "–"
        decision = bilingual("trace.decided", decision=decision, who=one.decided_by, when=when, why=one.decided_why or "–")
    return bilingual(
        "trace.violation", severity=word_of("severity", one.severity), words=one.words, rule=one.rule_id, decision=decision
    )


def trace_json(trace: Trace) -> str:
    """The whole way as one object; texts in both languages, numbers exact, the place as the tables keep it."""
    found = asdict(trace)
    why = trace.why_empty
    found |= {"why_empty": why._asdict() if why else None, "cell": trace.cell._asdict()}
    found["left_out"] = trace.left_out._asdict() if trace.left_out else None
    found["violations"] = [{**asdict(one), "words": one.words._asdict()} for one in trace.violations]
    if trace.read:
        found["read"]["place_text"] = place_text(trace.read.place)._asdict()
    return json.dumps(json_value(found), ensure_ascii=False, allow_nan=False)
