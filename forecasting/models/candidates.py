"""Candidate parameters of a batch model: one table for all series, spread evenly over the prior.

    u ~ scrambled Sobol sequence in [0, 1)^d,   parameter = prior quantile function (u)

Every candidate is tried on every series at once, and weighted there by its evidence; nothing is optimised, so nothing
can stop short or run away. Sobol (1967); Owen (1998) for the scrambling, whose seed is part of the model.
"""

from __future__ import annotations

import numpy as np
from scipy.stats import qmc

from forecasting.models.protocol import Array


def spread(n_candidates: int, dimensions: int, seed: int) -> list[Array]:
    """Return evenly spread points, a column a dimension, ordered by the first.

    Parameters
    ----------
    n_candidates : int
        A power of two keeps the spread even in every dimension.
    dimensions : int
    seed : int
        Of the scrambling.

    Returns
    -------
    list of ndarray, shape (n_candidates,)
        One a dimension, in [0, 1).
    """
    points = qmc.Sobol(dimensions, rng=np.random.default_rng(seed)).random(n_candidates)
    points = points[np.argsort(points[:, 0], kind="stable")]
    return [np.ascontiguousarray(points[:, dimension]) for dimension in range(dimensions)]


def log_uniform(u: Array, low: float, high: float) -> Array:
    """Quantiles of a log-uniform distribution between two positive numbers."""
    return np.asarray(low * (high / low) ** u)
