"""When a goal will be met, at which pace with which certainty, and from when it can no longer be.

    date of attainment    first month from which S >= T on a path to its end; 10/50/90 % quantiles over all paths
    run-rate for p        (median S(t1) - S)/n + (T - Q_{1-p} S(t1))/n      n = months left
    latest start          last month m with median S(m) + best (t1 - m) >= T

A constant extra number a month shifts every path's end by n times as much, so the run-rate for 50 % is the required
net itself and the one for p adds the distance from the median down to the 1 - p quantile. METHODS section 1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.panel import Array
from targets.pace import MONTHS_A_YEAR

LEVELS = (0.5, 0.8, 0.9)


@dataclass(frozen=True)
class Dates:
    """Quantiles of the month of attainment; None where it lies beyond the projection.

    Parameters
    ----------
    early, median, late : pandas.Period or None
        By which 10, 50 and 90 % of the paths have met the goal for good.
    """

    early: pd.Period | None
    median: pd.Period | None
    late: pd.Period | None


def attainment_dates(paths: Array, months: pd.PeriodIndex, target: float, *, is_at_most: bool = False) -> Dates:
    """Find when the goal is met for good.

    Parameters
    ----------
    paths : ndarray, shape (n_paths, horizon)
    months : pandas.PeriodIndex
        The projected months.
    target : float
    is_at_most : bool
        Met where the value does not exceed the target.

    Returns
    -------
    Dates
    """
    is_met = paths <= target if is_at_most else paths >= target
    held = np.logical_and.accumulate(is_met[:, ::-1], axis=1)[:, ::-1]
    first = np.where(held.any(axis=1), held.argmax(axis=1), len(months))
    # The k-th smallest, not an average of two months: a quantile of months must be a month.
    ordered = np.sort(first)
    at = [int(ordered[max(math.ceil(level * len(ordered)) - 1, 0)]) for level in (0.1, 0.5, 0.9)]
    return Dates(*(months[position] if position < len(months) else None for position in at))


def run_rates(
    at_deadline: Array, *, actual: float, target: float, months_left: int, levels: Sequence[float] = LEVELS
) -> dict[float, float]:
    """Net additions a month that make the probability as high as asked (保底月增).

    Parameters
    ----------
    at_deadline : ndarray, shape (n_paths,)
        Projected stock at the deadline.
    actual, target : float
        Stock now, and stock that meets the goal.
    months_left : int
        At least 1.
    levels : sequence of float
        Probabilities, in (0, 1).

    Returns
    -------
    dict of float to float
        By probability; rises with it.
    """
    median = float(np.median(at_deadline))
    return {
        level: (median - actual + target - float(np.quantile(at_deadline, 1.0 - level))) / months_left
        for level in levels
    }


def best_pace(net: Array) -> float:
    """Return the highest mean of net additions over twelve months in a row.

    Parameters
    ----------
    net : ndarray, shape (n_months,)
        NaN = not observed.

    Returns
    -------
    float
        A month; NaN below twelve months without a hole.
    """
    if len(net) < MONTHS_A_YEAR:
        return math.nan
    means = np.lib.stride_tricks.sliding_window_view(net, MONTHS_A_YEAR).mean(axis=1)
    return float(np.nanmax(means)) if np.isfinite(means).any() else math.nan


def latest_start(
    median: Array, months: pd.PeriodIndex, *, actual: float, target: float, best: float
) -> pd.Period | None:
    """Find the last month from whose end the goal is still reachable at the best pace ever seen.

    Parameters
    ----------
    median : ndarray, shape (n,)
        Median projection of each month up to the deadline, which is the last.
    months : pandas.PeriodIndex
        Of `median`; the month before the first is that of `actual`.
    actual, target : float
    best : float
        Net additions a month.

    Returns
    -------
    pandas.Period or None
        None if it cannot be reached even from now on. The deadline itself where the median reaches the goal without
        more.
    """
    values = np.concatenate([[actual], median])
    left = np.arange(len(values) - 1, -1, -1)
    reachable = np.flatnonzero(values + best * left >= target)
    if reachable.size == 0 or math.isnan(best):
        return None
    return months[0] + (int(reachable[-1]) - 1)
