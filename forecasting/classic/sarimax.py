"""Seasonal ARIMA by statsmodels, the airline model by default, with regressors that are known ahead if there are any.

    phi(B) Phi(B^m) (1 - B)^d (1 - B^m)^D (y[t] - x[t]' beta) = theta(B) Theta(B^m) e[t]

Exact likelihood with the scale concentrated out, by `SARIMAX`; a series without holes is differenced beforehand and
filtered by Chandrasekhar recursions, one with holes is left to the Kalman filter as it is. Below three full cycles
there is too little to difference twice and the season is dropped. Box & Jenkins (1970), chapter 9; Herbst (2015).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from statsmodels.tsa.arima_process import arma2ma
from statsmodels.tsa.statespace.sarimax import SARIMAX

from forecasting.classic.linear import LinearFitted, LinearSeries, filter_errors, fit_each
from forecasting.errors import ModelError
from forecasting.models.protocol import Array


@dataclass(frozen=True)
class Sarimax:
    """ARIMA(0,1,1)(0,1,1) by default; ARIMA(0,1,1) below three full cycles.

    Parameters
    ----------
    season : int
        Months in a cycle; 1 is none.
    horizon : int
        Months ahead that are prepared.
    n_jobs : int
        Processes; -1 is one a processor.
    order, seasonal_order : tuple of int
        Autoregressive lags, differences and moving-average lags, of months and of cycles.
    regressors : ndarray, shape (n_months + horizon, k), or None
        The same for all series, from the first month of the panel to the last that is prepared.
    max_iterations : int
        Of the optimiser.
    """

    season: int = 12
    horizon: int = 120
    n_jobs: int = -1
    order: tuple[int, int, int] = (0, 1, 1)
    seasonal_order: tuple[int, int, int] = (0, 1, 1)
    # An array has no single truth value, so it stays out of comparisons.
    regressors: Array | None = field(default=None, compare=False)
    max_iterations: int = 60
    name: str = "statsmodels-sarimax"

    def fit(self, y: Array) -> LinearFitted:
        """Fit every series; see `forecasting.models.protocol.Model`.

        Parameters
        ----------
        y : ndarray, shape (n_series, n_months)

        Returns
        -------
        LinearFitted

        Raises
        ------
        ModelError
            If the regressors do not cover the panel and the months ahead, or are not known everywhere.
        """
        self._check_regressors(np.shape(y)[1])
        return fit_each(self, y)

    def _check_regressors(self, n_months: int) -> None:
        if self.regressors is None:
            return
        shape = np.shape(self.regressors)
        if len(shape) != 2 or shape[0] != n_months + self.horizon or shape[1] < 1:
            raise ModelError(
                f"回归变量的形状为{shape}，应为（{n_months + self.horizon}, k）：已有{n_months}个月，"
                f"另加预备预测的{self.horizon}个月，每个变量一列。请补齐后重试。"
            )
        unknown = np.flatnonzero(~np.isfinite(self.regressors).all(axis=1))
        if unknown.size:
            rows = "、".join(str(row + 1) for row in unknown[:12]) + ("等" if unknown.size > 12 else "")
            raise ModelError(
                f"回归变量第{rows}行有空值或无穷大的数；回归变量在历史和预测期内都必须已知，请补齐后重试。"
            )

    def fit_one(self, values: Array, ahead: int, first: int) -> LinearSeries:
        """Fit one series; see `forecasting.classic.linear.ClassicModel`.

        Parameters
        ----------
        values : ndarray, shape (n,)
        ahead, first : int

        Returns
        -------
        LinearSeries
        """
        is_seasonal = self.season > 1 and int((~np.isnan(values)).sum()) >= 3 * self.season
        seasonal_order = (*self.seasonal_order, self.season) if is_seasonal else (0, 0, 0, 0)
        differencing = self._differencing(is_seasonal=is_seasonal)
        known = future = None
        if self.regressors is not None:
            known = self.regressors[first : first + len(values)]
            future = self.regressors[first + len(values) : first + len(values) + ahead]
            _check_identified(values, known, differencing)
        options: dict[str, Any] = {
            "exog": known,
            "order": self.order,
            "seasonal_order": seasonal_order,
            "concentrate_scale": True,
        }
        model = SARIMAX(values, **options)
        fast = model
        if not np.isnan(values).any():
            # A hole would take with it every difference it is part of.
            fast = SARIMAX(values, **options, simple_differencing=True)
            fast.ssm.filter_chandrasekhar = True
        params = fast.fit(disp=False, maxiter=self.max_iterations, cov_type="none").params
        result = model.filter(params, cov_type="none")
        autoregressive = np.convolve(differencing, result.polynomial_reduced_ar)
        return LinearSeries(
            centre=np.asarray(result.forecast(ahead, exog=future), dtype=float),
            response=np.asarray(arma2ma(autoregressive, result.polynomial_reduced_ma, lags=ahead), dtype=float),
            residuals=filter_errors(result),
            scale=float(np.sqrt(result.scale)),
        )

    def _differencing(self, *, is_seasonal: bool) -> Array:
        """Coefficients of (1 - B)^d (1 - B^m)^D."""
        polynomial = np.ones(1)
        for _ in range(self.order[1]):
            polynomial = np.convolve(polynomial, [1.0, -1.0])
        for _ in range(self.seasonal_order[1] if is_seasonal else 0):
            polynomial = np.convolve(polynomial, np.concatenate([[1.0], np.zeros(self.season - 1), [-1.0]]))
        return polynomial


def _check_identified(values: Array, known: Array, differencing: Array) -> None:
    """Refuse regressors of which nothing is left after differencing in the months observed."""
    seen = ~np.isnan(np.convolve(values, differencing, mode="valid"))
    left = np.stack([np.convolve(column, differencing, mode="valid") for column in known.T], axis=1)[seen]
    rank = int(np.linalg.matrix_rank(left)) if left.size else 0
    if rank < known.shape[1]:
        raise ValueError(f"{known.shape[1]} regressors, of which {rank} can be told apart after differencing")
