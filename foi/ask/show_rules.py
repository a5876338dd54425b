"""`foi rules`: the rules for the terminal, as JSON, and as the pages docs/rules.md and docs/rules.en.md; what each is good for."""

from __future__ import annotations

import json
from pathlib import Path

from foi.ask.rule_yield import COUNTS, yield_by_form, yield_of
from foi.messages import bilingual, joined, message, word_of
from foi.published import as_json, as_table
from ingest.law.entries import Entry, entries


def show_rules(as_json: bool) -> str:
    """Every rule in words, or as JSON."""
    rules = entries()
    if as_json:
        return json.dumps([{name: getattr(e, name) for name in Entry.__slots__} for e in rules], ensure_ascii=False)
    return "\n".join([message("rules.title", n=len(rules)), *(line for e in rules for line in _lines(e))])


def _lines(e: Entry) -> list[str]:
    kind = message("rules.printed") if e.is_printed else message("rules.derived")
    needs = joined(bilingual(f"rules.{n}") for n in e.needs)
    return [
        "",
        f"{e.rule} × {e.applied} [{message(f'severity.{e.severity}')}] {kind} {_forms(e)}",
        f"  {e.words.shown}",
        f"  {message('rules.needs', needs=needs)}",
        f"  {e.law}",
        *([f"  {message('rules.levels', levels=joined(word_of('level', one) for one in e.levels))}"] if e.levels else []),
    ]


def _forms(e: Entry) -> str:
    return ", ".join(e.forms) or message("rules.every_form")


def rules_page() -> str:
    """The page of rules in the language of this reader."""
    columns = ("rule", "severity", "forms", "zh", "law")
    lines = [f"# {message('rules.page')}", "", message("rules.made"), ""]
    lines += [f"| {' | '.join(message(f'rules.column_{c}') for c in columns)} |", f"|{'---|' * len(columns)}"]
    for e in entries():
        lines.append(
            f"| `{e.rule}` × {e.applied} | {message(f'severity.{e.severity}')} | {_forms(e)} | {e.words.shown} | {e.law} |"
        )
    return "\n".join(lines) + "\n"


def show_yield(path: Path, json: bool = False) -> str:
    """A line for each rule over all forms and years, the most frequent first; as JSON one row for each form and year."""
    if json:
        return as_json(*yield_by_form(path))
    rows = [
        [y.rule, message(f"severity.{y.severity}"), *y.counts, "" if y.precision is None else f"{y.precision:.0%}"]
        for y in yield_of(path)
    ]
    head = [message(f"rules.column_{c}") for c in ("rule", "severity", *COUNTS, "precision")]
    return f"{message('rules.yield')}\n{as_table(head, rows)}"
