"""Coherent paths: base paths of every node, moved as little as makes them add up, never below zero.

    min (y - S b)' W^-1 (y - S b)   over b >= 0,  path by path and month by month;   y~ = S b

MinT (Wickramasuriya et al. 2019): W is the covariance of the nodes' errors, by default those that the paths themselves
expect of their totals, correlations shrunk towards none (`forecasting.projector`). Flows are reconciled and the stock
rolled from them, so the identity holds at every node as it does in the cells. Where cells come out negative the minimum
is nearly reached, not to the last digit (`forecasting.nonnegative`). Fails where the opening stock does not add up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from forecasting.errors import FaultsError, SchemaError
from forecasting.hierarchy import Hierarchy, on_grid
from forecasting.panel import Array
from forecasting.paths import Paths
from forecasting.projection import Projection
from forecasting.projector import Projector
from forecasting.stockflow import rolled

#: Misfit, in entities, up to which values add up: what dividing them leaves, never a missing entity.
SPLIT_TOLERANCE = 0.01
#: Months of paths worked on at a time.
BLOCK = 4096


def reconcile(paths: Paths, hierarchy: Hierarchy, errors: Array | None = None, *, is_signed: bool = False) -> Paths:
    """Make the paths of one flow add up.

    Parameters
    ----------
    paths : Paths
        Base paths of every node, in the order of the hierarchy; path p of all nodes belongs to one world.
    hierarchy : Hierarchy
    errors : ndarray, shape (n_nodes, n_months), optional
        One-step errors in the unit of the paths; NaN = none. Default: `deviations` of the paths.
    is_signed : bool
        Whether cells may be negative, as adjustments may.

    Returns
    -------
    Paths
        The sums are exact (0) on every path at every level. Coherent paths come back as they were; where cells are
        not told apart by any node (types of a city known, of its counties not), nearly so.

    Raises
    ------
    SchemaError
        If there is not one series of paths and of errors a node.
    """
    _check_nodes(paths.n_series, hierarchy)
    projector = Projector.from_errors(hierarchy, deviations(paths) if errors is None else errors)
    return Paths(hierarchy.sums(_in_blocks(projector, paths.values, is_signed=is_signed)))


def reconcile_projection(
    base: Projection, hierarchy: Hierarchy, errors: Mapping[str, Array] | None = None
) -> Projection:
    """Make a projection add up: entries, exits and adjustments reconciled, stock rolled forward by the identity.

    Parameters
    ----------
    base : Projection
        Of every node, in the order of the hierarchy, each forecast by itself.
    hierarchy : Hierarchy
    errors : mapping of str to ndarray, shape (n_nodes, n_months), optional
        One-step errors of `entries` and of `exits`, in entities; default as `reconcile`. Adjustments go by the exits'.

    Returns
    -------
    Projection
        Sums and identity exact (0) on every path at every level; exits never more than there are.

    Raises
    ------
    SchemaError
        If keys and hierarchy differ.
    FaultsError
        Naming the nodes whose opening stock is not the sum of their parts.
    """
    if not base.keys.equals(hierarchy.keys):
        raise SchemaError("预测的序列与层级的序列不一致。请用预测的 keys 建立层级。")
    opening = split(base.opening, hierarchy)
    given = errors or {"entries": deviations(base.entries), "exits": deviations(base.exits)}
    by_entries, by_exits = (Projector.from_errors(hierarchy, given[flow]) for flow in ("entries", "exits"))

    def flows(some: slice) -> tuple[Array, Array, Array]:
        return (
            on_grid(by_entries.cells(base.entries.values[:, some])),
            on_grid(by_exits.cells(base.exits.values[:, some])),
            on_grid(by_exits.cells(base.adjustment.values[:, some], is_signed=True)),
        )

    return rolled_cells(base, hierarchy, opening, flows)


def deviations(paths: Paths) -> Array:
    """How far the total of each path lies from their mean: what a node's model itself expects to err by, and with whom.

    Parameters
    ----------
    paths : Paths

    Returns
    -------
    ndarray, shape (n_series, n_paths)
        In the unit of the paths.
    """
    totals = paths.values.sum(axis=2)
    return np.asarray(totals - totals.mean(axis=1, keepdims=True))


def rolled_cells(
    base: Projection, hierarchy: Hierarchy, opening: Array, flows: Callable[[slice], tuple[Array, Array, Array]]
) -> Projection:
    """Roll cells forward, cut what would take more than there is, and add them up to the nodes of a projection.

    Parameters
    ----------
    base : Projection
        Whose keys, origin, run and name are kept.
    hierarchy : Hierarchy
    opening : ndarray, shape (n_cells,)
    flows : callable
        Entries, exits and adjustment of the cells on some paths, each (n_cells, n_some, horizon) and on the grid.

    Returns
    -------
    Projection
    """
    came, went, moved, held = (np.empty(base.entries.values.shape) for _ in range(4))
    # Some paths at a time, so that the cells of all of them are never held beside the nodes.
    for some in _blocks(base.entries.values):
        entries, exits, adjustment = flows(some)
        exits, adjustment, stock = rolled(opening, entries, exits, np.zeros_like(exits), adjustment)
        for values, cells in zip((came, went, moved, held), (entries, exits, adjustment, stock), strict=True):
            values[:, some] = hierarchy.sums(cells)
    return replace(
        base,
        opening=hierarchy.sums(opening),
        entries=Paths(came),
        exits=Paths(went),
        adjustment=Paths(moved),
        stock=Paths(held),
    )


def split(values: Array, hierarchy: Hierarchy, *, is_signed: bool = False) -> Array:
    """Divide values that add up among the cells.

    Parameters
    ----------
    values : ndarray, shape (n_nodes,) or (n_nodes, n_paths, horizon)
    hierarchy : Hierarchy
    is_signed : bool
        Whether cells may be negative.

    Returns
    -------
    ndarray, shape (n_cells,) or (n_cells, n_paths, horizon)
        On the grid. What no node tells apart is divided by the size of what is known.

    Raises
    ------
    SchemaError
        If there is not one value a node.
    FaultsError
        Naming the nodes that are not the sum of their parts.
    """
    _check_nodes(len(values), hierarchy)
    paths = values.reshape(hierarchy.n_nodes, -1, 1) if values.ndim == 1 else values
    # One error a node, so none is shared: the larger a node, the more it may give way.
    sizes = np.sqrt(np.maximum(np.abs(paths).mean(axis=(1, 2)), 1.0))
    cells = _in_blocks(Projector.from_errors(hierarchy, sizes[:, None]), paths, is_signed=is_signed)
    gap = (paths - (hierarchy.summing @ cells.reshape(hierarchy.n_cells, -1)).reshape(paths.shape)).reshape(
        hierarchy.n_nodes, -1
    )
    worst = gap[np.arange(len(gap)), np.abs(gap).argmax(axis=1)]
    bad = np.flatnonzero(~(np.abs(worst) <= SPLIT_TOLERANCE))
    if bad.size:
        raise FaultsError(
            [f"{hierarchy.names[at]}：距与上下级、各类型加总一致的数差 {worst[at]:+.10g}。" for at in bad.tolist()],
            "上下级或各类型的数加不起来，请更正；上级另有直接登记的请列为“其余”，口径不同的请不要与下级一起预测",
        )
    return on_grid(cells).reshape(hierarchy.n_cells, *values.shape[1:])


def _check_nodes(n: int, hierarchy: Hierarchy) -> None:
    if n != hierarchy.n_nodes:
        raise SchemaError(f"层级有 {hierarchy.n_nodes} 个序列，给出的有 {n} 个。每个序列须各有一行，顺序相同。")


def _in_blocks(projector: Projector, values: Array, *, is_signed: bool = False) -> Array:
    """Cells of paths, some paths at a time, so that little memory is taken beside the paths."""
    cells = np.empty((projector.hierarchy.n_cells, *values.shape[1:]))
    for some in _blocks(values):
        cells[:, some] = projector.cells(values[:, some], is_signed=is_signed)
    return cells


def _blocks(values: Array) -> list[slice]:
    """Divide the paths into blocks of about `BLOCK` months."""
    n_paths = values.shape[1]
    step = max(1, BLOCK // max(values.shape[2], 1))
    return [slice(at, at + step) for at in range(0, n_paths, step)]
