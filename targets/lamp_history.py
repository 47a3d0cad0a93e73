"""The history of a lamp: month by month from the base, without flicker and without administrative events.

    shown lamp    changes only if the new colour holds two months, or its border is crossed by more than 2 points
    pace          seasonal in the first three months of a calendar year, with weights from earlier months only
    stock*        = stock + exits beyond the ordinary - entries beyond the ordinary, in administrative events since base
    beyond        = max(flow - opening stock x mean rate of the twelve months before the event, 0)

METHODS section 1, status rules. Fails for rules that need the projection of the time: settle stored values instead.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from forecasting.errors import ModelError
from forecasting.events import EVENT_KINDS, FLOWS, Event
from forecasting.panel import Array, Panel
from targets.assessment import STOCK_KINDS, Assessment
from targets.goal import STOCK_INDICATOR, Goal
from targets.lamps import Lamp
from targets.pace import MONTHS_A_YEAR, default_base_month, months_between, seasonal_weights, target_level, time_progress
from targets.plan import SHAPES, make_plan
from targets.presets import PRESETS, UNKNOWN, Band, Preset, Reading

MARGIN = 2.0
SEASONAL_MONTHS = 3
#: What a kind of event drives; both flows for a kind that is not named.
DRIVEN = {"purge": ("exits",), "campaign": ("entries",)}


def settle(points: Sequence[float], bands: Sequence[Band], *, margin: float = MARGIN) -> list[Band]:
    """Decide which band to show each month.

    Parameters
    ----------
    points : sequence of float
        One a month, oldest first; NaN where there is none.
    bands : sequence of Band
        Best first.
    margin : float
        Points beyond a border that make a change certain at once.

    Returns
    -------
    list of Band
        The lamp moves as far as two months in a row, or this month less the margin, both bear out; so it may pass
        through a colour between. A month without number is `UNKNOWN`, and the last colour is remembered over it.
    """
    shown: list[Band] = []
    now = before = -1
    for value in points:
        value = round(value, 6) if math.isfinite(value) else value
        raw = next((rank for rank, band in enumerate(bands) if value >= band.floor), -1)
        if raw >= 0:
            if now < 0:
                now = raw
            elif raw > now:
                clear = next(rank for rank, band in enumerate(bands) if round(value + margin, 6) >= band.floor)
                now = max(now, clear, min(raw, before))
            elif raw < now:
                # More than the margin above a floor; a goal met (inf) is beyond any margin.
                clear = next(rank for rank, band in enumerate(bands) if _beyond(value, band.floor) > margin)
                now = min(now, clear, max(raw, before) if before >= 0 else now)
        before = raw
        shown.append(bands[now] if raw >= 0 else UNKNOWN)
    return shown


def _beyond(value: float, floor: float) -> float:
    return math.inf if math.isinf(value) and value >= floor else round(value - floor, 6)


def settled(months: pd.PeriodIndex, readings: Sequence[Reading], preset: Preset) -> pd.DataFrame:
    """Make the history of a lamp from what its rule read each month, for example stored probabilities.

    Parameters
    ----------
    months : pandas.PeriodIndex
    readings : sequence of Reading
        One a month.
    preset : Preset

    Returns
    -------
    pandas.DataFrame
        Columns month, points, raw and shown (colours), word (shown), is_changed, reason (of a change, else empty) and
        sentence (why the lamp is shown as it is), in Chinese.
    """
    shown = settle([reading.points for reading in readings], preset.bands)
    rows = []
    for at, (month, reading, band) in enumerate(zip(months, readings, shown, strict=True)):
        raw, old = preset.band(reading.points), shown[at - 1] if at else band
        held = next((one for one in reversed(shown[:at]) if one is not UNKNOWN), band)
        tail = raw.meaning
        if band is not raw:
            tail = f"按当月值应为{raw.spoken}，但未连续两个月、越线也未超过{MARGIN:g}个百分点，暂不改灯"
        said = "，".join(part for part in (preset.figures(reading), tail) if part)
        reason = "" if band is old else _reason(preset, old, band, held, reading.points)
        sentence = f"{preset.title}为{band.spoken}：{said}。"
        rows.append((month, reading.points, raw.colour, band.colour, band.word, band is not old, reason, sentence))
    columns = ["month", "points", "raw", "shown", "word", "is_changed", "reason", "sentence"]
    return pd.DataFrame(rows, columns=columns)


def _reason(preset: Preset, old: Band, new: Band, held: Band, points: float) -> str:
    turned = f"由{old.spoken}转为{new.spoken}"
    if new is UNKNOWN:
        return f"{turned}：当月没有数据。"
    if new is held:
        return f"{turned}：数据恢复。"
    is_worse = preset.bands.index(new) > preset.bands.index(held)
    crossed = preset.bands[preset.bands.index(new) - 1].floor - points if is_worse else _beyond(points, new.floor)
    if crossed == math.inf:
        return f"{turned}：{new.meaning}。"
    if crossed > MARGIN:
        return f"{turned}：越过界线{crossed:.1f}个百分点，超过{MARGIN:g}个百分点。"
    return f"{turned}：连续两个月{'低于' if is_worse else '达到'}界线。"


def progress_history(
    goal: Goal,
    panel: Panel,
    *,
    events: Iterable[Event] = (),
    preset: str = "yinchuan",
    with_milestones: bool = False,
) -> pd.DataFrame:
    """Follow a goal's lamp month by month from its base to the end of the panel or the deadline, whichever is first.

    Parameters
    ----------
    goal : Goal
        On registered stock.
    panel : Panel
        A row of the result depends on no later month.
    events : iterable of Event
        Those that are administrative are excluded from the stock used for pace.
    preset : str
        `yinchuan`, `eurostat` or `servicenow`.
    with_milestones : bool
        Whether the pace runs through the goal's stated milestones; otherwise straight from base to goal, as
        `Assessment.pace`.

    Returns
    -------
    pandas.DataFrame
        Columns of `settled`, then stock (as registered), excluded (cumulative; positive = added back), excluded_text
        (已剔除集中清理1700户), adjusted (stock + excluded), pace and line (Chinese name of its shape).

    Raises
    ------
    ModelError
        If the goal is not about stock, the panel lacks its series, or the rule needs a projection.
    """
    rule = PRESETS[preset]
    if goal.indicator != STOCK_INDICATOR or goal.kind not in STOCK_KINDS:
        raise ModelError(f"目标 {goal.id} 不是实有户数目标，没有逐月{rule.title}。")
    if preset in ("unsd", "forecast"):
        raise ModelError(f"{rule.title}取决于当时的预测，不能由历史数据重算。请用历次测算保存的数值。")
    series = panel.total(goal.area, goal.entity_type)
    base_month = default_base_month(goal)
    stock = pd.Series(series.stock[0], index=series.months)
    base = float(goal.base_value) if goal.base_value is not None else float(stock.get(base_month, math.nan))
    target = target_level(goal, base, base_month)
    months = series.months[(series.months >= base_month) & (series.months <= goal.deadline)]
    flows = extraordinary(panel, goal, events)
    calm = _without(series, flows)
    stated = goal if with_milestones else replace(goal, milestones=())
    ends = {"base": base, "base_month": base_month, "target": target}
    rows, readings = [], []
    for month in months:
        shape = "seasonal" if month.month <= SEASONAL_MONTHS else "linear"
        weights = seasonal_weights(calm.until(month))
        plan = None if math.isnan(base + target) else make_plan(stated, **ends, shape=shape, weights=weights)
