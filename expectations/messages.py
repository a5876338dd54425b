"""A failing row as one plain sentence in Chinese and one in English, with the labels printed in the form."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from expectations.judgment import Judgment
from ingest.law.forms import Form, Rule, every_form, load_terms
from ingest.law.relations import Relation, relations_of
from ingest.law.signals import signals
from ingest.model import Report
from ingest.words.language import LANGUAGES, Text
from ingest.words.places import places_in
from ingest.words.yaml_files import read_yaml

SHARES = {"all_zero", "unmatched"}


@cache
def texts() -> dict[str, Any]:
    """The sentences (messages.yaml)."""
    return read_yaml(Path(__file__).parent / "messages.yaml")


@cache
def bounds() -> dict[str, Any]:
    """The bounds (bounds.yaml), each with its reason beside it."""
    return read_yaml(Path(__file__).parent / "bounds.yaml")


def plain(number: Any) -> str:
    """A number without needless zeros: 27.000000 → 27; nothing for NULL."""
    if number is None:
        return ""
    return f"{number.normalize():f}" if isinstance(number, Decimal) else str(number)


def sentence(kind: str, row: dict[str, Any]) -> Text:
    """The Chinese and the English sentence for a failing row of one kind of check."""
    return Text(*(_sentence_in(language, kind, row) for language in LANGUAGES))


def violation_text(violation: Judgment, report: Report) -> Text:
    """What a rule says of a report that was read, as one sentence in Chinese and one in English."""
    sums: dict[str, Any] = {"left_sum": violation.left, "right_sum": violation.right}
    if violation.left is not None and violation.right is not None:
        sums["difference"] = violation.left - violation.right
    whose = {"unit_name": report.unit_name, "report_year": report.report_year, "form": violation.form}
    words = {"found": violation.found, "expected": violation.expected, "code": violation.cells[0] if violation.cells else ""}
    return sentence(violation.kind, {**whose, "rule": violation.rule, "rule_id": violation.rule_id, **words, **sums})


def _sentence_in(language: str, kind: str, row: dict[str, Any]) -> str:
    template = {} if kind == "signal" else texts()[kind]  # a signal brings its own words
    values = {key: plain(value) for key, value in row.items()} | {"who": unit_and_year(row, language)}
    values["year"] = plain(row.get("report_year"))
    if kind in SHARES:
        values |= {key: f"{row[key]:.0%}" for key in ("found", "expected")}
    elif kind == "sum":
        template = texts()["sums"].get(row.get("rule"), template)
        values |= {"left": plain(row["left_sum"]), "right": plain(row["right_sum"]), "difference": plain(abs(row["difference"]))}
        values |= _rule_words(row, language)
    elif kind == "relation":
        values |= {"left": plain(row["left_sum"]), "right": plain(row["right_sum"]), "difference": plain(abs(row["difference"]))}
        values |= _relation_words(row, language)
        template = texts()["bound"] if _relation(row).is_bound else texts()["relations"].get(row["rule"], template)
    elif kind == "signal":
        return _signal(row, values, language)
    elif "code" in row:
        about = texts()["document"].get(row["code"], {}).get(language)
        values |= {"left": plain(row.get("left_sum")), "cell": about or cell_words(row["code"], row.get("form"), language)}
    return str(template[language].format(**values)).strip()


def _signal(row: dict[str, Any], values: dict[str, str], language: str) -> str:
    """The sentence of a rule that no equation can say; a measure that is no single cell is told by its name."""
    signal = signals()[row["rule"]]
    instance = row["rule_id"].removeprefix(signal.rule).removeprefix(".")
    code = row.get("code") or instance
    values |= {
        "left": plain(row.get("left_sum")),
        "right": plain(row.get("right_sum")),
        "cell": cell_words(code, row.get("form"), language),
    }
    if language == "zh" and "issues" in signal.values:
        values["found"] = places_in(values["found"])
    return signal.sentence(instance, language).format(**values).strip()


def reopened(left: str, right: str) -> Text:
    """What is said where a decision no longer holds, because a number changed."""
    return Text(*(str(texts()["reopened"][language].format(left=left, right=right)) for language in LANGUAGES))


def unit_and_year(row: dict[str, Any], language: str) -> str:
    """The unit and the year that a row is about."""
    unit = row.get("unit_name") or texts()["unknown_unit"][language]
    if row.get("report_year") is None:
        return f"{unit} {texts()['unknown_year'][language]}"
    return str(texts()["who"][language].format(unit=unit, year=row["report_year"]))


@cache
def _rules(form: str) -> dict[str, Rule]:
    return {rule.rule_id: rule for rule in every_form()[form].rules}


def _rule_words(row: dict[str, Any], language: str) -> dict[str, str]:
    form, rule = every_form()[row["form"]], _rules(row["form"])[row["rule_id"]]
    return {
        "rule": rule.zh if language == "zh" else rule.en,
        "instance": printed_label(form, rule.table, rule.instance, language),
    }


def printed_label(form: Form, table_name: str, code: str, language: str) -> str:
    """A row or column as printed, after the heading it stands under, since labels such as “其他” repeat."""
    term = load_terms().get(code)
    if language == "en" and term is not None:
        return term.en
    table = form.tables[table_name]
    label = table.columns.get(code) or table.rows.get(code) or code
    heading = table.under.get(code)
    return f"{heading}—{label}" if heading else label


@cache
def _relations(form: str) -> dict[str, Relation]:
    return {relation.rule_id: relation for relation in relations_of(form)}


def _relation(row: dict[str, Any]) -> Relation:
    return _relations(row["form"])[row["rule_id"]]


def _relation_words(row: dict[str, Any], language: str) -> dict[str, str]:
    relation = _relation(row)
    cells = [t.code for t in (*relation.left, *relation.readings[0]) if t.source == "cell"]
    place = cell_words(cells[0], row["form"], language) if cells and relation.instance else ""
    mark = {"zh": "（{}）", "en": " ({})"}[language]
    words = {"rule": relation.zh if language == "zh" else relation.en, "instance": mark.format(place) if place else ""}
    return words | {"cell": cell_words(cells[0], row["form"], language) if cells else ""}


def cell_text(code: str, form: str | None) -> Text:
    """A cell as its form prints it, and in English."""
    return Text(*(cell_words(code, form, language) for language in LANGUAGES))


@cache
def cell_words(code: str, form: str | None, language: str) -> str:
    """A cell as its form prints it: item, row, column; the newest form that has it, if the report's form is not known."""
    known = {name: c for name, of in every_form().items() for c in of.cells if c.code == code}
    cell = known.get(form or "") or next(iter(known.values()), None)
    if cell is None:
        term = load_terms().get(code)
        return code if term is None else str(getattr(term, language))
    if language == "zh":
        return "—".join(part for part in (cell.item, cell.row_label, cell.column_label) if part)
    return ", ".join(load_terms()[one].en for one in (cell.row, cell.column) if one in load_terms())
