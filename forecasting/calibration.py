"""Calibration: paths are rescaled by what earlier forecasts of the same panel got wrong, months and totals alike.

    a[i, p, h] = log total of months 1 ... h, less its median;   z = a / spread,   c = mean of z over series
    calibrated z = K[h] (z - c) + sigma sqrt(kappa^2 + K[h]^2 / n) T(c),   T: normal scores -> Student's t

A panel errs in two ways. What is of each series alone (z - c) shows at every origin with every series, and its factor K
is learnt from earlier finished origins, shrunk towards the factor shipped. What is common to all shows once an origin
and is rarely large: no panel's history tells its size, so kappa and the few degrees of freedom are shipped. Every path
keeps its rank, totals at the ends of `KNOTS` take exactly the calibrated value, and the months in between follow.

How the shipped values were learnt: docs/accuracy.md. Needs what was observed after at least one earlier origin to say
more than they do; Student's t for a scale known from few samples, Gelman et al. (2013), section 3.2.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, stdtrit

from forecasting.courses import Common, blocks, common_course, divided, month_scores, smoothed, total_scores

Array = NDArray[np.float64]

#: Factor on what is of each series alone where nothing was learnt, and the number of origins it counts for.
IDIOSYNCRATIC, PRIOR_ORIGINS = 0.8, 2.0
#: Scale of what is common to a panel, in units of what is not, and its degrees of freedom.
COMMON, DEGREES = 0.6, 4.0
#: Months after which an origin counts half.
HALF_LIFE = 48.0
#: Months of history at which projected growth counts half.
DRIFT_MONTHS = 8.0
#: Largest squared ratio of an error to its spread: one month of panic must not set the width of every year.
LARGEST_RATIO = 4.0
#: Values of one origin below which it does not count in full.
FULL_DEGREES = 8.0
#: Months at whose ends totals are met exactly; after the last, at the end of every year.
KNOTS = (1, 3, 6, 12)
#: Normal scores beyond which Student's t is held.
FURTHEST = 4.0
SEASON = 12


@dataclass(frozen=True, eq=False)
class Rehearsal:
    """How far one earlier forecast of a panel was off, in units of the spread it stated.

    Parameters
    ----------
    origin : int
        Column of the last month that forecast saw.
    totals : ndarray, shape (horizon,)
        Mean over series of the squared ratio for the total of months 1 ... h; NaN = not observed.
    rough : ndarray, shape (horizon,)
        The same for months around their smoothed course, from months 1 ... h; NaN below a year.
    degrees : float
        Independent values behind a mean.
    """

    origin: int
    totals: Array
    rough: Array
    degrees: float


@dataclass(frozen=True, eq=False)
class Factors:
    """By how much to rescale a panel's paths.

    Parameters
    ----------
    idiosyncratic : ndarray, shape (horizon,)
        K, on totals, for what is of each series alone.
    rough : float
        On months around their smoothed course.
    common : float
        kappa.
    n_origins : int
        Origins they were learnt from; 0 where they are those shipped.
    """

    idiosyncratic: Array
    rough: float = 1.0
    common: float = COMMON
    n_origins: int = 0


def rehearsal(paths: Array, observed: Array, *, origin: int, offset: Array, common: Common | None = None) -> Rehearsal:
    """Compare the paths of an earlier forecast with what came.

    Parameters
    ----------
    paths : ndarray, shape (n_series, n_paths, horizon)
        Not below 0.
    observed : ndarray, shape (n_series, horizon)
        NaN = not observed.
    origin : int
        Column of the last month seen.
    offset : ndarray, shape (n_series,)
        Added before a logarithm is taken: the smallest amount that matters (1 for a count).
    common : Common, optional
        Of the same paths, where it is known already.

    Returns
    -------
    Rehearsal
    """
    n, _, horizon = paths.shape
    ratio = np.full((n, horizon), np.nan)
    own = np.empty((n, horizon))
    rough_ratio = np.full((n, horizon), np.nan)
    came = np.log(np.cumsum(observed, axis=1) + offset[:, None])
    month = np.log(observed + offset[:, None])
    shared = (common_course(paths, offset) if common is None else common).totals
    for rows in blocks(paths.shape):
        score, centre, spread = total_scores(paths[rows], offset[rows])
        ratio[rows] = divided(came[rows] - centre, spread)
        own[rows] = (score - shared).var(axis=1)
        deviation, middle = month_scores(paths[rows], offset[rows])
        error = month[rows] - middle
        for h in range(SEASON, horizon + 1, SEASON):
            rough = deviation[:, :, :h] - smoothed(deviation[:, :, :h])
            missed = error[:, :h] - smoothed(error[:, :h])
            rough_ratio[rows, h - 1] = np.minimum(divided(missed**2, rough.var(axis=1)), LARGEST_RATIO).mean(axis=1)
    if n > 1:
        ratio = ratio - _mean(ratio)
    squared = np.minimum(divided(ratio**2, _mean(own) if n > 1 else np.ones(horizon)), LARGEST_RATIO)
    return Rehearsal(origin=origin, totals=_mean(squared), rough=_mean(rough_ratio), degrees=float(max(n - 1, 1)))


def learn(rehearsals: Iterable[Rehearsal], horizon: int, *, at: int, prior: float = IDIOSYNCRATIC) -> Factors:
    """Learn factors from what was finished by a month.

    Parameters
    ----------
    rehearsals : iterable of Rehearsal
        Those that begin at or after `at` tell nothing yet.
    horizon : int
        Months ahead.
    at : int
        Column of the last month known: months after it are not looked at.
    prior : float
        Factor where nothing was learnt.

    Returns
    -------
    Factors
    """
    total, weight = np.full(horizon, PRIOR_ORIGINS * prior**2), np.full(horizon, PRIOR_ORIGINS)
    rough, rough_weight, n_origins = PRIOR_ORIGINS, PRIOR_ORIGINS, 0
    for one in rehearsals:
        age = at - one.origin
        known = min(age, len(one.totals), horizon)
        seen = np.flatnonzero(~np.isnan(one.totals[: max(known, 0)]))
        if not seen.size:
            continue
        n_origins += 1
        counts = 0.5 ** (age / HALF_LIFE) * min(1.0, one.degrees / FULL_DEGREES)
        total[seen] += counts * one.totals[seen]
        weight[seen] += counts
        yearly = one.rough[:known][~np.isnan(one.rough[:known])]
        if yearly.size:
            rough += counts * float(yearly[-1])
            rough_weight += counts
    return Factors(
        # Neighbouring horizons share their errors; what jumps between them is chance.
        idiosyncratic=np.sqrt(smoothed(total / weight)),
        rough=float(np.sqrt(rough / rough_weight)),
        n_origins=n_origins,
    )


def calibrate(paths: Array, factors: Factors, *, offset: Array, common: Common | None = None) -> Array:
    """Rescale the paths of a panel.

    Parameters
    ----------
    paths : ndarray, shape (n_series, n_paths, horizon)
        Not below 0; path p of every series belongs to the same world.
    factors : Factors
        At least as long as the horizon.
    offset : ndarray, shape (n_series,)
    common : Common, optional
        As of `rehearsal`.

    Returns
    -------
    ndarray, shape (n_series, n_paths, horizon)
        Not below 0; what is 0 stays 0. Medians of totals stay where they were.
    """
    n, _, horizon = paths.shape
    factor = factors.idiosyncratic[:horizon]
    common = common_course(paths, offset) if common is None else common
    size, smooth_size = common.totals.std(axis=0), common.months.std(axis=0)
    # Of what the series have not in common, by a panel of many; a series alone is held to owe half to either.
    own = np.sqrt(np.maximum((1.0 - size**2) * n + 0.5, 0.0) / n)
    wanted = own * np.sqrt(factors.common**2 + factor**2 / n)
    shared = wanted * _student(divided(common.totals, size))
    smooth_shared = wanted * _student(divided(common.months, smooth_size))
    result = np.empty_like(paths)
    for rows in blocks(paths.shape):
        score, centre, spread = total_scores(paths[rows], offset[rows])
        total = np.exp(centre[:, None] + spread[:, None] * (factor * (score - common.totals) + shared))
        total = np.maximum(total - offset[rows][:, None, None], 0.0)
        deviation, _ = month_scores(paths[rows], offset[rows])
        smooth = smoothed(deviation)
        width = smooth.std(axis=1)[:, None]
        moved = width * (factor * (divided(smooth, width) - common.months) + smooth_shared)
        course = moved - smooth + (factors.rough - 1.0) * (deviation - smooth)
        result[rows] = _meet(paths[rows] * np.exp(course), total)
    return result


def shrink_drift(paths: Array, last_year: Array, *, months: int) -> Array:
    """Shrink projected growth towards none: the shorter the history, the less it can tell a trend.

        log growth x months / (months + 8), growth being the median of a projected year over the same months of the last

    Parameters
    ----------
    paths : ndarray, shape (n_series, n_paths, horizon)
    last_year : ndarray, shape (n_series, 12)
        The twelve months up to the origin, in order; NaN = not observed.
    months : int
        Length of the history.

    Returns
    -------
    ndarray, shape (n_series, n_paths, horizon)
        Unchanged where a series shows nothing to grow from.
    """
    n, _, horizon = paths.shape
    middle = np.median(paths, axis=1)
    is_known = ~np.isnan(last_year)
    at, growth = [(1.0 - SEASON) / 2.0], [np.zeros(n)]
    for start in range(0, horizon, SEASON):
        width = min(SEASON, horizon - start)
        if start and width < SEASON:
            break
        later = np.where(is_known[:, :width], middle[:, start : start + width], 0.0).sum(axis=1)
        base = np.where(is_known[:, :width], last_year[:, :width], 0.0).sum(axis=1)
        is_told = (later > 0) & (base > 0)
        growth.append(np.where(is_told, np.log(np.where(is_told, later, 1.0) / np.where(is_told, base, 1.0)), 0.0))
        at.append(start + (width + 1) / 2.0)
    ahead = np.arange(1, horizon + 1)
    course = np.stack([np.interp(ahead, at, [step[row] for step in growth]) for row in range(n)])
    slope = (growth[-1] - growth[-2]) / (at[-1] - at[-2])
    course += slope[:, None] * np.maximum(ahead - at[-1], 0.0)
    return np.asarray(paths * np.exp((months / (months + DRIFT_MONTHS) - 1.0) * course)[:, None])


def _meet(months: Array, total: Array) -> Array:
    """Scale the months between knots so that the totals (n, n_paths, horizon) at the knots are met."""
    horizon = months.shape[2]
    before, start = np.zeros(months.shape[:2]), 0
    for end in [*(knot for knot in KNOTS if knot < horizon), *range(2 * SEASON, horizon, SEASON), horizon]:
        part = months[:, :, start:end]
        held = part.sum(axis=2)
        # A total that falls below an earlier one cannot be met by counts: the months between are then all but empty.
        factor = np.clip(divided(total[:, :, end - 1] - before, held), 0.25, 4.0)
        part *= factor[:, :, None]
        before, start = before + held * factor, end
    return months


def _student(score: Array) -> Array:
    """Take normal scores to the quantiles of Student's t at the same ranks."""
    return np.asarray(stdtrit(DEGREES, ndtr(np.clip(score, -FURTHEST, FURTHEST))))


def _mean(values: Array) -> Array:
    """Mean over series of what was observed; NaN where nothing was."""
    count = (~np.isnan(values)).sum(axis=0)
    return np.asarray(np.divide(np.nansum(values, axis=0), count, out=np.full(count.shape, np.nan), where=count > 0))
