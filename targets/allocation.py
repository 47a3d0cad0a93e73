"""Dividing a required number among types or townships, in whole numbers that add up exactly.

part_i = total w_i / sum w        rounded by largest remainders (Hamilton's method)
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from forecasting.errors import FaultsError
from forecasting.panel import Panel
from targets.pace import MONTHS_A_YEAR

RULES = {"share": "按现有占比", "potential": "按近12个月净增", "given": "按给定权重"}


def allocate(total: int, weights: Mapping[str, float]) -> dict[str, int]:
    """Divide a whole number in proportion to weights.

    Parameters
    ----------
    total : int
        What is to be divided; may be negative.
    weights : mapping of str to float
        Not negative, not all zero.

    Returns
    -------
    dict of str to int
        In the order of `weights`; adds up to `total` exactly.

    Raises
    ------
    FaultsError
        Naming every weight that is negative or not a number; or if all are zero or there are none.
    """
    faults = [f"“{name}”的权重为 {weight}，应为不小于0的数。" for name, weight in weights.items()
              if not math.isfinite(weight) or weight < 0]  # fmt: skip
    if not faults and sum(weights.values()) <= 0:
        faults = ["权重全部为0，无法分配。请至少给一项大于0的权重。"]
    if faults:
        raise FaultsError(faults, "任务分配有误")
    size = abs(total)
    shares = np.array(list(weights.values()))
    # Shares first: the whole over a sum of tiny weights is not finite.
    values = shares / shares.sum() * size
    parts = np.floor(values + 1e-9).astype(int)
    # Ties go to the earlier name, so that the same question always has the same answer.
    order = np.argsort(-(values - parts), kind="stable")
    parts[order[: size - int(parts.sum())]] += 1
    sign = 1 if total >= 0 else -1
    return {name: int(sign * part) for name, part in zip(weights, parts, strict=True)}


def type_weights(panel: Panel, area: str, *, rule: str) -> dict[str, float]:
    """Weights of an area's types, from its own series.

    Parameters
    ----------
    panel : Panel
    area : str
    rule : str
        `share`: stock in the newest month. `potential`: net additions of the last twelve months, none below zero;
        falls to `share` where no type has grown, as there is no potential to go by.

    Returns
    -------
    dict of str to float
        By entity type; empty where the area holds no types.
    """
    held = panel.select(area=area)
    stock: dict[str, float] = {}
    net: dict[str, float] = {}
    for row, kind in enumerate(held.keys["entity_type"]):
        if kind == "all":
            continue
        stock[str(kind)] = float(held.stock[row, -1])
        recent = (held.entries - held.exits)[row, -MONTHS_A_YEAR:]
        net[str(kind)] = max(float(np.nansum(recent)), 0.0)
    return net if rule == "potential" and sum(net.values()) > 0 else stock
