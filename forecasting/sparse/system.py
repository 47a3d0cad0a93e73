"""The state space behind a few counts, made linear around a path of rates and stock.

    b[t] = b[t-1] + shock,  d[t] = d[t-1] + shock                                     log rates, random walks
    E[t] = s[t] exp(b[t]) S[t-1] + noise,  X[t] = z[t] exp(d[t]) S[t-1] + noise       s, z: season, mean 1
    S[t] = S[t-1] + E[t] - X[t] + adjustment[t]
    observed: S[t], and the sum of E, X or E - X over the months of a period, each with rounding variance p^2 / 3

States are b, d, S of every series and the cumulators; filtered and smoothed by statsmodels. The products are made
linear around the last smoothed path until it stands still (iterated extended Kalman smoother, Bell 1994).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.panel import Array
from forecasting.sparse.counts import rows_of
from forecasting.sparse.cumulators import cumulators, members_of
from forecasting.sparse.season import Season

MOST_ROUNDS = 30
#: The path stands still when no log rate and no stock, as a share of the largest count, moves more.
STILL = 1e-5
#: Share of the largest count below which no figure is taken to be known: keeps the filter's arithmetic sound.
FINEST = 1e-6
#: Noise of a flow in a month that an event covers, as a multiple of what was to be expected: anything goes.
FREE = 10.0
#: Shocks of a series: to both log rates, noise of both flows, adjustment, chance of both flows.
N_SHOCKS = 7


@dataclass(frozen=True, eq=False)
class Scene:
    """The series of one area, their counts, and what is known beside them.

    Parameters
    ----------
    counts : pandas.DataFrame
        As `check_counts` returns them. A count of a type that is not among `entity_types` is of the
        sum of all of them.
    entity_types : tuple of str
        The series, each with a stock.
    months : pandas.PeriodIndex
        From the month before the first flow, or that of the first stock, to the origin.
    season : Season
    masked : ndarray of bool, shape (n_series, 2, n_months)
        Months in which entries or exits are no evidence of their rate; they count towards sums and stock all the same.
    """

    counts: pd.DataFrame
    entity_types: tuple[str, ...]
    months: pd.PeriodIndex
    season: Season
    masked: NDArray[np.bool_]


class System:
    """The linear system of one scene around a path, in units of its largest count.

    Parameters
    ----------
    scene : Scene
    log_rates : ndarray, shape (2,)
        Of entries and of exits a month, before anything is counted.
    spreads : ndarray, shape (2,)
        Their standard deviations.
    stock : ndarray, shape (n_series, n_months)
        A first guess of the stock.
    """

    def __init__(self, scene: Scene, *, log_rates: Array, spreads: Array, stock: Array) -> None:
        # statsmodels takes longer to import than most jobs take that only read a projection.
        from statsmodels.tsa.statespace.kalman_smoother import KalmanSmoother

        self.n, self.n_months = stock.shape
        self.unit = max(1.0, float(scene.counts["value"].abs().max()))
        calendar = np.asarray(scene.months.month) - 1
        self.season = np.stack([scene.season.entries[calendar], scene.season.exits[calendar]])
        self.masked = scene.masked
        self.sums = cumulators(scene.counts, scene.entity_types)
        self.months = np.array([month.ordinal for month in scene.months])
        self.stock = stock / self.unit
        self.log_rates = np.tile(log_rates[None, :, None], (self.n, 1, self.n_months))
        observed, variance, design = self._observations(scene.counts, scene.entity_types)
        n_rows, n_states = design.shape
        self.filter = KalmanSmoother(k_endog=n_rows, k_states=n_states, k_posdef=n_states, filter_univariate=True)
        self.filter.bind(np.ascontiguousarray(observed.T))
        self.filter["design"] = design
        self.filter["selection"] = np.eye(n_states)
        self.filter["obs_cov"] = np.stack([np.diag(column) for column in variance.T], axis=2)
        mean, spread = np.zeros(n_states), np.zeros(n_states)
        mean[: 3 * self.n] = np.column_stack([np.tile(log_rates, (self.n, 1)), self.stock[:, 0]]).ravel()
        # Half of the guess: the counts say what the first stock was, not the guess.
        spread[: 3 * self.n] = np.column_stack([np.tile(spreads, (self.n, 1)), 0.5 * self._at_risk()[:, 0]]).ravel()
        self.filter.initialize_known(mean, np.diag(spread**2))

    def smooth(self, scales: Array, correlations: Array) -> Any:
        """Smooth, and make linear again, until the path stands still.

        Parameters
        ----------
        scales, correlations : ndarray, shape (5,) and (2,)
            As `weigh`.

        Returns
        -------
        statsmodels SmootherResults
            Around the last path.
        """
        for _ in range(MOST_ROUNDS):
            self._linearise()
            self.weigh(scales, correlations)
            smoothed = self.filter.smooth()
            states = smoothed.smoothed_state[: 3 * self.n].reshape(self.n, 3, self.n_months)
            step = states[:, :2] - self.log_rates
            moved = max(np.abs(step).max(), np.abs(states[:, 2] - self.stock).max())
            # Beyond a factor of e the products are far from linear.
            self.log_rates = self.log_rates + np.clip(step, -1.0, 1.0)
            self.stock = np.maximum(states[:, 2], 0.0)
            if moved < STILL:
                break
        return smoothed

    def weigh(self, scales: Array, correlations: Array) -> None:
        """Set the covariance of what moves the states.

        Parameters
        ----------
        scales : ndarray, shape (5,)
            Standard deviations: of both log rates by the year, of the noise of both flows of a month as a share of
            them, of adjustments by the year as a share of the stock.
        correlations : ndarray, shape (2,)
            Between the shocks to both log rates, and between the noise of both flows.
        """
        size = np.zeros((self.n, N_SHOCKS, self.n_months))
        size[:, :2] = scales[:2, None] / np.sqrt(12.0)
        size[:, 2:4, :-1] = np.where(self.masked[:, :, 1:], FREE, scales[2:4, None]) * self.flows
        size[:, 4, :-1] = scales[4] * self._at_risk()[:, :-1] / np.sqrt(12.0)
        size[:, 5:, :-1] = np.sqrt(self.flows / self.unit)
        load = self.loadings * size.reshape(N_SHOCKS * self.n, self.n_months)
        for first, correlation in zip((0, 2), correlations, strict=True):
            one, other = load[:, first::N_SHOCKS], load[:, first + 1 :: N_SHOCKS]
            load[:, first::N_SHOCKS], load[:, first + 1 :: N_SHOCKS] = (
                one + correlation * other,
                np.sqrt(1.0 - correlation**2) * other,
            )
        self.filter["state_cov"] = np.einsum("ist,jst->ijt", load, load)

    def _at_risk(self) -> Array:
        """Stock that flows are in proportion to; one entity at least, or an empty register stayed empty."""
        return np.maximum(self.stock, 1.0 / self.unit)

    def _observations(self, counts: pd.DataFrame, entity_types: Sequence[str]) -> tuple[Array, Array, Array]:
        """Every count on the row of its stock or of its cumulator, in the month in which it ends."""
        stocks = sorted({members_of(str(kind), entity_types) for kind in counts["entity_type"]})
        row_of = {row: len(stocks) + j for j, one in enumerate(self.sums) for row in one.rows}
        design = np.zeros((len(stocks) + len(self.sums), 3 * self.n + len(self.sums)))
        for place, members in enumerate(stocks):
            design[place, [3 * i + 2 for i in members]] = 1.0
        design[len(stocks) :, 3 * self.n :] = np.eye(len(self.sums))
        observed = np.full((len(design), self.n_months), np.nan)
        variance = np.ones_like(observed)
        for position, count in enumerate(rows_of(counts)):
            is_stock = count.measure == "stock"
            place = stocks.index(members_of(count.entity_type, entity_types)) if is_stock else row_of[position]
            column = count.end.ordinal - self.months[0]
            observed[place, column] = count.value / self.unit
            variance[place, column] = max(count.precision / self.unit, FINEST) ** 2 / 3.0
        return observed, variance, design

    def _linearise(self) -> None:
        """Transition, intercept and loadings of the shocks around the path."""
        n, k, last = self.n, self.filter.k_states, self.n_months - 1
        transition = np.zeros((k, k, self.n_months))
        intercept = np.zeros((k, self.n_months))
        loadings = np.zeros((k, N_SHOCKS * n, self.n_months))
        rate = self.season[:, 1:] * np.exp(self.log_rates[:, :, 1:])
        self.flows = rate * self._at_risk()[:, None, :-1]
        is_alive = self.stock[:, :-1] > 1.0 / self.unit
        # Next month's flow f of series i as a function of the states now, the shocks, and one.
        of_state, of_shock = np.zeros((n, 2, k, last)), np.zeros((n, 2, N_SHOCKS * n, last))
        of_one = self.flows * (~is_alive[:, None] - self.log_rates[:, :, 1:])
        for i in range(n):
            for f in range(2):
                of_state[i, f, 3 * i + f] = of_shock[i, f, N_SHOCKS * i + f] = self.flows[i, f]
                of_state[i, f, 3 * i + 2] = np.where(is_alive[i], rate[i, f], 0.0)
                of_shock[i, f, [N_SHOCKS * i + 2 + f, N_SHOCKS * i + 5 + f]] = 1.0
                transition[3 * i + f, 3 * i + f] = loadings[3 * i + f, N_SHOCKS * i + f] = 1.0
            transition[3 * i + 2, 3 * i + 2] = loadings[3 * i + 2, N_SHOCKS * i + 4] = 1.0
        into = [(3 * i + 2, 1.0, -1.0, i) for i in range(n)]
        into += [(j, *one.weights, i) for j, one in enumerate(self.sums, start=3 * n) for i in one.members]
        for j, one in enumerate(self.sums, start=3 * n):
            transition[j, j, :last] = [month not in one.starts for month in self.months[1:]]
        for row, *weights, i in into:
            for f, weight in enumerate(weights):
                transition[row, :, :last] += weight * of_state[i, f]
                loadings[row, :, :last] += weight * of_shock[i, f]
                intercept[row, :last] += weight * of_one[i, f]
        self.filter["transition"], self.filter["state_intercept"] = transition, intercept
        self.loadings = loadings
