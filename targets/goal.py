"""Goals: stated promises with their source.

A goal is what a document says, no more: base value and base month may be unknown. What follows from it by arithmetic is
computed in `targets.pace` and `targets.assessment`, never written into the goal.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from forecasting.errors import FaultsError
from forecasting.panel import ENTITY_TYPES

GOAL_KINDS = {
    "level": "总量",
    "cagr": "年均增速",
    "yoy_growth": "同比增速",
    "increment": "增量",
    "share": "占比",
    "count": "数量",
}
#: Deadlines outside these years are slips of the pen.
FIRST_YEAR, LAST_YEAR = 1990, 2060
COMPARISONS = {"at_least": "不低于", "at_most": "不高于"}
#: Indicator of the registered stock of market entities.
STOCK_INDICATOR = "entities"
#: Indicator of new registrations within a period; counted from the panel's entries.
ENTRIES_INDICATOR = "new_entities"


@dataclass(frozen=True)
class Goal:
    """One quantified, dated promise.

    Parameters
    ----------
    id : str
        Key, ASCII, for example `141033-entities-2025-level`.
    area : str
        GB/T 2260 code.
    entity_type : str
        `all`, `enterprise`, `individual` or `cooperative`; `all` where the indicator is not about entities.
    indicator : str
        `entities` for the registered stock, otherwise an ASCII slug of what is counted.
    indicator_name : str
        Chinese name of the indicator.
    kind : str
        `level` (a stock at the deadline), `cagr` (fraction a year from base to deadline), `yoy_growth` (fraction, in
        the twelve months to the deadline), `increment` (additional units from base to deadline), `share` (fraction at
        the deadline), `count` (units within the period that ends at the deadline).
    value : float
        In `unit`; fractions as fractions (0.15 for 15 %).
    unit : str
        Chinese unit (`户`, `家`, `人`, `%`, ...).
    comparison : str
        `at_least` or `at_most`.
    deadline : pandas.Period
        Last month in which the promise can be met, frequency M.
    base_month : pandas.Period or None
        End of this month is the starting point; None where the source states none.
    base_value : float or None
        Stock at the base month, in `unit`; None where unknown.
    base_origin : str
        `stated`, `derived` (by arithmetic from other statements of the same source), `data` or empty.
    milestones : tuple of (pandas.Period, float)
        Stated levels on the way, ascending.
    document_title, document_number, article : str
        Where the promise stands.
    wording : str
        Our own short Chinese wording.
    is_headline : bool
        Shown first.
    note : str
        Anything a reader must know.

    Raises
    ------
    FaultsError
        With every fault of the record at once.
    """

    id: str
    area: str
    entity_type: str
    indicator: str
    indicator_name: str
    kind: str
    value: float
    unit: str
    comparison: str
    deadline: pd.Period
    base_month: pd.Period | None = None
    base_value: float | None = None
    base_origin: str = ""
    milestones: tuple[tuple[pd.Period, float], ...] = ()
    document_title: str = ""
    document_number: str = ""
    article: str = ""
    wording: str = ""
    is_headline: bool = False
    note: str = ""

    @property
    def promise(self) -> tuple[str, str, str, str, str]:
        """What is promised to whom by when; two goals with the same one state the same promise."""
        return (self.area, self.entity_type, self.indicator, self.kind, str(self.deadline))

    def __post_init__(self) -> None:
        faults = list(_faults(self))
        if faults:
            raise FaultsError([f"目标 {self.id}：{fault}" for fault in faults])


def _faults(goal: Goal) -> list[str]:
    """Every reason why `goal` cannot be a goal, in Chinese."""
    faults = []
    if goal.kind not in GOAL_KINDS:
        faults.append(f"类别“{goal.kind}”不在 {'、'.join(GOAL_KINDS)} 之内。")
    if goal.comparison not in COMPARISONS:
        faults.append(f"比较方式“{goal.comparison}”应为 at_least 或 at_most。")
    if goal.entity_type not in ENTITY_TYPES:
        faults.append(f"主体类型“{goal.entity_type}”不在 {'、'.join(ENTITY_TYPES)} 之内。")
    if not math.isfinite(goal.value) or goal.value < 0:
        faults.append(f"目标值 {goal.value} 应为不小于0的数。")
    if goal.kind == "share" and goal.value > 1:
        faults.append(f"占比 {goal.value:.0%} 超过100%。占比写作小数，如 40% 写作 0.4。")
    if goal.kind in ("cagr", "yoy_growth") and goal.value > 3:
        faults.append(f"增速 {goal.value:.0%} 过大。增速写作小数，如 15% 写作 0.15。")
    if not FIRST_YEAR <= goal.deadline.year <= LAST_YEAR:
        faults.append(f"期限 {goal.deadline} 应在{FIRST_YEAR}年至{LAST_YEAR}年之间。")
    if goal.base_value is not None and not (math.isfinite(goal.base_value) and goal.base_value >= 0):
        faults.append(f"基数 {goal.base_value} 应为不小于0的数。")
    if goal.base_month is not None and goal.base_month >= goal.deadline:
        faults.append(f"期限 {goal.deadline} 不晚于基期 {goal.base_month}。")
    if goal.base_value is not None and goal.base_month is None:
        faults.append(f"有基数 {goal.base_value:g} 而没有基期。请补基期月份。")
    if (
        goal.kind == "level"
        and goal.base_value is not None
        and goal.comparison == "at_least"
        and goal.value < goal.base_value
    ):
        faults.append(f"目标 {goal.value:g} 低于基数 {goal.base_value:g}，与“不低于”矛盾。")
    months = [month for month, _ in goal.milestones]
    if months != sorted(set(months)):
        faults.append("阶段目标的月份应逐个递增、不重复。")
    if months and months[-1] > goal.deadline:
        faults.append(f"阶段目标 {months[-1]} 晚于期限 {goal.deadline}。")
    return faults
