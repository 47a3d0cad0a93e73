"""Complex exponential smoothing: a level and an unseen companion that turn into each other, and a season.

    y[t] = l[t-1] + s[t-m] + e[t]
    l[t] = l[t-1] - (1 - a1) c[t-1] + (a0 - a1) e[t]
    c[t] = l[t-1] + (1 - a0) c[t-1] + (a0 + a1) e[t];    s[t] = s[t-m] + gamma e[t]

Level and trend are not told apart: the pair (a0, a1) decides how far a series wanders, drifts or returns. Candidates
are those whose pair forgets its past (roots of the discount matrix inside the circle) and does not explode (roots of
the transition at most 1.02). Svetunkov, Kourentzes & Ord (2022), the form with partial season.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecasting.models.candidates import log_uniform, spread
from forecasting.models.innovations import PosteriorFitted, fit_panel
from forecasting.models.protocol import Array
from forecasting.models.smoothing import OPEN, first_level, season_precision

LARGEST_ROOT = 1.02


@dataclass(frozen=True)
class ComplexRecursion:
    """Level, companion and season of many candidates; see `forecasting.models.innovations.Recursion`.

    Slots and coefficients are level, companion, and a season a month of the cycle.

    Parameters
    ----------
    a0, a1, gamma : ndarray, shape (n_candidates,)
    precision : ndarray, shape (2 + season, n_candidates)
    season : int
        Months in a cycle.
    """

    a0: Array
    a1: Array
    gamma: Array
    precision: Array
    season: int = 12

    def basis(self, start: int) -> Array:  # noqa: ARG002 -- the season counts from month 0 in any case
        """Each coefficient is a slot of the state."""
        return np.eye(2 + self.season)

    def prior_mean(self, y: Array, start: int) -> Array:  # noqa: ARG002
        """Mean of the first year, and the companion that goes with it at rest."""
        state = np.zeros((2 + self.season, len(self.a0), len(y)))
        state[0] = first_level(y, self.season)
        state[1] = state[0] / self.a0[:, None]
        return state

    def predict(self, state: Array, t: int) -> Array:
        """Forecast month `t`, and turn level and companion."""
        forecast = state[0] + state[2 + t % self.season]
        level = state[0] - (1.0 - self.a1)[:, None] * state[1]
        state[1] *= (1.0 - self.a0)[:, None]
        state[1] += state[0]
        state[0] = level
        return np.asarray(forecast)

    def correct(self, state: Array, t: int, error: Array) -> None:
        """Let the error move level, companion and the season of its month."""
        state[0] += (self.a0 - self.a1)[:, None] * error
        state[1] += (self.a0 + self.a1)[:, None] * error
        state[2 + t % self.season] += self.gamma[:, None] * error


@dataclass(frozen=True)
class ComplexSmoothing:
    """Complex exponential smoothing averaged over its parameters.

    Parameters
    ----------
    season : int
        Months in a cycle; 1 is none.
    n_candidates : int
    """

    season: int = 12
    n_candidates: int = 512
    name: str = "ces"

    def recursion(self) -> ComplexRecursion:
        """Candidates: a0 from 0 to 2, a1 within 0.01 of 1, stable ones only."""
        a0, a1, gamma, open_companion, open_season = spread(4 * self.n_candidates, 5, seed=3)
        a0, a1 = 2.0 * a0, 1.0 + 0.01 * np.sign(2.0 * a1 - 1.0) * (2.0 * a1 - 1.0) ** 2
        transition = np.stack(
            [np.stack([np.ones_like(a0), a1 - 1.0], axis=1), np.stack([np.ones_like(a0), 1.0 - a0], axis=1)], axis=1
        )
        discount = transition.copy()
        discount[:, :, 0] -= np.stack([a0 - a1, a0 + a1], axis=1)
        forgets = np.abs(np.linalg.eigvals(discount)).max(axis=1) < 1.0
        is_bounded = np.abs(np.linalg.eigvals(transition)).max(axis=1) < LARGEST_ROOT
        stable = np.flatnonzero(forgets & is_bounded)
        kept = stable[np.linspace(0, len(stable) - 1, min(self.n_candidates, len(stable))).round().astype(int)]
        return ComplexRecursion(
            a0=a0[kept],
            a1=a1[kept],
            gamma=0.6 * gamma[kept] ** 2 * (self.season > 1),
            precision=np.vstack(
                [
                    np.full_like(a0[kept], OPEN),
                    log_uniform(open_companion[kept], 10.0, 1000.0),
                    season_precision(open_season[kept], self.season),
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
        # The drift is in proportion to the distance from zero: one unit off puts every series at the same distance.
        return fit_panel(self.recursion(), y, offset=np.nanmean(y, axis=1, keepdims=True) - 1.0)
