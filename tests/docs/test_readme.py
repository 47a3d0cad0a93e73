"""What the README says is so: its commands run, and the numbers it prints come out."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import numpy as np
import pytest

import cli
import workflow

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MANUAL = (ROOT / "docs" / "manual.zh-CN.md").read_text(encoding="utf-8")


def test_the_library_example_prints_what_is_said() -> None:
    code = re.search(r"```python\n(.*?)```", README, flags=re.DOTALL)
    said = re.search(r"prints `(\d+)`", README)
    assert code is not None
    assert said is not None
    assert len([line for line in code[1].splitlines() if line]) == 5
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(code[1], {})
    # Optimisers end a little apart on different processors.
    np.testing.assert_allclose(float(out.getvalue()), float(said[1]), rtol=0.01)


def test_the_sentence_is_the_one_the_command_prints(demo_situation: workflow.Situation) -> None:
    item = next(one for one in demo_situation.assessments if one.goal.id == "141033-entities-2025-level")
    printed = re.search(r"◎ (.*)　(.*)　(.*)　(.*)\n   【演示数据（模拟）】(.*)\n", README)
    assert printed is not None
    assert printed.groups()[:4] == (item.who, item.goal.wording, *(f"{lamp.shape}{lamp.word}" for lamp in item.lamps))
    number = r"\d+(?:\.\d+)?"
    assert re.sub(number, "#", printed[5]) == re.sub(number, "#", item.sentence)
    said, meant = ([float(text) for text in re.findall(number, sentence)] for sentence in (printed[5], item.sentence))
    # Optimisers end a little apart on different processors: a per cent on counts, a point or two on the probability.
    np.testing.assert_allclose(said, meant, rtol=0.01, atol=2)


def test_the_two_commands_and_the_checks_are_the_same() -> None:
    checks = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "pip install -r requirements.txt && streamlit run app.py" in README
    line = "pip install -r requirements-dev.txt && python -m pytest"
    assert line in README
    assert line in checks.splitlines()


@pytest.mark.parametrize("text", [README, MANUAL], ids=["README", "manual"])
def test_every_command_named_exists(text: str) -> None:
    named = set(re.findall(r"python cli\.py ([a-z]+)", text))
    known = {command.name or command.callback.__name__ for command in cli.app.registered_commands if command.callback}
    assert named
    assert named <= known


def test_every_file_named_is_there() -> None:
    folders = ("forecasting", "targets", "data", "reports", "views", "notebooks", "docs", r"\.ci")
    named = set(re.findall(rf"`?((?:{'|'.join(folders)})/[\w./*-]+)", README))
    assert named
    missing = [path for path in named if not list(ROOT.glob(path.rstrip("/.")))]
    assert missing == []


def test_the_scenario_of_the_manual_is_valid(tmp_path: Path) -> None:
    from data.scenarios import read_scenario

    example = re.search(r"```toml\n(.*?)```", MANUAL, flags=re.DOTALL)
    assert example is not None
    path = tmp_path / "s.toml"
    path.write_text(example[1], encoding="utf-8")
    assert read_scenario(path).effects[1].addition == -120


def test_every_key_of_the_status_is_documented(demo_situation: workflow.Situation) -> None:
    from reports.status import assessment_record

    record = assessment_record(demo_situation.assessments[0], run_id="", is_simulated=True)
    section = README.split("## Status as JSON")[1].split("##")[0]
    assert set(re.findall(r"`([a-z_0-9]+)`", section)) >= set(record)
