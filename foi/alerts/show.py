"""`foi alerts preview|send|log|retry` in words or as JSON: what would go out, what went out, and what is stuck."""

from __future__ import annotations

import json as json_module
from dataclasses import asdict
from pathlib import Path
from typing import Any

from foi.alerts.clock import moment
from foi.alerts.compose import preview
from foi.alerts.post.message import Message
from foi.alerts.post.outbox import Letter
from foi.alerts.post.rendering import message_row
from foi.alerts.record import Revived, all_letters
from foi.alerts.send import Delivery, send
from foi.messages import Complaint, bilingual, message
from foi.published import as_table
from ingest.beijing import beijing
from ingest.home import Home
from ingest.words.language import Text

SHOWN = 50  # messages that the log prints; --json gives all
COLUMNS = ("at", "recipient", "channel", "kind", "state", "attempts", "note")


def show_preview(home: Home, recipients: Path | None, as_json: bool = False, on: str | None = None) -> str:
    """What would go out now, to whom and over which channel; needs no secret."""
    return preview_lines(preview(home, recipients_of(home, recipients), moment(on)), as_json)


def preview_lines(messages: list[Message], as_json: bool = False) -> str:
    """Messages that were not sent yet, each with its text."""
    rows = [message_row(one) for one in messages]
    if as_json:
        return json_module.dumps(rows, ensure_ascii=False)
    heads = [
        message(
            "alerts.preview_to",
            recipient=row["recipient"],
            channel=row["channel"],
            variable=row["variable"],
            state=bilingual("alerts.set" if row["is_set"] else "alerts.not_set"),
        )
        for row in rows
    ]
    return "\n\n".join(f"{head}\n{row['text']}" for head, row in zip(heads, rows, strict=True)) or message("alerts.none")


def send_all(home: Home, recipients: Path | None, as_json: bool = False, on: str | None = None) -> tuple[str, int]:
    """Send what is due; what to print, and 1 if a channel did not take its message."""
    deliveries = send(home, recipients_of(home, recipients), moment(on))
    return delivery_lines(deliveries, as_json), 1 if any(d.state in ("failed", "dead") for d in deliveries) else 0


def delivery_lines(deliveries: list[Delivery], as_json: bool = False) -> str:
    """What became of each message."""
    if as_json:
        rows = [{**message_row(d.message), "state": d.state, **_both("note", d.text)} for d in deliveries]
        return json_module.dumps(rows, ensure_ascii=False)
    return "\n".join(d.text.shown for d in deliveries) or message("alerts.none")


def show_log(home: Home, as_json: bool = False) -> str:
    """Every message with its state, the newest first."""
    found = all_letters(home)
    if as_json:
        return json_module.dumps([_row(letter) for letter in found], ensure_ascii=False)
    if not found:
        return message("alerts.log_empty")
    rows = [
        [
            beijing(x.sent_at or x.begun_at or x.created_at),
            x.recipient,
            x.channel,
            message(f"alerts.kind_{x.kind}"),
            message(f"alerts.state_{x.state}"),
            x.attempts,
            note_of(x).shown,
        ]
        for x in found[:SHOWN]
    ]
    table = as_table([message(f"alerts.column_{c}") for c in COLUMNS], rows)
    more = [message("alerts.log_more", shown=SHOWN, n=len(found))] if len(found) > SHOWN else []
    return "\n".join([table, *more])


def _row(letter: Letter) -> dict[str, Any]:
    row = {name: value for name, value in asdict(letter).items() if name != "last_error"}
    return {**row, **_both("last_error", letter.last_error or Text("", ""))}


def _both(name: str, text: Text) -> dict[str, str]:
    return {f"{name}_zh": text.zh, f"{name}_en": text.en}


def note_of(letter: Letter) -> Text:
    """Why a message was not delivered and when it is tried again; of one that was, its subject and its key."""
    if letter.state not in ("failed", "dead"):
        return Text(*[f"{letter.title or ''} #{letter.key}"] * 2)
    reason, following = letter.last_error or Text("?", "?"), beijing(letter.next_attempt_at)
    return bilingual("alerts.why_and_when", reason=reason, next=following) if following else reason


def unsent_rows(unsent: list[Letter]) -> list[dict[str, Any]]:
    """The messages that were not delivered, for a program."""
    names = ("recipient", "channel", "kind", "state", "attempts")
    return [{**{name: getattr(x, name) for name in names}, **_both("note", note_of(x))} for x in unsent]


def unsent_lines(unsent: list[Letter], most: int) -> list[str]:
    """The messages that were not delivered: a heading, and a line for each of the first."""
    if not unsent:
        return []
    lines = [
        message(
            "alerts.unsent_line",
            recipient=x.recipient,
            channel=x.channel,
            kind=bilingual(f"alerts.kind_{x.kind}"),
            state=bilingual(f"alerts.state_{x.state}"),
            attempts=x.attempts,
            note=note_of(x),
        )
        for x in unsent[:most]
    ]
    return [message("alerts.unsent", n=len(unsent)), *(f"  {line}" for line in lines)]


def revived_line(revived: Revived, as_json: bool = False) -> str:
    """How many messages were put back."""
    if as_json:
        return json_module.dumps(asdict(revived))
    key = "retried" if revived.dead else "retried_waiting" if revived.due else "retried_none"
    return message(f"alerts.{key}", n=revived.due, dead=revived.dead)


def recipients_of(home: Home, recipients: Path | None) -> Path:
    """The file of recipients that was given, or the one in the home folder; a Complaint if there is neither."""
    if recipients is None and not home.recipients.is_file():
        raise Complaint(message("alerts.no_recipients", path=home.recipients))
    return recipients or home.recipients
