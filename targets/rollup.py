"""Roll-up: townships to counties to cities to the province, types to all, promises and lamps of parts to a whole.

    whole(t) = sum of parts(t)      where every held part has a value; on paths: path by path

An area with figures of its own keeps them and is never filled from its parts; `reconcile` shows what separates the
two. Children that are not held at all are not estimated: `missing_children` names them. METHODS section 1, roll-up.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from forecasting.errors import FaultsError, ModelError, SchemaError
from forecasting.panel import ENTITY_TYPES, KEY, MEASURES, Array, Panel
from forecasting.paths import Paths
from forecasting.projection import Projection
from targets.goal import Goal
from targets.lamps import COLOURS, Lamp

TYPES = tuple(kind for kind in ENTITY_TYPES if kind != "all")
#: Promises of at least so many of these kinds add up; rates, shares and limits (days of approval) do not.
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
        Sorted by key. A series of a parent is the sum of its children's where every child that holds any has it;
        `all` of an area that lacks it is the sum of its three types.

    Raises
    ------
    ModelError
        If nothing can be summed to `to`.
    """
    wanted = _wanted(panel.keys, parents, to)
    sums = {name: _summed(getattr(panel, name), wanted) for name in MEASURES}
    return Panel(keys=pd.DataFrame(list(wanted), columns=KEY), months=panel.months, **sums)


def roll_up_paths(projections: Iterable[Projection], parents: Mapping[str, str], to: str | None = None) -> Projection:
    """Sum projections into the areas above them, path by path; parameters `parents` and `to` as `roll_up`.

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
    shapes = {f"起点{one.origin}、{one.stock.horizon}个月、{one.stock.n_paths}条路径" for one in given}
    if len(shapes) != 1:
        raise SchemaError(f"预测的起点、期数和路径数须相同才能逐条相加，现有：{'；'.join(sorted(shapes)) or '无'}。")
    wanted = _wanted(pd.concat([one.keys for one in given], ignore_index=True), parents, to)
    runs = sorted({one.run.id for one in given})

    def paths(name: str) -> Paths:
        return Paths(_summed(np.concatenate([getattr(one, name).values for one in given]), wanted))

    return replace(
        given[0],
        keys=pd.DataFrame(list(wanted), columns=KEY),
        opening=_summed(np.concatenate([one.opening for one in given]), wanted),
        run=given[0].run if len(runs) == 1 else replace(given[0].run, data_digest="", configuration={"summed": runs}),
        entries=paths("entries"),
        exits=paths("exits"),
        adjustment=paths("adjustment"),
        stock=paths("stock"),
    )


def _summed(values: Array, wanted: Mapping[Key, tuple[int, ...]]) -> Array:
    return np.array([values[list(rows)].sum(axis=0) for rows in wanted.values()])


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
    own, children = {area for area, _ in rows}, _children(parents)
    for area in _upwards(own, parents):
        if area not in own:
            rows |= _of_children(children[area], area, rows)
        types = [rows[area, kind] for kind in TYPES if (area, kind) in rows]
        if len(types) == len(TYPES) and (area, "all") not in rows:
            rows[area, "all"] = sum(types, ())
    return rows


def _children(parents: Mapping[str, str]) -> dict[str, list[str]]:
    children: dict[str, list[str]] = {}
    for child, parent in sorted(parents.items()):
        if parent:
            children.setdefault(parent, []).append(child)
    return children


def _upwards(areas: Iterable[str], parents: Mapping[str, str]) -> list[str]:
    """Areas and all above them, every area after its children."""
    depth: dict[str, int] = {}
    for area in areas:
        chain = [area]
        while parents.get(chain[-1]):
            chain.append(parents[chain[-1]])
            if chain[-1] in chain[:-1]:
                raise SchemaError(f"地区的隶属关系成环：{' → '.join(chain)}。请更正上级代码。")
        depth |= {code: len(chain) - at for at, code in enumerate(chain)}
    return sorted(depth, key=lambda code: (-depth[code], code))


def _of_children(children: list[str], area: str, rows: Mapping[Key, tuple[int, ...]]) -> dict[Key, tuple[int, ...]]:
    """Series that every child with any series has, as those of the area."""
    held = {child for child in children if any((child, kind) in rows for kind in ENTITY_TYPES)}
    sums = {}
    for kind in ENTITY_TYPES:
        parts = [rows[child, kind] for child in sorted(held) if (child, kind) in rows]
        if parts and len(parts) == len(held):
            sums[area, kind] = sum(parts, ())
    return sums


def missing_children(panel: Panel, parents: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Name, for every area of which a child is held, the children that are not and so are not in its sum."""
    held = {area for area, _ in _rows(panel.keys, parents)}
    below = {area: children for area, children in _children(parents).items() if held & set(children)}
    return {area: tuple(child for child in children if child not in held) for area, children in below.items()}


