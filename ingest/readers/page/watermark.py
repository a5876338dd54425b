"""Which pieces of text on a page are a watermark: they lie across the page and belong to none of its lines and cells.

Text in an oblique direction is one always. Text that is lighter or much larger than most of the page, or turned against it, is one
where it crosses a vertical rule or lies on other text: a title or a gray footer does neither. What looks like it is one, too.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable

from ingest.readers.page.painted import Run
from ingest.readers.page.ruled import Line

OBLIQUE = 2.0  # degrees off the axes
LIGHTER, LARGER = 0.25, 1.6
SHARE = 0.1  # of the text of a page, that a usual look has at least
MANY = 10
MOST_TRIES = 60  # neighbors looked at for one piece of text
Look = tuple[int, int, int, bool]


def look_of(run: Run) -> Look:
    """How a piece of text looks: direction, lightness, size, and whether it is marked as no content (an artifact)."""
    return round(run.angle / 90) % 4, round(run.light * 20), round(run.size), run.is_artifact


def is_oblique(run: Run) -> bool:
    """Whether a text runs neither along nor across the page."""
    return is_oblique_at(run.angle)


def is_oblique_at(angle: float) -> bool:
    """Whether a direction (degrees) is neither along nor across the page."""
    return abs(angle - 90 * round(angle / 90)) > OBLIQUE


def odd_looks(runs: list[Run]) -> dict[Look, list[Run]]:
    """The pieces of text that do not look like most of the page, by their look; most pages have none."""
    weight: Counter[Look] = Counter()
    looks: dict[Look, list[Run]] = {}
    for alike in _alike(runs):
        look = look_of(alike[0])
        if not (alike[0].is_hidden or is_oblique(alike[0])):
            weight[look] += sum([max(1, int(r.box[2] - r.box[0] + r.box[3] - r.box[1])) for r in alike])
        looks.setdefault(look, []).extend(alike)
    if not weight:
        return {}
    # What most of the text looks like may be the watermark itself: the usual look is the darkest, then the smallest that is not rare.
    common = [look for look, w in weight.items() if w >= SHARE * weight.total()]
    is_artifact = all(look[3] for look in common)
    common = [look for look in common if look[3] == is_artifact]
    light = min(look[1] for look in common)
    common = [look for look in common if look[1] < light + 20 * LIGHTER]
    size = min(look[2] for look in common)
    angle = max(common, key=lambda look: weight[look])[0]
    return {
        look: mine
        for look, mine in looks.items()
        if look[0] != angle or look[1] >= light + 20 * LIGHTER or look[2] > LARGER * size or look[3] > is_artifact
    }


def _alike(runs: list[Run]) -> Iterable[list[Run]]:
    """The pieces of text that look the same; there are few kinds of them on a page."""
    kinds: dict[tuple[float | bool, ...], list[Run]] = {}
    for run in runs:
        kinds.setdefault((run.angle, run.light, run.size, run.is_artifact, run.is_hidden), []).append(run)
    return kinds.values()


def watermarks(runs: list[Run], verticals: list[Line]) -> set[Look]:
    """The looks on this page that are those of a watermark."""
    odd = odd_looks(runs)
    if not odd:
        return set()
    usual = [r for r in runs if look_of(r) not in odd and not (r.is_hidden or is_oblique(r))]
    usual.sort(key=_height)
    heights, rules = [_height(r) for r in usual], sorted(verticals)
    usual_look = look_of(usual[0]) if usual else None
    found = set()
    for look, mine in odd.items():
        hits = sum(_crosses(r, rules) or _lies_on(r, usual, heights) for r in mine)
        # A number too large for its cell runs over a rule as well: text that is only larger must lie across for the most part.
        is_only_larger = (
            usual_look is not None and (look[0], look[3]) == (usual_look[0], usual_look[3]) and look[1] < 20 * LIGHTER
        )
        if hits >= len(mine) * (0.5 if is_only_larger else 0.25) or (hits >= MANY and not is_only_larger):
            found.add(look)
    return found


def _height(run: Run) -> float:
    return (run.box[1] + run.box[3]) / 2


def _crosses(run: Run, rules: list[Line]) -> bool:
    """Whether a vertical rule runs through a text."""
    left, _, right, _ = run.box
    start, end = bisect_left(rules, (left + 1.5,)), bisect_right(rules, (right - 1.5,))
    y = _height(run)
    return any(y0 < y < y1 for _, y0, y1 in rules[start : min(end, start + MOST_TRIES)])


def _lies_on(run: Run, usual: list[Run], heights: list[float]) -> bool:
    """Whether a text lies on or under another one, not only near it."""
    left, top, right, bottom = run.box
    inner = 0.2 * (bottom - top)
    start, end = bisect_left(heights, top + inner), bisect_right(heights, bottom - inner)
    near = usual[start : min(end, start + MOST_TRIES)]
    return any(min(right, o.box[2]) - max(left, o.box[0]) > 1 for o in near)
