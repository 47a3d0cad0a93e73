"""What each remaining month must bring, in whole numbers that add up in both directions.

    需新设 = 需净增 + 预计注销          in every month, and so in the totals

Net and exits are each rounded by `targets.requirement.whole_numbers`; gross is their sum, so that column and table
cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from reports.wording import unit
from targets.assessment import Assessment
from targets.requirement import whole_numbers
from targets.sentence import by

NET, EXITS, GROSS = "需净增", "预计注销", "需新设"


@dataclass(frozen=True)
class MonthlyPlan:
    """Requirement of one goal by month.

    Parameters
    ----------
    months : tuple of pandas.Period
    parts : dict
        需净增, 预计注销, 需新设 -> one whole number a month.
    """

    months: tuple[pd.Period, ...]
    parts: dict[str, tuple[int, ...]]

    def total(self, part: str) -> int:
        """Sum of a part over all months."""
        return sum(self.parts[part])


def monthly_plan(assessment: Assessment) -> MonthlyPlan | None:
    """Return what is required by month.

    Parameters
    ----------
    assessment : Assessment

    Returns
    -------
    MonthlyPlan or None
        None where no month is asked for anything: not active, or an upper limit.
    """
    table = assessment.required_months
    # A share is no number of entities that months could bring.
    is_share = assessment.style == "share"
    if assessment.state != "active" or assessment.goal.comparison == "at_most" or table.empty or is_share:
        return None
    net, exits = (
        tuple(int(value) for value in whole_numbers(table[name].to_numpy(dtype=float))) for name in ("net", "exits")
    )
    gross = tuple(a + b for a, b in zip(net, exits, strict=True))
    return MonthlyPlan(months=tuple(table["month"]), parts={NET: net, EXITS: exits, GROSS: gross})


def plan_sentence(assessment: Assessment, plan: MonthlyPlan) -> str:
    """Say the totals of a plan.

    Parameters
    ----------
    assessment : Assessment
    plan : MonthlyPlan

    Returns
    -------
    str
    """
    name = unit(assessment)
    return (
        f"{by(assessment.goal.deadline)}还有{len(plan.months)}个月，共{GROSS}{plan.total(GROSS)}{name}："
        f"{NET}{plan.total(NET)}{name}，并弥补{EXITS}{plan.total(EXITS)}{name}。"
    )


def year_rows(plan: MonthlyPlan) -> list[tuple[int, str, list[int | None], int]]:
    """Arrange a plan as a calendar.

    Parameters
    ----------
    plan : MonthlyPlan

    Returns
    -------
    list of tuple
        Year, part, twelve values (None outside the plan), sum of the year; three rows a year.
    """
    rows = []
    for year in sorted({month.year for month in plan.months}):
        for part, values in plan.parts.items():
            held = {month.month: value for month, value in zip(plan.months, values, strict=True) if month.year == year}
            rows.append((year, part, [held.get(number) for number in range(1, 13)], sum(held.values())))
    return rows
