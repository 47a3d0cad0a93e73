"""The course of simulated paths on the log scale: of their totals, of their months, and what series share of it.

    a[i, p, h] = log(offset + total of months 1 ... h),   z = (a - median) / spread,   common = mean of z over series

What is smoothed is the mean over the months within `REACH`; what is left is rough. Nothing here can fail.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: Months on each side over which a path is smoothed.
REACH = 6
BLOCK_VALUES = 2**22


@dataclass(frozen=True, eq=False)
class Common:
    """What the series of a panel have in common on each path.

    Parameters
    ----------
    totals, months : ndarray, shape (n_paths, horizon)
        Means over series of standardised log totals, and of standardised smoothed log months.
    """

    totals: Array
    months: Array


def common_course(paths: Array, offset: Array) -> Common:
    """Find what the series have in common.

    Parameters
    ----------
    paths : ndarray, shape (n_series, n_paths, horizon)
        Not below 0; path p of every series belongs to the same world.
    offset : ndarray, shape (n_series,)
        Added before a logarithm is taken: the smallest amount that matters.

    Returns
    -------
    Common
    """
    totals, months = np.zeros(paths.shape[1:]), np.zeros(paths.shape[1:])
    for rows in blocks(paths.shape):
        totals += total_scores(paths[rows], offset[rows])[0].sum(axis=0)
        smooth = smoothed(month_scores(paths[rows], offset[rows])[0])
        months += divided(smooth, smooth.std(axis=1)[:, None]).sum(axis=0)
    return Common(totals / len(paths), months / len(paths))


def total_scores(paths: Array, offset: Array) -> tuple[Array, Array, Array]:
    """Standardised log totals (n, n_paths, horizon), their medians and their spreads (n, horizon)."""
    total = np.log(np.cumsum(paths, axis=2) + offset[:, None, None])
    centre = np.median(total, axis=1)
    total -= centre[:, None]
    spread = total.std(axis=1)
    return divided(total, spread[:, None]), centre, spread


def month_scores(paths: Array, offset: Array) -> tuple[Array, Array]:
    """Log months less their medians (n, n_paths, horizon), and the medians (n, horizon)."""
    logs = np.log(paths + offset[:, None, None])
    middle = np.median(logs, axis=1)
    return logs - middle[:, None], middle


def smoothed(values: Array) -> Array:
    """Mean over the months within reach, fewer at the ends; along the last axis."""
    horizon = values.shape[-1]
    summed = np.concatenate([np.zeros((*values.shape[:-1], 1)), np.cumsum(values, axis=-1)], axis=-1)
    ahead = np.arange(horizon)
    first, last = np.maximum(ahead - REACH, 0), np.minimum(ahead + REACH + 1, horizon)
    return np.asarray((summed[..., last] - summed[..., first]) / (last - first))


def divided(value: Array, by: Array) -> Array:
    """Quotient; 0 where there is nothing to divide by."""
    by = np.broadcast_to(by, value.shape)
    return np.divide(value, by, out=np.zeros_like(value), where=by > 1e-12)


def blocks(shape: tuple[int, ...]) -> Iterator[slice]:
    """Slices of series whose paths fit in memory several times over."""
    size = max(1, BLOCK_VALUES // (shape[1] * shape[2]))
    for start in range(0, shape[0], size):
        yield slice(start, start + size)
