"""Read RTF: the main text with its tables as they are drawn.

Headers, footnotes and comments are skipped; so are deleted revisions, hidden and struck text. Inserted text stays; a text box is read
apart from the text it is anchored in.
Source: Rich Text Format Specification 1.9.1 (Word 2007): groups, destinations, Unicode, table definitions, nested tables.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from ingest.model import Document, IngestError, Paragraph
from ingest.readers.row_edges import MAX_CELLS, OBJECT, Down, Shape, side_by_side
from ingest.readers.word.story import Story

_TOKEN = re.compile(
    rb"\\u(-?\d{1,6}) ?(\\'[0-9a-fA-F]{2}|\?)?"  # 1, 2: a character by its number, with its usual one-byte stand-in
    rb"|\\([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?"  # 3, 4: a control word
    rb"|((?:\\'[0-9a-fA-F]{2})+)"  # 5: bytes
    rb"|\\([\s\S])"  # 6: a control symbol
    rb"|([{}])"  # 7
    rb"|[\r\n\0]+"
    rb"|([^\\{}\r\n\0]+)"  # 8: text
)
_BRACE = re.compile(rb"\\bin(\d{1,10}) ?|\\[\s\S]|[{}]")
_DESTINATION = re.compile(rb"\s*(\\\*\s*)?\\([a-zA-Z]{1,32})")
_INNER = re.compile(rb"\s*\\\*\s*\\nesttableprops")
_BOX = re.compile(rb"\{\s*\\(?:shptxt|dptxbxtext)\b ?")
_ENTRY = re.compile(rb"\{\s*\\\*\s*\\ffl\b ?([^{}]*)\}")
_CHOICE = re.compile(rb"\\ff(res|defres)(\d+)")
_UNSAID = 25  # a list from which nothing was chosen
_FONT = re.compile(rb"\\f(\d{1,5})[^{};]{0,200}?\\fcharset(\d{1,3})")
_SKIPPED = {
    *b"colortbl stylesheet info pict nonshppict shprslt header headerl headerr headerf footer footerl footerr footerf".split(),
    *b"fonttbl footnote annotation nonesttables xe tc rxe txe fldinst filetbl listtable revtbl objdata private1 themedata".split(),
}
_CHARSETS = {128: "cp932", 129: "cp949", 134: "gb18030", 136: "cp950", 2: "symbol"}
_PAGES = {936: "gb18030", 54936: "gb18030", 65001: "utf-8", 10000: "mac_roman", 42: "symbol"}
_WORDS = {b"tab": " ", b"line": "\n", b"emdash": "—", b"endash": "–", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“",
          b"rdblquote": "”", b"bullet": "•", b"emspace": " ", b"enspace": " "}  # fmt: skip
_SYMBOLS = {b"~": "\xa0", b"_": "-", b"{": "{", b"}": "}", b"\\": "\\", b"\t": " "}
MAX_GROUPS = 500
LIFTED = 5  # half points
MAX_WORDS = 1_000_000  # an ordinary report has a fifth of it; pictures have none
MAX_BOXES = 4  # text boxes inside text boxes


@dataclass(frozen=True, slots=True)
class _State:
    """What a group inherits and its end undoes: the font's encoding, whether text is drawn, where in tables it stands."""

    page: str = ""
    stand_ins: int = 1
    hidden: bool = False
    deleted: bool = False
    struck: bool = False
    raised: bool = False
    in_table: bool = False
    depth: int = 0
    inner: bool = False

    def is_drawn(self) -> bool:
        """Whether text here is shown."""
        return not (self.hidden or self.deleted or self.struck)

    def level(self) -> int:
        """0 in running text, 1 in a table, 2 in a table inside a cell."""
        return self.depth or int(self.in_table)


def read_rtf(data: bytes) -> Document:
    """The paragraphs and tables of an RTF file; raises IngestError when it is damaged, cut off or nested too deeply."""
    data = data.lstrip()
    if not data.startswith(b"{\\rtf"):
        raise IngestError("damaged_rtf", "", data[:8].decode("ascii", "replace"), "{\\rtf")
    if (words := data.count(b"\\")) > MAX_WORDS:
        raise IngestError("too_large", "", f"{words} control words", f"{MAX_WORDS} control words")
    return Document("rtf", tuple(_Reader(data).read().blocks()))


