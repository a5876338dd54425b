"""Print how letters stand (`foi letter` without a folder), and the lines of it that `foi status` tells."""

from __future__ import annotations

from collections import Counter

from foi.letters.answers import read_answers
from foi.letters.settings import begin_settings
from foi.letters.standing import STATES, Standing, Wanted, overdue, rows, standings
from foi.messages import Complaint, bilingual, json_of, message
from foi.published import as_table
from ingest.home import Home
from ingest.words.language import Text

COLUMNS = ("number", "unit_code", "unit_name", "report_year", "questions", "open", "answered", "reply_by", "state")
SHOWN = 20  # letters that the status names


def show_letters(home: Home, wanted: Wanted, json: bool = False) -> str:
    """The letters that were written, each as it stands."""
    found = standings(home, wanted)
    if json:
        return json_of(rows(found))
    if not found:
        return message("letter.none")
    table = [[*list(row.values())[:7], row["reply_by"], state_words(one)] for one, row in zip(found, rows(found), strict=True)]
    counts = Counter(one.state for one in found)
    summed = message("gap.comma").join(f"{message(f'letter.state_{s}')} {counts[s]}" for s in STATES if counts[s])
    return "\n".join(
        [as_table([message(f"letter.list_{c}") for c in COLUMNS], table), message("letter.sum", n=len(found), states=summed)]
    )


def state_words(one: Standing) -> str:
    """The state of a letter in words."""
    return message(
        f"letter.state_{one.state}_told", days=one.days_late, number=one.replaced_by, answered=one.answered, open=len(one.open)
    )


def begun_line(home: Home) -> str:
    """Put the template of the settings into the home folder; what to do next."""
    return message("letter.settings_begun", path=begin_settings(home))


def waiting_lines(home: Home) -> list[Text]:
    """What needs a person: letters that nobody answered in time, answers that wait for a reviewer, a ledger that cannot be read."""
    try:
        late = overdue(home)
        pending = sum(one.state == "pending" for one in read_answers(home))
    except Complaint as complaint:
        return [complaint.text]
    lines = [overdue_text(one) for one in late[:SHOWN]]
    if len(late) > SHOWN:
        lines.append(bilingual("status.more", n=len(late) - SHOWN))
    return [*lines, *([bilingual("status.answers", n=pending)] if pending else [])]


def overdue_text(one: Standing) -> Text:
    """A letter that was not answered by its day, in a sentence."""
    letter = one.letter
    return bilingual(
        "letter.overdue_line", unit=letter.unit_name, code=letter.unit_code, year=letter.report_year, number=letter.number,
        day=letter.reply_by, days=one.days_late, open=len(one.open) - one.answered,
    )  # fmt: skip
