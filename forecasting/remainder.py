"""What an area counts beside the parts of it that are held, as a series of its own: 其余.

    rest(t) = own(t) - sum of the held parts(t)

A province with figures of its own and three of its counties is the three and the rest; so is a city that registers some
entities itself. The rest is projected like any county, and no sum is forced that is none. Fails where the parts hold
more than the whole: figures of different scope (a business counted in every province it works in) do not add up.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from forecasting.errors import FaultsError
from forecasting.hierarchy import TOLERANCE
from forecasting.panel import ENTITY_TYPES, KEY, MEASURES, Array, Panel

#: Added to the code of an area to name its rest.
REST = "其余"


def with_rests(panel: Panel, parents: Mapping[str, str]) -> tuple[Panel, dict[str, str]]:
    """Add a series for what areas count beside their parts.

    Parameters
    ----------
    panel : Panel
    parents : mapping of str to str
        Code of an area -> code of the area it is part of, of all areas there are, held or not.

    Returns
    -------
    panel : Panel
        The given series and, after them, the rests that are not always zero and whose stock and flows are known well
        enough to be projected. A month in which a rest would be negative is not observed.
    parents : dict of str to str
        With the rests as parts of their areas, and the areas that are not held as parts of the rests.

    Raises
    ------
    FaultsError
        Naming the series whose parts hold more, in the newest month both are known, than they do themselves.
    """
    rows = {(str(area), str(kind)): at for at, (area, kind) in enumerate(panel.keys[KEY].itertuples(index=False))}
    keys: list[tuple[str, str]] = []
    rests: dict[str, list[Array]] = {name: [] for name in MEASURES}
    faults = []
    for whole, parts in _nearest_parts({area for area, _ in rows}, parents).items():
        for kind in ENTITY_TYPES:
            below = [rows[part, kind] for part in parts if (part, kind) in rows]
            if (whole, kind) not in rows or len(below) < len(parts):
                continue
            own = rows[whole, kind]
            rest = {name: getattr(panel, name)[own] - getattr(panel, name)[below].sum(axis=0) for name in MEASURES}
            stock = rest["stock"]
            known = np.flatnonzero(~np.isnan(stock))
            if known.size and stock[known[-1]] < -TOLERANCE:
                month = panel.months[known[-1]]
                faults.append(
                    f"{whole} {ENTITY_TYPES[kind]} {month}：自报实有{panel.stock[own, known[-1]]:.10g}，"
                    f"少于所辖{len(below)}个地区之和{panel.stock[below, known[-1]].sum():.10g}。"
                    "请核对口径；口径不同的，请不要与下级一起预测。"
                )
            for name in ("entries", "exits", "stock"):
                rest[name] = np.where(rest[name] < -TOLERANCE, np.nan, np.maximum(rest[name], 0.0))
            is_zero = all(not (np.abs(np.nan_to_num(values)) > TOLERANCE).any() for values in rest.values())
            is_known = all((~np.isnan(rest[name])).any() for name in ("entries", "exits", "stock"))
            if is_known and not is_zero:
                keys.append((whole + REST, kind))
                for name, values in rest.items():
                    rests[name].append(values)
    if faults:
        raise FaultsError(faults, "下级之和大于上级")
    if not keys:
        return panel, dict(parents)
    stacked = {name: np.vstack([getattr(panel, name), *rests[name]]) for name in MEASURES}
    added = pd.DataFrame(keys, columns=KEY)
    whole_panel = Panel(keys=pd.concat([panel.keys, added], ignore_index=True), months=panel.months, **stacked)
    return whole_panel, _regrouped({area for area, _ in rows}, {area for area, _ in keys}, parents)


def _nearest_parts(held: set[str], parents: Mapping[str, str]) -> dict[str, list[str]]:
    """Held areas directly below each held area, areas that are not held passed over."""
    parts: dict[str, list[str]] = {}
    for area in sorted(held):
        above = parents.get(area, "")
        passed = {area}
        while above and above not in held and above not in passed:
            passed.add(above)
            above = parents.get(above, "")
        if above in held and above != area:
            parts.setdefault(above, []).append(area)
    return parts


def _regrouped(held: set[str], rests: set[str], parents: Mapping[str, str]) -> dict[str, str]:
    """Parents with the rests in their places; what no held area lies in or above belongs to the rest around it."""
    covered = set(held)
    for area in held:
        above = parents.get(area, "")
        while above and above not in covered:
            covered.add(above)
            above = parents.get(above, "")
    regrouped = dict(parents)
    for area, parent in parents.items():
        around = parent
        while around and around not in held and around in covered:
            around = parents.get(around, "")
        if area not in covered and around + REST in rests:
            regrouped[area] = around + REST
    return regrouped | {rest: rest.removesuffix(REST) for rest in rests}
