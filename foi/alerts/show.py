"""`foi alerts preview|send|log|retry`: what would go out, what went out, and what is stuck."""

from __future__ import annotations

import json as json_module
import sqlite3
from dataclasses import asdict
from pathlib import Path

from foi.alerts.clock import moment
from foi.alerts.compose import preview
from foi.alerts.post.ledger import ledger, note_failure, sending
from foi.alerts.post.outbox import Letter, letters, revive
from foi.alerts.send import send
from foi.alerts.wording import pair, said
from foi.messages import Complaint
from foi.published import as_table
from ingest.beijing import beijing
from ingest.home import Home

SHOWN = 50  # messages that the log prints; --json gives all
COLUMNS = ("at", "recipient", "channel", "kind", "state", "attempts", "note")


def show_preview(home_root: Path, recipients: Path | None, as_json: bool = False, on: str | None = None) -> str:
    """What would go out now, to whom and over which channel; needs no secret."""
    home = Home(home_root.resolve())
    rows = [m.as_row() for m in preview(home, _file(home, recipients), moment(on))]
    if as_json:
        return json_module.dumps(rows, ensure_ascii=False)
    heads = [said("preview_to", **_words(row), state=pair("set" if row["is_set"] else "not_set")) for row in rows]
    return "\n\n".join(f"{head}\n{row['text']}" for head, row in zip(heads, rows, strict=True)) or said("none")


def _words(row: dict[str, str]) -> dict[str, str]:
    return {name: row[name] for name in ("recipient", "channel", "variable")}


def send_all(home_root: Path, recipients: Path | None, as_json: bool = False, on: str | None = None) -> tuple[str, int]:
    """Send what is due; what to print, and 1 if a channel did not take its message."""
    home = Home(home_root.resolve())
    deliveries = send(home, _file(home, recipients), moment(on))
    exit_code = 1 if any(d.state in ("failed", "dead") for d in deliveries) else 0
    if as_json:
        rows = [{**d.message.as_row(), "state": d.state, "note": d.text} for d in deliveries]
        return json_module.dumps(rows, ensure_ascii=False), exit_code
    return "\n".join(d.text for d in deliveries) or said("none"), exit_code


def note_failed_run(home_root: Path, run_id: str, reason: str, on: str | None = None) -> None:
    """Keep a failed run for the operators; what it said is cut to a few lines."""
    note_failure(Home(home_root.resolve()).alerts, run_id, " ".join(reason.split())[:500] or "?", moment(on))


def show_log(home_root: Path, as_json: bool = False) -> str:
    """Every message with its state, the newest first."""
    found = _letters(Home(home_root.resolve()).alerts)
    if as_json:
        return json_module.dumps([asdict(letter) for letter in found], ensure_ascii=False)
    if not found:
        return said("log_empty")
    table = as_table([said(f"column_{c}") for c in COLUMNS], [_row(letter) for letter in found[:SHOWN]])
    more = said("log_more", shown=SHOWN, n=len(found)) if len(found) > SHOWN else ""
    return "\n".join([table, *([more] if more else [])])


def _row(letter: Letter) -> list[str | int]:
    at = beijing(letter.sent_at or letter.begun_at or letter.created_at)
    kind, state = said(f"kind_{letter.kind}"), said(f"state_{letter.state}")
    return [at, letter.recipient, letter.channel, kind, state, letter.attempts, _note(letter)]


def _note(letter: Letter) -> str:
    if letter.state in ("failed", "dead"):
        following = beijing(letter.next_attempt_at)
        return "; ".join([letter.last_error or "?", *([said("next_at", next=following)] if following else [])])
    return f"{letter.title or ''} #{letter.key}"


def unsent(path: Path) -> list[dict[str, str | int]]:
    """The messages that were not delivered: waiting, or given up."""
    return [
        {
            "recipient": x.recipient,
            "channel": x.channel,
            "kind": x.kind,
            "state": x.state,
            "attempts": x.attempts,
            "note": _note(x),
        }
        for x in _letters(path)
        if x.state != "sent"
    ]


def retry(home_root: Path, as_json: bool = False) -> str:
    """Put dead letters and waiting messages back: the next sending tries them at once."""
    home, now = Home(home_root.resolve()), moment()
    n, dead = 0, 0
    if home.alerts.is_file():
        with sending(home.alerts), ledger(home.alerts, now) as connection:
            n, dead = revive(connection)
    if as_json:
        return json_module.dumps({"due": n, "dead": dead})
    return said("retried" if dead else "retried_waiting" if n else "retried_none", n=n, dead=dead)


def _letters(path: Path) -> list[Letter]:
    """The messages of a ledger; none where there is none yet."""
    if not path.is_file():
        return []
    try:
        with ledger(path, moment()) as connection:
            return letters(connection)
    except sqlite3.OperationalError:  # a home folder that may only be read: what an earlier version left is no message yet
        with sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True) as connection:
            known = connection.execute("pragma user_version").fetchone()[0]
            return letters(connection) if known else []


def _file(home: Home, recipients: Path | None) -> Path:
    if recipients is None and not home.recipients.is_file():
        raise Complaint(said("no_recipients", path=home.recipients))
    return recipients or home.recipients
