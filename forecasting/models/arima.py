"""Seasonal ARIMA around the airline model: two short-term roots and a seasonal difference.

    (1 - p B)(1 - q B)(1 - B^m) y[t] = (1 + theta B)(1 + Theta B^m) e[t]

p = 1, q = 0 is the airline model ARIMA(0,1,1)(0,1,1); p = 1, q other than 0 ARIMA(1,1,1)(0,1,1); p below 1 ARIMA(1,0,1)
or (2,0,1) around a seasonal path that returns. The months before the first are unknown and get a prior (level, slope,
and a deviation each), which makes this the exact likelihood of the innovations form and not a conditional one.
Box & Jenkins (1970), section 9.2; Ansley & Newbold (1980) for why the months before matter in short series.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from forecasting.models.candidates import log_uniform, spread
from forecasting.models.innovations import PosteriorFitted, fit_panel
from forecasting.models.protocol import Array
from forecasting.models.smoothing import FIXED, OPEN, first_level


@dataclass(frozen=True)
class ArimaRecursion:
    """Difference equations of many candidates; see `forecasting.models.innovations.Recursion`.

    Slots are the last values and the last errors, month t in slot t modulo their number; coefficients are level, slope
    and a deviation for each of the months before the first.

    Parameters
    ----------
    autoregressive : ndarray, shape (season + 2, n_candidates)
        Weight of the value 1, 2, ... months ago.
    moving : ndarray, shape (season + 1, n_candidates)
        Weight of the error 1, 2, ... months ago.
    precision : ndarray, shape (2 + season + 2, n_candidates)
    season : int
        Months in a cycle.
    """

    autoregressive: Array
    moving: Array
    precision: Array
    season: int = 12

    @cached_property
    def _lags(self) -> tuple[list[int], list[int]]:
        return (
            np.flatnonzero(self.autoregressive.any(axis=1)).tolist(),
            np.flatnonzero(self.moving.any(axis=1)).tolist(),
        )

    def basis(self, start: int) -> Array:
        """Months before the first: level, slope backwards, and each its own deviation."""
        p, q = len(self.autoregressive), len(self.moving)
        basis = np.zeros((p + q, 2 + p))
        for back in range(1, p + 1):
            basis[(start - back) % p, [0, 1, 1 + back]] = [1.0, -back, 1.0]
        return basis

    def prior_mean(self, y: Array, start: int) -> Array:  # noqa: ARG002
        """Return the mean of the first year in every month before, and no errors."""
        p, q = len(self.autoregressive), len(self.moving)
        state = np.zeros((p + q, 1, len(y)))
        state[:p] = first_level(y, self.season)
        return state

    def predict(self, state: Array, t: int) -> Array:
        """Forecast month `t`, and let it stand in for the value until the error is known."""
        p, q = len(self.autoregressive), len(self.moving)
        values, errors = self._lags
        forecast = np.zeros(np.broadcast_shapes(state.shape[1:], (self.moving.shape[1], 1)))
        for lag in values:
            forecast += self.autoregressive[lag][:, None] * state[(t - 1 - lag) % p]
        for lag in errors:
            forecast += self.moving[lag][:, None] * state[p + (t - 1 - lag) % q]
        state[t % p] = forecast
        state[p + t % q] = 0.0
        return forecast

    def correct(self, state: Array, t: int, error: Array) -> None:
        """Put the value and its error in their slots."""
        p, q = len(self.autoregressive), len(self.moving)
        state[t % p] += error
        state[p + t % q] = error


def _product(*polynomials: Array) -> Array:
    """Coefficients of a product of polynomials in B, candidate by candidate."""
    product = np.ones((1, polynomials[0].shape[1]))
    for factor in polynomials:
        longer = np.zeros((len(product) + len(factor) - 1, product.shape[1]))
        for power in range(len(factor)):
            longer[power : power + len(product)] += factor[power] * product
        product = longer
    return product


@dataclass(frozen=True)
class SeasonalArima:
    """The airline model and its neighbours, averaged by evidence.

    Parameters
    ----------
    season : int
        Months in a cycle; 1 is none.
    n_candidates : int
    """

    season: int = 12
    n_candidates: int = 512
    name: str = "arima"

    def recursion(self) -> ArimaRecursion:
        """Candidates: half with p = 1, the rest with p from 0.4 to 1; q is 0 for 40 %, else from -0.5 to 0.9."""
        theta, first, second, seasonal, open_season = spread(self.n_candidates, 5, seed=4)
        one, none = np.ones_like(theta), np.zeros((max(self.season - 1, 0), len(theta)))
        is_seasonal = self.season > 1
        # Without a seasonal difference a root below 1 would pull every series to zero.
        p = np.where((first < 0.5) | (not is_seasonal), 1.0, 1.0 - 0.6 * (2.0 * first - 1.0) ** 2)
        q = np.where(second < 0.4, 0.0, -0.5 + 1.4 * (second - 0.4) / 0.6)
        autoregressive = _product(np.vstack([one, -p]), np.vstack([one, -q]))
        moving = np.vstack([one, 0.3 - 1.28 * theta])
        if is_seasonal:
            autoregressive = _product(autoregressive, np.vstack([one, none, -one]))
            moving = _product(moving, np.vstack([one, none, -0.99 * seasonal**0.6]))
        lags = len(autoregressive) - 1
        return ArimaRecursion(
            autoregressive=-autoregressive[1:],
            moving=moving[1:],
            precision=np.vstack(
                [
                    np.full_like(theta, OPEN),
                    np.full_like(theta, 100.0 if is_seasonal else FIXED),
                    np.tile(log_uniform(open_season, 0.02, 10.0), (lags, 1)),
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
