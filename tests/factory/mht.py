"""Reports as saved web pages (.mht) and as Markdown."""

from __future__ import annotations

import base64
import quopri

from tests.factory.html import clean
from tests.factory.layout import HEADINGS, draw, width
from tests.factory.prose import after, before
from tests.factory.record import Record


def as_mht(record: Record, encoding: str = "quoted-printable", charset: str = "utf-8") -> bytes:
    """A record as a browser saves it: a longer style sheet and a menu frame beside the page, lines folded."""
    page = clean(record).replace(b'<meta charset="utf-8">', b"").decode().encode(charset)
    body = quopri.encodestring(page) if encoding == "quoted-printable" else base64.encodebytes(page)
    head = (
        "From: <Saved by WebKit>\r\nSnapshot-Content-Location: about:blank\r\nSubject: =?utf-8?Q?=E5=B9=B4=E6=8A=A5?=\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="----x"\r\n\r\n'
    )
    parts = [
        ("text/html; charset=utf-8", "8bit", "<p>菜单</p>".encode()),
        (f"text/html; charset={charset}", encoding, body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")),
        ("text/css", "8bit", b"td{color:red}" * 5000),
        ("image/png", "base64", base64.encodebytes(bytes(300))),
    ]
    out = head.encode()
    for kind, how, content in parts:
        out += f"------x\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: {how}\r\n\r\n".encode() + content + b"\r\n"
    return out + b"------x--\r\n"


def as_markdown(record: Record, bold: bool = False) -> bytes:
    """A record as Markdown: headings, pipe tables with a separator row, merged places as empty cells, line breaks as <br>."""
    lines = [f"# {before(record)[0]}", "", *before(record)[1:]]
    for name, heading in HEADINGS.items():
        lines += ["", f"## {heading}", ""]
        for r, row in enumerate(_full(record, name)):
            cells = [c.replace("|", "\\|").replace("\n", "<br>") for c in row]
            cells = [f"**{c}**" if bold and c and not c[0].isdigit() else c for c in cells]
            lines.append("| " + " | ".join(cells) + " |")
            lines += ["|" + "|".join([":---:"] * len(row)) + "|"] if r == 0 else []
    for line in after(record):
        lines += ["", f"## {line}" if line[1] == "、" else line]
    return "\n".join([*lines, ""]).encode()


def _full(record: Record, name: str) -> list[list[str]]:
    """The rows of a table on its full grid; places under a merged cell are empty."""
    rows = draw(record, name)
    grid = [[""] * width(rows) for _ in rows]
    taken: set[tuple[int, int]] = set()
    for r, row in enumerate(rows):
        column = 0
        for text, rowspan, colspan in row:
            while (r, column) in taken:
                column += 1
            grid[r][column] = text
            taken |= {(r + i, column + j) for i in range(rowspan) for j in range(colspan)}
    return grid
