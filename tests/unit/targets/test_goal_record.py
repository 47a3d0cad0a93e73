"""A goal that contradicts itself is refused with every fault, named by its id."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest

from forecasting import FaultsError
from targets import Goal

SOUND: dict[str, Any] = {
    "id": "141033-entities-2025-level",
    "area": "141033",
    "entity_type": "all",
    "indicator": "entities",
    "indicator_name": "市场主体总数",
    "kind": "level",
    "value": 11236.0,
    "unit": "户",
    "comparison": "at_least",
    "deadline": pd.Period("2025-12", "M"),
    "base_month": pd.Period("2021-12", "M"),
    "base_value": 6472.0,
    "milestones": ((pd.Period("2022-12", "M"), 7961.0), (pd.Period("2025-12", "M"), 11236.0)),
}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"base_month": None, "base_value": None},
        {"base_value": None},
        {"kind": "share", "value": 1.0},
        {"kind": "cagr", "value": 0.15},
        {"value": 6472.0},
        {"value": 5000.0, "comparison": "at_most"},
        {"kind": "increment", "value": 1489.0},
        {"value": 0.0, "base_value": 0.0},
    ],
)
def test_a_sound_goal(changes: dict[str, Any]) -> None:
    assert Goal(**(SOUND | changes)).id == SOUND["id"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kind": "ratio"}, "类别“ratio”不在 level、cagr、yoy_growth、increment、share、count 之内。"),
        ({"comparison": "more"}, "比较方式“more”应为 at_least 或 at_most。"),
        ({"entity_type": "firm"}, "主体类型“firm”不在 all、enterprise、individual、cooperative 之内。"),
        ({"kind": "increment", "value": -1.0}, "目标值 -1.0 应为不小于0的数。"),
        ({"kind": "increment", "value": math.nan}, "目标值 nan 应为不小于0的数。"),
        ({"value": math.inf}, "目标值 inf 应为不小于0的数。"),
        ({"kind": "share", "value": 40.0}, "占比 4000% 超过100%。占比写作小数，如 40% 写作 0.4。"),
        ({"base_month": pd.Period("2025-12", "M")}, "期限 2025-12 不晚于基期 2025-12。"),
        ({"base_month": None}, "有基数 6472 而没有基期。请补基期月份。"),
        ({"value": 6471.0}, "目标 6471 低于基数 6472，与“不低于”矛盾。"),
        ({"milestones": SOUND["milestones"][::-1]}, "阶段目标的月份应逐个递增、不重复。"),
        ({"milestones": (SOUND["milestones"][0],) * 2}, "阶段目标的月份应逐个递增、不重复。"),
        ({"milestones": ((pd.Period("2026-01", "M"), 1.0),)}, "阶段目标 2026-01 晚于期限 2025-12。"),
    ],
)
def test_a_goal_at_fault(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(FaultsError, match=f"^目标 141033-entities-2025-level：{message}$"):
        Goal(**(SOUND | changes))


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(FaultsError) as raised:
        Goal(**(SOUND | {"kind": "ratio", "comparison": "more", "value": -3.0, "base_month": None}))
    assert len(raised.value.faults) == 4
