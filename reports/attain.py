"""The figures of an attainment backtest as tables for the terminal: scores by horizon and part, and reliability."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reports.columns import in_columns, told

#: Parts of `forecasting.settlement.attain_figures` as users read them.
PARTS = {"all": "全部", "before": "2020年前", "across": "跨2020年", "after": "2020年后"}
HEADS = (
    "预测期",
    "窗口",
    "陈述数",
    "Brier",
    "基准率Brier",
    "对比基准率的技能分",
    "校准误差",
    "50%区间覆盖",
    "80%",
    "90%",
    "95%",
    "中位绝对百分比误差",
)
RELIABILITY_HEADS = ("预测期", "所称概率", "陈述数", "平均所称", "实际发生")

Figures = Mapping[str, Mapping[str, Mapping[str, Any]]]


def attain_lines(figures: Figures) -> list[str]:
    """Lay scores out, a line a horizon and part.

    Parameters
    ----------
    figures : mapping
        As of `forecasting.settlement.attain_figures`.

    Returns
    -------
    list of str
        Heading and lines; a figure that cannot be told is a dash.
    """
    rows = [
        (f"{horizon}个月", PARTS[part], *_scores(one))
        for horizon, parts in figures.items()
        for part, one in parts.items()
    ]
    return in_columns([HEADS, *rows])


def reliability_lines(figures: Figures) -> list[str]:
    """Lay out how often what was stated happened, all windows together.

    Parameters
    ----------
    figures : mapping
        As of `attain_lines`.

    Returns
    -------
    list of str
        Heading and a line a horizon and bin.
    """
    rows = [
        (
            f"{horizon}个月",
            f"{one['lower']:.0%}-{one['upper']:.0%}",
            str(one["count"]),
            f"{one['stated']:.1%}",
            f"{one['frequency']:.1%}",
        )
        for horizon, parts in figures.items()
        for one in parts["all"]["reliability"]
    ]
    return in_columns([RELIABILITY_HEADS, *rows])


def _scores(one: Mapping[str, Any]) -> tuple[str, ...]:
    briers = (told(one[key], 4) for key in ("brier", "brier_base_rate"))
    covered = (told(one["coverage"][width], 1) for width in ("50", "80", "90", "95"))
    rest = (told(one["skill"], 3), told(one["calibration_error"], 3))
    return (str(one["n"]), *briers, *rest, *covered, told(one["mdape"], 1))
