"""Whole numbers that add up: values shown in a report, and paths of which every month is a count.

    values:  floor(y) <= n <= ceil(y) at every node, n = S k, k whole;  least weighted sum of |n - y|
    paths:   k[h] = floor(K[h] + u) - floor(K[h-1] + u),   K = cumulative sum of a cell's flow, u in [0, 1)

The first is controlled rounding (Cox 1987), on a tree largest remainders (Hamilton); it exists because areas and types
are two nested families. The second never drifts from its real sum by a whole entity, however long. Fails on values that
do not add up.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from forecasting.errors import SchemaError
from forecasting.hierarchy import TOLERANCE, Hierarchy
from forecasting.panel import Array
from forecasting.projection import Projection
from forecasting.reconciliation import rolled_cells, split


def whole(values: Array, hierarchy: Hierarchy) -> Array:
    """Round values that add up to whole numbers that add up, each within 1 of its value.

    Parameters
    ----------
    values : ndarray, shape (n_nodes,)
        Not negative, such as stocks or mean paths.
    hierarchy : Hierarchy

    Returns
    -------
    ndarray, shape (n_nodes,)
        Every node is its value rounded down or up; one that is part of no other to the nearest.

    Raises
    ------
    SchemaError
        If there is not one value a node, or one is negative or not a number.
    FaultsError
        Naming the nodes that are not the sum of their parts: quantiles, for one, do not add up.

    Examples
    --------
    >>> import pandas as pd
    >>> keys = pd.DataFrame({"area": ["140700", "140722", "140723"], "entity_type": "all"})
    >>> city = Hierarchy.from_keys(keys, {"140722": "140700", "140723": "140700"})
    >>> whole(np.array([10.0, 3.4, 6.6]), city)
    array([10.,  3.,  7.])
    """
    return np.asarray(hierarchy.summing @ _whole_cells(np.asarray(values, dtype=float), hierarchy))


def whole_paths(base: Projection, hierarchy: Hierarchy, rng: np.random.Generator | None = None) -> Projection:
    """Make every flow and stock of a coherent projection a count, with sums and identity as they were.

    Parameters
    ----------
    base : Projection
        Coherent, in the order of the hierarchy.
    hierarchy : Hierarchy
    rng : numpy.random.Generator, optional
        Draws where on its way to the next entity a cell begins, one number a cell and path: right on average even
        where a month brings a tenth of an entity, and within 1 of the real sum from the origin on. None takes the
        middle for all: within a half, but rare events of many cells are missed together in the first months.

    Returns
    -------
    Projection

    Raises
    ------
    FaultsError
        If the projection does not add up.
    """
    opening = _whole_cells(base.opening, hierarchy)
    flows = {name: split(getattr(base, name).values, hierarchy) for name in ("entries", "exits")}
    flows["adjustment"] = split(base.adjustment.values, hierarchy, is_signed=True)
    entries, exits, adjustment = (np.cumsum(values, axis=2) for values in flows.values())
    start = 0.5 if rng is None else rng.random((*entries.shape[:2], 1))
    # One start for what comes and what goes: whoever is there in the real numbers is there in the whole ones.
    came = np.floor(entries + start)
    gone = np.floor(exits + start)
    # Known facts rather than rare events: moved in the months in which they fall, and in no others.
    moved = np.floor(adjustment + 0.5)
    came, gone, moved = (np.diff(total, axis=2, prepend=0.0) for total in (came, gone, moved))
    return rolled_cells(base, hierarchy, opening, lambda some: (came[:, some], gone[:, some], moved[:, some]))


def _whole_cells(values: Array, hierarchy: Hierarchy) -> Array:
    """Round cells down or up such that every sum of them is its value rounded down or up, shape (n_cells,)."""
    if not (np.isfinite(values) & (values >= 0)).all():
        raise SchemaError("要取整的数应为不小于0的有限数。请先核对各序列。")
    cells = split(values, hierarchy)
    values = hierarchy.sums(cells)
    floor, rest = _floor_and_rest(cells)
    low, share = _floor_and_rest(values)
    at_most = low + (share > 0)
    is_root = _roots(hierarchy)
    low[is_root] = at_most[is_root] = low[is_root] + (share[is_root] >= 0.5)
    # Up instead of down changes the error of a node by 1 - 2 share.
    n_cells_in = np.asarray(hierarchy.summing.sum(axis=1))
    cost = hierarchy.summing.T @ (n_cells_in * (1.0 - 2.0 * share))
    held = hierarchy.summing @ floor
    found = milp(
        cost,
        integrality=np.ones(hierarchy.n_cells),
        bounds=Bounds(0.0, np.where(rest > 0, 1.0, 0.0)),
        constraints=LinearConstraint(hierarchy.summing, low - held, at_most - held),
    )
    return np.asarray(floor + np.rint(found.x))


def _floor_and_rest(values: Array) -> tuple[Array, Array]:
    """Whole part, and what is left of a value that is not whole already."""
    low = np.floor(values + TOLERANCE)
    return low, np.where(values - low > TOLERANCE, values - low, 0.0)


def _roots(hierarchy: Hierarchy) -> NDArray[np.bool_]:
    """Nodes that contain every node they share a cell with, shape (n_nodes,)."""
    shared = (hierarchy.summing @ hierarchy.summing.T).tocoo()
    sizes = np.asarray(hierarchy.summing.sum(axis=1))
    is_root = np.ones(hierarchy.n_nodes, dtype=bool)
    is_root[shared.row[shared.data < sizes[shared.col]]] = False
    return is_root
