"""How a goal is counted: 蒲县, from 6 472 at the end of 2021 to 11 236 by the end of 2025.

base 6472 (2021-12), goal 11236 (2025-12), 48 months, increase 4764
2022-01..06   net  90  95 100 100  95 100          = 580
2022-07..2023-06   net 80 a month                  = 960
stock at 2023-06   6472 + 580 + 960                = 8012
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from forecasting import ModelError, Panel, Paths, Projection, Run
from targets import Assessment, Goal, assess, assess_all
from targets.lamps import forecast_lamp, progress_lamp, verdict_lamp
from targets.pace import (
    default_base_month,
    months_between,
    seasonal_weights,
    target_level,
    time_progress,
)
from targets.plan import Plan
from targets.requirement import required_by_month, whole_numbers
from targets.sentence import by, probability, sentence

AREA = "141033"
NET = [90, 95, 100, 100, 95, 100, *[80] * 12]
EXITS = 40.0
PUXIAN = Goal(
    id="141033-entities-2025-level",
    area=AREA,
    entity_type="all",
    indicator="entities",
    indicator_name="市场主体总数",
    kind="level",
    value=11236.0,
    unit="户",
    comparison="at_least",
    deadline=pd.Period("2025-12", "M"),
    base_month=pd.Period("2021-12", "M"),
    base_value=6472.0,
    base_origin="derived",
    wording="2025年末总数达11236户",
)
#: Five futures of 30 months: entries and exits a month of each.
FUTURE_NET = np.array([100.0, 120.0, 140.0, 150.0, 160.0])
FUTURE_EXITS = np.array([20.0, 25.0, 30.0, 35.0, 50.0])


def month(text: str) -> pd.Period:
    return pd.Period(text, "M")


def history(net: list[float], *, opening: float = 6472.0, start: str = "2021-12", area: str = AREA) -> Panel:
    """One series whose first month is its base: no flows then, `net` afterwards."""
    flow = np.array([[0.0, *net]])
    exits = np.where(np.arange(flow.shape[1]) == 0, 0.0, EXITS)[None]
    return Panel(
        keys=pd.DataFrame({"area": [area], "entity_type": ["all"]}),
        months=pd.period_range(start, periods=flow.shape[1], freq="M"),
        entries=flow + exits,
        exits=exits,
        stock=opening + np.cumsum(flow, axis=1),
        adjustment=np.zeros_like(flow),
    )


def future(panel: Panel, net: np.ndarray, exits: np.ndarray, horizon: int) -> Projection:
    """One path for each pair of constant monthly net additions and exits."""
    opening = panel.stock[:, -1]
    shape = (1, len(net), horizon)
    leaving = np.broadcast_to(exits[None, :, None], shape)
    coming = np.broadcast_to((net + exits)[None, :, None], shape)
    return Projection(
        keys=panel.keys,
        origin=panel.months[-1],
        opening=opening,
        entries=Paths(coming),
        exits=Paths(leaving),
        adjustment=Paths(np.zeros(shape)),
        stock=Paths(opening[:, None, None] + np.cumsum(coming - leaving, axis=2)),
        run=Run("", "", panel.months[-1], horizon, len(net), 0, ""),
    )


@pytest.fixture(scope="module")
def panel() -> Panel:
    return history(NET)


@pytest.fixture(scope="module")
def projection(panel: Panel) -> Projection:
    return future(panel, FUTURE_NET, FUTURE_EXITS, 30)


@pytest.fixture(scope="module")
def puxian(panel: Panel, projection: Projection) -> Assessment:
    return assess(PUXIAN, panel, projection, area_name="蒲县")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("actual", 6472 + 580 + 960),
        ("target", 11236),
        ("completion", 8012 / 11236),
        ("progress", (8012 - 6472) / (11236 - 6472)),  # 1540 / 4764 = 32.3 %
        ("time_progress", 18 / 48),  # January 2022 .. June 2023
        ("pace_deviation", 1540 / 4764 - 18 / 48),  # 32.3 - 37.5 = -5.2 points
        ("pace", 6472 + 4764 * 18 / 48),  # 8258.5
        ("pace_gap", 8258.5 - 8012),
        ("total_gap", 11236 - 8012),
        ("months_left", 30),  # July 2023 .. December 2025
        ("required_net", 3224 / 30),  # 107.5
        ("required_gross", 3224 / 30 + (20 + 25 + 30 + 35 + 50) / 5),  # exits expected: 32 a month
        ("mean_net_12", 80),
        ("pace_multiple", (3224 / 30) / 80),  # 1.34
        ("projected", 8012 + 30 * 140),  # the middle one of five futures
        ("projected_low", 11012 + 0.4 * (11612 - 11012)),  # 10 % of the way over four gaps: 0.4 of the first
        ("projected_high", 12512 + 0.6 * (12812 - 12512)),
        ("probability", 4 / 5),  # 8012 + 30 * 100 = 11012 misses
    ],
)
def test_puxian_half_way(puxian: Assessment, name: str, expected: float) -> None:
    assert_allclose(getattr(puxian, name), expected, rtol=1e-12)


def test_puxian_half_way_in_words(puxian: Assessment) -> None:
    assert (puxian.state, puxian.base_origin, puxian.who) == ("active", "derived", "蒲县")
    assert (puxian.month, puxian.base_month) == (month("2023-06"), month("2021-12"))
    assert (puxian.progress_lamp.colour, puxian.forecast_lamp.colour) == ("lightgreen", "green")
    assert puxian.sentence == (
        "蒲县：截至2023年6月实有8012户，完成增量的32.3%，落后序时5.2个百分点；"
        "按当前趋势到2025年底预计12212户（80%区间11252—12692户），达标概率80%；"
        "要达标，每月需净增108户（近12个月月均80户，需提速至1.3倍）。"
    )


def test_the_trajectory_holds_the_past_the_line_and_the_bands(puxian: Assessment) -> None:
    table = puxian.trajectory.set_index("month")
    assert (table.index[0], table.index[-1], len(table)) == (month("2021-12"), month("2025-12"), 49)
    assert_allclose(table.loc[month("2022-06"), ["actual", "pace"]].tolist(), [6472 + 580, 6472 + 4764 * 6 / 48])
    assert table.loc[: month("2023-06"), "median"].isna().all()
    assert table.loc[month("2023-07") :, "actual"].isna().all()
    assert_allclose(table.loc[month("2023-08"), "median"], 8012 + 2 * 140)
    assert_allclose(table.loc[month("2025-12"), ["low80", "high80"]].tolist(), [11252, 12692])
    assert_allclose(table.loc[month("2025-12"), "pace"], 11236)


def test_months_after_the_deadline_do_not_count(puxian: Assessment, panel: Panel) -> None:
    """A projection is as long as the latest goal of its area asks for; each goal is read at its own deadline."""
    longer = future(panel, FUTURE_NET, FUTURE_EXITS, 42)
    same = assess(PUXIAN, panel, longer, area_name="蒲县")
    assert same.sentence == puxian.sentence
    assert same.probability == puxian.probability
    pd.testing.assert_frame_equal(same.trajectory, puxian.trajectory)
    pd.testing.assert_frame_equal(same.required_months, puxian.required_months)


@pytest.mark.parametrize(
    ("kind", "value", "months", "expected"),
    [
        ("level", 11236.0, 48, 11236.0),
        ("cagr", 0.15, 48, 6472 * 1.15 * 1.15 * 1.15 * 1.15),  # 11319.57, not the 11236 the document states
        ("cagr", 0.15, 42, 6472 * 1.15**3 * math.sqrt(1.15)),
        ("yoy_growth", 0.23, 12, 6472 + 0.23 * 6472),  # 7960.56: the stated 7961
        ("increment", 1489.0, 12, 6472 + 1489),
        ("share", 0.4, 48, 0.4),
        ("count", 18.0, 12, 18.0),
    ],
)
def test_stock_that_meets_a_goal(kind: str, value: float, months: int, expected: float) -> None:
    goal = replace(PUXIAN, kind=kind, value=value, deadline=month("2021-12") + months)
    assert_allclose(target_level(goal, 6472.0, month("2021-12")), expected, rtol=1e-12)


def test_fifteen_per_cent_a_year_is_11320() -> None:
    goal = replace(PUXIAN, kind="cagr", value=0.15)
    assert_allclose(target_level(goal, 6472.0, month("2021-12")), 11319.56845, atol=1e-6)


@pytest.mark.parametrize(
    ("kind", "deadline", "stated", "expected"),
    [
        ("level", "2025-12", None, "2020-12"),  # 14th five-year plan: 2021 - 2025
        ("level", "2021-01", None, "2020-12"),
        ("cagr", "2026-03", None, "2025-12"),  # 15th
        ("level", "2020-12", None, "2015-12"),  # 13th
        ("increment", "2022-12", None, "2021-12"),  # of the year
        ("count", "2022-07", None, "2021-12"),
        ("yoy_growth", "2022-12", None, "2021-12"),
        ("yoy_growth", "2022-07", None, "2021-07"),
        ("level", "2025-12", "2021-12", "2021-12"),
        ("yoy_growth", "2022-12", "2020-12", "2020-12"),
    ],
)
def test_base_month(kind: str, deadline: str, stated: str | None, expected: str) -> None:
    goal = replace(
        PUXIAN,
        kind=kind,
        value=1.5,
        deadline=month(deadline),
        base_value=None,
        base_month=month(stated) if stated else None,
    )
    assert default_base_month(goal) == month(expected)


@pytest.mark.parametrize(
    ("now", "expected"),
    [("2021-11", 0.0), ("2021-12", 0.0), ("2022-01", 1 / 48), ("2023-12", 0.5), ("2025-12", 1.0), ("2026-02", 1.0)],
)
def test_time_progress_counts_whole_months(now: str, expected: float) -> None:
    assert_allclose(time_progress(month(now), month("2021-12"), month("2025-12")), expected)


def test_months_between_is_negative_backwards() -> None:
    assert months_between(month("2021-12"), month("2022-03")) == 3
    assert months_between(month("2022-03"), month("2021-12")) == -3


def test_the_pace_line_is_straight_and_ends_at_both_ends() -> None:
    months = pd.period_range("2021-11", "2022-05", freq="M")
    plan = Plan(((month("2021-12"), 100.0), (month("2022-04"), 160.0)))
    assert_allclose(plan.line(months), [math.nan, 100, 115, 130, 145, 160, math.nan])


# Season of the net additions --------------------------------------------------------------------------------------


def weights_of(panel: Panel) -> np.ndarray:
    return seasonal_weights((panel.entries - panel.exits)[0], panel.months)


def test_one_full_year_weighs_a_third() -> None:
    """2022 is the only full year: n = 1, lambda = 1 / (1 + 2)."""
    year = [90, 95, 100, 100, 95, 100, *[80] * 6]
    expected = [1 / 3 * net / 1060 + 2 / 3 / 12 for net in year]
    assert_allclose(weights_of(history(NET)), expected, rtol=1e-12)
    assert_allclose(sum(expected), 1.0)


def test_two_full_years_weigh_a_half_and_losses_count_as_none() -> None:
    first = [12, 0, 0, -30, 0, 0, 0, 0, 0, 0, 0, 24]
    second = [24, 0, 0, 10, 0, 0, 0, 0, 0, 0, 0, 36]
    # by month: 36, April -20 -> 0, December 60; together 96; lambda = 2 / (2 + 2)
    weights = weights_of(history([*first, *second], opening=500.0))
    assert_allclose(weights[[0, 3, 11]], [0.5 * 36 / 96 + 0.5 / 12, 0.5 / 12, 0.5 * 60 / 96 + 0.5 / 12], rtol=1e-12)
    assert_allclose(weights.sum(), 1.0)


@pytest.mark.parametrize(
    "net",
    [NET[:6], [-9.0] * 12, [5.0, -5.0] * 3 + [-5.0] * 5],
    ids=["half a year", "a year of losses", "eleven months"],
)
def test_an_even_year_where_nothing_is_known(net: list[float]) -> None:
    assert_allclose(weights_of(history(net)), np.full(12, 1 / 12))


def test_a_year_with_a_hole_does_not_count() -> None:
    whole = history([*[10.0] * 11, 90.0, *[10.0] * 11, 30.0])
    entries = whole.entries.copy()
    entries[0, 3] = np.nan
    holed = Panel(whole.keys, whole.months, entries, whole.exits, whole.stock, whole.adjustment)
    # Only 2023 is left: 11 x 10 + 30 = 140, lambda 1/3.
    assert_allclose(weights_of(holed)[[0, 11]], [1 / 3 * 10 / 140 + 2 / 36, 1 / 3 * 30 / 140 + 2 / 36])


# What is needed ---------------------------------------------------------------------------------------------------


def test_required_by_month_follows_the_season_and_closes_the_gap(puxian: Assessment) -> None:
    table = puxian.required_months
    july = 1 / 3 * 80 / 1060 + 2 / 36
    second_half = 1 / 3 * 480 / 1060 + 2 / 3 * 6 / 12
    assert len(table) == 30
    assert table["month"].iloc[0] == month("2023-07")
    assert_allclose(table["net"].iloc[0], 3224 * july / (second_half + 2), rtol=1e-12)  # 2023-07..12 and two years
    assert_allclose(table["net"].sum(), 3224, rtol=1e-12)
    assert_allclose(table["exits"], 32.0)
    assert_allclose(table["gross"], table["net"] + 32.0)


def ahead(projection: Projection) -> dict[str, Any]:
    return {"months": projection.months, "exits": projection.exits.values[0].mean(axis=0)}


def test_required_by_month_leaves_out_what_is_after_the_deadline(projection: Projection) -> None:
    weights = np.array([3.0, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1]) / 15
    table = required_by_month(gap=70.0, **ahead(projection), deadline=month("2023-09"), weights=weights)
    assert_allclose(table["net"], [70 * 2 / 4, 70 * 1 / 4, 70 * 1 / 4])  # July 2, August 1, September 1


def test_required_by_month_is_even_where_the_season_leaves_nothing(projection: Projection) -> None:
    weights = np.zeros(12)
    weights[0] = 1.0
    table = required_by_month(gap=-30.0, **ahead(projection), deadline=month("2023-08"), weights=weights)
    assert_allclose(table["net"], [-15.0, -15.0])
    assert_allclose(table["gross"], [17.0, 17.0])


def test_a_projection_that_ends_too_early_is_refused(panel: Panel) -> None:
    short = future(panel, FUTURE_NET, FUTURE_EXITS, 29)
    with pytest.raises(ModelError, match="预测只到 2025-11，没有覆盖目标期限 2025-12。请延长预测期后重新测算。"):
        assess(PUXIAN, panel, short, area_name="蒲县")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1.4, 1.4, 1.4], [2, 2, 1]),  # 4.2 -> 5: two more than the floors, to the first of equal remainders
        ([0.2, 0.9, 0.5], [0, 1, 1]),  # 1.6 -> 2
        ([3.0, 4.0], [3, 4]),
        ([-1.5, -1.4], [-1, -1]),  # -2.9 -> -2: both rise from their floor of -2
        ([0.1], [1]),
        ([2.0, 0.1], [2, 1]),
        ([0.99999999, 1.00000001], [1, 1]),  # 2 but for rounding of floats
    ],
)
def test_whole_numbers_add_up_to_the_total_rounded_up(values: list[float], expected: list[int]) -> None:
    rounded = whole_numbers(np.array(values))
    assert rounded.tolist() == expected
    assert rounded.sum() == math.ceil(round(sum(values), 6))


# States -----------------------------------------------------------------------------------------------------------


def test_a_goal_without_a_stated_base_takes_it_from_the_data(panel: Panel, projection: Projection) -> None:
    goal = replace(PUXIAN, base_value=None, base_origin="")
    assessed = assess(goal, panel, projection, area_name="蒲县")
    assert (assessed.base, assessed.base_origin) == (6472.0, "data")
    assert_allclose(assessed.progress, 1540 / 4764)


def test_a_level_without_any_base_has_no_progress_but_a_gap(panel: Panel, projection: Projection) -> None:
    goal = replace(PUXIAN, base_month=None, base_value=None, base_origin="")  # 2020-12, before the data begin
    assessed = assess(goal, panel, projection, area_name="蒲县")
    assert assessed.base_month == month("2020-12")
    assert math.isnan(assessed.base)
    assert math.isnan(assessed.progress)
    assert math.isnan(assessed.pace_gap)
    assert_allclose([assessed.total_gap, assessed.required_net, assessed.probability], [3224, 3224 / 30, 0.8])
    assert assessed.progress_lamp.colour == "grey"
    assert assessed.sentence.startswith("蒲县：截至2023年6月实有8012户，基数不明，进度无法判断；按当前趋势")


def test_growth_without_any_base_cannot_be_assessed(panel: Panel, projection: Projection) -> None:
    goal = replace(PUXIAN, kind="cagr", value=0.15, base_month=None, base_value=None, base_origin="")
    assessed = assess(goal, panel, projection, area_name="蒲县")
    assert (assessed.state, math.isnan(assessed.target)) == ("no_data", True)


@pytest.mark.parametrize(
    "changes",
    [
        {"indicator": "high_tech_enterprises", "kind": "count", "value": 360.0},
        {"kind": "share", "value": 0.8},
        {"area": "140109"},
        {"entity_type": "enterprise"},
        {"deadline": pd.Period("2021-11", "M"), "base_month": pd.Period("2020-12", "M")},  # before the data begin
    ],
    ids=["other indicator", "not a stock", "other area", "type not held", "deadline before the data"],
)
def test_a_goal_without_data(panel: Panel, projection: Projection, changes: dict[str, object]) -> None:
    assessed = assess(replace(PUXIAN, **changes), panel, projection, area_name="蒲县")  # type: ignore[arg-type]
    assert assessed.state == "no_data"
    assert assessed.forecast_lamp.colour == assessed.progress_lamp.colour == "grey"
    assert assessed.sentence.endswith("：2025年末总数达11236户。本指标暂无月度数据，暂不能测算。")


def test_a_base_that_meets_the_goal_already_leaves_no_progress(panel: Panel, projection: Projection) -> None:
    """From 6472 "to at least 6000" is no way at all: 1540 / -472 would read as -326 %, far behind."""
    goal = replace(PUXIAN, value=6000.0, base_value=None, base_origin="")
    assessed = assess(goal, panel, projection, area_name="蒲县")
    assert assessed.state == "met"
    assert math.isnan(assessed.progress)
    assert assessed.progress_lamp.colour == "grey"
    assert assessed.sentence.startswith("蒲县：截至2023年6月实有8012户，基数6472户已符合目标，不计增量进度；")
    assert assessed.sentence.endswith("；目前已超过目标2012户，守住现有存量即可。")


def test_a_ceiling_above_the_base_has_no_progress_either(panel: Panel, projection: Projection) -> None:
    """Growing faster towards a ceiling is not being ahead."""
    goal = replace(PUXIAN, comparison="at_most", value=12500.0)
    assessed = assess(goal, panel, projection, area_name="蒲县")
    assert math.isnan(assessed.progress)
    assert_allclose(assessed.probability, 3 / 5)  # 11012, 11612, 12212 stay below 12500
    assert assessed.sentence.endswith("；离上限还有4488户。")


def test_a_reduction_has_progress(panel: Panel, projection: Projection) -> None:
    goal = replace(PUXIAN, comparison="at_most", value=6000.0)
    assessed = assess(goal, panel, projection, area_name="蒲县")
    assert_allclose(assessed.progress, (8012 - 6472) / (6000 - 6472))
    assert (assessed.state, assessed.probability, assessed.progress_lamp.colour) == ("active", 0.0, "red")
    assert assessed.sentence.endswith("；已超出上限2012户。")


@pytest.mark.parametrize(
    ("value", "state", "colour", "word", "ending"),
    [
        (8012.0, "attained", "green", "到期达成", "实有8012户，达到目标（8012户）。"),
        (8000.0, "attained", "green", "到期达成", "实有8012户，达到目标（8000户），超出12户。"),
        (8013.0, "missed", "red", "到期未达成", "实有8012户，未达到目标（8013户），差1户。"),
        (8012.3, "missed", "red", "到期未达成", "实有8012户，未达到目标（8013户），差1户。"),
    ],
)
@pytest.mark.parametrize("months_after", [0, 3])
def test_the_verdict_at_the_deadline(
    value: float, state: str, colour: str, word: str, ending: str, months_after: int
) -> None:
    """At and after the deadline the stock of the deadline's month decides, and nothing is projected."""
    later = history([*NET, *[500.0] * months_after])
    goal = replace(PUXIAN, value=value, deadline=month("2023-06"))
    assessed = assess(goal, later, future(later, FUTURE_NET, FUTURE_EXITS, 2), area_name="蒲县")
    assert (assessed.state, assessed.months_left, assessed.actual) == (state, 0, 8012)
    assert assessed.progress_lamp == assessed.forecast_lamp == verdict_lamp(is_attained=state == "attained")
    assert (assessed.forecast_lamp.colour, assessed.forecast_lamp.word) == (colour, word)
    assert math.isnan(assessed.probability)
    assert assessed.sentence == f"蒲县：2025年末总数达11236户。到2023年6月底{ending}"
    assert assessed.trajectory["month"].iloc[-1] == month("2023-06")


