"""Which words of a text changed: the clauses before and after, and nothing of what stayed."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

_CLAUSE = re.compile(r"[^,;:!?。，；：！？、]+[,;:!?。，；：！？、]*")
_SPACE = re.compile(r"\s+")
LONGEST = 120  # characters of a change that are printed


def changed_words(before: str | None, after: str | None) -> list[tuple[str, str]]:
    """The clauses that were replaced, taken out or added, as pairs in the order of the text; none where only spaces moved."""
    old, new = _clauses(before), _clauses(after)
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [("".join(old[i:k]), "".join(new[m:n])) for tag, i, k, m, n in codes if tag != "equal"]


def cut(text: str) -> str:
    """A text as one line that is not too long to be read."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _clauses(text: str | None) -> list[str]:
    return _CLAUSE.findall(_SPACE.sub("", text or ""))