def reconcile(panel: Panel, parents: Mapping[str, str]) -> pd.DataFrame:
    """Compare what areas report themselves with the sum of their parts.

    Parameters
    ----------
    panel : Panel
    parents : mapping of str to str

    Returns
    -------
    pandas.DataFrame
        Columns area, entity_type, by (`areas`: sum of the children held; `types`: own `all` against own three types),
        month, measure, own, parts, difference (own - parts); a row wherever both are known, also where they agree.
    """
    rows, children = _rows(panel.keys, parents), _children(parents)
    months, found = list(panel.months), []
    for at, (area, kind) in enumerate(panel.keys[KEY].itertuples(index=False)):
        below = _of_children(children.get(area, []), area, rows).get((area, kind), ())
        types = [rows[area, one] for one in TYPES if kind == "all" and (area, one) in rows]
        by_types = sum(types, ()) if len(types) == len(TYPES) else ()
        for by, parts in (("areas", below), ("types", by_types)):
            for name in MEASURES if parts else ():
                own, whole = getattr(panel, name)[at], getattr(panel, name)[list(parts)].sum(axis=0)
                known = np.flatnonzero(np.isfinite(own) & np.isfinite(whole)).tolist()
                found += [(area, kind, by, months[t], name, own[t], whole[t], own[t] - whole[t]) for t in known]
    columns = ["area", "entity_type", "by", "month", "measure", "own", "parts", "difference"]
    return pd.DataFrame(found, columns=columns)


def promises(goals: Iterable[Goal], parents: Mapping[str, str]) -> pd.DataFrame:
    """Compare the promise of each area with the sum of its children's promises of the same.

    Parameters
    ----------
    goals : iterable of Goal
    parents : mapping of str to str
        All children of an area, with or without goal.

    Returns
    -------
    pandas.DataFrame
        A row a goal that adds up (`ADDITIVE_KINDS`) of an area with children: goal_id, area, promised, n_children,
        n_promising, parts (sum of the children's), difference (parts - promised), missing (tuple of codes), sentence.

    Raises
    ------
    FaultsError
        If a child promises the same twice.
    """
    children, found = _children(parents), []
    by_key: dict[tuple[object, ...], list[Goal]] = {}
    additive = [goal for goal in goals if goal.kind in ADDITIVE_KINDS and goal.comparison == "at_least"]
    for goal in additive:
        by_key.setdefault((goal.area, *_sameness(goal)), []).append(goal)
    for goal in (goal for goal in additive if goal.area in children):
        theirs = {child: by_key.get((child, *_sameness(goal)), []) for child in children[goal.area]}
        double = ["、".join(one.id for one in many) for many in theirs.values() if len(many) > 1]
        if double:
            raise FaultsError(
                [f"{ids} 是同一地区的同一指标，请保留一个。" for ids in double], f"{goal.id} 的下级目标有误"
            )
        missing = tuple(child for child, many in theirs.items() if not many)
        parts = sum(many[0].value for many in theirs.values() if many)
        told = _told(goal, list(theirs), parts, n_missing=len(missing))
        counts = (len(theirs), len(theirs) - len(missing))
        found.append((goal.id, goal.area, goal.value, *counts, parts, parts - goal.value, missing, told))
    columns = ["goal_id", "area", "promised", "n_children", "n_promising", "parts", "difference", "missing", "sentence"]
    return pd.DataFrame(found, columns=columns)


