"""Seasonal naive: last year's month again, whatever came between.

    y[t] = y[t-m] + e[t]

A month of the cycle that was never seen is the mean of those that were. Works from one observation on; stands in where
another model left the plausible range. The yardstick of MASE.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecasting.models.innovations import PosteriorFitted, fit_panel
from forecasting.models.protocol import Array
from forecasting.models.smoothing import FIXED, OPEN, SmoothingRecursion


@dataclass(frozen=True)
class SeasonalNaive:
    """The smoothing recursion with a season that forgets at once.

    Parameters
    ----------
    season : int
        Months in a cycle; 1 is the last value carried on.
    """

    season: int = 12
    name: str = "naive"

    def recursion(self) -> SmoothingRecursion:
        """One candidate."""
        return SmoothingRecursion(
            alpha=np.zeros(1),
            beta=np.zeros(1),
            gamma=np.ones(1),
            phi=np.zeros(1),
            # The season is nearly open, and just closed enough for a level to be told from it.
            precision=np.array([OPEN, FIXED] + [0.01] * self.season)[:, None],
            season=self.season,
        )

    def fit(self, y: Array) -> PosteriorFitted:
        """Fit every series; see `forecasting.models.protocol.Model`.

        Parameters
        ----------
        y : ndarray, shape (n_series, n_months)

        Returns
        -------
        PosteriorFitted
        """
        return fit_panel(self.recursion(), y)
