"""The trajectory of a goal on screen: actual, pace line, projection with its bands, goal, events, a scenario."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import pandas as pd

from forecasting.events import EVENT_KINDS, Event
from reports import palette, wording
from targets.assessment import Assessment
from targets.formulas import amount
from targets.sentence import NOUNS
from views.components import vega
from views.components.vega import Rows, Spec
from views.components.words import span

ACTUAL, PACE, MEDIAN, SCENARIO = "实际", "序时线", "预测中位", "情景中位"
#: Okabe & Ito's green, told apart from the blue of the projection.
SCENARIO_COLOUR = "009E73"
RANGE = "50、80、95%区间"
STYLES = {
    ACTUAL: (palette.ACTUAL, (1, 0)),
    PACE: (palette.PACE, (5, 4)),
    MEDIAN: (palette.PROJECTION, (1, 0)),
    # Drawn as areas, named here for the legend.
    RANGE: (palette.BAND, (1, 0)),
}
BANDS = {
    "95%区间": ("low95", "high95", 0.16),
    "80%区间": ("low80", "high80", 0.24),
    "50%区间": ("low50", "high50", 0.38),
}
#: Months shown before the base.
BEFORE = 12
#: Events that bend a series for a while; policies are listed on the page of the area instead.
MARKED = ("campaign", "lockdown", "purge")
HEIGHT = 320


def trajectory(one: Assessment, events: Iterable[Event] = (), *, under: Assessment | None = None) -> Spec:
    """Specify the chart of a goal.

    Parameters
    ----------
    one : Assessment
        With a trajectory.
    events : iterable of Event
        Those not of its area or not within the chart are left out.
    under : Assessment, optional
        The same goal under a scenario, drawn beside the base projection.

    Returns
    -------
    dict
        A Vega-Lite specification without NaN.
    """
    table = one.trajectory
    first = max(table["month"].iloc[0], (one.base_month or table["month"].iloc[0]) - BEFORE)
    table = table[table["month"] >= first]
    months = list(table["month"])
    styles = STYLES if under is None else {**_lines(), SCENARIO: (SCENARIO_COLOUR, (1, 0))}
    if one.months_left == 0:
        # Nothing is projected of a goal whose deadline has passed, so nothing of it is named.
        styles = {name: style for name, style in STYLES.items() if name in (ACTUAL, PACE)}
    data = _data(one, table)
    layers = bands_of("future", palette.PROJECTION, BANDS if under is None else {"80%区间": BANDS["80%区间"]})
    if under is not None:
        data["assumed"] = _future(under, under.trajectory[under.trajectory["month"] >= first], SCENARIO)
        layers += bands_of("assumed", SCENARIO_COLOUR, {"80%区间": BANDS["80%区间"]})
        _tell(one, data["readings"], data["assumed"])
    data["events"] = _events(one, events, months)
    layers += [vega.line("plan", PACE), vega.line("past", ACTUAL, width=2.6), vega.line("future", MEDIAN, width=2.6)]
    layers += [vega.line("assumed", SCENARIO, width=2.6)] if under is not None else []
    layers += [*_points(data), *vega.reading("readings"), *_event_marks()]
    colour, dash = vega.names_and_colours(styles, columns=2)
    return {
        "datasets": data,
        "height": HEIGHT,
        "encoding": {
            "x": vega.time_axis(months),
            "y": {
                "type": "quantitative",
                "scale": {"zero": False},
                "axis": {"title": None, "tickCount": 5, "format": ".0%" if one.style == "share" else "d"},
            },
            "color": colour,
            "strokeDash": dash,
        },
        "layer": layers,
        "config": vega.CONFIG,
    }


def _lines() -> dict[str, tuple[str, tuple[int, int]]]:
    return {name: style for name, style in STYLES.items() if name != RANGE}


def _data(one: Assessment, table: pd.DataFrame) -> dict[str, Rows]:
    readings: Rows = []
    for row in table.itertuples():
        said = [wording.month(row.month)]
        said += [f"{name}{amount(one, x)}" for name, x in ((ACTUAL, row.actual), (PACE, row.pace)) if not math.isnan(x)]
        if not math.isnan(row.median):
            said.append(f"{MEDIAN}{amount(one, row.median)}")
            said.append(f"80%区间{amount(one, row.low80)}—{amount(one, row.high80)}")
        readings.append({"t": vega.instant(row.month), "tip": vega.joined(said)})
    end = vega.instant(one.goal.deadline)
    now: Rows = []
    if one.month is not None:
        text = f"{NOUNS[one.style]}{amount(one, one.actual)}"
        now.append({"t": vega.instant(one.month), "level": vega.number(one.actual), "text": text})
    return {
        "past": _column(table, "actual", ACTUAL),
        "plan": _column(table, "pace", PACE),
        "future": _future(one, table, MEDIAN),
        "readings": readings,
        "goal": [{"t": end, "level": vega.number(one.target)}],
        "promise": [_goal_label(one, end)],
        "ends": now,
    }


def _goal_label(one: Assessment, end: str) -> dict[str, object]:
    """Put the goal's number above its point, or beneath the bands where the point lies in or under them."""
    bounds = one.trajectory[["low95", "high95"]].iloc[-1]
    is_above = not one.target < bounds["high95"]
    level = one.target if is_above else min(one.target, bounds["low95"])
    text = f"目标{amount(one, one.target)}"
    return {"t": end, "level": vega.number(level), "text": text, "dy": -16 if is_above else 18}


