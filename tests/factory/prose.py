"""The prose of a report: title, parts one, five and six, with its counts in the wordings that offices use.

Each unit keeps its wording over the years, as real ones do. A number that the tables leave blank is not told either.
"""

from __future__ import annotations

import random

from tests.factory.record import Record

DISCLOSED = ("{year}年，主动公开政府信息{n}条。", "{year}年，{unit}主动公开政府信息{n}条，涵盖政策文件、财政预决算和民生保障等领域。",
             "{year}年，共主动公开各类政府信息{n}条。")  # fmt: skip
NEW_MEDIA = ("通过政务新媒体发布信息{n}条。", "通过微信公众号发布信息{n}条。", "通过政府网站公开信息{n}条。")
RECEIVED = (
    "{year}年，收到政府信息公开申请{n}件。",
    "{year}年，共收到政府信息公开申请{n}件，均依法登记办理。",
    "{year}年，共收到依申请公开{n}件。",
)
NONE_RECEIVED = ("{year}年，未收到政府信息公开申请。", "{year}年，没有收到政府信息公开申请。", "{year}年，共收到依申请公开0件。")
PROBLEMS = (("公开的及时性有待提高，下一步将加强培训。",),
            ("一是政策解读形式较为单一；二是专业人员不足。", "下一步将丰富解读方式，组织业务培训。"),
            ("部分栏目更新不够及时，群众参与度不高。", "今后将明确责任分工，定期检查栏目更新情况。"))  # fmt: skip
OTHER = ("本年度未收取信息处理费。", "没有收取政府信息公开信息处理费，无其他需要报告的事项。", "本年度收取信息处理费0元。")

ONLY_TABLES = "（示例只收录表格中的数字，文字从略。）"


def title(record: Record) -> str:
    """The title as offices print it."""
    return f"{record.place}{record.unit}{record.year}年政府信息公开工作年度报告" if record.unit else "政府信息公开工作年度报告"


def before(record: Record) -> list[str]:
    """Introduction and part one; a report that names no unit names no year either."""
    received = record.cells.get("requests.received.total")
    wording = random.Random(record.unit)
    disclosed, new_media, asked, none_asked = (wording.choice(w) for w in (DISCLOSED, NEW_MEDIA, RECEIVED, NONE_RECEIVED))
    told = asked if received != "0" else none_asked
    lines = [told.format(year=record.year, n=received)] if received is not None else []
    if not record.unit:
        plain = [line.replace(f"{record.year}年", "全年") for line in lines]
        return [title(record), "本报告由我镇编制。", "一、总体情况", *plain, *record.lines]
    if all(text == "0" for code, text in record.cells.items() if code.startswith("challenges.")):
        lines.append("没有被申请行政复议、提起行政诉讼的情况。")
    if record.disclosed is not None:
        lines.insert(0, disclosed.format(year=record.year, unit=record.unit, n=record.disclosed))
    if record.new_media is not None:
        lines.append(new_media.format(n=record.new_media))
    maker = f"本报告由{record.unit}根据《中华人民共和国政府信息公开条例》编制。"
    return [title(record), maker, "一、总体情况", *lines, *record.lines]


def after(record: Record) -> list[str]:
    """Parts five and six."""
    if record.disclosed is None:
        return ["五、存在的主要问题及改进情况", ONLY_TABLES, "六、其他需要报告的事项", ONLY_TABLES]
    wording = random.Random(record.unit)
    return ["五、存在的主要问题及改进情况", *wording.choice(PROBLEMS), "六、其他需要报告的事项", wording.choice(OTHER)]
