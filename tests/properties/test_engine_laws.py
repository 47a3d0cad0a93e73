"""What must hold whatever the numbers are: identities, orders, symmetries and inverses."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose

from forecasting import ENTITY_TYPES, Effect, Panel, Projection, Scenario, apply_scenario, project
from forecasting.panel import MEASURES
from targets import Goal, assess
from targets.pace import seasonal_weights
from targets.requirement import whole_numbers

#: The fallback is instant, and the laws do not depend on the model.
FAST = {"naive": 1.0}
few = settings(max_examples=25, deadline=None, derandomize=True)
KEYS = [(area, kind) for area in ("141030", "141033", "140109") for kind in ENTITY_TYPES if kind != "all"]


@st.composite
def panels(draw: st.DrawFn, min_months: int = 1) -> Panel:
    """Up to four series of up to 26 months of counts, with empty series, bursts and transfers."""
    n = draw(st.integers(1, 4))
    months = draw(st.integers(min_months, 26))
    entries = draw(arrays(float, (n, months), elements=st.integers(0, 400).map(float)))
    opening = draw(arrays(float, n, elements=st.integers(0, 20_000).map(float)))
    shares = draw(arrays(float, (n, months), elements=st.sampled_from([0.0, 0.003, 0.01, 0.02, 0.5, 1.0])))
    exits, stock, adjustment = (np.zeros((n, months)) for _ in range(3))
    before = opening
    for t in range(months):
        exits[:, t] = np.round(shares[:, t] * before)
        adjustment[:, t] = np.where((t % 7 == 3) & (before > 100), -5.0, 0.0)
        before = before + entries[:, t] - exits[:, t] + adjustment[:, t]
        adjustment[:, t] += np.maximum(-before, 0.0)
        before = np.maximum(before, 0.0)
        stock[:, t] = before
    keys = sorted(draw(st.permutations(KEYS))[:n])
    return Panel(
        keys=pd.DataFrame(keys, columns=["area", "entity_type"]),
        months=pd.period_range("2021-04", periods=months, freq="M"),
        entries=entries,
        exits=exits,
        stock=stock,
        adjustment=adjustment,
    )


ORIGIN = pd.Period("2023-06", "M")


@st.composite
def effects(draw: st.DrawFn) -> Effect:
    """Any effect that concerns every projection from `ORIGIN` of eight months."""
    flow = draw(st.sampled_from(["entries", "exit_rate", "one_off"]))
    start = draw(st.none() | st.integers(-3, 8).map(lambda month: ORIGIN + month))
    span = draw(st.none() | st.integers(5, 9))
    return Effect(
        flow,
        multiplier=1.0 if flow == "one_off" else draw(st.floats(0.0, 30.0)),
        addition=0.0 if flow == "exit_rate" else draw(st.floats(-4000.0, 4000.0)),
        start=start,
        end=None if span is None else (start or ORIGIN) + span,
        ramp_months=0 if flow == "one_off" else draw(st.integers(0, 12)),
    )


@pytest.fixture(scope="module")
def panel() -> Panel:
    """Two counties of three types over 30 months, up to ORIGIN."""
    rng = np.random.default_rng(8)
    entries = rng.poisson([[30], [9], [2], [120], [41], [4]], (6, 30)).astype(float)
    exits = rng.poisson([[11], [5], [1], [80], [12], [1]], (6, 30)).astype(float)
    return Panel(
        keys=pd.DataFrame(sorted(KEYS)[:3] + sorted(KEYS)[6:], columns=["area", "entity_type"]),
        months=pd.period_range(end=ORIGIN, periods=30, freq="M"),
        entries=entries,
        exits=exits,
        stock=np.array([[900.0], [300], [60], [7000], [1500], [90]]) + np.cumsum(entries - exits, axis=1),
        adjustment=np.zeros((6, 30)),
    )


@pytest.fixture(scope="module")
def base(panel: Panel) -> Projection:
    return project(panel, 8, seed=5, n_paths=40, weights=FAST)


def assert_identity(projection: Projection) -> None:
    flows = {name: getattr(projection, name).values for name in ("entries", "exits", "adjustment", "stock")}
    net = flows["entries"] - flows["exits"] + flows["adjustment"]
    expected = projection.opening[:, None, None] + np.cumsum(net, axis=2)
    assert_allclose(flows["stock"], expected, rtol=1e-9, atol=1e-6)
    assert min(flows[name].min() for name in ("entries", "exits", "stock")) >= 0


def goal(area: str, value: float, *, comparison: str = "at_least") -> Goal:
    return Goal(
        id="goal",
        area=area,
        entity_type="all",
        indicator="entities",
        indicator_name="市场主体总数",
        kind="level",
        value=value,
        unit="户",
        comparison=comparison,
        deadline=ORIGIN + 8,
        base_month=ORIGIN - 20,
    )


@few
@given(panels(), st.integers(1, 15), st.integers(0, 2**31))
def test_the_identity_closes_on_every_path_of_any_panel(panel: Panel, horizon: int, seed: int) -> None:
    projected = project(panel, horizon, seed=seed, n_paths=7, weights=FAST)
    assert projected.stock.values.shape == (panel.n_series, 7, horizon)
    assert_allclose(projected.opening, panel.stock[:, -1])
    assert_identity(projected)


@few
@given(st.lists(effects(), min_size=1, max_size=4))
def test_the_identity_closes_under_any_scenario(base: Projection, chosen: list[Effect]) -> None:
    changed = apply_scenario(base, Scenario("任意", tuple(chosen)))
    assert_identity(changed)
    assert_allclose(changed.opening, base.opening)
    assert changed.run == base.run


@few
@given(st.lists(st.sampled_from(["entries", "exit_rate", "one_off"]), max_size=4), st.integers(0, 9))
def test_neutral_effects_change_nothing(base: Projection, flows: list[str], ramp: int) -> None:
    neutral = tuple(Effect(flow, ramp_months=0 if flow == "one_off" else ramp) for flow in flows)
    changed = apply_scenario(base, Scenario("照旧", neutral))
    for name in ("entries", "exits", "adjustment", "stock"):
        assert_allclose(getattr(changed, name).values, getattr(base, name).values, rtol=1e-12, atol=1e-9)


@few
@given(st.floats(1.0, 5.0), st.floats(0.0, 1.0), st.floats(0.0, 500.0))
def test_more_entries_or_fewer_exits_never_lower_a_path(
    base: Projection, more: float, fewer: float, added: float
) -> None:
    for effect in (
        Effect("entries", multiplier=more),
        Effect("entries", addition=added, ramp_months=4),
        Effect("exit_rate", multiplier=fewer),
        Effect("one_off", addition=added),
    ):
        changed = apply_scenario(base, Scenario("更好", (effect,)))
        assert (changed.stock.values >= base.stock.values - 1e-9).all()


@few
@given(st.lists(st.floats(5000, 9000), min_size=2, max_size=6))
def test_a_higher_goal_is_never_likelier(panel: Panel, base: Projection, values: list[float]) -> None:
    ascending = sorted(values)
    at_least = [assess(goal("141033", value), panel, base, area_name="甲").probability for value in ascending]
    assert all(low >= high for low, high in itertools.pairwise(at_least))
    at_most = [
        assess(goal("141033", value, comparison="at_most"), panel, base, area_name="甲").probability
        for value in ascending
    ]
    assert all(low <= high for low, high in itertools.pairwise(at_most))
    # Paths are real numbers, so that none meets a goal exactly: the two shares make one.
    assert_allclose(np.add(at_least, at_most), 1.0)


@pytest.mark.parametrize("area", ["140109", "141033"])
def test_at_a_goal_just_met_nothing_is_required(panel: Panel, base: Projection, area: str) -> None:
    actual = float(panel.total(area).stock[0, -1])
    met = assess(goal(area, actual), panel, base, area_name="甲")
    assert (met.state, met.required_net, met.total_gap) == ("met", 0.0, 0.0)
    assert_allclose(met.required_months["net"], 0.0, atol=0)
    assert_allclose(met.required_gross, met.required_months["exits"].mean())
    short = assess(goal(area, actual + 1), panel, base, area_name="甲")
    assert (short.state, short.total_gap) == ("active", 1.0)
    assert short.required_net > 0
    assert "-0" not in met.sentence


@few
@given(st.floats(-3000, 30_000), st.integers(1, 8))
def test_what_is_required_adds_up_to_the_gap(panel: Panel, base: Projection, gap: float, left: int) -> None:
    actual = float(panel.total("141033").stock[0, -1])
    asked = Goal(**(vars(goal("141033", actual + gap)) | {"deadline": ORIGIN + left}))
    assessed = assess(asked, panel, base, area_name="甲")
    assert len(assessed.required_months) == left
    assert_allclose(assessed.required_months["net"].sum(), gap, rtol=1e-9, atol=1e-9)
    assert_allclose(assessed.required_net * left, gap, rtol=1e-9, atol=1e-9)
    assert_allclose(
        assessed.required_gross - assessed.required_net, assessed.required_months["exits"].mean(), rtol=1e-9, atol=1e-9
    )


@few
@given(panels(min_months=2))
def test_weights_of_a_year_are_shares(panel: Panel) -> None:
    weights = seasonal_weights((panel.entries - panel.exits)[0], panel.months)
    assert_allclose(weights.sum(), 1.0)
    assert weights.min() >= 0


@few
@given(st.lists(st.floats(-1e5, 1e5), min_size=1, max_size=30))
def test_whole_numbers_stay_within_one_and_add_up(values: list[float]) -> None:
    rounded = whole_numbers(np.array(values))
    assert_allclose(rounded, np.round(rounded), atol=0)
    assert np.abs(rounded - values).max() <= 1 + 1e-6
    assert rounded.sum() == math.ceil(round(float(np.sum(values)), 6))


@pytest.mark.parametrize("area", ["140109", "141033"])
def test_parts_add_up_to_the_total_path_by_path(base: Projection, area: str) -> None:
    rows = (base.keys["area"] == area).to_numpy()
    total = base.total(area)
    assert rows.sum() == 3
    for name in ("entries", "exits", "adjustment", "stock"):
        assert_allclose(getattr(total, name).values[0], getattr(base, name).values[rows].sum(axis=0))
    assert_identity(total)
    # The quantile of the sum is not the sum of the quantiles: paths must have been added. Over the months together, for
    # in a single month of 40 paths either may be the larger by chance.
    upper = base.stock.quantile([0.9])[0]
    assert total.stock.quantile([0.9])[0, 0].sum() < upper[rows].sum()


def test_a_seed_is_the_paths(panel: Panel, base: Projection) -> None:
    again = project(panel, 8, seed=5, n_paths=40, weights=FAST)
    other = project(panel, 8, seed=6, n_paths=40, weights=FAST)
    for name in ("entries", "exits", "stock"):
        assert_allclose(getattr(again, name).values, getattr(base, name).values, rtol=0)
        assert not np.isclose(getattr(other, name).values, getattr(base, name).values).all()
    assert again.run.id == base.run.id != other.run.id


@few
@given(st.permutations(range(4)), st.lists(st.integers(1, 3000), min_size=4, max_size=4, unique=True))
def test_a_permutation_of_series_permutes_the_projection(order: list[int], level: list[int]) -> None:
    """Series that hardly change have nearly one future, so that any mistake of alignment shows; draws go by row."""
    entries = np.repeat(np.array(level, dtype=float)[:, None], 9, axis=1)
    keys = pd.DataFrame(KEYS[:4], columns=["area", "entity_type"])
    stock = np.array(level)[:, None] * 50.0 + np.cumsum(entries, axis=1)
    months = pd.period_range("2022-10", periods=9, freq="M")

    def projected(rows: list[int]) -> Projection:
        whole = Panel(keys.iloc[rows], months, entries[rows], 0 * entries, stock[rows], 0 * entries)
        return project(whole, 4, seed=3, n_paths=100, weights=FAST)

    straight, permuted = projected([0, 1, 2, 3]), projected(order)
    assert permuted.keys.to_numpy().tolist() == keys.iloc[order].to_numpy().tolist()
    assert_allclose(permuted.opening, straight.opening[order])
    for name in ("entries", "exits", "stock"):
        one, other = (np.median(getattr(result, name).values, axis=1) for result in (permuted, straight))
        # Exits that never were are told to a twentieth of an entity.
        assert_allclose(one, other[order], rtol=0.08, atol=0.05)


def test_a_permutation_keeps_each_series_near_its_own(panel: Panel, base: Projection) -> None:
    order = [4, 0, 5, 2, 1, 3]
    arrays_ = {name: getattr(panel, name)[order] for name in MEASURES}
    whole = Panel(keys=panel.keys.iloc[order], months=panel.months, **arrays_)
    permuted = project(whole, 8, seed=5, n_paths=40, weights=FAST)
    straight = np.median(base.stock.values[:, :, -1], axis=1)
    assert_allclose(np.median(permuted.stock.values[:, :, -1], axis=1), straight[order], rtol=0.08)


@few
@given(panels(), st.randoms(use_true_random=False))
def test_long_and_back(panel: Panel, random: object) -> None:
    """All stock but one month may be left out: the identity puts it back."""
    table = panel.to_long()
    assert_same(Panel.from_long(table.sample(frac=1.0, random_state=random.randint(0, 999))), panel)  # type: ignore[attr-defined]
    known = random.choice(list(panel.months))  # type: ignore[attr-defined]
    is_other_stock = (table["measure"] == "stock") & (table["month"] != known)
    assert_same(Panel.from_long(table[~is_other_stock]), panel)


def assert_same(one: Panel, other: Panel) -> None:
    pd.testing.assert_frame_equal(one.keys, other.keys)
    assert one.months.equals(other.months)
    for name in MEASURES:
        assert_allclose(getattr(one, name), getattr(other, name), atol=1e-9)
