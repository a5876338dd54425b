"""What `foi audit` prints, and how the log is told in words."""

from __future__ import annotations

from pathlib import Path

from foi.access.audit import Entry, chain_of
from foi.access.log import COLUMNS, Question, found, row_of
from foi.access.tokens import unreadable
from foi.messages import bilingual, has_message, message, word_of
from foi.published import as_json, as_table
from ingest.beijing import beijing
from ingest.home import Home
from ingest.words.language import Text

SHOWN = ("line", "at", "who", "role", "act", "about", "origin", "before", "after", "refused")


def show_log(root: Path, question: Question, json: bool = False) -> str:
    """The lines that were asked for, the newest first, and what is wrong with the log, if anything is."""
    home = Home(root.resolve())
    answer = found(home, question)
    if json:
        return as_json(COLUMNS, [row_of(number, entry) for number, entry in answer.lines])
    wrong = [text.shown for text in chain_problems(home)]
    if not answer.lines:
        return "\n".join([message("audit.none"), *wrong])
    rows = [shown_row(number, entry) for number, entry in answer.lines]
    left = answer.fitting - len(answer.lines)
    more = [message("audit.more", n=left)] if left else []
    return "\n".join([as_table([message(f"audit.column_{name}") for name in SHOWN], rows), *more, *wrong])


def shown_row(number: int, entry: Entry) -> list[str]:
    """A line of the log in words, as SHOWN names its parts."""
    return [
        str(number),
        beijing(entry.at),
        who_in_words(entry),
        word_of("access.role", entry.role).shown,
        word_of("access.act", entry.act).shown,
        entry.about,
        entry.origin,
        entry.before,
        entry.after,
        word_of("access.why", entry.refused).shown if entry.refused else "",
    ]


def who_in_words(entry: Entry) -> str:
    """The name of a line and how they came in."""
    kind, _, number = entry.how.partition(" ")
    how = message(f"audit.how_{kind}", number=number) if has_message(f"audit.how_{kind}") else ""
    return f"{entry.who} {how}".strip()


def chain_problems(home: Home) -> list[Text]:
    """A sentence for each thing that is wrong with the log, or with the file of the tokens."""
    chain = chain_of(home)
    name = home.audit.name
    told = [bilingual("audit.broken", file=name, line=line) for line in chain.broken[:20]]
    if len(chain.broken) > len(told):
        told.append(bilingual("audit.broken_more", file=name, n=len(chain.broken) - len(told)))
    return told + [bilingual("audit.tokens_unreadable", file=home.tokens.name, line=line) for line in unreadable(home)]


def chain_notes(home: Home) -> list[Text]:
    """How many entries the log has, the hash of its last line, and which lines were cut off when the program was ended."""
    chain = chain_of(home)
    if not chain.last:
        return []
    told = [bilingual("audit.counted", n=chain.entries, last=chain.last[:16])]
    told += [bilingual("audit.torn", file=home.audit.name, line=line) for line in chain.torn]
    return [*told, bilingual("audit.open", file=home.audit.name)] if chain.is_open else told
