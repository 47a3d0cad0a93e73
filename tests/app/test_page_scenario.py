"""情景推演: the page shows what `workflow.under` says, beside the base projection."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from reading import said, table_of
from streamlit.testing.v1 import AppTest

import workflow
from forecasting.scenario import Effect, Scenario
from reports import wording

Open = Callable[..., AppTest]
GOAL = "141033-entities-2025-level"


def field(app: AppTest, kind: str, label: str):
    return next(one for one in getattr(app, kind) if one.label == label)


@pytest.fixture
def page(open_app: Open) -> AppTest:
    app = open_app("scenario")
    return app.selectbox(key="goal").set_value(GOAL).run()


def send(app: AppTest, button: str = "推演") -> AppTest:
    return field(app, "button", button).click().run()


def test_more_entries_raise_the_probability_shown(page: AppTest, situation: workflow.Situation) -> None:
    field(page, "number_input", "新设为基准的几倍").set_value(1.2)
    send(page)
    assert not page.exception
    assert not page.error
    after = workflow.under(situation, Scenario("新情景", (Effect("entries", multiplier=1.2, area="141033"),)))
    before, then = (next(one for one in each.assessments if one.goal.id == GOAL) for each in (situation, after))
    row = table_of(page, "项目")["达标概率"]
    assert row["基准"] == wording.chance(before)
    assert row["情景"] == wording.chance(then)
    assert then.probability > before.probability
    assert int(row["变化"].removeprefix("+").removesuffix("个百分点")) > 0
    projected = table_of(page, "项目")["到2025年底预计"]
    assert projected["情景"] == f"{then.projected:.0f}户"
    assert f"达标概率由{wording.chance(before)}变为{wording.chance(then)}" in said(page).replace("\\", "")


def test_a_removal_lowers_what_is_projected(page: AppTest) -> None:
    field(page, "number_input", "一次性增减户数").set_value(-500)
    send(page)
    assert "一次性减少500户" in said(page)
    assert table_of(page, "项目")["到2025年底预计"]["变化"].startswith("−")


def test_nothing_changed_is_said_to_change_nothing(page: AppTest) -> None:
    send(page)
    assert "与基准预测相同" in said(page)


def test_a_scenario_is_saved_and_loaded(page: AppTest, database: str) -> None:
    field(page, "text_input", "情景名称").set_value("厂房投用")
    field(page, "number_input", "退出率为基准的几倍").set_value(0.5)
    send(page, "推演并保存")
    assert [one.name for one in workflow.saved_scenarios(workflow.open_store(database))] == ["厂房投用"]
    shown = table_of(page, "项目")
    page.segmented_control(key="source").set_value("已保存的情景").run()
    assert "情景：厂房投用" in said(page)
    assert table_of(page, "项目") == shown


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda app: field(app, "text_input", "情景名称").set_value(" "), "情景没有名称"),
        (
            lambda app: (
                field(app, "selectbox", "开始月份").select_index(5),
                field(app, "selectbox", "结束月份").select_index(2),
            ),
            "早于开始月",
        ),
    ],
)
def test_faults_are_said_in_chinese(page: AppTest, change: Callable[[AppTest], object], message: str) -> None:
    field(page, "number_input", "新设为基准的几倍").set_value(1.1)
    change(page)
    send(page)
    assert not page.exception
    assert message in page.error[0].value


def test_what_a_user_wrote_does_not_become_a_picture(page: AppTest) -> None:
    field(page, "text_input", "情景名称").set_value("![x](http://example.com/x.png)")
    field(page, "number_input", "新设为基准的几倍").set_value(1.1)
    send(page)
    assert not page.exception
    assert "![x](" not in said(page)
