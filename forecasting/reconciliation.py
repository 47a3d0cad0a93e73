"""Coherent paths: base paths of every node, moved as little as makes them add up, never below zero.

    min (y - S b)' W^-1 (y - S b)   over b >= 0,  path by path and month by month;   y~ = S b

MinT (Wickramasuriya et al. 2019): W is the covariance of the nodes' errors, by default those that the paths themselves
expect of their totals, correlations shrunk towards none (Schäfer & Strimmer 2005). Flows are reconciled and the stock
rolled from them, so the identity holds at every node as it does in the cells. Non-negativity by block principal
pivoting (`forecasting.nonnegative`). Fails where the opening stock itself does not add up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from forecasting.errors import FaultsError, SchemaError
from forecasting.hierarchy import Hierarchy, on_grid
from forecasting.nonnegative import nearest_not_negative
from forecasting.panel import Array
from forecasting.paths import Paths
from forecasting.projection import Projection
from forecasting.shocks import shrinkage, standardise

#: Weight of a cell's own size beside what the nodes say, so small that it decides only what no node does.
RIDGE = 1e-4
#: Correlations are trusted by half at most: with the optimal lambda, found from sixty one-step errors, 12-month totals
#: of all US states were forecast 8 and 16 % worse than bottom-up, with half 2 % worse and 1 % better (WAPE, two series,
#: December origins 2009-2014, on which it was chosen).
LEAST_SHRINKAGE = 0.5
#: A series that has hardly ever erred is trusted as if it erred by this share of the largest error.
SMALLEST = 1e-4
#: Least error of a sum, as a share of the error its parts would make if they erred independently.
SUREST_SUM = 0.03
#: Misfit, in entities, up to which values add up: what dividing them leaves, never a missing entity.
SPLIT_TOLERANCE = 0.01
#: Months of paths worked on at a time.
BLOCK = 4096


@dataclass(frozen=True, eq=False)
class Projector:
    """The way from base values of nodes to cells.

    Parameters
    ----------
    hierarchy : Hierarchy
    size : ndarray, shape (n_cells, 1)
        Scale of the cells in which the matrices are held.
    gain : ndarray, shape (n_cells, n_nodes)
        Scaled cells = gain @ nodes, where nothing is negative.
    inverse : ndarray, shape (n_cells, n_cells)
        (S' W^-1 S)^-1, scaled: how all cells follow one that is held at zero.
    ridge : float
        What was added to the diagonal to make that possible; 0 where the nodes tell all cells apart.
    """

    hierarchy: Hierarchy
    size: Array
    gain: Array
    inverse: Array
    ridge: float

    @classmethod
    def from_errors(cls, hierarchy: Hierarchy, errors: Array) -> Projector:
        """Weigh the nodes by their errors.

        Parameters
        ----------
        hierarchy : Hierarchy
        errors : ndarray, shape (n_nodes, n_months)
            One-step errors in the unit of the nodes; NaN = none.

        Returns
        -------
        Projector

        Raises
        ------
        SchemaError
            If there is not one row of finite errors a node.
        """
        if errors.ndim != 2 or len(errors) != hierarchy.n_nodes or np.isinf(errors).any():
            raise SchemaError(
                f"误差应为有限的数，形状（序列数, 月数），{hierarchy.n_nodes} 个序列各一行，实为 {errors.shape}。"
            )
        weighted = _weighted(errors, hierarchy.summing.toarray()).T
        information = weighted @ hierarchy.summing
        size = 1.0 / np.sqrt(np.diag(information))[:, None]
        information = size * information * size.T
        ridge = 0.0 if hierarchy.is_told_apart else RIDGE
        information[np.diag_indices_from(information)] += ridge
        inverse = cho_solve(cho_factor(information), np.eye(hierarchy.n_cells))
        gain = inverse @ (size * weighted)
        # Refinement takes the ridge, and rounding, out again wherever the nodes do decide.
        scaled = hierarchy.summing * size.T
        for _ in range(3):
            gain = 2.0 * gain - (gain @ scaled) @ gain
        return cls(hierarchy, size, gain, inverse, ridge)

    def cells(self, values: Array, *, is_signed: bool = False) -> Array:
        """Find the cells whose sums come nearest to given values of the nodes.

        Parameters
        ----------
        values : ndarray, shape (n_nodes, n_paths)
        is_signed : bool
            Whether cells may be negative.

        Returns
        -------
        ndarray, shape (n_cells, n_paths)
        """
        scaled = self.gain @ values
        return np.asarray((scaled if is_signed else nearest_not_negative(scaled, self.inverse, self.ridge)) * self.size)


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
        The sums are exact (0) on every path at every level. Coherent paths come back as they were, to the grid; where
        cells are not told apart by any node (types of a city known, of its counties not), nearly so.

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
    flows = {
        "entries": _in_blocks(by_entries, base.entries.values),
        "exits": _in_blocks(by_exits, base.exits.values),
        "adjustment": _in_blocks(by_exits, base.adjustment.values, is_signed=True),
    }
    return rolled(base, hierarchy, opening, **{name: on_grid(values) for name, values in flows.items()})


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


def rolled(
    base: Projection, hierarchy: Hierarchy, opening: Array, *, entries: Array, exits: Array, adjustment: Array
) -> Projection:
    """Roll cells forward, cut what would take more than there is, and add them up to the nodes of a projection.

    Parameters
    ----------
    base : Projection
        Whose keys, origin, run and name are kept.
    hierarchy : Hierarchy
    opening : ndarray, shape (n_cells,)
    entries, exits, adjustment : ndarray, shape (n_cells, n_paths, horizon)
        On the grid; exits and adjustment are changed in place.

    Returns
    -------
    Projection
    """
    stock = np.empty_like(entries)
    before = np.broadcast_to(opening[:, None], entries.shape[:2])
    for h in range(entries.shape[2]):
        np.minimum(exits[:, :, h], before + entries[:, :, h], out=exits[:, :, h])
        kept = before + entries[:, :, h] - exits[:, :, h]
        np.maximum(adjustment[:, :, h], -kept, out=adjustment[:, :, h])
        stock[:, :, h] = kept + adjustment[:, :, h]
        before = stock[:, :, h]
    return replace(
        base,
        opening=hierarchy.sums(opening),
        entries=Paths(hierarchy.sums(entries)),
        exits=Paths(hierarchy.sums(exits)),
        adjustment=Paths(hierarchy.sums(adjustment)),
        stock=Paths(hierarchy.sums(stock)),
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
    n_cells, (n_nodes, n_paths, horizon) = projector.hierarchy.n_cells, values.shape
    cells = np.empty((n_cells, n_paths, horizon))
    for some in np.array_split(np.arange(n_paths), max(1, n_paths * horizon // BLOCK)):
        block = values[:, some].reshape(n_nodes, -1)
        cells[:, some] = projector.cells(block, is_signed=is_signed).reshape(n_cells, len(some), horizon)
    return cells


def _weighted(errors: Array, summing: Array) -> Array:
    """W^-1 S, W = diagonal + a few shared directions (Woodbury), so that W is never made.

    W[i, j] = s[i] s[j] ((1 - lambda) r[i, j] + lambda (i = j)),   r = z z' / n_months
    """
    s = _deviations(errors, summing)
    z = standardise(errors)
    shared = s[:, None] * z * np.sqrt((1.0 - max(shrinkage(z), LEAST_SHRINKAGE)) / max(z.shape[1], 1))
    own = (s**2 - (shared**2).sum(axis=1))[:, None]
    small = np.eye(shared.shape[1]) + shared.T @ (shared / own)
    return np.asarray((summing - shared @ np.linalg.solve(small, shared.T @ (summing / own))) / own)


def _deviations(errors: Array, summing: Array) -> Array:
    """Root mean square errors, none so small that its node would be beyond doubt, shape (n_nodes,)."""
    count = (~np.isnan(errors)).sum(axis=1)
    s = np.sqrt(np.nansum(errors**2, axis=1) / np.maximum(count, 1))
    s = np.maximum(s, SMALLEST * s.max()) if s.max() > 0 else np.ones(len(s))
    # The smallest node around a cell speaks for it; no sum is much surer than its parts are together.
    size = summing.sum(axis=1) + s / (2.0 * s.max())
    nearest = np.where(summing > 0, size[:, None], np.inf).argmin(axis=0)
    return np.asarray(np.maximum(s, SUREST_SUM * np.sqrt(summing @ s[nearest] ** 2)))
