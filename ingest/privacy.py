"""Mask personal data (names of staff, phones, mail addresses) in every text that is published; only the original keeps it.

Source: 政府信息公开条例 第十五条 (personal privacy is not disclosed). The patterns are data: words/privacy.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from ingest.model import Issue, Report
from ingest.words.yaml_files import WORDS, read_yaml

NUMBER = re.compile(r"[\d\s,.，．]*")


@cache
def _masks() -> tuple[re.Pattern[str], list[tuple[re.Pattern[str], str]]]:
    data = read_yaml(WORDS / "privacy.yaml")
    surname = f"[{data['surnames']}]"
    masks = []
    for mask in data["masks"]:
        pattern = re.compile(mask["pattern"].replace("{surname}", surname))
        masks.append((pattern, (r"\g<keep>" if "keep" in pattern.groupindex else "") + mask["as"]))
    return re.compile(data["marks"]), masks


def mask(text: str) -> str:
    """A text with its personal data replaced by what they were: ［电话］, ［姓名］."""
    marks, masks = _masks()
    if not marks.search(text):
        return text
    for pattern, shown in masks:
        text = pattern.sub(shown, text)
    return text


def mask_report(report: Report) -> Report:
    """A report whose published texts (prose, sentences, titles, evidence, issues, words in cells) hold no personal data; its numbers stay."""
    marks, _ = _masks()
    if not marks.search("\n".join(_published(report))):  # most reports name nobody
        return report
    return replace(
        report,
        title=mask(report.title),
        cells=tuple(c if (m := mask_cell(c.raw)) == c.raw else c._replace(raw=m) for c in report.cells),
        reason=_issue(report.reason) if report.reason else None,
        candidates=tuple(c if (m := mask(c.evidence)) == c.evidence else replace(c, evidence=m) for c in report.candidates),
        counts=tuple(c if (m := mask(c.sentence)) == c.sentence else replace(c, sentence=m) for c in report.counts),
        sections={name: mask(text) for name, text in report.sections.items()},
        issues=tuple(_issue(i) for i in report.issues),
    )


def _published(report: Report) -> Iterator[str]:
    yield report.title
    if report.reason:
        yield report.reason.found
    yield from (c.evidence for c in report.candidates)
    yield from (c.sentence for c in report.counts)
    yield from report.sections.values()
    yield from (i.found for i in report.issues)
    yield from (c.raw for c in report.cells)


def mask_cell(text: str) -> str:
    """What stands in a cell of a table without personal data: a number stays, whatever it looks like."""
    return text if NUMBER.fullmatch(text) else mask(text)


def _issue(issue: Issue) -> Issue:
    masked = mask(issue.found)
    return issue if masked == issue.found else replace(issue, found=masked)
