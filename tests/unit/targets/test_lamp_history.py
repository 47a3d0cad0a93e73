"""Laws of the settled lamp, what an event takes out, and that no row knows its future."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from forecasting import Event, ModelError, Panel, Paths, Projection, Run
from targets import Goal, assess
from targets.lamp_history import MARGIN, extraordinary, progress_history, settle, settled, shown_lamp
from targets.presets import PRESETS, Reading

AREA = "140109"
BANDS = PRESETS["yinchuan"].bands
GOAL = Goal(
    id="level",
    area=AREA,
    entity_type="all",
    indicator="entities",
    indicator_name="市场主体总数",
    kind="level",
    value=4000.0,
    unit="户",
    comparison="at_least",
    deadline=pd.Period("2025-12", "M"),
    base_month=pd.Period("2021-12", "M"),
)
PURGE = Event(
    "purge", AREA, "all", "purge", pd.Period("2022-09", "M"), pd.Period("2022-10", "M"), "集中清理",
    effect="mask", flows=("exits",), is_administrative=True,
)  # fmt: skip


def panel_of(types: list[str], n: int = 40, seed: int = 5) -> Panel:
    """Counts from January 2021; a purge in September and October 2022."""
    rng = np.random.default_rng(seed)
    entries = rng.poisson(40, (len(types), n)).astype(float)
    exits = rng.poisson(15, (len(types), n)).astype(float)
    exits[:, 20:22] += 130
    return Panel(
        keys=pd.DataFrame({"area": AREA, "entity_type": types}),
        months=pd.period_range("2021-01", periods=n, freq="M"),
        entries=entries,
        exits=exits,
        stock=900 + np.cumsum(entries - exits, axis=1),
        adjustment=np.zeros_like(entries),
    )


few = settings(max_examples=100, deadline=None, derandomize=True)
values = st.lists(st.integers(-450, 150).map(lambda tenth: tenth / 10) | st.just(math.nan), max_size=30)


@few
@given(values)
def test_a_settled_lamp_never_moves_past_what_was_seen(points: list[float]) -> None:
    shown = settle(points, BANDS)
    raws = [PRESETS["yinchuan"].band(value) for value in points]
    ranks = [BANDS.index(band) if band in BANDS else None for band in shown]
    last: int | None = None
    for at, (raw, rank) in enumerate(zip(raws, ranks, strict=True)):
        if rank is None:
            assert math.isnan(points[at])
            continue
        wanted = BANDS.index(raw)
        if last is not None:
            assert min(last, wanted) <= rank <= max(last, wanted)
        # Two equal months in a row are always shown.
        if at and raws[at - 1] == raw:
            assert rank == wanted
        last = rank


@few
@given(st.lists(st.floats(-MARGIN, MARGIN), min_size=1, max_size=20))
def test_an_alternation_within_the_margin_never_changes_a_lamp(steps: list[float]) -> None:
    points = [abs(step) if at % 2 == 0 else -abs(step) for at, step in enumerate(steps)]
    assert {band.colour for band in settle(points, BANDS)} == {"green"}


def test_stored_probabilities_are_settled_the_same_way() -> None:
    months = pd.period_range("2023-01", periods=5, freq="M")
    readings = [Reading(100 * p, "") for p in (0.81, 0.79, 0.81, math.nan, 0.6)]
    history = settled(months, readings, PRESETS["forecast"])
    assert history["raw"].tolist() == ["green", "yellow", "green", "grey", "yellow"]
    assert history["shown"].tolist() == ["green", "green", "green", "grey", "yellow"]
    assert history["reason"].tolist() == [
        "",
        "",
        "",
        "由绿灯（预计达标）转为灰灯（无法判断）：当月没有可用的数。",
        "由灰灯（无法判断）转为黄灯（有望达标）：越过界线20.0个百分点，超过2个百分点。",
    ]


def test_a_goal_that_is_met_turns_green_at_once() -> None:
    readings = [Reading(40.0, ""), Reading(math.inf, "目前为4001户"), Reading(70.0, "")]
    history = settled(pd.period_range("2023-01", periods=3, freq="M"), readings, PRESETS["eurostat"])
    assert history["word"].tolist() == ["有限进展", "已达成", "需要提速"]
    assert history["reason"].tolist()[1:] == [
        "由橙灯（有限进展）转为绿灯（已达成）：已达到目标。",
        "由绿灯（已达成）转为黄灯（需要提速）：越过界线25.0个百分点，超过2个百分点。",
    ]


@pytest.mark.parametrize("types", [["all"], ["enterprise", "individual", "cooperative"]])
def test_no_row_depends_on_a_later_month(types: list[str]) -> None:
    panel = panel_of(types)
    whole = progress_history(GOAL, panel, events=[PURGE])
    for last in ("2022-03", "2022-09", "2023-02"):
        part = progress_history(GOAL, panel.until(pd.Period(last, "M")), events=[PURGE])
        pd.testing.assert_frame_equal(part, whole.iloc[: len(part)])
    assert len(whole) == 29


def test_what_the_assessment_says_outside_the_first_quarter() -> None:
    panel = panel_of(["all"], n=30)  # to June 2023
    coming, none = np.full((1, 3, 30), 7.0), Paths(np.zeros((1, 3, 30)))
    opening, run = panel.stock[:, -1], Run("", "", panel.months[-1], 30, 3, 0, "")
    stock = Paths(opening[:, None, None] + np.cumsum(coming, axis=2))
    future = Projection(panel.keys, panel.months[-1], opening, Paths(coming), none, none, stock, run)
    for goal in (GOAL, replace(GOAL, milestones=((pd.Period("2022-12", "M"), 2500.0),))):
        assessed = assess(goal, panel, future, area_name="万柏林区")
        newest = progress_history(goal, panel).iloc[-1]
        assert_allclose(newest["points"], 100 * assessed.pace_deviation, rtol=1e-12)
        assert (newest["raw"], newest["pace"]) == (assessed.progress_lamp.colour, assessed.pace)


def test_types_are_cleaned_each_at_its_own_rate() -> None:
    panel = panel_of(["enterprise", "individual"])
    beyond = extraordinary(panel, GOAL, [PURGE])["purge"]
    expected = 0.0
    for row in range(2):
        opening = panel.opening()[row]
        rate = np.mean([panel.exits[row, t] / opening[t] for t in range(8, 20)])
        expected += panel.exits[row, 20] - rate * opening[20]
    assert_allclose(beyond[1, 20], expected, rtol=1e-12)
    assert_allclose(np.flatnonzero(beyond[1]), [20, 21])
    assert not beyond[0].any()


def test_an_event_of_one_type_counts_for_it_and_for_all() -> None:
    panel = panel_of(["enterprise", "individual"])
    event = replace(PURGE, entity_type="individual")
    both = extraordinary(panel, GOAL, [PURGE])["purge"][1]
    own = extraordinary(panel, replace(GOAL, entity_type="individual"), [event])["purge"][1]
    assert_allclose(extraordinary(panel, GOAL, [event])["purge"][1], own)
    assert 0 < own[20] < both[20]
    assert extraordinary(panel, replace(GOAL, entity_type="enterprise"), [event]) == {}
    # Where only the total is held, an event of a type shows in it.
    assert extraordinary(panel_of(["all"]), GOAL, [event])["purge"][1, 20] > 100


def test_a_month_covered_twice_counts_once_and_other_events_not_at_all() -> None:
    panel = panel_of(["all"])
    once = extraordinary(panel, GOAL, [PURGE])["purge"]
    again = replace(PURGE, id="again", start=pd.Period("2022-10", "M"))
    assert_allclose(extraordinary(panel, GOAL, [PURGE, again])["purge"], once)
    assert extraordinary(panel, GOAL, [replace(PURGE, is_administrative=False)]) == {}
    assert extraordinary(panel, GOAL, [replace(PURGE, area="140722")]) == {}


def test_a_purge_without_earlier_months_is_said_not_to_be_excluded() -> None:
    late = panel_of(["all"]).sliced(columns=np.arange(40) >= 20)
    goal = replace(GOAL, base_value=1300.0)
    history = progress_history(goal, late, events=[PURGE])
    assert history["excluded"].tolist() == [0.0] * len(history)
    assert history["excluded_text"].iloc[-1] == "集中清理因此前无数据未能剔除"
    assert "（集中清理因此前无数据未能剔除）" in history["sentence"].iloc[-1]


def test_excluded_entities_do_not_meet_a_goal() -> None:
    """Registered stock decides whether the goal is met, whatever is added back for pace."""
    panel = panel_of(["all"])
    registered, top = panel.stock[0, -1], progress_history(GOAL, panel, events=[PURGE])["excluded"].iloc[-1]
    goal = replace(GOAL, value=float(registered + top / 2))
    assert progress_history(goal, panel, events=[PURGE], preset="eurostat")["word"].iloc[-1] == "进展正常"


def test_an_unknown_base_leaves_the_lamp_grey() -> None:
    history = progress_history(replace(GOAL, base_month=pd.Period("2019-12", "M")), panel_of(["all"]))
    assert set(history["shown"]) == {"grey"}
    assert history["sentence"].iloc[0] == "进度灯为灰灯（无法判断）：基数不明，无从计算。"
    growth = replace(GOAL, kind="cagr", value=0.15, base_month=pd.Period("2019-12", "M"))
    assert "基数不明，目标户数无从计算" in progress_history(growth, panel_of(["all"]))["sentence"].iloc[0]


def test_a_history_ends_at_the_deadline_and_may_be_empty() -> None:
    history = progress_history(replace(GOAL, deadline=pd.Period("2022-12", "M")), panel_of(["all"]))
    assert history["month"].iloc[-1] == pd.Period("2022-12", "M")
    early = replace(GOAL, base_month=pd.Period("2019-12", "M"), deadline=pd.Period("2020-12", "M"))
    empty = progress_history(early, panel_of(["all"]))
    assert (len(empty), shown_lamp(empty).colour) == (0, "grey")


@pytest.mark.parametrize(
    ("goal", "preset", "message"),
    [
        (GOAL, "unsd", "目标 level 的终值灯取决于当时的预测，不能由历史数据重算"),
        (GOAL, "forecast", "取决于当时的预测"),
        (replace(GOAL, kind="share", value=0.4), "yinchuan", "不是实有户数的灯"),
        (replace(GOAL, area="140722"), "yinchuan", "没有 140722"),
    ],
)
def test_histories_that_cannot_be_computed(goal: Goal, preset: str, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        progress_history(goal, panel_of(["all"]), preset=preset)
