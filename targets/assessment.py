"""The assessment of a goal: every number the page, the slide and the terminal show, computed here and nowhere else.

    progress        = (S - B) / (T - B)
    pace deviation  = progress - tau
    probability     = share of paths with S(t1) >= T   (<= T for "at most")

METHODS section 1, the bold rows. A goal that cannot be assessed says why instead of showing a number.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from forecasting.panel import ENTITY_TYPES, Panel
from forecasting.projection import Projection
from targets.goal import STOCK_INDICATOR, Goal
from targets.lamps import Lamp, forecast_lamp, progress_lamp, verdict_lamp
from targets.pace import (
    MONTHS_A_YEAR,
    default_base_month,
    months_between,
    pace_line,
    seasonal_weights,
    target_level,
    time_progress,
)
from targets.requirement import COLUMNS, required_by_month
from targets.sentence import sentence

#: What can be said of a goal.
STATES = {
    "active": "进行中",
    "met": "期内已达到",
    "attained": "到期达成",
    "missed": "到期未达成",
    "no_data": "暂无数据",
}
#: Quantiles drawn on a trajectory: the median and the bounds of the 50, 80 and 95 % bands.
LEVELS = {"low95": 0.025, "low80": 0.1, "low50": 0.25, "median": 0.5, "high50": 0.75, "high80": 0.9, "high95": 0.975}
STOCK_KINDS = ("level", "cagr", "yoy_growth", "increment")


@dataclass(frozen=True, eq=False)
class Assessment:
    """Where one goal stands and where it leads. NaN or None where a number does not exist.

    Parameters
    ----------
    goal : Goal
    area_name : str
        Chinese.
    state : str
        One of `STATES`.
    month : pandas.Period or None
        Month of the actual stock: the origin of the projection, or the deadline where that has passed.
    actual : float
        S, entities at the end of `month`.
    base_month : pandas.Period or None
    base : float
        B.
    base_origin : str
        `stated`, `derived` or `data`.
    target : float
        T, the stock that meets the goal.
    completion : float
        总量完成率, S / T.
    progress : float
        增量完成率, (S - B)/(T - B); NaN where B is unknown or meets the goal already.
    time_progress : float
        时间进度.
    pace_deviation : float
        序时偏差, a fraction (0.1 = 10 points).
    pace : float
        Stock that the pace line asks for at `month`.
    pace_gap, total_gap : float
        序时缺口 P(t) - S, 总缺口 T - S.
    months_left : int
        Whole months from `month` to the deadline.
    required_net, required_gross : float
        月均需净增, 月均需新设.
    mean_net_12 : float
        Mean of entries - exits over the last 12 months.
    pace_multiple : float
        提速倍数, required net / mean net; NaN unless both are positive.
    projected, projected_low, projected_high : float
        Median and 80 % bounds of the stock at the deadline.
    probability : float
        达标概率.
    progress_lamp, forecast_lamp : Lamp
    sentence : str
        All of it in one Chinese sentence.
    reason : str
        For `no_data`: why, in Chinese; empty where there simply are no data.
    required_months : pandas.DataFrame
        Columns month, net, exits, gross.
    trajectory : pandas.DataFrame
        Columns month, actual, pace, and the keys of `LEVELS`; stock.
    """

    goal: Goal
    area_name: str
    state: str
    month: pd.Period | None = None
    actual: float = math.nan
    base_month: pd.Period | None = None
    base: float = math.nan
    base_origin: str = ""
    target: float = math.nan
    completion: float = math.nan
    progress: float = math.nan
    time_progress: float = math.nan
    pace_deviation: float = math.nan
    pace: float = math.nan
    pace_gap: float = math.nan
    total_gap: float = math.nan
    months_left: int = 0
    required_net: float = math.nan
    required_gross: float = math.nan
    mean_net_12: float = math.nan
    pace_multiple: float = math.nan
    projected: float = math.nan
    projected_low: float = math.nan
    projected_high: float = math.nan
    probability: float = math.nan
    progress_lamp: Lamp = field(default_factory=lambda: progress_lamp(math.nan))
    forecast_lamp: Lamp = field(default_factory=lambda: forecast_lamp(math.nan))
    sentence: str = ""
    reason: str = ""
    required_months: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=COLUMNS))
    trajectory: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["month", "actual", "pace", *LEVELS]))

    @property
    def who(self) -> str:
        """Area and, unless it is all entities, the type, in Chinese."""
        kind = self.goal.entity_type
        return self.area_name if kind == "all" else f"{self.area_name}{ENTITY_TYPES[kind]}"


def assess(goal: Goal, panel: Panel, projection: Projection, *, area_name: str) -> Assessment:
    """Assess one goal.

    Parameters
    ----------
    goal : Goal
    panel : Panel
        What is known; months after the projection's origin are not looked at.
    projection : Projection
        Base or scenario; reaches the goal's deadline.
    area_name : str
        Chinese name of the goal's area.

    Returns
    -------
    Assessment
        With state `no_data` where the goal is not about registered stock, or the panel does not hold its series.

    Raises
    ------
    ModelError
        If the projection ends before the deadline of a live goal.
    """
    if goal.indicator != STOCK_INDICATOR or goal.kind not in STOCK_KINDS:
        return unassessed(goal, area_name=area_name)
    types = set(panel.keys.loc[panel.keys["area"] == goal.area, "entity_type"])
    if goal.entity_type not in types and (goal.entity_type != "all" or not types):
        return unassessed(goal, area_name=area_name)
    history = panel.total(goal.area, goal.entity_type).until(projection.origin)
    stock = pd.Series(history.stock[0], index=history.months)
    base_month = default_base_month(goal)
    known = goal.base_value
    base = float(known) if known is not None else float(stock.get(base_month, math.nan))
    target = target_level(goal, base, base_month)
    month = min(projection.origin, goal.deadline)
    actual = float(stock.get(month, math.nan))
    if math.isnan(target) or math.isnan(actual):
        return unassessed(goal, area_name=area_name)
    increase = target - base
    tau = time_progress(month, base_month, goal.deadline)
    # A base that already meets the goal leaves no way to go, of which a share could be done.
    has_way = increase < 0 if goal.comparison == "at_most" else increase > 0
    progress = (actual - base) / increase if has_way else math.nan
    left = months_between(month, goal.deadline)
    is_met = actual <= target if goal.comparison == "at_most" else actual >= target
    standing = Assessment(
        goal=goal,
        area_name=area_name,
        state="met" if is_met else "active",
        month=month,
        actual=actual,
        base_month=base_month,
        base=base,
        base_origin=(goal.base_origin or "stated") if known is not None else "data",
        target=target,
        completion=actual / target if target else math.nan,
        progress=progress,
        time_progress=tau,
        pace_deviation=progress - tau,
        pace=base + increase * tau,
        pace_gap=base + increase * tau - actual,
        total_gap=target - actual,
        months_left=left,
        progress_lamp=progress_lamp(progress - tau),
    )
    future = projection.total(goal.area, goal.entity_type) if left else None
    line = _trajectory(stock, future, goal, base=base, target=target, base_month=base_month)
    if future is None:
        verdict = verdict_lamp(is_attained=is_met)
        state = "attained" if is_met else "missed"
        return _worded(replace(standing, state=state, progress_lamp=verdict, forecast_lamp=verdict, trajectory=line))
    return _worded(replace(_looking_ahead(standing, history, future), trajectory=line))


def _looking_ahead(standing: Assessment, history: Panel, future: Projection) -> Assessment:
    """Add what the projection says: the stock at the deadline, the probability, and what is needed until then."""
    goal, left, gap = standing.goal, standing.months_left, standing.total_gap
    table = required_by_month(gap=gap, projection=future, deadline=goal.deadline, weights=seasonal_weights(history))
    at_deadline = future.stock.values[0, :, left - 1]
    low, median, high = np.quantile(at_deadline, [0.1, 0.5, 0.9])
    hits = at_deadline <= standing.target if goal.comparison == "at_most" else at_deadline >= standing.target
    net = (history.entries - history.exits)[0][-MONTHS_A_YEAR:]
    recent = float(net.mean()) if len(net) == MONTHS_A_YEAR else math.nan
    required = gap / left
    return replace(
        standing,
        required_net=required,
        required_gross=float(table["gross"].mean()),
        mean_net_12=recent,
        pace_multiple=required / recent if recent > 0 and required > 0 else math.nan,
        projected=float(median),
        projected_low=float(low),
        projected_high=float(high),
        probability=float(hits.mean()),
        forecast_lamp=forecast_lamp(float(hits.mean())),
        required_months=table,
    )


def assess_all(
    goals: Iterable[Goal],
    panel: Panel,
    projections: Mapping[str, Projection],
    *,
    area_names: Mapping[str, str],
    reasons: Mapping[str, str],
) -> tuple[Assessment, ...]:
    """Assess every goal, headline goals first, then by area and deadline.

    Parameters
    ----------
    goals : iterable of Goal
    panel : Panel
    projections : mapping of str to Projection
        By area code.
    area_names : mapping of str to str
        Chinese name by area code.
    reasons : mapping of str to str
        By area code, why there is no projection, in Chinese.

    Returns
    -------
    tuple of Assessment
        A goal of an area without projection has the state `no_data` and the reason.
    """
    ordered = sorted(goals, key=lambda goal: (not goal.is_headline, goal.area, goal.deadline, goal.id))
    return tuple(
        assess(goal, panel, projections[goal.area], area_name=area_names[goal.area])
        if goal.area in projections
        else unassessed(goal, area_name=area_names[goal.area], reason=reasons.get(goal.area, ""))
        for goal in ordered
    )


def unassessed(goal: Goal, *, area_name: str, reason: str = "") -> Assessment:
    """Return the assessment of a goal of which nothing can be computed.

    Parameters
    ----------
    goal : Goal
    area_name : str
    reason : str
        Why, in Chinese; empty where there simply are no data.

    Returns
    -------
    Assessment
    """
    return _worded(Assessment(goal=goal, area_name=area_name, state="no_data", reason=reason))


def _worded(assessment: Assessment) -> Assessment:
    return replace(assessment, sentence=sentence(assessment))


def _trajectory(
    stock: pd.Series[float],
    future: Projection | None,
    goal: Goal,
    *,
    base: float,
    target: float,
    base_month: pd.Period,
) -> pd.DataFrame:
    """Actual, pace line and bands on one calendar, from the earlier of base and first month to the deadline."""
    months = pd.period_range(min(stock.index[0], base_month), goal.deadline, freq="M")
    table = pd.DataFrame({"month": months, "actual": stock.reindex(months).to_numpy(dtype=float)})
    table["pace"] = pace_line(months, base=base, target=target, base_month=base_month, deadline=goal.deadline)
    for name in LEVELS:
        table[name] = math.nan
    if future is not None:
        bands = future.stock.quantile(list(LEVELS.values()))[:, 0, :]
        inside = future.months <= goal.deadline
        rows = table["month"].isin(future.months[inside]).to_numpy()
        for name, band in zip(LEVELS, bands, strict=True):
            table.loc[rows, name] = band[inside]
    return table
