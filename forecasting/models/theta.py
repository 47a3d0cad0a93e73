"""The theta method: half the long trend, half simple exponential smoothing, on the series without its season.

Its forecasts are simple exponential smoothing with a drift of half the slope, so an innovation moves all later months
by alpha. Fitted by statsmodels' `ThetaModel`. Assimakopoulos & Nikolopoulos (2000); Hyndman & Billah (2003) for the
equivalence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from statsmodels.tsa.forecasting.theta import ThetaModel
from statsmodels.tsa.seasonal import seasonal_decompose

from forecasting.missing import filled
from forecasting.models.linear import LinearFitted, LinearSeries, fit_each
from forecasting.models.protocol import Array

SEASON = 12


@dataclass(frozen=True)
class Theta:
    """Theta with additive deseasonalising from two full years on."""

    name: str = "theta"

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
        season = _season(whole)
        adjusted = whole - np.resize(season, len(whole))
        if np.ptp(adjusted) <= 1e-12 * max(1.0, float(np.abs(adjusted).max())):
            # statsmodels 0.15 takes a constant series for the constant of its own trend regression, and its "slope" is
            # then one that nothing in the series has.
            residuals = np.where(np.isnan(values), np.nan, 0.0)
            return _series(lambda horizon: np.full(horizon, adjusted[-1]), season, 0.0, residuals)
        result = ThetaModel(pd.Series(adjusted), period=1, deseasonalize=False).fit()
        alpha = float(result.params["alpha"])
        residuals = np.where(np.isnan(values), np.nan, adjusted - _fitted(adjusted, alpha, float(result.params["b0"])))
        return _series(
            lambda horizon: np.asarray(result.forecast(horizon, theta=2), dtype=float), season, alpha, residuals
        )


def _series(centre: Callable[[int], Array], season: Array, alpha: float, residuals: Array) -> LinearSeries:
    """Add the season to the centre; the first residual is zero by construction and says nothing of the scale."""
    after = np.roll(season, -(len(residuals) % SEASON))
    return LinearSeries(
        centre=lambda horizon: centre(horizon) + np.resize(after, horizon),
        response=lambda horizon: np.concatenate([[1.0], np.full(horizon - 1, alpha)]),
        residuals=residuals,
        scale=float(np.sqrt(np.nanmean(residuals[1:] ** 2))),
    )


def _season(values: Array) -> Array:
    """Additive season by classical decomposition, first month first, shape (12,); none below two full years."""
    if len(values) < 2 * SEASON:
        return np.zeros(SEASON)
    return np.asarray(seasonal_decompose(values, model="additive", period=SEASON).seasonal[:SEASON], dtype=float)


def _fitted(adjusted: Array, alpha: float, slope: float) -> Array:
    """One-step forecasts of simple exponential smoothing with drift slope/2."""
    level = np.empty(len(adjusted))
    level[0] = adjusted[0]
    for t in range(1, len(adjusted)):
        level[t] = alpha * adjusted[t] + (1.0 - alpha) * (level[t - 1] + slope / 2.0)
    return np.concatenate([[adjusted[0]], level[:-1] + slope / 2.0])
