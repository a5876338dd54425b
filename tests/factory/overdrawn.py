"""Reports as PDF in which more stands in the file than is seen: drawn twice, covered, outside, invisible, watermarks, form fields."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tests.factory.pdf import EDGE, HIGH, SIZE, WIDE, _Canvas, drawn
from tests.factory.record import Record

WRONG = "9"  # what the file holds beside each number, and nobody sees
BOX = 30  # points: as wide as what covers a number
PIXEL = "BI /W 1 /H 1 /CS /G /BPC 8 ID \xff EI"


class Overdrawn(_Canvas):
    """A canvas on which each number of a table is drawn in one way; `first` and `last` are commands on every page."""

    def __init__(self, way: Callable[[Overdrawn, float, float, str], None], style: str = "boxes") -> None:
        super().__init__(style)
        self.embedded, self.way = True, way
        self.first: list[str] = []
        self.last: list[str] = []
        self.later: dict[int, list[str]] = {}  # by page: what is drawn when all else is

    def finish(self) -> None:
        for k, page in enumerate(self.pages):
            page[:] = [*self.first, *page, *self.later.get(k, []), *self.last]

    def text(self, x: float, y: float, text: str, size: float = SIZE) -> None:
        if size == SIZE and text and text.replace(".", "").replace("-", "").isdigit():
            self.way(self, x, y, text)
        else:
            super().text(x, y, text, size)

    def plain(self, x: float, y: float, text: str, size: float = SIZE) -> None:
        """Draw a text as it is."""
        super().text(x, y, text, size)

    def say(self, command: str) -> None:
        """A command of the page as it is."""
        self.pages[-1].append(command)

    def stream(self, entries: str, commands: str) -> str:
        """A stream with its own resources, as an object of the file."""
        resources = f"/Resources << /Font << /F1 3 0 R >>{self.resources} >>"
        return self.extra(f"<< {entries} {resources} /Length {len(commands.encode())} >>\nstream\n{commands}\nendstream")


def shown(text: str, x: float, y: float, size: float = SIZE) -> str:
    """The command that shows a text, for streams and the like; digits and Chinese alike."""
    codes = "".join(f"{ord(c):04x}" for c in text)
    return f"BT /F1 {size} Tf 1 0 0 1 {x:.2f} {HIGH - y:.2f} Tm <{codes}> Tj ET"


def as_overdrawn(record: Record, name: str, style: str = "boxes") -> bytes:
    """A record whose numbers or pages are drawn in one of the ways of WAYS or PAGES."""
    canvas = Overdrawn(WAYS.get(name, _clear), style)
    canvas.used |= set("0123456789.-示例甲乙镇年月日度政府信息公开工作报告机密")
    canvas.resources = " /ExtGState << /Clear << /ca 0 /CA 0 >> /Faint << /ca 0.3 /CA 0.3 >> /Ink << /BM /Multiply >> >>"
    if prepare := {**PAGES, **SCANS}.get(name):
        prepare(canvas)
    return drawn(canvas, record)


def _twice(dx: float, dy: float, before: str = "", after: str = "") -> Callable[[Overdrawn, float, float, str], None]:
    def way(canvas: Overdrawn, x: float, y: float, text: str) -> None:
        canvas.say(before)
        canvas.plain(x + dx, y + dy, text)
        canvas.say(after)
        canvas.plain(x, y, text)

    return way


def _beside(before: str, after: str, first: bool = True) -> Callable[[Overdrawn, float, float, str], None]:
    """Another number at the same place, drawn so that it is not seen."""

    def way(canvas: Overdrawn, x: float, y: float, text: str) -> None:
        if not first:
            canvas.plain(x, y, text)
        canvas.say(before)
        canvas.plain(x, y, WRONG + text)
        canvas.say(after)
        if first:
            canvas.plain(x, y, text)

    return way


def _behind(before: str, after: str) -> Callable[[Overdrawn, float, float, str], None]:
    """Another number close behind it, over the edge of its last digit, drawn so that it is not seen."""

    def way(canvas: Overdrawn, x: float, y: float, text: str) -> None:
        canvas.plain(x, y, text)
        canvas.say(before)
        canvas.plain(x + len(text) * SIZE / 2, y, WRONG)
        canvas.say(after)

    return way


def _covered(cover: str, change: Callable[[str], str] = lambda t: t + WRONG) -> Callable[[Overdrawn, float, float, str], None]:
    """A number that is covered, and the right one drawn on the cover."""

    def way(canvas: Overdrawn, x: float, y: float, text: str) -> None:
        canvas.plain(x, y, change(text))
        canvas.say(cover.format(x=x - 1, y=HIGH - y - 2, wide=BOX, high=SIZE + 3))
        canvas.plain(x, y, text)

    return way


def _clear(canvas: Overdrawn, x: float, y: float, text: str) -> None:
    canvas.plain(x, y, text)


def _marked(canvas: Overdrawn, x: float, y: float, text: str) -> None:
    """A number under a highlighter: covered by a color that lets it through."""
    canvas.plain(x, y, text)
    canvas.say(f"q /Ink gs 1 1 0 rg {x - 1:.1f} {HIGH - y - 2:.1f} {BOX} {SIZE + 3} re f Q")


def _colored(before: str) -> Callable[[Overdrawn, float, float, str], None]:
    """A number in a color of its own, on a ground of its own: nothing is hidden."""

    def way(canvas: Overdrawn, x: float, y: float, text: str) -> None:
        canvas.say("q " + before.format(x=x - 1, y=HIGH - y - 2, wide=BOX, high=SIZE + 3))
        canvas.plain(x, y, text)
        canvas.say("Q")

    return way


def _erased(canvas: Overdrawn, x: float, y: float, text: str) -> None:
    canvas.plain(x, y, text)
    canvas.say(f"1 g {x - 1:.1f} {HIGH - y - 2:.1f} {BOX} {SIZE + 3} re f 0 g")


def _tiny(canvas: Overdrawn, x: float, y: float, text: str) -> None:
    canvas.plain(x, y, text)
    canvas.plain(x + 3.5 * len(text), y, WRONG, 1)


def _cut(canvas: Overdrawn, x: float, y: float, text: str) -> None:
    """A number of which the last digit is cut off, as in a column that is too narrow."""
    canvas.say(f"q {x - 2:.1f} {HIGH - y - 5:.1f} {3.5 * len(text) + 1.8:.1f} 20 re W n")
    canvas.plain(x, y, text + WRONG)
    canvas.say("Q")


def _raised(canvas: Overdrawn, x: float, y: float, text: str) -> None:
    """A number with the small raised digit of a note behind it."""
    canvas.plain(x, y, text)
    canvas.plain(x + 3.5 * len(text), y - 2, "1", 4)


def _field(canvas: Overdrawn, x: float, y: float, text: str, shows: str | None = None, step: float = 3.5) -> None:
    """A number as the value of a form field; `shows` is what its appearance shows, its digits `step` points apart."""
    shows = text if shows is None else shows
    box = f"{x:.1f} {HIGH - y - 2:.1f} {x + BOX:.1f} {HIGH - y + SIZE:.1f}"
    look = canvas.stream(
        f"/Type /XObject /Subtype /Form /BBox [0 0 {BOX} {SIZE + 2}]", f"/Tx BMC {shown(shows, 1, HIGH - 2)} EMC"
    )
    note = f"<< /Type /Annot /Subtype /Widget /FT /Tx /T (f{len(canvas.extras)}) /V ({text}) /F 4 /Rect [{box}]"
    if shows:
        note += f" /AP << /N {look} >>"
    canvas.notes.setdefault(len(canvas.pages) - 1, []).append(canvas.extra(note + " >>"))


def _note(canvas: Overdrawn, x: float, y: float, text: str) -> None:
    """A number as a note written over another one, on white."""
    canvas.plain(x, y, WRONG + text)
    box = f"{x - 1:.1f} {HIGH - y - 2:.1f} {x + BOX:.1f} {HIGH - y + SIZE:.1f}"
    commands = f"1 g 0 0 {BOX + 1} {SIZE + 2} re f 0 g {shown(text, 1, HIGH - 2)}"
    look = canvas.stream(f"/Type /XObject /Subtype /Form /BBox [0 0 {BOX + 1} {SIZE + 2}]", commands)
    note = f"<< /Type /Annot /Subtype /FreeText /Contents ({text}) /F 4 /Rect [{box}] /AP << /N {look} >> >>"
    canvas.notes.setdefault(len(canvas.pages) - 1, []).append(canvas.extra(note))


def _said(change: Callable[[str], str]) -> Callable[[Overdrawn, float, float, str], None]:
    def way(canvas: Overdrawn, x: float, y: float, text: str) -> None:
        canvas.say(f"/Span << /ActualText ({change(text)}) >> BDC")
        canvas.plain(x, y, text)
        canvas.say("EMC")

    return way


def _outlined(canvas: Overdrawn, x: float, y: float, text: str) -> None:
    for k in range(len(text)):
        left, foot = x + 4 * k, HIGH - y
        canvas.say(
            f"{left:.1f} {foot:.1f} m {left + 1:.1f} {foot + 6:.1f} {left + 3:.1f} {foot + 6:.1f} {left + 3:.1f} {foot:.1f} c f"
        )


def _layer(canvas: Overdrawn, x: float, y: float, text: str) -> None:
    canvas.plain(x, y, text)
    canvas.later.setdefault(len(canvas.pages) - 1, []).append(shown(text, x + 0.2, y))


def _comb(canvas: Overdrawn, x: float, y: float, text: str) -> None:
    """A number in a form field with a place for each digit."""
    _field(canvas, x, y, text, step=6.2 if len(text) < 5 else 5.8)


WAYS: dict[str, Callable[[Overdrawn, float, float, str], None]] = {
    "twice": _twice(0, 0),
    "layer": _layer,
    "bold": _twice(0.3, 0),
    "shadow": _twice(0.5, 0.5, "0.7 g", "0 g"),
    "covered": _covered("1 g {x:.1f} {y:.1f} {wide} {high} re f 0 g"),
    "covered-before": _covered("1 g {x:.1f} {y:.1f} {wide} {high} re f 0 g", lambda t: WRONG + t),
    "covered-gray": _covered("0.9 g {x:.1f} {y:.1f} {wide} {high} re f 0 g"),
    "covered-picture": _covered("q {wide} 0 0 {high} {x:.1f} {y:.1f} cm " + PIXEL + " Q"),
    "covered-stroke": _covered("q 1 0 0 1 {x:.1f} {y:.1f} cm 16 w 1 G 0 0 m {wide} 0 l S Q"),
    "invisible": _beside("3 Tr", "0 Tr"),
    "white": _beside("1 g", "0 g"),
    "white-behind": _behind("1 g", "0 g"),
    "nearly-white": _beside("0.98 0.99 0.98 rg", "0 g", first=False),
    "transparent": _beside("q /Clear gs", "Q"),
    "clipped": _beside("q 0 0 1 1 re W n", "Q"),
    "switched-off": _beside("/OC /Off BDC", "EMC"),
    "erased": _erased,
    "raised": _raised,
    "cut": _cut,
    "tiny": _tiny,
    "highlighted": _marked,
    "gray": _colored("0.65 g"),
    "red": _colored("1 0 0 rg"),
    "light-on-dark": _colored("0.2 0.3 0.6 rg {x:.1f} {y:.1f} {wide} {high} re f 1 g"),
    "on-a-shade": _colored("0.85 0.9 1 rg {x:.1f} {y:.1f} {wide} {high} re f 0 g"),
    "said": _said(lambda t: t),
    "said-otherwise": _said(lambda t: WRONG + t),
    "field": _field,
    "field-without-appearance": partial(_field, shows=""),
    "field-shows-otherwise": partial(_field, shows=WRONG),
    "field-in-comb": _comb,
    "note": _note,
    "outlined": _outlined,
}


def _switched_off(canvas: Overdrawn) -> None:
    layer = canvas.extra("<< /Type /OCG /Name (old) >>")
    canvas.catalog = f" /OCProperties << /OCGs [{layer}] /D << /OFF [{layer}] >> >>"
    canvas.resources += f" /Properties << /Off {layer} >>"


def _oblique(size: float, gray: float, text: str, pieces: bool = False) -> Callable[[Overdrawn], None]:
    """A text across the page from corner to corner, as one piece or each character for itself."""

    def prepare(canvas: Overdrawn) -> None:
        for n, at in enumerate(range(60, 800, 150)):
            parts = list(text) if pieces else [text]
            for k, part in enumerate(parts):
                along = 0.7071 * size * 0.8 * k
                codes = "".join(f"{ord(c):04x}" for c in part)
                place = f"0.7071 0.7071 -0.7071 0.7071 {60 + 70 * n + along:.1f} {at + along:.1f} Tm"
                canvas.last.append(f"q {gray} g BT /F1 {size} Tf {place} <{codes}> Tj ET Q")

    return prepare


def _flat(size: float, before: str, text: str, step: float) -> Callable[[Overdrawn], None]:
    """A text in the direction of the lines, all over the page."""

    def prepare(canvas: Overdrawn) -> None:
        for y in range(70, 800, 90):
            x = EDGE + 10.0
            while x < WIDE - 100:
                canvas.last.append(f"q {before} {shown(text, x, y, size)} {'EMC ' * ('BDC' in before)}Q")
                x += step

    return prepare


def _as_form(canvas: Overdrawn) -> None:
    """A pale watermark as a form of its own."""
    commands = "\n".join(f"0.8 g {shown('示例镇2024', x, y, 40)}" for x in (80, 330) for y in range(100, 800, 120))
    form = canvas.stream(f"/Type /XObject /Subtype /Form /BBox [0 0 {WIDE} {HIGH}]", commands)
    canvas.resources += f" /XObject << /Mark {form} >>"
    canvas.last.append("q /Faint gs /Mark Do Q")


def _off_form(canvas: Overdrawn) -> None:
    """A form that belongs to a layer that is switched off, in a file that says nothing of it round the text."""
    layer = canvas.extra("<< /Type /OCG /Name (old) >>")
    canvas.catalog = f" /OCProperties << /OCGs [{layer}] /D << /OFF [{layer}] >> >>"
    commands = "\n".join(shown("2019", x, y) for x in range(200, 500, 40) for y in range(100, 800, 17))
    form = canvas.stream(f"/Type /XObject /Subtype /Form /OC {layer} /BBox [0 0 {WIDE} {HIGH}]", commands)
    canvas.resources += f" /XObject << /Old {form} >>"
    canvas.last.append("/Old Do")


def _outside(canvas: Overdrawn) -> None:
    """The title of another year, above the part of the page that is shown."""
    canvas.entries = f" /CropBox [0 0 {WIDE} {HIGH - 5}]"
    canvas.first.append(shown("示例乙镇2019年政府信息公开工作年度报告2019年", 60, -20, 18))


def _cut_off(canvas: Overdrawn) -> None:
    canvas.first.append(f"q 0 0 30 30 re W n {shown('示例乙镇2019年政府信息公开工作年度报告', 60, 40, 18)} Q")


def _searchable(canvas: Overdrawn) -> None:
    """A picture on every page, under a text that no one sees."""
    canvas.first.append(f"q {WIDE} 0 0 {HIGH} 0 0 cm {PIXEL} Q 3 Tr")


def _under_picture(canvas: Overdrawn) -> None:
    canvas.last.append(f"q {WIDE} 0 0 {HIGH} 0 0 cm {PIXEL} Q")


def _on_picture(canvas: Overdrawn) -> None:
    """A picture as the ground of every page: nothing is hidden."""
    canvas.first.append(f"q {WIDE} 0 0 {HIGH} 0 0 cm {PIXEL} Q")


def _sealed(canvas: Overdrawn) -> None:
    """A red seal that lets the text through, as a picture with a mask."""
    mask = canvas.extra(
        "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>\nstream\n@\nendstream"
    )
    red = f"/Width 1 /Height 1 /ColorSpace /DeviceRGB /BitsPerComponent 8 /SMask {mask} /Filter /ASCIIHexDecode /Length 7"
    seal = canvas.extra(f"<< /Type /XObject /Subtype /Image {red} >>\nstream\nff0000>\nendstream")
    canvas.resources += f" /XObject << /Seal {seal} >>"
    canvas.last.append("q 120 0 0 120 300 400 cm /Seal Do Q")


PAGES: dict[str, Callable[[Overdrawn], None]] = {
    "switched-off": _switched_off,
    "oblique": _oblique(40, 0.8, "示例镇2024"),
    "oblique-black": _oblique(9, 0, "机密20240110"),
    "oblique-in-pieces": _oblique(30, 0.7, "2024", pieces=True),
    "flat-large": _flat(44, "0.8 g", "2024年10月", 260),
    "flat-small": _flat(8, "0.75 g", "2024-01-10", 75),
    "flat-large-black": _flat(40, "0 g", "示例2024", 260),
    "flat-faint": _flat(8, "/Faint gs", "20240110", 75),
    "flat-alike": _flat(7, "0 g", "20240110", 75),
    "flat-in-pieces": _flat(11, "0.8 g", "20", 23),
    "artifact": _flat(7, "/Artifact << /Type /Pagination /Subtype /Watermark >> BDC", "20240110", 75),
    "form": _as_form,
    "form-switched-off": _off_form,
    "outside": _outside,
    "cut-off": _cut_off,
    "on-picture": _on_picture,
    "sealed": _sealed,
}
SCANS: dict[str, Callable[[Overdrawn], None]] = {"searchable": _searchable, "under-picture": _under_picture}
