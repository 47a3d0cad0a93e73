"""Joint random numbers of a panel: standard normal, dependent across series as their one-step errors were.

    shock[i] = sqrt(1 - lambda) sum_t z[i, t] g[t] / sqrt(n_months) + rest[i] own[i],   g, own ~ N(0, 1)

with z the standardised errors. The covariance of these shocks is the errors' correlation, shrunk towards none, and yet
no matrix of series by series is ever made: cost and memory are linear in the number of series. Paths come in mirrored
pairs (shock, -shock), so that centres carry no sampling noise. Schäfer & Strimmer (2005), target D, for lambda.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Shocks:
    """The random numbers of one simulation.

    Parameters
    ----------
    residuals : ndarray, shape (n_series, n_months)
        One-step errors; NaN counts as no surprise.
    seed : int
        What is drawn for a series depends on the seed, its row and the errors, not on the other rows drawn with it.
    """

    residuals: Array
    seed: int
    _worlds: dict[tuple[int, int, int], Array] = field(default_factory=dict, init=False, repr=False, compare=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False, compare=False)

    @cached_property
    def standardised(self) -> Array:
        """Errors with mean 0 and mean square 1 a series, 0 where there is none, shape (n_series, n_months)."""
        return standardise(self.residuals)

    @cached_property
    def shrinkage(self) -> float:
        """Intensity lambda in [0.01, 1] by which correlations are shrunk towards none."""
        return shrinkage(self.standardised)

    def draw(self, horizon: int, n_paths: int, rows: NDArray[np.intp] | None = None) -> Array:
        """Draw the shocks of some series.

        Parameters
        ----------
        horizon, n_paths : int
            A longer horizon leaves the earlier months as they were.
        rows : ndarray of int, shape (n_rows,), optional
            Default all.

        Returns
        -------
        ndarray, shape (n_rows, n_paths, horizon)
            The second half of the paths mirrors the first.
        """
        rows = np.arange(len(self.residuals)) if rows is None else rows
        z = self.standardised[rows]
        months = max(z.shape[1], 1)
        half = (n_paths + 1) // 2
        common = np.sqrt(1.0 - self.shrinkage) / np.sqrt(months) * z
        rest = np.sqrt(np.maximum(1.0 - (common**2).sum(axis=1), 0.0))
        own = np.empty((horizon, len(rows), half))
        for position, row in enumerate(rows):
            own[:, position] = np.random.default_rng([self.seed, int(row) + 1]).standard_normal((horizon, half))
        own *= rest[:, None]
        if self.shrinkage < 1.0:
            own += common @ self._world(horizon, half)
        # Months first in memory, paths last: the models work a month at a time.
        return np.concatenate([own, -own], axis=2)[:, :, :n_paths].transpose(1, 2, 0)

    def _world(self, horizon: int, half: int) -> Array:
        """Draw what every series shares, shape (horizon, n_months, half); made once for all blocks of a simulation."""
        shape = (horizon, self.residuals.shape[1], half)
        with self._lock:
            world = self._worlds.get(shape)
            if world is None:
                world = np.random.default_rng([self.seed, 0]).standard_normal(shape)
                self._worlds[shape] = world
        return world


def standardise(residuals: Array) -> Array:
    """Centre the errors of each series and bring them to one size.

    Parameters
    ----------
    residuals : ndarray, shape (n_series, n_months)
        NaN counts as no surprise.

    Returns
    -------
    ndarray, shape (n_series, n_months)
        Mean 0 and mean square 1 a series; 0 where there is no error, and throughout where there is no surprise at all.
    """
    count = (~np.isnan(residuals)).sum(axis=1, keepdims=True)
    # A series without any error has no mean and no surprise either.
    mean = np.nansum(residuals, axis=1, keepdims=True) / np.maximum(count, 1)
    centred = np.nan_to_num(residuals - mean)
    size = np.sqrt((centred**2).mean(axis=1, keepdims=True))
    return np.asarray(np.divide(centred, size, out=np.zeros_like(centred), where=size > 1e-12))


def shrinkage(z: Array) -> float:
    """Intensity by which the correlations of standardised errors are best shrunk towards none.

    Parameters
    ----------
    z : ndarray, shape (n_series, n_months)
        As `standardise` returns them.

    Returns
    -------
    float
        lambda in [0.01, 1].

    References
    ----------
    Schäfer & Strimmer (2005), target D.
    """
    n, months = z.shape
    if months < 2:
        return 1.0
    # Sums over pairs of series by way of the months' Gram matrix, which is small.
    squares = z**2
    own = squares.sum(axis=1) / months
    total = float(((z.T @ z / months) ** 2).sum() - (own**2).sum())
    products = float((squares.sum(axis=0) ** 2).sum() - (squares**2).sum()) / months
    if n < 2 or total <= 1e-12 * n:
        return 1.0
    return float(np.clip((products - total) / (months - 1) / total, 0.01, 1.0))
