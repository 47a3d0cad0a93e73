"""`project`: what it refuses, what it carries on by hand, and what known events take out."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from forecasting import Event, ModelError, Panel, project
from forecasting.members import MEMBERS
from forecasting.models import MODELS, Failure
from forecasting.planning import leaves, plan

NAN = math.nan
TYPES = [("141033", "enterprise"), ("141033", "individual")]


def panel(entries: object, exits: object, opening: list[float], keys: list[tuple[str, str]] | None = None) -> Panel:
    entries, exits = np.array(entries, dtype=float), np.array(exits, dtype=float)
    return Panel(
        keys=pd.DataFrame(keys or TYPES[: len(entries)], columns=["area", "entity_type"]),
        months=pd.period_range("2020-01", periods=entries.shape[1], freq="M"),
        entries=entries,
        exits=exits,
        stock=np.array(opening)[:, None] + np.cumsum(entries - exits, axis=1),
        adjustment=np.zeros_like(entries),
    )


def with_values(whole: Panel, name: str, rows: object, columns: object, value: float) -> Panel:
    arrays = {one: getattr(whole, one).copy() for one in ("entries", "exits", "stock", "adjustment")}
    arrays[name][rows, columns] = value
    return Panel(keys=whole.keys, months=whole.months, **arrays)


@pytest.fixture(scope="module")
def county() -> Panel:
    """Two types over 30 months; a purge takes a third of the individuals in 2021-05."""
    rng = np.random.default_rng(3)
    entries = rng.poisson([[12.0], [70.0]], (2, 30))
    exits = rng.poisson([[4.0], [40.0]], (2, 30))
    exits[1, 16] = 1800
    return panel(entries, exits, [900.0, 5000.0])


PURGE = Event(
    id="purge",
    area="141000",
    entity_type="individual",
    kind="purge",
    start=pd.Period("2021-05", "M"),
    end=pd.Period("2021-05", "M"),
    title="集中清理",
    effect="mask",
    flows=("exits",),
)


# Refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("origin", ["2019-12", "2022-07"])
def test_an_origin_without_data(county: Panel, origin: str) -> None:
    with pytest.raises(ModelError, match=f"没有 {origin} 的数据，不能以其为预测起点。"):
        project(county, 3, seed=1, origin=pd.Period(origin, "M"))


def test_no_stock_at_the_origin(county: Panel) -> None:
    holed = with_values(county, "stock", 1, 20, NAN)
    with pytest.raises(ModelError, match="2021-09 缺少实有数：141033 个体工商户。请补登后重新测算。"):
        project(holed, 3, seed=1, origin=pd.Period("2021-09", "M"))


@pytest.mark.parametrize(("name", "chinese"), [("entries", "新设"), ("exits", "注销吊销")])
def test_a_flow_never_seen(county: Panel, name: str, chinese: str) -> None:
    holed = with_values(county, name, 0, slice(None), NAN)
    with pytest.raises(ModelError, match=f"141033 企业没有任何可用的{chinese}数，无法预测。请补登{chinese}数"):
        project(holed, 3, seed=1, origin=pd.Period("2022-06", "M"))


def test_a_flow_that_events_take_out_entirely(county: Panel) -> None:
    always = replace(PURGE, start=county.months[0], end=county.months[-1])
    with pytest.raises(ModelError, match=r"^141033 个体工商户没有任何可用的注销吊销数"):
        project(county, 3, seed=1, events=(always,))


def test_exits_without_the_stock_they_left(county: Panel) -> None:
    holed = with_values(county, "stock", 0, slice(0, 29), NAN)
    holed = with_values(holed, "exits", 0, 29, NAN)
    with pytest.raises(ModelError, match=r"^141033 企业有注销吊销数的月份都没有月初实有数，无法预测。请补登实有数"):
        project(holed, 3, seed=1, origin=county.months[-1])


def test_no_complete_month(county: Panel) -> None:
    with pytest.raises(ModelError, match="没有一个月份同时具备各地区、各类型的新设、注销吊销和实有数"):
        project(with_values(county, "stock", 0, slice(None), NAN), 3, seed=1)


def test_a_member_unknown_to_us(county: Panel) -> None:
    with pytest.raises(ModelError, match="没有名为“lstm”的模型"):
        project(county, 3, seed=1, weights={"lstm": 1.0})


# By hand ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [8, 30])
def test_what_never_changes_goes_on(n: int) -> None:
    """20 come and one in a hundred leaves; opening 1000: 1000 x 0.99 + 20 = 1010, 1010 x 0.99 + 20 = 1019.9, ..."""
    stock = [1000.0]
    for _ in range(n + 5):
        stock.append(stock[-1] * 0.99 + 20)
    before = np.array(stock[:n])
    projected = project(panel([np.full(n, 20)], [before * 0.01], [1000.0]), 5, seed=4, n_paths=200)
    assert_allclose(np.median(projected.stock.values[0], axis=0), stock[n + 1 : n + 6], rtol=5e-4)
    # That nothing will ever change is not known; what is left open is a few per cent of 20 and of 10.
    assert projected.stock.values[0].std(axis=0).max() < 3
    assert projected.origin == pd.Period("2020-01", "M") + n - 1
    assert projected.run.failures == ()


def test_whom_nobody_leaves_nobody_will_leave() -> None:
    """No exit was ever seen: log(0 + c) is constant, and a model that finds a slope there empties the register."""
    projected = project(panel([np.arange(30) % 5 + 3], [np.zeros(30)], [100.0]), 12, seed=4, n_paths=20)
    assert projected.exits.values.sum(axis=2).max() < 0.5


def test_an_empty_series_stays_empty_beside_a_full_one(county: Panel) -> None:
    entries = np.vstack([county.entries[0], np.zeros(30)])
    exits = np.vstack([county.exits[0], np.zeros(30)])
    projected = project(panel(entries, exits, [900.0, 0.0]), 6, seed=1, n_paths=20)
    assert projected.stock.values[1].max() < 0.2
    assert projected.stock.values[0].min() > 500


@pytest.mark.parametrize("opening", [0.0, 500.0])
def test_a_single_month_is_projected(opening: float) -> None:
    projected = project(panel([[50.0]], [[20.0]], [opening]), 4, seed=1, n_paths=200)
    assert_allclose(np.median(projected.entries.values[0, :, 0]), 50, rtol=0.1)
    rate = projected.exits.values[0, :, 0] / (opening + 30)
    assert_allclose(np.median(rate), 20 / opening if opening else 1.0, rtol=0.2)
    assert projected.run.failures == ()
    assert {"theta", "harmonic"} < set(MEMBERS)


def test_a_failure_names_its_series_and_flow(monkeypatch: pytest.MonkeyPatch, county: Panel) -> None:
    class Picky:
        name = "picky"

        def fit(self, y: np.ndarray) -> Picky:
            level = np.nanmean(y, axis=1)
            # Entries of individuals, exits of enterprises.
            self.is_far = (level > 4) | (level < -5)
            self.residuals, self.level = y - level[:, None], level
            self.failures = tuple(Failure("picky", row, "too far out") for row in np.flatnonzero(self.is_far).tolist())
            return self

        def follow(self, shocks: np.ndarray, rows: np.ndarray) -> np.ndarray:
            level = np.where(self.is_far, NAN, self.level)[rows]
            return level[:, None, None] + 0.1 * shocks

    monkeypatch.setitem(MODELS, "picky", Picky())
    projected = project(county, 3, seed=1, n_paths=5, weights={"picky": 0.5, "naive": 0.5})
    reason = "too far out"
    assert projected.run.failures == (
        {"model": "picky", "area": "141033", "entity_type": "individual", "flow": "entries", "reason": reason},
        {"model": "picky", "area": "141033", "entity_type": "enterprise", "flow": "exits", "reason": reason},
    )
    assert projected.run.id == plan(county, 3, seed=1, n_paths=5, weights={"picky": 0.5, "naive": 0.5}).run.id


# Events -----------------------------------------------------------------------------------------------------------


def test_a_masked_month_is_as_if_not_observed(county: Panel) -> None:
    masked = project(county, 6, seed=1, n_paths=10, events=(PURGE,), weights={"naive": 1.0})
    unseen = project(with_values(county, "exits", 1, 16, NAN), 6, seed=1, n_paths=10, weights={"naive": 1.0})
    assert_allclose(masked.stock.values, unseen.stock.values, rtol=1e-12)


def test_a_purge_says_nothing_of_the_ordinary_rate(county: Panel) -> None:
    """40 of 5 000 leave in a month; the purge of 1 800 must not show in what is projected, nor in its spread."""
    masked = project(county, 6, seed=1, n_paths=200, events=(PURGE,), weights={"naive": 1.0})
    plain = project(county, 6, seed=1, n_paths=200, weights={"naive": 1.0})
    spread = [np.ptp(np.quantile(one.exits.values[1], [0.1, 0.9], axis=0), axis=0).mean() for one in (masked, plain)]
    assert_allclose(np.median(masked.exits.values[1]), 40, rtol=0.35)
    assert spread[0] < 0.7 * spread[1]


@pytest.mark.parametrize(
    "changes",
    [
        {"effect": "none", "flows": ()},
        {"area": "140100"},
        {"entity_type": "cooperative"},
        {"start": pd.Period("2022-07", "M"), "end": pd.Period("2022-07", "M")},
    ],
    ids=["masks nothing", "elsewhere", "another type", "after the origin"],
)
def test_events_that_do_not_concern_the_panel_change_nothing(county: Panel, changes: dict[str, object]) -> None:
    event = replace(PURGE, **changes)  # type: ignore[arg-type]
    plain = project(county, 4, seed=1, n_paths=5, weights={"naive": 1.0})
    other = project(county, 4, seed=1, n_paths=5, weights={"naive": 1.0}, events=(event,))
    assert_allclose(other.stock.values, plain.stock.values, rtol=0)
    assert other.run.id == plain.run.id


# Which series -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("types", "modelled"),
    [
        (["all", "enterprise", "individual", "cooperative"], [False, True, True, True]),
        (["all", "enterprise", "individual"], [True, True, True]),
        (["all"], [True]),
        (["enterprise", "individual", "cooperative"], [True, True, True]),
    ],
)
def test_a_total_is_modelled_only_where_its_types_are_not_whole(types: list[str], modelled: list[bool]) -> None:
    n = len(types)
    whole = panel(np.ones((n, 2)), np.zeros((n, 2)), [5.0] * n, [("141033", kind) for kind in types])
    assert leaves(whole).tolist() == modelled


def test_a_total_of_one_area_does_not_hide_that_of_another() -> None:
    keys = [
        (area, kind) for area in ("141030", "141033") for kind in ("all", "enterprise", "individual", "cooperative")
    ]
    keys.remove(("141030", "cooperative"))
    whole = panel(np.ones((7, 2)), np.zeros((7, 2)), [5.0] * 7, keys)
    kept = [key for key, is_kept in zip(keys, leaves(whole), strict=True) if is_kept]
    assert ("141030", "all") in kept
    assert ("141033", "all") not in kept


def test_the_plan_is_what_is_carried_out(county: Panel) -> None:
    planned = plan(county, 3, seed=9, n_paths=4, events=(PURGE,), weights={"naive": 1.0}, data_vintage="2022-07-08")
    done = project(county, 3, seed=9, n_paths=4, events=(PURGE,), weights={"naive": 1.0}, data_vintage="2022-07-08")
    assert planned.run == done.run
    assert (done.run.horizon, done.run.n_paths, done.run.seed, done.run.data_vintage) == (3, 4, 9, "2022-07-08")
    assert done.stock.values.shape == (2, 4, 3)
    assert_allclose(done.opening, county.stock[:, -1])