def test_the_verdict_of_a_ceiling(panel: Panel, projection: Projection) -> None:
    goal = replace(PUXIAN, comparison="at_most", deadline=month("2023-06"))
    kept = assess(replace(goal, value=8100.7), panel, projection, area_name="蒲县")
    assert kept.state == "attained"
    assert kept.sentence.endswith("实有8012户，达到目标（8100户），低于上限88户。")
    broken = assess(replace(goal, value=8000.0), panel, projection, area_name="蒲县")
    assert broken.state == "missed"
    assert broken.sentence.endswith("实有8012户，未达到目标（8000户），超出12户。")


def test_a_type_is_named_and_parts_add_up_to_all() -> None:
    months = pd.period_range("2023-04", periods=3, freq="M")
    keys = pd.DataFrame({"area": AREA, "entity_type": ["individual", "enterprise", "cooperative"]})
    entries = np.array([[0.0, 60, 50], [0, 9, 7], [0, 0, 0]])
    exits = np.array([[0.0, 20, 25], [0, 1, 2], [0, 0, 0]])
    stock = np.array([[6000.0, 6040, 6065], [1500, 1508, 1513], [4, 4, 4]])
    panel = Panel(keys, months, entries, exits, stock, np.zeros_like(stock))
    shape = (3, 2, 1)
    projection = Projection(
        keys=keys,
        origin=months[-1],
        opening=stock[:, -1],
        entries=Paths(np.array([30.0, 40, 5, 6, 0, 0]).reshape(shape)),
        exits=Paths(np.array([10.0, 0, 1, 2, 0, 0]).reshape(shape)),
        adjustment=Paths(np.zeros(shape)),
        stock=Paths(np.array([6085.0, 6105, 1517, 1517, 4, 4]).reshape(shape)),
        run=Run("", "", months[-1], 1, 2, 0, ""),
    )
    deadline = month("2023-07")
    whole = replace(PUXIAN, value=7614.0, deadline=deadline)
    assessed = assess(whole, panel, projection, area_name="蒲县")
    assert_allclose([assessed.actual, assessed.projected, assessed.probability], [7582, (7606 + 7626) / 2, 0.5])
    part = replace(whole, entity_type="enterprise", value=1517.0, base_value=1400.0)
    assessed = assess(part, panel, projection, area_name="蒲县")
    assert (assessed.who, assessed.actual, assessed.probability) == ("蒲县企业", 1513, 1.0)


