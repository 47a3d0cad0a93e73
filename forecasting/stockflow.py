"""Projection of a panel: entries and exit rates forecast jointly, stock rolled forward by the identity.

    z_entries = log(1 + entries),   z_exits = log(exits / opening + c),  c = 1 / opening stock at the origin
    stock[h] = stock[h-1] + entries[h] - hazard[h] stock[h-1] + adjustment[h]

Both matrices are stacked and fitted in one call, so that the dependence between flows, types and areas is kept on every path. Months
that a known event masks are missing, not evidence: a purge says nothing of the ordinary exit rate (METHODS 2.5, 2.6). Fails where a
series has never shown entries, exits or stock.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from forecasting.ensemble import simulate
from forecasting.errors import ModelError
from forecasting.events import Event
from forecasting.models import MEMBERS
from forecasting.panel import ENTITY_TYPES, MEASURES, Array, Panel
from forecasting.paths import Paths
from forecasting.projection import Projection
from forecasting.runs import Run


def project(
    panel: Panel,
    horizon: int,
    *,
    rng_seed: int,
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
    rng_seed : int
        Seed of the generator; the same seed gives the same paths.
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
    last = panel.origin() if origin is None else origin
    seen = panel.until(last)
    keys = leaves(seen)
    seen = Panel(
        keys=seen.keys[keys], months=seen.months, **{name: getattr(seen, name)[keys] for name in MEASURES}
    )
    if not len(seen.months) or seen.months[-1] != last:
        raise ModelError(f"没有 {last} 的数据，不能以其为预测起点。")
    opening = seen.stock[:, -1]
    _check_observed(seen, last)
    masked_events = tuple(event for event in events if event.masks)
    entries, exits = (
        np.where(_mask(seen, masked_events, flow), np.nan, getattr(seen, flow)) for flow in ("entries", "exits")
    )
    floor = 1.0 / np.maximum(opening, 1.0)
    at_risk = seen.opening()
    with np.errstate(divide="ignore", invalid="ignore"):
        hazard = np.where(at_risk > 0, exits / at_risk, np.nan)
    y = np.vstack([np.log1p(entries), np.log(hazard + floor[:, None])])
    _check_history(seen, y)
    paths, failures = simulate(y, horizon, rng=np.random.default_rng(rng_seed), n_paths=n_paths, members=members)
    n = seen.n_series
    run = Run(
        data_digest=digest(seen),
        data_vintage=data_vintage,
        origin=last,
        horizon=horizon,
        n_paths=n_paths,
        seed=rng_seed,
        code_version=code_version,
        configuration={"members": list(members), "masked_events": sorted(event.id for event in masked_events)},
        failures=tuple(
            {
                "model": failure.model,
                "area": str(seen.keys["area"].iloc[failure.row % n]),
                "entity_type": str(seen.keys["entity_type"].iloc[failure.row % n]),
                "flow": "entries" if failure.row < n else "exits",
                "reason": failure.reason,
            }
            for failure in failures
        ),
    )
    return roll_forward(
        keys=seen.keys,
        origin=last,
        opening=opening,
        entries=np.maximum(np.expm1(paths[:n]), 0.0),
        hazard=np.clip(np.exp(paths[n:]) - floor[:, None, None], 0.0, 1.0),
        adjustment=np.zeros_like(paths[:n]),
        run=run,
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


def leaves(panel: Panel) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Series to model: an area's `all` series is left out where all three of its types are held, since they add up to it.

    Parameters
    ----------
    panel : Panel

    Returns
    -------
    ndarray of bool, shape (n_series,)
    """
    types = set(ENTITY_TYPES) - {"all"}
    complete = {
        str(area) for area, group in panel.keys.groupby("area") if types <= set(group["entity_type"])
    }
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
        sha.update(np.ascontiguousarray(getattr(panel, name) + 0.0).tobytes())
    return sha.hexdigest()


def _mask(panel: Panel, events: Iterable[Event], flow: str) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Months of each series that a known event makes unrepresentative, shape (n_series, n_months)."""
    mask = np.zeros(panel.stock.shape, dtype=bool)
    for event in events:
        if flow not in event.masks:
            continue
        rows = [event.covers(str(row.area), str(row.entity_type)) for row in panel.keys.itertuples()]
        columns = np.asarray((panel.months >= event.start) & (panel.months <= event.end))
        mask |= np.outer(rows, columns)
    return mask


def _check_observed(panel: Panel, last: pd.Period) -> None:
    missing = np.isnan(panel.stock[:, -1])
    if missing.any():
        raise ModelError(f"{last} 缺少实有数：{_names(panel, missing)}。请补登后重新测算。")


def _check_history(panel: Panel, y: Array) -> None:
    for part, what in ((y[: panel.n_series], "新设"), (y[panel.n_series :], "注销吊销")):
        empty = np.isnan(part).all(axis=1)
        if empty.any():
            raise ModelError(f"{_names(panel, empty)}没有任何可用的{what}数，无法预测。请补登{what}数后重新测算。")


def _names(panel: Panel, rows: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> str:
    return "、".join(f"{row.area} {ENTITY_TYPES[str(row.entity_type)]}" for row in panel.keys[rows].itertuples())
