"""Where a goal should stand: its level, its base, the share of time that has passed and the pace line.

    tau = (t - t0) / (t1 - t0)          time progress, months counted, not days
    P(t) = B + (T - B) tau              pace line, linear
    w_m = lam share_m + (1 - lam)/12    seasonal weight of a calendar month, lam = n/(n + 2) for n full years

METHODS section 1.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from forecasting.panel import Array, Panel
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
        The stated one; for growth on the year twelve months before the deadline; otherwise the December before the
        five-year plan in which the deadline falls (2020-12 for the 14th plan, 2021-2025).
    """
    if goal.base_month is not None:
        return goal.base_month
    if goal.kind == "yoy_growth":
        return goal.deadline - MONTHS_A_YEAR
    return pd.Period(year=(goal.deadline.year - 1) // 5 * 5, month=12, freq="M")


def target_level(goal: Goal, base: float, base_month: pd.Period) -> float:
    """Stock that meets a goal at its deadline.

    Parameters
    ----------
    goal : Goal
        Of kind `level`, `cagr`, `yoy_growth` or `increment`.
    base : float
        Stock at the end of `base_month`; not used for a level.
    base_month : pandas.Period

    Returns
    -------
    float
        `value`; `base (1 + value)^years`; `base (1 + value)`; `base + value`. NaN for `share` and `count`, which are
        not stocks.
    """
    if goal.kind == "level":
        return goal.value
    if goal.kind == "cagr":
        years = months_between(base_month, goal.deadline) / MONTHS_A_YEAR
        return float(base * (1.0 + goal.value) ** years)
    if goal.kind == "yoy_growth":
        return base * (1.0 + goal.value)
    if goal.kind == "increment":
        return base + goal.value
    return float("nan")


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


def pace_line(
    months: pd.PeriodIndex, *, base: float, target: float, base_month: pd.Period, deadline: pd.Period
) -> Array:
    """Linear pace line (线性序时).

    Parameters
    ----------
    months : pandas.PeriodIndex
    base, target : float
        Stock at base and goal.
    base_month, deadline : pandas.Period

    Returns
    -------
    ndarray, shape (n_months,)
        NaN before the base and after the deadline.
    """
    ordinals = np.array([month.ordinal for month in months], dtype=float)
    share = (ordinals - base_month.ordinal) / months_between(base_month, deadline)
    inside = (share >= 0.0) & (share <= 1.0)
    return np.where(inside, base + (target - base) * share, np.nan)


def seasonal_weights(history: Panel) -> Array:
    """Share of each calendar month in a year's net additions, shrunk towards an even year.

    Parameters
    ----------
    history : Panel
        One series.

    Returns
    -------
    ndarray, shape (12,)
        January first, sums to 1, none negative. Even (1/12 each) below one full calendar year.
    """
    even = np.full(MONTHS_A_YEAR, 1.0 / MONTHS_A_YEAR)
    net = (history.entries - history.exits)[0]
    by_year: dict[int, list[float]] = {}
    for month, value in zip(history.months, net, strict=True):
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
