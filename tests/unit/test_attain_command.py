"""`python cli.py attain`: a long table in, two tables and a JSON file out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from typer.testing import CliRunner

import cli
from data.long_panel import long_panel
from data.origins import read_horizons, read_origins, read_spell
from forecasting import attain as backtest
from forecasting.errors import BeizengError
from forecasting.settlement import attain_figures
from reports.attain import attain_lines, reliability_lines

ORIGINS = "2020-12:2021-06:6"


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three series of 48 months from 2019-01."""
    rng = np.random.default_rng(3)
    parts = []
    for number in range(3):
        entries = rng.poisson(60 * (number + 1), 48)
        exits = rng.poisson(35 * (number + 1), 48)
        parts.append(
            pd.DataFrame(
                {
                    "series": f"s{number}",
                    "month": pd.period_range("2019-01", periods=48, freq="M").astype(str),
                    "entries": entries,
                    "exits": exits,
                    "stock": 5000 * (number + 1) + np.cumsum(entries - exits),
                }
            )
        )
    path = tmp_path_factory.mktemp("attain") / "long.csv"
    pd.concat(parts).to_csv(path, index=False)
    return path


def run(*arguments: str) -> Any:
    return CliRunner().invoke(cli.app, ["attain", *arguments], catch_exceptions=False)


@pytest.mark.parametrize("flow", ["entries", "stock"])
def test_a_file_is_backtested(long: Path, tmp_path: Path, flow: str) -> None:
    out = tmp_path / "out.json"
    masks = ["--mask", "2020-02:2020-03", "--mask", "2019-05:2019-05"]
    said = ["--origins", ORIGINS, "--horizons", "6,12", "--history", "24", "--flow", flow, *masks]
    result = run(str(long), *said, "--json", str(out))
    assert result.exit_code == 0
    found = json.loads(out.read_text("utf-8"))
    assert found["settings"] == {
        "data": str(long),
        "flow": flow,
        "history": 24,
        "origins": ["2020-12", "2021-06"],
        "horizons": [6, 12],
        "mask": ["2020-02:2020-03", "2019-05:2019-05"],
        "seed": backtest.SEED,
        "n_paths": backtest.N_PATHS,
    }
    assert found["n_series"] == 3
    # The command shows what the library computes.
    again = backtest.attain(
        long_panel(long),
        read_origins(ORIGINS),
        [6, 12],
        of=flow,
        history=24,
        masked=[read_spell("2020-02:2020-03"), read_spell("2019-05:2019-05")],
    )
    figures = attain_figures(again)
    assert_allclose(found["figures"]["12"]["all"]["brier"], figures["12"]["all"]["brier"], rtol=1e-9)
    assert {horizon: one["all"]["n"] for horizon, one in found["figures"].items()} == {"6": 36, "12": 36}
    for line in attain_lines(figures) + reliability_lines(figures):
        assert line in result.stdout.splitlines()


def test_tables() -> None:
    one = {
        "n": 36,
        "brier": 0.12345,
        "brier_base_rate": None,
        "skill": None,
        "calibration_error": 0.0181,
        "coverage": {"50": 49.06, "80": 79.6, "90": 90.24, "95": 95.3},
        "mdape": None,
        "reliability": [{"lower": 0.9, "upper": 1.0, "count": 36, "stated": 0.9512, "frequency": 1.0}],
    }
    head, whole, across = attain_lines({"12": {"all": one, "across": one}})
    assert head.split() == [
        *("预测期", "窗口", "陈述数", "Brier", "基准率Brier", "对比基准率的技能分", "校准误差", "50%区间覆盖"),
        *("80%", "90%", "95%", "中位绝对百分比误差"),
    ]
    figures = ["36", "0.1235", "-", "-", "0.018", "49.1", "79.6", "90.2", "95.3", "-"]
    assert whole.split() == ["12个月", "全部", *figures]
    assert across.split() == ["12个月", "跨2020年", *figures]
    head, line = reliability_lines({"12": {"all": one}})
    assert line.split() == ["12个月", "90%-100%", "36", "95.1%", "100.0%"]
    assert len(head.encode("gb18030")) == len(line.encode("gb18030"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing.csv", "--origins", ORIGINS], "没有文件 nothing.csv"),
        (["FILE", "--origins", ORIGINS, "--json", "/nowhere/x.json"], "不能写入 /nowhere/x.json（没有这个文件夹）"),
        (["FILE", "--origins", "2020-12:2021-12"], "起点“2020-12:2021-12”应写作 首:末:间隔月数"),
        (["FILE", "--origins", "2020-12:2021-12:0"], "应写作 首:末:间隔月数"),
        (["FILE", "--origins", "2021-12:2020-12:6"], "“2021-12:2020-12”的首月晚于末月。"),
        (["FILE", "--origins", "2020-12,2021"], "月份“2021”应写作 2023-06。"),
        (["FILE", "--origins", "2020-13"], "月份“2020-13”应写作"),
        (
            ["FILE", "--origins", "2020-06,2020-12,2026-01"],
            "起点 2020-06、2026-01 不在可用范围：数据为 2019-01 至 2022-12",
        ),
        (["FILE", "--origins", "2022-12"], "没有一个能用已有数据检验"),
        (["FILE", "--origins", ORIGINS, "--horizons", "12;24"], "预测期“12;24”应为以逗号分隔的正整数"),
        (["FILE", "--origins", ORIGINS, "--horizons", "0"], "预测期“0”应为以逗号分隔的正整数"),
        (["FILE", "--origins", ORIGINS, "--flow", "net"], "“net”应为 entries、exits、stock 之一"),
        (["FILE", "--origins", ORIGINS, "--history", "23"], "历史长度为23个月，至少要有24个月"),
        (["FILE", "--origins", ORIGINS, "--mask", "2020-03"], "“2020-03”应写作 首月:末月"),
        (["FILE", "--origins", ORIGINS, "--mask", "2010-03:2010-05"], "屏蔽期 2010-03 至 2010-05 内没有月份"),
    ],
)
def test_mistakes_are_said(long: Path, arguments: list[str], message: str) -> None:
    arguments = [str(long) if part == "FILE" else part for part in arguments]
    with pytest.raises(BeizengError, match=message):
        run(*arguments)


def test_a_stock_needs_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    months = pd.period_range("2019-01", periods=30, freq="M").astype(str)
    pd.DataFrame({"series": "a", "month": months, "entries": 3}).to_csv(path, index=False)
    with pytest.raises(BeizengError, match="数据没有 exits、stock 列，不能检验 stock。请补上，或改用 --flow entries。"):
        run(str(path), "--origins", "2021-01", "--flow", "stock")


def test_origins_and_horizons_as_written() -> None:
    assert [str(month) for month in read_origins("2021-06, 2020-12")] == ["2021-06", "2020-12"]
    assert [str(month) for month in read_origins("2020-10:2021-02:3")] == ["2020-10", "2021-01"]
    assert read_horizons("24, 12,24") == [12, 24]
