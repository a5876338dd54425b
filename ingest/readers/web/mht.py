"""Read a saved web page (.mht): the page inside the mail-like wrapper, decoded by the page's own rules.

Source: RFC 2557 (MIME encapsulation of aggregate documents).
"""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace
from email.message import Message

from ingest.model import Document, IngestError
from ingest.readers.decoding import decode
from ingest.readers.web.html import looks_like_html, read_html

_HEADER = re.compile(rb"\s*[A-Za-z][-A-Za-z]*:[^\n]*\n(?:[A-Za-z \t][^\n]*\n)*", re.I)
_WANTED = (b"mime-version:", b"content-type: multipart/related", b"content-type:multipart/related", b"content-type: text/html")
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_CHARSET = re.compile(rb"<meta[^>]+charset", re.I)
MAX_DEPTH, MAX_PARTS = 20, 2000


def looks_like_mht(head: bytes) -> bool:
    """Whether the first bytes of a file are the header of a saved web page."""
    found = _HEADER.match(head[:8192].replace(b"\r\n", b"\n"))
    return found is not None and any(word in found[0].lower() for word in _WANTED)


def read_mht(data: bytes) -> Document:
    """The paragraphs and tables of the page in a .mht; raises IngestError damaged_mht when there is none."""
    try:
        pages = _pages(email.message_from_bytes(data.lstrip(), policy=email.policy.compat32), 0, [0])
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError) as error:
        raise IngestError("damaged_mht", "", str(error)[:200]) from error
    if not pages:
        raise IngestError("damaged_mht", "", "no text/html")
    # The report is the longest page; the others are frames with menus.
    return replace(read_html(max(pages, key=len)), reader="mht")


def _pages(message: Message, depth: int, count: list[int]) -> list[str]:
    count[0] += 1
    if depth > MAX_DEPTH or count[0] > MAX_PARTS:
        raise ValueError(f"{count[0]} parts, {depth} deep")
    if message.is_multipart():
        inner = message.get_payload()
        return [page for part in inner if isinstance(part, Message) for page in _pages(part, depth + 1, count)]
    if message.get_content_maintype() != "text" or message.get_content_subtype() in ("css", "javascript"):
        return []
    payload = message.get_payload(decode=True)
    if not isinstance(payload, bytes) or not payload.strip():
        return []
    text = _decode(payload, message.get_content_charset() or "")
    return [text] if message.get_content_subtype() == "html" or looks_like_html(text) else []


def _decode(payload: bytes, charset: str) -> str:
    """The text of a part: the page's own words about its charset first, then the header of the part, then decode's rules."""
    if charset and not payload.startswith(_BOMS) and not _CHARSET.search(payload[:4096]):
        payload = f'<meta charset="{charset}">'.encode("ascii", "ignore") + payload
    return decode(payload)
