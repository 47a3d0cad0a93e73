"""Unobserved components by statsmodels: a level with a damped trend, a season of harmonics or of months, and noise.

    y[t] = l[t] + s[t] + noise,   l[t+1] = l[t] + b[t] + u[t],   b[t+1] = phi b[t] + v[t],   s has noises of its own

Variances by maximum likelihood, by `UnobservedComponents`; holes are left to the Kalman filter. phi is part of the
spec, since statsmodels only knows phi = 1. All innovations to come are given the variance and the response of the next
month's, as if the filter had settled: right to 3 % of the variance for a series of seven years, too wide by a fifth for
one of two. Harvey (1989), sections 2.3 and 3.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from statsmodels.tsa.statespace.structural import UnobservedComponents

from forecasting.classic.linear import LinearFitted, LinearSeries, filter_errors, fit_each
from forecasting.models.protocol import Array

#: Observations below which the doubt of the slope would drown everything else.
TREND_FROM = 24


@dataclass(frozen=True)
class Components:
    """Level, damped trend, season and noise.

    Parameters
    ----------
    season : int
        Months in a cycle; 1 is none.
    horizon : int
        Months ahead that are prepared.
    n_jobs : int
        Processes; -1 is one a processor.
    damping : float
        phi, share of the trend left after a month, in [0, 1]; 0 is a level without trend, 1 the local linear trend.
    waves : {"harmonics", "months"}
        Season of harmonics that share a variance, or of a dummy a month.
    max_iterations : int
        Of the optimiser.
    """

    season: int = 12
    horizon: int = 120
    n_jobs: int = -1
    damping: float = 0.95
    waves: Literal["harmonics", "months"] = "harmonics"
    max_iterations: int = 100
    name: str = "statsmodels-components"

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
        result = self.model(values).fit(disp=False, maxiter=self.max_iterations, cov_type="none")
        return settled(result, ahead)

    def model(self, values: Array) -> UnobservedComponents:
        """Return the statsmodels model of one series.

        Without season below two full cycles of observations, and without trend below two years.

        Parameters
        ----------
        values : ndarray, shape (n,)

        Returns
        -------
        statsmodels UnobservedComponents
        """
        n_observed = int((~np.isnan(values)).sum())
        season: dict[str, Any] = {}
        if self.season > 1 and n_observed >= 2 * self.season:
            season = (
                {"freq_seasonal": [{"period": self.season, "harmonics": self.season // 2}]}
                if self.waves == "harmonics"
                else {"seasonal": self.season}
            )
        has_trend = self.damping > 0.0 and n_observed >= TREND_FROM
        model = UnobservedComponents(values, level="local linear trend" if has_trend else "local level", **season)
        if has_trend:
            model.ssm["transition", 1, 1] = self.damping
        return model


def settled(result: Any, ahead: int) -> LinearSeries:
    """Read a state space in which nothing changes from month to month as one that is linear in its innovations.

        F = Z P Z' + H,   response[j] = Z T^(j-1) K,   K = T P Z' / F,   P the doubt of the state before the next month

    Exact for the next month's innovation. Later ones are given the same variance and response, as they have once the
    filter has settled.

    Parameters
    ----------
    result : statsmodels MLEResults
    ahead : int

    Returns
    -------
    LinearSeries
    """
    filtered = result.filter_results
    transition, design = filtered.transition[:, :, -1], filtered.design[0, :, -1]
    doubt = result.predicted_state_cov[:, :, -1]
    state = result.predicted_state[:, -1]
    variance = float(design @ doubt @ design + filtered.obs_cov[0, 0, -1])
    effect = transition @ doubt @ design / variance
    centre, response = np.empty(ahead), np.ones(ahead)
    for h in range(ahead):
        centre[h] = design @ state
        state = transition @ state
        if h:
            response[h] = design @ effect
            effect = transition @ effect
    return LinearSeries(
        centre=centre, response=response, residuals=filter_errors(result), scale=float(np.sqrt(variance))
    )
