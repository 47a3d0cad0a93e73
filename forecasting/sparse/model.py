"""Monthly entries, exits and stock behind a few counts: a state space with missing months, sums and rounding.

    b[t] = b[t-1] + sigma_b u[t],  d[t] = d[t-1] + sigma_d v[t]                       log rates, random walks
    E[t] = s[t] exp(b[t]) S[t-1] + noise,  X[t] = z[t] exp(d[t]) S[t-1] + noise       s, z: season, mean 1
    S[t] = S[t-1] + E[t] - X[t] + adjustment[t]
    observed: S[t], and the sum of E, X or E - X over the months of a period, each with rounding variance p^2 / 3

The products are made linear around the last smoothed path until it stands still (iterated extended Kalman smoother,
Bell 1994). With few counts the priors below decide, and widely; it fails where a series has no stock at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from forecasting.panel import Array
from forecasting.sparse.cumulators import cumulators, members_of
from forecasting.sparse.season import Season

#: Yearly entries over stock: 0.194, 0.184 and 0.183 for the country in 2018, 2020 and 2023 (published counts).
ENTRY_RATE = 0.185
#: Exits over entries: net over new is 0.62 to 0.74 (published ratios of 2019 and 2020).
EXIT_SHARE = 0.32
#: Standard deviations of the log rates among areas before anything is known of one: growth of 3 to 30 % a year, which
#: holds the country's 8 to 13 and 临汾市's 30.
RATE_SPREADS = (0.4, 0.6)
#: Standard deviations: of b and d by the year, of the noise of a month's entries and exits, of adjustments by the year.
SCALES = ("entry_level", "exit_level", "entry_noise", "exit_noise", "adjustment")
@dataclass(frozen=True, eq=False)
class Prior:
    """What is known of the scales before the counts.

    Parameters
    ----------
    mean, spread : ndarray, shape (6,)
        Of a normal distribution of their logarithms, and of the inverse hyperbolic tangent of the correlation.
    """

    mean: Array
    spread: Array


SCALE_PRIOR = np.array([*np.log([0.2, 0.3, 0.15, 0.2, 0.001]), 0.0])
SCALE_PRIOR_SPREAD = np.array([0.6, 0.7, 0.6, 0.7, 1.0, 0.5])
MOST_ROUNDS = 30
STILL = 1e-5
#: Share of the largest count below which no figure is taken to be known: keeps the filter's arithmetic sound.
FINEST = 1e-6


@dataclass(frozen=True, eq=False)
class Smoothed:
    """What the counts of one area say of its series.

    Parameters
    ----------
    mean : ndarray, shape (n_series, 3)
        Log rates of entries and exits (a month, season aside) and stock at the end of the last month.
    covariance : ndarray, shape (3 n_series, 3 n_series)
        Of the same, series by series.
    log_scales : ndarray, shape (5,)
        Logarithms of `SCALES`, most probable values.
    log_scales_covariance : ndarray, shape (5, 5)
    stock : ndarray, shape (n_series, n_months)
        Most probable stock of every month.
    """

    mean: Array
    covariance: Array
    log_scales: Array
    log_scales_covariance: Array
    stock: Array


def smooth_counts(
    counts: pd.DataFrame, entity_types: Sequence[str], *, months: pd.PeriodIndex, season: Season, prior: Prior = None
) -> Smoothed:
    prior = prior or Prior(SCALE_PRIOR, SCALE_PRIOR_SPREAD)
    """Estimate the series of one area from all its counts.

    Parameters
    ----------
    counts : pandas.DataFrame
        Of one area, as `check_counts` returns them, index 0 .. n - 1. Counts of a type that is not among
        `entity_types` are of the sum of all of them.
    entity_types : sequence of str
        The series to estimate.
    months : pandas.PeriodIndex
        From the end of which the first flow is counted, or that of the first stock, to the origin.
    season : Season

    Returns
    -------
    Smoothed
    """
    system = _System(counts, entity_types, months, season, prior)
    log_scales = prior.mean.copy()
    for _ in range(2):
        system.relinearise(log_scales)
        log_scales = minimize(system.cost, log_scales, method="L-BFGS-B", options={"maxiter": 25}).x
    smoothed = system.relinearise(log_scales)
    n = len(entity_types)
    unit = np.tile([1.0, 1.0, system.unit], n)
    return Smoothed(
        mean=(smoothed.smoothed_state[: 3 * n, -1] * unit).reshape(n, 3),
        covariance=smoothed.smoothed_state_cov[: 3 * n, : 3 * n, -1] * np.outer(unit, unit),
        log_scales=log_scales,
        log_scales_covariance=system.scales_covariance(log_scales),
        stock=system.stock * system.unit,
    )


class _System:
    """The linear system of one area around a path of its rates and stock, in units of its largest count."""

    def __init__(
        self, counts: pd.DataFrame, entity_types: Sequence[str], months: pd.PeriodIndex, season: Season, prior: Prior
    ) -> None:
        self.prior = prior
        # statsmodels takes longer to import than most jobs take that only read a projection.
        from statsmodels.tsa.statespace.kalman_smoother import KalmanSmoother

        n, self.n_months = len(entity_types), len(months)
        self.n = n
        self.unit = max(1.0, float(counts["value"].abs().max()))
        calendar = np.asarray(months.month) - 1
        self.season = np.stack([season.entries[calendar], season.exits[calendar]])
        self.sums = cumulators(counts, entity_types)
        self.months = np.array([month.ordinal for month in months])
        self.stock = first_path(counts, entity_types, months) / self.unit
        rates = np.log([ENTRY_RATE / 12.0, EXIT_SHARE * ENTRY_RATE / 12.0])
        self.rates = np.tile(rates[None, :, None], (n, 1, self.n_months))
        observed, variance, design = self._observations(counts, entity_types)
        self.filter = KalmanSmoother(
            k_endog=len(observed), k_states=design.shape[1], k_posdef=design.shape[1], filter_univariate=True
        )
        self.filter.bind(np.ascontiguousarray(observed.T))
        self.filter["selection"] = np.eye(design.shape[1])
        self.filter["design"] = design
        self.filter["obs_cov"] = np.stack([np.diag(column) for column in variance.T], axis=2)
        mean = np.zeros(design.shape[1])
        spread = np.zeros(design.shape[1])
        mean[: 3 * n] = np.column_stack([np.tile(rates, (n, 1)), self.stock[:, 0]]).ravel()
        # Half of what it is guessed to be: the counts say what the first stock was, not the guess.
        spread[: 3 * n] = np.column_stack([np.tile(RATE_SPREADS, (n, 1)), 0.5 * self._at_risk()[:, 0]]).ravel()
        self.filter.initialize_known(mean, np.diag(spread**2))

    def _at_risk(self) -> Array:
        """Stock that entries and exits are in proportion to; one entity at least, or an empty county stayed empty."""
        return np.maximum(self.stock, 1.0 / self.unit)

    def _observations(self, counts: pd.DataFrame, entity_types: Sequence[str]) -> tuple[Array, Array, Array]:
        """Every count on the row of its stock or of its cumulator, in the month in which it ends."""
        n = self.n
        stocks = sorted({members_of(str(kind), entity_types) for kind in counts["entity_type"]})
        row_of = {row: len(stocks) + j for j, one in enumerate(self.sums) for row in one.rows}
        design = np.zeros((len(stocks) + len(self.sums), 3 * n + len(self.sums)))
        for row, members in enumerate(stocks):
            design[row, [3 * i + 2 for i in members]] = 1.0
        design[len(stocks) :, 3 * n :] = np.eye(len(self.sums))
        observed = np.full((len(design), self.n_months), np.nan)
        variance = np.ones_like(observed)
        for row in counts.itertuples():
            place = row_of.get(row.Index, -1)
            if place < 0:
                place = stocks.index(members_of(str(row.entity_type), entity_types))
            column = row.end.ordinal - self.months[0]
            observed[place, column] = row.value / self.unit
            variance[place, column] = max(row.precision / self.unit, FINEST) ** 2 / 3.0
        return observed, variance, design

    def relinearise(self, log_scales: Array):  # noqa: ANN201
        """Smooth and linearise again until the path stands still."""
        for _ in range(MOST_ROUNDS):
            self._linearise()
            self._set_scales(log_scales)
            smoothed = self.filter.smooth()
            states = smoothed.smoothed_state[: 3 * self.n].reshape(self.n, 3, self.n_months)
            moved = max(np.abs(states[:, :2] - self.rates).max(), np.abs(states[:, 2] - self.stock).max())
            # A step beyond e is cut: the products are far from linear there.
            self.rates = self.rates + np.clip(states[:, :2] - self.rates, -1.0, 1.0)
            self.stock = np.maximum(states[:, 2], 0.0)
            if moved < STILL:
                break
        return smoothed

    def _linearise(self) -> None:
        """Transition, intercept and loadings of the shocks around the path."""
        n, k, last = self.n, self.filter.k_states, self.n_months - 1
        transition = np.zeros((k, k, self.n_months))
        intercept = np.zeros((k, self.n_months))
        selection = np.zeros((k, 5 * n, self.n_months))
        hazard = self.season[:, 1:] * np.exp(self.rates[:, :, 1:])
        before = self._at_risk()[:, :-1]
        self.flows = hazard * before[:, None, :]
        # An entry and an exit of series i next month, as functions of the state now, the shocks and 1.
        of_state, of_shock, of_one = np.zeros((n, 2, k, last)), np.zeros((n, 2, 5 * n, last)), np.zeros((n, 2, last))
        for i in range(n):
            for f in range(2):
                flow = self.flows[i, f]
                of_state[i, f, 3 * i + f] = of_shock[i, f, 5 * i + f] = flow
                alive = self.stock[i, :-1] > 1.0 / self.unit
                of_state[i, f, 3 * i + 2] = np.where(alive, hazard[i, f], 0.0)
                of_shock[i, f, 5 * i + 2 + f] = 1.0
                of_one[i, f] = flow * np.where(alive, 0.0, 1.0) - flow * self.rates[i, f, 1:]
            for f in range(2):
                transition[3 * i + f, 3 * i + f] = 1.0
                selection[3 * i + f, 5 * i + f] = 1.0
            transition[3 * i + 2, 3 * i + 2] = 1.0
            transition[3 * i + 2, :, :last] += of_state[i, 0] - of_state[i, 1]
            selection[3 * i + 2, :, :last] = of_shock[i, 0] - of_shock[i, 1]
            selection[3 * i + 2, 5 * i + 4] = 1.0
            intercept[3 * i + 2, :last] = of_one[i, 0] - of_one[i, 1]
        for j, one in enumerate(self.sums, start=3 * n):
            transition[j, j, :last] = [month not in one.starts for month in self.months[1:]]
            for i in one.members:
                for f, weight in enumerate(one.weights):
                    transition[j, :, :last] += weight * of_state[i, f]
                    selection[j, :, :last] += weight * of_shock[i, f]
                    intercept[j, :last] += weight * of_one[i, f]
        self.filter["transition"], self.filter["state_intercept"] = transition, intercept
        self.loadings = selection

    def _set_scales(self, log_scales: Array) -> None:
        scales = np.exp(log_scales[:5])
        together = np.tanh(log_scales[5])
        spread = np.zeros((self.n, 5, self.n_months))
        spread[:, :2] = scales[:2, None] / np.sqrt(12.0)
        # Noise in proportion, and that of counting.
        noise = scales[2:4, None] * self.flows
        spread[:, 2:4, :-1] = noise
        spread[:, 4, :-1] = scales[4] * self._at_risk()[:, :-1] / np.sqrt(12.0)
        load = self.loadings * spread.reshape(5 * self.n, self.n_months)
        mixed = load.copy()
        for first, second in ((0, 1), (2, 3)):
            mixed[:, first::5] = load[:, first::5] + together * load[:, second::5]
            mixed[:, second::5] = np.sqrt(1.0 - together**2) * load[:, second::5]
        counting = np.zeros((self.n, 5, self.n_months))
        counting[:, 2:4, :-1] = np.sqrt(self.flows / self.unit)
        load = np.concatenate([mixed, self.loadings * counting.reshape(5 * self.n, self.n_months)], axis=1)
        self.filter["state_cov"] = np.einsum("ist,jst->ijt", load, load)

    def cost(self, log_scales: Array) -> float:
        """Return minus the log posterior of the scales, around the path held."""
        self._set_scales(log_scales)
        return float(-self.filter.loglike() + 0.5 * np.sum(((log_scales - self.prior.mean) / self.prior.spread) ** 2))

    def scales_covariance(self, log_scales: Array) -> Array:
        """Covariance of the scales by Laplace's approximation; never wider than the prior."""
        from statsmodels.tools.numdiff import approx_hess

        values, vectors = np.linalg.eigh(approx_hess(log_scales, self.cost))
        floor = 1.0 / self.prior.spread.max() ** 2
        return np.asarray((vectors / np.maximum(values, floor)) @ vectors.T)


