"""Scenarios: named assumptions laid over a base projection, on the same random numbers.

The base paths are kept; an effect changes their entries, their exit rate or adds a one-off, and the stock is rolled
forward again by the identity. Two scenarios therefore differ by their assumptions alone, without sampling noise
(METHODS 2.12).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.errors import FaultsError, ModelError
from forecasting.panel import ENTITY_TYPES, Array
from forecasting.projection import Projection
from forecasting.stockflow import roll_forward

FLOW_NAMES = {"entries": "新设", "exit_rate": "退出率", "one_off": "一次性增减"}


@dataclass(frozen=True)
class Effect:
    """One assumption.

    Parameters
    ----------
    flow : str
        `entries`, `exit_rate` or `one_off`.
    multiplier : float
        Factor on entries or on the exit rate; 1 changes nothing. Not for `one_off`.
    addition : float
        Entities a month added to entries; for `one_off` the entities added (or removed, negative) in total, spread
        evenly over the months from `start` to `end`.
    area, entity_type : str
        Whom it concerns: an area code or `all`, a type or `all`. An addition that concerns several series is divided
        among them in proportion to their opening stock.
    start, end : pandas.Period or None
        First and last month; None = from the first projected month, to the last.
    ramp_months : int
        Months over which the effect grows evenly to its full size; 0 = at once. Not for `one_off`.
    """

    flow: str
    multiplier: float = 1.0
    addition: float = 0.0
    area: str = "all"
    entity_type: str = "all"
    start: pd.Period | None = None
    end: pd.Period | None = None
    ramp_months: int = 0


@dataclass(frozen=True)
class Scenario:
    """Named effects, and why.

    Parameters
    ----------
    name : str
        Chinese, shown to users.
    effects : tuple of Effect
        Applied in order.
    why : str
        The reason, for the reader.

    Raises
    ------
    FaultsError
        With every fault of every effect.
    """

    name: str
    effects: tuple[Effect, ...]
    why: str = ""

    def __post_init__(self) -> None:
        faults = [] if self.name.strip() else ["情景没有名称。请起一个名字。"]
        for number, effect in enumerate(self.effects, start=1):
            faults += [f"第{number}项：{fault}" for fault in _faults(effect)]
        if faults:
            raise FaultsError(faults, f"情景“{self.name}”有误")


def _faults(effect: Effect) -> Iterable[str]:
    if effect.flow not in FLOW_NAMES:
        yield f"对象“{effect.flow}”应为 {'、'.join(FLOW_NAMES)} 之一。"
    if effect.entity_type not in ENTITY_TYPES:
        yield f"主体类型“{effect.entity_type}”应为 {'、'.join(ENTITY_TYPES)} 之一。"
    if not math.isfinite(effect.multiplier) or effect.multiplier < 0:
        yield f"倍数 {effect.multiplier} 应为不小于0的数。"
    if not math.isfinite(effect.addition):
        yield f"增减数 {effect.addition} 不是有限的数。"
    if effect.flow == "exit_rate" and effect.addition:
        yield "退出率只能按倍数调整，不能直接加减户数；清理一批请用“一次性增减”。"
    if effect.flow == "one_off" and (effect.multiplier != 1.0 or effect.ramp_months):
        yield "一次性增减只填户数，不填倍数和渐进月数。"
    if effect.start is not None and effect.end is not None and effect.end < effect.start:
        yield f"结束月 {effect.end} 早于开始月 {effect.start}。"
    if effect.ramp_months < 0:
        yield f"渐进月数 {effect.ramp_months} 应不小于0。"


def apply_scenario(base: Projection, scenario: Scenario) -> Projection:
    """Return `base` under the assumptions of `scenario`, on the same random numbers.

    Parameters
    ----------
    base : Projection
    scenario : Scenario

    Returns
    -------
    Projection
        Same keys, months, run and paths; `name` is the scenario's. A removal never takes more than there is: the
        stock of a path stops at zero.

    Raises
    ------
    ModelError
        If an effect concerns no series or no month of the projection.
    """
    months = base.months
    opening = np.concatenate(
        [np.broadcast_to(base.opening[:, None, None], (*base.stock.values.shape[:2], 1)), base.stock.values[:, :, :-1]],
        axis=2,
    )
    hazard = np.divide(base.exits.values, opening, out=np.zeros_like(opening), where=opening > 0)
    entries = base.entries.values.copy()
    adjustment = base.adjustment.values.copy()
    for effect in scenario.effects:
        rows = _rows(base, effect)
        strength = _strength(months, effect)
        if not concerns(base, effect):
            raise ModelError(
                f"情景“{scenario.name}”：{FLOW_NAMES[effect.flow]}（{effect.area} {effect.entity_type}，"
                f"{effect.start or months[0]} 至 {effect.end or months[-1]}）不涉及预测内的任何地区、类型或月份"
                f"（预测为 {months[0]} 至 {months[-1]}）。请更正。"
            )
        factor = 1.0 + (effect.multiplier - 1.0) * strength
        addition = effect.addition * _shares(base, rows)[:, None, None] * strength
        if effect.flow == "entries":
            entries = np.where(rows[:, None, None], np.maximum(entries * factor + addition, 0.0), entries)
        elif effect.flow == "exit_rate":
            hazard = np.where(rows[:, None, None], np.minimum(hazard * factor, 1.0), hazard)
        else:
            adjustment = adjustment + addition / _span(months, effect)
    return roll_forward(
        keys=base.keys,
        origin=base.origin,
        opening=base.opening,
        entries=entries,
        hazard=hazard,
        adjustment=adjustment,
        run=base.run,
        name=scenario.name,
    )


def concerns(base: Projection, effect: Effect) -> bool:
    """Whether an effect touches any series and month of a projection.

    Parameters
    ----------
    base : Projection
    effect : Effect

    Returns
    -------
    bool
    """
    return bool(_rows(base, effect).any() and _strength(base.months, effect).any())


def _rows(base: Projection, effect: Effect) -> NDArray[np.bool_]:
    """Which series the effect concerns, shape (n_series,)."""
    rows = np.ones(len(base.keys), dtype=bool)
    if effect.area != "all":
        rows &= (base.keys["area"] == effect.area).to_numpy()
    if effect.entity_type != "all":
        rows &= (base.keys["entity_type"] == effect.entity_type).to_numpy()
    return rows


def _shares(base: Projection, rows: NDArray[np.bool_]) -> Array:
    """How an addition is divided among the series concerned, shape (n_series,), by opening stock; sums to 1.

    Where an area holds a series for `all` beside some of its types, only the former takes a share, or the area would be
    counted twice.
    """
    is_all = (base.keys["entity_type"] == "all").to_numpy()
    areas_with_all = set(base.keys["area"][rows & is_all])
    takes = rows & (is_all | ~base.keys["area"].isin(areas_with_all).to_numpy())
    weights = np.where(takes, base.opening, 0.0)
    if weights.sum() <= 0:
        weights = takes.astype(float)
    return np.asarray(weights / weights.sum())


def _span(months: pd.PeriodIndex, effect: Effect) -> int:
    """Months over which a one-off is spread; those before the origin or after the horizon keep their part of it."""
    start, end = effect.start or months[0], effect.end or months[-1]
    return int(end.ordinal - start.ordinal) + 1


def _strength(months: pd.PeriodIndex, effect: Effect) -> Array:
    """Share of the full effect in each month, in [0, 1]."""
    ordinal = np.array([month.ordinal for month in months])
    start = ordinal[0] if effect.start is None else effect.start.ordinal
    end = ordinal[-1] if effect.end is None else effect.end.ordinal
    inside = (ordinal >= start) & (ordinal <= end)
    grown = (
        np.ones(len(months)) if effect.ramp_months == 0 else np.minimum((ordinal - start + 1) / effect.ramp_months, 1.0)
    )
    return np.where(inside, grown, 0.0)
