"""The two examples of a rule in words: which reports it passes, and which it fails."""

from __future__ import annotations

from typing import Any

from expectations.messages import cell_words
from foi.messages import bilingual, joined, word_of
from ingest.law.entries import Entry
from ingest.law.examples import Examples, examples_of_sum, written_examples
from ingest.law.forms import every_form, load_terms
from ingest.words.language import LANGUAGES, Text

YEAR, FORM = 2024, "2021"  # of an example that names no other


def told_examples(entry: Entry) -> tuple[Text, Text] | None:
    """What passes and what fails a rule; None for what only the warehouse as a whole can tell."""
    if entry.is_printed:
        found: Examples | None = examples_of_sum(every_form()[entry.forms[0]], entry.rule)
    else:
        found = written_examples().get(entry.rule)
    return (_told(found.passes), _told(found.fails)) if found else None


def _told(reports: list[dict[str, Any]]) -> Text:
    return joined([_report(report) for report in reports], "gap.semicolon")


def _report(report: dict[str, Any]) -> Text:
    """One report of an example: its year, whose it is where that matters, and all of it that is not 0."""
    facts = [*_cells(report), *_counts(report), *_marks(report)]
    whose = bilingual("example.other_unit") if report.get("unit", "a") != "a" else ""
    level = word_of("level", report["level"]) if "level" in report else ""
    head = joined([part for part in (str(report.get("year", YEAR)), whose, level) if part], " ")
    return bilingual("example.report", head=head, facts=joined(facts or [bilingual("example.nothing")]))


def _cells(report: dict[str, Any]) -> list[Text]:
    form = report.get("form", FORM)
    names = (
        (Text(*(cell_words(code, form, one) for one in LANGUAGES)), value) for code, value in report.get("cells", {}).items()
    )
    return [bilingual("example.number", name=name, value=f"{value}") for name, value in names]


def _counts(report: dict[str, Any]) -> list[Text]:
    terms = load_terms()
    return [
        bilingual("example.prose", name=Text(terms[c["code"]].zh, terms[c["code"]].en), value=f"{c['value']}")
        for c in report.get("counts", ())
    ]


def _marks(report: dict[str, Any]) -> list[Text]:
    """What else is told of a report: its words, its equal numbers, the day it was published, what was noticed in reading."""
    found = [bilingual("example.form", form=report["form"])] if "form" in report and "cells" not in report else []
    found += [bilingual("example.clauses", n=report["clauses"])] if "clauses" in report else []
    found += [bilingual(f"example.numbers_{report['numbers']}")] if "numbers" in report else []
    found += [bilingual("example.published", day=f"{report['published']}")] if "published" in report else []
    noticed = [(found_there, expected) for _, found_there, expected in report.get("issues", ()) if found_there]
    return [*found, *(bilingual("example.noticed", found=there, expected=expected) for there, expected in noticed)]
