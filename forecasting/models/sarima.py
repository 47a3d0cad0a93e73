"""The airline model: a seasonal ARIMA(0,1,1)(0,1,1)12, the workhorse of monthly official statistics.

    (1 - B)(1 - B^12) y[t] = (1 + theta B)(1 + Theta B^12) e[t]

Fitted by statsmodels' `SARIMAX` by exact likelihood with the scale concentrated out; holes are left to the Kalman
filter. Below three full years there is too little to difference twice and the season is dropped: ARIMA(0,1,1). Box &
Jenkins (1970), chapter 9.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from statsmodels.tsa.arima_process import arma2ma
from statsmodels.tsa.statespace.sarimax import SARIMAX

from forecasting.models.linear import LinearFitted, LinearSeries, fit_each
from forecasting.models.protocol import Array

SEASON = 12


@dataclass(frozen=True)
class Airline:
    """ARIMA(0,1,1)(0,1,1)12, or ARIMA(0,1,1) below three full years.

    Parameters
    ----------
    max_iterations : int
        Of the optimiser.
    """

    max_iterations: int = 60
    name: str = "airline"

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
        is_seasonal = int((~np.isnan(values)).sum()) >= 3 * SEASON
        model = SARIMAX(
            values,
            order=(0, 1, 1),
            seasonal_order=(0, 1, 1, SEASON) if is_seasonal else (0, 0, 0, 0),
            concentrate_scale=True,
            # Differencing beforehand is ten times faster, but a hole would then take thirteen months with it.
            simple_differencing=False,
        )
        result = model.fit(disp=False, maxiter=self.max_iterations, cov_type="none")
        theta = float(result.params[0])
        seasonal_theta = float(result.params[1]) if is_seasonal else 0.0
        difference = np.array([1.0, -1.0])
        moving = np.array([1.0, theta])
        if is_seasonal:
            difference = np.convolve(difference, np.r_[1.0, np.zeros(SEASON - 1), -1.0])
            moving = np.convolve(moving, np.r_[1.0, np.zeros(SEASON - 1), seasonal_theta])
        burn = 1 + (SEASON if is_seasonal else 0)
        residuals = np.asarray(result.resid, dtype=float).copy()
        residuals[:burn] = np.nan
        residuals[np.isnan(values)] = np.nan
        return LinearSeries(
            centre=lambda horizon: np.asarray(result.forecast(horizon), dtype=float),
            response=lambda horizon: np.asarray(arma2ma(difference, moving, lags=horizon), dtype=float),
            residuals=residuals,
            scale=float(np.sqrt(result.scale)),
        )
