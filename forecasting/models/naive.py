"""The last year's level and season, carried on: what stands in where no other model can be fitted.

    y[T+h] = mean of the last min(12, n) months + season,   innovations accumulate as a random walk of the level with
    weight 0.3

Works from one observation on, and says so by its width. Never a member of the ensemble by choice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecasting.missing import filled
from forecasting.models.linear import LinearFitted, LinearSeries, fit_each
from forecasting.models.protocol import Array

SEASON = 12
LEVEL_WEIGHT = 0.3
#: Standard deviation on the log scale assumed where a series is too short to show its own.
DEFAULT_SCALE = 0.3


@dataclass(frozen=True)
class DampedNaive:
    """Last level and, from two full years on, the mean season."""

    name: str = "naive"

    def fit(self, y: Array) -> LinearFitted:
        """Fit every series; see `forecasting.models.protocol.Model`.

        Parameters
        ----------
        y : ndarray, shape (n_series, n_months)

        Returns
        -------
        LinearFitted
        """
        return fit_each(self.name, y, self._fit_one)

    def _fit_one(self, values: Array) -> LinearSeries:
        whole = filled(values)
        season = np.zeros(SEASON)
        if len(whole) >= 2 * SEASON:
            full = whole[len(whole) % SEASON :].reshape(-1, SEASON)
            season = (full - full.mean(axis=1, keepdims=True)).mean(axis=0)
        level = whole[-SEASON:].mean()
        residuals = np.full(len(values), np.nan)
        residuals[1:] = np.diff(whole)
        residuals[np.isnan(values)] = np.nan
        scale = float(np.nanstd(residuals[1:])) if np.isfinite(residuals).sum() >= 6 else DEFAULT_SCALE
        # A hole before the first difference leaves nothing to correlate; zero means no surprise.
        residuals = np.nan_to_num(residuals)
        return LinearSeries(
            centre=lambda horizon: level + np.resize(season, horizon),
            response=lambda horizon: np.concatenate([[1.0], np.full(horizon - 1, LEVEL_WEIGHT)]),
            residuals=residuals,
            scale=scale,
        )
