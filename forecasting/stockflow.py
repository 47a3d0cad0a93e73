"""Projection of a panel: entries and exit rates forecast jointly, stock rolled forward by the identity.

    z_entries = log(1 + entries),   z_exits = log(exits / opening + c),  c = 1 / opening stock at the origin
    stock[h] = stock[h-1] + entries[h] - hazard[h] stock[h-1] + adjustment[h]

Both matrices are stacked and fitted in one call, so that the dependence between flows, types and areas is kept on
every path. Months that a known event masks are missing, not evidence: a purge says nothing of the ordinary exit rate
(METHODS 2.5, 2.6). Fails where a series has never shown entries, exits or stock.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.errors import ModelError
from forecasting.events import FLOWS, Event
from forecasting.members import MEMBERS
from forecasting.panel import ENTITY_TYPES, MEASURES, Array, Panel
from forecasting.paths import Paths
from forecasting.projection import Projection
from forecasting.runs import Run


@dataclass(frozen=True, eq=False)
class Plan:
    """A projection that has not been computed yet: what it would see and how, hence its run id.

    Parameters
    ----------
    panel : Panel
        The series to model, as far as the origin.
    run : Run
        Without failures.
    masked : tuple of Event
        Events whose months are missing for the models.
    """

    panel: Panel
    run: Run
    masked: tuple[Event, ...]


def plan(
    panel: Panel,
    horizon: int,
    *,
    seed: int,
    n_paths: int = 1000,
    events: Iterable[Event] = (),
    members: Sequence[str] = MEMBERS,
    origin: pd.Period | None = None,
    code_version: str = "",
    data_vintage: str = "",
) -> Plan:
    """Decide everything that determines a projection, and check that it can be made. Parameters as `project`.

    Parameters
    ----------
    panel : Panel
    horizon : int
    seed : int
    n_paths : int
    events : iterable of Event
    members : sequence of str
    origin : pandas.Period, optional
    code_version, data_vintage : str

    Returns
    -------
    Plan

    Raises
    ------
    ModelError
        As `project`.
    """
    panel = panel.sliced(leaves(panel))
    last = panel.origin() if origin is None else origin
    seen = panel.until(last)
    if not len(seen.months) or seen.months[-1] != last:
        raise ModelError(f"没有 {last} 的数据，不能以其为预测起点。")
    missing = np.isnan(seen.stock)[:, -1]
    if missing.any():
        raise ModelError(f"{last} 缺少实有数：{_names(seen, missing)}。请补登后重新测算。")
    masked = tuple(
        event
        for event in events
        if event.masks
        and event.start <= last
        and any(event.covers(str(row.area), str(row.entity_type)) for row in seen.keys.itertuples())
    )
    for name, flow in _flows(seen, masked).items():
        empty = np.asarray(np.isnan(flow).all(axis=1))
        if empty.any():
            what = MEASURES[name]
            raise ModelError(f"{_names(seen, empty)}没有任何可用的{what}数，无法预测。请补登{what}数后重新测算。")
        if name == "exits":
            empty = np.asarray(np.isnan(_exit_rates(seen, flow)).all(axis=1))
            if empty.any():
                raise ModelError(
                    f"{_names(seen, empty)}有注销吊销数的月份都没有月初实有数，无法预测。请补登实有数后重新测算。"
                )
    run = Run(
        data_digest=digest(seen),
        data_vintage=data_vintage,
        origin=last,
        horizon=horizon,
        n_paths=n_paths,
        seed=seed,
        code_version=code_version,
        configuration={
            "members": list(members),
            # All of an event that decides which months are missing: with any of it changed, so do the numbers.
            "masked": sorted(
                f"{event.id} {event.area} {event.entity_type} {'+'.join(sorted(event.masks))} {event.start}/{event.end}"
                for event in masked
            ),
        },
    )
    return Plan(panel=seen, run=run, masked=masked)


def project(
    panel: Panel,
    horizon: int,
    *,
    seed: int,
    n_paths: int = 1000,
    events: Iterable[Event] = (),
    members: Sequence[str] = MEMBERS,
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
        Known events; those with `masks` make months missing.
    members : sequence of str
        Models, equal weights.
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
            members=members,
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
    from forecasting.ensemble import fit
    from forecasting.transforms import Transform

    seen, run = planned.panel, planned.run
    flows = _flows(seen, planned.masked)
    opening = seen.stock[:, -1]
    floor = 1.0 / np.maximum(opening, 1.0)
    n = seen.n_series
    shift = np.concatenate([np.ones(n), floor])[:, None]
    fitted = fit(
        np.vstack([flows["entries"], _exit_rates(seen, flows["exits"])]),
        members=[str(name) for name in run.configuration["members"]],  # type: ignore[attr-defined]
        transform=Transform(
            power=np.zeros_like(shift),
            unit=np.ones_like(shift),
            shift=shift,
            is_signed=np.zeros(shift.shape, dtype=bool),
        ),
    )
    paths, failures = fitted.paths(run.horizon, run.n_paths, np.random.default_rng(run.seed))
    rows = tuple(
        {
            "model": failure.model,
            "area": str(seen.keys["area"].iloc[failure.row % n]),
            "entity_type": str(seen.keys["entity_type"].iloc[failure.row % n]),
            "flow": "entries" if failure.row < n else "exits",
            "reason": failure.reason,
        }
        for failure in failures
    )
    return roll_forward(
        keys=seen.keys,
        origin=run.origin,
        opening=opening,
        entries=paths[:n],
        hazard=np.minimum(paths[n:], 1.0),
        adjustment=np.zeros_like(paths[:n]),
        run=replace(run, failures=rows),
    )


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
    stock = np.empty_like(entries)
    exits = np.empty_like(entries)
    adjusted = adjustment.copy()
    before = np.broadcast_to(opening[:, None], entries.shape[:2])
    for h in range(entries.shape[2]):
        exits[:, :, h] = hazard[:, :, h] * before
        kept = before + entries[:, :, h] - exits[:, :, h]
        adjusted[:, :, h] = np.maximum(adjusted[:, :, h], -kept)
        stock[:, :, h] = kept + adjusted[:, :, h]
        before = stock[:, :, h]
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


def leaves(panel: Panel) -> NDArray[np.bool_]:
    """Return which series to model: an area's `all` is left out where its three types are held and add up to it.

    Parameters
    ----------
    panel : Panel

    Returns
    -------
    ndarray of bool, shape (n_series,)
    """
    types = set(ENTITY_TYPES) - {"all"}
    complete = {str(area) for area, group in panel.keys.groupby("area") if types <= set(group["entity_type"])}
    is_sum = (panel.keys["entity_type"] == "all") & panel.keys["area"].isin(complete)
    return (~is_sum).to_numpy()


def digest(panel: Panel) -> str:
    """Digest of every number of a panel.

    Parameters
    ----------
    panel : Panel

    Returns
    -------
    str
        64 hexadecimal digits; equal panels give equal digests.
    """
    sha = hashlib.sha256()
    sha.update(panel.keys.to_csv(index=False).encode())
    sha.update(",".join(str(month) for month in panel.months).encode())
    for name in MEASURES:
        # Adding zero turns -0.0 into 0.0, which has other bytes.
        values = getattr(panel, name) + 0.0
        # NaN has many bytes too, a sign among them.
        sha.update(np.ascontiguousarray(np.where(np.isnan(values), np.nan, values)).tobytes())
    return sha.hexdigest()


def _flows(panel: Panel, masked: Iterable[Event]) -> dict[str, Array]:
    """Entries and exits with the months missing that a known event makes unrepresentative."""
    flows = {flow: getattr(panel, flow).copy() for flow in FLOWS}
    for event in masked:
        rows = [event.covers(str(row.area), str(row.entity_type)) for row in panel.keys.itertuples()]
        columns = np.asarray((panel.months >= event.start) & (panel.months <= event.end))
        for flow in event.masks:
            flows[flow][np.outer(rows, columns)] = np.nan
    return flows


def _exit_rates(panel: Panel, exits: Array) -> Array:
    """Return exits over the stock at the start of the month, at most 1; NaN where either is not known.

    A series that has only ever opened a month with nobody, or has one month only, still has to be projected: there the
    rate is over one entity at least, and the first opening follows from the identity.
    """
    at_risk = panel.opening()
    rates = np.divide(exits, at_risk, out=np.full(at_risk.shape, np.nan), where=at_risk > 0)
    bare = np.isnan(rates).all(axis=1)
    at_risk[:, 0] = (panel.stock - panel.entries + panel.exits - panel.adjustment)[:, 0]
    rates[bare] = exits[bare] / np.maximum(at_risk[bare], 1.0)
    return np.asarray(np.minimum(rates, 1.0))


def _names(panel: Panel, rows: NDArray[np.bool_]) -> str:
    return "、".join(f"{row.area} {ENTITY_TYPES[str(row.entity_type)]}" for row in panel.keys[rows].itertuples())
