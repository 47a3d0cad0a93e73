"""The theta method: half the long trend, half simple exponential smoothing, on the series without its season.

Its forecasts are simple exponential smoothing with a drift of half the slope, so an innovation moves all later months
by alpha. Fitted by statsmodels' `ThetaModel`. Assimakopoulos & Nikolopoulos (2000); Hyndman & Billah (2003) for the
equivalence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from statsmodels.tsa.forecasting.theta import ThetaModel

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
        whole = pd.Series(filled(values))
        is_seasonal = len(whole) >= 2 * SEASON
        result = ThetaModel(
            whole, period=SEASON if is_seasonal else 1, deseasonalize=is_seasonal, method="additive", use_test=False
        ).fit()
        alpha = float(result.params["alpha"])
        fitted = _fitted(whole.to_numpy(), alpha, float(result.params["b0"]), is_seasonal=is_seasonal)
        residuals = np.where(np.isnan(values), np.nan, whole.to_numpy() - fitted)
        return LinearSeries(
            centre=lambda horizon: np.asarray(result.forecast(horizon, theta=2), dtype=float),
            response=lambda horizon: np.concatenate([[1.0], np.full(horizon - 1, alpha)]),
            residuals=residuals,
            scale=float(np.sqrt(np.nanmean(residuals[1:] ** 2))),
        )


def _fitted(values: NDArray[np.floating[Any]], alpha: float, slope: float, *, is_seasonal: bool) -> Array:
    """One-step forecasts of simple exponential smoothing with drift slope/2, season added back."""
    season = np.zeros(len(values))
    if is_seasonal:
        centred = values - np.polyval(np.polyfit(np.arange(len(values)), values, 1), np.arange(len(values)))
        means = np.array([centred[month::SEASON].mean() for month in range(SEASON)])
        season = np.resize(means - means.mean(), len(values))
    adjusted = values - season
    level = np.empty(len(values))
    level[0] = adjusted[0]
    for t in range(1, len(values)):
        level[t] = alpha * adjusted[t] + (1.0 - alpha) * (level[t - 1] + slope / 2.0)
    return np.concatenate([[adjusted[0]], level[:-1] + slope / 2.0]) + season
