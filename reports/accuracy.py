"""The figures of a benchmark as a table for the terminal, a line a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reports.columns import in_columns, told

HEADS = (
    "模型",
    "sMAPE",
    "MASE",
    "RMSSE",
    "MSIS95",
    "覆盖80%",
    "90%",
    "95%",
    "90%最大偏差",
    "最大MASE",
    "失败",
    "替换",
    "序列/秒",
)


def accuracy_lines(models: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Lay figures out in columns.

    Parameters
    ----------
    models : mapping of str to mapping
        By the name of the model, as of `forecasting.benchmark.figures`.

    Returns
    -------
    list of str
        Heading and a line a model; a figure that cannot be told is a dash.
    """
    return in_columns([HEADS, *(_row(name, figures) for name, figures in models.items())])


def _row(name: str, figures: Mapping[str, Any]) -> tuple[str, ...]:
    scores = [told(figures[key], digits) for key, digits in (("smape", 3), ("mase", 4), ("rmsse", 4), ("msis95", 2))]
    covered = [told(figures["coverage"][width], 1) for width in ("80", "90", "95")]
    worst = [told(figures["worst_horizon_gap90"], 1), told(figures["max_mase"], 2)]
    counts = [str(figures["failures"]), str(figures["replaced"])]
    return (name, *scores, *covered, *worst, *counts, told(figures["series_per_second"], 1))
