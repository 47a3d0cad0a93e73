"""Futures of series known from few counts: whole entities, drawn forward from what the counts say of the origin.

    entries[h] ~ Poisson(s[h] exp(b[h]) stock[h-1] noise),  exits[h] ~ Binomial(stock[h-1], z[h] exp(d[h]) noise)

Each path has its own scales, rates and stock at the origin, drawn from their posterior, so that what the counts leave
open widens it. Part of every shock is shared by all series, for what moves one area mostly moves its neighbours.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from forecasting.panel import Array
from forecasting.sparse.model import Smoothed
from forecasting.sparse.season import Season

#: Correlation of the shocks of two series.
SHARED = 0.7


def simulate(
    areas: Sequence[Smoothed], origin: pd.Period, *, horizon: int, n_paths: int, season: Season, rng: np.random.Generator
) -> tuple[Array, Array, Array]:
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
        Stock at the origin, whole entities.
    entries, exits : ndarray, shape (n_series, n_paths, horizon)
        Whole entities, with `opening + cumulated (entries - exits)` never negative.
    """
    states, scales = zip(*(_draw_origin(one, n_paths, rng) for one in areas), strict=True)
    state = np.concatenate(states)
    scale = np.concatenate([np.repeat(own[None], len(one.mean), axis=0) for own, one in zip(scales, areas, strict=True)])
    n = len(state)
    together = np.tanh(np.log(scale[:, :, 5]))
    opening = np.rint(np.maximum(state[:, :, 2], 0.0))
    rates, stock = state[:, :, :2].copy(), opening.copy()
    entries, exits = np.empty((n, n_paths, horizon)), np.empty((n, n_paths, horizon))
    for h in range(horizon):
        month = (origin + h + 1).month - 1
        shock = np.sqrt(SHARED) * rng.standard_normal((1, n_paths, 4))
        shock = (shock + np.sqrt(1.0 - SHARED) * rng.standard_normal((n, n_paths, 4)))
        for first, second in ((0, 1), (2, 3)):
            shock[:, :, second] = together * shock[:, :, first] + np.sqrt(1.0 - together**2) * shock[:, :, second]
        shock *= scale[:, :, :4]
        rates += shock[:, :, :2] / np.sqrt(12.0)
        # Noise of mean 1.
        hazard = np.exp(rates + shock[:, :, 2:] - 0.5 * scale[:, :, 2:4] ** 2)
        entries[:, :, h] = rng.poisson(season.entries[month] * hazard[:, :, 0] * np.maximum(stock, 1.0))
        share = np.minimum(season.exits[month] * hazard[:, :, 1], 1.0)
        exits[:, :, h] = rng.binomial(stock.astype(np.int64), share)
        stock += entries[:, :, h] - exits[:, :, h]
    return opening, entries, exits


def _draw_origin(area: Smoothed, n_paths: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Draw states at the origin, shape (n_series, n_paths, 3), and scales, shape (n_paths, 5)."""
    log_scales = rng.multivariate_normal(area.log_scales, area.log_scales_covariance, n_paths, method="eigh")
    state = rng.multivariate_normal(area.mean.ravel(), area.covariance, n_paths, method="eigh")
    return state.reshape(n_paths, len(area.mean), 3).swapaxes(0, 1), np.exp(log_scales)
