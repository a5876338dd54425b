"""Run a function in a process of its own: for limits and changes that a process cannot take back."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from typing import Any


def _serve(pipe: Any, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    pipe.send(function(*arguments))


def in_child(function: Callable[..., Any], *arguments: Any) -> Any:
    """What the function returns there."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, function, arguments))
    process.start()
    theirs.close()
    try:
        return ours.recv()
    finally:
        process.join(60)
