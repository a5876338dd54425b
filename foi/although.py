"""Why something is changed although its year is closed: given with a form or a command, asked for where the change is written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_reason: ContextVar[str] = ContextVar("although", default="")


@contextmanager
def although(reason: str) -> Iterator[None]:
    """What is changed within says why it is changed although its year is closed."""
    token = _reason.set(reason.strip())
    try:
        yield
    finally:
        _reason.reset(token)


def give_reason(reason: str) -> None:
    """The same for the rest of a request or a command, each of which has an end of its own."""
    _reason.set(reason.strip())


def reason_given() -> str:
    """The reason that was given; empty where none was."""
    return _reason.get()
