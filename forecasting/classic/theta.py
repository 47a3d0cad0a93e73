"""The theta method by statsmodels: half the long trend, half simple exponential smoothing, without the season.

    y[t] - s[t] = l[t-1] + b0 / 2 + e[t],   l[t] = l[t-1] + b0 / 2 + alpha e[t]

so an innovation moves all later months by alpha. The season is that of classical decomposition, from two cycles on;
holes are filled first. Fitted by `ThetaModel`. Assimakopoulos & Nikolopoulos (2000); Hyndman & Billah (2003).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from statsmodels.tsa.forecasting.theta import ThetaModel
from statsmodels.tsa.seasonal import seasonal_decompose

from forecasting.classic.linear import LinearFitted, LinearSeries, constant, fit_each
from forecasting.missing import filled
from forecasting.models.protocol import Array


@dataclass(frozen=True)
class Theta:
    """Theta with additive deseasonalising.

    Parameters
    ----------
    season : int
        Months in a cycle; 1 is none.
    horizon : int
        Months ahead that are prepared.
    n_jobs : int
        Processes; -1 is one a processor.
    """

    season: int = 12
    horizon: int = 120
    n_jobs: int = -1
    name: str = "statsmodels-theta"

    def fit(self, y: Array) -> LinearFitted:
        """Fit every series; see `forecasting.models.protocol.Model`.

        Parameters
        ----------
        y : ndarray, shape (n_series, n_months)

        Returns
        -------
        LinearFitted
        """
        return fit_each(self, y)

    def fit_one(self, values: Array, ahead: int, first: int) -> LinearSeries:  # noqa: ARG002
        """Fit one series; see `forecasting.classic.linear.ClassicModel`.

        Parameters
        ----------
        values : ndarray, shape (n,)
        ahead, first : int

        Returns
        -------
        LinearSeries
        """
        whole = filled(values, season=self.season)
        season = self._season(whole)
        adjusted = whole - np.resize(season, len(whole))
        after = np.resize(np.roll(season, -(len(whole) % self.season)), ahead)
        if np.ptp(adjusted) <= 1e-12 * max(1.0, float(np.abs(adjusted).max())):
            # statsmodels 0.15 takes a constant series for the constant of its own trend regression, and its "slope" is
            # then one that nothing in the series has.
            still = constant(np.where(np.isnan(values), np.nan, adjusted), ahead)
            return replace(still, centre=still.centre + after)
        result = ThetaModel(pd.Series(adjusted), period=1, deseasonalize=False).fit()
        alpha, slope = float(result.params["alpha"]), float(result.params["b0"])
        residuals = np.where(np.isnan(values), np.nan, adjusted - one_step(adjusted, alpha, slope))
        return LinearSeries(
            centre=np.asarray(result.forecast(ahead, theta=2), dtype=float) + after,
            response=np.concatenate([[1.0], np.full(ahead - 1, alpha)]),
            residuals=residuals,
            # The first residual is zero by construction and says nothing of the scale.
            scale=float(np.sqrt(np.nanmean(residuals[1:] ** 2))),
        )

    def _season(self, values: Array) -> Array:
        """Additive season by classical decomposition, first month first; none below two full cycles."""
        if self.season == 1 or len(values) < 2 * self.season:
            return np.zeros(self.season)
        parts = seasonal_decompose(values, model="additive", period=self.season)
        return np.asarray(parts.seasonal[: self.season], dtype=float)


def one_step(adjusted: Array, alpha: float, slope: float) -> Array:
    """Forecast every month from those before it, by simple exponential smoothing with half the slope as drift.

    Parameters
    ----------
    adjusted : ndarray, shape (n,)
        Without season; the first month starts the level.
    alpha, slope : float
        Of the smoothing; of the line through the whole series.

    Returns
    -------
    ndarray, shape (n,)
    """
    forecast = np.empty(len(adjusted))
    forecast[0] = level = float(adjusted[0])
    for t in range(1, len(adjusted)):
        forecast[t] = level + slope / 2.0
        level = forecast[t] + alpha * (float(adjusted[t]) - forecast[t])
    return forecast
