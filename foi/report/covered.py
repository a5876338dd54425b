"""What of a page may be seen: where its prose names people or telephones, only its tables are, and of these no such cell."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from ingest.model import Document, Table
from ingest.place import Place, Share, share_of_box
from ingest.privacy import mask, mask_cell


@dataclass(frozen=True, slots=True)
class Seen:
    """The parts of a page that are shown (None: all of it), and those inside them that are covered."""

    parts: tuple[Share, ...] | None = None
    covered: tuple[Share, ...] = ()

    def holds(self, x: float, y: float) -> bool:
        """Whether a point of the page (as shares) is shown."""
        is_shown = self.parts is None or any(_holds(part, x, y) for part in self.parts)
        return is_shown and not any(_holds(part, x, y) for part in self.covered)


def seen_of(document: Document, pages: str | None, framed: Share) -> Seen:
    """What may be seen of the page of a framed cell."""
    names = any(
        not isinstance(block, Table) and Place(block.place).number("page") == framed.page and mask(block.text) != block.text
        for block in document.blocks
    )
    cells = [
        (number, share, cell.text)
        for number, block in enumerate(document.blocks)
        if isinstance(block, Table)
        for cell in block.cells
        if (box := Place(f" ({cell.box})").box) and box.page == framed.page
        if (share := share_of_box(box, pages))
    ]
    covered = tuple(share for _, share, text in cells if mask(text) != text and (share != framed or mask_cell(text) != text))
    if not names:
        return Seen(None, covered)
    tables = (tuple(share for _, share, _ in same) for _, same in groupby(cells, key=lambda cell: cell[0]))
    return Seen((framed, *map(_around, tables)), covered)


def _around(shares: tuple[Share, ...]) -> Share:
    """The rectangle that holds all of these."""
    lows = [min(share[k] for share in shares) for k in (1, 2)]
    highs = [max(share[k] for share in shares) for k in (3, 4)]
    return Share(shares[0].page, *lows, *highs)


def _holds(part: Share, x: float, y: float) -> bool:
    return part.x0 <= x <= part.x1 and part.y0 <= y <= part.y1
