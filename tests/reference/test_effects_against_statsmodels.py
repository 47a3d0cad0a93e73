"""Regression with season and level taken out, against generalised least squares and deletion by hand."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from numpy.testing import assert_allclose

from forecasting.design import Regressor
from forecasting.local_level import Ratios, choose_ratios, cut_errors, level_shifts, projector
from forecasting.regression import estimate

RATIOS = Ratios(level=0.1, season=0.02)


def variance(months: np.ndarray) -> np.ndarray:
    made = np.eye(len(months))
    for i, s in enumerate(months):
        for j, t in enumerate(months):
            made[i, j] += RATIOS.level * min(s, t)
            made[i, j] += RATIOS.season * min(s, t) / 12 * ((s - t) % 12 == 0)
    return made


def dummies(months: np.ndarray) -> np.ndarray:
    return (months[:, None] % 12 == np.arange(12)).astype(float)


@pytest.fixture
def series() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(4)
    months = np.setdiff1d(np.arange(40), [7, 21])
    z = np.full(40, np.nan)
    z[months] = 5.0 + 0.3 * rng.standard_normal(38) + 0.02 * months
    return z, rng.standard_normal((2, 40)), months


def test_coefficients_are_those_of_least_squares(series: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    z, x, months = series
    made = projector(~np.isnan(z), RATIOS)
    inside = np.nan_to_num(z)
    found = np.linalg.solve(x @ made.matrix @ x.T, x @ made.matrix @ inside)
    fitted = sm.GLS(z[months], np.column_stack([x[:, months].T, dummies(months)]), sigma=variance(months)).fit()
    assert_allclose(found, fitted.params[:2], rtol=1e-8)
    noise = (inside - found @ x) @ made.matrix @ (inside - found @ x) / (made.freedom - 2)
    assert_allclose(noise * np.linalg.inv(x @ made.matrix @ x.T), fitted.cov_params()[:2, :2], rtol=1e-8)
    assert made.freedom == 38 - 12


def test_each_month_is_predicted_from_all_others(series: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    z, _, months = series
    made = projector(~np.isnan(z), RATIOS)
    v = variance(months)
    for left_out in (0, 11, 37):
        kept = np.delete(np.arange(38), left_out)
        fitted = sm.GLS(z[months[kept]], dummies(months[kept]), sigma=v[np.ix_(kept, kept)]).fit()
        mean = dummies(months[[left_out]])[0] @ fitted.params
        carried = v[left_out, kept] @ np.linalg.solve(v[np.ix_(kept, kept)], z[months[kept]] - fitted.fittedvalues)
        error = z[months[left_out]] - mean - carried
        at = months[left_out]
        assert_allclose((made.matrix @ np.nan_to_num(z))[at] / made.weight[at], error, rtol=1e-8)


def test_a_shift_is_a_regression_on_a_step() -> None:
    rng = np.random.default_rng(9)
    z = 4.0 + 0.1 * rng.standard_normal((1, 48)) + 0.4 * (np.arange(48) >= 29)
    size, error = level_shifts(z)
    ratios = choose_ratios(z)
    made = projector(np.ones(48, dtype=bool), ratios)
    cut, _ = cut_errors(z, made)
    months = np.arange(48)
    v = np.eye(48) + ratios.level * np.minimum.outer(months, months)
    v += ratios.season * np.minimum.outer(months, months) / 12 * ((months[:, None] - months) % 12 == 0)
    step = (months >= 29).astype(float)
    fitted = sm.GLS(cut[0], np.column_stack([step, dummies(months)]), sigma=v).fit()
    assert_allclose(size[0, 29], fitted.params[0], rtol=1e-8)
    assert_allclose(error[0, 29], fitted.bse[0], rtol=1e-8)
    assert_allclose(size[0, 29], 0.4, atol=0.1)


def test_one_series_without_gross_errors_is_shrunk_least_squares() -> None:
    rng = np.random.default_rng(2)
    x = rng.standard_normal(60)
    z = 3.0 + np.tile(rng.standard_normal(12), 5) + 0.7 * x + 0.05 * rng.uniform(-1, 1, 60)
    made = estimate(z[None], [Regressor("event", x[None], "event", is_declared=True)])
    fitted = sm.OLS(z, np.column_stack([x, dummies(np.arange(60))])).fit()
    # The prior of an event, N(0, 0.5^2), is nothing beside sixty months.
    assert_allclose(made.coefficients[0, 0], fitted.params[0], rtol=2e-3)
    assert_allclose(made.covariance[0, 0, 0] ** 0.5, fitted.bse[0], rtol=0.15)