def first_path(counts: pd.DataFrame, entity_types: Sequence[str], months: pd.PeriodIndex) -> Array:
    """Guess the stock of every month: between two counts in equal ratios, before and after at the pooled growth.

    Parameters
    ----------
    counts : pandas.DataFrame
    entity_types : sequence of str
        Each with a stock.
    months : pandas.PeriodIndex

    Returns
    -------
    ndarray, shape (n_series, n_months)
    """
    growth = ENTRY_RATE * (1.0 - EXIT_SHARE) / 12.0
    column = np.arange(len(months))
    paths = []
    for kind in entity_types:
        own = counts[(counts["entity_type"] == kind) & (counts["measure"] == "stock")].sort_values("end")
        at = np.array([month.ordinal - months[0].ordinal for month in own["end"]])
        value = np.log(np.maximum(own["value"].to_numpy(dtype=float), 1.0))
        outside = growth * (np.minimum(column - at[0], 0) + np.maximum(column - at[-1], 0))
        paths.append(np.exp(np.interp(column, at, value) + outside))
    return np.array(paths)


def pooled_prior(areas: Sequence[Smoothed]) -> Prior:
    """Move the prior of the scales towards what the areas of the panel have in common, n / (n + 2) of the way.

    Parameters
    ----------
    areas : sequence of Smoothed

    Returns
    -------
    Prior
    """
    found = np.array([one.log_scales for one in areas])
    trust = len(found) / (len(found) + 2.0)
    mean = trust * found.mean(axis=0) + (1.0 - trust) * SCALE_PRIOR
    variance = trust * found.var(axis=0) + (1.0 - trust) * SCALE_PRIOR_SPREAD**2
    return Prior(mean, np.sqrt(variance))
