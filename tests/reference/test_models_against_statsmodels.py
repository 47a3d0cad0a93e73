"""Each member against statsmodels' own forecast, and its spread against statsmodels' own variance.

Path variance of a model that is linear in its innovations, h months ahead:  scale^2 sum_{j<h} response[j]^2.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from statsmodels.tools.sm_exceptions import ModelWarning
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.forecasting.theta import ThetaModel
from statsmodels.tsa.statespace.sarimax import SARIMAX

from forecasting.models import MODELS
from forecasting.models.linear import LinearFitted, LinearSeries, shrunk_correlation
from forecasting.models.theta import _fitted

HORIZON = 30


def monthly(n: int, *, trend: float = 0.002, seed: int = 4) -> np.ndarray:
    """A log count with a season, a trend and a wandering level."""
    rng = np.random.default_rng(seed)
    season = np.array([-0.4, -0.25, 0.05, 0.1, 0.12, 0.08, 0.03, 0.04, 0.06, 0.02, 0.01, 0.14])
    return (
        4.0 + np.resize(season, n) + trend * np.arange(n) + np.cumsum(rng.normal(0, 0.02, n)) + rng.normal(0, 0.08, n)
    )


def fitted(name: str, y: np.ndarray) -> LinearSeries:
    result = MODELS[name].fit(y[None])
    assert result.failures == ()
    return result.series[0]  # type: ignore[attr-defined]


def fit_quietly(model: Any, **options: object) -> Any:
    """Fit a peer; the members too leave the optimiser's remarks unread and judge the result."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ModelWarning)
        return model.fit(disp=False, **options)


def airline(y: np.ndarray, *, is_seasonal: bool) -> Any:
    model = SARIMAX(
        y,
        order=(0, 1, 1),
        seasonal_order=(0, 1, 1, 12) if is_seasonal else (0, 0, 0, 0),
        concentrate_scale=True,
    )
    return fit_quietly(model, maxiter=60, cov_type="none")


def variance(series: LinearSeries) -> np.ndarray:
    return series.scale**2 * np.cumsum(series.response(HORIZON) ** 2)


@pytest.mark.parametrize(
    ("y", "has_trend", "is_seasonal"),
    [
        (monthly(60), False, True),
        (monthly(18), False, False),
        (4 + 2.5 * (1 - 0.9 ** np.arange(20)) + np.random.default_rng(1).normal(0, 0.01, 20), True, False),
        (
            np.resize(monthly(12), 48) + 3 * (1 - 0.93 ** np.arange(48)) + monthly(48, trend=0, seed=9) * 0.02,
            True,
            True,
        ),
    ],
    ids=["ANA", "ANN", "AAdN", "AAdA"],
)
def test_exponential_smoothing(y: np.ndarray, *, has_trend: bool, is_seasonal: bool) -> None:
    model = ETSModel(
        pd.Series(y),
        error="add",
        trend="add" if has_trend else None,
        damped_trend=has_trend,
        seasonal="add" if is_seasonal else None,
        seasonal_periods=12 if is_seasonal else None,
    )
    peer = fit_quietly(model, maxiter=200)
    ours = fitted("ets", y)
    assert_allclose(ours.centre(HORIZON), peer.forecast(HORIZON), rtol=1e-9)
    assert_allclose(ours.residuals, peer.resid, rtol=1e-9)
    prediction = peer.get_prediction(start=len(y), end=len(y) + HORIZON - 1)
    assert_allclose(variance(ours), prediction.forecast_variance, rtol=1e-9)


def test_the_trend_is_kept_only_where_it_pays() -> None:
    """AICc: without a trend the last level goes on for ever; with one, the centre still moves."""
    level = fitted("ets", monthly(18, trend=0.0)).centre(5)
    assert_allclose(level, level[0])


