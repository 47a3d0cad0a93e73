"""Exponential smoothing: a level, a damped trend where AICc asks for one, a season from two full years on.

    y[t] = l[t-1] + phi b[t-1] + s[t-12] + e[t]
    l[t] = l[t-1] + phi b[t-1] + alpha e[t];  b[t] = phi b[t-1] + beta e[t];  s[t] = s[t-12] + gamma e[t]

Fitted by statsmodels' `ETSModel`; on the log scale, so multiplicative in the counts. Cannot leave holes: they are
filled first. Hyndman et al. (2008), ETS(A,N,A) and ETS(A,Ad,A); choice by AICc, section 7.2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

from forecasting.missing import filled
from forecasting.models.linear import LinearFitted, LinearSeries, fit_each
from forecasting.models.protocol import Array

SEASON = 12


@dataclass(frozen=True)
class ExponentialSmoothing:
    """ETS(A,N,A) or ETS(A,Ad,A) by AICc; without season below two full years.

    Parameters
    ----------
    max_iterations : int
        Of the optimiser.
    """

    max_iterations: int = 200
    name: str = "ets"

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
        is_seasonal = len(whole) >= 2 * SEASON
        candidates = [
            ETSModel(
                pd.Series(whole),
                error="add",
                trend="add" if has_trend else None,
                damped_trend=has_trend,
                seasonal="add" if is_seasonal else None,
                seasonal_periods=SEASON if is_seasonal else None,
            ).fit(disp=False, maxiter=self.max_iterations)
            for has_trend in (False, True)
        ]
        result = min(candidates, key=_aicc)
        has_trend = bool(result.model.has_trend)
        alpha = float(result.smoothing_level)
        beta = float(result.smoothing_trend) if has_trend else 0.0
        gamma = float(result.smoothing_seasonal) if is_seasonal else 0.0
        phi = float(result.damping_trend) if has_trend else 1.0

        def response(horizon: int) -> Array:
            step = np.arange(1, horizon)
            damped = phi * (1.0 - phi**step) / (1.0 - phi) if phi < 1.0 else step.astype(float)
            return np.concatenate([[1.0], alpha + beta * damped + gamma * (step % SEASON == 0)])

        residuals = np.where(np.isnan(values), np.nan, np.asarray(result.resid, dtype=float))
        return LinearSeries(
            centre=lambda horizon: np.asarray(result.forecast(horizon), dtype=float),
            response=response,
            residuals=residuals,
            scale=float(np.sqrt(result.mse)),
        )


def _aicc(result: object) -> float:
    """AICc of a fit; a fit that did not come out as a number never wins."""
    value = float(result.aicc)  # type: ignore[attr-defined]
    return value if np.isfinite(value) else np.inf
