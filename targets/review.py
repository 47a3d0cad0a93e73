"""The review (复盘) of a goal whose deadline has passed: what was needed, what came, and when it fell behind.

needed a month = (T - B) / months from base to deadline;    came = (S - B) / the same months
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import pandas as pd

from forecasting.events import Event
from targets.assessment import Assessment


def review(one: Assessment, events: Iterable[Event] = ()) -> tuple[str, ...]:
    """Say in a few Chinese sentences how a finished goal went.

    Parameters
    ----------
    one : Assessment
        In state `attained` or `missed`.
    events : iterable of Event
        Those that cover the goal's area and months are named.

    Returns
    -------
    tuple of str
        Empty for a goal that is not finished, or whose base is unknown.
    """
    if one.state not in ("attained", "missed") or math.isnan(one.base) or one.base_month is None:
        return ()
    line = one.trajectory[one.trajectory["month"] >= one.base_month]
    months = len(line) - 1
    if months < 1 or line["actual"].isna().any():
        return ()
    came, needed = (one.actual - one.base) / months, (one.target - one.base) / months
    share = f"，为所需{needed:.1f}户的{came / needed:.0%}" if needed > 0 else ""
    said = [f"全期{months}个月，月均净增{came:.1f}户{share}。" if one.style == "stock" else _other(one, months)]
    said += _turning(line, is_limit=one.goal.comparison == "at_most")
    said += _extremes(line) if one.style == "stock" else []
    named = [
        event.title
        for event in events
        if event.kind != "policy"
        and event.covers(one.goal.area, one.goal.entity_type)
        and event.end >= one.base_month
        and event.start <= one.goal.deadline
    ]
    return (*said, *([f"期间有：{'、'.join(dict.fromkeys(named))}。"] if named else []))


def _other(one: Assessment, months: int) -> str:
    return f"全期{months}个月，完成{one.completion:.1%}。"


def _turning(line: pd.DataFrame, *, is_limit: bool) -> list[str]:
    """Say since when the line was missed for good, or that it was never."""
    sign = -1.0 if is_limit else 1.0
    behind = (sign * (line["actual"] - line["pace"]) < -1e-9).to_numpy()[1:]
    months = list(line["month"])[1:]
    if not behind.any():
        return ["全期始终不落后于序时。"]
    if not behind[-1]:
        last = months[int(np.flatnonzero(behind)[-1])]
        return [f"曾落后于序时，{last.year}年{last.month}月以后赶上。"]
    ahead = np.flatnonzero(~behind)
    since = months[0] if ahead.size == 0 else months[int(ahead[-1]) + 1]
    return [f"{since.year}年{since.month}月起一直落后于序时。"]


def _extremes(line: pd.DataFrame) -> list[str]:
    """Name the best and the worst month."""
    change = np.diff(line["actual"].to_numpy(dtype=float))
    months = list(line["month"])[1:]
    best, worst = months[int(change.argmax())], months[int(change.argmin())]
    return [
        f"净增最多的是{best.year}年{best.month}月（{change.max():.0f}户），"
        f"最少的是{worst.year}年{worst.month}月（{change.min():.0f}户）。"
    ]
