"""Months of small counts: what a year's total says of them, against the distribution in closed form."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import dirichlet_multinomial

from forecasting.count_noise import SMALL, count_months


def rng(seed: int = 3) -> np.random.Generator:
    return np.random.default_rng(seed)


def noisy(mean: float, dispersion: float, n_paths: int, seed: int = 7, share: float = 1.0) -> np.ndarray:
    """One series whose years all have the total 12 x mean, and months with a share of that dispersion's log noise."""
    size = share * np.sqrt(mean + dispersion * mean**2) / (1.0 + mean)
    months = np.exp(np.log(1.0 + mean) + size * rng(seed).standard_normal((1, n_paths, 12))) - 1.0
    months = np.maximum(months, 0.0)
    return months * (12.0 * mean / months.sum(axis=2))[:, :, None]


def test_a_year_falls_on_its_months_as_a_negative_binomial_would_given_its_sum() -> None:
    # Poisson draws of gamma intensities with variance 0.15, given their sum of 144, are Dirichlet-multinomial with
    # 1 / 0.15 = 6.7 a month: a month's variance is 144 x 1/12 x 11/12 x (144 + 80) / (1 + 80) = 30.4 (Poisson: 11).
    drawn = count_months(noisy(12.0, 0.15, 20_000), rng())[0]
    truth = dirichlet_multinomial(np.full(12, 1 / 0.15), 144)
    assert_allclose(truth.cov()[0, 0], 30.42, rtol=1e-3)
    assert_allclose(drawn.mean(axis=0), 12.0, rtol=0.02)
    assert_allclose(drawn[:, 3:9].var(axis=0).mean(), truth.cov()[0, 0], rtol=0.10)


def test_months_without_dispersion_vary_as_counts_do() -> None:
    # Given 12 x 6 = 72 in all, Poisson months are multinomial: variance 72 x 1/12 x 11/12 = 5.5.
    drawn = count_months(noisy(6.0, 0.0, 20_000), rng())[0]
    assert_allclose(drawn[:, 3:9].var(axis=0).mean(), 5.5, rtol=0.12)


def test_series_stay_as_dependent_as_their_dispersion_makes_them() -> None:
    one = noisy(30.0, 0.3, 4_000)
    alike = count_months(np.concatenate([one, one]), rng())
    apart = count_months(np.concatenate([one, noisy(30.0, 0.3, 4_000, seed=8)]), rng())
    # Of a month's variance 30 + 0.3 x 900 = 300, the 270 of its intensity are shared.
    assert_allclose(np.corrcoef(alike[0, :, 5], alike[1, :, 5])[0, 1], 0.9, atol=0.03)
    assert abs(np.corrcoef(apart[0, :, 5], apart[1, :, 5])[0, 1]) < 0.05


def test_a_series_of_very_few_takes_the_dispersion_of_the_panel() -> None:
    few, many = noisy(2.0, 0.0, 5_000), noisy(45.0, 0.5, 5_000, seed=8)
    alone = count_months(few, rng())[0].var()
    beside = count_months(np.concatenate([few, many]), rng())[0].var()
    assert beside > 1.1 * alone


def test_months_that_are_steadier_than_counts_stay() -> None:
    # Standard deviations of 0.65 and 0.8 of a Poisson's: 0.42 and 0.64 of its variance.
    steady, not_steady = noisy(20.0, 0.0, 300, share=0.65), noisy(20.0, 0.0, 300, share=0.8)
    assert_array_equal(count_months(steady, rng()), steady)
    assert (count_months(not_steady, rng()) != not_steady).mean() > 0.9


def test_large_counts_and_zeros_stay() -> None:
    paths = np.concatenate([noisy(SMALL * 1.1, 0.1, 50), np.zeros((1, 50, 12)), noisy(7.0, 0.1, 50)])
    drawn = count_months(paths, rng())
    assert_array_equal(drawn[:2], paths[:2])
    assert (drawn[2] != paths[2]).mean() > 0.9


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1000), horizon=st.integers(1, 30), size=st.floats(0.01, 40.0), spread=st.floats(0.0, 3.0))
def test_years_keep_their_totals_on_every_path(seed: int, horizon: int, size: float, spread: float) -> None:
    paths = size * np.exp(spread * rng(seed).standard_normal((3, 11, horizon)))
    drawn = count_months(paths, rng(seed))
    assert (drawn >= 0).all()
    for start in range(0, horizon, 12):
        assert_allclose(
            drawn[:, :, start : start + 12].sum(axis=2), paths[:, :, start : start + 12].sum(axis=2), rtol=1e-9
        )


@pytest.mark.parametrize("extreme", [1e80, 1e12])
def test_a_path_beyond_all_counting_stays_finite(extreme: float) -> None:
    paths = noisy(5.0, 0.2, 41)
    paths[0, 3, 7] = extreme
    assert np.isfinite(count_months(paths, rng())).all()
