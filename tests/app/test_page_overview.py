"""总览: the sentence, the lamps and the figures are those of the assessment, for the day asked for."""

from __future__ import annotations

import json
import math
from collections.abc import Callable

import pandas as pd
import pytest
from reading import EARLIER, said
from streamlit.testing.v1 import AppTest

import workflow
from reports import wording
from views.components.chart import trajectory

Open = Callable[..., AppTest]


def test_every_live_goal_shows_its_sentence_lamps_and_figures(open_app: Open, situation: workflow.Situation) -> None:
    app = open_app()
    assert not app.exception
    text = said(app)
    live = [one for one in situation.assessments if one.state in ("active", "met")]
    assert [one.goal.is_headline for one in live] == sorted((one.goal.is_headline for one in live), reverse=True)
    assert [one.value for one in app.subheader][: len(live)] == [wording.heading(one) for one in live]
    for one in live:
        assert one.sentence in text
        for lamp in (one.progress_lamp, one.forecast_lamp):
            assert f"{lamp.name}　{lamp.shape} {lamp.word}" in text
        assert f"达标概率 {wording.chance(one)}" in text
    assert f"实有 {live[0].actual:.0f}户" in text


def test_ended_goals_are_judged_and_goals_without_data_are_named(open_app: Open, situation: workflow.Situation) -> None:
    app = open_app()
    text = said(app)
    for one in situation.assessments:
        if one.state in ("attained", "missed"):
            assert one.sentence in text
    table = next(one.value for one in app.table if "现状" in one.value.columns)
    absent = sum(one.state == "no_data" for one in situation.assessments)
    assert len(table) == len(situation.assessments)
    assert table["现状"].str.contains("暂无数据").sum() == absent


def test_the_table_of_goals_is_narrowed_to_an_area(open_app: Open, situation: workflow.Situation) -> None:
    app = open_app()
    app.selectbox(key="goals_area").set_value("大宁县").run()
    table = next(one.value for one in app.table if "现状" in one.value.columns)
    assert len(table) == sum(one.area_name == "大宁县" for one in situation.assessments)
    assert set(table["地区"]) == {"大宁县"}


def test_simulated_data_are_marked(open_app: Open) -> None:
    assert said(open_app()).count("演示数据（模拟）") >= 2


def test_a_past_version_shows_what_was_known_then(open_app: Open, database: str) -> None:
    app = open_app()
    now = said(app)
    app.selectbox(key="as_of").set_value(EARLIER).run()
    then = workflow.situation(workflow.open_store(database), EARLIER)
    text = said(app)
    assert not app.exception
    assert "截至2023年6月" not in text
    for one in then.assessments:
        if one.state == "active" and not one.basis:
            assert "截至2022年11月" in one.sentence
            assert one.sentence in text
            assert one.sentence not in now


def test_a_probability_stands_beside_its_record_and_published_counts_are_marked(open_app: Open) -> None:
    app = open_app()
    text = said(app)
    held = workflow.situation(workflow.open_store())
    puxian = next(one for one in held.assessments if one.goal.id == "141033-entities-2025-level")
    assert puxian.reliability is not None
    made, true = puxian.reliability.made, puxian.reliability.held
    assert f"在过去{made}次类似预测中，说“八成把握”的有{true / made:.0%}实现" in text
    assert "类似预测还不足10次，尚不能检验" in text
    assert "公开数据：临汾市没有月度数据" in text.replace("\\", "")


def test_nothing_known_only_later_stands_on_a_past_chart(database: str) -> None:
    then = workflow.situation(workflow.open_store(database), EARLIER)
    one = next(one for one in then.assessments if one.state == "active")
    assert one.trajectory.dropna(subset=["actual"])["month"].max() == pd.Period("2022-11", freq="M")


def test_charts_hold_neither_nan_nor_infinity(situation: workflow.Situation) -> None:
    for one in situation.assessed():
        text = json.dumps(trajectory(one, situation.events), allow_nan=False, ensure_ascii=False)
        assert f"目标{one.target:.0f}" in text


def test_a_chart_says_the_numbers_of_the_trajectory(situation: workflow.Situation) -> None:
    one = next(one for one in situation.assessments if one.state == "active")
    data = trajectory(one, situation.events)["datasets"]
    assert data["past"][-1] == {"t": "2023-06-01T00:00:00Z", "实际": one.actual}
    assert data["future"][0]["预测中位"] == one.actual
    assert data["future"][-1]["预测中位"] == pytest.approx(one.projected)
    assert data["future"][-1]["low80"] == pytest.approx(one.projected_low)
    assert math.isclose(data["plan"][-1]["序时线"], one.target)
    assert any("疫情管控" in row["tip"] for row in data["events"])
