"""STL by statsmodels: the season is taken off by local regressions, the rest is forecast by exponential smoothing.

    y[t] = season[t] + rest[t],   rest ~ ETS(A,N,N) or ETS(A,Ad,N) by AICc,   season[T+h] = that of the last cycle

The season to come counts as known, and the season behind took part of the errors with it: intervals are the narrowest
of this folder. Holes are filled first; below three full cycles there is no season, since one of two cycles would take
every error with it. Fitted by `STLForecast`. Cleveland et al. (1990).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.forecasting.stl import STLForecast

from forecasting.classic.ets import Ets, aicc, form, response
from forecasting.classic.linear import LinearFitted, LinearSeries, fit_each
from forecasting.missing import filled
from forecasting.models.protocol import Array


@dataclass(frozen=True)
class Stl:
    """STL with exponential smoothing of the adjusted series.

    Parameters
    ----------
    season : int
        Months in a cycle; 1 is none.
    horizon : int
        Months ahead that are prepared.
    n_jobs : int
        Processes; -1 is one a processor.
    window : int
        Cycles over which a calendar month is smoothed, odd; few let the season change fast.
    is_robust : bool
        Whether odd months are left out of the season.
    max_iterations : int
        Of the optimiser.
    """

    season: int = 12
    horizon: int = 120
    n_jobs: int = -1
    window: int = 11
    is_robust: bool = False
    max_iterations: int = 200
    name: str = "statsmodels-stl"

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
        if self.season == 1 or len(values) < 3 * self.season:
            return Ets(season=1, max_iterations=self.max_iterations).fit_one(values, ahead, first)
        whole = pd.Series(filled(values, season=self.season))
        results = [
            STLForecast(
                whole,
                ETSModel,
                model_kwargs=form(has_trend=has_trend),
                period=self.season,
                seasonal=self.window,
                robust=self.is_robust,
            ).fit(fit_kwargs={"disp": False, "maxiter": self.max_iterations})
            for has_trend in (False, True)
        ]
        result = min(results, key=lambda each: aicc(each.model_result))
        smoothing = result.model_result
        return LinearSeries(
            centre=np.asarray(result.forecast(ahead), dtype=float),
            response=response(smoothing, ahead),
            residuals=np.where(np.isnan(values), np.nan, np.asarray(smoothing.resid, dtype=float)),
            scale=float(np.sqrt(smoothing.mse)),
        )
