"""Roll-up: townships to counties to cities to the province, types to all, promises and lamps of parts to a whole.

    whole(t) = sum of parts(t)      where every held part has a value; on paths: path by path

An area with figures of its own keeps them and is never filled from its parts; `reconcile` shows what separates the
two. Parts that are not held at all are not estimated: `coverage` names them. METHODS section 1, roll-up.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from forecasting.errors import FaultsError, ModelError, SchemaError
from forecasting.panel import ENTITY_TYPES, KEY, MEASURES, Array, Panel
from forecasting.paths import Paths
from forecasting.projection import Projection
from targets.goal import Goal
from targets.lamps import COLOURS, Lamp

TYPES = tuple(kind for kind in ENTITY_TYPES if kind != "all")
#: Promises of these kinds add up; rates and shares do not.
ADDITIVE_KINDS = ("level", "increment", "count")
Key = tuple[str, str]


def roll_up(panel: Panel, parents: Mapping[str, str], to: str | None = None) -> Panel:
    """Sum the series of a panel into the areas above them, level by level.

    Parameters
    ----------
    panel : Panel
    parents : mapping of str to str
        Code of an area -> code of the area it is part of; an area without parent is absent or has "".
    to : str, optional
        Return only the series of this area; None returns the panel's own and all sums.

    Returns
    -------
    Panel
        Sorted by key. A type of a parent is summed where every child that holds any series has it; `all` is the sum of
        an area's own types as in `Panel.total`, or of its children's `all`.

    Raises
    ------
    ModelError
        If nothing can be summed to `to`.
    """
    wanted = _wanted(panel.keys, parents, to)
    sums = {name: np.array([getattr(panel, name)[list(rows)].sum(axis=0) for rows in wanted.values()]) for name in MEASURES}
    return Panel(keys=pd.DataFrame(list(wanted), columns=KEY), months=panel.months, **sums)


def roll_up_paths(projections: Iterable[Projection], parents: Mapping[str, str], to: str | None = None) -> Projection:
    """Sum projections into the areas above them, path by path; see `roll_up`.

    Parameters
    ----------
    projections : iterable of Projection
        Of one origin, horizon and number of paths. Dependence between areas is kept where they come from one run.
    parents : mapping of str to str
    to : str, optional

    Returns
    -------
    Projection
        Its run lists the runs that were summed.

    Raises
    ------
    SchemaError
        If origin, horizon or number of paths differ.
    """
    given = list({id(one): one for one in projections}.values())
    shapes = {(str(one.origin), one.stock.horizon, one.stock.n_paths) for one in given}
    if len(shapes) != 1:
        told = "；".join(f"起点{origin}、{horizon}个月、{n}条路径" for origin, horizon, n in sorted(shapes))
        raise SchemaError(f"各地区预测的起点、期数和路径数须相同才能逐条相加，现有：{told or '无'}。请按同一起点重新测算。")
    keys = pd.concat([one.keys for one in given], ignore_index=True)
    wanted = _wanted(keys, parents, to)
    runs = sorted({one.run.id for one in given})
    run = given[0].run if len(runs) == 1 else replace(given[0].run, data_digest="", configuration={"summed": runs})

    def summed(arrays: list[Array]) -> Array:
        values = np.concatenate(arrays)
        return np.array([values[list(rows)].sum(axis=0) for rows in wanted.values()])

    flows = {
        name: Paths(summed([getattr(one, name).values for one in given]))
        for name in ("entries", "exits", "adjustment", "stock")
    }
    return Projection(
        keys=pd.DataFrame(list(wanted), columns=KEY),
        origin=given[0].origin,
        opening=summed([one.opening for one in given]),
        run=run,
        name=given[0].name,
        **flows,
    )


def _wanted(keys: pd.DataFrame, parents: Mapping[str, str], to: str | None) -> dict[Key, tuple[int, ...]]:
    rows = {key: part for key, part in sorted(_rows(keys, parents).items()) if to is None or key[0] == to}
    if not rows:
        raise ModelError(f"没有可汇总到 {to} 的月度数据。请先录入其下级地区的数据。")
    return rows


def _rows(keys: pd.DataFrame, parents: Mapping[str, str]) -> dict[Key, tuple[int, ...]]:
    """Which given rows add up to each series, given and summed."""
    rows: dict[Key, tuple[int, ...]] = {
        (str(area), str(kind)): (at,) for at, (area, kind) in enumerate(keys[KEY].itertuples(index=False))
    }
    if len(rows) < len(keys):
        raise SchemaError("要汇总的序列中有重复的地区和类型。每个序列只能出现一次。")
    own = {area for area, _ in rows}
    for area in _upwards(own, parents):
        if area not in own:
            rows |= _of_children(_held(area, rows, parents), area, rows)
        types = [rows[area, kind] for kind in TYPES if (area, kind) in rows]
        if types and (area, "all") not in rows:
            rows[area, "all"] = sum(types, ())
    return rows
