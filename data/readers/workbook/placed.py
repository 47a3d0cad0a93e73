"""A figure in its place: the sheet it stands on, the months it is of, and whether it agrees with another."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from data.readers.workbook.asking import Notebook
from data.readers.workbook.figures import Figure
from data.readers.workbook.mapping import IGNORE
from data.readers.workbook.meaning import MEASURE_NAMES

SLACK = 1e-6


@dataclass(frozen=True)
class Placed:
    """A figure and the sheet it stands on.

    Parameters
    ----------
    figure : Figure
    note : Notebook
    key : str
        Of its table, for questions.
    """

    figure: Figure
    note: Notebook
    key: str

    @property
    def where(self) -> str:
        """The cell, as its user sees it."""
        return self.note.place(self.figure.row, self.figure.column)


def ordinals(figure: Figure) -> tuple[int, int]:
    """Return the first and the last month a figure is of, as year * 12 + month - 1.

    Parameters
    ----------
    figure : Figure

    Returns
    -------
    tuple of int
    """
    span, kind = figure.meaning.span, figure.meaning.kind
    assert span is not None
    assert span.year is not None
    assert span.first is not None
    assert span.last is not None
    last = span.year * 12 + span.last - 1
    if figure.meaning.measure in ("stock", "adjustment") or kind == "month":
        return last, last
    if kind == "ytd" and not span.first_year:
        return span.year * 12, last
    return (span.first_year or span.year) * 12 + span.first - 1, last


def period_of(ordinal: int) -> pd.Period:
    """Return a month by its ordinal.

    Parameters
    ----------
    ordinal : int

    Returns
    -------
    pandas.Period
    """
    return pd.Period(year=ordinal // 12, month=ordinal % 12 + 1, freq="M")


def compare(one: Placed, other: Placed) -> None:
    """Fault two figures that say the same thing and differ.

    Parameters
    ----------
    one, other : Placed
    """
    slack = one.figure.precision + other.figure.precision + SLACK
    if abs(one.figure.value - other.figure.value) > slack:
        _, last = ordinals(one.figure)
        measure = MEASURE_NAMES[one.figure.meaning.measure or ""]
        one.note.fault(
            one.figure.row,
            one.figure.column,
            f"{period_of(last)} {measure}为 {one.figure.value:.10g}，而 {other.where} 为 {other.figure.value:.10g}。"
            "同一个数写了两处而不相同，请核对后更正。",
        )
    else:
        one.note.check(one.figure.row, one.figure.column, f"与 {other.where} 相同")


def is_in_time(placed: Placed, received_at: pd.Timestamp) -> bool:
    """Ask about days in mid-month, and fault months to come.

    Parameters
    ----------
    placed : Placed
    received_at : pandas.Timestamp
        When the file came in.

    Returns
    -------
    bool
        Whether the figure is used.
    """
    figure = placed.figure
    span = figure.meaning.span
    if span is None or span.year is None or span.last is None:
        return False
    if span.is_mid_month and not figure.special:
        answer = placed.note.ask(
            f"{placed.key}|月中",
            figure.row,
            figure.column,
            f"数据日期是{span.year}年{span.last}月{span.day}日，在月中。这些数怎样处理？",
            [("month", "作为该月的数"), (IGNORE, "不用")],
        )
        if answer != "month":
            return False
    first, last = ordinals(figure)
    bound = received_at.to_period("M")
    if period_of(first) <= bound < period_of(last) and not figure.special:
        placed.note.drop(figure.row, figure.column, "含尚未发生的月份，未采用")
        return False
    if period_of(last) > bound and not figure.special:
        placed.note.fault(
            figure.row,
            figure.column,
            f"月份 {period_of(last)} 晚于收到文件的月份 {bound}。请核对年份；尚未发生的月份请留空。",
        )
        return False
    return True
