"""Reports as web pages: clean, in three encodings, made by Word, nested in layout tables, with lost merges and wrong spans."""

from __future__ import annotations

from tests.factory.layout import HEADINGS, Drawn, draw
from tests.factory.prose import after, before, title
from tests.factory.record import Record


def _table(table: Drawn, cell: str = "<td{s}>{t}</td>", row: str = "<tr>{}</tr>") -> str:
    rows = []
    for drawn in table:
        cells = []
        for text, rowspan, colspan in drawn:
            spans = (f' rowspan="{rowspan}"' if rowspan > 1 else "") + (f' colspan="{colspan}"' if colspan > 1 else "")
            cells.append(cell.format(s=spans, t=text.replace("\n", "<br>")))
        rows.append(row.format("".join(cells)))
    return "<table border=1>" + "\n".join(rows) + "</table>"


def _page(record: Record, body: str, charset: str = "utf-8", furniture: bool = True) -> str:
    meta = f'<meta charset="{charset}">' if charset else ""
    meta += f'<meta name="ArticleTitle" content="{title(record)}">' if record.unit else ""
    meta += f'<meta name="PubDate" content="{record.published_on} 09:30">' if record.published_on else ""
    meta += (
        f'<meta name="SiteName" content="{record.place}人民政府"><meta name="ColumnName" content="政府信息公开年报">'
        if record.place
        else ""
    )
    dated = f"<div>发布日期：{record.published_on}　字号：大 中 小</div>" if record.published_on else ""
    top = ""
    if furniture:
        top = (
            "<div>当前位置：<a href='#'>首页</a> &gt; 政府信息公开年报</div>"
            "<table><tr><td>索引号</td><td>示例-0001</td><td>发文字号</td><td></td></tr>"
            f"<tr><td>主题分类</td><td>政务公开</td><td>有效性</td><td>有效</td></tr></table>{dated}<div>【打印】【关闭】</div>"
        )
    head = f"<!DOCTYPE html><html><head>{meta}<title>{title(record)}</title></head>"
    return f"{head}<body>{top}{body}<script>var x='<table><tr><td>9</td></tr></table>';</script></body></html>"


def _body(record: Record, tables: dict[str, str]) -> str:
    parts = [f"<p>{p}</p>" for p in before(record)]
    for name, heading in HEADINGS.items():
        parts += [f"<p>{heading}</p>", tables[name]]
    return "\n".join([*parts, *(f"<p>{p}</p>" for p in after(record))])


def clean(record: Record) -> bytes:
    """UTF-8, spans as drawn."""
    return _page(record, _body(record, {t: _table(draw(record, t)) for t in HEADINGS})).encode()


def page_of(record: Record, tables: dict[str, Drawn | None], more: tuple[Drawn, ...] = ()) -> bytes:
    """A clean page with these tables under the headings, a picture where one is None, and `more` of them in part one."""
    drawn = {name: _table(table) if table else "<p><img src='1.png'></p>" for name, table in tables.items()}
    body = _body(record, drawn)
    second = f"<p>{HEADINGS['disclosure']}</p>"
    extra = "".join(f"<p>情况如下：</p>{_table(table)}" for table in more)
    return _page(record, body.replace(second, extra + second, 1)).encode()


def gbk(record: Record) -> bytes:
    """Labelled gb2312, with a character that only GBK and GB18030 have (镕)."""
    body = "<p>本页含国标二三一二以外的字：镕、㐀</p>" + _body(record, {t: _table(draw(record, t)) for t in HEADINGS})
    return _page(record, body, "gb2312").encode("gb18030")


def gbk_unlabelled(record: Record) -> bytes:
    """GB18030 without a word about it."""
    return _page(record, _body(record, {t: _table(draw(record, t)) for t in HEADINGS}), "").encode("gb18030")


def word(record: Record) -> bytes:
    """Pasted from Word: styles, o:p, conditional comments, digits split over spans, a hidden row that sets widths."""
    cell = "<td{s} style='mso-border-alt:solid windowtext .5pt'><p class=MsoNormal>{t}<o:p></o:p></p></td>"

    def split(text: str) -> str:
        return "".join(f"<span lang=EN-US>{c}</span>" for c in text) if text.isdigit() else f"<span>{text}</span>"

    tables = {}
    for name in HEADINGS:
        drawn = [[(split(t), r, c) for t, r, c in row] for row in draw(record, name)]
        width = sum(c for _, _, c in drawn[0])
        hidden = "<![if !supportMisalignedColumns]><tr height=0>" + "<td width=60></td>" * width + "</tr><![endif]>"
        html = _table(drawn, cell)
        tables[name] = "<!--[if gte mso 9]><xml><td>7</td></xml><![endif]-->" + html.replace("</table>", hidden + "</table>")
    return _page(record, _body(record, tables)).encode()


def nested(record: Record) -> bytes:
    """Layout tables round everything, end tags missing, a table inside a label cell."""
    tables = {}
    for name in HEADINGS:
        html = _table(draw(record, name), "<td{s}>{t}", "<tr>{}")
        html = html.replace("行政许可", "<table><tr><td>行政许可</td></tr></table>")
        tables[name] = html
    body = _body(record, tables)
    return _page(record, f"<table><tr><td>栏目</td><td><table><tr><td>{body}</td></tr></table></td></tr></table>").encode()


def lost(record: Record) -> bytes:
    """Merged cells flattened to blanks; full-width digits, no-break and zero-width spaces."""
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    tables = {}
    for name in HEADINGS:
        drawn = draw(record, name)
        width = sum(c for _, _, c in drawn[0])
        taken: dict[tuple[int, int], bool] = {}
        rows = []
        for r, row in enumerate(drawn):
            line, column = [], 0
            queue = list(row)
            while column < width:
                if taken.get((r, column)):
                    line.append("")
                    column += 1
                    continue
                text, rowspan, colspan = queue.pop(0)
                dirty = text.translate(wide) + "\u200b&nbsp;" if text.isdigit() else text
                line += [dirty, *([""] * (colspan - 1))]
                for k in range(1, rowspan):
                    for c in range(column, column + colspan):
                        taken[r + k, c] = True
                column += colspan
            rows.append([(t, 1, 1) for t in line])
        tables[name] = _table(rows)
    return _page(record, _body(record, tables)).encode()


def bad_spans(record: Record) -> bytes:
    """Spans that run past the end or are too wide, empty rows, table three cut in two."""
    tables = {}
    for name in HEADINGS:
        html = _table(draw(record, name))
        if name == "challenges":
            html = html.replace('<td colspan="10">', '<td colspan="60">', 1)
        if name == "disclosure":
            html = html.replace('colspan="4"', 'colspan="9"', 1)
        tables[name] = html
    rows = draw(record, "requests")
    cut = next(
        i for i, row in enumerate(rows) if (row[0][0].startswith(("（五）", "5.")) and i > 20) or row[0][0].startswith("（五）")
    )
    first = [[(t, 99 if t.startswith("三、") else r, c) for t, r, c in row] for row in rows[:cut]]
    second = [[("", len(rows) - cut - 1, 1), *row] if i == 0 else row for i, row in enumerate(rows[cut:])]
    # An empty row is a row like any other: the merges above reach over it.
    empty = '<tr></tr>\n<tr><td colspan="2">（二）部分公开'
    first_half = _table(first).replace(empty.partition("\n")[2], empty)
    tables["requests"] = first_half + "<p></p>" + _table(second)
    return _page(record, _body(record, tables)).encode()


STYLES = {f.__name__: f for f in (clean, gbk, gbk_unlabelled, word, nested, lost, bad_spans)}
