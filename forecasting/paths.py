"""Sample paths: the only form in which the engine speaks of the future.

Sums over months, types and areas, the stock identity and the probability of a goal are all taken path by path;
quantiles come last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.errors import SchemaError

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Paths:
    """Simulated futures of many series.

    Parameters
    ----------
    values : ndarray, shape (n_series, n_paths, horizon)
        In the unit of the series; finite. Path `p` of every series belongs to the same simulated world.

    Raises
    ------
    SchemaError
        If the array has another number of dimensions, or holds values that are not finite.
    """

    values: Array

    def __post_init__(self) -> None:
        values = np.asarray(self.values, dtype=float)
        if values.ndim != 3:
            raise SchemaError(f"路径应为三维（序列数, 路径数, 预测月数），实为 {values.ndim} 维 {values.shape}。")
        finite = np.isfinite(values)
        if not finite.all():
            rows = sorted(set(np.nonzero(~finite)[0].tolist()))
            raise SchemaError(f"第{'、'.join(str(row + 1) for row in rows[:10])}行的路径含有非有限的数。")
        object.__setattr__(self, "values", values)

    @property
    def n_series(self) -> int:
        """Number of series."""
        return int(self.values.shape[0])

    @property
    def n_paths(self) -> int:
        """Number of simulated futures."""
        return int(self.values.shape[1])

    @property
    def horizon(self) -> int:
        """Number of months ahead."""
        return int(self.values.shape[2])

    def quantile(self, levels: Sequence[float]) -> Array:
        """Quantiles over paths.

        Parameters
        ----------
        levels : sequence of float
            In [0, 1].

        Returns
        -------
        ndarray, shape (len(levels), n_series, horizon)
        """
        return np.quantile(self.values, levels, axis=1)

    def total(self, rows: NDArray[np.bool_] | Sequence[int]) -> Paths:
        """Sum of some series, path by path.

        Parameters
        ----------
        rows : boolean or integer index
            The series to add.

        Returns
        -------
        Paths
            With one series.
        """
        return Paths(self.values[rows].sum(axis=0, keepdims=True))
