"""Long tables of a panel: what is read, and every fault with its row."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest
from numpy.testing import assert_allclose

from data.long_panel import long_panel
from forecasting import FaultsError, SchemaError
from forecasting.attain import Series

NAN = math.nan


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "表.csv"


def read(path: Path, text: str) -> Series:
    path.write_text(text, "utf-8-sig")
    return long_panel(path)


TABLE = """note,series,month,entries,stock,exits
x,b,2023-03,1.5,40,2
x,b,2023-02-28,3,,NA

x,a,2023-05-01 00:00:00,7,0,0
x,a,2023-02,,9,4
"""


def test_months_run_from_first_to_last_and_gaps_are_not_observed(path: Path) -> None:
    series = read(path, TABLE)
    assert series.ids == ("b", "a")
    assert [str(month) for month in series.months] == ["2023-02", "2023-03", "2023-04", "2023-05"]
    assert_allclose(series.entries, [[3, 1.5, NAN, NAN], [NAN, NAN, NAN, 7]])
    assert series.exits is not None
    assert series.stock is not None
    assert_allclose(series.exits, [[NAN, 2, NAN, NAN], [4, NAN, NAN, 0]])
    assert_allclose(series.stock, [[NAN, 40, NAN, NAN], [9, NAN, NAN, 0]])


def test_exits_and_stock_may_be_absent(path: Path) -> None:
    series = read(path, "series,month,entries\na,2023-01,4\n")
    assert (series.exits, series.stock) == (None, None)
    series = read(path, "series,month,entries,exits\na,2023-01,4,3\n")
    assert series.exits is not None
    assert_allclose(series.exits, [[3]])


@pytest.mark.parametrize("time", ["datetime64[us]", "period[M]", "text"])
def test_parquet(tmp_path: Path, time: str) -> None:
    months = pd.period_range("2023-01", periods=3, freq="M")
    written = {"datetime64[us]": months.to_timestamp(), "period[M]": months, "text": months.astype(str)}[time]
    path = tmp_path / "long.csv"  # what it is called does not matter
    pd.DataFrame({"series": "a", "month": written, "entries": [4.0, NAN, 5]}).to_parquet(path)
    series = long_panel(path)
    assert_allclose(series.entries, [[4, NAN, 5]])
    assert series.months[0] == months[0]


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        (
            "series,month,entries,exits,stock\n,2023-01,1,1,1\na,202302,x,-3,\na,2023-13,-1.5,inf,四\n",
            [
                "第2行：series 为空，请补填。",
                "第3行：entries 为“x”，应为数字；没有观测值请留空。",
                "第3行：exits 为负（-3）。请核对。",
                "第3行：month 为“202302”，应写作 2023-06 或 2023-06-30。",
                "第4行：entries 为负（-1.5）。请核对。",
                "第4行：exits 为“inf”，应为数字；没有观测值请留空。",
                "第4行：month 为“2023-13”，应写作 2023-06 或 2023-06-30。",
                "第4行：stock 为“四”，应为数字；没有观测值请留空。",
            ],
        ),
        (
            "series,month,entries\na,2023-01,1\na,2023-01-31,2\nb,2023-01,\nb,2023-02,\na,9023-01,3\n",
            [
                "第3行：与第2行是同一序列（a）同一时间，重复。请只留一行。",
                "第4行：序列 b 的 entries 没有一个观测值。请补上，或删去这一序列。",
                "第6行：month 与最早的月份相距84001个月，超过20000个月。请核对。",
            ],
        ),
        ("area,month\n1,2023-01\n", ["缺少 series 列，请补上。", "缺少 entries 列，请补上。"]),
    ],
    ids=["cells", "series", "columns"],
)
def test_every_fault_is_told_at_once_with_its_row(path: Path, text: str, faults: list[str]) -> None:
    with pytest.raises(FaultsError) as told:
        read(path, text)
    assert told.value.heading == "表.csv 有误"
    assert list(told.value.faults) == faults


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "表.csv 是空文件。第1行应为列名：series,month,entries,exits,stock。"),
        ("series,month,entries\n", "表.csv 只有列名，没有数据行。请补上数据。"),
        ("PAR1 but not quite", "不能作为 parquet 读取"),
    ],
)
def test_a_file_that_cannot_be_used_is_said(path: Path, text: str, message: str) -> None:
    path.write_text(text, "utf-8")
    with pytest.raises(SchemaError, match=message):
        long_panel(path)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match=r"没有文件 .*nothing\.csv。请核对路径。"):
        long_panel(tmp_path / "nothing.csv")
    with pytest.raises(SchemaError, match="须是一个文件"):
        long_panel(tmp_path)
