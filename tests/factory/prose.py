"""The prose of a report: title, parts one, five and six, with its counts."""

from __future__ import annotations

from tests.factory.record import Record


def title(record: Record) -> str:
    """The title as offices print it."""
    return f"{record.place}{record.unit}{record.year}年政府信息公开工作年度报告" if record.unit else "政府信息公开工作年度报告"


def before(record: Record) -> list[str]:
    """Introduction and part one."""
    received = record.cells.get("requests.received.total")
    said = f"收到政府信息公开申请{received}件" if received not in (None, "0") else "未收到政府信息公开申请"
    lines = [
        title(record),
        f"本报告由{record.unit or '我镇'}根据《中华人民共和国政府信息公开条例》编制。",
        "一、总体情况",
        f"{record.year}年，主动公开政府信息{record.disclosed}条。",
        f"{record.year}年，{said}。" if record.unit else f"全年{said}。",
        f"通过政务新媒体发布信息{record.new_media}条。",
    ]
    return [*lines, *record.lines] if record.unit else [lines[0], "本报告由我镇编制。", lines[2], lines[4], *record.lines]


def after(record: Record) -> list[str]:
    """Parts five and six."""
    return [
        "五、存在的主要问题及改进情况",
        "公开的及时性有待提高，下一步将加强培训。",
        "六、其他需要报告的事项",
        "本年度未收取信息处理费。",
    ]
