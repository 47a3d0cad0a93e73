"""Effects of the calendar and of events on every series of a panel, pooled over the panel and shrunk towards the pool.

    z_i = season + local level + X_i b_i + e_i,   b_i ~ N(b, T),   b ~ N(0, P)
    S_i = X_i' M X_i / s_i^2,   b_i | b = b + T (I + S_i T)^-1 (X_i' M z_i / s_i^2 - S_i b)

M takes out season and level (`forecasting.local_level`). T and, for the calendar, P are the likeliest of a grid that
holds 0 (empirical Bayes): where the panel shows no effect, none is used. What all series have in common in a month
counts once, not once a series: the pool's covariance is widened by the design effect of the residuals. Lindley & Smith
(1972), Bayes estimates for the linear model; Kish (1965), section 5.4. Fails where a regressor is nearly a season.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from forecasting.design import Regressor
from forecasting.errors import ModelError
from forecasting.local_level import choose_ratios, cut_errors, patterns, projector

Array = NDArray[np.float64]
Rows = NDArray[np.intp]

#: Standard deviations tried for the spread over series (T) and, for the calendar, of the pooled effect (P).
SPREADS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8)
SIZES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8)
#: Standard deviation of an event's effect before the data speak: what was declared is believed to be of some size.
EVENT_SIZE = 0.5
#: By how much series may differ in an effect, before the data speak: of the calendar, and of an event.
CALENDAR_SPREAD, EVENT_SPREAD = 0.1, 0.5
#: Months by which the noise of one series is shrunk to that of the panel.
NOISE_FREEDOM = 6.0
N_ROUNDS = 3
TINY = 1e-12


@dataclass(frozen=True, eq=False)
class Effects:
    """Estimated effects of regressors.

    Parameters
    ----------
    names : tuple of str
    values : ndarray, shape (n_regressors, n_series, n_months + horizon)
    n_months : int
        As far as the origin.
    pooled : ndarray, shape (n_regressors,)
        Effect on the logarithm when the regressor is 1, over all series.
    pooled_covariance : ndarray, shape (n_regressors, n_regressors)
    coefficients : ndarray, shape (n_series, n_regressors)
    inherited : ndarray, shape (n_series, n_regressors, n_regressors)
        How an error of the pooled effects passes to those of a series.
    own_covariance : ndarray, shape (n_series, n_regressors, n_regressors)
        Of the coefficients, the pooled effects being given.
    spread : ndarray, shape (n_regressors,)
        Standard deviation over series, the root of T.
    """

    names: tuple[str, ...]
    values: Array
    n_months: int
    pooled: Array
    pooled_covariance: Array
    coefficients: Array
    inherited: Array
    own_covariance: Array
    spread: Array

    @cached_property
    def covariance(self) -> Array:
        """Covariance of the coefficients of each series, shape (n_series, n_regressors, n_regressors)."""
        passed = self.inherited @ self.pooled_covariance @ self.inherited.transpose(0, 2, 1)
        return np.asarray(self.own_covariance + passed)

    @property
    def history(self) -> Array:
        """What the regressors added to the past, to be taken off before a model sees it, (n_series, n_months)."""
        return np.asarray(np.einsum("ik,kit->it", self.coefficients, self.values[:, :, : self.n_months]))

    @property
    def future(self) -> Array:
        """What they will add at the estimated effects, shape (n_series, horizon)."""
        return np.asarray(np.einsum("ik,kit->it", self.coefficients, self.values[:, :, self.n_months :]))

    def draw(self, n_paths: int, rows: Rows, seed: int) -> Array:
        """Draw coefficients for the paths of some series.

        Parameters
        ----------
        n_paths : int
        rows : ndarray of int, shape (n_rows,)
        seed : int
            What is drawn for a series depends on the seed and its row, not on the other rows drawn with it.

        Returns
        -------
        ndarray, shape (n_rows, n_paths, n_regressors)
            The second half of the paths mirrors the first, so the mean is that of the estimate. The pooled part is the
            same for all series of a path.
        """
        half, size = (n_paths + 1) // 2, len(self.names)
        shared = np.random.default_rng([seed, 0]).standard_normal((half, size)) @ _root(self.pooled_covariance).T
        deviation = np.einsum("ijk,pk->ipj", self.inherited[rows], shared)
        own = np.stack([np.random.default_rng([seed, int(row) + 1]).standard_normal((half, size)) for row in rows])
        deviation += np.einsum("ijk,ipk->ipj", _root(self.own_covariance[rows]), own)
        mirrored = np.concatenate([deviation, -deviation], axis=1)[:, :n_paths]
        return np.asarray(self.coefficients[rows][:, None] + mirrored)

    def added(self, n_paths: int, rows: Rows, seed: int) -> Array:
        """Draw what the regressors will add to the paths of some series.

        Parameters
        ----------
        n_paths : int
        rows : ndarray of int, shape (n_rows,)
        seed : int
            As `draw`.

        Returns
        -------
        ndarray, shape (n_rows, n_paths, horizon)
            On the models' scale.
        """
        future = self.values[:, rows, self.n_months :]
        return np.asarray(np.einsum("ipk,kit->ipt", self.draw(n_paths, rows, seed), future))


def estimate(z: Array, regressors: Sequence[Regressor], *, season: int = 12) -> Effects:
    """Estimate the effects of regressors on the series of a panel.

    Parameters
    ----------
    z : ndarray, shape (n_series, n_months)
        On the models' scale, as far as the origin; NaN = not observed.
    regressors : sequence of Regressor
        Their values cover the months of `z` and the future.
    season : int
        Months in a cycle.

    Returns
    -------
    Effects
        All effects are 0 where the history is no longer than a season.

    Raises
    ------
    ModelError
        If a regressor has other series than `z`, fewer months, or a value that is not finite.
    """
    n_months = z.shape[1]
    for each in regressors:
        if each.values.shape[0] != len(z) or each.values.shape[1] < n_months or not np.isfinite(each.values).all():
            raise ModelError(
                f"解释变量 {each.name} 的形状为 {each.values.shape}，应为（{len(z)}, 至少{n_months}），且全为有限的数。"
            )
    size = len(regressors)
    values = np.stack([each.values for each in regressors]) if size else np.zeros((0, *z.shape))
    past = values[:, :, :n_months].transpose(1, 0, 2)
    sums = _Sums(z, past, season)
    blocks = [
        np.array([each.block == name for each in regressors]) for name in dict.fromkeys(r.block for r in regressors)
    ]
    declared = np.array([each.is_declared for each in regressors], dtype=bool)
    spread, pooled, coefficients = np.zeros(size), np.zeros(size), np.zeros((len(z), size))
    for _ in range(N_ROUNDS if size else 0):
        information, score, design_effect = sums.at(coefficients)
        spread = _likeliest_spread(information, score, spread, blocks, declared)
        pooled, covariance = _pool(information, score, spread, design_effect, blocks, declared)
        # Where the panel as a whole shows no effect, what differs between series is noise.
        spread = np.where(np.diag(covariance) > 0, spread, 0.0)
        inherited = _inverse_sum(information, spread)
        # T (I + S T)^-1 is (I + T S)^-1 T, which stays finite where a series says nothing of a regressor.
        own = inherited * (spread**2)[None, None, :]
        own = 0.5 * (own + own.transpose(0, 2, 1))
        coefficients = pooled + np.einsum("ijk,ik->ij", own, score - information @ pooled)
    if not size:
        covariance, inherited, own = np.zeros((0, 0)), np.zeros((len(z), 0, 0)), np.zeros((len(z), 0, 0))
    return Effects(
        names=tuple(each.name for each in regressors),
        values=values,
        n_months=n_months,
        pooled=pooled,
        pooled_covariance=covariance,
        coefficients=coefficients,
        inherited=inherited,
        own_covariance=own,
        spread=spread,
    )


class _Sums:
    """Sums of squares and products with season and level taken out, gross errors cut at the effects known so far."""

    def __init__(self, z: Array, past: Array, season: int) -> None:
        self.z, self.past = z, past
        is_observed = ~np.isnan(z)
        ratios = choose_ratios(z, season)
        self.groups = [(rows, projector(is_observed[rows[0]], ratios, season)) for rows in patterns(is_observed)]
        self.products = np.zeros((len(z), past.shape[1], past.shape[1]))
        for rows, made in self.groups:
            self.products[rows] = past[rows] @ made.matrix @ past[rows].transpose(0, 2, 1)

    def at(self, coefficients: Array) -> tuple[Array, Array, float]:
        """Return S_i, X_i' M z_i / s_i^2 and the design effect, given coefficients (n_series, n_regressors)."""
        fitted = np.einsum("ik,ikt->it", coefficients, self.past)
        noise = np.full(len(self.z), np.nan)
        freedom = np.zeros(len(self.z))
        products, standard = np.zeros(coefficients.shape), np.zeros(self.z.shape)
        for rows, made in self.groups:
            cut, noise[rows] = cut_errors(self.z[rows] - fitted[rows], made)
            freedom[rows] = made.freedom
            products[rows] = np.einsum("ikt,it->ik", self.past[rows] @ made.matrix, cut + fitted[rows])
            root = np.sqrt(made.weight)
            standard[rows] = np.divide(cut @ made.matrix, root, out=np.zeros(cut.shape), where=root > 0)
        usual = float(np.nanmedian(noise)) if np.isfinite(noise).any() else 1.0
        shared = (freedom * np.nan_to_num(noise) ** 2 + NOISE_FREEDOM * usual**2) / (freedom + NOISE_FREEDOM)
        precision = np.where(freedom > 0, 1.0 / np.maximum(shared, TINY), 0.0)
        scaled = standard * np.sqrt(precision)[:, None]
        # Months, not series, tell what moves them all: few of them leave the common noise itself uncertain.
        told = float(np.median(freedom))
        small = told / max(told - coefficients.shape[1] - 2.0, 1.0) if told > 0 else 1.0
        return self.products * precision[:, None, None], products * precision[:, None], _design_effect(scaled) * small


