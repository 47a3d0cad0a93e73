"""Projection of a panel: entries and exit rates forecast jointly, stock rolled forward by the identity.

    z_entries = log(1 + entries),   z_exits = log(exits / opening + c),  c = 1 / opening stock at the origin
    stock[h] = stock[h-1] + entries[h] - hazard[h] stock[h-1] + adjustment[h]

Both matrices are stacked and fitted in one call, so that the dependence between flows, types and areas is kept on
every path, and each is calibrated by what was forecast of it before. What was said of the stock at those earlier
origins, and how often it held, is kept with the run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from forecasting.events import Event
from forecasting.members import TOTAL_WEIGHTS
from forecasting.panel import Array, Panel
from forecasting.paths import Paths
from forecasting.planning import Plan, exit_rates, masked_flows, plan
from forecasting.projection import Projection
from forecasting.runs import Run

#: Earlier origins to learn from: eight years of half-years; what is older counts for little.
REHEARSALS = 16
#: Months the models see at most: twenty years tell season, calendar and events as well as seventy.
LONGEST = 240


def project(
    panel: Panel,
    horizon: int,
    *,
    seed: int,
    n_paths: int = 1000,
    events: Iterable[Event] = (),
    weights: Mapping[str, float] = TOTAL_WEIGHTS,
    has_purges: bool = False,
    parents: Mapping[str, str] | None = None,
    origin: pd.Period | None = None,
    code_version: str = "",
    data_vintage: str = "",
) -> Projection:
    """Project every series of a panel if nothing changes.

    Parameters
    ----------
    panel : Panel
        With entries, exits and stock.
    horizon : int
        Months after the origin, at least 1.
    seed : int
        Of the random generator; the same seed gives the same paths.
    n_paths : int
        Simulated futures.
    events : iterable of Event
        Known events: see `forecasting.events`.
    weights : mapping of str to float
        Of the models.
    has_purges : bool
        Whether future purges (集中清理) are drawn, as often and as large as those of the past were.
    parents : mapping of str to str, optional
        Code of every area -> code of the area it is part of. Areas of which all parts are held then equal their sum on
        every path.
    origin : pandas.Period, optional
        Last month to use; default the last month complete for every series.
    code_version, data_vintage : str
        Kept in the run.

    Returns
    -------
    Projection

    Raises
    ------
    ModelError
        If there is no complete month, or a series has no observed flow or no stock at the origin.
    """
    return carry_out(
        plan(
            panel,
            horizon,
            seed=seed,
            n_paths=n_paths,
            events=events,
            weights=weights,
            has_purges=has_purges,
            parents=parents,
            origin=origin,
            code_version=code_version,
            data_vintage=data_vintage,
        )
    )


def carry_out(planned: Plan) -> Projection:
    """Compute a planned projection.

    Parameters
    ----------
    planned : Plan

    Returns
    -------
    Projection
    """
    # The models take longer to import than most jobs take that only read a projection.
    from forecasting.flows import Setting, rehearsals_before
    from forecasting.purges import learn_purges
    from forecasting.reliability import Statements
    from forecasting.stockwalk import walk_stock

    seen, run = planned.panel, planned.run
    observed = masked_flows(seen, planned.events)
    n, last = seen.n_series, len(seen.months) - 1
    statements = Statements(seen)
    purges = {}
    if run.configuration["purges"]:
        # A stream of its own, so that the ordinary paths are the same with and without.
        rng = np.random.default_rng([run.seed, last, 1])
        purges[last] = learn_purges(seen, planned.events).simulate(seen.keys["area"], run.n_paths, run.horizon, rng)
    for step in walk_stock(
        entries=observed["entries"],
        rates=exit_rates(seen, observed["exits"]),
        stock=seen.stock,
        floor=1.0 / np.maximum(seen.stock[:, -1], 1.0),
        origins=rehearsals_before(last, most=REHEARSALS) | {last: run.n_paths},
        horizon=run.horizon,
        seed=run.seed,
        weights=dict(run.configuration["weights"]),  # type: ignore[call-overload]
        setting=Setting(seen.keys, seen.months, planned.events),
        purges=purges,
        history=LONGEST,
    ):
        if step.origin < last:
            statements.take(step)
    rows = tuple(
        {
            "model": failure.model,
            "area": str(seen.keys["area"].iloc[failure.row % n]),
            "entity_type": str(seen.keys["entity_type"].iloc[failure.row % n]),
            "flow": "entries" if failure.row < n else "exits",
            "reason": failure.reason,
        }
        for failure in step.failures
    )
    nothing = np.zeros_like(step.entries)
    base = Projection(
        keys=seen.keys,
        origin=run.origin,
        opening=seen.stock[:, -1],
        entries=Paths(step.entries),
        exits=Paths(step.exits),
        adjustment=Paths(nothing),
        stock=Paths(step.stock),
        run=replace(run, failures=(*run.failures, *rows), scores=statements.record()),
    )
    if planned.hierarchy is None:
        return base
    from forecasting.reconciliation import reconcile_projection

    return reconcile_projection(base, planned.hierarchy)


def roll_forward(
    *,
    keys: pd.DataFrame,
    origin: pd.Period,
    opening: Array,
    entries: Array,
    hazard: Array,
    adjustment: Array,
    run: Run,
    name: str = "",
) -> Projection:
    """Turn flows into stock by the identity, month by month, on every path.

    Parameters
    ----------
    keys : pandas.DataFrame
        One row a series.
    origin : pandas.Period
    opening : ndarray, shape (n_series,)
        Stock at the end of the origin.
    entries, hazard, adjustment : ndarray, shape (n_series, n_paths, horizon)
        Entities, fraction of the opening stock in [0, 1], entities.
    run : Run
    name : str
        The scenario's name.

    Returns
    -------
    Projection
        A removal is cut where it would take more than there is, so stock never falls below zero.
    """
    exits, adjusted, stock = rolled(opening, entries, np.zeros_like(entries), hazard, adjustment)
    return Projection(
        keys=keys,
        origin=origin,
        opening=opening,
        entries=Paths(entries),
        exits=Paths(exits),
        adjustment=Paths(adjusted),
        stock=Paths(stock),
        run=run,
        name=name,
    )


def rolled(opening: Array, entries: Array, exits: Array, rates: Array, adjustment: Array) -> tuple[Array, Array, Array]:
    """Roll the stock forward, cutting what would take more than there is, on every path.

    Parameters
    ----------
    opening : ndarray, shape (n_series,)
    entries, exits, rates, adjustment : ndarray, shape (n_series, n_paths, horizon)
        Exits are amounts, and rates of the opening stock of each month beside them.

    Returns
    -------
    exits, adjustment, stock : ndarray, shape (n_series, n_paths, horizon)
        Exits of both kinds together.
    """
    gone, adjusted, stock = (np.empty_like(entries) for _ in range(3))
    before = np.broadcast_to(opening[:, None], entries.shape[:2])
    for h in range(entries.shape[2]):
        gone[:, :, h] = np.minimum(exits[:, :, h] + rates[:, :, h] * before, before + entries[:, :, h])
        kept = before + entries[:, :, h] - gone[:, :, h]
        adjusted[:, :, h] = np.maximum(adjustment[:, :, h], -kept)
        stock[:, :, h] = kept + adjusted[:, :, h]
        before = stock[:, :, h]
    return gone, adjusted, stock
