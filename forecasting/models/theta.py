"""The optimised theta method: a share of the long trend under simple exponential smoothing, and a season.

    y[t] = l[t-1] + w slope + s[t-m] + e[t],   l[t] = l[t-1] + w slope + alpha e[t],   s[t] = s[t-m] + gamma e[t]

`slope` is the least-squares slope of the whole series and w = 1 - 1/theta: w = 1/2 is the theta line 2 of the original,
other shares are the optimised theta of later work; alpha, w and how far the season counts are averaged by evidence.
Assimakopoulos & Nikolopoulos (2000); Hyndman & Billah (2003) for the equivalence; Fiorucci et al. (2016).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecasting.models.candidates import spread
from forecasting.models.innovations import PosteriorFitted, fit_panel
from forecasting.models.protocol import Array
from forecasting.models.smoothing import FIXED, OPEN, SmoothingRecursion, season_precision


@dataclass(frozen=True)
class Theta:
    """Theta averaged over its parameters.

    Parameters
    ----------
    season : int
        Months in a cycle; 1 is none.
    n_candidates : int
    """

    season: int = 12
    n_candidates: int = 512
    name: str = "theta"

    def recursion(self) -> SmoothingRecursion:
        """Candidates: theta from 1.25 to 2; 10 % without season."""
        alpha, drift, gamma, seasonal, open_season = spread(self.n_candidates, 5, seed=2)
        is_seasonal = seasonal >= 0.1
        alpha = 0.005 + 0.99 * alpha
        return SmoothingRecursion(
            alpha=alpha,
            beta=np.zeros_like(alpha),
            gamma=np.where(is_seasonal & (self.season > 1), (1.0 - alpha) * gamma**2, 0.0),
            phi=np.ones_like(alpha),
            precision=np.vstack(
                [
                    np.full_like(alpha, OPEN),
                    np.full_like(alpha, FIXED),
                    season_precision(open_season, self.season, is_seasonal),
                ]
            ),
            drift=0.2 + 0.3 * drift,
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
