"""Before there is anything to draw: the worker, its failure, a past of which nothing can be projected."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import streamlit as st
from reading import ROOT, said
from streamlit.testing.v1 import AppTest

import workflow
from reports.fonts import WEB_FONT
from views.components import ready, webfont
from views.components import worker as worker_module
from views.components.worker import BROKEN, Worker
from workflow import knowledge

Open = Callable[..., AppTest]


def finished(worker: Worker) -> Worker:
    for _ in range(600):
        if not worker.is_running:
            return worker
        time.sleep(0.1)
    raise AssertionError("the worker did not end within a minute")


def test_a_worker_that_fails_says_why_in_one_chinese_line(tmp_path: Path) -> None:
    worker = finished(Worker(f"sqlite:///{tmp_path / 'empty.db'}", None))
    assert worker.error.startswith("数据库中还没有任何数据")
    assert "\n" not in worker.error


def test_a_worker_that_crashes_does_not_show_its_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("raise RuntimeError('nobody foresaw this')\n", encoding="utf-8")
    monkeypatch.setattr(worker_module, "CLI", broken)
    assert finished(Worker("sqlite://", None)).error == BROKEN


def test_a_worker_with_nothing_to_do_ends_well(database: str) -> None:
    assert finished(Worker(database, None)).error == ""


def test_future_purges_are_a_switch_beside_the_page(
    open_app: Open, situation: workflow.Situation, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def made(*key: object) -> workflow.Situation:
        asked.append(key[-1])
        return replace(situation, has_purges=bool(key[-1]))

    monkeypatch.setattr(ready, "_situation", made)
    app = open_app()
    app.toggle(key="has_purges").set_value(True).run()
    assert not app.exception
    assert (asked[0], asked[-1]) == (False, True)


@pytest.mark.parametrize("has_purges", [False, True])
def test_a_worker_is_told_of_purges(has_purges: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    commands = []

    def popen(command: list[str], **_: object) -> None:
        commands.append(command)
        raise OSError("not begun")

    monkeypatch.setattr(worker_module.subprocess, "Popen", popen)
    with pytest.raises(OSError, match="not begun"):
        Worker("sqlite://", None, has_purges=has_purges)
    assert ("--purges" in commands[0]) == has_purges


@pytest.mark.usefixtures("database")
def test_an_empty_store_gets_demonstration_data_and_a_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'fresh.db'}"
    asked = []

    class Waiting:
        is_running, error, seconds, progress = True, "", 7, "正在测算第1/1组"

        def __init__(self, *words: object, has_purges: bool) -> None:
            asked.append((*words, has_purges))

    monkeypatch.setattr(ready, "Worker", Waiting)
    monkeypatch.setenv(workflow.DATABASE_VARIABLE, url)
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120).run()
    assert not app.exception
    assert "已用时7秒" in said(app)
    assert "正在测算第1/1组" in said(app)
    assert asked == [(url, None, False)]
    assert not workflow.open_store(url).vintages().empty
    app.run()
    assert len(asked) == 1


@pytest.mark.usefixtures("database")
def test_a_failed_worker_is_shown_and_can_be_started_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    class Failed:
        is_running, error, seconds, progress = False, "数据库不可写。请检查。", 1, ""

        def __init__(self, *words: object, has_purges: bool) -> None:
            asked.append((*words, has_purges))

    monkeypatch.setattr(ready, "Worker", Failed)
    monkeypatch.setenv(workflow.DATABASE_VARIABLE, f"sqlite:///{tmp_path / 'fresh.db'}")
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120).run()
    assert app.error[0].value == "未能完成测算：数据库不可写。请检查。"
    app.button[0].click().run()
    assert len(asked) == 2


def test_an_area_that_cannot_be_projected_is_named_with_the_reason(
    open_app: Open, situation: workflow.Situation, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = replace(situation, assessments=(), unprojected={"141030": "大宁县只有实有数。请补录新设和注销。"})
    monkeypatch.setattr(ready, "_situation", lambda *_: without)
    text = said(open_app())
    assert "大宁县暂不能测算：大宁县只有实有数。请补录新设和注销。" in text
    assert "没有正在进行且有数据的目标" in text


def test_a_page_fits_nothing(open_app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def fit(*_: object) -> None:
        raise AssertionError("a page started a fit")

    monkeypatch.setattr(knowledge, "carry_out", fit)
    st.cache_resource.clear()
    assert not open_app().exception


def test_the_font_asked_for_is_the_font_written() -> None:
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert webfont.NAME == WEB_FONT
    assert settings["theme"]["fontFaces"][0]["url"] == f"app/static/{WEB_FONT}"
