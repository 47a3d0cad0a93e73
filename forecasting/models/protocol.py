"""What every model promises, whatever is inside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Failure:
    """A series on which a model dropped out.

    Parameters
    ----------
    model : str
        Name of the model.
    row : int
        Row of the series in the matrix that was fitted.
    reason : str
        Why, for the statistician.
    """

    model: str
    row: int
    reason: str


class Fitted(Protocol):
    """A model after it has seen a panel."""

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Series on which it dropped out; their paths are NaN."""

    @property
    def residuals(self) -> Array:
        """Standardised one-step errors, shape (n_series, n_months); NaN where there is none."""

    def follow(self, shocks: Array, rows: Rows | None = None) -> Array:
        """Turn given random numbers into futures: members that are given the same numbers live in the same world.

        Parameters
        ----------
        shocks : ndarray, shape (n_rows, n_paths, horizon)
            Standard normal; the second half of the paths may mirror the first.
        rows : ndarray of int, shape (n_rows,), optional
            The series they belong to; default all.

        Returns
        -------
        ndarray, shape (n_rows, n_paths, horizon)
            NaN for a series that failed.
        """

    def simulate(self, horizon: int, n_paths: int, rng: np.random.Generator) -> Array:
        """Draw joint futures.

        Parameters
        ----------
        horizon : int
            Months ahead, from 1.
        n_paths : int
        rng : numpy.random.Generator
            Members given generators in the same state use the same random numbers.

        Returns
        -------
        ndarray, shape (n_series, n_paths, horizon)
            NaN for a series that failed.
        """


class Model(Protocol):
    """A frozen spec."""

    @property
    def name(self) -> str:
        """ASCII name, key of the registry."""

    def fit(self, y: Array) -> Fitted:
        """Fit every series.

        Parameters
        ----------
        y : ndarray, shape (n_series, n_months)
            On the scale on which the model is additive; NaN = not observed.

        Returns
        -------
        Fitted
            A series that cannot be fitted becomes a row of `failures`, never an exception.
        """
