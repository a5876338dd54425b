"""A message as it goes out: HTML for mail; for chats plain text of at most 2,048 bytes, cut at the end of a line.

Who asked for two languages gets a whole part in the first and below it a whole part in the second; no line holds both.
"""

from __future__ import annotations

from html import escape
from typing import Any

from foi.alerts.post.message import Line, Message
from foi.messages import message as text_of
from ingest.words.language import speaking

CHAT_BYTES = 2048  # what a chat message may hold, title included; the services count bytes, a Chinese character is three
MAIL_BYTES = 200_000  # the text that stands for a mail in a preview
PLAIN = ("+", "·", "→")  # what needs no word beside its sign
MAIL_ROWS = 200  # more rows than this are no mail but a table: foi status has them all


def chat_text(message: Message, limit: int = CHAT_BYTES) -> str:
    """At most `limit` bytes with the title: the worst first, then how many more there are."""
    head, end = f"{message.recipient.name} ({message.channel.label})", f"#{message.key}"
    room = limit - _size(message.title) - 1 - _size(head, *message.links, end)
    parts: list[list[str]] = []
    languages = message.recipient.languages
    for n, language in enumerate(languages):
        between = [""] if parts else []
        # What one language leaves of its share, the next one has.
        with speaking(language):
            part = [*between, *_part(message, room // (len(languages) - n) - len(between))]
        room -= _size(*part)
        parts.append(part)
    return "\n".join([head, *(line for part in parts for line in part), *message.links, end])


def preview_text(message: Message) -> str:
    """The text of a message as a preview shows it: of a mail all that it holds."""
    return chat_text(message, MAIL_BYTES if message.channel.kind == "mail" else CHAT_BYTES)


def mail_html(message: Message) -> str:
    """The rows as a table for mail, the worst first, with a heading for each unit."""
    parts = []
    for language in message.recipient.languages:
        with speaking(language):
            parts.append(_mail_part(message))
    links = "".join(f'<p><a href="{escape(link)}">{escape(link)}</a></p>' for link in message.links)
    return f"<p>{escape(message.recipient.name)}</p>{'<hr>'.join(parts)}{links}<p>{escape(f'#{message.key}')}</p>"


def message_row(message: Message) -> dict[str, Any]:
    """The message for a program."""
    return {
        "recipient": message.recipient.name, "channel": message.channel.label, "variable": message.channel.variable,
        "is_set": message.channel.is_set, "kind": message.kind, "key": message.key, "title": message.title,
        "counts": message.counts, "is_repeat": message.is_repeat, "text": preview_text(message),
    }  # fmt: skip


def _part(message: Message, limit: int) -> list[str]:
    """The lines in the language that is spoken, with as many hints as there is room for: where not everything fits, they go first."""
    lines, is_whole = _lines(message, limit, 0)
    if is_whole:
        room, hints = limit - _size(*lines), 0
        for line in (hint for section in message.sections for hint in section.hints):
            room -= _size(_chat_line(line))
            if room < 0:
                break
            hints += 1
        lines, _ = _lines(message, limit, hints)
    return lines


def _lines(message: Message, limit: int, hints: int) -> tuple[list[str], bool]:
    """The lines with this many hints, and whether all else is in them."""
    lines = [message.subject.shown, *_warning(message)]
    used, left = _size(*lines), sum(len(section.lines) for section in message.sections)
    for section in message.sections:
        heading = [section.heading.shown] if section.heading.shown else []
        for line in section.lines:
            added = [*heading, _chat_line(line)]
            if used + _size(*added, *_more(message, left - 1)) > limit:
                return [*lines, *_more(message, left)], False
            lines, used, left, heading = [*lines, *added], used + _size(*added), left - 1, []
        shown = [_chat_line(line) for line in section.hints[:hints]]
        hints -= len(shown)
        lines, used = [*lines, *shown], used + _size(*shown)
    return lines, True


def _chat_line(line: Line) -> str:
    """The sentence behind its sign; the word only where the sign does not say it alone."""
    begin = line.sign if line.sign in PLAIN else f"{line.sign} {line.word.shown}:"
    return f"{begin} {line.sentence.shown}"


def _size(*lines: str) -> int:
    """How many bytes lines take, each with its end."""
    return sum(len(line.encode()) + 1 for line in lines)


def _mail_part(message: Message) -> str:
    body, shown = [], 0
    for section in message.sections:
        rows = section.lines[: MAIL_ROWS - shown]
        if rows and section.heading.shown:
            body.append(f"<tr><th colspan='2' align='left'>{escape(section.heading.shown)}</th></tr>")
        for line in (*rows, *section.hints) if rows else ():
            body.append(f"<tr><td>{escape(line.word.shown)}</td><td>{escape(line.sentence.shown)}</td></tr>")
        shown += len(rows)
    hint = [text_of("alerts.mail_hint")] if message.kind == "digest" else []
    left = sum(len(section.lines) for section in message.sections) - shown
    notes = [*_warning(message), *_more(message, left), *hint]
    table = f"<table border='1' cellpadding='6' cellspacing='0'>{''.join(body)}</table>"
    return f"<p>{escape(message.subject.shown)}</p>{table}{''.join(f'<p>{escape(note)}</p>' for note in notes)}"


def _more(message: Message, n: int) -> list[str]:
    return [text_of(f"alerts.more_{message.kind}", n=n)] if n > 0 else []


def _warning(message: Message) -> list[str]:
    return [text_of("alerts.again")] if message.is_repeat else []
