"""What every title ends with is only a quicker way to see that a line holds none."""

from __future__ import annotations

import itertools

from ingest.identity.page import patterns

UNITS = ("", "示例县人民政府", "示例县(示例办)", "中共示例镇")
YEARS = ("", "2024年", "(2024)年", "2024年度", "〔2024〕")
MIDDLES = ("政府信息公开", "信息公开工作", "政务公开情况的", "信息公开工作年度", "公开政府信息公开", "信息公开条例")
ENDS = ("报告", "年报", "年度报告", "工作报告(2024年度)", "2024年度报告", "工作", "年报告", "(2024年)报告", "报")


def test_a_title_never_ends_behind_what_titles_end_with():
    lines = ["".join(parts) for parts in itertools.product(UNITS, YEARS, MIDDLES, ENDS, ("", "已公开。", "本报告由示例局编制"))]
    found = 0
    for line in lines:
        last = max((end.end() for end in patterns("title_ends")[0].finditer(line)), default=0)
        for pattern in patterns("titles"):
            whole, cut = pattern.search(line), pattern.search(line, 0, last)
            assert (whole and (whole[0], whole.groupdict())) == (cut and (cut[0], cut.groupdict())), line
            found += whole is not None
    assert found > 1000
