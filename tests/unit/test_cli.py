"""The terminal: exit code 0, or an error in one line."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import cli
import workflow

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Result:
    returncode: int
    stdout: str
    stderr: str


def run(*arguments: str, url: str) -> Result:
    """Run the command line in this process: one of its own would take seconds to import pandas."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        patch.setenv("BEIZENG_DB", url)
        patch.setattr(sys, "argv", ["cli.py", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
    code = ended.value.code
    return Result(code if isinstance(code, int) else 0 if code is None else 1, out.getvalue(), err.getvalue())


def test_it_runs_as_a_program(demo_url: str) -> None:
    result = subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), "goals"],
        env={**os.environ, "BEIZENG_DB": demo_url},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "141033-entities-2025-level\t141033\t2025-12\t" in result.stdout


def test_every_command_has_help(demo_url: str) -> None:
    top = run("--help", url=demo_url)
    commands = [
        "demo",
        "ingest",
        "batches",
        "undo",
        "export",
        "quality",
        "goals",
        "refit",
        "status",
        "scenario",
        "deck",
    ]
    assert top.returncode == 0
    assert all(command in top.stdout for command in commands)
    assert run("scenario", "--help", url=demo_url).returncode == 0


def test_status_says_the_sentence_and_the_mark(demo_url: str, demo_situation: workflow.Situation) -> None:
    result = run("status", "--area", "141033", url=demo_url)
    assert result.returncode == 0
    assert demo_situation.assessed()[2].sentence in result.stdout
    assert "【演示数据（模拟）】" in result.stdout
    assert "万柏林" not in result.stdout


def test_status_as_json_holds_the_same_numbers(demo_url: str, demo_situation: workflow.Situation) -> None:
    result = run("status", "--json", url=demo_url)
    record = json.loads(result.stdout)
    assert record["mark"] == "演示数据（模拟）"
    assert record["as_of"] == "2023-08-10"
    assert len(record["goals"]) == len(demo_situation.assessments)
    for said, meant in zip(record["goals"], demo_situation.assessments, strict=True):
        assert said["sentence"] == meant.sentence
        value = said["probability"]
        np.testing.assert_allclose(np.nan if value is None else value, meant.probability)


def test_status_of_an_area_says_all_with_formulas(demo_url: str) -> None:
    text = run("status", "--area", "141033", url=demo_url).stdout
    assert "[不一致] 蒲县：从2021年底的6472户起，年均增长15%，4年后应是11320户，原文写的是11236户" in text
    assert "[推算] 蒲县：原文没有写2021年底的户数；2022年底7961户减去净增1489户，可推出基数为6472户。" in text
    assert "复盘　全期12个月" in text
    record = json.loads(run("status", "--area", "141033", "--json", url=demo_url).stdout)
    assert {finding["code"] for finding in record["audit"]} >= {"rate_disagrees", "base_derived", "growth_checks"}
    headline = record["goals"][0]
    rates = headline["detail"]["run_rates"]
    np.testing.assert_allclose(rates["0.5"], headline["required_net"])
    assert rates["0.5"] < rates["0.8"] < rates["0.9"]
    parts = headline["detail"]["by_type"]["share"]
    assert sum(parts.values()) == headline["total_gap"]
    assert headline["detail"]["lamps"][0]["rule"] == "进度灯"
    finished = next(goal for goal in record["goals"] if goal["state"] == "missed")
    assert finished["detail"]["review"]


def test_a_month_that_is_not_over(demo_url: str) -> None:
    said = run("month", "141033", "62", "--day", "14", url=demo_url).stdout
    assert said.startswith("【演示数据（模拟）】蒲县：截至7月14日新设62户，工作日已过48%；按工作日推算全月约130户")
    assert (
        "错误：--flow 为“stock”" in run("month", "141033", "62", "--day", "14", "--flow", "stock", url=demo_url).stderr
    )
    assert "140000 没有按月的预测" in run("month", "140000", "62", "--day", "14", url=demo_url).stderr


def test_status_as_of_the_past(demo_url: str) -> None:
    result = run("status", "--area", "140722", "--as-of", "2010-01", url=demo_url)
    assert result.returncode == 1
    said = "错误：没有 2010-01-31 及以前的数据版本，最早为 2017-02-10。请选择该日或以后的日期。"
    assert result.stderr.strip() == said


