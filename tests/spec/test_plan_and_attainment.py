"""Plans in three shapes, division among parts, dates and run-rates, shares and counts, reviews: by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from forecasting.errors import FaultsError, SchemaError
from forecasting.events import Event
from forecasting.panel import Panel
from forecasting.paths import Paths
from forecasting.projection import Projection
from forecasting.runs import Run
from targets.allocation import allocate, type_weights
from targets.assessment import assess
from targets.attainment import attainment_dates, best_pace, latest_start, run_rates
from targets.detail import adjusted_mean, cagr, detail
from targets.goal import Goal
from targets.plan import EVEN, Plan, decompose, make_plan, replan
from targets.review import review


def month(text: str) -> pd.Period:
    return pd.Period(text, freq="M")


def months(start: str, n: int) -> pd.PeriodIndex:
    return pd.period_range(start, periods=n, freq="M")


# Pace lines ---------------------------------------------------------------------------------------------------------

KNOTS = ((month("2021-12"), 6472.0), (month("2022-12"), 7961.0), (month("2025-12"), 11236.0))
SEASON = np.array([3.0, 1, 2, 1, 1, 1, 1, 1, 1, 2, 1, 3]) / 18


@pytest.mark.parametrize(
    ("shape", "at", "expected"),
    [
        ("linear", "2022-03", 6472 + 1489 * 3 / 12),
        ("linear", "2023-06", 7961 + 3275 * 6 / 36),
        ("geometric", "2022-06", 6472 * math.sqrt(7961 / 6472)),  # half of the first stretch
        ("geometric", "2024-06", 7961 * math.sqrt(11236 / 7961)),  # half of the second
        ("seasonal", "2022-03", 6472 + 1489 * (3 + 1 + 2) / 18),
        ("seasonal", "2023-01", 7961 + 3275 / 3 * 3 / 18),  # a third of the rest falls on 2023, January weighs 3 of 18
    ],
)
def test_the_line_between_the_knots(shape: str, at: str, expected: float) -> None:
    goal = GOAL
    plan = make_plan(goal, base=6472.0, base_month=month("2021-12"), target=11236.0, shape=shape, weights=SEASON)
    assert_allclose(plan.at(month(at)), expected)


@pytest.mark.parametrize("shape", ["linear", "geometric", "seasonal"])
def test_the_three_lines_meet_at_base_milestones_and_goal(shape: str) -> None:
    plan = make_plan(GOAL, base=6472.0, base_month=month("2021-12"), target=11236.0, shape=shape, weights=SEASON)
    assert_allclose([plan.at(at) for at, _ in KNOTS], [value for _, value in KNOTS])


def test_linear_and_seasonal_agree_with_flat_weights() -> None:
    lines = [
        make_plan(GOAL, base=6472.0, base_month=month("2021-12"), target=11236.0, shape=shape, weights=EVEN).line(
            months("2021-12", 49)
        )
        for shape in ("linear", "seasonal")
    ]
    assert_allclose(lines[0], lines[1])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (7961 + 3275 * 3 / 36, -3.0),  # where the plan stood in 2023-03, three months ago
        (7961 + 3275 * 8 / 36, 2.0),
        (6000.0, -18.0),  # below the base: counts from the base
        (12000.0, 30.0),  # beyond the goal: counts to the deadline
    ],
)
def test_months_ahead_of_the_plan(value: float, expected: float) -> None:
    assert_allclose(Plan(KNOTS).months_ahead(month("2023-06"), value), expected)


def test_a_year_is_divided_into_quarters() -> None:
    plan = Plan(((month("2022-12"), 100.0), (month("2023-12"), 220.0)), "seasonal", SEASON)
    # Weights by quarter: 6, 3, 3, 6 of 18.
    expected = [("2023-03", 100 + 120 * 6 / 18), ("2023-06", 160.0), ("2023-09", 180.0), ("2023-12", 220.0)]
    assert [(str(at), round(value, 9)) for at, value in decompose(plan, every="quarter")] == expected
    assert [str(at) for at, _ in decompose(Plan(KNOTS), every="year")] == ["2022-12", "2023-12", "2024-12", "2025-12"]


def test_planning_again_keeps_what_is_ahead() -> None:
    again = replan(Plan(KNOTS), month("2022-06"), 6800.0)
    assert again.knots == ((month("2022-06"), 6800.0), KNOTS[1], KNOTS[2])
    assert_allclose(again.at(month("2022-09")), 6800 + (7961 - 6800) / 2)
    # A milestone already passed by the actual asks for nothing.
    assert replan(Plan(KNOTS), month("2022-06"), 8000.0).knots == ((month("2022-06"), 8000.0), KNOTS[2])
    # Year-ends that only the season put in are planned anew: half of what is left lies between 2023-12 and 2025-12.
    seasonal = make_plan(
        GOAL, base=6472.0, base_month=month("2021-12"), target=11236.0, shape="seasonal", weights=SEASON
    )
    renewed = replan(seasonal, month("2023-12"), 8000.0)
    assert_allclose(renewed.at(month("2024-12")), (8000 + 11236) / 2)
    with pytest.raises(SchemaError, match="计划到 2025-12 为止，不能从 2025-12 起重新安排"):
        replan(Plan(KNOTS), month("2025-12"), 1.0)


@pytest.mark.parametrize(
    ("knots", "shape", "message"),
    [
        (KNOTS[:1], "linear", "至少要有基期和期限两点"),
        (KNOTS[::-1], "linear", "月份递增"),
        (KNOTS, "curved", "序时形状“curved”应为"),
        (((month("2021-12"), 0.0), KNOTS[2]), "geometric", "等比序时要求基数和各阶段目标都大于0"),
    ],
)
def test_a_plan_that_is_none(knots: Any, shape: str, message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        Plan(knots, shape)


# Division -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("total", "weights", "expected"),
    [
        (10, {"a": 1, "b": 1, "c": 1}, [4, 3, 3]),  # 3.33 each: the first of equal remainders takes the one left over
        (7, {"a": 5, "b": 3, "c": 0}, [4, 3, 0]),  # 4.375, 2.625, 0 -> 4 + 2 + 0, one left to the larger remainder
        (-7, {"a": 5, "b": 3}, [-4, -3]),
        (0, {"a": 5, "b": 3}, [0, 0]),
    ],
)
def test_parts_are_whole_and_add_up(total: int, weights: dict[str, float], expected: list[int]) -> None:
    assert list(allocate(total, weights).values()) == expected


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(-10_000, 10_000), st.lists(st.floats(0, 1e6), min_size=1, max_size=20))
def test_any_division_adds_up(total: int, weights: list[float]) -> None:
    named = {str(position): weight for position, weight in enumerate(weights)}
    if sum(weights) <= 0:
        with pytest.raises(FaultsError, match="权重全部为0"):
            allocate(total, named)
        return
    parts = allocate(total, named)
    assert sum(parts.values()) == total
    exact = [total * weight / sum(weights) for weight in weights]
    assert all(abs(part - value) <= 1 + 1e-6 for part, value in zip(parts.values(), exact, strict=True))


def test_every_bad_weight_is_named() -> None:
    with pytest.raises(FaultsError, match=r"(?s)“甲”的权重为 -1.*“丙”的权重为 nan"):
        allocate(5, {"甲": -1, "乙": 2, "丙": math.nan})


# Attainment ---------------------------------------------------------------------------------------------------------


def test_a_goal_counts_as_met_only_once_it_is_held() -> None:
    paths = np.array([[90, 101, 99, 102.0], [100, 101, 102, 103.0], [90, 91, 92, 93.0], [90, 91, 100, 101.0]])
    # First months held for good: 4th, 1st, never, 3rd -> sorted 1, 3, 4, never.
    dates = attainment_dates(paths, months("2024-01", 4), 100.0)
    assert (dates.early, dates.median, dates.late) == (month("2024-01"), month("2024-03"), None)


def test_the_run_rate_for_half_is_the_required_net_and_rises_with_certainty() -> None:
    ends = np.arange(900.0, 1101.0)  # median 1000, 20 % quantile 940, 10 % quantile 920
    rates = run_rates(ends, actual=700.0, target=1050.0, months_left=10)
    assert_allclose(rates[0.5], (1050 - 700) / 10)
    assert_allclose(rates[0.8], (1000 - 700 + 1050 - 940) / 10)
    assert_allclose(rates[0.9], (1000 - 700 + 1050 - 920) / 10)


def test_adding_the_run_rate_makes_the_probability() -> None:
    ends = np.random.default_rng(5).normal(1000, 50, 4001)
    rates = run_rates(ends, actual=700.0, target=1080.0, months_left=12)
    projected = (np.median(ends) - 700) / 12
    for level, rate in rates.items():
        assert_allclose(np.mean(ends + 12 * (rate - projected) >= 1080), level, atol=1 / 4000)


def test_best_pace_is_over_twelve_months_in_a_row() -> None:
    net = np.array([0.0] * 3 + [10.0] * 12 + [40.0] + [0.0] * 5)
    assert_allclose(best_pace(net), (11 * 10 + 40) / 12)
    assert math.isnan(best_pace(net[:11]))


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (112.0, "2024-02"),  # at the end of February 104 + 2 x 4; a month later 106 + 4 would be too little
        (116.0, "2023-12"),  # 100 + 4 x 4 now, or never
        (117.0, None),
        (108.0, "2024-04"),  # the median gets there by itself
    ],
)
def test_the_latest_month_to_start(target: float, expected: str | None) -> None:
    """Median 102, 104, 106, 108; best pace 4: reachable from now 116, then 102 + 12, 104 + 8, 106 + 4, 108."""
    median = np.array([102.0, 104, 106, 108])
    found = latest_start(median, months("2024-01", 4), actual=100.0, target=target, best=4.0)
    assert (None if found is None else str(found)) == expected


# Growth and recent pace -----------------------------------------------------------------------------------------------


def test_growth_rates() -> None:
    assert_allclose(cagr(6472, 11236, 48), (11236 / 6472) ** (12 / 48) - 1)
    assert_allclose(cagr(7961, 11236, 36), 0.1217, atol=5e-5)  # what is left after the promised 2022
    assert math.isnan(cagr(0.0, 5.0, 12))
    assert math.isnan(cagr(5.0, 6.0, 0))


def test_three_months_are_adjusted_by_the_share_they_usually_bring() -> None:
    net = np.array([50.0, 30, 10, 20])
    # February, March, April bring 1 + 2 + 1 of 18 of a year; 60 in them makes 60 x 18/4 = 270 a year.
    assert_allclose(adjusted_mean(net, months("2023-01", 4), SEASON), 270 / 12)


# Goals of every kind ------------------------------------------------------------------------------------------------

GOAL = Goal(
    id="g",
    area="141033",
    entity_type="all",
    indicator="entities",
    indicator_name="市场主体",
    kind="level",
    value=11236.0,
    unit="户",
    comparison="at_least",
    deadline=month("2025-12"),
    base_month=month("2021-12"),
    base_value=6472.0,
    milestones=((month("2022-12"), 7961.0),),
    wording="2025年末总数达11236户",
)
TYPES = ["enterprise", "individual", "cooperative"]


@pytest.fixture
def panel() -> Panel:
    """Three types from 2022-12 to 2023-06, six months of flows."""
    n = 7
    entries = np.array([[0.0, 5, 6, 7, 8, 9, 10], [0, 40, 20, 60, 50, 45, 35], [0, 1, 0, 2, 0, 1, 1]])
    exits = np.array([[0.0, 1, 1, 1, 1, 1, 1], [0, 10, 10, 10, 10, 10, 10], [0, 0, 1, 0, 0, 0, 0]])
    opening = np.array([1500.0, 5500.0, 500.0])
    return Panel(
        keys=pd.DataFrame({"area": "141033", "entity_type": TYPES}),
        months=months("2022-12", n),
        entries=entries,
        exits=exits,
        stock=opening[:, None] + np.cumsum(entries - exits, axis=1),
        adjustment=np.zeros((3, n)),
    )


@pytest.fixture
def projection(panel: Panel) -> Projection:
    """Two paths, thirty months: 40 or 60 individuals new a month, nothing else moves."""
    shape = (3, 2, 30)
    entries = np.zeros(shape)
    entries[1, 0], entries[1, 1] = 40.0, 60.0
    opening = panel.stock[:, -1]
    return Projection(
        keys=panel.keys,
        origin=panel.months[-1],
        opening=opening,
        entries=Paths(entries),
        exits=Paths(np.zeros(shape)),
        adjustment=Paths(np.zeros(shape)),
        stock=Paths(opening[:, None, None] + np.cumsum(entries, axis=2)),
        run=Run("", "", panel.months[-1], 30, 2, 0, ""),
    )


def test_a_stated_milestone_sets_the_plan(panel: Panel, projection: Projection) -> None:
    one = assess(GOAL, panel, projection, area_name="蒲县")
    stock = 7500 + (45 - 6) + (250 - 60) + (5 - 1)
    assert one.actual == stock
    assert_allclose(one.pace, 7961 + 3275 * 6 / 36)
    assert_allclose(one.planned_share, (one.pace - 6472) / 4764)
    assert_allclose(one.pace_deviation, (stock - one.pace) / 4764)
    assert_allclose(one.time_progress, 18 / 48)


def test_new_registrations_of_a_year(panel: Panel, projection: Projection) -> None:
    goal = replace(GOAL, kind="count", indicator="new_entities", value=600.0, deadline=month("2023-12"),
                   base_month=None, base_value=None, milestones=(), wording="2023年新设600户")  # fmt: skip
    one = assess(goal, panel, projection, area_name="蒲县")
    assert one.actual == 45 + 250 + 5
    assert_allclose(one.progress, 300 / 600)
    assert_allclose(one.pace_deviation, 300 / 600 - 6 / 12)
    assert_allclose(one.required_net, 300 / 6)
    assert_allclose(one.required_gross, 300 / 6)  # entries are what is counted: no exits to make good
    assert_allclose([one.projected_low, one.projected_high], [300 + 6 * 42, 300 + 6 * 58])
    assert_allclose(one.probability, 0.5)  # 300 + 240 misses, 300 + 360 meets
    assert "截至2023年6月累计新设300户，完成全部任务的50.0%，与序时持平" in one.sentence
    assert "每月需新设50户" in one.sentence


def test_the_share_of_a_type(panel: Panel, projection: Projection) -> None:
    goal = replace(GOAL, kind="share", entity_type="enterprise", value=0.21, unit="%", deadline=month("2023-12"),
                   base_month=month("2022-12"), base_value=None, milestones=(), wording="企业占比21%")  # fmt: skip
    one = assess(goal, panel, projection, area_name="蒲县")
    assert_allclose(one.actual, 1539 / 7733)
    assert_allclose(one.base, 1500 / 7500)
    assert_allclose(one.progress, (1539 / 7733 - 0.2) / 0.01)
    assert_allclose(one.projected, (1539 / (7733 + 240) + 1539 / (7733 + 360)) / 2)
    assert one.probability == 0.0
    assert "占比19.9%" in one.sentence
    assert "每月需提高0.19个百分点" in one.sentence  # (0.21 - 0.19902) / 6 = 0.183 points, rounded up


def test_a_share_of_all_is_not_measured(panel: Panel, projection: Projection) -> None:
    goal = replace(
        GOAL, kind="share", value=0.4, indicator="employment", base_month=None, base_value=None, milestones=()
    )
    assert assess(goal, panel, projection, area_name="蒲县").state == "no_data"


def test_some_types_alone_are_no_total(panel: Panel, projection: Projection) -> None:
    two = panel.sliced(np.array([True, True, False]))
    one = assess(GOAL, two, projection, area_name="蒲县")
    assert one.state == "no_data"
    assert "缺少农民专业合作社的月度数据，不能合计为全部市场主体" in one.sentence


def test_potential_is_the_net_of_the_last_year_and_never_negative(panel: Panel) -> None:
    assert type_weights(panel, "141033", rule="share") == {"enterprise": 1539, "individual": 5690, "cooperative": 504}
    assert type_weights(panel, "141033", rule="potential") == {"enterprise": 39, "individual": 190, "cooperative": 4}


def test_the_detail_of_a_goal(panel: Panel, projection: Projection) -> None:
    one = assess(GOAL, panel, projection, area_name="蒲县")
    more = detail(one, panel, projection)
    assert_allclose(more.paces["linear"], one.pace)
    assert_allclose(more.cagr_so_far, (7733 / 6472) ** (12 / 18) - 1)
    assert_allclose(more.cagr_remaining, (11236 / 7733) ** (12 / 30) - 1)
    assert_allclose(more.run_rates[0.5], (11236 - 7733) / 30)
    assert more.dates.late is None  # 7733 + 60 x 30 = 9533 stays below 11236
    assert math.isnan(more.best_pace)  # six months of flows are no year
    assert more.latest_start is None


def test_the_review_of_a_missed_goal(panel: Panel, projection: Projection) -> None:
    goal = replace(GOAL, value=7800.0, deadline=month("2023-06"), base_month=month("2022-12"), base_value=7500.0,
                   milestones=(), wording="年中达7800户")  # fmt: skip
    one = assess(goal, panel, projection, area_name="蒲县")
    lockdown = Event(
        "x", "140000", "all", "lockdown", month("2023-02"), month("2023-02"), "疫情管控", "mask", ("entries",)
    )
    # Net by month: 35, 14, 58, 47, 44, 35 = 233 of 300; line 50 a month: behind throughout.
    assert one.state == "missed"
    assert review(one, [lockdown]) == (
        "全期6个月，月均净增38.8户，为所需50.0户的78%。",
        "2023年1月起一直落后于序时。",
        "净增最多的是2023年3月（58户），最少的是2023年2月（14户）。",
        "期间有：疫情管控。",
    )
    assert review(replace(one, state="active")) == ()
