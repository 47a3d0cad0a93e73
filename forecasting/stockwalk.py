"""Entries, exits and stock from one origin after the other, each calibrated by those before it.

    stock[h] = stock[h-1] + entries[h] - hazard[h] stock[h-1]

Entries and exit rates are forecast and calibrated as flows; rolled forward, their net and turnover are calibrated once
more, so that months, totals and the stock at a date all have the spread that earlier forecasts turned out to need.
Small counts are then drawn as counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.calibration import Rehearsal, learn
from forecasting.count_noise import count_months
from forecasting.flows import Flows, Setting, walk
from forecasting.members import TOTAL_WEIGHTS
from forecasting.models import Failure
from forecasting.netting import net_rehearsal, rebalance
from forecasting.panel import opening_stock
from forecasting.stockflow import rolled

Array = NDArray[np.float64]

#: Tells the random numbers of counting from those of the flows.
COUNT_STREAM = 2


@dataclass(frozen=True, eq=False)
class StockStep:
    """A calibrated forecast of a panel from one origin.

    Parameters
    ----------
    origin : int
        Column of the last month seen.
    rows : ndarray of int, shape (n_rows,)
        Series with entries, exit rates and a stock by then.
    entries, exits, stock : ndarray, shape (n_rows, n_paths, ahead)
        Not below 0; the identity holds on every path. As far as the panel goes on, or the whole horizon from its last
        month.
    failures : tuple of Failure
        Rows 0 ... n - 1 are the entries, n ... 2 n - 1 the exit rates of the n series.
    """

    origin: int
    rows: NDArray[np.intp]
    entries: Array
    exits: Array
    stock: Array
    failures: tuple[Failure, ...]


def walk_stock(
    *,
    entries: Array,
    rates: Array,
    stock: Array,
    floor: Array,
    origins: Mapping[int, int],
    horizon: int,
    seed: int,
    weights: Mapping[str, float] = TOTAL_WEIGHTS,
    history: int | None = None,
    setting: Setting | None = None,
    purges: Mapping[int, Array] | None = None,
) -> Iterator[StockStep]:
    """Forecast a panel from its origins.

    Parameters
    ----------
    entries, rates, stock : ndarray, shape (n_series, n_months)
        Entries, exits over the opening stock, stock at the end of the month; NaN = not observed or not evidence.
    floor : ndarray, shape (n_series,)
        Smallest exit rate that matters: one entity's.
    origins : mapping of int to int
        Column of the last month seen -> number of paths; columns rising.
    horizon : int
    seed : int
    weights : mapping of str to float
        Of the members.
    history : int, optional
        Months the models see; all if not given.
    setting : Setting, optional
        Of the series, for calendar and events.
    purges : mapping of int to ndarray, optional
        Origin -> share of the opening stock that leaves beyond the ordinary exits, (n_series, n_paths, horizon).

    Yields
    ------
    StockStep
        One an origin at which any series can be forecast.
    """
    n, months = stock.shape
    flows = Flows(
        y=np.vstack([entries, rates]),
        shift=np.concatenate([np.ones(n), floor]),
        group=np.repeat([0, 1], n),
        weights=dict(weights),
        setting=setting and Setting(pd.concat([setting.keys] * 2, ignore_index=True), setting.months, setting.events),
    )
    exits = rates * opening_stock(stock)
    told: tuple[list[Rehearsal], list[Rehearsal]] = ([], [])
    for step in walk(flows, origins, horizon, seed=seed, history=history):
        place = np.full(2 * n, -1)
        place[step.rows] = np.arange(len(step.rows))
        is_live = (place[:n] >= 0) & (place[n:] >= 0) & np.isfinite(stock[:, step.origin])
        rows = np.flatnonzero(is_live)
        if not rows.size:
            continue
        start, ahead = stock[rows, step.origin], step.paths.shape[2]
        came = step.paths[place[rows]]
        nothing = np.zeros_like(came)
        left, _, _ = rolled(start, came, nothing, np.minimum(step.paths[place[rows + n]], 1.0), nothing)
        net, turnover = (learn(ones, ahead, at=step.origin, prior=1.0) for ones in told)
        now, gone = rebalance(came, left, net=net, turnover=turnover)
        # Last of all, for it leaves the totals of years: what is learnt from totals must not see it.
        rng = np.random.default_rng([seed, step.origin, COUNT_STREAM])
        now, gone = count_months(now, rng), count_months(gone, rng)
        purged = (purges or {}).get(step.origin)
        leaving, _, held = rolled(start, now, gone, nothing if purged is None else purged[rows], nothing)
        yield StockStep(step.origin, rows, now, leaving, held, step.failures)
        if step.origin == months - 1:
            continue
        columns = slice(step.origin + 1, step.origin + 1 + ahead)
        turned = np.cumsum(entries[rows, columns] + exits[rows, columns], axis=1)
        # Where a month is no evidence of its flows, neither is the stock after it.
        kept = np.where(np.isnan(turned), np.nan, stock[rows, columns] - start[:, None])
        for ones, one in zip(
            told, net_rehearsal(came, left, net=kept, turnover=turned, origin=step.origin), strict=True
        ):
            ones.append(one)
