"""Columns of long tables, CSV (UTF-8) or parquet by content: text, numbers and dates, and where a cell is none of it.

Nothing is coerced: a cell is what it says or it is a fault, and all faults of a file are told at once, each with the
number by which users know the row (a CSV's header is row 1, a parquet file counts from its first).
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from data.catalogue.tables import read_table
from forecasting.errors import FaultsError, SchemaError

#: Periods from the first to the last row of a series; more is a slip in the time column.
MAX_SPAN = 20_000
#: Dates as they are written. A bare number may be a running number as well, and an offset another day.
DATE = r"\d{4}-\d{2}(-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?)?"
#: What stands for a value that was not observed, besides nothing.
MISSING = ("nan", "na", "none", "null")


@dataclass(frozen=True)
class Faults:
    """Gathers what is wrong with the rows of a table.

    Parameters
    ----------
    name : str
        Of the file.
    first_row : int
        Number by which users know the row at position 0.
    """

    name: str
    first_row: int
    _found: list[tuple[int, str]] = field(default_factory=list, init=False)

    def tell(self, is_bad: pd.Series[bool], text: Callable[[int], str]) -> None:
        """Record a fault for every position where `is_bad` is true.

        Parameters
        ----------
        is_bad : pandas.Series of bool
        text : callable
            Position -> what is wrong with that row.
        """
        self._found.extend((row, f"第{row + self.first_row}行：{text(row)}") for row in is_bad.index[is_bad])

    def tell_repeated(self, series: pd.Series[str], period: pd.Series[float]) -> pd.Series[bool]:
        """Record every row whose series and period stand in an earlier row.

        Parameters
        ----------
        series, period : pandas.Series

        Returns
        -------
        pandas.Series of bool
            Where such rows are.
        """
        position = pd.Series(series.index, index=series.index)
        first = position.groupby([series, period]).transform("first")
        self.tell(
            first != position,
            lambda row: f"与第{first[row] + self.first_row}行是同一序列（{series[row]}）同一时间，重复。请只留一行。",
        )
        return first != position

    def check(self) -> None:
        """Raise what was recorded, in the order of the rows.

        Raises
        ------
        FaultsError
            If anything was.
        """
        if self._found:
            raise FaultsError([text for _, text in sorted(self._found)], f"{self.name} 有误")


def read_columns(
    path: Path, choose: Callable[[list[str]], list[str]], *, example: list[str]
) -> tuple[pd.DataFrame, int]:
    """Read those columns of a table that are needed.

    Parameters
    ----------
    path : pathlib.Path
    choose : callable
        Headers of the file -> those to be read; raises where one is missing.
    example : list of str
        Headers shown where the file has none.

    Returns
    -------
    table : pandas.DataFrame
        Of text from CSV, as stored from parquet; the index is the position in the file.
    first_row : int
        Number by which users know the row at position 0.

    Raises
    ------
    SchemaError
        If the file is absent, not such a table, or has no rows.
    FaultsError
        Naming every column that is missing.
    """
    try:
        with path.open("rb") as file:
            start = file.read(65536)
    except FileNotFoundError as error:
        raise SchemaError(f"没有文件 {path}。请核对路径。") from error
    except OSError as error:
        raise SchemaError(f"不能读取 {path}（{error.strerror}）。请核对路径，须是一个文件。") from error
    if start.startswith(b"PAR1"):
        try:
            table = pd.read_parquet(path)
        except (ValueError, OSError) as error:
            raise SchemaError(f"{path.name} 不能作为 parquet 读取（{error}）。请重新导出。") from error
        columns = choose([str(column) for column in table.columns])
        table, first_row = table[columns].reset_index(drop=True), 1
    else:
        header = next(csv.reader([start.decode("utf-8-sig", "replace").partition("\n")[0]]), [])
        table, first_row = read_table(path, choose(header) if header else example), 2
    if table.empty:
        raise SchemaError(f"{path.name} 只有列名，没有数据行。请补上数据。")
    return table, first_row


def text(column: pd.Series) -> pd.Series[str]:
    """Return cells as text without blanks around, "" where there is nothing."""
    return column.astype("str").str.strip().mask(column.isna(), "")


def numbers(column: pd.Series) -> tuple[pd.Series[float], pd.Series[bool]]:
    """Return finite numbers with NaN for what was not observed, and where there is something else."""
    is_number = pd.api.types.is_numeric_dtype(column.dtype)
    is_missing = column.isna() if is_number else text(column).str.lower().isin(["", *MISSING])
    found = pd.to_numeric(column.mask(is_missing), errors="coerce").astype("float64")
    return found, ~is_missing & ~np.isfinite(found)


def periods(column: pd.Series, frequency: str) -> tuple[pd.Series[float], pd.Series[bool]]:
    """Return ordinals of the periods dates fall in, and where there is no date."""
    dates = column
    if column.dtype.kind != "M":
        written = text(column)
        dates = pd.to_datetime(written.where(written.str.fullmatch(DATE)), format="ISO8601", errors="coerce")
    found = pd.PeriodIndex(dates.dt.tz_localize(None).dt.to_period(frequency))
    return pd.Series(found.asi8, index=column.index), dates.isna()
