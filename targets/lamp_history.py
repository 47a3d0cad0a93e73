"""The history of a lamp: month by month from the base, without flicker and without administrative events.

    shown lamp    changes only if the new colour holds two months, or its border is crossed by more than 2 points
    pace          seasonal in the first three months of a calendar year, with weights from the months so far only
    stock used    stock + exits beyond the ordinary - entries beyond the ordinary, in administrative events since base
    beyond        max(flow - opening stock x mean rate of the twelve months before the event, 0)

METHODS section 1, status rules. Past projections are not computed again: give stored readings to `settled`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import partial

import numpy as np
import pandas as pd

from forecasting.errors import ModelError
from forecasting.events import EVENT_KINDS, FLOWS, Event
from forecasting.panel import Array, Panel
from targets.assessment import Assessment, paced
from targets.goal import STOCK_INDICATOR, Goal
from targets.lamps import Lamp
from targets.pace import MONTHS_A_YEAR, default_base_month, seasonal_weights, target_level, time_progress
from targets.plan import SHAPES, make_plan
from targets.presets import DIGITS, PRESETS, UNKNOWN, Band, Preset, Reading
from targets.quantity import STOCK_KINDS

MARGIN = 2.0
SEASONAL_MONTHS = 3
FROM_THE_PAST = ("yinchuan", "eurostat", "servicenow")
DRIVEN = {"purge": ("exits",), "campaign": ("entries",)}  # where an event does not say; both flows for other kinds


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
        The lamp moves as far as two months in a row, or this month less the margin, bear out; so it may pass through
        a colour between. A month without number is `UNKNOWN`; the colour before it is remembered.
    """
    shown: list[Band] = []
    now = before = -1
    for value in points:
        raw = next((rank for rank, band in enumerate(bands) if _above(value, band) >= 0), -1)
        if now < 0:
            now = raw
        elif raw > now:
            certain = next(rank for rank, band in enumerate(bands) if _above(value, band) >= -margin)
            now = max(now, certain, min(raw, before))
        elif 0 <= raw < now:
            certain = next(rank for rank, band in enumerate(bands) if _above(value, band) > margin)
            now = min(now, certain, max(raw, before) if before >= 0 else now)
        before = raw
        shown.append(bands[now] if raw >= 0 else UNKNOWN)
    return shown


def _above(value: float, band: Band) -> float:
    """Points above the floor of a band; infinitely far where the goal is met."""
    return math.inf if value == math.inf else round(value - band.floor, DIGITS)


def settled(months: pd.PeriodIndex, readings: Sequence[Reading], preset: Preset) -> pd.DataFrame:
    """Make the history of a lamp from what its rule read each month.

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
        sentence (why the lamp is shown as it is), the last two in Chinese.
    """
    shown = settle([reading.points for reading in readings], preset.bands)
    rows, held = [], UNKNOWN
    for at, (month, reading, band) in enumerate(zip(months, readings, shown, strict=True)):
        raw, old = preset.band(reading.points), shown[at - 1] if at else band
        doubt = f"按当月值应为{raw.spoken}，但未连续两个月、越线也未超过{MARGIN:g}个百分点，暂不改灯"
        said = "，".join(filter(None, [preset.figures(reading), raw.meaning if band is raw else doubt]))
        turned = f"由{old.spoken}转为{band.spoken}：{_cause(preset, held, band, reading.points)}。"
        held, reason = held if band is UNKNOWN else band, "" if band is old else turned
        sentence = f"{preset.title}为{band.spoken}：{said}。"
        rows.append((month, reading.points, raw.colour, band.colour, band.word, band is not old, reason, sentence))
    columns = ["month", "points", "raw", "shown", "word", "is_changed", "reason", "sentence"]
    return pd.DataFrame(rows, columns=columns)


def _cause(preset: Preset, held: Band, new: Band, points: float) -> str:
    """Why a lamp that was last held in one band now shows another."""
    if new is UNKNOWN or held in (UNKNOWN, new):
        return "当月没有可用的数" if new is UNKNOWN else "当月有了可用的数"
    at = preset.bands.index(new)
    is_worse = at > preset.bands.index(held)
    crossed = -_above(points, preset.bands[at - 1]) if is_worse else _above(points, new)
    if crossed == math.inf:
        return new.meaning
    if crossed > MARGIN:
        return f"越过界线{crossed:.1f}个百分点，超过{MARGIN:g}个百分点"
    return f"连续两个月{'低于' if is_worse else '达到'}界线"


