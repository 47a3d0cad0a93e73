"""What is left of a series once its season and its local level are taken out, and how sure that is.

    z[t] = level[t] + season[t] + e[t],   Var(level step) = a Var(e),   Var(season step a year) = b Var(e)
    M = V^-1 - V^-1 D (D' V^-1 D)^-1 D' V^-1,   V = I + a min(s, t) + b [same month] min(years)

D holds a column a calendar month, so M leaves nothing of any constant and any fixed season. M z / diag(M) is the error
of predicting each month from all others (de Jong 1988), with variance Var(e) / diag(M): gross errors show there even
where they would pull the level towards themselves. Harvey (1989), sections 2.3 and 3.4. Needs a few months more than a
season; with fewer nothing is left, and M is 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: Ratios of variance that are tried for level and season.
LEVEL_RATIOS = (0.0, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
SEASON_RATIOS = (0.0, 0.01, 0.05)
#: Series on which the ratios are chosen, spread evenly over the panel.
N_CHOOSING = 64
#: Leave-one-out errors are cut at so many standard deviations, as many times over.
CUT, N_CUTS = 3.0, 3
#: Logarithms of the months that a change of level must gain in twice the likelihood: Yao (1988), for date and size.
SHIFT_COST = 3.0
#: Makes the median absolute deviation a standard deviation where the noise is normal.
CONSISTENT = 1.4826


@dataclass(frozen=True)
class Ratios:
    """Variance of the steps of level and season as multiples of the noise's.

    Parameters
    ----------
    level, season : float
    """

    level: float
    season: float


@dataclass(frozen=True)
class Projector:
    """The matrix M of series that miss the same months.

    Parameters
    ----------
    matrix : ndarray, shape (n_months, n_months)
        Symmetric; 0 in rows and columns of missing months.
    freedom : int
        Months that say something beyond season and level, at least 0.
    log_determinant : float
        log |V| + log |D' V^-1 D|, for the restricted likelihood.
    """

    matrix: Array
    freedom: int
    log_determinant: float

    @property
    def weight(self) -> Array:
        """Diagonal of the matrix, shape (n_months,): what each month says for itself; 0 where nothing."""
        diagonal = np.diag(self.matrix)
        return np.where(diagonal > 1e-6, diagonal, 0.0)


def projector(is_observed: Flags, ratios: Ratios, season: int = 12) -> Projector:
    """Make M for one pattern of observed months.

    Parameters
    ----------
    is_observed : ndarray of bool, shape (n_months,)
    ratios : Ratios
    season : int
        Months in a cycle.

    Returns
    -------
    Projector
    """
    seen = np.flatnonzero(is_observed)
    matrix = np.zeros((len(is_observed), len(is_observed)))
    phases = np.unique(seen % season)
    freedom = len(seen) - len(phases)
    if freedom <= 0:
        return Projector(matrix, 0, 0.0)
    is_same = (seen[:, None] - seen[None, :]) % season == 0
    variance = np.eye(len(seen)) + ratios.level * np.minimum(seen[:, None], seen[None, :])
    variance += ratios.season * is_same * np.minimum(seen[:, None], seen[None, :]) / season
    dummies = (seen[:, None] % season == phases[None, :]).astype(float)
    inverse = np.linalg.inv(variance)
    weighted = inverse @ dummies
    information = dummies.T @ weighted
    matrix[np.ix_(seen, seen)] = inverse - weighted @ np.linalg.solve(information, weighted.T)
    size = np.linalg.slogdet(variance)[1] + np.linalg.slogdet(information)[1]
    return Projector(matrix, freedom, float(size))


def patterns(is_observed: Flags) -> Iterator[NDArray[np.intp]]:
    """Group series that miss the same months.

    Parameters
    ----------
    is_observed : ndarray of bool, shape (n_series, n_months)

    Yields
    ------
    ndarray of int
        Rows of one group.
    """
    _, group = np.unique(is_observed, axis=0, return_inverse=True)
    for number in range(int(group.max(initial=-1)) + 1):
        yield np.flatnonzero(group.ravel() == number)


def choose_ratios(z: Array, season: int = 12) -> Ratios:
    """Choose the ratios by the restricted likelihood of the whole panel.

    Parameters
    ----------
    z : ndarray, shape (n_series, n_months)
        NaN = not observed; on a scale on which level and season add up.
    season : int

    Returns
    -------
    Ratios
        Those under which the panel is likeliest; every series has its own noise, and at most one change of level of its
        own.
    """
    some = z[np.unique(np.linspace(0, len(z) - 1, min(N_CHOOSING, len(z))).astype(int))]
    is_observed = ~np.isnan(some)
    best, chosen = -np.inf, Ratios(LEVEL_RATIOS[0], SEASON_RATIOS[0])
    for level in LEVEL_RATIOS:
        for turning in SEASON_RATIOS:
            ratios, likelihood = Ratios(level, turning), 0.0
            for rows in patterns(is_observed):
                made = projector(is_observed[rows[0]], ratios, season)
                if made.freedom:
                    part = np.nan_to_num(some[rows])
                    squares = np.maximum(((part @ made.matrix) * part).sum(axis=1), 1e-12)
                    plain = made.freedom * np.log(squares)
                    # One change of level for good is no evidence of a level that always moves.
                    score, information = _step_scores(part, made)
                    gain = (score**2 / np.where(information > 1e-6, information, np.inf)).max(axis=1)
                    shifted = made.freedom * np.log(np.maximum(squares - gain, 1e-12)) + SHIFT_COST * np.log(z.shape[1])
                    likelihood -= 0.5 * float((np.minimum(plain, shifted) + made.log_determinant).sum())
            if likelihood > best:
                best, chosen = likelihood, ratios
    return chosen


def cut_errors(z: Array, made: Projector) -> tuple[Array, Array]:
    """Bring gross errors of some series back to what their noise allows.

    Parameters
    ----------
    z : ndarray, shape (n_rows, n_months)
        All missing the same months; effects of regressors taken off.
    made : Projector
        Of these months.

    Returns
    -------
    cut : ndarray, shape (n_rows, n_months)
        0 where not observed.
    noise : ndarray, shape (n_rows,)
        Standard deviation of e once gross errors are cut; NaN where no month says anything.
    """
    cut = np.nan_to_num(z)
    root = np.sqrt(made.weight)
    tells = root > 0
    if not tells.any():
        return cut, np.full(len(z), np.nan)
    for _ in range(N_CUTS):
        standard = (cut @ made.matrix)[:, tells] / root[tells]
        bound = CUT * np.maximum(CONSISTENT * np.median(np.abs(standard), axis=1, keepdims=True), 1e-6)
        cut[:, tells] -= (standard - np.clip(standard, -bound, bound)) / root[tells]
    noise = np.sqrt(np.maximum(((cut @ made.matrix) * cut).sum(axis=1) / made.freedom, 1e-12))
    return cut, noise


def level_shifts(z: Array, season: int = 12) -> tuple[Array, Array]:
    """Estimate, for each month, a change of level that begins with it and stays.

        size[t] = s_t' M z / s_t' M s_t,   s_t = 0 before t and 1 from t on

    Parameters
    ----------
    z : ndarray, shape (n_series, n_months)
        On a scale on which level and season add up; NaN = not observed. Gross errors of single months are cut first.
    season : int

    Returns
    -------
    size : ndarray, shape (n_series, n_months)
        NaN where no shift can be told from season and level.
    standard_error : ndarray, same shape
        With the noise and the usual movement of the level as they are when this one shift is taken off.

    References
    ----------
    de Jong & Penzer (1998), Diagnosing shocks in time series.
    """
    size, error = np.full(z.shape, np.nan), np.full(z.shape, np.nan)
    if not z.size:
        return size, error
    ratios, is_observed = choose_ratios(z, season), ~np.isnan(z)
    for rows in patterns(is_observed):
        made = projector(is_observed[rows[0]], ratios, season)
        if made.freedom < 2:
            continue
        cut, noise = cut_errors(z[rows], made)
        score, information = _step_scores(cut, made)
        tells = information > 1e-6
        score = score[:, tells]
        left = (noise**2 * made.freedom)[:, None] - score**2 / information[tells]
        spread = np.sqrt(np.maximum(left, 1e-12) / (made.freedom - 1))
        places = np.ix_(rows, np.flatnonzero(tells))
        size[places] = score / information[tells]
        error[places] = spread / np.sqrt(information[tells])
    return size, error


def _step_scores(z: Array, made: Projector) -> tuple[Array, Array]:
    """Return s_t' M z of each month, shape (n_rows, n_months), and s_t' M s_t, shape (n_months,)."""
    # A sum from t on over rows, and over columns, is what a step picks out of M.
    score = np.cumsum((z @ made.matrix)[:, ::-1], axis=1)[:, ::-1]
    corner = np.cumsum(np.cumsum(made.matrix[::-1, ::-1], axis=0), axis=1)[::-1, ::-1]
    return score, np.diag(corner)
