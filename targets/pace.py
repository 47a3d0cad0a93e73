"""Where a goal starts and ends: its level, its base, the share of time that has passed, the season of a year.

    tau = (t - t0) / (t1 - t0)          time progress, months counted, not days
    w_m = lam share_m + (1 - lam)/12    seasonal weight of a calendar month, lam = n/(n + 2) for n full years

METHODS section 1.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from forecasting.panel import Array
from targets.goal import Goal

MONTHS_A_YEAR = 12


def default_base_month(goal: Goal) -> pd.Period:
    """Month whose end is the starting point of a goal.

    Parameters
    ----------
    goal : Goal

    Returns
    -------
    pandas.Period
        The stated one; for growth on the year twelve months before the deadline; for an increment or a count the
        December before the deadline's year; otherwise the December before the five-year plan in which the deadline
        falls (2020-12 for the 14th plan, 2021-2025).
    """
    if goal.base_month is not None:
        return goal.base_month
    if goal.kind == "yoy_growth":
        return goal.deadline - MONTHS_A_YEAR
    if goal.kind in ("increment", "count"):
        return pd.Period(year=goal.deadline.year - 1, month=12, freq="M")
    return pd.Period(year=(goal.deadline.year - 1) // 5 * 5, month=12, freq="M")


def target_level(goal: Goal, base: float, base_month: pd.Period) -> float:
    """Value that meets a goal at its deadline: a stock, or for `share` a fraction and for `count` a number of entries.

    Parameters
    ----------
    goal : Goal
    base : float
        Stock at the end of `base_month`; only used for growth and increment.
    base_month : pandas.Period

    Returns
    -------
    float
        Level, share, count: `value`. CAGR: `base (1 + value)^years`. Growth: `base (1 + value)`. Increment:
        `base + value`.
    """
    if goal.kind == "cagr":
        years = months_between(base_month, goal.deadline) / MONTHS_A_YEAR
        return float(base * (1.0 + goal.value) ** years)
    if goal.kind == "yoy_growth":
        return base * (1.0 + goal.value)
    if goal.kind == "increment":
        return base + goal.value
    return goal.value


def months_between(start: pd.Period, end: pd.Period) -> int:
    """Whole months from `start` to `end`.

    Parameters
    ----------
    start, end : pandas.Period

    Returns
    -------
    int
        Negative if `end` is earlier.
    """
    return int(end.ordinal - start.ordinal)


def time_progress(month: pd.Period, base_month: pd.Period, deadline: pd.Period) -> float:
    """Share of the months between base and deadline that have passed (时间进度).

    Parameters
    ----------
    month, base_month, deadline : pandas.Period

    Returns
    -------
    float
        0 at the base, 1 at the deadline; clipped to that range.
    """
    whole = months_between(base_month, deadline)
    return float(np.clip(months_between(base_month, month) / whole, 0.0, 1.0)) if whole > 0 else 1.0


def seasonal_weights(net: Array, months: pd.PeriodIndex) -> Array:
    """Share of each calendar month in a year's additions, shrunk towards an even year.

    Parameters
    ----------
    net : ndarray, shape (n_months,)
        Additions of each month; NaN = not observed.
    months : pandas.PeriodIndex

    Returns
    -------
    ndarray, shape (12,)
        January first, sums to 1, none negative. Even (1/12 each) below one full calendar year.
    """
    even = np.full(MONTHS_A_YEAR, 1.0 / MONTHS_A_YEAR)
    by_year: dict[int, list[float]] = {}
    for month, value in zip(months, net, strict=True):
        by_year.setdefault(month.year, []).append(value)
    # A year with a month missing, at its ends or inside, would tilt the shares.
    full = [values for values in by_year.values() if len(values) == MONTHS_A_YEAR and np.isfinite(values).all()]
    if not full:
        return even
    clipped = np.maximum(np.sum(full, axis=0), 0.0)
    if clipped.sum() <= 0:
        return even
    weight = len(full) / (len(full) + 2.0)
    return np.asarray(weight * clipped / clipped.sum() + (1.0 - weight) * even)
