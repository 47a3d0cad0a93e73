"""The sentence that says an assessment to a leader.

Numbers are rounded for speech only here: counts to whole entities, what is still required upwards (so that meeting
the sentence meets the goal), shares to a tenth of a point. Words: METHODS section 1.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import pandas as pd

from targets.lamps import forecast_lamp

if TYPE_CHECKING:
    from targets.assessment import Assessment

#: By what is counted: its name, what a month adds, and what it is called when it falls.
NOUNS = {"stock": "实有", "count": "累计新设", "share": "占比"}
STEPS = {"stock": "净增", "count": "新设", "share": "提高"}
FALLS = {"stock": "净减", "count": "净减", "share": "下降"}


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
    if assessment.state in ("attained", "missed"):
        return _verdict(assessment)
    return "；".join([_now(assessment), _later(assessment), _needed(assessment)]) + "。"


def _verdict(assessment: Assessment) -> str:
    goal = assessment.goal
    gap = _room(assessment)
    less = "低于上限" if goal.comparison == "at_most" else "差"
    tail = f"，{less if gap > 0 else '超出'}{_amount(assessment, abs(gap))}" if gap else ""
    verdict = "达到" if assessment.state == "attained" else "未达到"
    return (
        f"{assessment.who}：{goal.wording}。{by(goal.deadline)}{NOUNS[assessment.style]}{_value(assessment)}，"
        f"{verdict}目标（{_amount(assessment, _target(assessment))}）{tail}。"
    )


def _now(assessment: Assessment) -> str:
    since = "" if assessment.month is None else f"截至{assessment.month.year}年{assessment.month.month}月"
    text = f"{assessment.who}：{since}{NOUNS[assessment.style]}{_value(assessment)}"
    if assessment.n_estimated:
        text += f"（其中{assessment.n_estimated}个月没有公布，按此后一年的月均新设估计）"
    start = assessment.base_month
    if start is not None and assessment.month is not None and assessment.month < start:
        return f"{text}，{start.year}年{start.month}月底才起算，尚无进度"
    if math.isnan(assessment.base):
        return f"{text}，基数不明，进度无法判断"
    if math.isnan(assessment.progress):
        return f"{text}，基数{_amount(assessment, assessment.base)}已符合目标，不计增量进度"
    done = "完成全部任务的" if assessment.style == "count" else "完成增量的"
    # Adding zero turns -0.0 into 0.0, which would read "-0.0%".
    return f"{text}，{done}{round(assessment.progress, 3) + 0.0:.1%}，{_pace(assessment.pace_deviation)}"


def _pace(deviation: float) -> str:
    points = round(deviation * 100, 1)
    if points == 0:
        return "与序时持平"
    return f"{'领先' if points > 0 else '落后'}序时{abs(points):.1f}个百分点"


def _later(assessment: Assessment) -> str:
    low, high = (
        _amount(assessment, value, bare=True) for value in (assessment.projected_low, assessment.projected_high)
    )
    return (
        f"按当前趋势{by(assessment.goal.deadline)}预计{_amount(assessment, assessment.projected)}"
        f"（80%区间{low}—{high}{_unit(assessment)}），达标概率{probability(assessment.probability)}"
    )


def _needed(assessment: Assessment) -> str:
    room = _room(assessment)
    amount = _amount(assessment, abs(room))
    if assessment.goal.comparison == "at_most":
        return f"离上限还有{amount}" if room >= 0 else f"已超出上限{amount}"
    if assessment.state == "met":
        keep = "，守住现有存量即可" if assessment.style == "stock" else ""
        return f"目前已{f'超过目标{amount}' if room < 0 else '达到目标'}{keep}"
    text = f"要达标，每月需{STEPS[assessment.style]}{step(assessment, assessment.required_net, is_required=True)}"
    recent = assessment.mean_net_12
    if math.isnan(recent):
        return text
    shown = step(assessment, abs(recent))
    if float(re.sub(r"[^0-9.]", "", shown)) == 0:
        return f"{text}（近12个月没有{STEPS[assessment.style]}）"
    if recent < 0:
        return f"{text}（近12个月月均{FALLS[assessment.style]}{shown}）"
    return f"{text}（近12个月月均{shown}，{_faster(assessment.pace_multiple)}）"


def _faster(multiple: float) -> str:
    if multiple <= 1:
        return "保持现有节奏即可"
    # 1.04 would read "1.0 times", which says that nothing is needed.
    return "略快于现有节奏即可" if round(multiple, 1) == 1.0 else f"需提速至{multiple:.1f}倍"


def _unit(assessment: Assessment) -> str:
    """Return the unit of a value: per cent for a share; a goal stated in per cent of a stock is still counted in 户."""
    if assessment.style == "share":
        return "%"
    return "户" if assessment.goal.unit == "%" else assessment.goal.unit


def _amount(assessment: Assessment, value: float, *, bare: bool = False) -> str:
    """Write a value with its unit: whole entities, or per cent to a tenth."""
    text = f"{value * 100:.1f}" if assessment.style == "share" else _count(value)
    return text if bare else f"{text}{_unit(assessment)}"


def _value(assessment: Assessment) -> str:
    return _amount(assessment, assessment.actual)


def step(assessment: Assessment, value: float, *, is_required: bool = False) -> str:
    """Write an amount a month with its unit.

    Parameters
    ----------
    assessment : Assessment
    value : float
        Entities, or a fraction for a share.
    is_required : bool
        Rounded up, so that doing what is said meets the goal; otherwise to the nearest.

    Returns
    -------
    str
    """
    if assessment.style == "share":
        points = math.ceil(round(value * 1e4, 6)) / 100 if is_required else value * 100
        return f"{points:.2f}个百分点"
    return f"{math.ceil(round(value, 6)) if is_required else round(value)}{_unit(assessment)}"


def _target(assessment: Assessment) -> float:
    """Return the goal as said: for counted things the first whole number that meets it."""
    target = round(assessment.target, 6)
    if assessment.style == "share":
        return target
    return math.floor(target) if assessment.goal.comparison == "at_most" else math.ceil(target)


def _room(assessment: Assessment) -> float:
    """Return goal less actual, as said."""
    if assessment.style == "share":
        return round(_target(assessment) - assessment.actual, 3)
    return _target(assessment) - round(assessment.actual)


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

    With as many decimals as it takes not to be rounded over a threshold of the lamp: 49.5 % is not said 50 %.

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
    said = (f"{value:.{digits}%}" for digits in range(4))
    same = (text for text in said if forecast_lamp(float(text[:-1]) / 100.0) == forecast_lamp(value))
    return next(same, f"{value:.0%}")


def _count(value: float) -> str:
    return f"{value:.0f}"
