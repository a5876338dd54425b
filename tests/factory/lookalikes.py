"""Tables that look like statutory ones and are not, and statutory ones of two years in one: what no number may come from."""

from __future__ import annotations

from tests.factory.html import page_of
from tests.factory.layout import HEADINGS, Drawn, draw
from tests.factory.record import Record
from tests.factory.text import KINDS, join

APPLICANTS = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
COUNTIES = ["示例甲县", "示例乙县", "示例丙县", "示例丁区", "示例戊区", "示例己市", "合计"]
RESULTS = [
    "一、本年新收政府信息公开申请数量",
    "二、上年结转政府信息公开申请数量",
    "（一）予以公开",
    "（二）部分公开",
    "（七）总计",
    "四、结转下年度继续办理",
]
HEADS = {
    "county": COUNTIES,
    "month": ["1月", "2月", "3月", "4月", "5月", "6月", "合计"],
    "year": [str(year) for year in range(2018, 2025)],
    "year in words": [f"{year}年" for year in range(2018, 2025)],
    "channel": ["当面", "邮寄", "网络", "传真", "电话", "其他", "总计"],
    "last year": [*APPLICANTS[:-1], "上年"],
    "kind": ["土地征收", "房屋拆迁", "财政资金", "行政处罚信息", "人事信息", "其他", "总计"],
}  # fmt: skip


def _plain(rows: list[list[str]]) -> Drawn:
    return [[(text, 1, 1) for text in row] for row in rows]


def _numbers(rows: list[str], many: int = 7) -> list[list[str]]:
    return [[label, *(str(61 + 7 * n + k) for k in range(many))] for n, label in enumerate(rows)]


def others() -> dict[str, Drawn]:
    """Tables of other things, by what they are."""
    income = ["项目", "本年收入合计", "财政拨款收入", "上级补助收入", "事业收入", "经营收入", "附属单位上缴收入", "其他收入"]
    handled = ["本年新收", "上年结转", "予以公开", "不予公开", "无法提供", "其他处理", "总计"]
    channels = ["政府网站", "微信", "微博", "抖音", "公报", "公开栏", "总计"]
    offices = ["示例公安局", "示例住建局", "其他", "合计"]
    enforced = ["行政许可", "行政处罚", "行政强制", "行政检查", "合计"]
    found = {
        "income": _plain([income, *_numbers(["合计", "一般公共服务支出", "其他"])]),
        "requests by office": _plain([["单位", *handled], *_numbers([*offices[:2], "总计"])]),
        "applicants by office": _plain([["部门", *APPLICANTS], *_numbers(offices)]),
        "applicants by month": _plain([["月份", *APPLICANTS], *_numbers(["1月", "2月", "总计"])]),
        "channels": _plain([["渠道", *channels], *_numbers(["机构职能", "政策文件", "其他", "合计"])]),
        "channels numbered": _plain([["渠道", *channels], *_numbers(["（一）机构职能", "3.其他", "（七）总计"])]),
        "enforcement": _plain([["执法类别", "本年处理决定数量"], *_numbers(enforced, 1)]),
        "enforcement with fines": _plain([["执法类别", "本年处理决定数量", "罚没金额"], *_numbers(enforced, 2)]),
        "documents by office": _plain([["单位", "本年制发件数", "本年废止件数", "现行有效件数"], *_numbers(offices, 3)]),
        "documents filed": _plain([["类别", "本年制发件数", "本年备案件数", "现行有效件数"], *_numbers(["规章", "行政规范性文件"], 3)]),
        "cases by office": [
            [("行政复议", 1, 16)],
            [("单位", 2, 1), *((o, 1, 5) for o in offices[:3])],
            [(x, 1, 1) for x in ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"] * 3],
            [("件数", 1, 1), *((str(61 + k), 1, 1) for k in range(15))],
        ],
        "cases by office without label": [
            [("行政复议", 1, 15)],
            [(o, 1, 5) for o in offices[:3]],
            [(x, 1, 1) for x in ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"] * 3],
            [(str(61 + k), 1, 1) for k in range(15)],
        ],
    }  # fmt: skip
    results = {f"requests by {name}": _plain([["办理情况", *heads], *_numbers(RESULTS)]) for name, heads in HEADS.items()}
    return found | results


def whole_by(record: Record, heads: list[str]) -> Drawn:
    """All rows of table three under other heads: a city's table of its counties, of months, of years."""
    drawn = draw(record, "requests")
    return [[(drawn[0][0][0], 1, 3), *((h, 1, 1) for h in heads)], *drawn[3:]]


def two_years(ours: Record, theirs: Record, table: str, heads: tuple[str, str] | None, how: str) -> Drawn:
    """A statutory table of two years: `beside` each other, with `shared` labels, each column `split`, or one `above` the other."""
    left, right = draw(ours, table), draw(theirs, table)
    width = sum(c for _, _, c in left[0])
    if how == "above":
        first, second = [[[(h, 1, width)]] for h in heads] if heads else [[], []]
        return [*first, *left, *second, *right]
    both = [a + _own(b, table, r) if how != "beside" else a + b for r, (a, b) in enumerate(zip(left, right, strict=True))]
    if how == "split":
        many = {"disclosure": 1, "requests": 3, "challenges": 0}[table]
        both = [_split(a, b, many, heads) for a, b in zip(left, both, strict=True)]
        return [row for rows in both for row in rows]
    own = sum(c for _, _, c in _own(left[-1], table, len(left) - 1)) if how == "shared" else width
    return [[*([("", 1, width - own)] if own < width else []), *((h, 1, own) for h in heads)], *both] if heads else both


def _own(row: list[tuple[str, int, int]], table: str, r: int) -> list[tuple[str, int, int]]:
    """A row of the second year without the labels that stand in the first one."""
    if table == "requests":
        return row[1:] if r == 0 else row if r < 3 else row[-7:]
    return row[1:] if table == "disclosure" else row


def _split(
    left: list[tuple[str, int, int]], both: list[tuple[str, int, int]], labels: int, heads: tuple[str, str] | None
) -> Drawn:
    """A row of both years, each number beside that of the other year; below the heads of the columns stand those of the years."""
    count = len(both) - len(left)
    if not count:
        return [left]
    mine, other = left[len(left) - count :], both[len(left) :]
    label = left[: len(left) - count]
    if not mine[0][0].isdigit():
        years = [(h, 1, 1) for _ in mine for h in heads or ("2023年", "2024年")]
        return [[*label, *((t, 1, 2) for t, _, _ in mine)], [("", 1, 1), *years]] if len(label) == 1 else [left]
    return [[*label, *((t, 1, 1) for pair in zip(mine, other, strict=True) for t, _, _ in pair)]]


def as_page(record: Record, tables: dict[str, Drawn | None], more: tuple[Drawn, ...] = ()) -> bytes:
    """A web page of a report with other tables in the place of its own (None: a picture), and with more of them in part one."""
    own = {name: draw(record, name) if name not in tables else tables[name] for name in HEADINGS}
    return page_of(record, own, more)


def as_lines(record: Record, tables: dict[str, Drawn | None], kind: str, more: tuple[Drawn, ...] = ()) -> bytes:
    """The same as text of one of the kinds that pages turn into."""
    own = {name: draw(record, name) if name not in tables else tables[name] for name in HEADINGS}
    return join(record, own, kind, more)


__all__ = ["KINDS", "as_lines", "as_page", "others", "two_years", "whole_by"]
