"""Exponential smoothing: a level, a trend (none or damped, down to nearly linear) and an additive season (or none).

    y[t] = l[t-1] + phi b[t-1] + s[t-m] + e[t]
    l[t] = l[t-1] + phi b[t-1] + alpha e[t];  b[t] = phi b[t-1] + beta e[t];  s[t] = s[t-m] + gamma e[t]

On the log or Box-Cox scale, so multiplicative in the counts. The forms are weighted by evidence, which is what AICc
approximates; parameters are averaged in the same way. The season is shrunk towards none as far as each series wishes.
Hyndman et al. (2008), ETS(A,{N,Ad,A},{N,A}), chapter 2 and section 7.2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.models.candidates import log_uniform, spread
from forecasting.models.innovations import PosteriorFitted, fit_panel
from forecasting.models.protocol import Array

#: Precision of what must not be there, and of what is left wholly open.
FIXED, OPEN = 1e9, 1e-4


@dataclass(frozen=True)
class SmoothingRecursion:
    """Level, trend and season of many candidates; see `forecasting.models.innovations.Recursion`.

    Slots and coefficients are level, trend, and a season a month of the cycle.

    Parameters
    ----------
    alpha, beta, gamma, phi : ndarray, shape (n_candidates,)
    precision : ndarray, shape (2 + season, n_candidates)
    drift : ndarray, shape (n_candidates,), or None
        Share of the least-squares slope of the whole series that the trend starts with; None is 0.
    season : int
        Months in a cycle.
    """

    alpha: Array
    beta: Array
    gamma: Array
    phi: Array
    precision: Array
    drift: Array | None = None
    season: int = 12

    def basis(self, start: int) -> Array:  # noqa: ARG002 -- the season counts from month 0 in any case
        """Each coefficient is a slot of the state."""
        return np.eye(2 + self.season)

    def prior_mean(self, y: Array, start: int) -> Array:  # noqa: ARG002
        """Mean of the first year, no season, and the share of the slope."""
        state = np.zeros((2 + self.season, len(self.alpha), len(y)))
        if self.drift is None:
            state[0] = first_level(y, self.season)
        else:
            state[0], state[1] = line(y, self.drift)
        return state

    def predict(self, state: Array, t: int) -> Array:
        """Move level and trend to month `t`; the forecast adds the season."""
        state[1] *= self.phi[:, None]
        state[0] += state[1]
        return np.asarray(state[0] + state[2 + t % self.season])

    def correct(self, state: Array, t: int, error: Array) -> None:
        """Let the error move level, trend and the season of its month."""
        state[0] += self.alpha[:, None] * error
        state[1] += self.beta[:, None] * error
        state[2 + t % self.season] += self.gamma[:, None] * error


def first_level(y: Array, season: int) -> Array:
    """Mean of the first observed cycle of series that miss the same months, shape (n_series,)."""
    return np.asarray(y[:, ~np.isnan(y[0])][:, : max(season, 1)].mean(axis=1))


def line(y: Array, share: Array) -> tuple[Array, Array]:
    """Line through the mean of series that miss the same months, with a share of their least-squares slope.

    Parameters
    ----------
    y : ndarray, shape (n_series, n_months)
    share : ndarray, shape (n_candidates,)

    Returns
    -------
    level : ndarray, shape (n_candidates, n_series)
        In the month before the first.
    slope : ndarray, shape (n_candidates, n_series)
        A month.
    """
    months = np.flatnonzero(~np.isnan(y[0]))
    seen = y[:, months]
    centred = months - months.mean()
    slope = share[:, None] * (seen @ centred / max(float(centred @ centred), 1.0))
    return seen.mean(axis=1) - (months.mean() + 1.0) * slope, slope


def season_precision(u: Array, season: int, is_seasonal: NDArray[np.bool_] | bool = True) -> Array:
    """Precision of a season between a third of sigma and seven sigma; fixed at none where there is no cycle."""
    within = log_uniform(u, 0.02, 10.0) if season > 1 else np.full_like(u, FIXED)
    return np.tile(np.where(is_seasonal, within, FIXED), (season, 1))


@dataclass(frozen=True)
class ExponentialSmoothing:
    """Exponential smoothing averaged over its forms and parameters.

    Parameters
    ----------
    season : int
        Months in a cycle; 1 is none.
    n_candidates : int
    """

    season: int = 12
    n_candidates: int = 512
    name: str = "ets"

    def recursion(self) -> SmoothingRecursion:
        """Candidates: 40 % without trend, the rest damped by 0.8 to 0.99; 10 % without season."""
        alpha, beta, gamma, phi, trend, seasonal, open_season, open_trend = spread(self.n_candidates, 8, seed=1)
        has_trend, is_seasonal = trend >= 0.4, seasonal >= 0.1
        alpha = 0.005 + 0.99 * alpha
        return SmoothingRecursion(
            alpha=alpha,
            beta=np.where(has_trend, alpha * beta**2, 0.0),
            gamma=np.where(is_seasonal & (self.season > 1), (1.0 - alpha) * gamma**2, 0.0),
            phi=np.where(has_trend, 0.8 + 0.19 * phi, 0.0),
            precision=np.vstack(
                [
                    np.full_like(alpha, OPEN),
                    np.where(has_trend, log_uniform(open_trend, 10.0, 1000.0), FIXED),
                    season_precision(open_season, self.season, is_seasonal),
                ]
            ),
            season=self.season,
        )

    def fit(self, y: Array) -> PosteriorFitted:
        """Fit every series; see `forecasting.models.protocol.Model`.

        Parameters
        ----------
        y : ndarray, shape (n_series, n_months)

        Returns
        -------
        PosteriorFitted
        """
        return fit_panel(self.recursion(), y)
