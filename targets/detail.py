"""Everything else that can be said of one goal: all rows of METHODS section 1 that the overview leaves out.

Computed from an assessment and what stood behind it, for the page of one goal and `status --area`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.panel import Array, Panel
from forecasting.projection import Projection
from targets.assessment import Assessment
from targets.attainment import Dates, attainment_dates, best_pace, latest_start, run_rates
from targets.pace import MONTHS_A_YEAR, months_between, seasonal_weights
from targets.plan import SHAPES, Plan, make_plan


@dataclass(frozen=True, eq=False)
class Detail:
    """The further numbers of an assessed goal. NaN or None where a number does not exist.

    Parameters
    ----------
    plans : dict of str to Plan
        By shape (linear, geometric, seasonal).
    paces : dict of str to float
        By shape: what the plan asks for at the month of the assessment.
    months_ahead : dict of str to float
        By shape: 领先 (positive) or 滞后 (negative) months.
    cagr_so_far, cagr_required, cagr_remaining : float
        年均增速 from base to now, from base to goal, from now to goal; fractions a year.
    mean_net_3 : float
        Mean net additions of the last three months, seasonally adjusted.
    pace_multiple_3 : float
        Required net / `mean_net_3`; NaN unless both are positive.
    dates : Dates
        预计达标时间.
    run_rates : dict of float to float
        保底月增 by probability.
    best_pace : float
        Highest mean net additions over twelve months in a row.
    latest_start : pandas.Period or None
        Last month from whose end the goal is still reachable at the best pace.
    weights : ndarray, shape (12,)
        Seasonal weights.
    """

    plans: dict[str, Plan]
    paces: dict[str, float]
    months_ahead: dict[str, float]
    cagr_so_far: float
    cagr_required: float
    cagr_remaining: float
    mean_net_3: float
    pace_multiple_3: float
    dates: Dates
    run_rates: dict[float, float]
    best_pace: float
    latest_start: pd.Period | None
    weights: Array


def detail(assessment: Assessment, panel: Panel, projection: Projection) -> Detail:
    """Compute the further numbers of an assessed goal on registered stock.

    Parameters
    ----------
    assessment : Assessment
        In any state but `no_data`, of a goal of kind level, cagr, yoy_growth or increment.
    panel : Panel
        What is known; months after the assessment's month are not looked at.
    projection : Projection
        The one behind the assessment.

    Returns
    -------
    Detail
    """
    goal, month, base_month = assessment.goal, assessment.month, assessment.base_month
    if month is None or base_month is None:
        raise ValueError("an assessment without data has no detail")
    history = panel.total(goal.area, goal.entity_type).until(month)
    net = (history.entries - history.exits)[0]
    weights = seasonal_weights(net, history.months)
    plans = _plans(assessment, base_month, weights)
    left = assessment.months_left
    is_at_most = goal.comparison == "at_most"
    dates, rates, last = Dates(None, None, None), {}, None
    if left > 0:
        future = projection.total(goal.area, goal.entity_type)
        paths = future.stock.values[0]
        dates = attainment_dates(paths, future.months, assessment.target, is_at_most=is_at_most)
        if not is_at_most:
            rates = run_rates(paths[:, left - 1], actual=assessment.actual, target=assessment.target, months_left=left)
            last = latest_start(
                np.median(paths[:, :left], axis=0),
                future.months[:left],
                actual=assessment.actual,
                target=assessment.target,
                best=best_pace(net),
            )
    mean_3 = adjusted_mean(net, history.months, weights)
    required = assessment.required_net
    return Detail(
        plans=plans,
        paces={shape: plan.at(month) for shape, plan in plans.items()},
        months_ahead={shape: plan.months_ahead(month, assessment.actual) for shape, plan in plans.items()},
        cagr_so_far=cagr(assessment.base, assessment.actual, months_between(base_month, month)),
        cagr_required=cagr(assessment.base, assessment.target, months_between(base_month, goal.deadline)),
        cagr_remaining=cagr(assessment.actual, assessment.target, left),
        mean_net_3=mean_3,
        pace_multiple_3=required / mean_3 if mean_3 > 0 and required > 0 else math.nan,
        dates=dates,
        run_rates=rates,
        best_pace=best_pace(net),
        latest_start=last,
        weights=weights,
    )


def _plans(assessment: Assessment, base_month: pd.Period, weights: Array) -> dict[str, Plan]:
    """One plan a shape; none where the base is unknown, no geometric one through a value that is not positive."""
    if math.isnan(assessment.base):
        return {}
    levels = [assessment.base, assessment.target, *(value for _, value in assessment.goal.milestones)]
    return {
        shape: make_plan(
            assessment.goal,
            base=assessment.base,
            base_month=base_month,
            target=assessment.target,
            shape=shape,
            weights=weights,
        )
        for shape in SHAPES
        if shape != "geometric" or min(levels) > 0
    }


def cagr(start: float, end: float, months: int) -> float:
    """Compound annual growth rate, (end / start)^(12 / months) - 1.

    Parameters
    ----------
    start, end : float
    months : int

    Returns
    -------
    float
        A fraction a year; NaN unless both values are positive and the months too.
    """
    if not (start > 0 and end > 0 and months > 0):
        return math.nan
    return float((end / start) ** (MONTHS_A_YEAR / months) - 1.0)


def adjusted_mean(net: Array, months: pd.PeriodIndex, weights: Array, *, window: int = 3) -> float:
    """Mean net additions of the last months, seasonally adjusted: sum of net / (12 x sum of weights).

    Parameters
    ----------
    net : ndarray, shape (n_months,)
    months : pandas.PeriodIndex
    weights : ndarray, shape (12,)
        January first.
    window : int

    Returns
    -------
    float
        A month; NaN where a month is missing or the weights of the window are all zero. The ratio of sums, not the
        mean of ratios: a month whose weight is near zero must not decide.
    """
    share = weights[np.array([month.month - 1 for month in months[-window:]], dtype=int)].sum()
    if len(net) < window or share <= 0:
        return math.nan
    return float(net[-window:].sum() / (MONTHS_A_YEAR * share))