def progress_history(
    goal: Goal, panel: Panel, *, events: Iterable[Event] = (), preset: str = "yinchuan"
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
        One of `FROM_THE_PAST`.

    Returns
    -------
    pandas.DataFrame
        Columns of `settled`, then stock (as registered), excluded (cumulative; positive = added back), excluded_text
        (已剔除集中清理1700户), pace (entities) and line (Chinese name of its shape).

    Raises
    ------
    ModelError
        If the goal is not about stock, the panel lacks its series, or the rule needs a projection.
    """
    rule = PRESETS[preset]
    if preset not in FROM_THE_PAST or goal.indicator != STOCK_INDICATOR or goal.kind not in STOCK_KINDS:
        why = "取决于当时的预测" if preset not in FROM_THE_PAST else "不是实有户数的灯"
        raise ModelError(f"目标 {goal.id} 的{rule.title}{why}，不能由历史数据重算。请用历次测算保存的数值。")
    series = panel.total(goal.area, goal.entity_type)
    base_month = default_base_month(goal)
    stock = dict(zip(series.months, series.stock[0].tolist(), strict=True))
    base = float(goal.base_value) if goal.base_value is not None else stock.get(base_month, math.nan)
    target = target_level(goal, base, base_month)
    beyond = extraordinary(panel, goal, events)
    net = (series.entries - series.exits)[0] + sum(np.nan_to_num(flows[1] - flows[0]) for flows in beyond.values())
    make = partial(make_plan, goal, base=base, base_month=base_month, target=target)
    linear = make() if math.isfinite(base + target) else None
    months, readings, rows = series.months[(series.months >= base_month) & (series.months <= goal.deadline)], [], []
    for month in months:
        seen = np.asarray(series.months <= month)
        since = seen & np.asarray(series.months > base_month)
        amounts = {kind: (flows[1] - flows[0])[since] for kind, flows in beyond.items()}
        text, added = _excluded(amounts), float(sum(np.nansum(values) for values in amounts.values()))
        is_met = stock[month] <= target if goal.comparison == "at_most" else stock[month] >= target
        known = math.isfinite(stock[month] + target)  # registered stock decides whether the goal is met
        standing = Assessment(
            goal=goal,
            area_name="",
            state="no_data" if not known else "met" if is_met else "active",
            month=month,
            actual=stock[month] + added,
            base_month=base_month,
            base=base,
            target=target,
            time_progress=time_progress(month, base_month, goal.deadline),
            reason="" if known else "基数不明，目标户数无从计算" if math.isnan(target) else "当月没有实有数",
        )
        shape = "seasonal" if month.month <= SEASONAL_MONTHS else "linear"
        if linear is not None:
            weights = seasonal_weights(net[seen], series.months[seen]) if shape == "seasonal" else None
            standing = paced(standing, linear if weights is None else make(shape=shape, weights=weights))
        reading = rule.read(standing)
        readings.append(Reading(reading.points, f"{reading.said}（{text}）" if text else reading.said))
        rows.append((stock[month], added, text, standing.pace, SHAPES[shape]))
    extra = pd.DataFrame(rows, columns=["stock", "excluded", "excluded_text", "pace", "line"])
    return pd.concat([settled(months, readings, rule), extra], axis=1)


def shown_lamp(history: pd.DataFrame, *, preset: str = "yinchuan") -> Lamp:
    """Return the lamp to show for the newest month of a history; grey for an empty one."""
    rule = PRESETS[preset]
    colour, word = (UNKNOWN.colour, UNKNOWN.word) if history.empty else history.iloc[-1][["shown", "word"]]
    return Lamp(rule.title, colour, word, rule.rule)


def extraordinary(panel: Panel, goal: Goal, events: Iterable[Event]) -> dict[str, Array]:
    """Flows of a goal's series beyond the ordinary, in months that administrative events cover.

    Parameters
    ----------
    panel : Panel
    goal : Goal
    events : iterable of Event

    Returns
    -------
    dict of str to ndarray, shape (2, n_months)
        By kind of event: entries and exits; NaN where the flow or its ordinary rate is not known. Each type at its own
        rate where types are held; a month that two events cover counts for the earlier one.
    """
    own = panel.select(area=goal.area)
    acts = sorted((event for event in events if event.is_administrative), key=lambda event: (event.start, event.id))
    opening = np.where(own.opening() > 0, own.opening(), np.nan)
    counted = np.zeros((len(FLOWS), *opening.shape), dtype=bool)
    beyond: dict[str, Array] = {}
    for event in acts:
        inside = np.asarray((own.months >= event.start) & (own.months <= event.end))
        before = np.asarray((own.months >= event.start - MONTHS_A_YEAR) & (own.months < event.start))
        for row in _concerned(event, goal, own.keys["entity_type"].tolist()):
            for at, flow in enumerate(FLOWS):
                if flow not in (event.flows or DRIVEN.get(event.kind, FLOWS)):
                    continue
                values = getattr(own, flow)[row]
                rates = (values / opening[row])[before & ~counted[at, row]]
                rates = rates[np.isfinite(rates)]
                ordinary = opening[row] * (rates.mean() if len(rates) else math.nan)
                total = beyond.setdefault(event.kind, np.zeros((len(FLOWS), len(values))))
                total[at] += np.where(inside & ~counted[at, row], np.maximum(values - ordinary, 0.0), 0.0)
                counted[at, row] |= inside
    return beyond


def _concerned(event: Event, goal: Goal, types: Sequence[str]) -> list[int]:
    """Rows whose extraordinary flows are the goal's: its own, or for all entities those of the types held."""
    if goal.entity_type != "all":
        return [at for at, kind in enumerate(types) if kind == goal.entity_type and event.covers(goal.area, kind)]
    parts = [at for at, kind in enumerate(types) if kind != "all" and event.covers(goal.area, kind)]
    whole = [at for at, kind in enumerate(types) if kind == "all" and event.covers(goal.area, event.entity_type)]
    return parts or whole


def _excluded(amounts: Mapping[str, Array]) -> str:
    """Say what was excluded, by kind of event, and what should have been but cannot be told."""
    totals = {EVENT_KINDS[kind]: float(np.nansum(values)) for kind, values in amounts.items()}
    told = "、".join(f"{kind}{abs(total):.0f}户" for kind, total in totals.items() if round(total))
    lost = [f"{EVENT_KINDS[kind]}因此前无数据未能剔除" for kind, values in amounts.items() if np.isnan(values).any()]
    return "，".join([*([f"已剔除{told}"] if told else []), *lost])