def test_all_goals_come_headline_first_and_say_why_there_is_nothing(panel: Panel, projection: Projection) -> None:
    other = replace(PUXIAN, id="b", area="140109", is_headline=True)
    early = replace(PUXIAN, id="c", deadline=month("2024-12"))
    assessed = assess_all(
        [PUXIAN, other, early],
        panel,
        {AREA: projection},
        area_names={AREA: "蒲县", "140109": "万柏林区"},
        reasons={"140109": "2023-06 缺少实有数。"},
    )
    assert [one.goal.id for one in assessed] == ["b", "c", PUXIAN.id]
    assert assessed[0].sentence == "万柏林区：2025年末总数达11236户。2023-06 缺少实有数。"
    assert [one.state for one in assessed] == ["no_data", "active", "active"]


# Lamps ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("points", "colour", "word"),
    [
        (25.0, "green", "达到序时"),
        (0.0, "green", "达到序时"),
        (-1e-9, "green", "达到序时"),  # rounding of floats is not being behind
        (-0.01, "lightgreen", "基本同步"),
        (-10.0, "lightgreen", "基本同步"),
        (-10.01, "yellow", "落后序时"),
        (-30.0, "yellow", "落后序时"),
        (-30.01, "red", "严重落后"),
        (math.nan, "grey", "无法判断"),
    ],
)
def test_progress_lamp(points: float, colour: str, word: str) -> None:
    lamp = progress_lamp(points / 100)
    assert (lamp.name, lamp.colour, lamp.word) == ("进度灯", colour, word)


