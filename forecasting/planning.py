"""What a projection would see and how, decided before any model is loaded: hence its run id.

Months that a known event masks are missing, not evidence: a purge says nothing of the ordinary exit rate (METHODS 2.5,
2.6). Fails where a series has never shown entries, exits or stock.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.errors import FaultsError, ModelError
from forecasting.events import FLOWS, Event, concerned
from forecasting.members import TOTAL_WEIGHTS
from forecasting.panel import ENTITY_TYPES, MEASURES, Array, Panel
from forecasting.runs import Run

if TYPE_CHECKING:
    from forecasting.hierarchy import Hierarchy


@dataclass(frozen=True, eq=False)
class Plan:
    """A projection that has not been computed yet: what it would see and how, hence its run id.

    Parameters
    ----------
    panel : Panel
        The series to model, as far as the origin.
    run : Run
        Without failures.
    events : tuple of Event
        Those that change what the models see or say.
    hierarchy : Hierarchy or None
        Which series add up to which; None where none do.
    """

    panel: Panel
    run: Run
    events: tuple[Event, ...]
    hierarchy: Hierarchy | None = None


def plan(
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
) -> Plan:
    """Decide everything that determines a projection, and check that it can be made.

    Parameters as `forecasting.stockflow.project`.

    Parameters
    ----------
    panel : Panel
    horizon : int
    seed : int
    n_paths : int
    events : iterable of Event
    weights : mapping of str to float
    has_purges : bool
    parents : mapping of str to str, optional
    origin : pandas.Period, optional
    code_version, data_vintage : str

    Returns
    -------
    Plan

    Raises
    ------
    ModelError
        As `forecasting.stockflow.project`.
    """
    panel = panel.sliced(leaves(panel))
    last = panel.origin() if origin is None else origin
    seen = panel.until(last)
    if not len(seen.months) or seen.months[-1] != last:
        raise ModelError(f"没有 {last} 的数据，不能以其为预测起点。")
    missing = np.isnan(seen.stock)[:, -1]
    if missing.any():
        raise ModelError(f"{last} 缺少实有数：{_names(seen, missing)}。请补登后重新测算。")
    concerning = tuple(
        event
        for event in events
        if event.effect != "none" and event.start <= last and concerned(event, seen.keys).any()
    )
    for name, flow in masked_flows(seen, concerning).items():
        empty = np.asarray(np.isnan(flow).all(axis=1))
        if empty.any():
            what = MEASURES[name]
            raise ModelError(f"{_names(seen, empty)}没有任何可用的{what}数，无法预测。请补登{what}数后重新测算。")
        if name == "exits":
            empty = np.asarray(np.isnan(exit_rates(seen, flow)).all(axis=1))
            if empty.any():
                raise ModelError(
                    f"{_names(seen, empty)}有注销吊销数的月份都没有月初实有数，无法预测。请补登实有数后重新测算。"
                )
    hierarchy, failures = _adding_up(seen, parents or {})
    run = Run(
        data_digest=digest(seen),
        data_vintage=data_vintage,
        origin=last,
        horizon=horizon,
        n_paths=n_paths,
        seed=seed,
        code_version=code_version,
        configuration={
            # Sorted, for the paths of each member follow from their order.
            "weights": dict(sorted(weights.items())),
            # All of an event that decides what it does: with any of it changed, so do the numbers.
            "events": sorted(
                f"{event.id} {event.area} {event.entity_type} {event.kind} {event.effect} "
                f"{'+'.join(sorted(event.flows))} {event.start}/{event.end}"
                for event in concerning
            ),
            "purges": has_purges,
            "hierarchy": "" if hierarchy is None else _structure(hierarchy),
        },
        failures=failures,
    )
    return Plan(panel=seen, run=run, events=concerning, hierarchy=hierarchy)


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


def masked_flows(panel: Panel, events: Iterable[Event]) -> dict[str, Array]:
    """Entries and exits with the months missing that a known event makes unrepresentative."""
    flows = {flow: getattr(panel, flow).copy() for flow in FLOWS}
    for event in events:
        rows = concerned(event, panel.keys)
        columns = np.asarray((panel.months >= event.start) & (panel.months <= event.end))
        for flow in event.masks:
            flows[flow][np.outer(rows, columns)] = np.nan
    return flows


def exit_rates(panel: Panel, exits: Array) -> Array:
    """Return exits over the stock at the start of the month, at most 1; NaN where either is not known.

    A series that has only ever opened a month with nobody, or has one month only, still has to be projected: there the
    rate is over one entity at least, and the first opening follows from the identity.
    """
    at_risk = panel.opening()
    rates = rates_at_risk(exits, at_risk)
    bare = np.isnan(rates).all(axis=1)
    at_risk[:, 0] = (panel.stock - panel.entries + panel.exits - panel.adjustment)[:, 0]
    rates[bare] = rates_at_risk(exits[bare], np.maximum(at_risk[bare], 1.0))
    return rates


def rates_at_risk(exits: Array, at_risk: Array) -> Array:
    """Return exits over those who were there to leave, at most 1; NaN where either is not known or nobody was."""
    rates = np.divide(exits, at_risk, out=np.full(at_risk.shape, np.nan), where=at_risk > 0)
    return np.asarray(np.minimum(rates, 1.0))


def _adding_up(panel: Panel, parents: Mapping[str, str]) -> tuple[Hierarchy | None, tuple[dict[str, str], ...]]:
    """Find which series add up to which, and say where the stock at the origin does not."""
    areas = set(panel.keys["area"])
    is_part = any(_is_within(area, areas, parents) for area in areas)
    has_types = (
        panel.keys.groupby("area")["entity_type"].agg(lambda kinds: "all" in set(kinds) and len(kinds) > 1).any()
    )
    if not (is_part or has_types):
        return None, ()
    # Most panels hold nothing that adds up; theirs is not the time it takes to load this.
    from forecasting.hierarchy import Hierarchy
    from forecasting.reconciliation import split

    hierarchy = Hierarchy.from_keys(panel.keys, parents)
    try:
        split(panel.stock[:, -1], hierarchy)
    except FaultsError as error:
        # Areas that do not add up are still projected, each by itself; the run says so.
        reason = f"{error.heading}：{' '.join(error.faults)}"
        return None, ({"model": "hierarchy", "area": "", "entity_type": "", "flow": "stock", "reason": reason},)
    return hierarchy, ()


def _is_within(area: str, areas: set[str], parents: Mapping[str, str]) -> bool:
    """Whether an area lies in another one of those given."""
    above, seen = parents.get(area, ""), {area}
    while above and above not in seen:
        if above in areas:
            return True
        seen.add(above)
        above = parents.get(above, "")
    return False


def _structure(hierarchy: Hierarchy) -> str:
    """Digest of what adds up to what."""
    return hashlib.sha256(hierarchy.summing.indptr.tobytes() + hierarchy.summing.indices.tobytes()).hexdigest()[:16]


def _names(panel: Panel, rows: NDArray[np.bool_]) -> str:
    return "、".join(f"{row.area} {ENTITY_TYPES[str(row.entity_type)]}" for row in panel.keys[rows].itertuples())
