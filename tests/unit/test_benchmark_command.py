"""`python cli.py benchmark`: a file in, a table and a JSON file out."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import cli
from forecasting.errors import BeizengError
from reports.accuracy import accuracy_lines

HORIZON = 6


@pytest.fixture
def long(tmp_path: Path) -> Path:
    """Three series of 30, 36 and 42 months and six to be forecast, one with negative values."""
    rng = np.random.default_rng(3)
    parts = []
    for number, n in enumerate((30, 36, 42)):
        y = 40 * (number + 1) * (1 + 0.2 * np.resize([1, -1, 0, 2, 0, -2], n + HORIZON)) + rng.normal(0, 3, n + HORIZON)
        y -= 200 * (number == 2)
        split = np.where(np.arange(n + HORIZON) < n, "train", "test")
        months = pd.period_range("2018-01", periods=n + HORIZON, freq="M").astype(str)
        parts.append(pd.DataFrame({"unique_id": f"s{number}", "ds": months, "y": y, "split": split}))
    path = tmp_path / "long.csv"
    pd.concat(parts).to_csv(path, index=False)
    return path


def test_a_file_is_evaluated(long: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    result = CliRunner().invoke(
        cli.app, ["benchmark", str(long), "--horizon", str(HORIZON), "--json", str(out)], catch_exceptions=False
    )
    assert result.exit_code == 0
    found = json.loads(out.read_text("utf-8"))
    assert (found["data"], found["n_series"], found["horizon"], found["failures"]) == (str(long), 3, HORIZON, 0)
    assert found["series_per_second"] > 0
    assert set(found["coverage"]) == {"80", "90", "95"}
    assert set(found["models"]) == {"ensemble", *found["members"]}
    lines = result.stdout.splitlines()
    head = next(number for number, line in enumerate(lines) if "sMAPE" in line)
    assert lines[head + 1].split()[:2] == ["ensemble", f"{found['smape']:.3f}"]
    assert [line.split()[0] for line in lines[head + 1 :][: len(found["models"])]] == list(found["models"])
    assert "其中1个序列的训练数据有负数，未作变换。" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["m3", "--horizon", "6"], "竞赛数据 m3 的预测期和季节长度是既定的"),
        (["tourism", "--season", "4"], "竞赛数据 tourism 的预测期和季节长度是既定的"),
        (["FILE"], "须用 --horizon 给出预测期数"),
        (["nothing.csv", "--horizon", "6"], "没有文件 nothing.csv"),
        (["FILE", "--horizon", "6", "--json", "/nowhere/x.json"], "不能写入 /nowhere/x.json（没有这个文件夹）"),
    ],
)
def test_mistakes_are_said_before_anything_is_fitted(long: Path, arguments: list[str], message: str) -> None:
    arguments = [str(long) if part == "FILE" else part for part in arguments]
    with pytest.raises(BeizengError, match=message):
        CliRunner().invoke(cli.app, ["benchmark", *arguments], catch_exceptions=False)


def test_columns_are_aligned_and_what_cannot_be_told_is_a_dash() -> None:
    one = {
        "smape": 13.5801,
        "mase": 0.8,
        "rmsse": None,
        "msis95": 6.504,
        "max_mase": 12.0,
        "failures": 3,
        "replaced": 14,
    }
    one |= {"coverage": {"80": 79.94, "90": None, "95": 95.0}, "worst_horizon_gap90": 2.26, "series_per_second": None}
    head, line = accuracy_lines({"model": one})
    assert line.split() == [
        "model",
        "13.580",
        "0.8000",
        "-",
        "6.50",
        "79.9",
        "-",
        "95.0",
        "2.3",
        "12.00",
        "3",
        "14",
        "-",
    ]
    assert len(head.encode("gb18030")) == len(line)  # a Chinese character is two wide
