"""A chart as a file of its own, .svg or .png: what stands around it in its page (title, legend, notes, release) is drawn with it."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

from starlette.requests import Request
from starlette.responses import Response

from foi.messages import Complaint, message
from foi.published import width_of
from foi.published.release import release_of
from portal.chart import HEIGHT, LEFT, RIGHT, WIDTH, Chart, svg_of, text_at
from portal.page import format_of

SCALE = 3  # of a .png: 2280 pixels across, 300 for each inch of a page of 19 cm
LETTER = 7.0  # pixels of a letter of 13 px; a Chinese character takes two
LINE, SWATCH = 22, 14
HEAD = 28  # above the marks: the title
ACROSS = int((WIDTH - LEFT - RIGHT) / LETTER)


def answer(request: Request, chart: Chart) -> Response | None:
    """The chart as a file, if the address asks for .svg or .png."""
    asked = format_of(request)
    if asked not in ("svg", "png"):
        return None
    drawn = alone(chart, _source(request))
    if asked == "png":
        return Response(png_of(drawn), media_type="image/png")
    return Response(f'<?xml version="1.0" encoding="UTF-8"?>\n{drawn}', media_type="image/svg+xml")


def alone(chart: Chart, source: str) -> str:
    """The chart on white with its title, what its colors mean, where years cannot be compared and why, and its source."""
    y = HEAD + HEIGHT
    parts = [text_at(LEFT, HEAD - 8, line) for line in lines_of(chart.title)[:1]]
    parts.append(f'<g transform="translate(0 {HEAD})">{chart.marks}</g>')
    x = float(LEFT)
    for name, color in chart.legend:
        wide = SWATCH + 8 + width_of(name) * LETTER + 16
        if x > LEFT and x + wide > WIDTH - RIGHT:
            x, y = LEFT, y + LINE
        parts.append(f'<rect x="{x:.1f}" y="{y}" width="{SWATCH}" height="{SWATCH}" fill="{color}"/>')
        parts.append(text_at(x + SWATCH + 8, y + 12, name))
        x += wide
    for told in (*(f"‖ {why}" for why in chart.breaks), source):
        for line in lines_of(told):
            y += LINE
            parts.append(text_at(LEFT, y + 12, line))
    height = y + LINE + 8
    return svg_of(chart.title, f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>{"".join(parts)}', height)


def lines_of(text: str, most: int = ACROSS) -> list[str]:
    """A text in lines that are not longer than so many letters; a word is broken only where a line holds nothing else."""
    ends, width, last = [0], 0, 0
    for at, sign in enumerate(text):
        width += width_of(sign)
        if sign == " " or width_of(sign) > 1:
            last = at + 1 if sign == " " else at
        if width > most:
            ends.append(last if last > ends[-1] else at)
            width = width_of(text[ends[-1] : at + 1])
    return [text[a:b].strip() for a, b in pairwise([*ends, len(text)])]


def png_of(svg: str) -> bytes:
    """A picture as PNG for print; a Complaint where no font of this machine has its Chinese characters, rather than a picture without them."""
    if any(width_of(sign) > 1 for sign in svg) and not can_write_chinese():
        raise Complaint(message("portal.no_font"), 3)
    return _png(svg, SCALE)


@cache
def can_write_chinese() -> bool:
    """Whether a font of this machine has Chinese characters: without one, any two of them look the same."""
    one, other = (_png(svg_of("", text_at(10, 20, sign), 30), 1) for sign in (chr(0x4E00), chr(0x56FD)))
    return one != other


def _png(svg: str, scale: float) -> bytes:
    import vl_convert

    return bytes(vl_convert.svg_to_png(svg, scale=scale))


def _source(request: Request) -> str:
    return message("portal.chart_source", release=release_of(request.app.state.home).number, address=request.url)
