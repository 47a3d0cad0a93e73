"""Counts of several months, kept as they were said where no month can be told from them: a quarter, a half, 1—5月.

A table of counts is one of Observations but for its period: months `start` to `end` instead of `month`. Its versions
are kept, compared and taken back as those of observations are, under the period's name: 2022-01 至 2022-03.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from data.observations import COLUMNS, STATUSES
from forecasting.errors import FaultsError
from forecasting.panel import ENTITY_TYPES

COUNT_COLUMNS = ["area", "entity_type", "start", "end", "measure", "value", "precision", "status", "source", "vintage"]
COUNT_KEY = ["area", "entity_type", "start", "end", "measure", "vintage"]
#: What may be counted over months; net may be of one month too, for Observations do not hold it.
COUNT_MEASURES = {"entries": "新设", "exits": "注销吊销", "net": "净增"}
TO = " 至 "


def make_counts(rows: list[tuple[object, ...]] | None = None) -> pd.DataFrame:
    """Make a table of counts.

    Parameters
    ----------
    rows : list of tuple, optional
        In the order of `COUNT_COLUMNS`.

    Returns
    -------
    pandas.DataFrame
    """
    return pd.DataFrame(rows or [], columns=COUNT_COLUMNS).astype(
        {"start": "period[M]", "end": "period[M]", "value": float, "precision": float, "vintage": "datetime64[us]"}
    )


def check_counts(table: pd.DataFrame) -> None:
    """Check a table of counts.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns `COUNT_COLUMNS`.

    Raises
    ------
    FaultsError
        Naming every row at fault.
    """
    if list(table.columns) != COUNT_COLUMNS:
        raise FaultsError([f"时段数应有列：{'、'.join(COUNT_COLUMNS)}。"], "时段数有误")
    faults = [f"第{row + 1}行（{_name(table.iloc[row])}）：{fault}" for row, fault in sorted(_faults(table))]
    if faults:
        raise FaultsError(faults, "时段数有误")


def as_items(counts: pd.DataFrame) -> pd.DataFrame:
    """Return counts as rows that `data.ledger` compares: under the name of their period.

    Parameters
    ----------
    counts : pandas.DataFrame

    Returns
    -------
    pandas.DataFrame
        Columns of `data.observations.COLUMNS`; month is text.
    """
    return counts.assign(month=counts["start"].astype(str) + TO + counts["end"].astype(str))[COLUMNS]


def from_items(items: pd.DataFrame) -> pd.DataFrame:
    """Return what `as_items` made as counts again.

    Parameters
    ----------
    items : pandas.DataFrame

    Returns
    -------
    pandas.DataFrame
        Columns `COUNT_COLUMNS`.
    """
    ends = [text.split(TO) for text in items["month"]]
    periods = {name: pd.PeriodIndex([pair[at] for pair in ends], freq="M") for at, name in enumerate(("start", "end"))}
    return items.reset_index(drop=True).assign(**periods)[COUNT_COLUMNS]


def _faults(table: pd.DataFrame) -> Iterator[tuple[int, str]]:
    for name, words in {"entity_type": ENTITY_TYPES, "measure": COUNT_MEASURES, "status": STATUSES}.items():
        for row in np.flatnonzero(~table[name].isin(list(words))):
            yield int(row), f"{name} 为“{table[name].iloc[row]}”，应为 {'、'.join(words)} 之一。"
    is_count = np.isfinite(table["value"]) & (table["precision"] >= 0)
    is_count &= (table["value"] >= 0) | (table["measure"] == "net")
    for row in np.flatnonzero(~is_count):
        yield int(row), f"数值 {table['value'].iloc[row]:g} 应为不小于0的数（净增可为负），精度不能为负。"
    is_short = (table["end"] < table["start"]) | ((table["end"] == table["start"]) & (table["measure"] != "net"))
    for row in np.flatnonzero(is_short):
        yield int(row), "时段应为两个月或更长；单月的数请作月度数据。"
    for row in np.flatnonzero(table["vintage"] < table["start"].dt.start_time):
        yield int(row), f"数据日期 {table['vintage'].iloc[row]:%Y-%m-%d} 早于时段的开始。"
    for row in np.flatnonzero(table.duplicated(COUNT_KEY)):
        yield int(row), "同一时段的数出现多次。请只保留一处。"


def _name(row: pd.Series) -> str:
    kind, measure = (
        words.get(str(row[name]), row[name])
        for name, words in (("entity_type", ENTITY_TYPES), ("measure", COUNT_MEASURES))
    )
    return f"{row['area']} {kind} {row['start']}{TO}{row['end']} {measure}"