class _Reader:
    """Goes through the file once."""

    def __init__(self, data: bytes, depth: int = 0) -> None:
        self.data, self.boxes = data, depth
        self.story = Story()
        self.state = _State()
        self.groups: list[_State] = []
        self.fonts: dict[int, str] = {}
        self.page, self.font = "cp1252", -1
        self.parts: list[str] = []
        self.after: list[str] = []  # text boxes anchored in this paragraph
        self.bytes = bytearray()
        self.skip = 0  # stand-ins for a Unicode character that are still to come
        self.shape, self.inner_shape = Shape([0]), Shape([0])
        self.across = False
        self.down: Down = ""
        self.words: dict[bytes, Callable[[int | None], None]] = {
            b"par": self._par, b"sect": self._par, b"page": self._par,
            b"cell": lambda n: self._end(1), b"nestcell": lambda n: self._end(max(self.state.depth, 2)),
            b"row": lambda n: self._end_row(1, self.shape), b"nestrow": lambda n: self._end_row(max(self.state.depth, 2), self.inner_shape),
            b"trowd": self._trowd, b"trleft": self._trleft, b"cellx": self._cellx,
            b"clmrg": lambda n: self._merge(True, ""),
            b"clvmgf": lambda n: self._merge(False, "start"), b"clvmrg": lambda n: self._merge(False, "go"),
            b"pard": lambda n: self._set(in_table=False, depth=0), b"intbl": lambda n: self._set(in_table=True),
            b"itap": lambda n: self._set(depth=max(n or 0, 0)), b"uc": lambda n: self._set(stand_ins=max(n if n is not None else 1, 0)),
            b"v": lambda n: self._set(hidden=n != 0), b"deleted": lambda n: self._set(deleted=n != 0),
            b"strike": lambda n: self._set(struck=n != 0), b"striked": lambda n: self._set(struck=n != 0),
            b"super": lambda n: self._set(raised=n != 0), b"sub": lambda n: self._set(raised=n != 0),
            b"nosupersub": lambda n: self._set(raised=False), b"up": self._lift, b"dn": self._lift,
            b"plain": lambda n: self._set(hidden=False, deleted=False, struck=False, raised=False, page=self._encoding(self.font)),
            b"f": lambda n: self._set(page=self._encoding(n or 0)), b"deff": self._default_font, b"ansicpg": self._ansi,
        }  # fmt: skip

    def read(self) -> Story:
        at: int | None = 0
        while at is not None:
            at = self._scan(at)
        if self.groups:
            raise IngestError("damaged_rtf", "", f"{len(self.groups)} open groups at the end", "}")
        self._flush()
        if self.parts or self.after:
            self._par(None)
        return self.story

    def _scan(self, start: int) -> int | None:
        """Read tokens until one makes a jump (→ where to go on) or the last group closes (→ None)."""
        for token in _TOKEN.finditer(self.data, start):
            kind = token.lastindex or 0
            if kind in (1, 2):
                self._unicode(token)
            elif kind in (3, 4):
                if token[3] == b"bin":
                    return token.end() + max(int(token[4] or 0), 0)
                self._word(token[3], token[4])
            elif kind in (5, 8):
                self._bytes(token[8] or bytes.fromhex(token[5].replace(b"\\'", b"").decode()))
            elif kind == 6:
                self._symbol(token[6])
            elif token[0] == b"{":
                if end := self._skipped(token.end()):
                    return end
                self._push(token.end())
            elif token[0] == b"}" and not self._pop():
                return None
        return None

    def _push(self, start: int) -> None:
        if len(self.groups) >= MAX_GROUPS:
            raise IngestError("too_deep")
        self.groups.append(self.state)
        self.skip = 0
        if _INNER.match(self.data, start):
            self.state = replace(self.state, inner=True)

    def _pop(self) -> bool:
        """Whether a group is still open."""
        self._flush()
        self.skip = 0
        if self.groups:
            self.state = self.groups.pop()
        return bool(self.groups)

    def _skipped(self, start: int) -> int | None:
        """Where a group ends that is not text of the document; None for one that is."""
        found = _DESTINATION.match(self.data, start)
        if not found or found[2] == b"nesttableprops" or (not found[1] and found[2] not in _SKIPPED):
            return None
        end = self._group_end(start)
        if found[2] in (b"pict", b"shppict", b"shpinst", b"do", b"fldinst"):
            self._beside(found[2], start, end)
        elif found[2] == b"fonttbl":
            for font in _FONT.finditer(self.data, start, end):
                self.fonts[int(font[1])] = _CHARSETS.get(int(font[2]), "")
        return end

    def _group_end(self, start: int) -> int:
        """The byte behind the brace that closes the group which is open at a byte."""
        end, depth = start, 1
        while depth:
            brace = _BRACE.search(self.data, end)
            if brace is None:
                raise IngestError("damaged_rtf", f"byte {start}", "", "}")
            end = brace.end() + int(brace[1] or 0)
            depth += (brace[0] == b"{") - (brace[0] == b"}")
        return end

    def _beside(self, kind: bytes, start: int, end: int) -> None:
        """Text boxes, pictures and lists to choose from: what they say stands beside the text."""
        if not self.state.is_drawn() or (kind == b"fldinst" and b"FORMDROPDOWN" not in self.data[start:end]):
            return
        texts = [self._choice(start, end)] if kind == b"fldinst" else list(self._box_texts(start, end))
        if self.state.level():
            for text in texts or [OBJECT]:
                self.story.beside(text, self.state.level())
        else:
            self.after += texts

    def _box_texts(self, start: int, end: int) -> Iterator[str]:
        """The text of each text box in a group."""
        if self.boxes >= MAX_BOXES:
            raise IngestError("too_deep")
        box = _BOX.search(self.data, start, end)
        while box:
            stop = self._group_end(box.end())
            inner = _Reader(b"{\\rtf1 " + self.data[box.end() : stop], self.boxes + 1)
            inner.fonts, inner.page = self.fonts, self.page
            lines = [
                b.text if isinstance(b, Paragraph) else side_by_side([c.text for c in b.cells]) for b in inner.read().blocks()
            ]
            yield "\n".join(lines) or OBJECT
            box = _BOX.search(self.data, stop, end)

    def _choice(self, start: int, end: int) -> str:
        """What a list to choose from shows."""
        entries = _ENTRY.findall(self.data, start, end)
        chosen = {name: int(number) for name, number in _CHOICE.findall(self.data[start:end])}
        at = chosen.get(b"res", _UNSAID)
        at = chosen.get(b"defres", 0) if at == _UNSAID else at
        return entries[at].decode(self.page, "replace") if at < len(entries) and entries[at].isdigit() else OBJECT

    # Text

    def _bytes(self, data: bytes) -> None:
        if self.skip:
            cut = min(self.skip, len(data))
            self.skip -= cut
            data = data[cut:]
        if self.state.is_drawn():
            self.bytes += data

    def _unicode(self, token: re.Match[bytes]) -> None:
        self._char(chr(int(token[1]) & 0xFFFF))
        self.skip = self.state.stand_ins
        if usual := token[2]:
            self._bytes(usual if usual == b"?" else bytes.fromhex(usual[2:].decode()))

    def _char(self, char: str) -> None:
        self._flush()
        if self.state.is_drawn():
            self.parts.append("^" + char if self.state.raised else char)

    def _flush(self) -> None:
        """Decode the bytes gathered so far."""
        if self.bytes:
            page = self.state.page or self.page
            data = bytes(self.bytes)
            self.bytes.clear()
            # A byte of a symbol font is a drawing: "1" need not look like one.
            text = "".join(chr(0xF000 + b) for b in data) if page == "symbol" else data.decode(page, "replace")
            # The mark of a note is no digit of the number before it.
            self.parts.append("^" + text if self.state.raised and text.strip() else text)

    def _text(self) -> str:
        self._flush()
        text = "".join(self.parts)
        self.parts.clear()
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def _symbol(self, symbol: bytes) -> None:
        self.skip = 0
        if symbol in (b"\r", b"\n"):
            self._par(None)
        elif symbol in _SYMBOLS:
            self._char(_SYMBOLS[symbol])

    def _word(self, word: bytes, number: bytes | None) -> None:
        self.skip = 0  # fewer stand-ins than announced: what follows is text
        if word in self.words:
            self.words[word](None if number is None else int(number))
        elif word in _WORDS:
            self._char(_WORDS[word])

    # Formats

    def _set(self, **values: bool | int | str) -> None:
        if any(getattr(self.state, name) != value for name, value in values.items()):
            self._flush()
            self.state = replace(self.state, **values)  # type: ignore[arg-type]

    def _lift(self, number: int | None) -> None:
        """Text raised or lowered by half points, by six where nothing is said; a little only brings a number to the middle of its cell."""
        self._set(raised=number is None or abs(number) >= LIFTED)

    def _encoding(self, font: int) -> str:
        return self.fonts.get(font, "")

    def _default_font(self, number: int | None) -> None:
        self.font = number or 0

    def _ansi(self, number: int | None) -> None:
        self.page = _PAGES.get(number or 0, f"cp{number}")
        try:
            codecs.lookup(self.page)
        except LookupError:
            self.page = "cp1252"

    # Paragraphs and tables

    def _par(self, _: int | None) -> None:
        if not self.state.deleted:
            self.story.paragraph(self._text(), self.state.level())
            for text in self.after:
                self.story.beside(text, 0)
            self.after.clear()

    def _end(self, depth: int) -> None:
        self.story.paragraph(self._text(), depth)
        self.story.cell(depth)

    def _end_row(self, depth: int, shape: Shape) -> None:
        if text := self._text():
            self.story.paragraph(text, depth)
        self.story.row(depth, Shape(list(shape.edges), list(shape.across), list(shape.down)))

    def _trowd(self, _: int | None) -> None:
        if self.state.inner:
            self.inner_shape = Shape([0])
        else:
            self.shape = Shape([0])
        self.across, self.down = False, ""

    def _edges(self) -> Shape:
        return self.inner_shape if self.state.inner else self.shape

    def _trleft(self, number: int | None) -> None:
        self._edges().edges[0] = number or 0

    def _cellx(self, number: int | None) -> None:
        shape = self._edges()
        if len(shape.across) <= MAX_CELLS:  # one too many is enough to see that the row does not fit
            shape.edges.append(number or 0)
            shape.across.append(self.across)
            shape.down.append(self.down)
        self.across, self.down = False, ""

    def _merge(self, across: bool, down: Down) -> None:
        self.across, self.down = self.across or across, down or self.down
