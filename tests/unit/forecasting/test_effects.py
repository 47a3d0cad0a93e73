"""Effects of calendar and events on a panel: found where there are some, none where there are none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from simulated_counties import Simulated, Truth, simulate

from forecasting import Event, ModelError
from forecasting.calendar import REGRESSORS
from forecasting.design import Regressor, design
from forecasting.regression import Effects, estimate

TRUTH = Truth()


@pytest.fixture(scope="module")
def counties() -> Simulated:
    return simulate(TRUTH, seed=11)


def of(simulated: Simulated, horizon: int = 14, **changes: object) -> Effects:
    z = np.log1p(simulated.panel.entries)
    panel = simulated.panel
    return estimate(z, design(panel.keys, panel.months, horizon, simulated.events, "entries"), **changes)


@pytest.fixture(scope="module")
def effects(counties: Simulated) -> Effects:
    return of(counties)


def test_the_truth_is_found(effects: Effects) -> None:
    error = np.sqrt(np.diag(effects.pooled_covariance))
    truth = [*TRUTH.festival, TRUTH.working, TRUTH.campaign]
    assert effects.names == (*REGRESSORS, "campaign-ramp-1")
    assert (np.abs(effects.pooled - truth) < 3 * error).all()
    assert (error < [0.05, 0.08, 0.05, 0.12, 0.12]).all()


def test_few_months_and_few_series_say_less_and_admit_it() -> None:
    small = simulate(replace(TRUTH, n_counties=1, n_months=36, first="2016-01", campaign=0.0), seed=3)
    made = of(small)
    error = np.sqrt(np.diag(made.pooled_covariance))
    assert (np.abs(made.pooled - [*TRUTH.festival, TRUTH.working]) < 3 * np.maximum(error, 0.25)).all()


def test_where_there_is_no_festival_none_is_found() -> None:
    for seed in range(4):
        none = simulate(replace(TRUTH, festival=(0.0, 0.0, 0.0), working=0.0, campaign=0.0), seed=seed)
        assert np.abs(of(none).history).max() < 0.03


def test_counties_that_differ_are_let_differ() -> None:
    rng = np.random.default_rng(8)
    own = rng.normal(-0.4, 0.3, 80)
    x = np.tile([0.0, 1.0, 0.0, -1.0, 0.5], 12)
    z = 5.0 + own[:, None] * x + 0.05 * rng.standard_normal((80, 60))
    made = estimate(z, [Regressor("x", np.broadcast_to(x, z.shape), "x", is_declared=True)])
    assert_allclose(made.pooled, -0.4, atol=0.12)
    assert_allclose(made.coefficients[:, 0], own, atol=0.1)
    assert made.spread[0] >= 0.2
    # What no series says is that of the pool.
    x_of_first = np.where(np.arange(80)[:, None] == 0, 0.0, x)
    assert_allclose(
        (silent := estimate(z, [Regressor("x", x_of_first, "x", is_declared=True)])).coefficients[0], silent.pooled
    )


def test_what_moves_all_series_together_counts_once() -> None:
    rng = np.random.default_rng(5)
    shared = 0.1 * rng.standard_normal(60)
    x = rng.standard_normal(60)
    z = 5.0 + shared + 0.01 * rng.standard_normal((50, 60))
    together = estimate(z, [Regressor("x", np.broadcast_to(x, z.shape), "x", is_declared=True)])
    one = estimate(z[:1], [Regressor("x", x[None], "x", is_declared=True)])
    assert_allclose(together.pooled_covariance, one.pooled_covariance, rtol=0.3)


def test_gross_errors_of_single_months_hardly_matter(counties: Simulated, effects: Effects) -> None:
    z = np.log1p(counties.panel.entries)
    z[::3, 37] -= 3.0  # February 2018 of a third of the counties is almost nothing
    panel = counties.panel
    dirty = estimate(z, design(panel.keys, panel.months, 14, counties.events, "entries"))
    assert_allclose(dirty.pooled[:3], effects.pooled[:3], atol=0.08)


def test_missing_months_are_left_out(counties: Simulated, effects: Effects) -> None:
    z = np.log1p(counties.panel.entries)
    z[np.random.default_rng(1).random(z.shape) < 0.1] = np.nan
    z[7] = np.nan
    panel = counties.panel
    holed = estimate(z, design(panel.keys, panel.months, 14, counties.events, "entries"))
    assert np.isfinite(holed.coefficients).all()
    assert_allclose(holed.pooled, effects.pooled, atol=0.1)
    assert_allclose(holed.coefficients[7], holed.pooled)


def test_level_and_season_make_no_difference(counties: Simulated, effects: Effects) -> None:
    z = np.log1p(counties.panel.entries)
    rng = np.random.default_rng(6)
    other = z + rng.normal(0, 2, (60, 1)) + np.tile(rng.normal(0, 0.5, (60, 12)), 5)
    panel = counties.panel
    moved = estimate(other, design(panel.keys, panel.months, 14, counties.events, "entries"))
    assert_allclose(moved.coefficients, effects.coefficients, atol=1e-8)


def test_order_of_the_series_makes_no_difference(counties: Simulated, effects: Effects) -> None:
    order = np.random.default_rng(0).permutation(60)
    panel = counties.panel
    keys = panel.keys.iloc[order].reset_index(drop=True)
    turned = estimate(np.log1p(panel.entries[order]), design(keys, panel.months, 14, counties.events, "entries"))
    assert_allclose(turned.coefficients, effects.coefficients[order], atol=1e-8)


@pytest.mark.parametrize("n_months", [1, 6, 12])
def test_a_history_no_longer_than_a_season_has_no_calendar(counties: Simulated, n_months: int) -> None:
    panel = counties.panel
    z = np.log1p(panel.entries[:, :n_months])
    made = estimate(z, design(panel.keys, panel.months[:n_months], 6, (), "entries"))
    assert_array_equal(made.history, 0.0)
    assert_array_equal(made.future, 0.0)


def test_no_regressors() -> None:
    made = estimate(np.full((3, 30), 2.0), [])
    assert_array_equal(made.history, np.zeros((3, 30)))
    assert made.draw(5, np.arange(3), 1).shape == (3, 5, 0)


def test_a_regressor_of_another_panel() -> None:
    with pytest.raises(ModelError, match=r"解释变量 x 的形状为 \(2, 20\)，应为（3, 至少20）"):
        estimate(np.zeros((3, 20)), [Regressor("x", np.zeros((2, 20)), "x")])
    with pytest.raises(ModelError, match="且全为有限的数"):
        estimate(np.zeros((3, 20)), [Regressor("x", np.full((3, 20), np.nan), "x")])


def test_draws_are_as_sure_as_the_estimate(effects: Effects) -> None:
    rows = np.array([4, 31])
    drawn = effects.draw(20_000, rows, seed=9)
    assert_allclose(drawn.mean(axis=1), effects.coefficients[rows], rtol=1e-10)
    for position, row in enumerate(rows):
        assert_allclose(np.cov(drawn[position].T), effects.covariance[row], atol=3e-4)
    # Series share what they owe to the pool.
    shared = np.corrcoef(drawn[0, :, 1], drawn[1, :, 1])[0, 1]
    assert shared > 0.5


def test_draws_do_not_depend_on_who_else_is_drawn(effects: Effects) -> None:
    assert_allclose(effects.draw(10, np.array([8, 2]), 3)[1], effects.draw(10, np.array([2]), 3)[0], rtol=1e-12)
    assert not np.allclose(effects.draw(10, np.array([2]), 3), effects.draw(10, np.array([2]), 4))


def test_what_is_added_is_the_estimate_on_average(effects: Effects) -> None:
    added = effects.added(400, np.arange(60), 3)
    assert added.shape == (60, 400, 14)
    assert_allclose(added.mean(axis=1), effects.future, atol=1e-12)


def test_a_step_brings_the_past_to_the_present_level() -> None:
    rng = np.random.default_rng(4)
    months = pd.period_range("2018-01", periods=48, freq="M")
    keys = pd.DataFrame({"area": ["141033", "141030"], "entity_type": ["all", "all"]})
    step = Event(
        id="s",
        area="141033",
        entity_type="all",
        kind="shift",
        start=months[30],
        end=months[30],
        title="口径调整",
        effect="step",
        flows=("entries",),
    )
    z = 5.0 + 0.02 * rng.standard_normal((2, 48))
    z[0, :30] -= 0.5
    made = estimate(z, design(keys, months, 12, [step], "entries"))
    left = z - made.history
    assert_allclose(left[0, :30].mean(), 5.0, atol=0.03)
    assert_allclose(left[0, 30:].mean(), 5.0, atol=0.03)
    assert_allclose(left[1].mean(), 5.0, atol=0.03)
    # Nothing is added to a future at the present level, and nothing is uncertain about that.
    assert_allclose(made.values[-1, 0, 48:], 0.0, atol=1e-15)


def test_events_of_one_kind_share_an_effect_and_a_second_has_its_own() -> None:
    months = pd.period_range("2018-01", periods=48, freq="M")
    keys = pd.DataFrame({"area": ["141033", "141030"], "entity_type": ["all", "all"]})
    first = Event(
        id="a",
        area="141033",
        entity_type="all",
        kind="campaign",
        start=months[10],
        end=months[12],
        title="行动",
        effect="pulse",
        flows=("entries",),
    )
    events = [
        first,
        replace(first, id="b", area="141030", start=months[20], end=months[20]),
        replace(first, id="c", start=months[30], end=months[31]),
        replace(first, id="d", effect="mask"),
        replace(first, id="e", flows=("exits",)),
        replace(first, id="f", start=months[-1] + 1, end=months[-1] + 1),
        replace(first, id="g", area="110000"),
        replace(first, id="h", effect="step", start=months[0] - 9, end=months[0] - 9),
    ]
    made = {each.name: each for each in design(keys, months, 6, events, "entries")[4:]}
    assert list(made) == ["campaign-pulse-1", "campaign-pulse-2"]
    one = np.zeros((2, 54))
    one[0, 10:13] = one[1, 20] = 1.0
    assert_array_equal(made["campaign-pulse-1"].values, one)
    assert made["campaign-pulse-2"].values.sum() == 2.0


def test_no_festival_in_the_united_states(shared: Path) -> None:
    table = pd.read_parquet(shared / "data/registrations/us_bfs_states_dev.parquet")
    table = table[table["series"] == "BA_CBA"].assign(month=lambda t: t["month"].dt.to_period("M"))
    grid = table.pivot_table(index="area", columns="month", values="entries")
    keys = pd.DataFrame({"area": grid.index.astype(str), "entity_type": "all"})
    for year in (2010, 2014, 2018):
        part = grid.loc[:, f"{year - 4}-01" : f"{year}-12"]
        made = estimate(np.log1p(part.to_numpy()), design(keys, pd.PeriodIndex(part.columns), 12, (), "entries"))
        assert np.abs(made.pooled[:3]).max() < 0.05
