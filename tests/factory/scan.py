"""Reports as pictures: the drawing of the PDF factory rendered at some resolution, straight and clean or tilted and noisy."""

from __future__ import annotations

import io
import random
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from tests.factory.layout import HEADINGS, draw
from tests.factory.pdf import HIGH, WIDE, _Canvas, _paragraph, _table, columns_of
from tests.factory.prose import after, before
from tests.factory.record import Record

FONT = Path(__file__).parents[1] / "cases" / "fonts" / "NotoSansCJKsc-subset.otf"


@cache
def _font(pixels: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT), pixels)


class _Picture(_Canvas):
    """The same page, its commands as pixels."""

    def __init__(self, dpi: int) -> None:
        self.scale = dpi / 72
        self.images: list[Image.Image] = []
        super().__init__("boxes")
        self._blank()

    def _blank(self) -> None:
        self.images.append(Image.new("L", (int(WIDE * self.scale), int(HIGH * self.scale)), 255))
        self.pen = ImageDraw.Draw(self.images[-1])

    def page(self) -> None:
        super().page()
        self._blank()

    def text(self, x: float, y: float, text: str, size: float = 7) -> None:
        self.pen.text((x * self.scale, y * self.scale), text, fill=0, font=_font(round(size * self.scale)), anchor="ls")

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        wide = max(1, round(0.6 * self.scale))
        self.pen.line([x0 * self.scale, y0 * self.scale, x1 * self.scale, y1 * self.scale], fill=0, width=wide)


def pages(record: Record, dpi: int = 200, hard: bool = False) -> list[Image.Image]:
    """A record as gray pictures; hard: tilted up to 2.5 degrees, blurred, with noise (sigma 14)."""
    canvas = _Picture(dpi)
    for paragraph in before(record):
        _paragraph(canvas, paragraph)
    for name, heading in HEADINGS.items():
        _paragraph(canvas, heading)
        _table(canvas, drawn := draw(record, name), columns_of(name, drawn), False)
    for paragraph in after(record):
        _paragraph(canvas, paragraph)
    if not hard:
        return canvas.images
    rng = random.Random(record.unit + str(record.year))
    return [_dirty(image, rng.uniform(-2.5, 2.5), rng.randrange(10**6)) for image in canvas.images]


def number_table(rows: list[list[str]], dpi: int = 150, hard: bool = False, angle: float = 1.3) -> Image.Image:
    """A page with nothing but a ruled table of these texts."""
    canvas = _Picture(dpi)
    xs, top = [45 + 62 * k for k in range(len(rows[0]) + 1)], 45
    for r, row in enumerate(rows):
        for x, text in zip(xs, row, strict=False):
            canvas.text(x + 3 + r % 3, top + 20 * r + 13, text, 8)
    for r in range(len(rows) + 1):
        canvas.line(xs[0], top + 20 * r, xs[-1], top + 20 * r)
    for x in xs:
        canvas.line(x, top, x, top + 20 * len(rows))
    return _dirty(canvas.images[0], angle, 5) if hard else canvas.images[0]


def _dirty(image: Image.Image, angle: float, seed: int) -> Image.Image:
    turned = image.rotate(angle, Image.Resampling.BICUBIC, fillcolor=255).filter(ImageFilter.GaussianBlur(0.6))
    noise = np.random.default_rng(seed).normal(0, 14, (turned.height, turned.width))
    noisy = Image.fromarray(np.clip(np.asarray(turned, np.float64) + noise, 0, 255).astype(np.uint8))
    packed = io.BytesIO()
    noisy.save(packed, "JPEG", quality=35)
    return Image.open(packed).convert("L")


def as_scan(record: Record, dpi: int = 200, hard: bool = False, kind: str = "PDF") -> bytes:
    """A record as a PDF of pictures, or as TIFF with several pages, PNG or JPEG (their first page)."""
    first, *rest = pages(record, dpi, hard)
    out = io.BytesIO()
    if kind in ("PDF", "TIFF"):
        first.save(out, kind, save_all=True, append_images=rest, **({"resolution": dpi} if kind == "PDF" else {}))
    else:
        first.save(out, kind)
    return out.getvalue()
