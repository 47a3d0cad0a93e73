"""Filling months that were not observed, for models that cannot leave a hole.

    filled = season + straight line between the neighbours of (y - season)

with `season` the mean deviation of a calendar month from the series' twelve-month neighbourhood. A hole at the end
takes the last level. Models that can leave holes (state space) never see a filled value.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def filled(values: Array, *, season: int = 12) -> Array:
    """Return one series without holes.

    Parameters
    ----------
    values : ndarray, shape (n,)
        NaN = not observed; at least one value.
    season : int
        Months in a cycle.

    Returns
    -------
    ndarray, shape (n,)
        Observed values unchanged.
    """
    missing = np.isnan(values)
    if not missing.any():
        return values.copy()
    months = np.arange(len(values))
    line = np.interp(months, months[~missing], values[~missing])
    kernel = np.ones(season) / season
    level = np.convolve(np.pad(line, (season // 2, season - 1 - season // 2), mode="edge"), kernel, mode="valid")
    deviation = np.where(missing, np.nan, values - level)
    seasonal = np.zeros(len(values))
    if (~missing).sum() >= 2 * season:
        for month in range(season):
            cycle = deviation[month::season]
            seasonal[month::season] = np.nanmean(cycle) if (~np.isnan(cycle)).any() else 0.0
    adjusted = values - seasonal
    return np.where(missing, np.interp(months, months[~missing], adjusted[~missing]) + seasonal, values)
