"""The simulated counties are as they claim, and what the engine makes of their calendar, campaigns and purges."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from simulated_counties import Truth, simulate

from forecasting import project
from forecasting.breaks import last_break
from forecasting.design import design
from forecasting.ensemble import fit
from forecasting.purges import learn_purges
from forecasting.regression import estimate
from forecasting.transforms import choose

TRUTH = Truth()


def test_a_switch_changes_nothing_else() -> None:
    truth = replace(TRUTH, n_counties=6)
    one, other = simulate(truth, seed=2), simulate(replace(truth, purge=(0.0, 0.0)), seed=2)
    assert_array_equal(one.panel.entries, other.panel.entries)
    assert_array_equal(one.hazard, other.hazard)
    assert one.purged.any()
    assert_array_equal(one.panel.exits[:, : truth.purge_at], other.panel.exits[:, : truth.purge_at])


def test_what_happens_is_drawn_from_the_futures() -> None:
    below, spread = [], []
    for seed in range(4):
        simulated = simulate(TRUTH, seed=70 + seed, horizon=12)
        drawn = simulated.futures(12, 150, np.random.default_rng(seed))
        opening = simulated.panel.stock[:, -1][:, None]
        assert_allclose(
            drawn["stock"], opening[:, :, None] + np.cumsum(drawn["entries"] - drawn["exits"], axis=2), rtol=0
        )
        total = drawn["entries"].sum(axis=2)
        actual = simulated.after.entries.sum(axis=1)[:, None]
        below.append((total < actual).mean(axis=1))
        spread.append((drawn["stock"][:, :, -1] < simulated.after.stock[:, [-1]]).mean(axis=1))
    # Ranks among the futures are uniform; counties of one simulation share a walk, which widens what chance allows.
    for ranks in (np.concatenate(below), np.concatenate(spread)):
        assert abs(ranks.mean() - 0.5) < 0.1
        assert abs(ranks.std() - 12**-0.5) < 0.04


def test_adjustment_and_what_is_added_back_cancel_out() -> None:
    simulated = simulate(replace(TRUTH, n_counties=4), seed=5)
    y = simulated.panel.entries
    scale = choose(y, "log1p")
    effect = np.full((4, 60), 0.25)
    plain, _ = fit(y, members=("naive",), transform=scale).paths(6, 40, np.random.default_rng(3))
    moved, _ = fit(y, members=("naive",), transform=scale, adjustment=effect).paths(
        6, 40, np.random.default_rng(3), lambda rows: np.full((len(rows), 40, 6), 0.25)
    )
    assert_allclose(moved, plain, rtol=1e-6)


def test_a_member_that_sees_only_what_came_after_the_break() -> None:
    simulated = simulate(replace(TRUTH, n_counties=6, campaign=0.0, purge=(0.0, 0.0)), seed=5)
    y = simulated.panel.entries.copy()
    y[2, 40:] *= 2.0
    since = np.array([0, 0, 40, 0, 0, 0])
    fitted = fit(y, transform=choose(y, "log1p"), since=since)
    assert_allclose(fitted.weights["recent"], 1 / len(fitted.weights))
    assert_allclose(sum(fitted.weights.values()), 1.0)
    assert np.isnan(fitted.members["recent"].residuals[2, :40]).all()
    assert np.isfinite(fitted.members["recent"].residuals[1, 20:40]).any()
    paths, failures = fitted.paths(12, 50, np.random.default_rng(1))
    assert np.isfinite(paths).all()
    assert not failures
    assert "recent" not in fit(y, transform=choose(y, "log1p"), since=0 * since).weights


def test_campaigns_that_are_declared_are_breaks() -> None:
    simulated = simulate(replace(TRUTH, n_counties=8), seed=1)
    panel = simulated.panel
    since = last_break(simulated.events, panel.keys, panel.months, "entries")
    has_campaign = {event.area for event in simulated.events if event.kind == "campaign"}
    expected = [TRUTH.campaign_at + 2 if area in has_campaign else 0 for area in panel.keys["area"]]
    assert_array_equal(since, expected)


@pytest.mark.slow
@pytest.mark.parametrize("n_months", [36, 60])
def test_the_calendar_cuts_the_error_of_january_and_february(n_months: int) -> None:
    errors = np.zeros(2)
    for seed, first in enumerate(("2012-01", "2013-01", "2014-01", "2015-01", "2016-01", "2017-01")):
        at = {"campaign_at": 15, "purge_at": 18} if n_months == 36 else {}
        simulated = simulate(replace(TRUTH, first=first, n_months=n_months, **at), seed=300 + seed)
        panel, y = simulated.panel, simulated.panel.entries
        scale = choose(y, "log1p")
        # The calendar alone: what campaigns would add is not counted here.
        effects = estimate(scale.forward(y), design(panel.keys, panel.months, 14, (), "entries"))
        without, _ = fit(y, transform=scale).paths(14, 200, np.random.default_rng(1))
        adjusted, _ = fit(y, transform=scale, adjustment=effects.history).paths(
            14, 200, np.random.default_rng(1), lambda rows, effects=effects: effects.added(200, rows, 1)
        )
        months = [0, 1, 12, 13]
        actual = simulated.after.entries[:, months]
        for position, paths in enumerate((without, adjusted)):
            errors[position] += np.abs(np.median(paths, axis=1)[:, months] - actual).sum() / actual.sum()
    assert errors[1] < 0.7 * errors[0]


@pytest.mark.slow
def test_a_declared_purge_does_not_leak_into_the_projected_exit_rate() -> None:
    """Against the same counties that were never purged; one that is not declared does leak."""
    ratios: dict[str, list[float]] = {"declared": [], "undeclared": []}
    for seed in range(3):
        purged, spared = simulate(TRUTH, seed=80 + seed), simulate(replace(TRUTH, purge=(0.0, 0.0)), seed=80 + seed)
        rows = purged.purged > 0

        def rate(panel: object, events: object = (), rows: np.ndarray = rows) -> np.ndarray:
            made = project(panel, 24, seed=1, n_paths=200, events=events)  # type: ignore[arg-type]
            opening = made.stock.values - made.entries.values + made.exits.values
            return (made.exits.values.sum(axis=2) / opening.sum(axis=2)).mean(axis=1)[rows]

        # Campaigns are declared on both sides: what differs is the purge.
        base = rate(spared.panel, [event for event in purged.events if event.kind != "purge"])
        ratios["declared"] += (rate(purged.panel, purged.events) / base).tolist()
        ratios["undeclared"] += (rate(purged.panel) / base).tolist()
    declared, undeclared = np.array(ratios["declared"]), np.array(ratios["undeclared"])
    assert abs(declared.mean() - 1.0) < 3 * declared.std() / len(declared) ** 0.5
    assert abs(declared.mean() - 1.0) < 0.015
    assert undeclared.mean() > 1.04


def test_declared_purges_are_measured() -> None:
    simulated = simulate(TRUTH, seed=4)
    made = learn_purges(simulated.panel, simulated.events)
    assert made.n_purges == (simulated.purged > 0).sum()
    assert_allclose(np.sort(made.shares), np.sort(simulated.purged[simulated.purged > 0]), atol=0.004)
