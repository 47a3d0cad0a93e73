"""What a goal is about, month by month: the registered stock, the share of a type in it, or new registrations so far.

    level, cagr, yoy_growth, increment    Q(t) = stock(t)
    share                                 Q(t) = stock of the type(t) / stock of all types(t)
    count (indicator `new_entities`)      Q(t) = sum of entries after the base month up to t

Past months of a count that nobody counted are taken on each path at its own mean over the coming year. The future is
taken path by path, so that the probability of a share or a count comes from the same worlds as that of a stock.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.panel import Array, Panel
from forecasting.projection import Projection
from targets.goal import ENTRIES_INDICATOR, STOCK_INDICATOR, Goal
from targets.pace import MONTHS_A_YEAR, default_base_month

STOCK_KINDS = ("level", "cagr", "yoy_growth", "increment")


@dataclass(frozen=True, eq=False)
class Quantity:
    """The past and the simulated future of what a goal is about.

    Parameters
    ----------
    style : str
        `stock`, `share` or `count`.
    months : pandas.PeriodIndex
        Of the past.
    past : ndarray, shape (n_months,)
        NaN = not observed.
    change : ndarray, shape (n_months,)
        What each month added, adjustments aside: net additions for a stock, entries for a count, the difference for
        a share.
    future_months : pandas.PeriodIndex
    paths : ndarray, shape (n_paths, horizon)
    exits : ndarray, shape (horizon,)
        Mean exits to be made good on top of what is required; zero for a count and a share.
    n_estimated : int
        Past months of a count that nobody counted.
    """

    style: str
    months: pd.PeriodIndex
    past: Array
    change: Array
    future_months: pd.PeriodIndex
    paths: Array
    exits: Array
    n_estimated: int = 0

    def at(self, month: pd.Period) -> float:
        """Return the past value at a month.

        Parameters
        ----------
        month : pandas.Period

        Returns
        -------
        float
            NaN where not observed.
        """
        position = month.ordinal - self.months[0].ordinal
        return float(self.past[position]) if 0 <= position < len(self.past) else float("nan")


def quantity(goal: Goal, panel: Panel, projection: Projection) -> Quantity | None:
    """Find what a goal is about in a panel and its projection.

    Parameters
    ----------
    goal : Goal
    panel : Panel
        Months after the projection's origin are not looked at.
    projection : Projection

    Returns
    -------
    Quantity or None
        None where the panel does not measure the goal's indicator, or does not hold its series.
    """
    is_stock = goal.indicator == STOCK_INDICATOR and goal.kind in STOCK_KINDS
    is_share = goal.indicator == STOCK_INDICATOR and goal.kind == "share" and goal.entity_type != "all"
    is_count = goal.indicator == ENTRIES_INDICATOR and goal.kind == "count"
    if not (is_stock or is_share or is_count):
        return None
    types = set(panel.keys.loc[panel.keys["area"] == goal.area, "entity_type"])
    if goal.entity_type not in types and (goal.entity_type != "all" or not types):
        return None
    own = panel.total(goal.area, goal.entity_type).until(projection.origin)
    future = projection.total(goal.area, goal.entity_type)
    no_exits = np.zeros(future.stock.horizon)
    if is_stock:
        return Quantity(
            "stock",
            own.months,
            own.stock[0],
            (own.entries - own.exits)[0],
            future.months,
            future.stock.values[0],
            future.exits.values[0].mean(axis=0),
        )
    if is_count:
        return _count(goal, own, future, no_exits)
    whole, whole_future = panel.total(goal.area).until(projection.origin), projection.total(goal.area)
    with np.errstate(divide="ignore", invalid="ignore"):
        past = np.where(whole.stock[0] > 0, own.stock[0] / whole.stock[0], np.nan)
        paths = np.where(whole_future.stock.values > 0, future.stock.values / whole_future.stock.values, 0.0)[0]
    change = np.concatenate([[np.nan], np.diff(past)])
    return Quantity("share", own.months, past, change, future.months, paths, no_exits)


def _count(goal: Goal, own: Panel, future: Projection, no_exits: Array) -> Quantity:
    """Entries added up from the month after the base; nothing before."""
    base_month = default_base_month(goal)
    counts = np.asarray(own.months > base_month)
    is_unknown = counts & np.isnan(own.entries[0])
    n_unknown = int(is_unknown.sum())
    rate = future.entries.values[0][:, :MONTHS_A_YEAR].mean(axis=1)
    known = np.where(is_unknown, np.median(rate), own.entries[0])
    past = np.cumsum(np.where(counts, known, 0.0))
    counts_future = np.asarray(future.months > base_month)
    added = np.cumsum(np.where(counts_future, future.entries.values[0], 0.0), axis=1)
    start = past[-1] if len(past) else 0.0
    paths = start + n_unknown * (rate - np.median(rate))[:, None] + added
    return Quantity("count", own.months, past, own.entries[0].copy(), future.months, paths, no_exits, n_unknown)
