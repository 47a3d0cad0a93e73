"""Projection of series of which only a few counts are known: year ends, quarters, years to date, figures in the news.

    stock[h] = stock[h-1] + entries[h] - exits[h] + adjustment[h],  adjustment[1] = stock at the origin - its best value

Where the last stock was counted before the origin, or rounded, the origin is uncertain, and each path begins with its
own. The difference from the best value stands in the first month's adjustment, as any re-basing does. An area whose
three types all have a stock is estimated type by type, its counts of all types being counts of their sum.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.errors import ModelError
from forecasting.panel import ENTITY_TYPES, KEY
from forecasting.paths import Paths
from forecasting.projection import Projection
from forecasting.runs import Run
from forecasting.sparse.counts import check_counts
from forecasting.sparse.season import Season, season_of_counts


@dataclass(frozen=True, eq=False)
class SparsePlan:
    """A projection from counts that has not been computed yet: what it would see and how, hence its run id.

    Parameters
    ----------
    counts : pandas.DataFrame
        As far as the origin, as `check_counts` returns them.
    season : Season
    run : Run
    """

    counts: pd.DataFrame
    season: Season
    run: Run


def plan_counts(
    counts: pd.DataFrame,
    horizon: int,
    *,
    seed: int,
    n_paths: int = 1000,
    origin: pd.Period | None = None,
    season: Season | None = None,
    code_version: str = "",
    data_vintage: str = "",
) -> SparsePlan:
    counts = check_counts(counts)
    last = counts["end"].max() if origin is None and len(counts) else origin
    seen = counts[counts["end"] <= last].reset_index(drop=True) if len(counts) else counts
    season = season_of_counts(seen) if season is None else season
    sha = hashlib.sha256(seen.to_csv(index=False).encode())
    run = Run(
        data_digest=sha.hexdigest(), data_vintage=data_vintage, origin=last, horizon=horizon, n_paths=n_paths, seed=seed,
        code_version=code_version,
        configuration={"members": ["sparse"], "season": [season.entries.tolist(), season.exits.tolist()]},
    )
    return SparsePlan(seen, season, run)


def carry_out_counts(planned: SparsePlan) -> Projection:
    from forecasting.sparse.model import smooth_counts, pooled_prior
    from forecasting.sparse.simulation import simulate

    run, counts = planned.run, planned.counts
    keys, tasks = [], []
    for area, kinds, own in _groups(counts):
        first = min(row.end if row.measure == "stock" else row.start - 1 for row in own.itertuples())
        months = pd.period_range(first, run.origin, freq="M")
        tasks.append((own, kinds, months))
        keys += [(area, kind) for kind in kinds]
    areas = [smooth_counts(own, kinds, months=months, season=planned.season) for own, kinds, months in tasks]
    if len(areas) > 1:
        prior = pooled_prior(areas)
        areas = [smooth_counts(own, kinds, months=months, season=planned.season, prior=prior) for own, kinds, months in tasks]
    opening, entries, exits = simulate(
        areas, run.origin, horizon=run.horizon, n_paths=run.n_paths, season=planned.season,
        rng=np.random.default_rng(run.seed),
    )
    best = np.rint(np.median(opening, axis=1))
    adjustment = np.zeros_like(entries)
    adjustment[:, :, 0] = opening - best[:, None]
    # opening ok
    stock = opening[:, :, None] + np.cumsum(entries - exits, axis=2)
    return Projection(
        keys=pd.DataFrame(keys, columns=KEY), origin=run.origin, opening=best, entries=Paths(entries), exits=Paths(exits),
        adjustment=Paths(adjustment), stock=Paths(stock), run=run,
    )


def _groups(counts: pd.DataFrame) -> Iterator[tuple[str, list[str], pd.DataFrame]]:
    """Give the series that are estimated together, with their counts."""
    types = [kind for kind in ENTITY_TYPES if kind != "all"]
    for area, group in counts.groupby("area"):
        counted = set(group.loc[group["measure"] == "stock", "entity_type"])
        joint = [types] if counted >= set(types) else []
        for kinds in joint or [[kind] for kind in ENTITY_TYPES if kind in counted]:
            own = group[group["entity_type"].isin([*kinds, "all"] if joint else kinds)]
            yield str(area), kinds, own.reset_index(drop=True)
