"""Months of small counts drawn as counts: negative binomial around the course of each path, its dispersion pooled.

    count[h] ~ Poisson(mu[h] G[h]),   G ~ Gamma with mean 1 and variance alpha;   the total of each year is kept

A Poisson draw of a gamma intensity is negative binomial, with variance mu + alpha mu^2 (Hilbe 2011, chapter 8). mu is a
path's smoothed course, and G has the rank of what the month differed from it by, so that series stay as dependent as
they were; what is left is independent, as counting is. alpha is a series' own by moments, shrunk towards the panel's.
Given a year's total a negative binomial only says how it falls on the months: totals, hence what is calibrated, stay.
On real months of 5 to 50 a month scores are better than with log-normal noise (docs/accuracy.md).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from forecasting.courses import blocks, divided, month_scores, smoothed

Array = NDArray[np.float64]

#: Counts a month above which a log-normal month cannot be told from a negative binomial one.
SMALL = 50.0
#: Counts a month at which a series tells half of its dispersion, the panel the other half.
HALF_KNOWN = 10.0
#: Variance, as a share of a Poisson's, below which months are not counts of independent events.
STEADY = 0.5
#: Dispersions held between: next to Poisson, and exponential intensities.
NARROWEST, WIDEST = 1e-4, 1.0
#: Intensities beyond which counting adds nothing.
CERTAIN = 1e6
YEAR = 12


def count_months(paths: Array, rng: np.random.Generator) -> Array:
    """Draw the months of series of small counts.

    Parameters
    ----------
    paths : ndarray, shape (n_series, n_paths, horizon)
        Entities, not below 0.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray, shape (n_series, n_paths, horizon)
        Rows with more than `SMALL` entities a month, or steadier than counts are, as they were. In the others every
        year from the origin (the last may be shorter) has the total it had on every path.
    """
    small = np.flatnonzero(np.median(paths.mean(axis=2), axis=1) < SMALL)
    if not small.size:
        return paths
    shape = (len(small), *paths.shape[1:])
    found = [_moments(paths[small[rows]]) for rows in blocks(shape)]
    alpha, size, over_poisson = (np.concatenate(part) for part in zip(*found, strict=True))
    dispersion = np.clip(_pooled(alpha, size / (size + HALF_KNOWN)), NARROWEST, WIDEST)
    result = paths.copy()
    for rows in blocks(shape):
        # Months steadier than counting would leave them are no independent events, such as a quota met every month.
        is_counted = over_poisson[rows] > STEADY
        own = small[rows][is_counted]
        result[own] = _drawn(paths[own], dispersion[rows][is_counted], rng)
    return result


def _moments(counts: Array) -> tuple[Array, Array, Array]:
    """Return dispersion by moments, mean and variance over a Poisson's of each series.

    On the log scale var log(1 + y) = (mu + alpha mu^2) / (1 + mu)^2.
    """
    latent, rough = _split(counts)
    mean = latent.mean(axis=1)
    variance = rough.var(axis=1) * (1.0 + mean) ** 2
    alpha = np.maximum(divided(variance - mean, mean**2), 0.0)
    # A month of next to nothing says next to nothing.
    weight = mean / (1.0 + mean)
    dispersion = divided((alpha * weight).sum(axis=1), weight.sum(axis=1))
    return dispersion, mean.mean(axis=1), divided(variance.sum(axis=1), mean.sum(axis=1))


def _pooled(alpha: Array, trust: Array) -> Array:
    """Shrink each series towards the panel's mean by how far it is to be trusted."""
    panel = divided(np.array([(alpha * trust).sum()]), np.array([trust.sum()]))
    return np.asarray(trust * alpha + (1.0 - trust) * panel)


def _split(counts: Array) -> tuple[Array, Array]:
    """Course of each path in entities, and what its months differ from it by on the log scale."""
    deviation, middle = month_scores(counts, np.ones(len(counts)))
    smooth = smoothed(deviation)
    return np.maximum(np.exp(middle[:, None] + smooth) - 1.0, 0.0), deviation - smooth


def _drawn(counts: Array, alpha: Array, rng: np.random.Generator) -> Array:
    """Negative binomial months with the yearly totals they had."""
    latent, rough = _split(counts)
    rank = divided(rough, rough.std(axis=1)[:, None])
    # Quantile of a gamma with shape 1 / alpha, Wilson & Hilferty (1931).
    third = (np.sqrt(alpha) / 3.0)[:, None, None]
    intensity = latent * np.maximum(1.0 - third**2 + third * rank, 0.0) ** 3
    # A logarithm's middle is below its mean: the mean of a month over paths stays.
    intensity *= divided(counts.mean(axis=1), intensity.mean(axis=1))[:, None]
    drawn = np.where(intensity < CERTAIN, rng.poisson(np.minimum(intensity, CERTAIN)), intensity)
    for start in range(0, counts.shape[2], YEAR):
        year = slice(start, start + YEAR)
        had, has = (part[:, :, year].sum(axis=2) for part in (counts, drawn))
        # Where nothing was drawn there is nothing to scale.
        drawn[:, :, year] = np.where(
            (has > 0)[:, :, None], drawn[:, :, year] * divided(had, has)[:, :, None], counts[:, :, year]
        )
    return np.asarray(drawn)
