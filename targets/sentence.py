"""The sentence that says an assessment to a leader.

Numbers are rounded for speech only here: counts to whole entities, what is still required upwards (so that meeting
the sentence meets the goal), shares to a tenth of a point. Words: METHODS section 1.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from targets.assessment import Assessment


def sentence(assessment: Assessment) -> str:
    """Say an assessment in one Chinese sentence.

    Parameters
    ----------
    assessment : Assessment

    Returns
    -------
    str
    """
    goal = assessment.goal
    if assessment.state == "no_data":
        return f"{assessment.who}：{goal.wording}。{assessment.reason or '本指标暂无月度数据，暂不能测算。'}"
    unit = goal.unit if goal.unit != "%" else "户"
    if assessment.state in ("attained", "missed"):
        verdict = "达到" if assessment.state == "attained" else "未达到"
        # Half an entity short is one entity short, or the sentence would miss a goal and state the number it asks for.
        target = _whole_target(assessment)
        gap = target - round(assessment.actual)
        less, more = ("低于上限", "超出") if goal.comparison == "at_most" else ("差", "超出")
        tail = f"，{less if gap > 0 else more}{_count(abs(gap))}{unit}" if gap else ""
        return (
            f"{assessment.who}：{goal.wording}。{by(goal.deadline)}实有{_count(assessment.actual)}{unit}，"
            f"{verdict}目标（{target}{unit}）{tail}。"
        )
    return "；".join([_now(assessment, unit), _later(assessment, unit), _needed(assessment, unit)]) + "。"


def _now(assessment: Assessment, unit: str) -> str:
    since = "" if assessment.month is None else f"截至{assessment.month.year}年{assessment.month.month}月"
    text = f"{assessment.who}：{since}实有{_count(assessment.actual)}{unit}"
    if math.isnan(assessment.base):
        return f"{text}，基数不明，进度无法判断"
    if math.isnan(assessment.progress):
        return f"{text}，基数{_count(assessment.base)}{unit}已符合目标，不计增量进度"
    # Adding zero turns -0.0 into 0.0, which would read "-0.0%".
    return f"{text}，完成增量的{round(assessment.progress, 3) + 0.0:.1%}，{_pace(assessment.pace_deviation)}"


def _pace(deviation: float) -> str:
    points = round(deviation * 100, 1)
    if points == 0:
        return "与序时持平"
    return f"{'领先' if points > 0 else '落后'}序时{abs(points):.1f}个百分点"


def _later(assessment: Assessment, unit: str) -> str:
    return (
        f"按当前趋势{by(assessment.goal.deadline)}预计{_count(assessment.projected)}{unit}"
        f"（80%区间{_count(assessment.projected_low)}—{_count(assessment.projected_high)}{unit}），"
        f"达标概率{probability(assessment.probability)}"
    )


def _needed(assessment: Assessment, unit: str) -> str:
    room = _whole_target(assessment) - round(assessment.actual)
    if assessment.goal.comparison == "at_most":
        return f"离上限还有{room}{unit}" if room >= 0 else f"已超出上限{-room}{unit}"
    if assessment.state == "met":
        return f"目前已{f'超过目标{-room}{unit}' if room < 0 else '达到目标'}，守住现有存量即可"
    required = math.ceil(round(assessment.required_net, 6))
    text = f"要达标，每月需净增{required}{unit}"
    recent = assessment.mean_net_12
    if math.isnan(recent):
        return text
    if round(recent) <= 0:
        lost = "没有净增" if round(recent) == 0 else f"月均净减{_count(-recent)}{unit}"
        return f"{text}（近12个月{lost}）"
    return f"{text}（近12个月月均{_count(recent)}{unit}，{_faster(assessment.pace_multiple)}）"


def _faster(multiple: float) -> str:
    if multiple <= 1:
        return "保持现有节奏即可"
    # 1.04 would read "1.0 times", which says that nothing is needed.
    return "略快于现有节奏即可" if round(multiple, 1) == 1.0 else f"需提速至{multiple:.1f}倍"


def _whole_target(assessment: Assessment) -> int:
    """Return the first whole number that meets the goal."""
    target = round(assessment.target, 6)
    return math.floor(target) if assessment.goal.comparison == "at_most" else math.ceil(target)


def by(deadline: pd.Period) -> str:
    """Return 到2025年底 for a December, 到2025年6月底 otherwise.

    Parameters
    ----------
    deadline : pandas.Period

    Returns
    -------
    str
    """
    return f"到{deadline.year}年底" if deadline.month == 12 else f"到{deadline.year}年{deadline.month}月底"


def probability(value: float) -> str:
    """Say a probability in whole per cent; beyond 1 and 99 % only that it is beyond.

    Parameters
    ----------
    value : float
        In [0, 1].

    Returns
    -------
    str
    """
    if value < 0.01:
        return "不足1%"
    if value > 0.99:
        return "超过99%"
    return f"{value:.0%}"


def _count(value: float) -> str:
    return f"{value:.0f}"
