"""Every format by name: what a round trip must survive."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tests.factory.bare import LAYOUTS, as_bare
from tests.factory.docx import as_docx
from tests.factory.html import STYLES as PAGES
from tests.factory.mht import as_markdown, as_mht
from tests.factory.ofd import as_ofd
from tests.factory.pdf import STYLES, as_pdf
from tests.factory.record import Record
from tests.factory.rtf import as_rtf
from tests.factory.sheet import as_xls, as_xlsx
from tests.factory.text import APART, KINDS, as_tabbed, as_text
from tests.factory.word97 import as_word97

FORMATS: dict[str, Callable[[Record], bytes]] = {
    "tabbed": as_tabbed,
    **{f"text-{kind}": partial(as_text, kind=kind) for kind in KINDS},
    **{f"html-{name}": style for name, style in PAGES.items()},
    "docx": as_docx,
    "docx-traps": partial(as_docx, traps=True),
    **{f"pdf-{style}": partial(as_pdf, style=style) for style in STYLES if style != "garbage"},
    **{f"pdf-bare-{name}": partial(as_bare, layout=layout) for name, layout in LAYOUTS.items()},
    "doc": as_word97,
    "doc-traps": partial(as_word97, traps=True),
    "rtf": as_rtf,
    "rtf-traps": partial(as_rtf, traps=True),
    "ofd": as_ofd,
    "xlsx": as_xlsx,
    "xlsx-sheets": partial(as_xlsx, one_sheet=False),
    "xls": as_xls,
    "mht": as_mht,
    "mht-gbk": partial(as_mht, encoding="base64", charset="gb18030"),
    "markdown": as_markdown,
    "markdown-bold": partial(as_markdown, bold=True),
}
# Digits that ran together stay unread.
COMPLETE = [name for name in FORMATS if not name.startswith("text-") or name.removeprefix("text-") in APART]
