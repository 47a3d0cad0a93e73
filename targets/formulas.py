"""Every number of a goal with its name, its value in words and the arithmetic behind it, for display.

Nothing is computed anew: the formulas repeat, with the numbers in them, what `targets.assessment` and
`targets.detail` computed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from targets.assessment import Assessment
from targets.detail import Detail
from targets.pace import months_between
from targets.plan import SHAPES
from targets.sentence import probability

ABSENT = "—"


@dataclass(frozen=True)
class Line:
    """One number for display.

    Parameters
    ----------
    group : str
        Heading under which it stands, Chinese.
    name : str
        Chinese.
    value : str
        With unit; a dash where it does not exist.
    formula : str
        The arithmetic, with the numbers in it.
    """

    group: str
    name: str
    value: str
    formula: str


def formulas(one: Assessment, more: Detail | None) -> tuple[Line, ...]:
    """List every number of an assessed goal.

    Parameters
    ----------
    one : Assessment
        In any state but `no_data`.
    more : Detail or None
        None for a count or a share, which have no further rows.

    Returns
    -------
    tuple of Line
        Standing, pace, requirement, projection, in reading order.
    """
    lines = [*_standing(one), *_pace(one, more), *_requirement(one, more), *_projection(one, more)]
    return tuple(Line(*line) for line in lines)


Row = tuple[str, str, str, str]


def _standing(one: Assessment) -> list[Row]:
    s, b, t = (amount(one, value) for value in (one.actual, one.base, one.target))
    return [
        ("现状", "实有", s, f"{_month(one.month)}数"),
        ("现状", "基数", b, f"{_month(one.base_month)}数，{_origin(one)}"),
        ("现状", "目标", t, TARGETS[one.goal.kind]),
        ("现状", "总量完成率", percent(one.completion), f"{s} ÷ {t}"),
        ("现状", "增量完成率", percent(one.progress), f"({s} − {b}) ÷ ({t} − {b})"),
        ("现状", "总缺口", amount(one, one.total_gap), f"{t} − {s}"),
    ]


#: Where a base comes from, and what a goal of each kind asks for.
ORIGINS = {"stated": "文件载明", "derived": "由文件中其他数字推算", "data": "取自月度数据"}
TARGETS = {
    "level": "文件载明的总量",
    "cagr": "基数 × (1 + 年均增速)^年数",
    "yoy_growth": "基数 × (1 + 增速)",
    "increment": "基数 + 增量",
    "share": "文件载明的占比",
    "count": "文件载明的数量",
}


def _origin(one: Assessment) -> str:
    return "取自已知的数" if one.basis and one.base_origin == "data" else ORIGINS.get(one.base_origin, "")


def _pace(one: Assessment, more: Detail | None) -> list[Row]:
    s, b, t = (amount(one, value) for value in (one.actual, one.base, one.target))
    past = 0 if one.month is None or one.base_month is None else months_between(one.base_month, one.month)
    rows = [
        ("序时", "时间进度", percent(one.time_progress), f"已过{past}个月 ÷ 全期{past + one.months_left}个月"),
        ("序时", "计划进度", percent(one.planned_share), f"({amount(one, one.pace)} − {b}) ÷ ({t} − {b})"),
        ("序时", "序时偏差", points(one.pace_deviation), f"{percent(one.progress)} − {percent(one.planned_share)}"),
    ]
    if more is None:
        return [*rows, ("序时", "序时缺口", amount(one, one.pace_gap), f"{amount(one, one.pace)} − {s}")]
    for shape, pace in more.paces.items():
        rows += [
            ("序时", f"{SHAPES[shape]}应有", amount(one, pace), LINES[shape]),
            ("序时", f"{SHAPES[shape]}缺口", amount(one, pace - one.actual), f"{amount(one, pace)} − {s}"),
            (
                "序时",
                f"{SHAPES[shape]}领先或滞后",
                ahead(more.months_ahead[shape]),
                "达到现有实有数的计划月份 − 当前月份",
            ),
        ]
    rows += [
        ("序时", "至今年均增速", percent(more.cagr_so_far), f"({s} ÷ {b})^(12 ÷ {past}) − 1"),
        ("序时", "全期所需年均增速", percent(more.cagr_required), f"({t} ÷ {b})^(12 ÷ {past + one.months_left}) − 1"),
    ]
    if one.months_left:
        formula = f"({t} ÷ {s})^(12 ÷ {one.months_left}) − 1"
        rows.append(("序时", "今后所需年均增速", percent(more.cagr_remaining), formula))
    return rows


#: How each pace line is drawn between two stated points.
LINES = {
    "linear": "两个阶段目标之间逐月等量递增",
    "geometric": "两个阶段目标之间逐月等比递增",
    "seasonal": "年度目标之间按往年各月净增比重递增",
}


def _requirement(one: Assessment, more: Detail | None) -> list[Row]:
    if one.months_left == 0:
        return []
    gap, left, net = amount(one, one.total_gap), one.months_left, _step(one, one.required_net)
    rows = [
        ("需要", "剩余月数", f"{left}个月", f"{_month(one.month)}至{_month(one.goal.deadline)}"),
        ("需要", "月均需净增", net, f"{gap} ÷ {left}"),
        ("需要", "月均需新设", _step(one, one.required_gross), f"{net} + 预计月均注销吊销"),
        ("需要", "近12个月月均净增", _step(one, one.mean_net_12), "近12个月（新设 − 注销吊销）÷ 12"),
        ("需要", "提速倍数", multiple(one.pace_multiple), f"{net} ÷ {_step(one, one.mean_net_12)}"),
    ]
    if more is None:
        return rows
    rows += [
        (
            "需要",
            "近3个月月均净增（季节调整）",
            _step(one, more.mean_net_3),
            "近3个月净增 ÷ 这3个月的季节比重之和 ÷ 12",
        ),
        ("需要", "近3个月提速倍数", multiple(more.pace_multiple_3), f"{net} ÷ {_step(one, more.mean_net_3)}"),
    ]
    s, t, median = (amount(one, value) for value in (one.actual, one.target, one.projected))
    for level, rate in more.run_rates.items():
        # The quantile that the rate was computed from.
        low = amount(one, one.projected - one.actual + one.target - rate * left)
        formula = f"(预测中位{median} − {s} + {t} − {1 - level:.0%}分位{low}) ÷ {left}"
        rows.append(("需要", f"保底月增（{level:.0%}把握）", _step(one, rate), formula))
    last = more.latest_start
    if last == one.goal.deadline:
        shown = "按当前趋势即可达到"
    else:
        shown = "从现在起也已不及" if last is None else ABSENT if not more.run_rates else _month(last)
    return [
        *rows,
        ("需要", "历史最好月均净增", _step(one, more.best_pace), "连续12个月月均净增的最大值"),
        ("需要", "最迟起步月份", shown, "此前按预测中位、此后按历史最好月均净增，仍能达标的最后月份"),
    ]


def _projection(one: Assessment, more: Detail | None) -> list[Row]:
    if one.months_left == 0:
        return []
    low, high = amount(one, one.projected_low), amount(one, one.projected_high)
    rows = [
        ("预测", "到期预计", amount(one, one.projected), "模拟路径的中位数"),
        ("预测", "80%区间", f"{low}—{high}", "模拟路径的10%和90%分位数"),
        ("预测", "达标概率", probability(one.probability), "到期达到目标的路径 ÷ 全部路径"),
    ]
    if more is None:
        return rows
    names = {"early": "最早（10%）", "median": "中位（50%）", "late": "较晚（90%）"}
    return rows + [
        (
            "预测",
            f"预计达标时间·{name}",
            _month(getattr(more.dates, key)) or "预测期内达不到",
            "达到目标并保持到预测期末的首月",
        )
        for key, name in names.items()
    ]


def amount(one: Assessment, value: float) -> str:
    """Write a value of the goal: entities, or per cent for a share.

    Parameters
    ----------
    one : Assessment
    value : float

    Returns
    -------
    str
        A dash for NaN.
    """
    if math.isnan(value):
        return ABSENT
    if one.style == "share":
        return f"{value:.1%}"
    return f"{'−' if round(value) < 0 else ''}{abs(value):.0f}{_unit(one)}"


def percent(value: float) -> str:
    """Write a fraction in per cent to a tenth.

    Parameters
    ----------
    value : float

    Returns
    -------
    str
        A dash for NaN.
    """
    return ABSENT if math.isnan(value) else f"{round(value, 3) + 0.0:.1%}"


def points(value: float) -> str:
    """Write a deviation as 领先 or 落后 so many percentage points.

    Parameters
    ----------
    value : float
        A fraction.

    Returns
    -------
    str
        A dash for NaN.
    """
    if math.isnan(value):
        return ABSENT
    shown = round(value * 100, 1)
    return "持平" if shown == 0 else f"{'领先' if shown > 0 else '落后'}{abs(shown):.1f}个百分点"


def ahead(months: float) -> str:
    """Write months ahead or behind.

    Parameters
    ----------
    months : float

    Returns
    -------
    str
        A dash for NaN.
    """
    if math.isnan(months):
        return ABSENT
    shown = round(months, 1)
    return "持平" if shown == 0 else f"{'领先' if shown > 0 else '滞后'}{abs(shown):.1f}个月"


def multiple(value: float) -> str:
    """Write a pace multiple.

    Parameters
    ----------
    value : float

    Returns
    -------
    str
        A dash for NaN.
    """
    return ABSENT if math.isnan(value) else f"{value:.2f}倍"


def _step(one: Assessment, value: float) -> str:
    """Write an amount a month, to a tenth where it is counted."""
    if math.isnan(value):
        return ABSENT
    return f"{value * 100:.2f}个百分点" if one.style == "share" else f"{value + 0.0:.1f}{_unit(one)}"


def _unit(one: Assessment) -> str:
    return "户" if one.goal.unit == "%" else one.goal.unit


def _month(month: pd.Period | None) -> str:
    return "" if month is None else f"{month.year}年{month.month}月"
