"""The plan behind a goal: where the stock should be at each month, given base, milestones and the goal itself.

Between two knots (base, milestones, goal), with u the share of the months between them that has passed:

    linear     P = A + (Z - A) u
    geometric  P = A (Z / A)^u
    seasonal   P = A + (Z - A) W / W_knot      W = cumulative weights of the calendar months since the earlier knot

All shapes meet at the knots. With twelve equal weights the seasonal line is the linear one. METHODS section 1, pace
line.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from forecasting.errors import SchemaError
from forecasting.panel import Array
from targets.goal import Goal
from targets.pace import MONTHS_A_YEAR

SHAPES = {"linear": "线性序时", "geometric": "等比序时", "seasonal": "季节序时"}
EVEN = np.full(MONTHS_A_YEAR, 1.0 / MONTHS_A_YEAR)
STEPS = {"year": 12, "quarter": 3}


@dataclass(frozen=True, eq=False)
class Plan:
    """Knots in time, and the shape of the line between them.

    Parameters
    ----------
    knots : tuple of (pandas.Period, float)
        Base first, goal last, months ascending.
    shape : str
        One of `SHAPES`.
    weights : ndarray, shape (12,)
        Weight of each calendar month, January first; for the seasonal shape.
    derived : frozenset of pandas.Period
        Months of knots that nobody stated: year-ends put in so that the season stays within its year.

    Raises
    ------
    SchemaError
        If there are fewer than two knots, their months do not ascend, the shape is unknown, or a geometric line would
        pass through a value that is not positive.
    """

    knots: tuple[tuple[pd.Period, float], ...]
    shape: str = "linear"
    weights: Array = field(default_factory=lambda: EVEN)
    derived: frozenset[pd.Period] = frozenset()

    def __post_init__(self) -> None:
        months = [month for month, _ in self.knots]
        if self.shape not in SHAPES:
            raise SchemaError(f"序时形状“{self.shape}”应为 {'、'.join(SHAPES)} 之一。")
        if len(months) < 2 or months != sorted(set(months)):
            raise SchemaError(f"计划至少要有基期和期限两点，且月份递增：{'、'.join(str(month) for month in months)}。")
        if self.shape == "geometric" and min(value for _, value in self.knots) <= 0:
            raise SchemaError("等比序时要求基数和各阶段目标都大于0。请改用线性序时。")

    def line(self, months: pd.PeriodIndex) -> Array:
        """Return the value that the plan asks for at the end of each month.

        Parameters
        ----------
        months : pandas.PeriodIndex

        Returns
        -------
        ndarray, shape (n_months,)
            NaN before the first knot and after the last.
        """
        start, end = self.knots[0][0], self.knots[-1][0]
        calendar = pd.period_range(start, end, freq="M")
        values = np.empty(len(calendar))
        values[0] = self.knots[0][1]
        for (a_month, a), (z_month, z) in zip(self.knots, self.knots[1:], strict=False):
            first, last = a_month.ordinal - start.ordinal, z_month.ordinal - start.ordinal
            values[first + 1 : last + 1] = self._between(a, z, calendar[first + 1 : last + 1])
        at = np.array([month.ordinal - start.ordinal for month in months], dtype=int)
        inside = (at >= 0) & (at < len(values))
        return np.where(inside, values[np.clip(at, 0, len(values) - 1)], np.nan)

    def at(self, month: pd.Period) -> float:
        """Return the value that the plan asks for at the end of one month; beyond its ends, that of the nearer end.

        Parameters
        ----------
        month : pandas.Period

        Returns
        -------
        float
        """
        clipped = min(max(month, self.knots[0][0]), self.knots[-1][0])
        return float(self.line(pd.PeriodIndex([clipped], freq="M"))[0])

    def months_ahead(self, month: pd.Period, value: float) -> float:
        """Return the months by which a value is ahead of the plan: P^-1(S) - t, to a fraction of a month.

        Parameters
        ----------
        month : pandas.Period
        value : float

        Returns
        -------
        float
            Negative = behind. P^-1 stays within the plan, so a value below the base counts as standing at the base and
            one beyond the goal as standing at the deadline; NaN for a flat plan.
        """
        start, end = self.knots[0][0], self.knots[-1][0]
        values = self.line(pd.period_range(start, end, freq="M"))
        sign = np.sign(values[-1] - values[0])
        if sign == 0:
            return float("nan")
        # A line with a dip (a milestone below the one before) has no inverse: the first month to get there counts.
        rising = np.maximum.accumulate(sign * values)
        planned = float(np.interp(sign * value, rising, np.arange(len(values))))
        return planned - (month.ordinal - start.ordinal)

    def _between(self, a: float, z: float, months: pd.PeriodIndex) -> Array:
        share = np.arange(1, len(months) + 1) / len(months)
        if self.shape == "geometric":
            return np.asarray(a * (z / a) ** share)
        if self.shape == "seasonal":
            weights = self.weights[np.array([month.month - 1 for month in months])]
            if weights.sum() > 0:
                share = np.cumsum(weights) / weights.sum()
        return np.asarray(a + (z - a) * share)


def make_plan(
    goal: Goal, *, base: float, base_month: pd.Period, target: float, shape: str = "linear", weights: Array = EVEN
) -> Plan:
    """Return the plan of a goal: through its stated milestones, straight to the goal where it states none.

    Parameters
    ----------
    goal : Goal
    base : float
    base_month : pandas.Period
    target : float
        Value that meets the goal at its deadline.
    shape : str
        One of `SHAPES`.
    weights : ndarray, shape (12,)

    Returns
    -------
    Plan
        Its yearly steps between stated knots are even for the linear and the seasonal shape, equal ratios for the
        geometric.
    """
    stated = [(month, value) for month, value in goal.milestones if base_month < month < goal.deadline]
    knots = ((base_month, base), *stated, (goal.deadline, target))
    return _shaped(knots, shape, weights)


def _shaped(knots: tuple[tuple[pd.Period, float], ...], shape: str, weights: Array) -> Plan:
    """Return the plan through stated knots; a seasonal one also through the year-ends of the linear plan."""
    if shape != "seasonal":
        return Plan(knots, shape, weights)
    # Season moves additions within a plan year, not between years.
    yearly = decompose(Plan(knots), every="year")
    derived = {month for month, _ in yearly} - {month for month, _ in knots}
    return Plan((knots[0], *yearly), shape, weights, frozenset(derived))


def decompose(plan: Plan, *, every: str) -> tuple[tuple[pd.Period, float], ...]:
    """Return milestones at the ends of calendar years or quarters, and at the plan's own knots.

    Parameters
    ----------
    plan : Plan
    every : str
        `year` or `quarter`.

    Returns
    -------
    tuple of (pandas.Period, float)
        After the base, the goal last.
    """
    if every not in STEPS:
        raise SchemaError(f"分解周期“{every}”应为 {'、'.join(STEPS)} 之一。")
    start, end = plan.knots[0][0], plan.knots[-1][0]
    own = {month for month, _ in plan.knots}
    months = [
        month for month in pd.period_range(start + 1, end, freq="M") if month.month % STEPS[every] == 0 or month in own
    ]
    return tuple(zip(months, plan.line(pd.PeriodIndex(months, freq="M")).tolist(), strict=True))


def replan(plan: Plan, month: pd.Period, actual: float) -> Plan:
    """Plan again from today: knots as far as today give way to the actual, those to come stay.

    Parameters
    ----------
    plan : Plan
    month : pandas.Period
        Before the plan's end.
    actual : float

    Returns
    -------
    Plan
        Begins at `month`; the past is kept by whoever holds the old plan. A milestone that lies below the actual is
        left out, since it no longer asks for anything.

    Raises
    ------
    SchemaError
        If the plan has ended by `month`.
    """
    if month >= plan.knots[-1][0]:
        raise SchemaError(f"计划到 {plan.knots[-1][0]} 为止，不能从 {month} 起重新安排。")
    is_rising = plan.knots[-1][1] >= plan.knots[0][1]
    ahead = [
        (at, value)
        for at, value in plan.knots[:-1]
        if at > month and at not in plan.derived and ((value > actual) if is_rising else (value < actual))
    ]
    return _shaped(((month, actual), *ahead, plan.knots[-1]), plan.shape, plan.weights)
