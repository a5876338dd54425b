"""What a report lacks, as one plain sentence in Chinese and one in English: a table, numbers of a table, or rows that were not read."""

from __future__ import annotations

from typing import Any

from expectations.messages import cell_words, texts, unit_and_year
from ingest.words.language import LANGUAGES, Text

RULE = "incomplete"
SUITE = "completeness"  # what the gate calls it
ROWS = f"{RULE}.rows"
FILLED, READ = ("blank", "dash"), ("unreadable", "absent")  # what the unit left out, and what may stand in the original
NAMED = 3  # cells that are named
SHOWN = 3  # rows whose sentences the warehouse keeps


def incomplete_sentence(row: dict[str, Any]) -> Text:
    """The Chinese and the English sentence for one table of a report, or for what of it was left unread."""
    return Text(*(_sentence_in(language, row) for language in LANGUAGES))


def _sentence_in(language: str, row: dict[str, Any]) -> str:
    words = texts()[RULE]
    values = {"who": unit_and_year(row, language), "sums": _sums(row, language)}
    if row["rule_id"] == ROWS:
        more = words["rows_more"][language] if row["rows_unread"] > SHOWN else ""
        return str(
            words["rows"][language].format(**values, n=row["rows_unread"], found=row[f"unread_{language}"] or "", more=more)
        )
    values["table"] = words["tables"][row["table_name"]][language]
    if row["is_absent"]:
        return str(words["no_table"][language].format(**values))
    comma = words["comma"][language]
    found = {kind: row[kind] for kind in (*FILLED, *READ) if row[kind]}
    codes = (row["missing_codes"] or "").split(", ")[:NAMED]
    values["named"] = comma.join(words["quoted"][language].format(cell=cell_words(c, row["form"], language)) for c in codes)
    values["parts"] = comma.join(words["parts"][kind][language].format(n=n) for kind, n in found.items())
    todo = [words["todo"][key][language] for key, kinds in (("filled", FILLED), ("read", READ)) if set(kinds) & set(found)]
    values["todo"] = ("" if language == "zh" else " ").join(todo)
    template = words["cells" if row["left_sum"] else "no_number"][language]
    return str(template.format(**values, missing=sum(found.values()), cells=row["right_sum"]))


def _sums(row: dict[str, Any], language: str) -> str:
    """How many printed sums cannot be judged since something is missing."""
    open_sums = row["sums_not_assessable"]
    return str(texts()[RULE]["sums"][language].format(n=open_sums)) if open_sums else ""
