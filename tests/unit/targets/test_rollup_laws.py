"""Laws of sums: parts add up to the whole in any tree, whatever is missing; and what is refused."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from forecasting import ENTITY_TYPES, FaultsError, ModelError, Panel, Paths, Projection, Run, SchemaError
from forecasting.panel import MEASURES
from targets import Goal
from targets.lamps import Lamp, forecast_lamp, progress_lamp
from targets.rollup import promises, reconcile, roll_up, roll_up_lamp, roll_up_paths

few = settings(max_examples=20, deadline=None, derandomize=True)
TYPES = [kind for kind in ENTITY_TYPES if kind != "all"]
COUNTIES = [f"1407{at:02d}" for at in range(21, 25)]
PARENTS = dict.fromkeys(COUNTIES, "140700") | {"140700": "140000"}


def panel_of(areas: list[str], seed: int, n: int = 6) -> Panel:
    """Three types an area, some months missing."""
    rng = np.random.default_rng(seed)
    shape = (len(areas) * len(TYPES), n)
    entries, exits = rng.poisson(20, shape).astype(float), rng.poisson(9, shape).astype(float)
    stock = rng.poisson(300, (shape[0], 1)) + np.cumsum(entries - exits, axis=1)
    holes = rng.random(shape) < 0.05
    return Panel(
        keys=pd.DataFrame([(area, kind) for area in areas for kind in TYPES], columns=["area", "entity_type"]),
        months=pd.period_range("2023-01", periods=n, freq="M"),
        entries=np.where(holes, math.nan, entries),
        exits=exits,
        stock=np.where(holes, math.nan, stock),
        adjustment=np.zeros(shape),
    )


def projection_of(panel: Panel, n_paths: int = 4, horizon: int = 3, run: str = "one") -> Projection:
    rng = np.random.default_rng(len(run))
    shape = (panel.n_series, n_paths, horizon)
    coming, going = rng.poisson(20, shape).astype(float), rng.poisson(9, shape).astype(float)
    opening = np.nan_to_num(panel.stock[:, -1], nan=300.0)
    return Projection(
        panel.keys, panel.months[-1], opening, Paths(coming), Paths(going), Paths(np.zeros(shape)),
        Paths(opening[:, None, None] + np.cumsum(coming - going, axis=2)),
        Run(run, "", panel.months[-1], horizon, n_paths, 0, ""),
    )  # fmt: skip


@few
@given(st.sets(st.sampled_from(COUNTIES), min_size=1), st.integers(0, 10_000))
def test_parts_sum_to_the_whole_over_areas_and_types(areas: set[str], seed: int) -> None:
    panel = panel_of(sorted(areas), seed)
    rolled = roll_up(panel, PARENTS)
    for name in MEASURES:
        whole = panel.select()
        assert_allclose(getattr(rolled.select(area="140000", entity_type="all"), name)[0],
                        getattr(whole, name).sum(axis=0))  # fmt: skip
        for kind in TYPES:
            expected = getattr(panel.select(entity_type=kind), name).sum(axis=0)
            assert_allclose(getattr(rolled.select(area="140700", entity_type=kind), name)[0], expected)
    # What was given is unchanged, and summing again adds nothing.
    assert_allclose(rolled.select(area=min(areas), entity_type="enterprise").stock, panel.select(
        area=min(areas), entity_type="enterprise").stock)  # fmt: skip
    again = roll_up(rolled, PARENTS)
    pd.testing.assert_frame_equal(again.keys, rolled.keys)
    assert_allclose(again.stock, rolled.stock)
    differences = reconcile(rolled, PARENTS)["difference"]
    assert_allclose(differences, 0.0, atol=1e-9)


@few
@given(st.sets(st.sampled_from(COUNTIES), min_size=1), st.integers(0, 10_000))
def test_paths_sum_to_the_whole_and_keep_the_identity(areas: set[str], seed: int) -> None:
    given_ = projection_of(panel_of(sorted(areas), seed))
    city = roll_up_paths([given_], PARENTS, to="140700").total("140700")
    assert_allclose(city.stock.values[0], given_.stock.values.sum(axis=0))
    assert_allclose(city.opening, given_.opening.sum())
    assert city.run == given_.run  # one run stays the run


def test_a_projection_given_twice_counts_once() -> None:
    """A situation holds one projection under the code of every area in it."""
    one = projection_of(panel_of(COUNTIES[:2], 3))
    assert_allclose(roll_up_paths([one, one], PARENTS, to="140700").opening.max(), one.opening.sum())


def test_the_same_series_in_two_projections_is_refused() -> None:
    panel = panel_of(COUNTIES[:1], 3)
    with pytest.raises(SchemaError, match="重复的地区和类型"):
        roll_up_paths([projection_of(panel), projection_of(panel, run="other")], PARENTS)


@pytest.mark.parametrize("changes", [{"n_paths": 5}, {"horizon": 2}])
def test_projections_of_different_shapes_are_refused(changes: dict[str, int]) -> None:
    first, second = projection_of(panel_of(COUNTIES[:1], 3)), projection_of(panel_of(COUNTIES[1:2], 3), **changes)
    with pytest.raises(SchemaError, match="起点、期数和路径数须相同"):
        roll_up_paths([first, second], PARENTS)
    with pytest.raises(SchemaError, match="现有：无"):
        roll_up_paths([], PARENTS)


def test_an_area_of_which_nothing_is_held() -> None:
    with pytest.raises(ModelError, match="没有可汇总到 141000 的月度数据"):
        roll_up(panel_of(COUNTIES, 1), PARENTS, to="141000")


def test_a_circle_of_parents_is_refused() -> None:
    with pytest.raises(SchemaError, match="隶属关系成环：140721 → 140700 → 140721"):
        roll_up(panel_of(COUNTIES[:1], 1), {"140721": "140700", "140700": "140721"})


def test_two_types_do_not_make_all() -> None:
    panel = panel_of(COUNTIES[:2], 1)
    without = panel.sliced(
        rows=~((panel.keys["area"] == "140722") & (panel.keys["entity_type"] == "cooperative")).to_numpy()
    )
    keys = {tuple(key) for key in roll_up(without, PARENTS).keys.to_numpy().tolist()}
    assert ("140721", "all") in keys
    assert ("140722", "all") not in keys
    assert {kind for area, kind in keys if area == "140700"} == {"enterprise", "individual"}


def test_own_figures_of_a_type_keep_the_other_types_out() -> None:
    """A city that reports its enterprises only is not completed by the individuals of its counties."""
    panel = panel_of([*COUNTIES[:2], "140700"], 1)
    kept = ~((panel.keys["area"] == "140700") & (panel.keys["entity_type"] != "enterprise")).to_numpy()
    rolled = roll_up(panel.sliced(rows=kept), PARENTS)
    assert rolled.select(area="140700").keys["entity_type"].tolist() == ["enterprise"]


GOAL = Goal(
    id="city", area="140700", entity_type="all", indicator="entities", indicator_name="市场主体总数", kind="level",
    value=100.0, unit="户", comparison="at_least", deadline=pd.Period("2025-12", "M"),
)  # fmt: skip


def test_a_child_that_promises_the_same_twice_is_refused() -> None:
    goals = [GOAL, *(replace(GOAL, id=name, area="140721", value=40.0) for name in ("a", "b"))]
    with pytest.raises(FaultsError, match="city 的下级目标有误（共1处问题）：\na、b 是同一地区的同一指标"):
        promises(goals, PARENTS)


@few
@given(st.lists(st.integers(0, 50), min_size=4, max_size=4))
def test_promises_add_up(values: list[int]) -> None:
    goals = [
        replace(GOAL, id=area, area=area, value=float(value)) for area, value in zip(COUNTIES, values, strict=True)
    ]
    row = promises([GOAL, *goals], PARENTS).iloc[0]
    assert_allclose([row["parts"], row["difference"]], [sum(values), sum(values) - 100])
    word = "差" if sum(values) < 100 else "超出" if sum(values) > 100 else "两者一致"
    assert word in row["sentence"].rsplit("，", 1)[1]


def test_no_goals_make_an_empty_table() -> None:
    assert promises([], PARENTS).empty
    assert reconcile(panel_of(COUNTIES[:1], 1), {}).empty


def lamp(colour: str) -> Lamp:
    return Lamp("进度灯", colour, colour, "")


@few
@given(st.lists(st.sampled_from(["green", "lightgreen", "yellow", "orange", "red", "grey"]), min_size=3, max_size=3))
def test_the_worst_lamp_decides_unless_nothing_is_known(colours: list[str]) -> None:
    order = ["green", "lightgreen", "yellow", "orange", "red"]
    known = [order.index(colour) for colour in colours if colour != "grey"]
    worst, _, _ = roll_up_lamp(
        dict(zip(TYPES, map(lamp, colours), strict=True)), dict.fromkeys(TYPES, 1.0), dict.fromkeys(TYPES, 0.0)
    )
    assert worst.colour == (order[max(known)] if known else "grey")


def test_weights_without_any_score() -> None:
    lamps = {"enterprise": progress_lamp(math.nan)}
    rolled = roll_up_lamp(lamps, {"enterprise": 0.3}, {"enterprise": math.nan})
    assert (rolled[0].colour, math.isnan(rolled[1])) == ("grey", True)
    assert rolled[2] == "进度灯取最差一类：企业无法判断；加权得分无法计算。"


@pytest.mark.parametrize(
    ("lamps", "weights", "scores"),
    [
        ({}, {}, {}),
        ({"enterprise": progress_lamp(0), "individual": forecast_lamp(1)}, {"enterprise": 1, "individual": 1},
         {"enterprise": 1, "individual": 1}),
        ({"enterprise": progress_lamp(0)}, {}, {"enterprise": 1}),
        ({"enterprise": progress_lamp(0)}, {"enterprise": -1}, {"enterprise": 1}),
        ({"enterprise": progress_lamp(0)}, {"enterprise": 1}, {}),
    ],
)  # fmt: skip
def test_lamps_that_cannot_be_rolled_up(
    lamps: dict[str, Lamp], weights: dict[str, float], scores: dict[str, float]
) -> None:
    with pytest.raises(SchemaError, match="汇总的灯须至少一盏"):
        roll_up_lamp(lamps, weights, scores)