@pytest.mark.parametrize("holes", [[], [20, 21, 22]], ids=["whole", "with holes"])
def test_airline(holes: list[int]) -> None:
    y = monthly(72)
    y[holes] = np.nan
    peer = airline(y, is_seasonal=True)
    ours = fitted("airline", y)
    forecast = peer.get_forecast(HORIZON)
    assert_allclose(ours.centre(HORIZON), forecast.predicted_mean, rtol=1e-9)
    # The filter still doubts the season a little after six years, the closed form never: up to a tenth of the variance.
    missed = 1 - variance(ours) / forecast.var_pred_mean
    assert missed.min() >= -1e-9
    assert missed.max() < 0.10
    assert np.isnan(ours.residuals).sum() == 13 + len(holes)


def test_airline_below_three_years_has_no_season() -> None:
    y = monthly(35)
    peer = airline(y, is_seasonal=False)
    ours = fitted("airline", y)
    forecast = peer.get_forecast(HORIZON)
    assert_allclose(ours.centre(HORIZON), forecast.predicted_mean, rtol=1e-9)
    assert_allclose(variance(ours), forecast.var_pred_mean, rtol=0.05)  # the level is in doubt after 35 months
    assert_allclose(ours.response(4), [1, *[1 + peer.params[0]] * 3])


@pytest.mark.parametrize("n", [13, 25, 61])
def test_theta_centre(n: int) -> None:
    y = monthly(n)
    is_seasonal = n >= 24
    peer = ThetaModel(
        pd.Series(y), period=12 if is_seasonal else 1, deseasonalize=is_seasonal, method="additive", use_test=False
    ).fit()
    assert_allclose(fitted("theta", y).centre(HORIZON), peer.forecast(HORIZON), rtol=1e-9)


@pytest.mark.parametrize("n", [13, 61])
def test_theta_is_simple_exponential_smoothing_with_half_the_drift(n: int) -> None:
    """Hyndman & Billah (2003): our recursion, run one month on, says what statsmodels' theta forecasts."""
    y = monthly(n, trend=0.02)
    peer = ThetaModel(pd.Series(y), period=1, deseasonalize=False).fit()
    recursion = _fitted(np.append(y, 0.0), peer.params["alpha"], peer.params["b0"])
    assert_allclose(recursion[-1], peer.forecast(1).iloc[0], rtol=1e-9)


def test_theta_spread_is_that_of_its_arima() -> None:
    """ARIMA(0,1,1) with theta = alpha - 1 moves by alpha for each innovation: 1 + (h - 1) alpha^2.

    statsmodels' own `prediction_intervals` take 1 + (h - 1)(1 + (alpha - 1)^2) instead, which is not the variance of
    that ARIMA (ten times too wide in the far months at alpha = 0.3), so the Kalman filter is the reference here.
    """
    y = monthly(61)
    ours = fitted("theta", y)
    alpha = ours.response(2)[1]
    assert 0.02 < alpha < 0.98
    arima = SARIMAX(y, order=(0, 1, 1)).filter([alpha - 1, ours.scale**2])
    assert_allclose(variance(ours), arima.get_forecast(HORIZON).var_pred_mean, rtol=0.02)


def test_theta_residuals_are_those_of_its_own_season() -> None:
    """Residuals around a season fitted to the months themselves would be a quarter too small on two years."""
    y = monthly(25)
    ours = fitted("theta", y)
    season = y - ThetaModel(pd.Series(y), period=12, method="additive", use_test=False)._deseasonalize_data()[0]
    peer = ThetaModel(pd.Series(y), period=12, method="additive", use_test=False).fit()
    expected = y - season - _fitted(y - season, peer.params["alpha"], peer.params["b0"])
    assert_allclose(ours.residuals, expected, atol=1e-9)
    assert_allclose(ours.scale, np.sqrt(np.mean(expected[1:] ** 2)), rtol=1e-9)


# Joint futures ----------------------------------------------------------------------------------------------------


def test_shrunk_correlation_by_hand() -> None:
    """Products 2 1 2 4: r = (9/4) / 2.5 = 0.9; their squares 4 1 4 16 over 2.5^2: mean 1.

    Variance of r: (1 - 0.81) / 4 = 0.0475. Shrinkage: 0.0475 / 0.81. Left: 0.9 - 0.0475 / 0.9.
    """
    residuals = np.array([[1.0, -1, 2, -2], [2, -1, 1, -2]])
    left = 0.9 - 0.0475 / 0.9
    assert_allclose(shrunk_correlation(residuals), [[1, left], [left, 1]], rtol=1e-12)
    # Neither level nor scale matters, and the sign follows.
    assert_allclose(shrunk_correlation(residuals * [[30], [-0.2]] + 5)[0, 1], -left, rtol=1e-12)


