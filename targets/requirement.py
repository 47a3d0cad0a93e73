"""What each remaining month must bring.

    required net, mean     = (T - S) / months left
    required net, month m  = (T - S) w_m / sum of the remaining w
    required gross         = required net + expected exits of that month

METHODS section 1. The expected exits are the mean over paths of the base projection, so gross is what officials must
register while the stock still loses what it usually loses.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from forecasting.errors import ModelError
from forecasting.panel import Array

COLUMNS = ["month", "net", "exits", "gross"]


def required_by_month(
    *, gap: float, months: pd.PeriodIndex, exits: Array, deadline: pd.Period, weights: Array
) -> pd.DataFrame:
    """Additions that each remaining month must bring so that the gap is closed at the deadline.

    Parameters
    ----------
    gap : float
        Goal minus actual stock at the origin; may be negative (a margin, spread in the same way).
    months : pandas.PeriodIndex
        The projected months; they reach the deadline.
    exits : ndarray, shape (n_months,)
        Expected exits of each projected month.
    deadline : pandas.Period
    weights : ndarray, shape (12,)
        Weight of each calendar month, January first.

    Returns
    -------
    pandas.DataFrame
        Columns month (Period), net, exits, gross (entities); net adds up to `gap`.

    Raises
    ------
    ModelError
        If the projection ends before the deadline.
    """
    ahead = months[months <= deadline]
    if len(ahead) == 0 or ahead[-1] != deadline:
        raise ModelError(f"预测只到 {months[-1]}，没有覆盖目标期限 {deadline}。请延长预测期后重新测算。")
    share = weights[np.array([month.month - 1 for month in ahead])]
    share = share / share.sum() if share.sum() > 0 else np.full(len(ahead), 1.0 / len(ahead))
    net = gap * share
    lost = exits[: len(ahead)]
    return pd.DataFrame({"month": ahead, "net": net, "exits": lost, "gross": net + lost}, columns=COLUMNS)


def whole_numbers(values: Array) -> Array:
    """Round so that the rounded values add up to the rounded-up total (largest remainders).

    Parameters
    ----------
    values : ndarray, shape (n,)

    Returns
    -------
    ndarray, shape (n,)
        Whole numbers whose sum is the total of `values`, rounded up.
    """
    total = int(np.ceil(np.round(values.sum(), 6)))
    floors = np.floor(values)
    missing = total - int(floors.sum())
    # More than one round is possible only where rounding up the total adds one beyond the remainders.
    order = np.argsort(-(values - floors), kind="stable")
    for step in range(missing):
        floors[order[step % len(values)]] += 1.0
    return floors
