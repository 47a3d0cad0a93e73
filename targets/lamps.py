"""The two lamps of a goal: how far it is (进度灯) and where it leads (预测灯).

A lamp is never colour alone: it carries a word, a shape and the rule that lit it. Thresholds: METHODS section 1 (pace
deviation in points as used for projects by 银川; attainment probability).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

COLOURS = ("green", "lightgreen", "yellow", "orange", "red", "grey")
SHAPES = {"green": "●", "lightgreen": "◐", "yellow": "▲", "orange": "◆", "red": "■", "grey": "○"}

PROGRESS_RULE = (
    "进度灯：增量完成率减计划进度（没有阶段目标的即时间进度）。不低于0为绿灯；落后不超过10个百分点为浅绿灯；"
    "落后10至30个百分点为黄灯；落后超过30个百分点为红灯。"
)
FORECAST_RULE = "预测灯：达标概率。80%及以上为绿灯；50%至80%为黄灯；20%至50%为橙灯；低于20%为红灯。"
VERDICT_RULE = "已到期：按期限当月的实有数认定，不再预测。"


@dataclass(frozen=True)
class Lamp:
    """One lamp.

    Parameters
    ----------
    name : str
        进度灯, 预测灯, or 到期认定 once the deadline has passed.
    colour : str
        One of `COLOURS`; grey = cannot be told.
    word : str
        Chinese, two to four characters.
    rule : str
        Text of the rule, for hovering.
    """

    name: str
    colour: str
    word: str
    rule: str

    @property
    def shape(self) -> str:
        """The sign shown beside the word, different for every colour."""
        return SHAPES[self.colour]


def progress_lamp(deviation: float) -> Lamp:
    """Light the lamp of how far a goal is.

    Parameters
    ----------
    deviation : float
        Pace deviation as a fraction: share of the increase done minus share of time passed; NaN if unknown.

    Returns
    -------
    Lamp
    """
    points = round(deviation * 100, 6) if math.isfinite(deviation) else math.nan
    if math.isnan(points):
        colour, word = "grey", "无法判断"
    elif points >= 0:
        colour, word = "green", "达到序时"
    elif points >= -10:
        colour, word = "lightgreen", "基本同步"
    elif points >= -30:
        colour, word = "yellow", "落后序时"
    else:
        colour, word = "red", "严重落后"
    return Lamp("进度灯", colour, word, PROGRESS_RULE)


def forecast_lamp(probability: float) -> Lamp:
    """Light the lamp of where a goal leads.

    Parameters
    ----------
    probability : float
        Attainment probability in [0, 1]; NaN if unknown.

    Returns
    -------
    Lamp
    """
    if math.isnan(probability):
        colour, word = "grey", "无法判断"
    elif probability >= 0.8:
        colour, word = "green", "预计达标"
    elif probability >= 0.5:
        colour, word = "yellow", "有望达标"
    elif probability >= 0.2:
        colour, word = "orange", "达标较难"
    else:
        colour, word = "red", "难以达标"
    return Lamp("预测灯", colour, word, FORECAST_RULE)


def verdict_lamp(*, is_attained: bool) -> Lamp:
    """Light the lamp of a goal whose deadline has passed; it stands for both.

    Parameters
    ----------
    is_attained : bool

    Returns
    -------
    Lamp
    """
    return Lamp(
        "到期认定", "green" if is_attained else "red", "到期达成" if is_attained else "到期未达成", VERDICT_RULE
    )
