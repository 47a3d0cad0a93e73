"""目标与缺口: everything said of one goal is what the dossier says, and every division adds up."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Callable

import pandas as pd
import pytest
from reading import EARLIER, said
from streamlit.testing.v1 import AppTest

import workflow
from reports import wording
from reports.monthly import monthly_plan
from targets.assessment import Assessment
from targets.plan import SHAPES
from views.components.goal_file import to_csv
from views.components.goal_split import townships_of

Open = Callable[..., AppTest]
GOAL = "141033-entities-2025-level"
FINISHED = "141033-entities-2022-growth"
ABSENT = "141033-work_reports-2022-count"


def shown(open_app: Open, goal: str, area: str = "141033") -> AppTest:
    """Open the page on a goal."""
    app = open_app("goal")
    app.selectbox(key="goal_area").set_value(area).run()
    app.selectbox(key=f"goal_of_{area}").set_value(goal).run()
    assert not app.exception
    return app


def read(app: AppTest) -> str:
    """What the page says, without the marks that keep a text plain."""
    return re.sub(r"\\([^\w\s])", r"\1", said(app)).replace("**", "")


def table(app: AppTest, column: str) -> pd.DataFrame:
    """Return the first table with a column, its totals without emphasis."""
    held = next(one.value for one in app.table if column in one.value.columns)
    return held.map(lambda cell: str(cell).replace("*", ""))


def assessed(situation: workflow.Situation, goal: str = GOAL) -> Assessment:
    return next(one for one in situation.assessments if one.goal.id == goal)


def test_the_head_says_the_sentence_and_lights_the_lamps(open_app: Open, situation: workflow.Situation) -> None:
    one = assessed(situation)
    app = shown(open_app, GOAL)
    text = read(app)
    assert one.sentence in text
    for lamp in (one.progress_lamp, one.forecast_lamp):
        assert f"{lamp.name}　{lamp.shape} {lamp.word}" in text
    assert f"总缺口 {one.target - one.actual:.0f}户" in text
    assert one.goal.document_title in text
    assert text.count("演示数据（模拟）") >= 2


def test_areas_with_data_and_headline_goals_come_first(open_app: Open, situation: workflow.Situation) -> None:
    app = open_app("goal")
    first = app.selectbox(key="goal_area").value
    assert first in situation.areas
    assert assessed(situation, app.selectbox(key=f"goal_of_{first}").value).goal.is_headline


def test_every_finding_is_graded_and_shown_with_its_formula(open_app: Open, situation: workflow.Situation) -> None:
    text = read(shown(open_app, GOAL))
    findings = workflow.dossier_of(situation, assessed(situation)).findings
    assert len(findings) >= 8
    for finding in findings:
        assert finding.text in text
        assert finding.formula in text
        assert finding.grade_word in text
    assert "11320户，原文写的是11236户" in text
    assert "可推出基数为6472户" in text


def test_every_number_stands_with_its_formula(open_app: Open, situation: workflow.Situation) -> None:
    text = read(shown(open_app, GOAL))
    for line in workflow.dossier_of(situation, assessed(situation)).lines:
        assert line.value in text
        assert line.formula in text


def test_the_months_add_up_to_the_gap(open_app: Open, situation: workflow.Situation) -> None:
    one = assessed(situation)
    rows = table(shown(open_app, GOAL), "需净增").set_index("月份").astype(int)
    total, months = rows.loc["合计"], rows.drop("合计")
    assert len(months) == one.months_left == 30
    assert months["需净增"].sum() == total["需净增"] == math.ceil(round(one.target - one.actual, 6)) == 3247
    assert (months["需净增"] + months["预计注销"] == months["需新设"]).all()
    assert months["需新设"].sum() == total["需新设"]


def test_a_year_shows_its_own_months_and_sum(open_app: Open) -> None:
    app = shown(open_app, GOAL)
    app.segmented_control(key="plan_year").set_value("2024年").run()
    rows = table(app, "需净增").set_index("月份").astype(int)
    assert len(rows) == 1 + 12
    assert (rows.iloc[0] == rows.iloc[1:].sum()).all()


def test_types_and_townships_add_up(open_app: Open, situation: workflow.Situation) -> None:
    plan = monthly_plan(assessed(situation))
    assert plan is not None
    app = shown(open_app, GOAL)
    for rule in ("按现有占比", "按近12个月净增"):
        parts = table(app, rule)[rule].astype(int)
        assert parts.iloc[:-1].sum() == parts.iloc[-1] == plan.total("需净增")
    for part in ("需净增", "需新设"):
        app.segmented_control(key="township_part").set_value(part).run()
        rows = next(one.value for one in app.table if one.value.columns[0] == "乡镇（街道）")
        shares = rows[f"{part}（户）"].map(lambda cell: int(str(cell).replace("*", "")))
        assert list(rows["乡镇（街道）"])[:-1] == townships_of("141033")
        assert len(rows) == 8 + 1
        assert shares.iloc[:-1].sum() == shares.iloc[-1] == plan.total(part)
        # Equal weights: no two differ by more than one.
        assert shares.iloc[:-1].max() - shares.iloc[:-1].min() <= 1


@pytest.mark.parametrize("shape", list(SHAPES))
def test_milestones_follow_the_shape_and_start_again_from_today(open_app: Open, shape: str) -> None:
    app = shown(open_app, GOAL)
    app.segmented_control(key="milestone_shape-3").set_value(shape).run()
    years = table(app, "从现在起").set_index("时点")
    # The stated milestone of 2022 stays, whatever the shape; the goal is met by both plans.
    assert years.loc["2022年12月末", "原计划"] == "7961户"
    assert years.loc["2022年12月末", "从现在起"] == "—"
    assert years.loc["2022年12月末", "实际"] == "7336户"
    assert list(years.loc["2025年12月末", ["原计划", "从现在起"]]) == ["11236户", "11236户"]
    app.segmented_control(key="every").set_value("quarter").run()
    quarters = table(app, "从现在起").set_index("时点")
    assert len(quarters) == 16
    # Behind the plan today, so less is asked for at first, and the same in the end.
    assert int(quarters.loc["2023年9月末", "原计划"][:-1]) > int(quarters.loc["2023年9月末", "从现在起"][:-1]) > 7989


def test_three_pace_lines_can_be_chosen(open_app: Open, situation: workflow.Situation) -> None:
    app = shown(open_app, GOAL)
    more = workflow.dossier_of(situation, assessed(situation)).detail
    assert more is not None
    rows = table(app, "目前应有").set_index("序时线")
    for shape, pace in more.paces.items():
        assert rows.loc[SHAPES[shape], "目前应有"] == f"{pace:.0f}户"
    app.segmented_control(key="pace_shape-3").set_value("geometric").run()
    assert not app.exception
    assert "图中序时线为等比序时" in read(app)


def test_lamps_and_their_history(open_app: Open, situation: workflow.Situation) -> None:
    app = shown(open_app, GOAL)
    text = read(app)
    held = workflow.dossier_of(situation, assessed(situation))
    for _, lamp, why in held.lamps:
        assert f"{lamp.name}　{lamp.shape} {lamp.word}" in text
        assert why in text
    changed = held.history[held.history["is_changed"]]
    assert len(table(app, "改为")) == len(changed) > 0
    assert all(reason in text for reason in changed["reason"])
    assert len(table(app, "已剔除")) == len(held.history) == 19


def test_what_was_excluded_is_said(open_app: Open) -> None:
    rows = table(shown(open_app, "140109-entities-2025-level", "140109"), "已剔除").set_index("月份")
    assert re.fullmatch(r"已剔除集中清理\d+户", rows.loc["2023年6月", "已剔除"])
    assert rows.loc["2021年6月", "已剔除"] == "—"


def test_a_finished_goal_is_judged_and_reviewed(open_app: Open, situation: workflow.Situation) -> None:
    app = shown(open_app, FINISHED)
    text = read(app)
    one = assessed(situation, FINISHED)
    assert one.sentence in text
    assert "复盘" in text
    for sentence in workflow.dossier_of(situation, one).review:
        assert sentence in text
    assert "到期未达成" in text
    assert "达标概率" not in text
    assert set(_legend(app)) == {"实际", "序时线"}
    assert [tab.label for tab in app.tabs] == ["核对", "序时", "分解", "灯与历史", "全部数字与算法"]


def _legend(app: AppTest) -> list[str]:
    charts = app.get("vega_lite_chart")
    assert len(charts) == 1
    names: list[str] = json.loads(charts[0].proto.spec)["encoding"]["color"]["scale"]["domain"]
    return names


def test_a_goal_without_data_says_so_and_where_it_stands(open_app: Open, situation: workflow.Situation) -> None:
    app = shown(open_app, ABSENT)
    text = read(app)
    goal = assessed(situation, ABSENT).goal
    assert "没有月度数据，暂不能测算" in text
    assert goal.wording in text
    assert f"《{goal.document_title}》" in text
    assert [tab.label for tab in app.tabs] == ["核对"]
    assert not app.metric


def test_every_goal_can_be_opened(open_app: Open, situation: workflow.Situation) -> None:
    app = open_app("goal")
    for one in situation.assessed():
        app.selectbox(key="goal_area").set_value(one.goal.area).run()
        app.selectbox(key=f"goal_of_{one.goal.area}").set_value(one.goal.id).run()
        assert not app.exception
        assert wording.heading(one) in read(app)


def test_a_past_version_knows_no_later_month(open_app: Open, database: str) -> None:
    app = shown(open_app, GOAL)
    app.selectbox(key="as_of").set_value(EARLIER).run()
    assert not app.exception
    then = assessed(workflow.situation(workflow.open_store(database), EARLIER))
    assert then.sentence in read(app)
    assert "2023年6月实有" not in read(app)
    assert not any(name.startswith("2023") for name in table(app, "已剔除")["月份"])


def test_the_file_opens_in_chinese_and_holds_no_formula() -> None:
    content = to_csv(
        [{"月份": "2023年7月", "目标": '=HYPERLINK("x")', "需净增（户）": -12, "数据性质": "演示数据（模拟）"}]
    )
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["月份", "目标", "需净增（户）", "数据性质"]
    assert rows[1] == ["2023年7月", '\'=HYPERLINK("x")', "-12", "演示数据（模拟）"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_text_that_begins_as_a_formula_is_guarded(start: str) -> None:
    content = to_csv([{"名称": f"{start}1"}]).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(content, newline="")))[1] == [f"'{start}1"]
