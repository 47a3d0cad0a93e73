"""How the stock moves, by hand: what comes, what leaves by the exit rate, and what an assumption changes.

opening 1000      month 1          month 2                month 3
entries             60               50                     70
exit rate          0.02             0.03                   0.01
adjustment           0              -15                     +5
exits         0.02 x 1000 = 20   0.03 x 1040 = 31.2    0.01 x 1043.8 = 10.438
stock         1000+60-20 = 1040  1040+50-31.2-15       1043.8+70-10.438+5
                                   = 1043.8              = 1108.362
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from forecasting import Effect, FaultsError, ModelError, Panel, Projection, Run, Scenario, apply_scenario
from forecasting.stockflow import roll_forward

ORIGIN = pd.Period("2023-06", "M")


def projection(
    keys: list[tuple[str, str]], opening: list[float], entries: np.ndarray, hazard: np.ndarray, adjustment: np.ndarray
) -> Projection:
    """One path a series."""
    return roll_forward(
        keys=pd.DataFrame(keys, columns=["area", "entity_type"]),
        origin=ORIGIN,
        opening=np.array(opening),
        entries=np.asarray(entries, dtype=float)[:, None, :],
        hazard=np.asarray(hazard, dtype=float)[:, None, :],
        adjustment=np.asarray(adjustment, dtype=float)[:, None, :],
        run=Run("", "", ORIGIN, np.shape(entries)[1], 1, 0, ""),
    )


@pytest.fixture(scope="module")
def base() -> Projection:
    return projection(
        [("141033", "all")],
        [1000.0],
        entries=np.array([[60, 50, 70]]),
        hazard=np.array([[0.02, 0.03, 0.01]]),
        adjustment=np.array([[0, -15, 5]]),
    )


@pytest.fixture(scope="module")
def county_and_types() -> Projection:
    """141033 holds all beside enterprises; 141030 two types and no all. Nobody comes or leaves by itself."""
    keys = [("141033", "all"), ("141033", "enterprise"), ("141030", "enterprise"), ("141030", "individual")]
    nothing = np.zeros((4, 2))
    return projection(keys, [1000.0, 300.0, 100.0, 200.0], nothing, nothing, nothing)


def of(flow: str, **changes: object) -> Scenario:
    return Scenario("设想", (Effect(flow, **changes),))  # type: ignore[arg-type]


def month(number: int) -> pd.Period:
    """Projected month 1, 2, 3."""
    return ORIGIN + number


def test_three_months(base: Projection) -> None:
    assert base.months.astype(str).tolist() == ["2023-07", "2023-08", "2023-09"]
    assert_allclose(base.exits.values[0, 0], [20, 31.2, 10.438])
    assert_allclose(base.stock.values[0, 0], [1040, 1043.8, 1108.362])


def test_the_same_months_as_history() -> None:
    """What was projected can be observed: the panel holds the same identity."""
    rows = [
        ("2023-06", "stock", 1000.0),
        *[(f"2023-0{m}", "entries", x) for m, x in zip((7, 8, 9), (60.0, 50.0, 70.0), strict=True)],
        *[(f"2023-0{m}", "exits", x) for m, x in zip((7, 8, 9), (20.0, 31.2, 10.438), strict=True)],
        ("2023-08", "adjustment", -15.0),
        ("2023-09", "adjustment", 5.0),
    ]
    table = pd.DataFrame(
        [("141033", "all", pd.Period(m, "M"), measure, value) for m, measure, value in rows],
        columns=["area", "entity_type", "month", "measure", "value"],
    )
    assert_allclose(Panel.from_long(table).stock, [[1000, 1040, 1043.8, 1108.362]])


@pytest.mark.parametrize(
    ("scenario", "entries", "exits", "stock"),
    [
        pytest.param(
            of("entries", multiplier=1.5, start=month(2)),
            [60, 50 * 1.5, 70 * 1.5],
            [20, 31.2, 0.01 * 1068.8],
            [1040, 1040 + 75 - 31.2 - 15, 1068.8 + 105 - 10.688 + 5],
            id="half as many entries again from the second month",
        ),
        pytest.param(
            of("entries", addition=12.0, start=month(2), ramp_months=2),
            [60, 50 + 12 / 2, 70 + 12],
            [20, 31.2, 0.01 * 1049.8],
            [1040, 1040 + 56 - 31.2 - 15, 1049.8 + 82 - 10.498 + 5],
            id="twelve more a month, growing over two months",
        ),
        pytest.param(
            of("entries", addition=-55.0),
            [60 - 55, 0, 70 - 55],  # 50 - 55 would be negative
            [20, 0.03 * 985, 0.01 * 940.45],
            [1000 + 5 - 20, 985 + 0 - 29.55 - 15, 940.45 + 15 - 9.4045 + 5],
            id="fewer entries than none are none",
        ),
        pytest.param(
            of("exit_rate", multiplier=0.5, end=month(2)),
            [60, 50, 70],
            [10, 0.015 * 1050, 0.01 * 1069.25],
            [1050, 1050 + 50 - 15.75 - 15, 1069.25 + 70 - 10.6925 + 5],
            id="half the exit rate for two months",
        ),
        pytest.param(
            of("exit_rate", multiplier=0.0, ramp_months=2),
            [60, 50, 70],
            [0.5 * 20, 0, 0],
            [1050, 1050 + 50 - 15, 1085 + 70 + 5],
            id="no exits any more, growing over two months",
        ),
        pytest.param(
            of("exit_rate", multiplier=60.0, start=month(3)),
            [60, 50, 70],
            [20, 31.2, 0.6 * 1043.8],
            [1040, 1043.8, 1043.8 + 70 - 626.28 + 5],
            id="a purge by rate in the third month",
        ),
        pytest.param(
            of("exit_rate", multiplier=200.0, start=month(3)),
            [60, 50, 70],
            [20, 31.2, 1043.8],  # 0.01 x 200 is more than everybody
            [1040, 1043.8, 70 + 5],
            id="nobody leaves twice",
        ),
        pytest.param(
            of("one_off", addition=-90.0),
            [60, 50, 70],
            [20, 0.03 * 1010, 0.01 * 984.7],
            [1040 - 30, 1010 + 50 - 30.3 - 15 - 30, 984.7 + 70 - 9.847 + 5 - 30],
            id="ninety taken out evenly over three months",
        ),
        pytest.param(
            of("one_off", addition=80.0, start=month(2), end=month(2)),
            [60, 50, 70],
            [20, 31.2, 0.01 * 1123.8],
            [1040, 1043.8 + 80, 1123.8 + 70 - 11.238 + 5],
            id="eighty brought in at once",
        ),
        pytest.param(
            of("one_off", addition=-90.0, start=month(-1), end=month(1)),
            [60, 50, 70],
            [20, 0.03 * 1010, 0.01 * 1014.7],
            [1040 - 30, 1010 + 50 - 30.3 - 15, 1014.7 + 70 - 10.147 + 5],
            id="two of its three months are history and took their sixty already",
        ),
        pytest.param(
            of("one_off", addition=-90.0, start=month(3), end=month(5)),
            [60, 50, 70],
            [20, 31.2, 10.438],
            [1040, 1043.8, 1108.362 - 30],
            id="two of its three months lie beyond the projection",
        ),
        pytest.param(
            of("one_off", addition=-5000.0, start=month(1), end=month(1)),
            [60, 50, 70],
            [20, 0, 0.01 * 35],
            [0, 50 - 15, 35 + 70 - 0.35 + 5],
            id="no more is taken than there is",
        ),
        pytest.param(
            Scenario("两项", (Effect("entries", multiplier=2.0), Effect("entries", addition=10.0, start=month(3)))),
            [120, 100, 70 * 2 + 10],
            [20, 0.03 * 1100, 0.01 * 1152],
            [1100, 1100 + 100 - 33 - 15, 1152 + 150 - 11.52 + 5],
            id="first doubled, then ten more",
        ),
        pytest.param(
            Scenario("两项", (Effect("entries", addition=10.0, start=month(3)), Effect("entries", multiplier=2.0))),
            [120, 100, (70 + 10) * 2],
            [20, 0.03 * 1100, 0.01 * 1152],
            [1100, 1100 + 100 - 33 - 15, 1152 + 160 - 11.52 + 5],
            id="first ten more, then doubled",
        ),
    ],
)
def test_a_scenario_by_hand(
    base: Projection, scenario: Scenario, entries: list[float], exits: list[float], stock: list[float]
) -> None:
    changed = apply_scenario(base, scenario)
    assert changed.name == scenario.name
    assert_allclose(changed.entries.values[0, 0], entries)
    assert_allclose(changed.exits.values[0, 0], exits, atol=1e-9)
    assert_allclose(changed.stock.values[0, 0], stock, atol=1e-9)
    assert_allclose(base.stock.values[0, 0], [1040, 1043.8, 1108.362])  # the base stays as it was


@pytest.mark.parametrize(
    ("effect", "added"),
    [
        # By opening stock, and 141033 counted once, as all: 1000 + 100 + 200 = 1300.
        (Effect("entries", addition=130.0), [100, 0, 10, 20]),
        (Effect("entries", addition=130.0, entity_type="enterprise"), [0, 130 * 300 / 400, 130 * 100 / 400, 0]),
        (Effect("entries", addition=130.0, area="141033"), [130, 0, 0, 0]),
        (Effect("entries", addition=130.0, area="141030"), [0, 0, 130 / 3, 130 * 2 / 3]),
        (Effect("entries", addition=130.0, area="141030", entity_type="individual"), [0, 0, 0, 130]),
        (Effect("entries", addition=130.0, entity_type="all", area="all"), [100, 0, 10, 20]),
    ],
)
def test_an_addition_is_divided_and_no_area_counted_twice(
    county_and_types: Projection, effect: Effect, added: list[float]
) -> None:
    changed = apply_scenario(county_and_types, Scenario("分摊", (effect,)))
    assert_allclose(changed.entries.values[:, 0, 0], added)
    assert_allclose(changed.entries.values[:, 0, :].sum(axis=0), 130)


def test_a_one_off_is_divided_in_the_same_way(county_and_types: Projection) -> None:
    changed = apply_scenario(county_and_types, of("one_off", addition=-260.0))
    assert_allclose(changed.stock.values[:, 0, -1], [1000 - 200, 300, 100 - 20, 200 - 40])


def test_an_addition_to_empty_series_is_divided_evenly() -> None:
    nothing = np.zeros((2, 2))
    empty = projection([("141033", "enterprise"), ("141033", "individual")], [0.0, 0.0], nothing, nothing, nothing)
    assert_allclose(apply_scenario(empty, of("entries", addition=7.0)).entries.values[:, 0, 0], [3.5, 3.5])


@pytest.mark.parametrize(
    ("effect", "message"),
    [
        (Effect("entries", area="140109"), "情景“试”：新设（140109 all，2023-07 至 2023-09）不涉及"),
        (Effect("exit_rate", entity_type="cooperative"), "退出率（all cooperative，"),
        (Effect("entries", start=month(4)), "新设（all all，2023-10 至 2023-09）不涉及.*预测为 2023-07 至 2023-09"),
        (Effect("one_off", addition=5.0, end=month(0)), "一次性增减（all all，2023-07 至 2023-06）不涉及"),
    ],
)
def test_an_effect_on_nothing_is_refused(base: Projection, effect: Effect, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        apply_scenario(base, Scenario("试", (effect,)))


@pytest.mark.parametrize(
    ("effect", "message"),
    [
        (Effect("stock"), "第1项：对象“stock”应为 entries、exit_rate、one_off 之一。"),
        (Effect("entries", entity_type="firm"), "第1项：主体类型“firm”应为 all、enterprise、individual、cooperative"),
        (Effect("entries", multiplier=-0.5), "第1项：倍数 -0.5 应为不小于0的数。"),
        (Effect("entries", multiplier=float("inf")), "第1项：倍数 inf 应为不小于0的数。"),
        (Effect("entries", addition=float("nan")), "第1项：增减数 nan 不是有限的数。"),
        (Effect("exit_rate", addition=3.0), "第1项：退出率只能按倍数调整"),
        (Effect("one_off", multiplier=2.0), "第1项：一次性增减只填户数"),
        (Effect("one_off", addition=9.0, ramp_months=2), "第1项：一次性增减只填户数"),
        (Effect("entries", start=month(3), end=month(2)), "第1项：结束月 2023-08 早于开始月 2023-09。"),
        (Effect("entries", ramp_months=-1), "第1项：渐进月数 -1 应不小于0。"),
    ],
)
def test_an_effect_at_fault_is_named(effect: Effect, message: str) -> None:
    with pytest.raises(FaultsError, match=message):
        Scenario("试", (effect,))


def test_every_fault_of_a_scenario_is_told_at_once() -> None:
    with pytest.raises(FaultsError) as raised:
        Scenario(" ", (Effect("entries"), Effect("stock", multiplier=-1.0), Effect("entries", ramp_months=-2)))
    assert raised.value.faults == (
        "情景没有名称。请起一个名字。",
        "第2项：对象“stock”应为 entries、exit_rate、one_off 之一。",
        "第2项：倍数 -1.0 应为不小于0的数。",
        "第3项：渐进月数 -2 应不小于0。",
    )
