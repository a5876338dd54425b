"""Every format by name: what a round trip must survive."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tests.factory.docx import as_docx
from tests.factory.html import STYLES
from tests.factory.record import Record
from tests.factory.text import APART, KINDS, as_tabbed, as_text

FORMATS: dict[str, Callable[[Record], bytes]] = {
    "tabbed": as_tabbed,
    **{f"text-{kind}": partial(as_text, kind=kind) for kind in KINDS},
    **{f"html-{name}": style for name, style in STYLES.items()},
    "docx": as_docx,
    "docx-traps": partial(as_docx, traps=True),
}
COMPLETE = [name for name in FORMATS if not name.startswith("text-") or name.removeprefix("text-") in APART]
