"""The marks that judging and repairing must reach, on one invented county; `make quality-score` prints those of several."""

from __future__ import annotations

import pytest

from expectations.judge.rules import judge
from tests.county import county
from tests.quality import DEFECTS, score


@pytest.mark.parametrize("seed", [0, 3])
def test_every_defect_is_found_and_the_true_repair_comes_first(seed: int):
    result, misses = score(seed)
    assert (result.made, result.found) == (DEFECTS, DEFECTS), misses
    assert result.false_alarms <= 2, misses
    assert result.verdicts >= 0.9 * result.repairable, misses
    assert result.repaired_first >= 0.8 * result.repairable > 0, misses
    assert result.causes >= 0.9 * result.repairable, misses


def test_a_county_without_defects_raises_no_alarm():
    reports = county(7)
    for (town, year), filed in reports.items():
        before = reports.get((town, year - 1))
        violations = judge(filed.facts, before.facts if before else None)
        assert [f.rule_id for f in violations if f.result == "fail"] == [], (town, year)
