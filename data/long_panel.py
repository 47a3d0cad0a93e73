"""A panel from a long table of anybody's, for the backtest of attainment.

A row a series and month: `series`, `month` (2023-06 or a date in it), `entries`, and where they exist `exits` and
`stock` (end of month). An empty cell, or a month without a row, is not observed; other columns are left out. Months run
from the first to the last of any series. All faults of a file are told at once.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from data.long_columns import MAX_SPAN, Faults, numbers, periods, read_columns, text
from forecasting.attain import Series
from forecasting.errors import FaultsError

NEEDED = ("series", "month", "entries")
OPTIONAL = ("exits", "stock")


def long_panel(path: Path) -> Series:
    """Read a long table, CSV (UTF-8) or parquet by its content.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    forecasting.attain.Series
        In the order of their first rows.

    Raises
    ------
    SchemaError
        If the file cannot be read as a table.
    FaultsError
        Naming every row at fault.
    """
    table, first_row = read_columns(path, lambda header: _columns(header, path), example=[*NEEDED, *OPTIONAL])
    faults = Faults(path.name, first_row)
    ids = text(table["series"])
    faults.tell(ids == "", lambda _: "series 为空，请补填。")
    month, is_untimely = periods(table["month"], "M")
    faults.tell(is_untimely, lambda row: f"month 为“{table['month'][row]}”，应写作 2023-06 或 2023-06-30。")
    measures = {name: _measure(table[name], name, faults) for name in table.columns[2:]}
    faults.check()
    faults.tell_repeated(ids, month)
    span = month - month.min() + 1
    faults.tell(span > MAX_SPAN, lambda row: f"month 与最早的月份相距{span[row]}个月，超过{MAX_SPAN}个月。请核对。")
    is_empty = measures["entries"].groupby(ids).transform("count") == 0
    faults.tell(
        is_empty & ~ids.duplicated(),
        lambda row: f"序列 {ids[row]} 的 entries 没有一个观测值。请补上，或删去这一序列。",
    )
    faults.check()
    code, names = pd.factorize(ids)
    place = (code, (span - 1).to_numpy(dtype=np.intp))
    months = pd.period_range(pd.Period(ordinal=int(month.min()), freq="M"), periods=int(span.max()), freq="M")
    arrays = {name: np.full((len(names), len(months)), np.nan) for name in measures}
    for name, values in measures.items():
        arrays[name][place] = values
    return Series(tuple(map(str, names)), months, **arrays)


def _columns(header: list[str], path: Path) -> list[str]:
    missing = [name for name in NEEDED if name not in header]
    if missing:
        raise FaultsError([f"缺少 {column} 列，请补上。" for column in missing], f"{path.name} 有误")
    return [*NEEDED, *(name for name in OPTIONAL if name in header)]


def _measure(column: pd.Series, name: str, faults: Faults) -> pd.Series[float]:
    found, is_text = numbers(column)
    faults.tell(is_text, lambda row: f"{name} 为“{column[row]}”，应为数字；没有观测值请留空。")
    faults.tell(found < 0, lambda row: f"{name} 为负（{column[row]}）。请核对。")
    return found
