"""Laws of calibration and of netting that hold for every panel, and coverage where the truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from forecasting.calibration import KNOTS, SEASON, Factors, Rehearsal, calibrate, learn, rehearsal
from forecasting.netting import net_rehearsal, rebalance

SEEDS = st.integers(0, 10_000)


def panel(seed: int, n: int, horizon: int, *, n_paths: int = 41) -> np.ndarray:
    """Monthly amounts of levels that differ by path, partly together over the series."""
    rng = np.random.default_rng(seed)
    level = rng.normal(0, 0.15, (1, n_paths, 1)) + rng.normal(0, 0.2, (n, n_paths, 1))
    return rng.uniform(20, 400, (n, 1, 1)) * np.exp(level + rng.normal(0, 0.1, (n, n_paths, horizon)))


def factors(seed: int, horizon: int) -> Factors:
    rng = np.random.default_rng([seed, 1])
    return Factors(idiosyncratic=np.full(horizon, rng.uniform(0.5, 1.6)), rough=float(rng.uniform(0.6, 1.4)))


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS, n=st.integers(1, 5), horizon=st.integers(1, 30))
def test_what_is_zero_stays_zero_and_nothing_falls_below(seed: int, n: int, horizon: int) -> None:
    rng = np.random.default_rng([seed, 2])
    paths = np.floor(panel(seed, n, horizon) * rng.binomial(1, 0.7, (n, 41, horizon)) / 40)
    moved = calibrate(paths, factors(seed, horizon), offset=np.ones(n))
    assert (moved[paths == 0] == 0).all()
    assert np.isfinite(moved).all()
    assert (moved >= 0).all()


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS, horizon=st.integers(1, 40))
def test_every_path_of_a_series_alone_keeps_its_rank_and_the_median_stays(seed: int, horizon: int) -> None:
    paths = panel(seed, 1, horizon)
    moved = calibrate(paths, factors(seed, horizon), offset=np.ones(1))
    knots = [knot for knot in (*KNOTS, *range(2 * SEASON, horizon, SEASON)) if knot < horizon]
    for knot in (*knots, horizon):
        before, after = paths[0, :, :knot].sum(axis=1), moved[0, :, :knot].sum(axis=1)
        assert (np.argsort(before, kind="stable") == np.argsort(after, kind="stable")).all()
        assert_allclose(np.median(after), np.median(before), rtol=1e-9)


@settings(max_examples=15, deadline=None)
@given(seed=SEEDS, n=st.integers(2, 6))
def test_medians_of_totals_of_a_panel_stay_about_where_they_were(seed: int, n: int) -> None:
    paths = panel(seed, n, 12, n_paths=801)
    total = np.cumsum(paths, axis=2)[:, :, -1]
    after = np.cumsum(calibrate(paths, factors(seed, 12), offset=np.ones(n)), axis=2)[:, :, -1]
    # Within the error of a median of 801 paths: 1.25 spreads / 28, and three of those.
    assert_allclose(
        np.log(np.median(after, axis=1) / np.median(total, axis=1)) / np.log(total).std(axis=1), 0, atol=0.15
    )


@settings(max_examples=15, deadline=None)
@given(seed=SEEDS, n=st.integers(1, 4), scale=st.sampled_from([0.01, 7.0, 1000.0]))
def test_the_unit_does_not_matter(seed: int, n: int, scale: float) -> None:
    paths, known = panel(seed, n, 14), factors(seed, 14)
    offset = np.linspace(1.0, 2.0, n)
    moved = calibrate(paths, known, offset=offset)
    assert_allclose(calibrate(scale * paths, known, offset=scale * offset), scale * moved, rtol=1e-8)
    came = panel(seed + 1, n, 14, n_paths=1)[:, 0]
    one = rehearsal(paths, came, origin=3, offset=offset)
    other = rehearsal(scale * paths, scale * came, origin=3, offset=scale * offset)
    assert_allclose(other.totals, one.totals, rtol=1e-7)
    assert_allclose(other.rough, one.rough, rtol=1e-7)


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS, at=st.integers(20, 60))
def test_nothing_after_the_month_known_is_looked_at(seed: int, at: int) -> None:
    rng = np.random.default_rng(seed)
    ones = [
        Rehearsal(origin, rng.uniform(0, 4, 24), np.r_[np.full(11, np.nan), rng.uniform(0, 3, 13)], 9.0)
        for origin in range(5, 70, 6)
    ]
    spoilt = []
    for one in ones:
        known = max(at - one.origin, 0)
        totals, rough = one.totals.copy(), one.rough.copy()
        totals[known:], rough[known:] = 1e6, 1e6
        spoilt.append(Rehearsal(one.origin, totals, rough, one.degrees))
    told, again = learn(ones, 24, at=at), learn(spoilt, 24, at=at)
    assert_allclose(again.idiosyncratic, told.idiosyncratic, rtol=0)
    assert (again.rough, again.n_origins) == (told.rough, told.n_origins)


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS, net=st.floats(0.2, 2.5), turnover=st.floats(0.2, 2.5))
def test_rebalanced_flows_are_not_negative_and_leave_the_net_rescaled(seed: int, net: float, turnover: float) -> None:
    came, left = panel(seed, 3, 12), panel(seed + 1, 3, 12)
    entries, exits = rebalance(came, left, net=Factors(np.full(12, net)), turnover=Factors(np.full(12, turnover)))
    assert (entries >= 0).all()
    assert (exits >= 0).all()
    before, after = np.cumsum(came - left, axis=2), np.cumsum(entries - exits, axis=2)
    centre = np.median(before, axis=1)[:, None]
    assert_allclose(after, centre + net * (before - centre), rtol=1e-8, atol=1e-6)


# Coverage where the truth is known ----------------------------------------------------------------------------------


def held(paths: np.ndarray, draws: np.ndarray) -> float:
    """Percent of draws (n, n_draws) within the 90 % interval of paths (n, n_paths)."""
    lower, upper = np.quantile(paths, [0.05, 0.95], axis=1)
    return 100 * float(((draws >= lower[:, None]) & (draws <= upper[:, None])).mean())


@pytest.mark.parametrize(
    ("scale", "raw", "least"), [(0.5, 92, 87), (0.7, 88, 87), (1.0, 81, 87), (1.4, 69, 84), (2.0, 56, 77)]
)
def test_a_spread_wrong_by_a_known_factor_is_put_right(scale: float, raw: float, least: float) -> None:
    """What is of each series alone is `scale` times as wide as stated; what is common is as wide as is assumed.

    A spread too narrow by much is put right in part only: single errors count as two spreads at most.
    """
    rng = np.random.default_rng(8)
    n, spread, middle = 20, 0.15, np.log(300.0)

    def stated(n_paths: int) -> np.ndarray:
        return np.exp(middle + spread * rng.normal(size=(n, n_paths, 1)))

    def came(n_draws: int) -> np.ndarray:
        own, common = rng.normal(size=(n, n_draws)), rng.standard_t(4, size=n_draws)
        return np.exp(middle + spread * (scale * own + 0.6 * common))

    earlier = [rehearsal(stated(200), came(1), origin=at, offset=np.ones(n)) for at in range(200)]
    paths, truth = stated(1000), came(10_000)
    moved = calibrate(paths, learn(earlier, 1, at=200), offset=np.ones(n))
    assert least < held(moved[:, :, 0], truth) < 93
    assert abs(held(paths[:, :, 0], truth) - raw) < 3


@pytest.mark.parametrize(("together", "raw"), [(-0.5, 82), (0.5, 98)])
def test_net_additions_of_flows_that_go_together_or_apart_are_put_right(together: float, raw: float) -> None:
    """Entries and exits are stated as independent; in truth their errors are correlated."""
    rng = np.random.default_rng(9)
    n, covariance = 20, 15.0**2 * np.array([[1, together], [together, 1]])

    def stated(n_paths: int) -> np.ndarray:
        return rng.normal([[[[200.0]]], [[[150.0]]]], 15.0, (2, n, n_paths, 1))

    def came(n_draws: int) -> np.ndarray:
        return np.moveaxis(rng.multivariate_normal([200, 150], covariance, (n, n_draws)), -1, 0)

    told: tuple[list[Rehearsal], list[Rehearsal]] = ([], [])
    for origin in range(200):
        entries, exits = came(1)
        found = net_rehearsal(*stated(200), net=entries - exits, turnover=entries + exits, origin=origin)
        for ones, one in zip(told, found, strict=True):
            ones.append(one)
    net, turnover = (learn(ones, 1, at=200, prior=1.0) for ones in told)
    entries, exits = stated(1000)
    truth = np.subtract(*came(10_000))
    moved, gone = rebalance(entries, exits, net=net, turnover=turnover)
    # Errors of more than two spreads count as two: of flows that go apart a little is left.
    assert 84 < held((moved - gone)[:, :, 0], truth) < 93
    assert abs(held((entries - exits)[:, :, 0], truth) - raw) < 3
