"""The jobs end to end, on the demonstration data and on broken input."""

from __future__ import annotations

import datetime as dt
import sqlite3
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import workflow
from data.catalogue import load_goals, published_goals
from data.catalogue.goals import COLUMNS as GOAL_COLUMNS
from data.store import Store
from forecasting.errors import BeizengError, FaultsError, ModelError
from forecasting.scenario import Effect, Scenario
from targets.assessment import Assessment
from workflow import knowledge

PUXIAN = "141033-entities-2025-level"


def one(situation: workflow.Situation, goal: str) -> Assessment:
    return next(item for item in situation.assessments if item.goal.id == goal)


def test_every_goal_of_the_catalogue_is_assessed_or_says_why(demo_situation: workflow.Situation) -> None:
    assert len(demo_situation.assessments) == len(load_goals()) + len(published_goals())
    assert all(item.sentence for item in demo_situation.assessments)
    by_months = {item.goal.area for item in demo_situation.assessed() if not item.basis}
    assert by_months == {"141033", "140109", "140722"}
    assert {item.goal.area for item in demo_situation.assessed() if item.basis} == {"140000", "141000"}
    assert all(item.reason or "暂无月度数据" in item.sentence for item in demo_situation.assessments
               if item.state == "no_data")  # fmt: skip


def test_the_assessment_follows_from_the_panel_by_hand(demo_situation: workflow.Situation) -> None:
    item = one(demo_situation, PUXIAN)
    stock = demo_situation.panel.total("141033").stock[0, -1]
    assert (item.base, item.target, item.actual) == (6472, 11236, stock)
    np.testing.assert_allclose(item.progress, (stock - 6472) / (11236 - 6472))
    np.testing.assert_allclose(item.time_progress, 18 / 48)  # 2021-12 to 2023-06 of 2021-12 to 2025-12
    np.testing.assert_allclose(item.required_net, (11236 - stock) / 30)
    np.testing.assert_allclose(item.required_months["net"].sum(), 11236 - stock)
    paths = demo_situation.projections["141033"].total("141033").stock.values[0, :, 29]
    np.testing.assert_allclose(item.probability, np.mean(paths >= 11236))


def test_a_situation_is_the_same_when_asked_again(demo_url: str, demo_situation: workflow.Situation) -> None:
    again = workflow.situation(workflow.open_store(demo_url))
    assert [item.sentence for item in again.assessments] == [item.sentence for item in demo_situation.assessments]


def test_it_is_ready_once_fitted(demo_url: str, store: Store) -> None:
    assert workflow.is_ready(workflow.open_store(demo_url))
    workflow.load_demo(store)
    assert not workflow.is_ready(store)


