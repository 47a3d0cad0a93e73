"""Exponential smoothing by statsmodels: a level, a damped trend where AICc asks for one, a season from two cycles on.

    y[t] = l[t-1] + phi b[t-1] + s[t-m] + e[t]
    l[t] = l[t-1] + phi b[t-1] + alpha e[t];  b[t] = phi b[t-1] + beta e[t];  s[t] = s[t-m] + gamma e[t]

Maximum likelihood, initial states estimated with the rest, by `ETSModel`. It cannot leave holes, so they are filled
first. Hyndman et al. (2008), ETS(A,{N,Ad},{N,A}); choice by AICc, section 7.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

from forecasting.classic.linear import LinearFitted, LinearSeries, fit_each
from forecasting.missing import filled
from forecasting.models.protocol import Array


@dataclass(frozen=True)
class Ets:
    """ETS(A,N,A) or ETS(A,Ad,A) by AICc; without season below two full cycles.

    Parameters
    ----------
    season : int
        Months in a cycle; 1 is none.
    horizon : int
        Months ahead that are prepared.
    n_jobs : int
        Processes; -1 is one a processor.
    max_iterations : int
        Of the optimiser.
    """

    season: int = 12
    horizon: int = 120
    n_jobs: int = -1
    max_iterations: int = 200
    name: str = "statsmodels-ets"

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
        whole = pd.Series(filled(values, season=self.season))
        is_seasonal = self.season > 1 and len(whole) >= 2 * self.season
        results = [
            ETSModel(
                whole,
                **form(has_trend=has_trend),
                seasonal="add" if is_seasonal else None,
                seasonal_periods=self.season if is_seasonal else None,
            ).fit(disp=False, maxiter=self.max_iterations)
            for has_trend in (False, True)
        ]
        result = min(results, key=aicc)
        return LinearSeries(
            centre=np.asarray(result.forecast(ahead), dtype=float),
            response=response(result, ahead),
            residuals=np.where(np.isnan(values), np.nan, np.asarray(result.resid, dtype=float)),
            scale=float(np.sqrt(result.mse)),
        )


def form(*, has_trend: bool) -> dict[str, Any]:
    """Options of `ETSModel` with a level, and with a damped trend or without."""
    return {"error": "add", "trend": "add" if has_trend else None, "damped_trend": has_trend}


def aicc(result: Any) -> float:
    """AICc of a fit; a fit that did not come out as a number never wins."""
    value = float(result.aicc)
    return value if np.isfinite(value) else np.inf


def response(result: Any, ahead: int) -> Array:
    """Effect of an innovation on later months.

        1,   alpha + beta (phi + ... + phi^j) + gamma [j is whole cycles]   for j = 1, 2, ...

    Parameters
    ----------
    result : statsmodels ETSResults
    ahead : int

    Returns
    -------
    ndarray, shape (ahead,)
    """
    step = np.arange(1, ahead)
    effect = np.full(ahead - 1, float(result.smoothing_level))
    if result.model.has_trend:
        effect += float(result.smoothing_trend) * np.cumsum(float(result.damping_trend) ** step)
    if result.model.has_seasonal:
        effect += float(result.smoothing_seasonal) * (step % result.model.seasonal_periods == 0)
    return np.concatenate([[1.0], effect])
