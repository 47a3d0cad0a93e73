"""A local level with a damped trend, and a season of harmonics that shifts as a whole.

    y[t] = l[t-1] + phi b[t-1] + w slope + s[t, t mod m] + e[t]
    l, b as in exponential smoothing, w slope as in theta;   s[j] moves by gamma K(j - t) e[t]
    K(d) = sum_i c_i cos(2 pi i d / m)

A harmonic i begins at 0 with variance falling as i^-q, and moves in the same proportion, so a surprise in June says
something of May and July as well: fewer free numbers than a season month by month. West & Harrison (1997), section 8.6;
De Livera, Hyndman & Snyder (2011) for the trigonometric season in innovations form.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.models.candidates import log_uniform, spread
from forecasting.models.innovations import PosteriorFitted, fit_panel
from forecasting.models.protocol import Array
from forecasting.models.smoothing import FIXED, OPEN, line


@dataclass(frozen=True)
class HarmonicRecursion:
    """Level, trend and harmonic season of many candidates; see `forecasting.models.innovations.Recursion`.

    Slots are level, trend, a season a month and the drift; coefficients level, trend and the harmonics.

    Parameters
    ----------
    alpha, beta, phi : ndarray, shape (n_candidates,)
    kernel : ndarray, shape (season, n_candidates)
        How far an error moves the season so many months on round the cycle.
    precision : ndarray, shape (2 + season - 1, n_candidates)
    drift : ndarray, shape (n_candidates,)
        Share of the least-squares slope that is added every month.
    season : int
        Months in a cycle.
    """

    alpha: Array
    beta: Array
    phi: Array
    kernel: Array
    precision: Array
    drift: Array
    season: int = 12

    def basis(self, start: int) -> Array:  # noqa: ARG002 -- the season counts from month 0 in any case
        """Level and trend as they are, then cosine and sine of each harmonic."""
        waves, _ = harmonics(self.season)
        basis = np.zeros((3 + self.season, 2 + waves.shape[1]))
        basis[:2, :2] = np.eye(2)
        basis[2:-1, 2:] = waves
        return basis

    def prior_mean(self, y: Array, start: int) -> Array:  # noqa: ARG002
        """Line with a share of the slope, no local trend, no season."""
        state = np.zeros((3 + self.season, len(self.drift), len(y)))
        state[0], state[2 + self.season] = line(y, self.drift)
        return state

    def predict(self, state: Array, t: int) -> Array:
        """Move level and trend to month `t`; the forecast adds the season."""
        state[1] *= self.phi[:, None]
        state[0] += state[1]
        state[0] += state[2 + self.season]
        return np.asarray(state[0] + state[2 + t % self.season])

    def correct(self, state: Array, t: int, error: Array) -> None:
        """Let the error move level, trend and the whole season."""
        state[0] += self.alpha[:, None] * error
        state[1] += self.beta[:, None] * error
        for month in range(self.season):
            state[2 + month] += self.kernel[(month - t) % self.season][:, None] * error


def harmonics(season: int) -> tuple[Array, NDArray[np.intp]]:
    """Return the harmonics of a cycle.

    Parameters
    ----------
    season : int

    Returns
    -------
    waves : ndarray, shape (season, season - 1)
        Cosine and sine of frequency 1, 2, ...; the highest of an even season has no sine.
    order : ndarray of int, shape (season - 1,)
        Their frequency.
    """
    order = np.arange(2, season + 1) // 2
    angle = 2.0 * np.pi * np.outer(np.arange(season), order) / season
    return np.where(np.arange(season - 1) % 2 == 0, np.cos(angle), np.sin(angle)), order


@dataclass(frozen=True)
class HarmonicTrend:
    """The harmonic model averaged over its parameters.

    Parameters
    ----------
    season : int
        Months in a cycle; 1 is none.
    n_candidates : int
    """

    season: int = 12
    n_candidates: int = 512
    name: str = "harmonic"

    def recursion(self) -> HarmonicRecursion:
        """Candidates: 30 % without trend, the rest damped by 0.8 to 1; harmonics fall by order^-q, q below 2."""
        alpha, beta, gamma, phi, trend, fall, open_season, open_trend, drift = spread(self.n_candidates, 9, seed=5)
        has_trend = trend >= 0.3
        alpha = 0.005 + 0.99 * alpha
        _, order = harmonics(self.season)
        share = order[:, None] ** -(2.0 * fall)
        distance = np.arange(self.season)
        frequency, first = np.unique(order, return_index=True)
        cosines = np.cos(2.0 * np.pi * np.outer(frequency, distance) / max(self.season, 1))
        return HarmonicRecursion(
            alpha=alpha,
            beta=np.where(has_trend, alpha * beta**2, 0.0),
            phi=np.where(has_trend, 0.8 + 0.2 * phi, 0.0),
            kernel=0.5 * (1.0 - alpha) * gamma**2 * (cosines.T @ np.sqrt(share[first])),
            precision=np.vstack(
                [
                    np.full_like(alpha, OPEN),
                    np.where(has_trend, log_uniform(open_trend, 10.0, 1000.0), FIXED),
                    log_uniform(open_season, 0.02, 10.0) / share,
                ]
            ),
            drift=0.2 + 0.3 * drift,
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
