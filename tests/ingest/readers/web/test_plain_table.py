"""A table whose markup came before is read from between its tags, and is the same table as the parser's own."""

from __future__ import annotations

import pytest

from ingest.model import Table
from ingest.readers.web import plain_table
from ingest.readers.web.html import read_html

ROWS = "<tr><th rowspan=2>甲</th><td colspan='2'>{}</td></tr><tr><td>{}</td><td><p><span>{}</span></p></td></tr>"
TABLES = {
    "plain": f"<table border=1>{ROWS}</table>",
    "in parts": f"<table><thead>{ROWS}</thead><tbody>{ROWS}</tbody></table>",
    "styled": f'<table style="font-family:&quot;Song&quot;"><tr class=x><td style="width:3pt">乙</td><td>1</td><td></td></tr>{ROWS}</table>',
    "lines": "<table><tr><td>一<br>{}</td><td><p>{}</p><p>二</p></td><td>  {} <b>三</b></td></tr></table>",
    "hidden": f'<table><tr><td style="display:none">9</td><td>1</td><td>2</td><td>3</td></tr>{ROWS}</table>',
    "raised": "<table><tr><td>{}<sup>1</sup></td><td>{}</td><td>{}</td></tr></table>",
    "white": '<table><tr><td style="color:#fff">{}</td><td>{}</td><td>{}</td></tr></table>',
    "picture": "<table><tr><td>{}<img src=a.png></td><td>{}</td><td>{}</td></tr></table>",
    "unpaired": "<table><tr><td>{}<td title='a>b'>{}<td>{}<tr><td>x</table>",
    "inside each other": f"<table><tr><td>{{}}</td><td>{{}}</td><td>{{}}<table>{ROWS}</table></td></tr></table>",
    "commented": "<table><tr><td>{}<!-- <td> --></td><td>{}</td><td>{}</td></tr></table>",
    "scripted": "<table><tr><td>{}<script>1<2</script></td><td>{}</td><td>{}</td></tr></table>",
}
TEXTS = (("1", "2", "3"), ("", "&nbsp;", " 7\n8 "), ("&lt;4&gt;", "5&amp;nbsp;6", '"9"'), ("0\v1", "\ufffc", "１２"))


def tables(page: str) -> list[tuple[object, str]]:
    return [(b.cells, b.place) for b in read_html(page).blocks if isinstance(b, Table)]


@pytest.mark.parametrize("style", ["", "<style>.x{display:none} .y{color:red}</style>"])
@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_the_same_whether_its_markup_is_known_or_not(name: str, style: str, monkeypatch: pytest.MonkeyPatch):
    pages = [f"<html>{style}<body>{TABLES[name].format(*(texts * 3))}</body></html>" for texts in TEXTS]
    monkeypatch.setattr(plain_table, "LONGEST", 0)
    asked = [tables(page) for page in pages]
    monkeypatch.undo()
    for _ in range(3):
        assert [tables(page) for page in pages] == asked
    assert any(asked)


def test_the_markup_of_a_plain_table_is_understood_when_it_comes_again():
    page = "<table><tr><td>{}</td><td>2</td><td>示例</td></tr></table>"
    for number in range(3):
        (table,) = [b for b in read_html(page.format(number)).blocks if isinstance(b, Table)]
        assert (table.texts[0], table.spans) == (str(number), ((0, 0, 1, 1), (0, 1, 1, 1), (0, 2, 1, 1)))
    assert any("<td></td><td></td><td></td>" in markup and known for (_, markup), known in plain_table._known.items())


def test_many_kinds_of_markup_are_not_kept_for_ever():
    for number in range(3 * plain_table.REMEMBERED):
        page = f"<table width={number}><tr><td>1</td><td>2</td><td>3</td></tr></table>"
        assert tables(page) == tables(page)
    assert len(plain_table._known) <= plain_table.REMEMBERED