def _sameness(goal: Goal) -> tuple[object, ...]:
    """Return what two goals must share to be parts of one another."""
    return goal.indicator, goal.entity_type, goal.kind, goal.deadline


def _told(goal: Goal, below: list[str], parts: float, *, n_missing: int) -> str:
    level, own, gap = _level(below[0]), _level(goal.area), round(parts - goal.value, 6)
    promised = f"{own}级目标{goal.value:.10g}{goal.unit}"
    if n_missing == len(below):
        return f"所辖{len(below)}{level}均无同口径目标，{promised}无从核对。"
    ending = f"{'差' if gap < 0 else '超出'}{abs(gap):.10g}{goal.unit}" if gap else "两者一致"
    having = f"{len(below) - n_missing}{level}有目标{f'（其余{n_missing}{level}未定）' if n_missing else ''}"
    return f"所辖{len(below)}{level}中{having}，合计{parts:.10g}{goal.unit}，{promised}，{ending}。"


def _level(code: str) -> str:
    return "乡镇" if len(code) > 6 else "省" if code.endswith("0000") else "市" if code.endswith("00") else "县"


def roll_up_lamp(
    lamps_by_type: Mapping[str, Lamp], weights: Mapping[str, float], scores: Mapping[str, float]
) -> tuple[Lamp, float, str]:
    """Roll lamps of types up to their area: the worst lamp and the weighted number, sum(w s) / sum(w).

    Parameters
    ----------
    lamps_by_type : mapping of str to Lamp
        Lit by one rule; grey only counts where all are.
    weights, scores : mapping of str to float
        By type, for example share of the stock and `targets.presets.score`; a type without score (NaN) weighs nothing.

    Returns
    -------
    tuple of (Lamp, float, str)
        The worst lamp, the weighted score (NaN where no type has one), and both in a Chinese sentence.

    Raises
    ------
    SchemaError
        If there is no lamp, the lamps are of different rules, a weight is missing or negative, or a score missing.
    """
    bad = [kind for kind in lamps_by_type if not weights.get(kind, math.nan) >= 0 or kind not in scores]
    if bad or len({lamp.name for lamp in lamps_by_type.values()}) != 1:
        raise SchemaError(
            f"汇总的灯须至少一盏、由同一规则点亮，各类都有得分和非负权重。有误的类型：{'、'.join(bad) or '无'}。"
        )
    # Grey is the last of the colours, yet no judgement: it does not outweigh red.
    lit = {kind: lamp for kind, lamp in lamps_by_type.items() if lamp.colour != "grey"} or dict(lamps_by_type)
    worst = max(lit.values(), key=lambda lamp: COLOURS.index(lamp.colour))
    scored = {kind: weights[kind] for kind in lamps_by_type if math.isfinite(scores[kind]) and weights[kind] > 0}
    score = sum(w * scores[kind] for kind, w in scored.items()) / sum(scored.values()) if scored else math.nan
    named = "、".join(ENTITY_TYPES[kind] for kind, lamp in lit.items() if lamp.colour == worst.colour)
    unknown = "、".join(ENTITY_TYPES[kind] for kind in lamps_by_type if kind not in lit)
    number = f"加权得分{score:.1f}" if scored else "加权得分无法计算"
    return (
        worst,
        score,
        f"{worst.name}取最差一类：{named}{worst.word}；{number}{f'；{unknown}无法判断' if unknown else ''}。",
    )
