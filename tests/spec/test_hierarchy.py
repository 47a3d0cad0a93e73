"""Sums by hand: two counties of a city, what reconciling moves, what is left of a city, and rounding that adds up.

Base forecasts of one month      city 140700    county 140722    county 140723
entries                               100             30              60            30 + 60 = 90: ten short
one-step errors                      ±4, ±4          ±2, ±2          ±4, ±4        variances 16, 4, 16

Errors of the three have the patterns (+ + - -), (+ - + -), (+ - - +): uncorrelated. The ten are divided in proportion
to the variances, 16 + 4 + 16 = 36:
100 - 10 x 16/36,   30 + 10 x 4/36,   60 + 10 x 16/36
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from forecasting import FaultsError, Panel, Paths, Projection, Run, SchemaError
from forecasting.hierarchy import Hierarchy
from forecasting.reconciliation import reconcile, reconcile_projection, split
from forecasting.remainder import with_rests
from forecasting.rounding import whole, whole_paths

PARENTS = {"140722": "140700", "140723": "140700", "140700": "140000", "140000": ""}
AREAS = ["140700", "140722", "140723"]
ERRORS = np.array([[4.0, 4, -4, -4], [2, -2, 2, -2], [4, -4, -4, 4]])
ORIGIN = pd.Period("2023-06", "M")


def keys(*pairs: tuple[str, str]) -> pd.DataFrame:
    return pd.DataFrame(pairs, columns=["area", "entity_type"])


def of_areas(*areas: str) -> pd.DataFrame:
    return keys(*[(area, "all") for area in areas])


def one_month(*values: float) -> Paths:
    return Paths(np.array(values)[:, None, None])


@pytest.fixture(scope="module")
def city() -> Hierarchy:
    return Hierarchy.from_keys(of_areas(*AREAS), PARENTS)


def test_the_ten_that_are_missing_are_divided_by_variance(city: Hierarchy) -> None:
    made = reconcile(one_month(100, 30, 60), city, ERRORS).values[:, 0, 0]
    assert_allclose(made, [100 - 10 * 16 / 36, 30 + 10 * 4 / 36, 60 + 10 * 16 / 36], atol=1e-5)
    assert made[0] == made[1] + made[2]


def test_a_county_that_would_be_negative_stays_at_zero(city: Hierarchy) -> None:
    """City 12, counties 1 and 30: nineteen too many, and 1 - 19 x 4/36 = -1.11.

    Held at zero, the first county takes no more part: 12 and 30 meet by their equal variances at 21.
    """
    made = reconcile(one_month(12, 1, 30), city, ERRORS).values[:, 0, 0]
    assert_allclose(made, [21, 0, 21], atol=1e-5)
    assert made[1] == 0
    assert made[0] == made[2]
    signed = reconcile(one_month(12, 1, 30), city, ERRORS, is_signed=True).values[:, 0, 0]
    assert_allclose(signed, [12 + 19 * 16 / 36, 1 - 19 * 4 / 36, 30 - 19 * 16 / 36], atol=1e-5)


def test_errors_that_go_together_move_together(city: Hierarchy) -> None:
    """Four months in which the city erred as its second county did: the shared part of the covariance, by hand.

    Patterns, each of mean square 1: z0 = z2, z1 at right angles. r = [[1 0 1] [0 1 0] [1 0 1]], lambda by Schäfer &
    Strimmer: sum over pairs of var(r) / sum of r^2. Of the pairs (0, 2): z0 z2 = 1 in every month, variance 0. Pairs
    (0, 1) and (2, 1): products of mean 0 and mean square 1, variance 1 / (4 - 1) each. 4 ordered pairs of 1/3 over 2 of
    1 and 4 of 0: lambda = (4/3) / 2 = 2/3.
    W = [[16, 0, 16/3] [0, 4, 0] [16/3, 0, 16]],   c = (1, -1, -1)
    W c' = (16 - 16/3, -4, 16/3 - 16) = (32/3, -4, -32/3),   c W c' = 32/3 + 4 + 32/3 = 76/3
    the ten: 100 - 10 x (32/3)/(76/3),   30 + 10 x 4/(76/3),   60 + 10 x (32/3)/(76/3)
    """
    errors = np.array([[4.0, 4, -4, -4], [2, -2, 2, -2], [4, 4, -4, -4]])
    made = reconcile(one_month(100, 30, 60), city, errors).values[:, 0, 0]
    assert_allclose(made, [100 - 320 / 76, 30 + 120 / 76, 60 + 320 / 76], atol=1e-5)


def test_types_and_areas_cross() -> None:
    """Six nodes of four cells: two counties, each with its enterprises and everybody else.

    cells             enterprise      the others
    140722                 5               7          all 12
    140723                11               2          all 13
    140700                16               9          all 25
    """
    held = [(area, kind) for area in AREAS for kind in ("all", "enterprise")]
    crossed = Hierarchy.from_keys(keys(*held), PARENTS)
    values = np.array([25.0, 16, 12, 5, 13, 11])
    assert (crossed.n_nodes, crossed.n_cells) == (6, 4)
    assert sorted(split(values, crossed).tolist()) == [2, 5, 7, 11]
    made = reconcile(one_month(*values), crossed, np.tile([[3.0, -1, 2, 5]], (6, 1)) * values[:, None])
    assert_allclose(made.values[:, 0, 0], values, atol=1e-5)


def test_a_province_is_not_the_sum_of_the_counties_that_are_held() -> None:
    """140000 has 500, of which 140722 has 20; 140723 is known to the catalogue, but not held: nothing is to add up."""
    province = Hierarchy.from_keys(of_areas("140000", "140722"), PARENTS)
    assert sorted(province.summing.toarray().T.tolist()) == [[1, 0], [1, 1]]
    made = reconcile(one_month(500, 20), province, ERRORS[:2])
    assert_allclose(made.values[:, 0, 0], [500, 20], atol=1e-5)
    # Only that the county has no more than the province: 16 and 40 meet at 16 + 24 x 16/20.
    made = reconcile(one_month(16, 40), province, ERRORS[:2])
    assert_allclose(made.values[:, 0, 0], [16 + 24 * 16 / 20, 40 - 24 * 4 / 20], atol=1e-5)


def test_an_area_that_is_passed_over_is_no_obstacle() -> None:
    """The city has no figures: its two counties are the whole of the province, whose only city it is."""
    province = Hierarchy.from_keys(of_areas("140000", "140722", "140723"), PARENTS)
    made = reconcile(one_month(100, 30, 60), province, ERRORS).values[:, 0, 0]
    assert_allclose(made, [100 - 160 / 36, 30 + 40 / 36, 60 + 160 / 36], atol=1e-5)


def projection(frame: pd.DataFrame, opening: list[float], entries: list[float], exits: list[float]) -> Projection:
    """Two months alike on one path, the second with twice the exits."""
    came = np.repeat(np.array(entries, dtype=float)[:, None, None], 2, axis=2)
    gone = np.array(exits, dtype=float)[:, None, None] * np.array([1.0, 2.0])
    start = np.array(opening, dtype=float)
    return Projection(
        keys=frame,
        origin=ORIGIN,
        opening=start,
        entries=Paths(came),
        exits=Paths(gone),
        adjustment=Paths(np.zeros_like(came)),
        stock=Paths(start[:, None, None] + np.cumsum(came - gone, axis=2)),
        run=Run("", "", ORIGIN, 2, 1, 0, ""),
    )


def test_flows_are_reconciled_and_the_stock_follows(city: Hierarchy) -> None:
    """Exits 45 against 20 + 16 in the first month: nine to divide, 45 - 4, 20 + 1, 16 + 4; twice that in the second.

    140722: 400 + 31.111 - 21 = 410.111, + 31.111 - 42;   140723: 600 + 64.444 - 20 = 644.444, + 64.444 - 40
    """
    base = projection(of_areas(*AREAS), [1000, 400, 600], [100, 30, 60], [45, 20, 16])
    made = reconcile_projection(base, city, {"entries": ERRORS, "exits": ERRORS})
    assert_allclose(made.exits.values[:, 0], [[41, 82], [21, 42], [20, 40]], atol=1e-5)
    first, second = 30 + 40 / 36, 60 + 160 / 36
    assert_allclose(
        made.stock.values[1:, 0],
        [[400 + first - 21, 400 + 2 * first - 63], [600 + second - 20, 600 + 2 * second - 60]],
        atol=1e-5,
    )
    assert_array_equal(made.stock.values[0], made.stock.values[1] + made.stock.values[2])
    assert_array_equal(made.opening, [1000, 400, 600])


def test_nobody_leaves_twice(city: Hierarchy) -> None:
    """Of 140722, 90 go in two months by its own reckoning and 96 by the city's: more than 30 + 2 x 31.111.

    Exits 60 and 120 against 30 + 12 and 60 + 24: 18 and 36 to divide, 30 + 18 x 4/36 = 32 and 64;
    stock 30 + 31.111 - 32 = 29.111, then 29.111 + 31.111 - 64 < 0
    """
    base = projection(of_areas(*AREAS), [1030, 30, 1000], [100, 30, 60], [60, 30, 12])
    made = reconcile_projection(base, city, {"entries": ERRORS, "exits": ERRORS})
    assert_allclose(made.stock.values[1, 0], [30 + 280 / 9 - 32, 0], atol=1e-5)
    assert_allclose(made.exits.values[1, 0], [32, 30 + 560 / 9 - 32], atol=1e-5)
    assert_array_equal(made.stock.values[0], made.stock.values[1] + made.stock.values[2])


def test_an_opening_that_does_not_add_up_is_refused(city: Hierarchy) -> None:
    base = projection(of_areas(*AREAS), [1000, 400, 598], [100, 30, 60], [45, 20, 16])
    with pytest.raises(FaultsError, match=r"加不起来.*共3处问题.*\n140700 全部市场主体：距.*差 \+1\.0"):
        reconcile_projection(base, city, {"entries": ERRORS, "exits": ERRORS})


def test_what_does_not_fit_the_hierarchy_is_refused(city: Hierarchy) -> None:
    with pytest.raises(SchemaError, match="层级有 3 个序列，给出的有 2 个"):
        reconcile(one_month(100, 30), city, ERRORS)
    with pytest.raises(SchemaError, match=r"3 个序列各一行，实为 \(2, 4\)"):
        reconcile(one_month(100, 30, 60), city, ERRORS[:2])
    with pytest.raises(SchemaError, match="不一致"):
        reconcile_projection(projection(of_areas("1", "2", "3"), [9, 4, 5], [2, 1, 1], [1, 1, 1]), city, {})
    with pytest.raises(SchemaError, match="现有2个序列，其中不同的1个"):
        Hierarchy.from_keys(of_areas("140722", "140722"), PARENTS)
    with pytest.raises(SchemaError, match="未知类型：firm"):
        Hierarchy.from_keys(keys(("140722", "firm")), PARENTS)
    with pytest.raises(SchemaError, match="成环：140722 → 140700 → 140722"):
        Hierarchy.from_keys(of_areas("140722"), {"140722": "140700", "140700": "140722"})


def panel(areas: list[str], stock: np.ndarray, entries: np.ndarray, exits: np.ndarray) -> Panel:
    months = pd.period_range(end=ORIGIN, periods=3, freq="M")
    return Panel(of_areas(*areas), months, entries, exits, stock, np.zeros_like(stock))


def test_what_a_province_counts_beside_its_counties_is_a_series() -> None:
    """Stock 900 - 90, 930 - 95, 950 - 97; entries 40 - 9, 45 - 8, 30 - 6; exits 12 - 4, 15 - 3, 10 - 4."""
    held = panel(
        ["140000", "140722"],
        np.array([[900.0, 930, 950], [90, 95, 97]]),
        np.array([[40.0, 45, 30], [9, 8, 6]]),
        np.array([[12.0, 15, 10], [4, 3, 4]]),
    )
    whole_panel, parents = with_rests(held, PARENTS)
    assert whole_panel.keys["area"].tolist() == ["140000", "140722", "140000其余"]
    assert_allclose(whole_panel.stock[2], [810, 835, 853])
    assert_allclose(whole_panel.entries[2], [31, 37, 24])
    assert_allclose(whole_panel.exits[2], [8, 12, 6])
    # Now the three add up, and ten that are missing are divided among them.
    province = Hierarchy.from_keys(whole_panel.keys, parents)
    made = reconcile(one_month(100, 30, 60), province, ERRORS).values[:, 0, 0]
    assert_allclose(made, [100 - 160 / 36, 30 + 40 / 36, 60 + 160 / 36], atol=1e-5)


def test_parts_that_are_the_whole_leave_no_rest() -> None:
    stock = np.array([[300.0, 310, 320], [90, 95, 97], [210, 215, 223]])
    entries = np.array([[20.0, 30, 30], [9, 8, 6], [11, 22, 24]])
    exits = np.array([[10.0, 20, 20], [4, 3, 4], [6, 17, 16]])
    held = panel(AREAS, stock, entries, exits)
    whole_panel, parents = with_rests(held, PARENTS)
    assert whole_panel is held
    assert parents == PARENTS


def test_a_month_in_which_the_parts_hold_more_is_not_observed_but_the_newest_is_refused() -> None:
    stock = np.array([[900.0, 930, 950], [90, 95, 97]])
    entries, exits = np.array([[40.0, 45, 30], [9, 8, 6]]), np.array([[12.0, 15, 10], [4, 3, 4]])
    entries[1, 1], exits[1, 1] = 50, 45  # more than the province's 45 and 15
    rest = with_rests(panel(["140000", "140722"], stock, entries, exits), PARENTS)[0]
    assert_allclose(rest.entries[2], [31, np.nan, 24])
    assert_allclose(rest.exits[2], [8, np.nan, 6])
    stock[1] += 1000
    with pytest.raises(
        FaultsError, match="140000 全部市场主体 2023-06：自报实有950，少于所辖1个地区之和1097。请核对口径"
    ):
        with_rests(panel(["140000", "140722"], stock, entries, exits), PARENTS)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([10.0, 3.4, 6.6], [10, 3, 7]),
        ([10.4, 3.7, 6.7], [10, 4, 6]),  # 10.4 -> 10: one above the floors 3 + 6, to the first of equal remainders
        ([10.6, 3.2, 7.4], [11, 3, 8]),  # 10.6 -> 11, and .4 is the larger remainder
        ([0.5, 0.3, 0.2], [1, 1, 0]),
        ([7.0, 7.0, 0.0], [7, 7, 0]),
    ],
)
def test_largest_remainders(city: Hierarchy, values: list[float], expected: list[float]) -> None:
    assert_array_equal(whole(np.array(values), city), expected)


def test_rounding_where_areas_and_types_cross() -> None:
    """Each cell by itself would round to 1 or 0 in ways that break a margin; there is one that breaks none.

               enterprise    others      all                enterprise   others   all
    140722         0.6         0.6       1.2                     1          0       1
    140723         0.6         0.5       1.1        ->           0          1       1
    140700         1.2         1.1       2.3                     1          1       2
    """
    crossed = Hierarchy.from_keys(keys(*[(area, kind) for area in AREAS for kind in ("all", "enterprise")]), PARENTS)
    made = whole(np.array([2.3, 1.2, 1.2, 0.6, 1.1, 0.6]), crossed)
    assert_array_equal(made[[0, 1, 2, 4]], [2, 1, 1, 1])
    assert made[3] + made[5] == made[1]


def test_quantiles_do_not_add_up_and_are_refused(city: Hierarchy) -> None:
    with pytest.raises(FaultsError, match="加不起来"):
        whole(np.array([10.0, 4.0, 7.0]), city)
    with pytest.raises(SchemaError, match="不小于0的有限数"):
        whole(np.array([10.0, 14.0, -4.0]), city)


def test_whole_paths_by_hand() -> None:
    """Half an entity ahead at the start: 0.4 a month is 0.4, 0.8, 1.2 -> floors of 0.9, 1.3, 1.7: 0, 1, 0."""
    frame = of_areas("140722")
    came = np.full((1, 1, 3), 0.4)
    gone = np.array([[[1.7, 0.2, 0.9]]])  # 1.7, 1.9, 2.8 -> floors of 2.2, 2.4, 3.3: 2, 0, 1
    base = Projection(
        keys=frame,
        origin=ORIGIN,
        opening=np.array([50.0]),
        entries=Paths(came),
        exits=Paths(gone),
        adjustment=Paths(np.array([[[0.0, -2.6, 0.0]]])),
        stock=Paths(50 + np.cumsum(came - gone + [0.0, -2.6, 0.0], axis=2)),
        run=Run("", "", ORIGIN, 3, 1, 0, ""),
    )
    made = whole_paths(base, Hierarchy.from_keys(frame, PARENTS))
    assert_array_equal(made.entries.values[0, 0], [0, 1, 0])
    assert_array_equal(made.exits.values[0, 0], [2, 0, 1])
    assert_array_equal(made.adjustment.values[0, 0], [0, -3, 0])
    assert_array_equal(made.stock.values[0, 0], [50 - 2, 48 + 1 - 3, 46 - 1])
