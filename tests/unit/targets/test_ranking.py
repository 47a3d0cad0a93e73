"""Laws of ranks, the interval of a share of paths, and what each measure reads."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.stats import rankdata

from forecasting import SchemaError
from targets import Assessment, Goal
from targets.ranking import MEASURES, Z_95, measure_table, rank, wilson

NAN = math.nan
ONE = Assessment(
    goal=Goal(
        id="a",
        area="141033",
        entity_type="all",
        indicator="entities",
        indicator_name="市场主体总数",
        kind="level",
        value=1480.0,
        unit="户",
        comparison="at_least",
        deadline=pd.Period("2025-12", "M"),
    ),
    area_name="蒲县",
    state="active",
    actual=1125.0,
    base=1000.0,
    target=1480.0,
    completion=1125 / 1480,
    progress=125 / 480,
    pace_deviation=-0.115,
    months_left=30,
    required_net=355 / 30,
    mean_net_12=7.0,
    pace_multiple=355 / 210,
    projected=1330.0,
    projected_low=1250.0,
    projected_high=1450.0,
    probability=0.43,
)


def table_of(values: list[float], half_widths: list[float]) -> pd.DataFrame:
    value, half = np.array(values, dtype=float), np.array(half_widths, dtype=float)
    areas = [f"{140100 + at}" for at in range(len(value))]
    return pd.DataFrame({"area": areas, "value": value, "low": value - half, "high": value + 2 * half})


few = settings(max_examples=40, deadline=None, derandomize=True)
counts = st.integers(-20, 20).map(float)
rows = st.lists(st.tuples(counts | st.just(NAN), st.integers(0, 6).map(float)), max_size=15)


@few
@given(st.lists(counts, min_size=1, max_size=15), st.booleans())
def test_without_intervals_it_is_competition_ranking(values: list[float], higher: bool) -> None:
    ranked = rank(table_of(values, [0.0] * len(values)), higher_is_better=higher).sort_values("area")
    expected = rankdata(-np.array(values) if higher else values, method="min")
    assert ranked["rank"].tolist() == expected.tolist()


@few
@given(rows, st.booleans(), st.randoms(use_true_random=False))
def test_ranks_are_a_permutation_up_to_ties(pairs: list[tuple[float, float]], higher: bool, random: object) -> None:
    table = table_of([value for value, _ in pairs], [half for _, half in pairs])
    ranked = rank(table, higher_is_better=higher)
    order = list(range(len(table)))
    random.shuffle(order)  # type: ignore[attr-defined]
    pd.testing.assert_frame_equal(rank(table.iloc[order], higher_is_better=higher), ranked)
    valued = ranked[ranked["value"].notna()]
    assert ranked["rank"].isna().tolist() == [False] * len(valued) + [True] * (len(ranked) - len(valued))
    at = 0
    heads: list[pd.Series] = []
    for number, group in valued.groupby("rank"):
        assert number == at + 1  # one more than all areas before
        head = group.iloc[0]
        assert ((group["low"] <= head["high"]) & (group["high"] >= head["low"])).all()
        assert group["is_tied"].tolist() == [len(group) > 1] * len(group)
        if heads:  # a new group begins only where the head before is clearly apart
            assert head["low"] > heads[-1]["high"] or head["high"] < heads[-1]["low"]
        heads.append(head)
        at += len(group)
    assert at == len(valued)


def test_changes_are_counted_upwards_and_an_unranked_past_is_no_change() -> None:
    now = table_of([5.0, 9.0, NAN, 1.0], [0.0] * 4)
    earlier = rank(table_of([9.0, 5.0, 7.0, NAN], [0.0] * 4))
    ranked = rank(now, previous=earlier)
    assert ranked["area"].tolist() == ["140101", "140100", "140103", "140102"]
    assert ranked["text"].tolist() == ["第1位（升2位）", "第2位（降1位）", "第3位（上期无位次）", "—"]
    assert ranked["rank_change"].isna().tolist() == [False, False, True, True]
    assert rank(now)["text"].tolist() == ["第1位", "第2位", "第3位", "—"]


def test_an_infinite_value_is_ranked_last_of_those_with_a_value() -> None:
    table = pd.DataFrame([("a", math.inf), ("b", 1.4), ("c", math.inf), ("d", 0.0)], columns=["area", "value"])
    ranked = rank(table.assign(low=table["value"], high=table["value"]), higher_is_better=False)
    assert ranked["text"].tolist() == ["第1位", "第2位", "第3位（并列）", "第3位（并列）"]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (table_of([1.0], [0.0]).drop(columns="low"), "排名表缺少列：low。应有 area、value、low、high。"),
        (pd.concat([table_of([1.0], [0.0])] * 2), "排名表中地区重复：140100。"),
        (table_of([1.0, 2.0], [0.0, 0.0]).assign(low=[1.5, 2.0]), "140100：1 不在 1.5—1 之内"),
        (table_of([1.0], [0.0]).assign(high=NAN), "140100：1 不在 1—nan 之内"),
    ],
)
def test_tables_that_cannot_be_ranked(table: pd.DataFrame, message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        rank(table)


@few
@given(st.integers(1, 2000), st.floats(0.0, 1.0))
def test_the_wilson_bounds_solve_its_equation(n: int, share: float) -> None:
    """Both bounds are the p at which (share - p)^2 = z^2 p (1 - p) / n."""
    low, high = wilson(share, n)
    assert 0.0 <= low <= share <= high <= 1.0
    for bound in (low, high):
        assert_allclose((share - bound) ** 2, Z_95**2 * bound * (1 - bound) / n, atol=1e-9)


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("progress", [125 / 480] * 3),
        ("pace_deviation", [-0.115] * 3),
        ("completion", [1125 / 1480] * 3),
        ("mean_net_12", [7.0] * 3),
        ("pace_multiple", [355 / 210] * 3),
        ("projected_progress", [330 / 480, 250 / 480, 450 / 480]),
        ("projected_growth", [(x / 1125) ** (12 / 30) - 1 for x in (1330, 1250, 1450)]),
        # 43 of 100: (0.43 + 0.0192 -+ 1.96 sqrt(0.43 x 0.57 / 100 + 0.000096)) / 1.0384
        ("probability", [0.43, 0.3373, 0.5278]),
    ],
)
def test_each_measure_and_its_interval(measure: str, expected: list[float]) -> None:
    table = measure_table([ONE], measure, n_paths=100)
    assert table["area"].tolist() == ["141033"]
    assert_allclose(table[["value", "low", "high"]].to_numpy()[0], expected, atol=5e-5)


def test_every_measure_has_a_chinese_title_and_gives_a_table_that_ranks() -> None:
    other = replace(ONE, goal=replace(ONE.goal, id="b", area="140109"), state="no_data", progress=NAN, probability=NAN)
    for name, measure in MEASURES.items():
        ranked = rank(measure_table([ONE, other], name, n_paths=50), higher_is_better=measure.higher_is_better)
        assert len(ranked) == 2
        assert not measure.title.isascii()
    assert not MEASURES["pace_multiple"].higher_is_better
    assert measure_table([other], "probability", n_paths=50)[["value", "low", "high"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"required_net": -3.0, "pace_multiple": NAN}, 0.0),  # nothing more is needed
        ({"mean_net_12": -7.0, "pace_multiple": NAN}, math.inf),
        ({"mean_net_12": 0.0, "pace_multiple": NAN}, math.inf),
        ({"goal": replace(ONE.goal, comparison="at_most")}, NAN),
        ({"required_net": NAN, "pace_multiple": NAN}, NAN),
    ],
)
def test_the_pace_multiple_at_its_ends(changes: dict[str, object], expected: float) -> None:
    value = measure_table([replace(ONE, **changes)], "pace_multiple")["value"].iloc[0]  # type: ignore[arg-type]
    assert_allclose(value, expected)


def test_a_reduction_turns_its_projected_interval_round() -> None:
    """From 1000 down to 800: the lowest stock is the most progress."""
    one = replace(ONE, target=800.0, projected=900.0, projected_low=860.0, projected_high=950.0)
    row = measure_table([one], "projected_progress").iloc[0]
    assert_allclose([row["value"], row["low"], row["high"]], [0.5, 0.25, 0.7])


def test_measures_that_cannot_be_tabulated() -> None:
    with pytest.raises(SchemaError, match="没有名为“speed”的排名指标"):
        measure_table([ONE], "speed")
    with pytest.raises(SchemaError, match="须给出模拟路径数"):
        measure_table([ONE], "probability")
    with pytest.raises(SchemaError, match="以下目标同属一地：a、b。"):
        measure_table([ONE, replace(ONE, goal=replace(ONE.goal, id="b"))], "progress")
