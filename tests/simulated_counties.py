"""Counties whose truth is known (simulated): season, Spring Festival, a campaign, a purge, and counts that are noisy.

    log mean entries = level + season + festival + working days + campaign,   entries ~ NB(mean, dispersion)
    exits ~ Binomial(opening stock, hazard),   log hazard = level + season + noise,   a purge takes a share once

Levels walk at random, in part together. Every random number is a uniform or a normal drawn before anything is switched
on or off, so two simulations that differ by a switch share everything else. Futures start from the true state at the
origin, so `futures` is the distribution that a perfect forecaster would state.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from forecasting import Event, Panel
from forecasting.calendar import regressors

ORIGIN_SEASON = np.log([0.92, 0.90, 1.20, 1.14, 1.06, 1.04, 0.96, 0.98, 1.08, 0.92, 0.98, 0.88])
EXIT_SEASON = np.log([0.9, 0.7, 1.0, 1.0, 1.0, 1.25, 0.95, 0.95, 1.0, 0.95, 1.0, 1.4])


@dataclass(frozen=True)
class Truth:
    """Parameters of the simulation; effects are changes of logarithms.

    `festival` belongs to the days before, during and after; `working` is the elasticity in working days.
    """

    n_counties: int = 60
    n_months: int = 60
    first: str = "2015-01"
    entries: tuple[float, float] = (60.0, 600.0)
    festival: tuple[float, float, float] = (-0.15, -0.45, -0.20)
    working: float = 0.8
    drift: float = 0.004
    walk: float = 0.02
    shared_walk: float = 0.01
    dispersion: float = 150.0
    hazard: float = 0.006
    exit_noise: float = 0.10
    campaign: float = 0.40
    campaign_at: int = 30
    purge: tuple[float, float] = (0.01, 0.04)
    purge_at: int = 40


@dataclass(frozen=True, eq=False)
class Simulated:
    """What was simulated: the panel as far as the origin, what then happened, and the true state behind it."""

    truth: Truth
    panel: Panel
    after: Panel
    events: tuple[Event, ...]
    log_level: np.ndarray
    log_hazard: np.ndarray
    season: np.ndarray
    mean_entries: np.ndarray
    hazard: np.ndarray
    purged: np.ndarray

    def futures(self, horizon: int, n_paths: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """Draw futures from the truth: entries, exits and stock, each (n_counties, n_paths, horizon)."""
        truth, n = self.truth, self.truth.n_counties
        shape = (n, n_paths, horizon)
        months = pd.period_range(self.panel.months[-1] + 1, periods=horizon, freq="M")
        walk = truth.walk * rng.standard_normal(shape) + truth.shared_walk * rng.standard_normal((1, *shape[1:]))
        level = self.log_level[:, None, None] + np.cumsum(truth.drift + walk, axis=2)
        mean = np.exp(level + (self.season[:, np.asarray(months.month) - 1] + calendar(truth, months))[:, None])
        entries = negative_binomial(mean, truth.dispersion, rng.random(shape))
        walk = truth.walk * rng.standard_normal(shape)
        rates = np.exp(
            self.log_hazard[:, None, None]
            + np.cumsum(walk, axis=2)
            + EXIT_SEASON[np.asarray(months.month) - 1]
            + truth.exit_noise * rng.standard_normal(shape)
        )
        exits, stock, before = np.empty(shape), np.empty(shape), np.repeat(self.panel.stock[:, -1:], n_paths, axis=1)
        uniform = rng.random(shape)
        for h in range(horizon):
            exits[:, :, h] = stats.binom.ppf(uniform[:, :, h], before, rates[:, :, h])
            before = before + entries[:, :, h] - exits[:, :, h]
            stock[:, :, h] = before
        return {"entries": entries, "exits": exits, "stock": stock}


def simulate(truth: Truth, seed: int, horizon: int = 24) -> Simulated:
    """Simulate counties as far as the origin and `horizon` months beyond."""
    rng = np.random.default_rng(seed)
    n, length = truth.n_counties, truth.n_months + horizon
    months = pd.period_range(truth.first, periods=length, freq="M")
    calendar_month = np.asarray(months.month) - 1
    low, high = np.log(truth.entries)
    start = rng.uniform(low, high, n)
    season = ORIGIN_SEASON + 0.05 * rng.standard_normal((n, 12))
    walk = truth.walk * rng.standard_normal((n, length)) + truth.shared_walk * rng.standard_normal(length)
    level = start[:, None] + np.cumsum(truth.drift + walk, axis=1)
    has_campaign, has_purge = rng.random(n) < 0.5, rng.random(n) < 0.35
    size = truth.campaign * np.exp(0.3 * rng.standard_normal(n)) * has_campaign
    level = level + size[:, None] * np.clip((np.arange(length) - truth.campaign_at + 1) / 3.0, 0.0, 1.0)
    mean = np.exp(level + season[:, calendar_month] + calendar(truth, months))
    entries = negative_binomial(mean, truth.dispersion, rng.random((n, length)))
    log_hazard = np.log(truth.hazard) + 0.2 * rng.standard_normal((n, 1))
    log_hazard = log_hazard + np.cumsum(truth.walk * rng.standard_normal((n, length)), axis=1)
    noise = truth.exit_noise * rng.standard_normal((n, length))
    hazard = np.exp(log_hazard + EXIT_SEASON[calendar_month])
    purged = has_purge * (truth.purge[0] + (truth.purge[1] - truth.purge[0]) * rng.random(n))
    uniform = rng.random((n, length))
    stock, exits = np.empty((n, length)), np.empty((n, length))
    before = np.round(np.exp(start) * rng.uniform(70.0, 110.0, n))
    for t in range(length):
        exits[:, t] = stats.binom.ppf(uniform[:, t], before, hazard[:, t] * np.exp(noise[:, t]))
        exits[:, t] += np.round(before * purged) * (t == truth.purge_at)
        before = before + entries[:, t] - exits[:, t]
        stock[:, t] = before
    areas = [f"{140000 + 100 * (row // 60 + 1) + row % 60 + 21}" for row in range(n)]
    whole = Panel(
        keys=pd.DataFrame({"area": areas, "entity_type": "all"}),
        months=months,
        entries=entries,
        exits=exits,
        stock=stock,
        adjustment=np.zeros_like(stock),
    )
    origin = truth.n_months - 1
    return Simulated(
        truth=truth,
        panel=whole.until(months[origin]),
        after=whole.sliced(columns=np.arange(length) > origin),
        events=(*_campaigns(truth, areas, has_campaign, months), *_purges(truth, areas, purged > 0, months)),
        log_level=level[:, origin],
        log_hazard=log_hazard[:, origin],
        season=season,
        mean_entries=mean,
        hazard=hazard,
        purged=purged,
    )


def calendar(truth: Truth, months: pd.PeriodIndex) -> np.ndarray:
    """True effect of the calendar on the logarithm of entries, shape (n_months,)."""
    return regressors(months) @ np.array([*truth.festival, truth.working])


def negative_binomial(mean: np.ndarray, dispersion: float, uniform: np.ndarray) -> np.ndarray:
    """Counts with variance mean + mean^2 / dispersion from given uniform numbers."""
    return stats.nbinom.ppf(uniform, dispersion, dispersion / (dispersion + mean))


def _campaigns(truth: Truth, areas: list[str], has: np.ndarray, months: pd.PeriodIndex) -> list[Event]:
    at = months[truth.campaign_at]
    return [
        Event(
            id=f"{areas[row]}-campaign",
            area=areas[row],
            entity_type="all",
            kind="campaign",
            start=at,
            end=at + 2,
            title="倍增行动（模拟）",
            effect="ramp",
            flows=("entries",),
            is_simulated=True,
        )
        for row in np.flatnonzero(has & (truth.campaign > 0))
    ]


def _purges(truth: Truth, areas: list[str], has: np.ndarray, months: pd.PeriodIndex) -> list[Event]:
    at = months[truth.purge_at]
    return [
        Event(
            id=f"{areas[row]}-purge",
            area=areas[row],
            entity_type="all",
            kind="purge",
            start=at,
            end=at,
            title="集中清理（模拟）",
            effect="mask",
            flows=("exits",),
            is_administrative=True,
            is_simulated=True,
        )
        for row in np.flatnonzero(has)
    ]