def _column(table: pd.DataFrame, column: str, name: str) -> Rows:
    shown = table[table[column].notna()]
    return [
        {"t": vega.instant(month), name: vega.number(value)}
        for month, value in zip(shown["month"], shown[column], strict=True)
    ]


def _future(one: Assessment, table: pd.DataFrame, name: str) -> Rows:
    """Median and bounds, begun at the last actual month so that line and bands join it."""
    shown = table[table["median"].notna()]
    if shown.empty or one.month is None:
        return []
    bounds = [bound for low, high, _ in BANDS.values() for bound in (low, high)]
    now = vega.number(one.actual)
    rows = [{"t": vega.instant(one.month), name: now, **dict.fromkeys(bounds, now)}]
    for row in shown.to_dict("records"):
        numbers = {bound: vega.number(row[bound]) for bound in bounds}
        rows.append({"t": vega.instant(row["month"]), name: vega.number(row["median"]), **numbers})
    return rows


def _tell(one: Assessment, readings: Rows, assumed: Rows) -> None:
    """Add the scenario's median to what is said of each month."""
    medians = {row["t"]: row[SCENARIO] for row in assumed[1:]}
    for row in readings:
        if row["t"] in medians:
            row["tip"] = vega.joined([row["tip"], f"{SCENARIO}{amount(one, medians[row['t']])}"])


def bands_of(data: str, colour: str, bands: Mapping[str, tuple[str, str, float]]) -> list[Spec]:
    """Draw bands as areas.

    Parameters
    ----------
    data : str
        Name of the data set.
    colour : str
        RRGGBB.
    bands : mapping of str to (str, str, float)
        By name, as `BANDS`: columns of both bounds, and opacity.

    Returns
    -------
    list of dict
    """
    return [
        {
            "data": {"name": data},
            "mark": {"type": "area", "color": f"#{colour}", "opacity": opacity, "tooltip": False},
            "encoding": {
                "y": {"field": low, "type": "quantitative"},
                "y2": {"field": high},
                "color": {"value": f"#{colour}"},
            },
        }
        for low, high, opacity in bands.values()
    ]


def _points(data: dict[str, Rows]) -> list[Spec]:
    level = {"y": {"field": "level", "type": "quantitative"}}
    goal = {"type": "point", "shape": "diamond", "size": 130, "filled": True, "opacity": 1, "tooltip": False}
    dot = {"type": "point", "shape": "circle", "size": 60, "filled": True, "opacity": 1, "tooltip": False}
    marks = (("goal", goal, palette.GOAL), ("ends", dot, palette.ACTUAL))
    return [
        *(
            {
                "data": {"name": name},
                "mark": {**mark, "color": f"#{colour}"},
                "encoding": {**level, "color": {"value": f"#{colour}"}},
            }
            for name, mark, colour in marks
        ),
        *vega.label("promise", "level", "text", colour=palette.GOAL, align="right", dy=data["promise"][0]["dy"]),
        *vega.label("ends", "level", "text", colour=palette.ACTUAL, align="left", dy=18),
    ]


def _events(one: Assessment, events: Iterable[Event], months: list[pd.Period]) -> Rows:
    """Where an event began, within the chart, and what it was."""
    shown = [
        event
        for event in events
        if event.kind in MARKED
        and event.covers(one.goal.area, one.goal.entity_type)
        and months[0] <= event.start <= months[-1]
    ]
    return [
        {
            "t": vega.instant(event.start),
            "tip": f"{span(event.start, event.end)}，{EVENT_KINDS[event.kind]}：{event.title}",
        }
        for event in shown
    ]


def _event_marks() -> list[Spec]:
    thin = {"type": "rule", "color": f"#{palette.EXITS}", "strokeWidth": 1, "strokeDash": [2, 2], "tooltip": False}
    flag = {
        "type": "point",
        "shape": "triangle-down",
        "size": 110,
        "filled": True,
        "opacity": 1,
        "color": f"#{palette.EXITS}",
    }
    return [
        {"data": {"name": "events"}, "mark": thin},
        {
            "data": {"name": "events"},
            "mark": {**flag, "tooltip": True},
            "encoding": {"y": {"value": 4}, "color": {"value": f"#{palette.EXITS}"}, "tooltip": {"field": "tip"}},
        },
    ]
