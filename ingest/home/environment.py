"""The variables of a person's shell that are meant for projects of their own: our engines must not hear of them."""

from __future__ import annotations

import os


def forget(*beginnings: str) -> None:
    """Take the variables whose names begin so out of the environment of this process, before ours are put in."""
    for name in [n for n in os.environ if n.upper().startswith(beginnings)]:
        del os.environ[name]
