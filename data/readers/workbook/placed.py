"""A figure in its place: the sheet it stands on, the months it is of, and whether it agrees with another."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from data.readers.workbook.asking import Notebook
from data.readers.workbook.figures import Figure
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
