"""Commands handed to the resident process of a home folder (`foi serve`): the same words, the same answer, without its start."""

from __future__ import annotations

import os
import sys
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import typer

from dagster_project.resident import connected, fingerprint, put, standing, take
from foi.messages import Complaint, message
from ingest.beijing import beijing
from ingest.home import Home

OWN, RESIDENT = "own", "resident"
NOT_DONE = 3  # exit code of a command whose process ended before it was done
process: ContextVar[str] = ContextVar("process", default=OWN)  # which process carries out this command


def handed_over(home: Path, waits: bool = True) -> int | None:
    """The exit code of this command, carried out by the resident process; None where it must be carried out here.

    What the command prints comes from there straight to this terminal. With `waits` it stands in line behind other work; without, it is
    carried out here where it would have to wait.
    """
    connection = connected(Home(home)) if process.get() == OWN else None
    if connection is None:
        return None
    with connection:
        try:
            put(connection, _request(waits), [_open(number) for number in range(3)])
            return _answer(connection)
        except (OSError, ValueError):
            raise Complaint(message("serve.lost"), NOT_DONE) from None
        except KeyboardInterrupt:
            print(message("serve.left"), file=sys.stderr)
            raise


def hand_over(home: Path, is_work: bool = True, waits: bool = True) -> None:
    """End this command here if the resident process carried it out (see `handed_over`); one that only shows something is no work."""
    if is_work and (exit_code := handed_over(home, waits)) is not None:
        if exit_code <= 1 and not waits:
            print(message("serve.soon"), file=sys.stderr)
        raise typer.Exit(exit_code)


def _request(waits: bool) -> dict[str, Any]:
    return {
        "ask": "command",
        "fingerprint": fingerprint(),
        "words": sys.argv[1:],
        "environment": dict(os.environ),
        "folder": os.getcwd(),
        "encoding": [getattr(stream, "encoding", None) or "utf-8" for stream in (sys.stdout, sys.stderr)],
        "waits": waits,
    }


def _open(number: int) -> int:
    """An open file of this process; nothing to read and nowhere to write where it was closed."""
    try:
        os.fstat(number)
    except OSError:
        return os.open(os.devnull, os.O_RDWR)
    return number


def _answer(connection: Any) -> int | None:
    """What becomes of the command, told until it is done."""
    while True:
        told, _ = take(connection)
        state = told["state"] if told else "lost"
        if state == "done":
            return int(told["exit_code"]) if told else None
        if state == "refused":
            if told and told["why"] == "version":
                print(message("serve.other_version", process=told["process"]), file=sys.stderr, flush=True)
            return None
        if state == "lost":
            raise Complaint(message("serve.lost"), NOT_DONE)
        if state == "waiting" and told:
            print(message("serve.waiting", n=told["before"]), file=sys.stderr, flush=True)


def resident_row(home: Home) -> dict[str, Any]:
    """Whether a resident process serves a home folder, for a program: its number, since when, whether it is at work."""
    told = standing(home)
    if told is None:
        return {"serves": False}
    return {"serves": True, **told, "is_same_version": told["fingerprint"] == fingerprint()}


def served_line(home: Home) -> str:
    """The line for a person: which process serves this home folder; empty without one."""
    told = standing(home)
    return message("serve.serves", process=told["process"], since=beijing(told["since"]), inbox=told["inbox"]) if told else ""