def test_a_bad_file_is_one_line_and_stores_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    path = tmp_path / "bad.csv"
    path.write_text("area,month,entries,exits,stock\n141033,2023-05,12,x,8412\n141033,2023-06,-3,4,8411\n", "utf-8")
    result = run("ingest", str(path), url=url)
    assert result.returncode == 1
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1
    assert "(1)" in lines[0]
    assert "D2" in lines[0]
    assert "C3" in lines[0]
    assert run("status", url=url).stderr.startswith("错误：数据库中还没有任何数据")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("status", "--as-of", "六月"), "错误：日期“六月”应写作 2023-06-30 或 2023-06。"),
        (("status", "--area", "999999"), "错误：没有代码为“999999”的地区。"),
        (("scenario", "nowhere.toml"), "错误：没有文件 nowhere.toml。"),
        (("month", "141033", "-5", "--day", "14"), "错误：户数“-5”应为不小于 0 的整数。"),
        (("deck", "--out", "/nowhere/x.pptx"), "错误：不能写入 /nowhere/x.pptx"),
    ],
)
def test_mistakes_are_one_line(demo_url: str, arguments: tuple[str, ...], message: str) -> None:
    result = run(*arguments, url=demo_url)
    assert result.returncode == 1
    assert result.stderr.strip().startswith(message)
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_scenario_file_is_laid_over_the_base(demo_url: str, tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_text('name = "加力"\n[[effects]]\nflow = "entries"\nmultiplier = 1.3\narea = "141033"\n', "utf-8")
    base = json.loads(run("status", "--area", "141033", "--json", url=demo_url).stdout)["goals"][0]
    record = json.loads(run("scenario", str(path), "--area", "141033", "--json", url=demo_url).stdout)
    assert record["scenario"] == "加力"
    assert record["goals"][0]["goal"] == base["goal"]
    assert record["goals"][0]["probability"] > base["probability"]
    text = run("scenario", str(path), "--area", "141033", url=demo_url).stdout
    assert "情景“加力”" in text
    assert base["sentence"] in text


def test_a_bad_scenario_file_names_every_fault(demo_url: str, tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    first, second = 'flow = "entry"\nmultipler = 2', 'flow = "entries"\nfrom = "7月"'
    path.write_text(f'name = "x"\n[[effects]]\n{first}\n[[effects]]\n{second}\n', "utf-8")
    result = run("scenario", str(path), url=demo_url)
    assert result.returncode == 1
    assert "第1项：没有名为“multipler”的项" in result.stderr
    assert "第2项：from 为“7月”" in result.stderr


@pytest.mark.slow
def test_the_real_register_of_hong_kong(shared: Path, tmp_path: Path) -> None:
    """DESIGN's real input; every figure below is worked from the published stocks and flows by hand."""
    url = f"sqlite:///{tmp_path / 'hk.db'}"
    source = shared / "data" / "registrations" / "hk_monthly_by_type.csv"
    table = tmp_path / "hk.csv"
    script = [sys.executable, str(ROOT / "notebooks" / "hk_register.py"), str(source), str(table)]
    subprocess.run(script, check=True)
    assert run("ingest", str(table), url=url).returncode == 0
    assert run("goals", str(ROOT / "notebooks" / "hk_goal.csv"), url=url).returncode == 0
    result = run("status", "--area", "810000", "--as-of", "2014-12", "--json", url=url)
    goal = json.loads(result.stdout)["goals"][0]
    assert goal["base"] == 1045418  # stock at the end of 2012-12
    assert goal["target"] == 2 * 1045418
    assert goal["actual"] == 1273452  # stock at the end of 2014-12
    assert goal["total_gap"] == 2090836 - 1273452
    np.testing.assert_allclose(goal["progress"], 228034 / 1045418)
    np.testing.assert_allclose(goal["time_progress"], 24 / 60)
    np.testing.assert_allclose(goal["required_net"], 817384 / 36)
    np.testing.assert_allclose(goal["mean_net_12"], (1273452 - 1163713) / 12)
    np.testing.assert_allclose(goal["pace_gap"], 1045418 + 0.4 * 1045418 - 1273452)
    assert goal["probability"] < 0.05  # in fact 1 384 796 were registered at the end of 2017
    assert goal["projected_low"] < 1384796 < goal["projected_high"]
    assert not goal["is_simulated"]
