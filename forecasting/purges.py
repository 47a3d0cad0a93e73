"""Purges (集中清理) as a marked point process: how often they come, how much they take, and futures that hold some.

    purges of an area a year ~ Poisson(r),   log(share of stock taken) ~ N(m, s^2)
    r ~ Gamma(r0 + purges, r1 + area-years),   (m, s^2) ~ normal-inverse-gamma

A purge is no part of the ordinary exit rate, which must not see its months: its event masks them. What a declared purge
took is exits beyond the ordinary rate of the two years around it. A future purge lies in one month, which each path
draws, and concerns all types of its area, each in proportion to its stock. Purges are independent of one another here;
a campaign of the whole province, which is not, is better laid on as a scenario. Gelman et al. (2013), 2.6 and 3.3.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.errors import ModelError
from forecasting.events import Event, concerned
from forecasting.panel import Panel

Array = NDArray[np.float64]

#: Weak priors: half a purge in five area-years; a purge takes about 2 % of the stock, within a factor of 4 either way.
PRIOR_PURGES, PRIOR_YEARS = 0.5, 5.0
PRIOR_SHARE, PRIOR_SPREAD, PRIOR_FREEDOM = 0.02, 0.7, 2.0
#: Months before and after a purge from which the ordinary rate is taken.
AROUND = 12
#: No purge takes more of a stock.
LARGEST_SHARE = 0.5


@dataclass(frozen=True)
class PurgeProcess:
    """What is known of purges at the origin.

    Parameters
    ----------
    n_purges : int
        Declared or accepted, one an area and event.
    area_years : float
        Over which they would have been seen.
    shares : tuple of float
        What each took of the stock that is concerned; only those whose size could be measured.
    """

    n_purges: int
    area_years: float
    shares: tuple[float, ...]

    @property
    def rate_per_year(self) -> float:
        """Purges an area and year to expect."""
        return (PRIOR_PURGES + self.n_purges) / (PRIOR_YEARS + self.area_years)

    @property
    def typical_share(self) -> float:
        """Median share of the stock that a purge takes."""
        return float(np.exp(self._moments()[0]))

    def simulate(self, areas: pd.Series, n_paths: int, horizon: int, rng: np.random.Generator) -> Array:
        """Draw the purges of the future.

        Parameters
        ----------
        areas : pandas.Series, shape (n_series,)
            Area code of each series; series of one area share its purges.
        n_paths, horizon : int
        rng : numpy.random.Generator

        Returns
        -------
        ndarray, shape (n_series, n_paths, horizon)
            Share of the opening stock that leaves beyond the ordinary exits; 0 in most months. Rate and size are drawn
            once a path, so paths differ in them as much as we do not know them.
        """
        groups, names = pd.factorize(areas)
        shape = (len(names), n_paths, horizon)
        rate = rng.gamma(PRIOR_PURGES + self.n_purges, 1.0 / (PRIOR_YEARS + self.area_years), n_paths)
        mean, spread, count, freedom = self._moments()
        variance = spread**2 * freedom / rng.chisquare(freedom, n_paths)
        centre = mean + np.sqrt(variance / count) * rng.standard_normal(n_paths)
        comes = rng.random(shape) < -np.expm1(-rate / 12.0)[:, None]
        log_share = centre[:, None] + np.sqrt(variance)[:, None] * rng.standard_normal(shape)
        share = np.where(comes, np.minimum(np.exp(np.minimum(log_share, 0.0)), LARGEST_SHARE), 0.0)
        return np.asarray(share[groups])

    def _moments(self) -> tuple[float, float, float, float]:
        """Mean and standard deviation of the log share, with the counts and degrees of freedom behind them."""
        logs = np.log(self.shares)
        n, prior = len(logs), np.log(PRIOR_SHARE)
        mean = (prior + logs.sum()) / (1.0 + n)
        squares = PRIOR_FREEDOM * PRIOR_SPREAD**2
        if n:
            squares += float(((logs - logs.mean()) ** 2).sum() + n / (1.0 + n) * (logs.mean() - prior) ** 2)
        freedom = PRIOR_FREEDOM + n
        return float(mean), float(np.sqrt(squares / freedom)), 1.0 + n, freedom


def learn_purges(panel: Panel, events: Iterable[Event]) -> PurgeProcess:
    """Count and measure the purges of a panel.

    Parameters
    ----------
    panel : Panel
        As far as the origin.
    events : iterable of Event
        Those of kind `purge` count that began by the origin; other kinds are left out.

    Returns
    -------
    PurgeProcess

    Raises
    ------
    ModelError
        If the panel holds no month.
    """
    if not len(panel.months):
        raise ModelError("没有任何月度数据，不能估计集中清理的频率和规模。请先录入。")
    areas = panel.keys["area"].to_numpy()
    opening, exits = panel.opening(), panel.exits
    purges = [event for event in events if event.kind == "purge" and event.start <= panel.months[-1]]
    is_purged = np.zeros(exits.shape, dtype=bool)
    inside = [np.asarray((panel.months >= event.start) & (panel.months <= event.end)) for event in purges]
    covered = [concerned(event, panel.keys) for event in purges]
    for rows, columns in zip(covered, inside, strict=True):
        is_purged |= np.outer(rows, columns)
    shares = []
    n_purges = 0
    for rows, columns in zip(covered, inside, strict=True):
        for area in np.unique(areas[rows]) if columns.any() else ():
            n_purges += 1
            mine = rows & (areas == area)
            taken, stock = _taken(opening[mine], exits[mine], is_purged[mine], columns)
            if taken > 0 and stock > 0:
                shares.append(min(taken / stock, LARGEST_SHARE))
    observed = (~np.isnan(exits)).any(axis=1)
    years = len(np.unique(areas[observed])) * len(panel.months) / 12.0
    return PurgeProcess(n_purges=n_purges, area_years=years, shares=tuple(shares))


def _taken(
    opening: Array, exits: Array, is_purged: NDArray[np.bool_], columns: NDArray[np.bool_]
) -> tuple[float, float]:
    """Return exits beyond the ordinary rate in the months of a purge, and the stock before it."""
    at = np.flatnonzero(columns)
    around = np.zeros(len(columns), dtype=bool)
    around[max(at[0] - AROUND, 0) : at[-1] + AROUND + 1] = True
    rates = np.where(~is_purged & around & (opening > 0), exits / np.where(opening > 0, opening, np.nan), np.nan)
    taken, stock = 0.0, 0.0
    for row in range(len(rates)):
        held = rates[row][~np.isnan(rates[row])]
        before = opening[row, at]
        if held.size and not np.isnan(before * exits[row, at]).any():
            taken += float((exits[row, at] - held.mean() * before).sum())
            stock += float(before[0])
    return taken, stock
