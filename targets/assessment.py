"""The assessment of a goal: every number the page, the slide and the terminal show, computed here and nowhere else.

    progress        = (S - B) / (T - B)
    pace deviation  = progress - planned share      (tau, or (P - B)/(T - B) where milestones are stated)
    probability     = share of paths with S(t1) >= T   (<= T for "at most")

METHODS section 1, the bold rows. A goal that cannot be assessed says why instead of showing a number.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from forecasting.errors import ModelError
from forecasting.panel import ENTITY_TYPES, Panel
from forecasting.projection import Projection
from targets.goal import Goal
from targets.lamps import Lamp, forecast_lamp, progress_lamp, verdict_lamp
from targets.pace import (
    MONTHS_A_YEAR,
    default_base_month,
    months_between,
    seasonal_weights,
    target_level,
    time_progress,
)
from targets.plan import Plan, make_plan
from targets.quantity import Quantity, quantity
from targets.reliability import Reliability, reliability
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
#: Tables of a goal of which nothing can be computed; most goals are, so they share one of each.
NOTHING_REQUIRED = pd.DataFrame(columns=COLUMNS)
NO_TRAJECTORY = pd.DataFrame(columns=["month", "actual", "pace", *LEVELS])


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
    style : str
        What is counted: `stock` (entities), `count` (new registrations so far) or `share` (a fraction).
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
    planned_share : float
        Share of the increase that the plan asks for at `month`: the time progress, unless milestones are stated.
    pace_deviation : float
        序时偏差, progress - planned share, a fraction (0.1 = 10 points).
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
    reliability : Reliability or None
        How often statements like this one came true; None where no probability is said, or under a scenario, whose
        assumptions nothing has tested.
    n_estimated : int
        For a count: past months that nobody counted, estimated.
    basis : str
        What the numbers rest on, in Chinese, where that is not monthly data.
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
    style: str = "stock"
    month: pd.Period | None = None
    actual: float = math.nan
    base_month: pd.Period | None = None
    base: float = math.nan
    base_origin: str = ""
    target: float = math.nan
    completion: float = math.nan
    progress: float = math.nan
    time_progress: float = math.nan
    planned_share: float = math.nan
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
    reliability: Reliability | None = None
    n_estimated: int = 0
    basis: str = ""
    progress_lamp: Lamp = field(default_factory=lambda: progress_lamp(math.nan))
    forecast_lamp: Lamp = field(default_factory=lambda: forecast_lamp(math.nan))
    sentence: str = ""
    reason: str = ""
    required_months: pd.DataFrame = field(default_factory=lambda: NOTHING_REQUIRED)
    trajectory: pd.DataFrame = field(default_factory=lambda: NO_TRAJECTORY)

    @property
    def has_begun(self) -> bool:
        """Whether the base month has come; before it there is no way gone and no pace."""
        return self.month is not None and self.base_month is not None and self.month >= self.base_month

    @property
    def lamps(self) -> tuple[Lamp, ...]:
        """The lamps to show: how far and where it leads, or past the deadline the one verdict."""
        return tuple(dict.fromkeys((self.progress_lamp, self.forecast_lamp)))

    @property
    def who(self) -> str:
        """Area and, unless it is all entities, the type, in Chinese."""
        kind = self.goal.entity_type
        return self.area_name if kind == "all" else f"{self.area_name}{ENTITY_TYPES[kind]}"


def assess(goal: Goal, panel: Panel, projection: Projection, *, area_name: str, basis: str = "") -> Assessment:
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
    basis : str
        What the panel rests on, in Chinese, where that is not monthly data.

    Returns
    -------
    Assessment
        With state `no_data` where the panel does not measure the goal's indicator, or does not hold its series.

    Raises
    ------
    ModelError
        If the projection ends before the deadline of a live goal.
    """
    try:
        measured = quantity(goal, panel, projection)
    except ModelError as error:
        return unassessed(goal, area_name=area_name, reason=str(error))
    if measured is None:
        return unassessed(goal, area_name=area_name)
    base_month = default_base_month(goal)
    known = 0.0 if measured.style == "count" else goal.base_value
    base = measured.at(base_month) if known is None else float(known)
    target = target_level(goal, base, base_month)
    month = min(projection.origin, goal.deadline)
    actual = measured.at(month)
    if math.isnan(target):
        reason = f"缺少{base_month.year}年{base_month.month}月底的实有数，基数不明，不能推算目标。"
        return unassessed(goal, area_name=area_name, reason=reason)
    if math.isnan(actual):
        return unassessed(goal, area_name=area_name)
    is_at_most = goal.comparison == "at_most"
    is_met = actual <= target if is_at_most else actual >= target
    left = months_between(month, goal.deadline)
    if left == 0 and measured.n_estimated:
        reason = f"期限内有{measured.n_estimated}个月的新设数没有公布，不能认定是否达标。"
        return unassessed(goal, area_name=area_name, reason=reason)
    standing = Assessment(
        goal=goal,
        area_name=area_name,
        style=measured.style,
        state="met" if is_met else "active",
        month=month,
        actual=actual,
        base_month=base_month,
        base=base,
        base_origin="data" if known is None else goal.base_origin or "stated",
        target=target,
        completion=actual / target if target else math.nan,
        time_progress=time_progress(month, base_month, goal.deadline),
        total_gap=target - actual,
        months_left=left,
        n_estimated=measured.n_estimated,
        basis=basis,
    )
    # Before its base month a goal has not begun: there is a base to come perhaps, but no way gone and no pace.
    has_begun = not math.isnan(base) and month >= base_month
    plan = make_plan(goal, base=base, base_month=base_month, target=target) if has_begun else None
    if plan is not None:
        standing = paced(standing, plan)
    line = _trajectory(measured, standing, plan)
    if left == 0:
        lamp = verdict_lamp(is_attained=is_met)
        state = "attained" if is_met else "missed"
        return _worded(replace(standing, state=state, progress_lamp=lamp, forecast_lamp=lamp, trajectory=line))
    tested = None if projection.name else reliability(projection.run.scores, left)
    return _worded(replace(_looking_ahead(standing, measured), reliability=tested, trajectory=line))


