"""Projections from the counts of a panel from one origin after the other, each calibrated by those before it.

    net[h] = what later counts say of entries - exits over months 1 ... h:  their sums, else net, else change of stock

Every origin, a year apart, sees only counts of periods that had ended by then, and learns from them the season as well.
What lies between two months of which the net is known is taken to be as far off as they are. Figures stated later of an
earlier period (a growth rate tells the year before) are taken to be known once it ended, and rounding of what came
counts as error.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from forecasting.calibration import Rehearsal, learn
from forecasting.flows import REHEARSAL_PATHS
from forecasting.netting import net_rehearsal, rebalance
from forecasting.panel import KEY, Array
from forecasting.paths import Paths
from forecasting.projection import Projection
from forecasting.sparse.counts import Count, rows_of
from forecasting.sparse.planning import SparsePlan, groups, plan_counts
from forecasting.sparse.simulation import seed_at, simulate_plan
from forecasting.stockflow import rolled

#: Earlier origins to learn from, and months between them: whole years, for so long lies between most counts.
REHEARSALS, EVERY = 5, 12


def walk_counts(planned: SparsePlan) -> Iterator[Projection]:
    """Project from earlier origins of a plan, then from its own.

    Parameters
    ----------
    planned : SparsePlan

    Yields
    ------
    Projection
        Whole entities, origins rising; the last is the one that was planned.
    """
    told: tuple[list[Rehearsal], list[Rehearsal]] = ([], [])
    for one in (*_rehearsed(planned), planned):
        drawn, at, ahead = simulate_plan(one), one.run.origin.ordinal, one.run.horizon
        net, turnover = (learn([_known(past, at) for past in ones], ahead, at=at, prior=1.0) for ones in told)
        flows = rebalance(drawn.entries, drawn.exits, net=net, turnover=turnover)
        # One start for what comes and what goes, or the net would be rounded twice.
        start = np.random.default_rng([*seed_at(one.run), 1]).random((*flows[0].shape[:2], 1))
        entries, exits = (np.diff(np.floor(np.cumsum(flow, axis=2) + start), axis=2, prepend=0.0) for flow in flows)
        exits, adjustment, stock = rolled(drawn.opening, entries, exits, np.zeros_like(exits), drawn.adjustment)
        yield Projection(
            keys=drawn.keys,
            origin=one.run.origin,
            opening=drawn.opening,
            entries=Paths(entries),
            exits=Paths(exits),
            adjustment=Paths(adjustment),
            stock=Paths(stock),
            run=one.run,
        )
        came, turned = came_after(planned.counts, drawn.keys, one.run.origin, ahead)
        found = net_rehearsal(drawn.entries, drawn.exits, net=came, turnover=turned, origin=at)
        for ones, past in zip(told, found, strict=True):
            ones.append(past)


def came_after(counts: pd.DataFrame, keys: pd.DataFrame, origin: pd.Period, horizon: int) -> tuple[Array, Array]:
    """Find what counts say of the net additions and the turnover of series after an origin.

    Parameters
    ----------
    counts : pandas.DataFrame
        As `check_counts` returns them.
    keys : pandas.DataFrame
        Columns area, entity_type; one row a series.
    origin : pandas.Period
    horizon : int
        Months after it.

    Returns
    -------
    net, turnover : ndarray, shape (n_series, horizon)
        Entries less exits, and entries and exits together, of months 1 ... h; NaN where counts leave it open.
    """
    net, turnover = np.full((2, len(keys), horizon), np.nan)
    of_series = dict(iter(counts.groupby(KEY)))
    for row, key in enumerate(keys.itertuples(index=False, name=None)):
        own = rows_of(of_series[key]) if key in of_series else []
        entries, exits, told = (
            _summed([one for one in own if one.measure == measure], origin.ordinal, horizon)
            for measure in ("entries", "exits", "net")
        )
        stock = {one.end.ordinal - origin.ordinal: one.value for one in own if one.measure == "stock"}
        change = np.array([stock.get(h, np.nan) - stock.get(0, np.nan) for h in range(1, horizon + 1)])
        turnover[row] = entries + exits
        net[row] = np.where(np.isnan(turnover[row]), np.where(np.isnan(told), change, told), entries - exits)
    return net, turnover


def _rehearsed(planned: SparsePlan) -> Iterator[SparsePlan]:
    """Plan the projection as it would have been made years before, where counts say something of what came of it."""
    run, counts = planned.run, planned.counts
    for before in range(REHEARSALS * EVERY, 0, -EVERY):
        origin, ahead = run.origin - before, min(run.horizon, before)
        known = [(area, kind) for area, kinds, _ in groups(counts[counts["end"] <= origin]) for kind in kinds]
        later = counts[(counts["end"] > origin) & (counts["end"] <= origin + ahead)]
        if not later.merge(pd.DataFrame(known, columns=KEY)).empty:
            yield plan_counts(
                counts, ahead, seed=run.seed, n_paths=REHEARSAL_PATHS, origin=origin, events=planned.masked
            )


def _summed(flows: list[Count], origin: int, horizon: int) -> Array:
    """Sum a flow over months 1 ... h, where adding counts and taking one from another gives it; NaN elsewhere."""
    # A count is a way from the month before it to its last; to month h that with the least rounding is taken.
    ends = np.array([(one.start.ordinal - 1, one.end.ordinal) for one in flows], dtype=np.intp).reshape(-1, 2)
    first = int(ends.min(initial=origin))
    low, high = (ends - first).T
    size = max(int(ends.max(initial=0)), origin + horizon) - first + 1
    step = np.zeros((size, size))
    step[low, high] = [one.value for one in flows]
    step = step - step.T
    rounding = csr_array(([one.precision for one in flows], (low, high)), shape=step.shape)
    distance, via = dijkstra(rounding, directed=False, indices=origin - first, return_predecessors=True)
    total = np.where(np.arange(size) == origin - first, 0.0, np.nan)
    for month in np.argsort(distance)[1 : np.isfinite(distance).sum()]:
        total[month] = total[via[month]] + step[via[month], month]
    return np.asarray(total[origin - first + 1 :][:horizon])


def _known(past: Rehearsal, at: int) -> Rehearsal:
    """Keep of a rehearsal what was known by a month; what lies between two months that were is as far off as they."""
    totals = past.totals[: at - past.origin]
    seen = np.flatnonzero(~np.isnan(totals))
    if not seen.size:
        return past
    return replace(past, totals=np.interp(np.arange(seen[-1] + 1), seen, totals[seen]))
