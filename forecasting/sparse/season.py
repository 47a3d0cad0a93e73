"""How the months of a year share its flows, learnt on a panel and lent to series that have few counts.

    factor[m] = lambda x (12 x flow of month m / flow of the year, over all series and full years) + (1 - lambda)

with lambda = n / (n + 2) for n full years, as the seasonal pace line has it (METHODS section 1). Fails where campaigns
and purges make up much of the flows: leave those out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.errors import SchemaError
from forecasting.panel import Array
from forecasting.sparse.counts import rows_of


@dataclass(frozen=True, eq=False)
class Season:
    """Factors of the calendar months, January first.

    Parameters
    ----------
    entries, exits : ndarray, shape (12,)
        Positive, mean 1.

    Raises
    ------
    SchemaError
        If there are not twelve positive factors of mean 1.
    """

    entries: Array
    exits: Array

    def __post_init__(self) -> None:
        for name, chinese in (("entries", "新设"), ("exits", "注销吊销")):
            factors = np.asarray(getattr(self, name), dtype=float)
            if factors.shape != (12,) or not (factors > 0).all() or abs(factors.mean() - 1.0) > 1e-6:
                raise SchemaError(f"{chinese}的季节系数应为12个正数、平均为1，实为 {factors}。")
            object.__setattr__(self, name, factors)


#: Months of the longest count that tells anything of the season.
LONGEST = 3
#: No season known.
FLAT = Season(entries=np.ones(12), exits=np.ones(12))


def season_of_counts(counts: pd.DataFrame) -> Season:
    """Learn the season of entries and of exits on the full calendar years of counts of a quarter or less.

    Parameters
    ----------
    counts : pandas.DataFrame
        As `check_counts` returns them. A count of more than one month is spread over its months evenly.

    Returns
    -------
    Season
        Flat where no series has a full year.
    """
    return Season(**{flow: _factors(counts[counts["measure"] == flow]) for flow in ("entries", "exits")})


def _factors(flows: pd.DataFrame) -> Array:
    # A month counted on its own says more than the quarter it lies in.
    short = sorted((count for count in rows_of(flows) if count.n_months <= LONGEST), key=lambda count: count.n_months)
    cells = [
        (count.area, count.entity_type, month.year, month.month, count.value / count.n_months)
        for count in short
        for month in pd.period_range(count.start, count.end, freq="M")
    ]
    if len(cells) < 12:
        return np.ones(12)
    grid = pd.DataFrame(cells, columns=["area", "entity_type", "year", "month", "value"])
    grid = grid.drop_duplicates(["area", "entity_type", "year", "month"])
    years = grid.pivot(index=["area", "entity_type", "year"], columns="month", values="value").dropna()  # noqa: PD010 - keys are unique
    years = years[years.sum(axis=1) > 0]
    if years.shape[1] < 12 or years.empty:
        return np.ones(12)
    shares = 12.0 * years.sum() / years.to_numpy().sum()
    n_years = len(years.index.unique("year"))
    trust = n_years / (n_years + 2.0)
    # A month in which nothing ever happened keeps a little, for a factor multiplies.
    factors = np.maximum(trust * shares.to_numpy() + (1.0 - trust), 0.01)
    return np.asarray(factors / factors.mean())
