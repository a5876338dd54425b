"""The questions of docs/questions.md, each in SQL with the answer of the examples; `python -m tests.questions` writes the answers anew."""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from foi.ask.query import show_query
from ingest.words.language import speaking
from tests.paths import ROOT

PAGE = ROOT / "docs" / "questions.md"
QUESTION = re.compile(
    r"^### (?P<title>[^\n]+)\n```sql\n(?P<sql>.+?)\n```\n(?:```text\n(?P<answer>.*?)\n```\n)?", re.DOTALL | re.MULTILINE
)


def questions(text: str) -> list[re.Match[str]]:
    """Every question of the page."""
    return list(QUESTION.finditer(text))


def answer(published: Path, sql: str) -> str:
    """What the published file says to a question."""
    with speaking("en"):
        return show_query(published, sql)


def answered(published: Path, text: str) -> str:
    """The page with the answers of a published file."""
    return QUESTION.sub(
        lambda found: f"### {found['title']}\n```sql\n{found['sql']}\n```\n```text\n{answer(published, found['sql'])}\n```\n",
        text,
    )


if __name__ == "__main__":
    from foi.line.load import load_folder

    with tempfile.TemporaryDirectory() as folder:
        home = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder)
        if len(sys.argv) == 1:
            load_folder(ROOT / "examples" / "reports", home, None, False)
        PAGE.write_text(answered(home / "published.duckdb", PAGE.read_text("utf-8")), "utf-8")