@pytest.mark.slow
def test_future_purges_are_drawn_where_they_are_asked_for(
    tmp_path: Path, demo_url: str, demo_situation: workflow.Situation, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy.db"
    with sqlite3.connect(demo_url.removeprefix("sqlite:///")) as held, sqlite3.connect(copy) as made:
        held.backup(made)
    store = workflow.open_store(f"sqlite:///{copy}")
    assert not workflow.is_ready(store, has_purges=True)
    # The same paths but for the purges, which are few: what a fit of 60 paths can show.
    monkeypatch.setattr(knowledge, "N_PATHS", 60)
    ordinary, purged = workflow.situation(store), workflow.situation(store, has_purges=True)
    without, drawn = (made.projections["141033"] for made in (ordinary, purged))
    np.testing.assert_array_equal(without.entries.values, drawn.entries.values)
    gone = drawn.exits.values.sum(axis=2) - without.exits.values.sum(axis=2)
    assert gone.max() > 1.0
    assert (drawn.stock.values[:, :, -1] <= without.stock.values[:, :, -1] + 1e-6).all()
    assert one(purged, PUXIAN).sentence.count("按当前趋势并计入今后可能的集中清理，到2025年底预计") == 1
    # Counts of an area without months say nothing of purges.
    assert purged.projections["140000"].run.id == ordinary.projections["140000"].run.id
    assert not demo_situation.has_purges
    store.engine.dispose()


def test_loading_the_demonstration_twice_adds_nothing(store: Store) -> None:
    assert workflow.load_demo(store).rows_new > 2000
    assert workflow.load_demo(store).rows_new == 0


def test_simulated_areas_are_named(demo_situation: workflow.Situation) -> None:
    assert demo_situation.simulated == {"141033", "140109", "140722"}
    assert demo_situation.known_at == dt.date(2023, 8, 10)  # the last revision


def test_more_entries_raise_the_projection_and_leave_the_past(demo_situation: workflow.Situation) -> None:
    scenario = Scenario("加力", (Effect("entries", multiplier=1.2, area="141033"),))
    under = workflow.under(demo_situation, scenario)
    before, after = one(demo_situation, PUXIAN), one(under, PUXIAN)
    assert after.actual == before.actual
    assert after.projected > before.projected
    assert after.probability > before.probability
    other = "140722-entities-2025-level"
    np.testing.assert_allclose(one(under, other).projected, one(demo_situation, other).projected)


def test_a_one_off_moves_the_median_by_itself_less_what_leaves(demo_situation: workflow.Situation) -> None:
    month = pd.Period("2025-12", "M")
    scenario = Scenario("迁入", (Effect("one_off", addition=200, area="141033", start=month, end=month),))
    moved = one(workflow.under(demo_situation, scenario), PUXIAN).projected - one(demo_situation, PUXIAN).projected
    np.testing.assert_allclose(moved, 200)  # in the last month nobody has had time to leave


@pytest.mark.parametrize(
    ("effect", "message"),
    [
        (Effect("entries", multiplier=1.2, area="110000"), "第1项不涉及任何有预测的地区、类型或月份"),
        (Effect("entries", multiplier=1.2, start=pd.Period("2031-01", "M")), "第1项不涉及任何有预测的地区"),
    ],
)
def test_a_scenario_that_touches_nothing_is_refused(
    demo_situation: workflow.Situation, effect: Effect, message: str
) -> None:
    with pytest.raises(ModelError, match=message):
        workflow.under(demo_situation, Scenario("空", (effect,)))


def test_saved_scenarios_come_back(store: Store) -> None:
    scenario = Scenario(
        "减退出",
        (
            Effect("exit_rate", multiplier=0.8, area="141033", entity_type="individual", ramp_months=3),
            Effect("one_off", addition=-120, start=pd.Period("2024-03", "M"), end=pd.Period("2024-04", "M")),
        ),
        why="帮扶到位",
    )
    workflow.save_scenario(store, scenario)
    assert workflow.saved_scenarios(store) == (scenario,)


@pytest.mark.slow
def test_a_goal_of_ones_own_is_assessed(tmp_path: Path, store: Store) -> None:
    header = ",".join(GOAL_COLUMNS)
    cells = {
        "id": "141033-own", "area": "141033", "entity_type": "individual", "indicator": "entities",
        "indicator_name": "个体户", "kind": "level", "value": "7000", "unit": "户", "comparison": "at_least",
        "deadline": "2024-12", "base_month": "2021-12", "base_value": "4790", "base_origin": "stated",
        "wording": "2024年末七千户", "is_headline": "true",
    }  # fmt: skip
    row = ",".join(cells.get(column, "") for column in GOAL_COLUMNS)
    path = tmp_path / "goals.csv"
    path.write_text(f"{header}\n{row}\n", encoding="utf-8")
    workflow.load_demo(store)
    assert [goal.id for goal in workflow.add_goals(store, path)] == ["141033-own"]
    item = one(workflow.situation(store), "141033-own")
    np.testing.assert_allclose(item.progress, (item.actual - 4790) / (7000 - 4790))
    assert item.sentence.startswith("蒲县个体工商户：截至2023年6月实有")


def test_a_bad_goals_file_stores_nothing(tmp_path: Path, store: Store) -> None:
    path = tmp_path / "goals.csv"
    rows = [
        ",".join(GOAL_COLUMNS),
        "a,999999,all,entities,总数,level,10,户,at_least,2025-12,,,,,,,,x,true,",
        "b,141033,all,entities,总数,share,1.4,%,at_least,2025-12,,,,,,,,x,true,",
    ]
    path.write_text("\n".join(rows), encoding="utf-8")
    with pytest.raises(FaultsError, match=r"(?s)第2行 area 列：没有代码为“999999”的地区.*占比 140% 超过100%"):
        workflow.add_goals(store, path)
    assert store.goal_records() == []


def test_an_area_that_cannot_be_projected_does_not_take_the_others_down(
    store: Store, make_observations: object, received: dt.datetime
) -> None:
    workflow.load_demo(store)
    short = [(f"2023-0{month}", name, value) for month in range(1, 7)
             for name, value in (("entries", 3.0), ("exits", 2.0), ("stock", 900.0 + month))]  # fmt: skip
    store.append(
        make_observations(*short, area="141030"),  # type: ignore[operator]
        received_at=received,
        file_name="大宁.csv",
    )
    situation = workflow.situation(store)
    assert "141030" not in situation.projections
    assert "新设" in situation.unprojected["141030"]
    assert one(situation, PUXIAN).state == "active"


def test_a_deck_of_nothing_is_refused(demo_situation: workflow.Situation) -> None:
    with pytest.raises(BeizengError, match="没有可汇报的目标"):
        workflow.deck(demo_situation, area="141030")


def goals_file(path: Path, **changes: str) -> Path:
    cells = {
        "id": "z1", "area": "141033", "entity_type": "all", "indicator": "entities", "indicator_name": "总数",
        "kind": "level", "value": "12000", "unit": "户", "comparison": "at_least", "deadline": "2026-12",
        "wording": "2026年末一万二", "is_headline": "false", **changes,
    }  # fmt: skip
    row = ",".join(cells.get(column, "") for column in GOAL_COLUMNS)
    path.write_text(f"{','.join(GOAL_COLUMNS)}\n{row}\n", encoding="utf-8")
    return path


def test_a_promise_restated_under_another_id_replaces_the_first(tmp_path: Path, store: Store) -> None:
    workflow.add_goals(store, goals_file(tmp_path / "1.csv"))
    workflow.add_goals(store, goals_file(tmp_path / "2.csv", id="z2", value="13000"))
    own = [goal for goal in workflow.all_goals(store) if str(goal.deadline) == "2026-12"]
    assert [(goal.id, goal.value) for goal in own] == [("z2", 13000)]


def test_a_goals_file_of_column_names_alone_is_refused(tmp_path: Path, store: Store) -> None:
    path = tmp_path / "0.csv"
    path.write_text(",".join(GOAL_COLUMNS) + "\n", encoding="utf-8")
    with pytest.raises(BeizengError, match=r"0.csv 只有列名，没有目标"):
        workflow.add_goals(store, path)


def test_a_history_of_months_is_not_projected(store: Store, make_observations: object, received: dt.datetime) -> None:
    rows = [(f"2023-0{month}", name, value) for month in range(1, 7)
            for name, value in (("entries", 10.0), ("exits", 0.0), ("stock", 890.0 + 10 * month))]  # fmt: skip
    store.append(
        make_observations(*rows, area="141030"),  # type: ignore[operator]
        received_at=received,
        file_name="大宁.csv",
    )
    assert "只有6个月的数据，至少要有12个月才能预测" in workflow.situation(store).unprojected["141030"]