@pytest.mark.parametrize(
    ("value", "colour", "word"),
    [
        (1.0, "green", "预计达标"),
        (0.8, "green", "预计达标"),
        (0.799, "yellow", "有望达标"),
        (0.5, "yellow", "有望达标"),
        (0.499, "orange", "达标较难"),
        (0.2, "orange", "达标较难"),
        (0.199, "red", "难以达标"),
        (0.0, "red", "难以达标"),
        (math.nan, "grey", "无法判断"),
    ],
)
def test_forecast_lamp(value: float, colour: str, word: str) -> None:
    lamp = forecast_lamp(value)
    assert (lamp.name, lamp.colour, lamp.word) == ("预测灯", colour, word)


def test_no_two_colours_share_a_shape() -> None:
    lamps = [progress_lamp(x) for x in (0.0, -0.05, -0.2, -0.5, math.nan)] + [forecast_lamp(0.3)]
    assert len({lamp.shape for lamp in lamps}) == len({lamp.colour for lamp in lamps}) == 6


# The sentence -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"progress": 0.5, "pace_deviation": 0.125}, "完成增量的50.0%，领先序时12.5个百分点；"),
        ({"progress": 0.375, "pace_deviation": 0.0004}, "完成增量的37.5%，与序时持平；"),
        ({"progress": 0.375, "pace_deviation": -0.0004}, "完成增量的37.5%，与序时持平；"),
        ({"progress": -0.0001, "pace_deviation": -0.02}, "完成增量的0.0%，落后序时2.0个百分点；"),
        ({"progress": -0.031, "pace_deviation": -0.2}, "完成增量的-3.1%，落后序时20.0个百分点；"),
        ({"base": math.nan, "progress": math.nan}, "基数不明，进度无法判断；"),
        ({"probability": 0.004}, "达标概率不足1%；"),
        ({"probability": 0.01}, "达标概率1%；"),
        ({"probability": 0.99}, "达标概率99%；"),
        ({"probability": 0.996}, "达标概率超过99%；"),
        # Needed: rounded up, so that who does what it says meets the goal.
        ({"required_net": 107.0, "pace_multiple": 1.3375}, "每月需净增107户（近12个月月均80户，需提速至1.3倍）。"),
        ({"required_net": 107.001, "pace_multiple": 2.05}, "每月需净增108户（近12个月月均80户，需提速至2.0倍）。"),
        ({"required_net": 80.0, "pace_multiple": 1.0}, "（近12个月月均80户，保持现有节奏即可）。"),
        ({"required_net": 40.0, "pace_multiple": 0.5}, "（近12个月月均80户，保持现有节奏即可）。"),
        ({"pace_multiple": 1.04}, "（近12个月月均80户，略快于现有节奏即可）。"),
        ({"mean_net_12": math.nan}, "要达标，每月需净增108户。"),
        ({"mean_net_12": 0.3}, "每月需净增108户（近12个月没有净增）。"),
        ({"mean_net_12": -0.3}, "每月需净增108户（近12个月没有净增）。"),
        ({"mean_net_12": -25.4}, "每月需净增108户（近12个月月均净减25户）。"),
        ({"state": "met", "actual": 11236.0, "total_gap": 0.0}, "；目前已达到目标，守住现有存量即可。"),
        ({"state": "met", "actual": 11250.0, "total_gap": -14.0}, "；目前已超过目标14户，守住现有存量即可。"),
    ],
)
def test_every_branch_of_the_sentence(puxian: Assessment, changes: dict[str, object], part: str) -> None:
    assert part in sentence(replace(puxian, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("actual", "part"),
    [(11000.0, "离上限还有236户。"), (11236.0, "离上限还有0户。"), (11240.0, "已超出上限4户。")],
)
def test_the_sentence_of_a_ceiling(puxian: Assessment, actual: float, part: str) -> None:
    ceiling = replace(puxian, goal=replace(PUXIAN, comparison="at_most"), actual=actual, total_gap=11236 - actual)
    assert sentence(ceiling).endswith(part)


def test_a_goal_in_per_cent_counts_entities(puxian: Assessment) -> None:
    growth = replace(puxian, goal=replace(PUXIAN, kind="cagr", value=0.15, unit="%"))
    assert "实有8012户" in sentence(growth)
    assert "%，" in sentence(growth)


@pytest.mark.parametrize(("deadline", "said"), [("2025-12", "到2025年底"), ("2025-06", "到2025年6月底")])
def test_the_deadline_in_words(deadline: str, said: str) -> None:
    assert by(month(deadline)) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.0, "不足1%"),
        (0.0099, "不足1%"),
        (0.473, "47%"),
        # Rounded over the threshold of a lamp, the sentence would contradict it.
        (0.495, "49.5%"),
        (0.7996, "79.96%"),
        (0.5, "50%"),
        (0.504, "50%"),
        (0.994, "超过99%"),
        (1.0, "超过99%"),
    ],
)
def test_a_probability_in_words(value: float, said: str) -> None:
    assert probability(value) == said
