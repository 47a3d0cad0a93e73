"""The figures of a benchmark as a table for the terminal, a line a model."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

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
    rows = [HEADS, *(_row(name, figures) for name, figures in models.items())]
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(" " * (width - _width(text)) + text for text, width in zip(row, widths, strict=True)) for row in rows
    ]


def _row(name: str, figures: Mapping[str, Any]) -> tuple[str, ...]:
    scores = [_told(figures[key], digits) for key, digits in (("smape", 3), ("mase", 4), ("rmsse", 4), ("msis95", 2))]
    covered = [_told(figures["coverage"][width], 1) for width in ("80", "90", "95")]
    worst = [_told(figures["worst_horizon_gap90"], 1), _told(figures["max_mase"], 2)]
    counts = [str(figures["failures"]), str(figures["replaced"])]
    return (name, *scores, *covered, *worst, *counts, _told(figures["series_per_second"], 1))


def _told(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _width(text: str) -> int:
    """Columns of a terminal: two for a Chinese character."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