def _design_effect(standard: Array) -> float:
    """How many times the variance of a mean over series exceeds that of independent series, at least 1."""
    told = standard != 0.0
    count = told.sum(axis=0)
    months = count > 0
    own = (standard**2).sum(axis=0)[months]
    return max(1.0, float((standard.sum(axis=0)[months] ** 2).sum() / max(own.sum(), TINY)))


def _inverse_sum(information: Array, spread: Array) -> Array:
    """Return (I + T S_i)^-1, shape (n_series, n_regressors, n_regressors)."""
    return np.asarray(np.linalg.inv(np.eye(len(spread)) + (spread**2)[:, None] * information))


def _weights(information: Array, score: Array, spread: Array) -> tuple[Array, Array]:
    """Return the sums over series of W_i = (S_i^-1 + T)^-1 and of W_i S_i^-1 (X' M z / s^2)."""
    passed = _inverse_sum(information, spread).transpose(0, 2, 1)
    return (passed @ information).sum(axis=0), np.einsum("ijk,ik->j", passed, score)


def _likeliest_spread(
    information: Array, score: Array, spread: Array, blocks: Sequence[Array], declared: NDArray[np.bool_]
) -> Array:
    """Choose T a block at a time, the pooled effects profiled out."""
    if len(information) < 2:
        return np.zeros_like(spread)
    for mine in blocks:
        best, usual = -np.inf, EVENT_SPREAD if declared[mine].any() else CALENDAR_SPREAD
        for size in SPREADS:
            trial = np.where(mine, size, spread)
            total, weighted = _weights(information, score, trial)
            pooled = np.linalg.lstsq(total, weighted, rcond=None)[0]
            passed = _inverse_sum(information, trial)
            left = score - information @ pooled
            gain = np.einsum("ij,ijk,k,ik->", left, passed, trial**2, left)
            # What is left after the pooled effect: left' b is its share of the fit.
            fit = float(2.0 * (score @ pooled).sum() - np.einsum("j,ijk,k->", pooled, information, pooled))
            likelihood = 0.5 * (float(gain) + fit + float(np.linalg.slogdet(passed)[1].sum()) - (size / usual) ** 2)
            if likelihood > best + 1e-9:
                best, chosen = likelihood, trial
        spread = chosen
    return spread


