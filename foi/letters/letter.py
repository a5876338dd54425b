"""`foi letter`: write what units are asked about their reports: a Word file, a page and a reply sheet for each, and a cover list."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from foi.access.actor import Actor, this_user
from foi.access.audit import note_command
from foi.access.tokens import LONGEST as MOST_DAYS
from foi.access.tokens import Wish, token_from
from foi.answer.docx import WHEN, AtRight, Centered, Heading, Part, as_word
from foi.letters.asked import Letter, Whom, letters_to_send
from foi.letters.cover import cover_book, cover_document
from foi.letters.ledger import Report, Written, number_letters
from foi.letters.letter_words import Official, letter_head, letter_parts, letter_title
from foi.letters.reply_sheet import reply_sheet
from foi.letters.settings import Settings, read_settings
from foi.messages import Complaint, message
from ingest.beijing import beijing_today
from ingest.home import Home
from ingest.home.placing import placed
from ingest.units.known import registry_of
from ingest.words.language import language

NOT_IN_A_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f\ud800-\udfff]')  # what some systems do not take in the name of a file
LONGEST = 60  # characters of a unit's name there
AFTER = 60  # days after the day of reply on which a unit may still answer at its address
PURPOSE = "letter"  # what the token of a unit is for: this word and the number of its letter
KINDS = ((Centered, "middle"), (AtRight, "right"), (Heading, "heading"))


@dataclass(frozen=True)
class Made:
    """Letters as they were made: what each asks, and as what it was kept; without settings they are drafts."""

    letters: list[Letter]
    settings: Settings | None = None
    written: dict[Report, Written] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)


def make_letters(home: Home, whom: Whom, actor: Actor | None = None) -> Made:
    """The letters that are meant with their files by name; each is kept with its number where letters.yaml says who sends it."""
    today, actor = beijing_today(), actor or this_user()
    settings = read_settings(home, today)
    letters = letters_to_send(home.published, whom)
    if settings is None or not letters:
        return Made(letters, None, {}, dict(_files_of(letters, {})))
    written = number_letters(home, settings, [letter.to_write for letter in letters], actor.name, today)
    officials = {
        letter.report: Official(
            written[letter.report], settings, _address(home, settings, written[letter.report], letter, actor, today)
        )
        for letter in letters
    }
    return Made(letters, settings, written, dict(_files_of(letters, officials)))


def write_letters(path: Path, out: Path, unit: str = "", year: int = 0, area: str = "") -> str:
    """One letter (.docx and .html) and one reply sheet (.xlsx) for each report with violations; of one unit, year or area only, if given."""
    made = _made(path, Whom(unit, year, area))
    if not made.letters:
        return message("letter.nothing", unit=unit or area or "–", year=year or "–")
    out.mkdir(parents=True, exist_ok=True)
    for name, content in made.files.items():
        (out / name).write_bytes(content)
    return _told(made, out)


def zip_letters(path: Path, target: Path, unit: str = "", year: int = 0, area: str = "") -> str:
    """All of it as one .zip, with a cover list of the units."""
    made = _made(path, Whom(unit, year, area))
    if not made.letters:
        return message("letter.nothing", unit=unit or area or "–", year=year or "–")
    try:
        with placed(target) as scratch:
            scratch.write_bytes(as_zip(made))
    except OSError as error:
        raise Complaint(message("letter.not_written", path=target, reason=error.strerror or error)) from error
    return _told(made, target)


def _made(path: Path, whom: Whom) -> Made:
    """The letters of a command; those that are kept are noted in the log."""
    made, home = make_letters(Home(path.parent), whom), Home(path.parent)
    if made.written:
        numbers = ", ".join(one.number for one in made.written.values())
        note_command(home, "letter", about=f"{whom.unit or whom.area or '*'} {whom.year or '*'}", after=numbers)
    return made


def as_zip(made: Made) -> bytes:
    """The letters with a cover list (.xlsx and .docx) as one archive; the same letters are the same bytes."""
    out, name = io.BytesIO(), message("letter.cover_file")
    covers = {f"{name}.xlsx": cover_book(made.letters, made.written), f"{name}.docx": cover_document(made.letters, made.written)}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, content in {**covers, **made.files}.items():
            archive.writestr(zipfile.ZipInfo(file, WHEN), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def purpose_of(number: str) -> str:
    """What the token of the unit that got this letter is for."""
    return f"{PURPOSE} {number}"


def _address(home: Home, settings: Settings, written: Written, letter: Letter, actor: Actor, today: date) -> str:
    """Where the unit answers: a page of its own that nobody else is told, open until some weeks after the day of reply.

    A unit that no list of units knows can be given none: it answers with the sheet.
    """
    if not settings.address:
        return ""
    days = min(MOST_DAYS, max(1, (date.fromisoformat(written.reply_by) - today).days) + AFTER)
    name = letter.unit_name[:LONGEST]
    # The office writes, not the person: a letter that is out stays good when who wrote it has no way in any more.
    office = replace(actor, token=0)
    if registry_of(home).by_code(letter.unit_code) is None:
        return ""
    secret = token_from(home, office, Wish(name, "clerk", letter.unit_code, days, purpose_of(written.number)))
    return f"{settings.address.rstrip('/')}/answer/{secret}"


def _files_of(letters: Iterable[Letter], officials: dict[Report, Official]) -> Iterator[tuple[str, bytes]]:
    for letter in letters:
        official = officials.get(letter.report)
        stem, title = _stem(letter), letter_title(letter)
        head, parts = letter_head(official), letter_parts(letter, official)
        yield f"{stem}.docx", as_word(title, parts, head)
        yield f"{stem}.html", _page(title, head, parts).encode()
        yield f"{stem}-reply.xlsx", reply_sheet(letter, official.written.number if official else "")


def _stem(letter: Letter) -> str:
    """The name of the files of a letter: the code comes first, since many units share a name."""
    return NOT_IN_A_NAME.sub("_", f"{letter.unit_code}-{letter.unit_name[:LONGEST]}-{letter.report_year}")


def _page(title: str, head: Sequence[Part], parts: Sequence[Part]) -> str:
    from jinja2 import Environment, FileSystemLoader, select_autoescape

    templates = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=select_autoescape())
    kinds = [[(_kind(p), p) for p in some] for some in (head, parts)]
    return templates.get_template("letter.html").render(title=title, language=language(), head=kinds[0], parts=kinds[1])


def _kind(part: Part) -> str:
    """How a part is shown: table, text, or where its line stands."""
    if not isinstance(part, str):
        return "table"
    return next((name for kind, name in KINDS if isinstance(part, kind)), "text")


def _told(made: Made, out: Path) -> str:
    lines = [message("letter.done", n=len(made.letters), out=out)]
    if made.settings is None:
        lines.append(message("letter.done_draft"))
    else:
        numbers = [made.written[letter.report].number for letter in made.letters]
        lines.append(message("letter.done_numbers", first=numbers[0], last=numbers[-1]))
    return "\n".join(lines)