@pytest.mark.parametrize(
    ("residuals", "expected"),
    [
        ([[1.0, -1, 1, -1], [3, -3, 3, -3]], 0.99),  # no doubt at all: still a hundredth is taken
        ([[1.0, -1, 1, -1], [1, 1, -1, -1]], 0.0),
        ([[1.0, -1, 2, -2], [0, 0, 0, 0]], 0.0),
        ([[1.0, -1, 2, -2], [np.nan] * 4], 0.0),
        ([[5.0, -1, 2, -2], [np.nan, 4, np.nan, np.nan]], 0.0),
    ],
    ids=["one", "none", "constant", "never observed", "observed once"],
)
def test_correlation_at_the_edges(residuals: list[list[float]], expected: float) -> None:
    assert_allclose(shrunk_correlation(np.array(residuals)), [[1, expected], [expected, 1]], atol=1e-12)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_correlation_of_more_series_than_months_is_positive_definite(seed: int) -> None:
    rng = np.random.default_rng(seed)
    residuals = rng.normal(size=(1, 9)) + 0.1 * rng.normal(size=(20, 9))
    residuals[rng.random(residuals.shape) < 0.15] = np.nan
    correlation = shrunk_correlation(residuals)
    assert_allclose(np.diag(correlation), 1.0)
    assert_allclose(correlation, correlation.T)
    assert np.linalg.eigvalsh(correlation).min() > 0.005
    assert correlation[np.triu_indices(20, 1)].mean() > 0.3


def test_simulated_innovations_are_correlated_as_the_residuals() -> None:
    rng = np.random.default_rng(6)
    residuals = rng.normal(size=(3, 200))
    residuals[1] += 0.9 * residuals[0]
    residuals[2] -= 1.5 * residuals[0]
    series = tuple(
        LinearSeries(
            centre=lambda horizon, level=level: np.full(horizon, level),
            response=lambda horizon: np.eye(horizon)[0],
            residuals=row,
            scale=scale,
        )
        for row, level, scale in zip(residuals, (5.0, -3.0, 40.0), (0.1, 2.0, 7.0), strict=True)
    )
    drawn = LinearFitted(series=(series[0], None, series[1], series[2]), failures=()).simulate(
        5, 4000, np.random.default_rng(7)
    )
    assert np.isnan(drawn[1]).all()
    live = drawn[[0, 2, 3]].reshape(3, -1)
    assert_allclose(np.corrcoef(live), shrunk_correlation(residuals), atol=0.02)
    assert_allclose(live.mean(axis=1), [5, -3, 40], atol=0.15)
    assert_allclose(live.std(axis=1), [0.1, 2, 7], rtol=0.02)


@pytest.mark.parametrize("name", list(MODELS))
def test_simulated_paths_have_the_centre_and_the_variance(name: str) -> None:
    y = monthly(40)
    result = MODELS[name].fit(y[None])
    series = result.series[0]  # type: ignore[attr-defined]
    drawn = result.simulate(HORIZON, 4000, np.random.default_rng(3))[0]
    spread = np.sqrt(variance(series))
    assert np.abs((drawn.mean(axis=0) - series.centre(HORIZON)) / spread).max() < 4 / np.sqrt(4000)
    assert_allclose(drawn.std(axis=0), spread, rtol=0.05)


def test_members_given_the_same_numbers_move_together() -> None:
    """Or the mean of their paths would be narrower than any of them."""
    y = monthly(40)
    first, second = (
        MODELS[name].fit(y[None]).simulate(3, 200, np.random.default_rng(3))[0, :, 0] for name in ("ets", "airline")
    )
    assert_allclose(np.corrcoef(first, second)[0, 1], 1.0, rtol=1e-9)