def paced(standing: Assessment, plan: Plan) -> Assessment:
    """Add where the goal should stand: the plan line at the month, and what separates the actual from it.

    Parameters
    ----------
    standing : Assessment
        With goal, month, base, target and actual.
    plan : Plan

    Returns
    -------
    Assessment
    """
    base, target, actual = standing.base, standing.target, standing.actual
    if standing.month is None:
        return standing
    pace = plan.at(standing.month)
    is_limit = standing.goal.comparison == "at_most" and target >= base
    # A base that already meets the goal leaves no way to go, of which a share could be done.
    has_way = target < base if standing.goal.comparison == "at_most" else target > base
    progress = (actual - base) / (target - base) if has_way else math.nan
    planned = (pace - base) / (target - base) if has_way else math.nan
    # A limit above the base: using it up faster than time passes is what falls behind.
    deviation = (pace - actual) / (target - base) if is_limit and target > base else progress - planned
    return replace(
        standing,
        progress=progress,
        planned_share=planned,
        pace_deviation=deviation,
        pace=pace,
        pace_gap=pace - actual,
        progress_lamp=progress_lamp(deviation),
    )


def _looking_ahead(standing: Assessment, measured: Quantity) -> Assessment:
    """Add what the projection says: the value at the deadline, the probability, and what is needed until then."""
    goal, left, gap = standing.goal, standing.months_left, standing.total_gap
    table = required_by_month(
        gap=gap,
        months=measured.future_months,
        exits=measured.exits,
        deadline=goal.deadline,
        weights=seasonal_weights(measured.change, measured.months),
    )
    steps = months_between(measured.future_months[0], goal.deadline)
    at_deadline = measured.paths[:, steps]
    low, median, high = np.quantile(at_deadline, [0.1, 0.5, 0.9])
    hits = at_deadline <= standing.target if goal.comparison == "at_most" else at_deadline >= standing.target
    net = measured.change[-MONTHS_A_YEAR:]
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
    basis: str = "",
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
    basis : str
        As of `assess`.

    Returns
    -------
    tuple of Assessment
        A goal of an area without projection has the state `no_data` and the reason.
    """
    ordered = sorted(goals, key=lambda goal: (not goal.is_headline, goal.area, goal.deadline, goal.id))
    return tuple(
        assess(goal, panel, projections[goal.area], area_name=area_names[goal.area], basis=basis)
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


def _trajectory(measured: Quantity, standing: Assessment, plan: Plan | None) -> pd.DataFrame:
    """Actual, pace line and bands on one calendar, from the earlier of base and first month to the deadline."""
    deadline = standing.goal.deadline
    first = measured.months[0] if standing.base_month is None else min(measured.months[0], standing.base_month)
    if measured.style == "count" and standing.base_month is not None:
        first = standing.base_month
    months = pd.period_range(first, deadline, freq="M")
    table = pd.DataFrame({"month": months, "actual": [measured.at(month) for month in months]})
    table["pace"] = math.nan if plan is None else plan.line(months)
    for name in LEVELS:
        table[name] = math.nan
    inside = np.asarray(measured.future_months <= deadline)
    if standing.months_left > 0 and inside.any():
        bands = np.quantile(measured.paths[:, inside], list(LEVELS.values()), axis=0)
        rows = table["month"].isin(measured.future_months[inside]).to_numpy()
        for name, band in zip(LEVELS, bands, strict=True):
            table.loc[rows, name] = band
    return table