def _pool(
    information: Array,
    score: Array,
    spread: Array,
    design_effect: float,
    blocks: Sequence[Array],
    declared: NDArray[np.bool_],
) -> tuple[Array, Array]:
    """Return the pooled effects and their covariance; P is chosen a block at a time, an event's is given."""
    total, weighted = _weights(information, score, spread)
    total, weighted = total / design_effect, weighted / design_effect
    prior = np.where(declared, EVENT_SIZE, 0.0)
    for mine in (block for block in blocks if not declared[block].any()):
        best = -np.inf
        for size in SIZES:
            trial = np.where(mine, size, prior)
            passed = np.linalg.inv(np.eye(len(prior)) + (trial**2)[:, None] * total)
            gain = float(weighted @ passed @ (trial**2 * weighted))
            likelihood = 0.5 * (gain + float(np.linalg.slogdet(passed)[1]))
            if likelihood > best + 1e-9:
                best, chosen = likelihood, trial
        prior = chosen
    covariance = np.linalg.inv(np.eye(len(prior)) + (prior**2)[:, None] * total) * prior**2
    covariance = 0.5 * (covariance + covariance.T)
    return covariance @ weighted, covariance


def _root(covariance: Array) -> Array:
    """Return a root R, R R' = covariance, of matrices that may be singular."""
    size, direction = np.linalg.eigh(covariance)
    return np.asarray(direction * np.sqrt(np.maximum(size, 0.0))[..., None, :])
