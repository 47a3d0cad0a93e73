"""How parts add up: two townships to a county, two counties to a city, types to all, promises, lamps.

140722     county without figures of its own: towns A (all: 60  66  71) and B (three types: 30  28  -)
140723     county with figures of its own, all: 500  512  520 (its only town says 490  505  511)
140700     city = (60 + 30) + 500, (66 + 28) + 512, -
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from forecasting import Panel, Paths, Projection, Run, SchemaError
from targets import Goal
from targets.lamps import progress_lamp
from targets.rollup import missing_children, promises, reconcile, roll_up, roll_up_lamp, roll_up_paths

PARENTS = {
    "140722001": "140722",
    "140722002": "140722",
    "140723001": "140723",
    "140722": "140700",
    "140723": "140700",
    "140724": "140700",
    "140700": "140000",
    "140000": "",
}
KEYS = pd.DataFrame(
    [
        ("140722001", "all"),
        ("140722002", "individual"),
        ("140722002", "enterprise"),
        ("140722002", "cooperative"),
        ("140723", "all"),
        ("140723001", "all"),
    ],
    columns=["area", "entity_type"],
)
NAN = math.nan
STOCK = np.array([[60.0, 66, 71], [21, 20, NAN], [6, 5, 7], [3, 3, 3], [500, 512, 520], [490, 505, 511]])
ENTRIES = np.array([[5.0, 9, 8], [2, 1, NAN], [1, 0, 2], [0, 1, 0], [20, 30, 25], [19, 31, 24]])
EXITS = np.array([[1.0, 3, 3], [2, 2, NAN], [0, 1, 0], [1, 1, 0], [10, 18, 17], [9, 16, 18]])


@pytest.fixture(scope="module")
def panel() -> Panel:
    months = pd.period_range("2023-01", periods=3, freq="M")
    return Panel(KEYS, months, ENTRIES, EXITS, STOCK, np.zeros_like(STOCK))


def series(panel: Panel, area: str, entity_type: str = "all") -> Panel:
    chosen = panel.select(area=area, entity_type=entity_type)
    assert chosen.n_series == 1
    return chosen


def test_level_by_level_only_where_all_parts_are_known(panel: Panel) -> None:
    rolled = roll_up(panel, PARENTS)
    assert_allclose(series(rolled, "140722002").stock[0], [21 + 6 + 3, 20 + 5 + 3, NAN])
    county = series(rolled, "140722")
    assert_allclose(county.stock[0], [60 + 30, 66 + 28, NAN])  # town B has no March
    assert_allclose(county.entries[0], [5 + 3, 9 + 2, NAN])
    city = series(rolled, "140700")
    assert_allclose(city.stock[0], [90 + 500, 94 + 512, NAN])  # the county's own 500, not its town's 490
    assert_allclose(city.exits[0], [1 + 3 + 10, 3 + 4 + 18, NAN])
    assert_allclose(series(rolled, "140000").stock, city.stock)
    # The county has no individuals of its own: town A only knows the total.
    assert rolled.select(area="140722", entity_type="individual").n_series == 0
    assert_allclose(series(rolled, "140723").stock[0], [500, 512, 520])
    assert missing_children(panel, PARENTS) == {
        "140000": (), "140700": ("140724",), "140722": (), "140723": (),
    }  # fmt: skip


def test_only_the_area_asked_for(panel: Panel) -> None:
    rolled = roll_up(panel, PARENTS, to="140722002")
    kinds = ["all", "cooperative", "enterprise", "individual"]
    assert rolled.keys.to_numpy().tolist() == [["140722002", kind] for kind in kinds]
    assert_allclose(rolled.stock[:, 1], [28, 3, 5, 20])


def test_own_figures_against_the_sum_of_parts(panel: Panel) -> None:
    table = reconcile(panel, PARENTS)
    assert set(table["area"]) == {"140723"}
    stock = table[table["measure"] == "stock"]
    assert stock[["own", "parts", "difference"]].to_numpy().tolist() == [[500, 490, 10], [512, 505, 7], [520, 511, 9]]
    entries = table[table["measure"] == "entries"]
    assert_allclose(entries["difference"], [20 - 19, 30 - 31, 25 - 24])
    assert set(table["by"]) == {"areas"}


def test_all_against_its_three_types() -> None:
    kinds = ["all", "enterprise", "individual", "cooperative"]
    stock = np.array([[100.0, 104], [20, 21], [70, 71], [9, 11]])
    empty = np.full_like(stock, math.nan)
    panel = Panel(
        pd.DataFrame({"area": "140723", "entity_type": kinds}),
        pd.period_range("2023-01", periods=2, freq="M"),
        empty,
        empty,
        stock,
        empty,
    )
    table = reconcile(panel, {})
    assert table[["by", "measure", "own", "parts", "difference"]].to_numpy().tolist() == [
        ["types", "stock", 100.0, 20 + 70 + 9, 1.0],
        ["types", "stock", 104.0, 21 + 71 + 11, 1.0],
    ]


def projection(area: str, stock: float, net: list[list[float]], origin: str = "2023-03") -> Projection:
    """Paths of net additions, all of them entries."""
    coming = np.array([net], dtype=float)
    return Projection(
        keys=pd.DataFrame({"area": [area], "entity_type": ["all"]}),
        origin=pd.Period(origin, "M"),
        opening=np.array([stock]),
        entries=Paths(coming),
        exits=Paths(np.zeros_like(coming)),
        adjustment=Paths(np.zeros_like(coming)),
        stock=Paths(stock + np.cumsum(coming, axis=2)),
        run=Run(area, "", pd.Period(origin, "M"), coming.shape[2], coming.shape[1], 0, ""),
    )


def test_projections_add_up_path_by_path() -> None:
    parts = [projection("140722", 90, [[4, 6], [1, 0]]), projection("140723", 512, [[10, 20], [30, 50]])]
    city = roll_up_paths(parts, PARENTS, to="140700")
    assert city.keys.to_numpy().tolist() == [["140700", "all"]]
    assert_allclose(city.opening, [602])
    assert_allclose(city.stock.values[0], [[602 + 14, 602 + 40], [602 + 31, 602 + 81]])
    # Sums of each part's own maximum would give 100 + 592; path by path the largest is 683.
    assert_allclose(city.stock.quantile([1.0])[0, 0, -1], 683)
    assert city.run.configuration == {"summed": sorted(part.run.id for part in parts)}


def test_projections_of_different_origins_do_not_add_up() -> None:
    parts = [projection("140722", 90, [[4, 6]]), projection("140723", 512, [[10, 20]], origin="2023-02")]
    with pytest.raises(SchemaError, match="起点2023-02、2个月、1条路径；起点2023-03、2个月、1条路径"):
        roll_up_paths(parts, PARENTS)


CITY = Goal(
    id="city", area="140700", entity_type="all", indicator="entities", indicator_name="市场主体总数", kind="level",
    value=40000.0, unit="户", comparison="at_least", deadline=pd.Period("2025-12", "M"), wording="2025年末达4万户",
)  # fmt: skip


def test_a_city_sees_that_its_counties_do_not_add_up_to_its_own_goal() -> None:
    goals = [
        CITY,
        replace(CITY, id="zuoquan", area="140722", value=16000.0),
        replace(CITY, id="heshun", area="140723", value=15500.0),
        replace(CITY, id="later", area="140724", deadline=pd.Period("2026-12", "M"), value=9000.0),  # another deadline
        replace(CITY, id="type", area="140724", entity_type="individual", value=7000.0),
        replace(CITY, id="rate", kind="cagr", value=0.15),  # rates do not add up
        replace(CITY, id="days", indicator="approval_days", comparison="at_most", value=3.0),  # nor do limits
    ]
    table = promises(goals, PARENTS)
    row = table.set_index("goal_id").loc["city"]
    assert row[["promised", "n_children", "n_promising", "parts", "difference"]].tolist() == [40000, 3, 2, 31500, -8500]
    assert row["missing"] == ("140724",)
    assert row["sentence"] == "所辖3县中2县有目标（其余1县未定），合计31500户，市级目标40000户，差8500户。"
    assert table["goal_id"].tolist() == ["city", "zuoquan", "heshun"]
    assert table["sentence"].iloc[1] == "所辖2乡镇均无同口径目标，县级目标16000户无从核对。"


@pytest.mark.parametrize(("value", "ending"), [(24000.0, "两者一致。"), (24001.5, "超出1.5户。")])
def test_promises_that_suffice(value: float, ending: str) -> None:
    parents = {"140722": "140700", "140723": "140700"}
    goals = [
        CITY,
        replace(CITY, id="a", area="140722", value=16000.0),
        replace(CITY, id="b", area="140723", value=value),
    ]
    sentence = promises(goals, parents)["sentence"].iloc[0]
    assert sentence == f"所辖2县中2县有目标，合计{16000 + value:.10g}户，市级目标40000户，{ending}"


def test_types_to_an_area_by_the_worst_lamp_and_the_weighted_number() -> None:
    lamps = {
        "enterprise": progress_lamp(0.03),
        "individual": progress_lamp(-0.12),
        "cooperative": progress_lamp(math.nan),
    }
    weights = {"enterprise": 0.19, "individual": 0.74, "cooperative": 0.07}
    scores = {"enterprise": 4.0, "individual": -1.5, "cooperative": math.nan}
    lamp, score, sentence = roll_up_lamp(lamps, weights, scores)
    assert (lamp.colour, lamp.word) == ("yellow", "落后序时")
    assert_allclose(score, (0.19 * 4 - 0.74 * 1.5) / (0.19 + 0.74))  # -0.38
    assert sentence == "进度灯取最差一类：个体工商户落后序时；加权得分-0.4；农民专业合作社无法判断。"
