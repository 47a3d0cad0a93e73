"""The way from base values of nodes to cells that add up: MinT, by conditioning on every gap between sums being zero.

    g = y_sums - S y_parts,   b = y_parts - cov(y_parts, g) cov(g)^-1 g,   P = cov(b)

the same as generalised least squares with the errors' covariance W (Wickramasuriya et al. 2019), but smaller, and what
adds up is left alone to the bit. A cell that no node is by itself is a node that nobody knows. W is shrunk towards
independence (Schäfer & Strimmer 2005). Fails on errors that are not finite.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_array

from forecasting.errors import SchemaError
from forecasting.hierarchy import Hierarchy
from forecasting.nonnegative import NonNegative
from forecasting.panel import Array
from forecasting.pivoting import nearest_by_pivoting
from forecasting.shocks import shrinkage, standardise

#: What is known of a cell that no node is by itself, beside what the smallest node around it knows of itself: so
#: little that it decides only what no node does.
RIDGE = 1e-4
#: Correlations are trusted by half at most: with the optimal lambda, found from sixty one-step errors, 12-month totals
#: of all US states were forecast 8 and 16 % worse than bottom-up, with half 2 % worse and 1 % better (WAPE, two series,
#: December origins 2009-2014, on which it was chosen).
LEAST_SHRINKAGE = 0.5
#: A series that has hardly ever erred is trusted as if it erred by this share of the largest error.
SMALLEST = 1e-4
#: Least error of a sum, as a share of the error its parts would make if they erred independently.
SUREST_SUM = 0.03


@dataclass(frozen=True, eq=False)
class Projector:
    """The way from base values of nodes to cells.

    Parameters
    ----------
    hierarchy : Hierarchy
    nearest : ndarray of int, shape (n_cells,)
        The smallest node around each cell.
    is_told : ndarray of bool, shape (n_cells, 1)
        Whether that node is the cell by itself.
    sums : ndarray of int, shape (n_sums,)
        All other nodes.
    gain : ndarray, shape (n_cells, n_sums)
        How cells follow the gaps between the sums and what their parts add up to.
    first_gain : ndarray, shape (n_cells, n_sums)
        The same with the guesses of cells that are not told apart still in it.
    own, shared : ndarray, shape (n_cells, 1) and (n_cells, n_months)
        Covariance of the base values of the cells: diag(own) + shared shared'.
    with_gaps : ndarray, shape (n_cells, n_sums)
        Covariance of the same with the gaps.
    """

    hierarchy: Hierarchy
    nearest: NDArray[np.intp]
    is_told: NDArray[np.bool_]
    sums: NDArray[np.intp]
    gain: Array
    first_gain: Array
    own: Array
    shared: Array
    with_gaps: Array

    @classmethod
    def from_errors(cls, hierarchy: Hierarchy, errors: Array) -> Projector:
        """Weigh the nodes by their errors.

        Parameters
        ----------
        hierarchy : Hierarchy
        errors : ndarray, shape (n_nodes, n_months)
            Errors in the unit of the nodes; NaN = none.

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
        s, nearest = _deviations(errors, hierarchy.summing)
        z = standardise(errors)
        # W = diag(own) + shared shared':  W[i, j] = s[i] s[j] ((1 - lambda) r[i, j] + lambda (i = j)),  r = z z' / n
        shared = s[:, None] * z * np.sqrt((1.0 - max(shrinkage(z), LEAST_SHRINKAGE)) / max(z.shape[1], 1))
        own = (s**2 - (shared**2).sum(axis=1))[:, None]
        is_told = np.asarray(hierarchy.summing.sum(axis=1))[nearest][:, None] == 1
        sums = np.setdiff1d(np.arange(hierarchy.n_nodes), nearest[is_told[:, 0]])
        summing = hierarchy.summing[sums]
        cell_shared = np.where(is_told, shared[nearest], 0.0)
        cell_own = np.where(is_told, own[nearest], s[nearest][:, None] ** 2 / RIDGE)
        gap_shared = shared[sums] - summing @ cell_shared
        weighted = summing.multiply(cell_own.T).tocsr()
        of_gaps = gap_shared @ gap_shared.T + (weighted @ summing.T).toarray()
        of_gaps[np.diag_indices_from(of_gaps)] += own[sums, 0]
        with_gaps = cell_shared @ gap_shared.T - weighted.T.toarray()
        first = -cho_solve(cho_factor(of_gaps), with_gaps.T).T if sums.size else -with_gaps
        # What is not told apart starts from nothing, then from what was found: gaps that can be closed are.
        gain = first
        for _ in range(0 if is_told.all() else 3):
            guessed = np.where(is_told, 0.0, gain)
            gain = guessed + first - first @ (summing @ guessed)
        return cls(hierarchy, nearest, is_told, sums, gain, first, cell_own, cell_shared, with_gaps)

    @cached_property
    def covariance(self) -> Array:
        """Covariance P of the cells' errors, shape (n_cells, n_cells)."""
        covariance = self.shared @ self.shared.T + self.first_gain @ self.with_gaps.T
        covariance[np.diag_indices_from(covariance)] += self.own[:, 0]
        return np.asarray(covariance)

    @cached_property
    def not_negative(self) -> NonNegative:
        """How cells that come out negative are mended, where nodes tell all apart."""
        return NonNegative.from_covariance(self.covariance)

    def cells(self, values: Array, *, is_signed: bool = False) -> Array:
        """Find the cells whose sums come nearest to given values of the nodes.

        Parameters
        ----------
        values : ndarray, shape (n_nodes, n_paths, horizon)
        is_signed : bool
            Whether cells may be negative.

        Returns
        -------
        ndarray, shape (n_cells, n_paths, horizon)
        """
        nodes = values.reshape(len(values), -1)
        start = np.where(self.is_told, nodes[self.nearest], 0.0)
        cells = start + self.gain @ (nodes[self.sums] - self.hierarchy.summing[self.sums] @ start)
        if not is_signed and (cells < 0).any():
            cells = self.not_negative.nearest(cells) if self.is_told.all() else self._pivoted(cells)
        return np.asarray(cells).reshape(-1, *values.shape[1:])

    def _pivoted(self, cells: Array) -> Array:
        """Cells without a negative one, where some are only guessed."""
        size = np.sqrt(np.where(self.is_told, np.diag(self.covariance)[:, None], self.own * RIDGE))
        guess = np.where(self.is_told, 0.0, size**2 / self.own)
        return nearest_by_pivoting(cells / size, self.covariance / (size * size.T), guess) * size


def _deviations(errors: Array, summing: csr_array) -> tuple[Array, NDArray[np.intp]]:
    """Root mean square errors, none so small that its node would be beyond doubt; the smallest node around each cell.

    Shapes (n_nodes,) and (n_cells,).
    """
    count = (~np.isnan(errors)).sum(axis=1)
    s = np.sqrt(np.nansum(errors**2, axis=1) / np.maximum(count, 1))
    s = np.maximum(s, SMALLEST * s.max()) if s.max() > 0 else np.ones(len(s))
    # The smallest node around a cell speaks for it; no sum is much surer than its parts are together.
    size = np.asarray(summing.sum(axis=1)) + s / (2.0 * s.max())
    pairs = summing.tocoo()
    order = np.lexsort((size[pairs.row], pairs.col))
    nearest = pairs.row[order][np.unique(pairs.col[order], return_index=True)[1]].astype(np.intp)
    return np.asarray(np.maximum(s, SUREST_SUM * np.sqrt(summing @ s[nearest] ** 2))), nearest
