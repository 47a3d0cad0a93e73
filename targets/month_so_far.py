"""A month that is not over: what is counted so far says of the whole, beside what was projected.

    weight of path p ~ P(counted so far | the month is that of p),   see `forecasting.calendar.likelihood_of_whole`

1 on the first day is held against what a month of 136 makes likely of its first day, not against a month of 21. The
count is evidence on the paths of the projection, no observation: it is neither stored nor modelled. Fails where an area
is not projected in all its types, or the day is not one of the month after the last known.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd

from forecasting.calendar import UNEVENNESS, PartialMonth, likelihood_of_whole, whole_month
from forecasting.panel import MEASURES, Array
from forecasting.projection import Projection

LEVELS = (0.1, 0.5, 0.9)
#: Paths that must count for the two to be weighed against each other; with fewer they contradict.
FEWEST_PATHS = 20.0


@dataclass(frozen=True)
class MonthSoFar:
    """A month that is not over.

    Parameters
    ----------
    month : pandas.Period
    flow : str
        `entries` or `exits`.
    day : int
        Last day counted.
    partial : PartialMonth
        What the count alone says.
    projected, both : tuple of float
        10 %, 50 % and 90 % quantile of the whole month as projected, and with the count; where the two contradict each
        other, `both` is what the count alone says.
    is_contradiction : bool
        Whether hardly a path of the projection is in keeping with the count.
    """

    month: pd.Period
    flow: str
    day: int
    partial: PartialMonth
    projected: tuple[float, float, float]
    both: tuple[float, float, float]
    is_contradiction: bool

    @property
    def sentence(self) -> str:
        """Say it in Chinese."""
        name, made = MEASURES[self.flow], self.partial
        said = (
            f"截至{self.month.month}月{self.day}日{name}{made.value:.0f}户，工作日已过{made.share:.0%}；"
            f"按工作日推算全月约{made.estimate:.0f}户，原预测{self.projected[1]:.0f}户"
            f"（80%区间{self.projected[0]:.0f}—{self.projected[2]:.0f}户）。"
        )
        low, middle, high = self.both
        if self.is_contradiction:
            return (
                f"{said}两者相差很大，请先核对录入的数；若属实，全月约{middle:.0f}户（80%区间{low:.0f}—{high:.0f}户）。"
            )
        return f"{said}合起来看，全月约{middle:.0f}户（80%区间{low:.0f}—{high:.0f}户）。"


def month_so_far(projection: Projection, area: str, flow: str, value: float, day: int) -> MonthSoFar:
    """Weigh what is counted so far of the first projected month against the projection.

    Parameters
    ----------
    projection : Projection
    area : str
        All its types together.
    flow : str
        `entries` or `exits`.
    value : float
        Entities counted from the first of the month to `day`, inclusive.
    day : int

    Returns
    -------
    MonthSoFar

    Raises
    ------
    ModelError
        As `forecasting.calendar.whole_month` and `Projection.total`.
    """
    paths: Array = getattr(projection.total(area), flow).values[0, :, 0]
    month = projection.months[0]
    made = whole_month(value, month, day)
    projected = _quantiles(paths, np.ones_like(paths))
    # Of a month that is over nothing is left to weigh.
    spread = np.maximum(np.sqrt(made.share * (1.0 - made.share) * (paths + UNEVENNESS * paths**2)), 0.5)
    is_contradiction = bool((np.abs(value - made.share * paths) > 3.0 * spread).all())
    weights = np.ones_like(paths)
    if made.share < 1.0 and not is_contradiction:
        likelihood = likelihood_of_whole(value, made.share, paths)
        # More may be counted already than any path comes to.
        is_contradiction = bool(np.isneginf(likelihood).all())
        if not is_contradiction:
            weights = np.exp(likelihood - likelihood.max())
            is_contradiction = bool(weights.sum() ** 2 < FEWEST_PATHS * (weights**2).sum())
    if is_contradiction or made.share == 1.0:
        low, middle, high = (made.estimate + made.standard_error * NormalDist().inv_cdf(level) for level in LEVELS)
        both = (max(low, made.value), middle, high)
    else:
        both = _quantiles(np.maximum(paths, made.value), weights)
    return MonthSoFar(month, flow, day, made, projected, both, is_contradiction)


def _quantiles(values: Array, weights: Array) -> tuple[float, float, float]:
    """Weighted quantiles at `LEVELS`: the value at which half of its own weight lies below."""
    order = np.argsort(values, kind="stable")
    below = np.cumsum(weights[order]) - weights[order] / 2.0
    low, middle, high = np.interp(LEVELS, below / weights.sum(), values[order])
    return float(low), float(middle), float(high)
