"""Futures of series known from few counts: whole entities, drawn forward from what the counts say of the origin.

    entries[h] ~ Poisson(s[h] exp(b[h]) stock[h-1] noise),  exits[h] ~ Binomial(stock[h-1], z[h] exp(d[h]) noise)
    adjustment[h] ~ Normal(0, (share a year x stock[h-1])^2 / 12)

Each path has its own scales, rates and stock at the origin, drawn from their posterior, so that what the counts leave
open widens it. A register that was re-based, for its stocks and flows do not close, may be so again. Part of every
shock is shared by all series, for what moves one area mostly moves its neighbours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.events import FLOWS
from forecasting.panel import KEY, Array
from forecasting.runs import Run
from forecasting.sparse.counts import rows_of
from forecasting.sparse.model import Smoothed, smooth_panel, split
from forecasting.sparse.planning import SparsePlan, groups
from forecasting.sparse.season import Season
from forecasting.sparse.system import Scene

#: Correlation of the shocks of two series: 0.72 between the yearly changes of entries of US states, 2005 to 2014.
SHARED = 0.7
#: Most that entries of an ordinary month add to the stock: as much as the campaign month of 临汾市 did in 2022-05
#: (30 431 to 303 927). What came to an empty register would otherwise be its rate for ever.
MOST_ENTRIES = 0.1


@dataclass(frozen=True, eq=False)
class Futures:
    """What may come after an origin, not yet calibrated.

    Parameters
    ----------
    keys : pandas.DataFrame
        Columns area, entity_type; one row a series.
    opening : ndarray, shape (n_series,)
        Best value of the stock at the origin.
    entries, exits, adjustment : ndarray, shape (n_series, n_paths, horizon)
        Whole entities, as `simulate`; what a path begins with beyond `opening` stands in its first adjustment.
    """

    keys: pd.DataFrame
    opening: Array
    entries: Array
    exits: Array
    adjustment: Array


def simulate_plan(planned: SparsePlan) -> Futures:
    """Simulate from the origin of a plan.

    Parameters
    ----------
    planned : SparsePlan

    Returns
    -------
    Futures
    """
    run = planned.run
    scenes = [_scene(planned, *group) for group in groups(planned.counts)]
    areas = smooth_panel([scene for _, scene in scenes])
    drawn, entries, exits, adjustment = simulate(
        areas,
        run.origin,
        horizon=run.horizon,
        n_paths=run.n_paths,
        season=planned.season,
        rng=np.random.default_rng(seed_at(run)),
    )
    opening = np.rint(np.maximum(np.concatenate([one.mean[:, 2] for one in areas]), 0.0))
    adjustment[:, :, 0] += drawn - opening[:, None]
    keys = [(area, kind) for area, scene in scenes for kind in scene.entity_types]
    return Futures(pd.DataFrame(keys, columns=KEY), opening, entries, exits, adjustment)


def seed_at(run: Run) -> list[int]:
    """Return what the random numbers of a run follow from: its seed, and the month it starts from.

    Parameters
    ----------
    run : Run

    Returns
    -------
    list of int
        Not below 0, as the number of a month before 1970 would be.
    """
    return [run.seed, run.origin.ordinal % 2**32]


def simulate(
    areas: Sequence[Smoothed],
    origin: pd.Period,
    *,
    horizon: int,
    n_paths: int,
    season: Season,
    rng: np.random.Generator,
) -> tuple[Array, Array, Array, Array]:
    """Draw joint futures of the series of all areas.

    Parameters
    ----------
    areas : sequence of Smoothed
    origin : pandas.Period
        The month they were smoothed to.
    horizon, n_paths : int
    season : Season
    rng : numpy.random.Generator

    Returns
    -------
    opening : ndarray, shape (n_series, n_paths)
        Stock at the origin.
    entries, exits, adjustment : ndarray, shape (n_series, n_paths, horizon)
        All whole entities; `opening` and what follows by the identity are never negative.
    """
    states, scales, correlations = zip(*(_draw_origin(one, n_paths, rng) for one in areas), strict=True)
    sizes = [len(one.mean) for one in areas]
    state = np.concatenate(states)
    scale = np.repeat(scales, sizes, axis=0)
    first, second = np.moveaxis(np.repeat(correlations, sizes, axis=0), 2, 0)
    mix = [(0, 1, first), (2, 3, second)]
    opening = np.rint(np.maximum(state[:, :, 2], 0.0))
    log_rates, stock = state[:, :, :2].copy(), opening.copy()
    entries, exits, adjustment = np.empty((3, *opening.shape, horizon))
    for h in range(horizon):
        month = (origin + h + 1).month - 1
        shock = np.sqrt(SHARED) * rng.standard_normal((1, n_paths, 4))
        shock = shock + np.sqrt(1.0 - SHARED) * rng.standard_normal((*opening.shape, 4))
        for one, other, correlation in mix:
            shock[:, :, other] = correlation * shock[:, :, one] + np.sqrt(1.0 - correlation**2) * shock[:, :, other]
        log_rates += scale[:, :, :2] * shock[:, :, :2] / np.sqrt(12.0)
        log_rates[:, :, 0] = np.minimum(log_rates[:, :, 0], np.log(MOST_ENTRIES))
        # Of mean 1.
        noise = np.exp(scale[:, :, 2:4] * shock[:, :, 2:] - 0.5 * scale[:, :, 2:4] ** 2)
        rate = np.exp(log_rates) * noise
        entries[:, :, h] = rng.poisson(season.entries[month] * rate[:, :, 0] * np.maximum(stock, 1.0))
        exits[:, :, h] = rng.binomial(stock.astype(np.int64), np.minimum(season.exits[month] * rate[:, :, 1], 1.0))
        size = scale[:, :, 4] / np.sqrt(12.0) * np.maximum(stock, 1.0)
        stock += entries[:, :, h] - exits[:, :, h]
        adjustment[:, :, h] = np.maximum(np.rint(size * rng.standard_normal(size.shape)), -stock)
        stock += adjustment[:, :, h]
    return opening, entries, exits, adjustment


def _scene(planned: SparsePlan, area: str, entity_types: tuple[str, ...], counts: pd.DataFrame) -> tuple[str, Scene]:
    """Set the scene of an area: series that are estimated together, and months that are no evidence of rates."""
    first = min(count.end if count.measure == "stock" else count.start - 1 for count in rows_of(counts))
    months = pd.period_range(first, planned.run.origin, freq="M")
    masked = np.zeros((len(entity_types), len(FLOWS), len(months)), dtype=bool)
    for i, kind in enumerate(entity_types):
        for f, flow in enumerate(FLOWS):
            for event in planned.masked:
                if flow in event.masks and event.covers(area, kind):
                    masked[i, f] |= np.asarray((months >= event.start) & (months <= event.end))
    return area, Scene(counts=counts, entity_types=entity_types, months=months, season=planned.season, masked=masked)


def _draw_origin(area: Smoothed, n_paths: int, rng: np.random.Generator) -> tuple[Array, Array, Array]:
    """Draw states at the origin, shape (n_series, n_paths, 3), and scales and correlations, a row a path."""
    parameters = rng.multivariate_normal(area.parameters, area.parameters_covariance, n_paths, method="eigh")
    # Standardised: log rates and stock differ by eight orders, and rounding would make the covariance indefinite.
    spread = np.sqrt(np.maximum(np.diag(area.covariance), np.finfo(float).tiny))
    standard = rng.multivariate_normal(
        np.zeros(len(spread)), area.covariance / np.outer(spread, spread), n_paths, method="eigh", check_valid="ignore"
    )
    state = area.mean.ravel() + spread * standard
    return state.reshape(n_paths, len(area.mean), 3).swapaxes(0, 1), *split(parameters)
