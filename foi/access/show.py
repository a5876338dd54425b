"""What the commands about tokens print."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from foi.access.actor import this_user
from foi.access.audit import note_command
from foi.access.tokens import Token, last_used, new_token, revoke, state_of, token_of, tokens
from foi.messages import Complaint, message, word_of
from foi.published import as_json, as_table
from ingest.home import Home

COLUMNS = ("number", "name", "role", "area", "made_on", "until", "state", "last_used", "purpose", "maker")


def show_new(root: Path, whom: tuple[str, str, str], days: int) -> str:
    """Give a token out; its secret stands in what is printed and nowhere else."""
    home = _home(root)
    secret = new_token(home, *whom, days)
    made = token_of(home, secret)
    assert made is not None
    note_command(home, "token", about=f"{made.number} {made.name}", after=what_it_gives(made))
    return f"{made_line(made)}\n{secret}"


def made_line(made: Token) -> str:
    """What was given to whom."""
    area = made.area or message("access.everywhere")
    return message("access.token_made", name=made.name, role=word_of("access.role", made.role), area=area, until=made.until)


def what_it_gives(token: Token) -> str:
    """A token in the log."""
    return f"{token.role} {token.area or '*'} {token.until}"


def show_tokens(root: Path, json: bool = False) -> str:
    """Every token that was given out, without its secret."""
    found = token_rows(_home(root))
    if json:
        return as_json(COLUMNS, found)
    rows = [
        [*row[:2], word_of("access.role", row[2]).shown, *row[3:6], message(f"access.state_{row[6]}"), *row[7:]] for row in found
    ]
    return as_table([message(f"access.column_{name}") for name in COLUMNS], rows) if rows else message("access.tokens_none")


def token_rows(home: Home) -> list[list[Any]]:
    """The tokens as rows of COLUMNS."""
    used = last_used(home)
    return [
        [
            t.number,
            t.name,
            t.role,
            t.area,
            t.made_on,
            t.until,
            state_of(home, t.number),
            used.get(t.number, ""),
            t.purpose,
            t.maker,
        ]
        for t in tokens(home)
    ]


def show_revoked(root: Path, number: int) -> str:
    """Take a token back."""
    home = _home(root)
    gone = revoke(home, number, this_user())
    note_command(home, "token", about=f"{number} {gone.name}", before=what_it_gives(gone), after="revoked")
    return message("access.revoked", number=number, name=gone.name)


def _home(root: Path) -> Home:
    if not root.is_dir():
        raise Complaint(message("error.no_such_path", path=root), 2)
    return Home(root.resolve())
