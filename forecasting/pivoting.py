"""Least squares without negative numbers, exact, for cells of which some are told apart by no node.

    min (b - b^)' P^-1 (b - b^)   over b >= 0:     b = b^ + P u,   u >= 0,   u b = 0

Block principal pivoting: cells held at zero push the others by their multipliers u, and a small system a path is solved
for them. P is near singular there and the steps of `forecasting.nonnegative` would be thousands. Cost grows with the
cube of the cells held; what is not settled in `ROUNDS` is cut at zero. Kim & Park (2011).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from forecasting.panel import Array

#: Rounds of pivoting; a path that is still not settled has its negative cells set to zero.
ROUNDS = 25
#: Proximal steps at most, and the change, in a cell's own size, at which a path is settled.
STEPS, SETTLED = 30, 1e-6
#: Numbers in the small systems solved at a time.
BATCH = 2**22
#: What is called zero, in a cell's own size.
NEAR = 1e-9


def nearest_by_pivoting(cells: Array, covariance: Array, guess: Array) -> Array:
    """Cells without a negative one that misfit the nodes least, where some cells are only guessed.

    Parameters
    ----------
    cells : ndarray, shape (n_cells, n_paths)
        Unconstrained minimum, each cell in its own size.
    covariance : ndarray, shape (n_cells, n_cells)
        P, with cells that no node is by itself known as well as they are guessed.
    guess : ndarray, shape (n_cells, 1)
        Precision of those guesses, 0 for the other cells. A proximal step at a time takes them out again.

    Returns
    -------
    ndarray, shape (n_cells, n_paths)
    """
    result = np.maximum(cells, 0.0)
    paths = np.flatnonzero((cells < -NEAR).any(axis=0))
    for _ in range(STEPS):
        if not paths.size:
            break
        before, unbound = result[:, paths], cells[:, paths]
        result[:, paths] = after = _not_negative(unbound + covariance @ (guess * (before - unbound)), covariance)
        paths = paths[(np.abs(after - before) > SETTLED * (1.0 + after.max(axis=0))).any(axis=0)]
    return result


def _not_negative(cells: Array, covariance: Array) -> Array:
    """Nearest cells without a negative one, in the metric of `covariance`, shape (n_cells, n_paths).

    Cells held at zero push the others by their multipliers; held are those that would be negative, let go those that
    pull: b = b^ + P u,  u >= 0,  b >= 0,  u b = 0.
    """
    result = cells.copy()
    paths = np.flatnonzero((cells < -NEAR).any(axis=0))
    is_held = cells[:, paths] < -NEAR
    for _ in range(ROUNDS):
        if not paths.size:
            break
        push = _multipliers(cells[:, paths], is_held, covariance)
        result[:, paths] = moved = cells[:, paths] + covariance @ push
        is_wrong = np.where(is_held, push < -NEAR, moved < -NEAR)
        is_open = is_wrong.any(axis=0)
        is_held = (is_held ^ is_wrong)[:, is_open]
        paths = paths[is_open]
    return np.maximum(result, 0.0)


def _multipliers(cells: Array, is_held: NDArray[np.bool_], covariance: Array) -> Array:
    """Multipliers which bring the held cells of every path to zero; 0 for the others. Same shape as `cells`."""
    push = np.zeros_like(cells)
    counts = is_held.sum(axis=0)
    order = np.argsort(counts, kind="stable")[::-1]
    while order.size:
        # Paths that hold about as many cells are solved together, the missing ones filled with an empty equation.
        most = max(int(counts[order[0]]), 1)
        batch, order = np.split(order, [min(max(BATCH // most**2, 1), len(order))])
        held = np.argsort(~is_held[:, batch], axis=0, kind="stable")[:most].T
        is_real = np.arange(most) < counts[batch][:, None]
        both = is_real[:, :, None] & is_real[:, None, :]
        system = np.where(both, covariance[held[:, :, None], held[:, None, :]], np.eye(most))
        right = np.where(is_real, -cells[held, batch[:, None]], 0.0)
        solved = np.linalg.solve(system, right[:, :, None])[:, :, 0]
        # Cells beyond the count are not held: their equation is empty and its solution zero.
        push[held, batch[:, None]] = solved
    return push
