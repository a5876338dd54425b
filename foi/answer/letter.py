"""`foi letter`: write what units are asked about their reports: a Word file, a page and a reply sheet for each."""

from __future__ import annotations

import re
from pathlib import Path

from foi.answer.asked import Letter, letters_to_send
from foi.answer.docx import Part, as_word
from foi.answer.letter_words import letter_parts, letter_title
from foi.answer.reply_sheet import reply_sheet
from foi.messages import message
from ingest.words.language import language

NOT_IN_A_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f]')  # what some systems do not take in the name of a file
LONGEST = 60  # characters of a unit's name there


def write_letters(path: Path, out: Path, unit: str = "", year: int = 0) -> str:
    """One letter (.docx and .html) and one reply sheet (.xlsx) for each report with violations; of one unit or year only, if given."""
    letters = letters_to_send(path, unit, year)
    if not letters:
        return message("letter.nothing", unit=unit or "–", year=year or "–")
    out.mkdir(parents=True, exist_ok=True)
    for letter in letters:
        stem, title, parts = _stem(letter), letter_title(letter), letter_parts(letter)
        (out / f"{stem}.docx").write_bytes(as_word(title, parts))
        (out / f"{stem}.html").write_text(_page(title, parts), "utf-8")
        (out / f"{stem}-reply.xlsx").write_bytes(reply_sheet(letter))
    return message("letter.done", n=len(letters), out=out)


def _stem(letter: Letter) -> str:
    """The name of the files of a letter: the code comes first, since many units share a name."""
    return NOT_IN_A_NAME.sub("_", f"{letter.unit_code}-{letter.unit_name[:LONGEST]}-{letter.report_year}")


def _page(title: str, parts: list[Part]) -> str:
    from jinja2 import Environment, FileSystemLoader, select_autoescape

    templates = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=select_autoescape())
    return templates.get_template("letter.html").render(
        title=title, language=language(), parts=[(isinstance(p, str), p) for p in parts]
    )
