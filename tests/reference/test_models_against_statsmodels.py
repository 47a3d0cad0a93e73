"""Each statsmodels member against statsmodels' own forecast, and its spread against statsmodels' own variance.

Path variance of a model that is linear in its innovations, h months ahead:  scale^2 sum_{j<h} response[j]^2.
"""

from __future__ import annotations

import pickle
import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from joblib import parallel_config
from numpy.testing import assert_allclose
from statsmodels.tools.sm_exceptions import ModelWarning
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.forecasting.stl import STLForecast
from statsmodels.tsa.forecasting.theta import ThetaModel
from statsmodels.tsa.statespace.sarimax import SARIMAX
from statsmodels.tsa.statespace.structural import UnobservedComponents

from forecasting.classic import CLASSIC
from forecasting.classic.components import Components, settled
from forecasting.classic.linear import LinearFitted, LinearSeries
from forecasting.classic.sarimax import Sarimax
from forecasting.classic.stl import Stl
from forecasting.classic.theta import Theta, one_step
from forecasting.errors import ModelError
from forecasting.shocks import Shocks

pytestmark = pytest.mark.slow
HORIZON = 30


def monthly(n: int, *, trend: float = 0.002, seed: int = 4) -> np.ndarray:
    """A log count with a season, a trend and a wandering level."""
    rng = np.random.default_rng(seed)
    season = np.array([-0.4, -0.25, 0.05, 0.1, 0.12, 0.08, 0.03, 0.04, 0.06, 0.02, 0.01, 0.14])
    return (
        4.0 + np.resize(season, n) + trend * np.arange(n) + np.cumsum(rng.normal(0, 0.02, n)) + rng.normal(0, 0.08, n)
    )


def fitted(model: Any, y: np.ndarray) -> LinearSeries:
    """Fit one series by a spec, or by the name of one."""
    model = CLASSIC[model] if isinstance(model, str) else model
    result = replace(model, horizon=HORIZON).fit(y[None])
    assert result.failures == ()
    return result.series[0]  # type: ignore[no-any-return]


def fit_quietly(model: Any, **options: object) -> Any:
    """Fit a peer; the members too leave the optimiser's remarks unread and judge the result."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ModelWarning)
        return model.fit(disp=False, **options)


def airline(y: np.ndarray, *, is_seasonal: bool = True, **options: object) -> Any:
    model = SARIMAX(
        y,
        order=(0, 1, 1),
        seasonal_order=(0, 1, 1, 12) if is_seasonal else (0, 0, 0, 0),
        concentrate_scale=True,
        **options,
    )
    return fit_quietly(model, maxiter=60, cov_type="none")


def variance(series: LinearSeries) -> np.ndarray:
    return series.scale**2 * np.cumsum(series.response**2)


# Exponential smoothing ------------------------------------------------------------------------------------------------


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
    ours = fitted("statsmodels-ets", y)
    assert_allclose(ours.centre, peer.forecast(HORIZON), rtol=1e-9)
    assert_allclose(ours.residuals, peer.resid, rtol=1e-9)
    prediction = peer.get_prediction(start=len(y), end=len(y) + HORIZON - 1)
    assert_allclose(variance(ours), prediction.forecast_variance, rtol=1e-9)


def test_the_trend_is_kept_only_where_it_pays() -> None:
    """AICc: without a trend the last level goes on for ever; with one, the centre still moves."""
    level = fitted("statsmodels-ets", monthly(18, trend=0.0)).centre
    assert_allclose(level, level[0])


# Seasonal ARIMA -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("holes", [[], [20, 21, 22]], ids=["whole", "with holes"])
def test_airline(holes: list[int]) -> None:
    y = monthly(72)
    y[holes] = np.nan
    peer = airline(y)
    ours = fitted("statsmodels-sarimax", y)
    forecast = peer.get_forecast(HORIZON)
    # Differenced beforehand, the first months are known and not in doubt by a million: another optimum by 1e-5.
    assert_allclose(ours.centre, forecast.predicted_mean, rtol=1e-9 if holes else 1e-4)
    # The filter still doubts the season a little after six years, the closed form never: up to a tenth of the variance.
    missed = 1 - variance(ours) / forecast.var_pred_mean
    assert missed.min() >= -2e-4
    assert missed.max() < 0.10
    assert np.isnan(ours.residuals).sum() == 13 + len(holes)


def test_airline_has_the_parameters_of_the_differenced_series() -> None:
    """Differences of 1 and 12 months, then MA(1)(1): the variance of a month ahead and of later ones, exactly."""
    y = monthly(72)
    w = np.diff(y)
    peer = fit_quietly(
        SARIMAX(w[12:] - w[:-12], order=(0, 0, 1), seasonal_order=(0, 0, 1, 12), concentrate_scale=True),
        maxiter=60,
        cov_type="none",
    )
    ours = fitted("statsmodels-sarimax", y)
    theta, seasonal = peer.params
    assert_allclose(ours.response[:12], [1.0, *[1 + theta] * 11], atol=1e-5)
    assert_allclose(ours.response[12], 1 + theta + 1 + seasonal, atol=1e-5)
    assert_allclose(ours.response[13], (1 + theta) * (2 + seasonal), atol=1e-5)
    assert_allclose(ours.scale, np.sqrt(peer.scale), rtol=1e-4)


def test_airline_below_three_years_has_no_season() -> None:
    y = monthly(35)
    peer = airline(y, is_seasonal=False)
    ours = fitted("statsmodels-sarimax", y)
    forecast = peer.get_forecast(HORIZON)
    assert_allclose(ours.centre, forecast.predicted_mean, rtol=1e-5)
    assert_allclose(variance(ours), forecast.var_pred_mean, rtol=0.05)  # the level is in doubt after 35 months
    assert_allclose(ours.response[:4], [1, *[1 + peer.params[0]] * 3], atol=1e-4)


def test_other_orders() -> None:
    """ARIMA(1,1,1): the response to an innovation is that of statsmodels' own impulse."""
    y = monthly(60)
    ours = fitted(Sarimax(order=(1, 1, 1), seasonal_order=(0, 0, 0)), y)
    peer = fit_quietly(SARIMAX(y, order=(1, 1, 1), concentrate_scale=True), maxiter=60, cov_type="none")
    assert_allclose(ours.centre, peer.forecast(HORIZON), rtol=1e-4)
    assert_allclose(ours.response, peer.impulse_responses(HORIZON - 1), atol=1e-4)
    assert ours.response[1] > ours.response[2] + 0.05


def regressors(n: int) -> np.ndarray:
    """A campaign in months 40 to 44 that comes again 3 months ahead, and a step for good in month 50."""
    columns = np.zeros((n + HORIZON, 2))
    columns[[40, 41, 42, 43, 44, n + 2], 0] = [1.0, 2.0, 2.0, 1.0, 0.5, 1.5]
    columns[50:, 1] = 1.0
    return columns


@pytest.mark.parametrize("holes", [[], [20, 57]], ids=["whole", "with holes"])
def test_regressors(holes: list[int]) -> None:
    x = regressors(72)
    y = monthly(72) + x[:72] @ [0.8, -0.6]
    y[holes] = np.nan
    ours = fitted(Sarimax(regressors=x), y)
    peer = airline(y, exog=x[:72])
    assert_allclose(peer.params[:2], [0.8, -0.6], atol=0.1)
    assert_allclose(ours.centre, peer.forecast(HORIZON, exog=x[72:]), rtol=1e-9 if holes else 1e-4)
    # What is known of the months ahead counts: the campaign comes again in the third.
    without = x.copy()
    without[72:, 0] = 0.0
    expected = np.eye(1, HORIZON, 2)[0] * 1.5 * peer.params[0]
    assert_allclose(ours.centre - fitted(Sarimax(regressors=without), y).centre, expected, atol=1e-3)


def test_regressors_are_aligned_to_the_first_month_of_the_panel() -> None:
    """A series that begins 5 months late and stops 2 months early has the same effects in the same months."""
    x = regressors(72)
    y = monthly(72) + x[:72] @ [0.8, -0.6]
    short = np.concatenate([np.full(5, np.nan), y[5:70], [np.nan] * 2])
    ours = fitted(Sarimax(regressors=x), short)
    peer = airline(y[5:70], exog=x[5:70])
    assert_allclose(ours.centre, peer.forecast(HORIZON + 2, exog=x[70:])[2:], rtol=1e-4)
    assert np.flatnonzero(~np.isnan(ours.residuals)).tolist() == list(range(5 + 13, 70))


def test_regressors_that_do_not_fit_are_refused() -> None:
    y = monthly(40)[None]
    with pytest.raises(ModelError, match=r"回归变量的形状为\(69, 1\)，应为（70, k）：已有40个月，另加预备预测的30个月"):
        Sarimax(horizon=30, regressors=np.ones((69, 1))).fit(y)
    with pytest.raises(ModelError, match=r"回归变量的形状为\(70,\)"):
        Sarimax(horizon=30, regressors=np.ones(70)).fit(y)
    x = np.ones((70, 2))
    x[[6, 55], [0, 1]] = [np.nan, np.inf]
    with pytest.raises(ModelError, match="回归变量第7、56行有空值或无穷大的数"):
        Sarimax(horizon=30, regressors=x).fit(y)


def test_regressors_that_cannot_be_told_apart_fail_there_only() -> None:
    """A step in month 10 is nothing to a series that begins in month 20; a straight line is differenced away."""
    x = np.zeros((70, 1))
    x[10:] = 1.0
    y = np.stack([monthly(40), monthly(40, seed=5)])
    y[0, :20] = np.nan
    result = Sarimax(horizon=30, regressors=x).fit(y)
    assert [(failure.row, failure.model) for failure in result.failures] == [(0, "statsmodels-sarimax")]
    assert "1 regressors, of which 0" in result.failures[0].reason
    assert result.series[1] is not None
    x = np.column_stack([x, np.arange(70.0)])
    assert "2 regressors, of which 1" in Sarimax(horizon=30, regressors=x).fit(y[1:]).failures[0].reason


# Unobserved components ------------------------------------------------------------------------------------------------

#: Irregular, level, trend, season; without trend, without its place.
VARIANCES = [4e-3, 6e-4, 1e-4, 1e-3]


@pytest.mark.parametrize("waves", ["harmonics", "months"])
@pytest.mark.parametrize("damping", [0.0, 0.9, 1.0])
def test_components_that_have_settled(waves: Any, damping: float) -> None:
    """After sixty years of moving components the filter has settled, and one response says it all, to 1e-6."""
    y = monthly(720)
    params = [value for place, value in enumerate(VARIANCES) if damping > 0 or place != 2]
    result = Components(damping=damping, waves=waves).model(y).smooth(params)
    forecast = result.get_forecast(HORIZON)
    ours = settled(result, HORIZON)
    assert_allclose(ours.centre, forecast.predicted_mean, rtol=1e-9)
    assert_allclose(variance(ours), forecast.var_pred_mean, rtol=1e-6)
    if damping in (0.0, 1.0):  # statsmodels' own models
        peer = UnobservedComponents(
            y,
            level="local linear trend" if damping else "local level",
            **({"seasonal": 12} if waves == "months" else {"freq_seasonal": [{"period": 12, "harmonics": 6}]}),
        ).smooth(params)
        assert_allclose(ours.centre, peer.forecast(HORIZON), rtol=1e-9)
    else:  # over whole cycles only the slope moves the centre: b, b + phi b, b + phi b + phi^2 b, ...
        moved = result.trend["filtered"][-1] * np.cumsum(damping ** np.arange(HORIZON))
        assert_allclose(ours.centre[12:] - ours.centre[:-12], moved[12:] - moved[:-12], rtol=1e-6)


@pytest.mark.parametrize(
    ("n", "holes", "tolerance"), [(84, [], 0.03), (48, [], 0.05), (84, [17, 18, 30], 0.05)], ids=["7y", "4y", "holes"]
)
def test_components(n: int, holes: list[int], tolerance: float) -> None:
    """Before it has settled, the next month's variance is exact, and later ones are near.

    The filter still learns the season from each month to come, so that innovations shrink on the way, and it doubts a
    calendar month that was missed more than others; the closed form gives all of them the size of the first.
    """
    y = monthly(n)
    y[holes] = np.nan
    model = UnobservedComponents(y, level="local linear trend", freq_seasonal=[{"period": 12, "harmonics": 6}])
    model.ssm["transition", 1, 1] = 0.95
    peer = fit_quietly(model, maxiter=100, cov_type="none")
    forecast = peer.get_forecast(HORIZON)
    ours = fitted("statsmodels-components", y)
    assert_allclose(ours.centre, forecast.predicted_mean, rtol=1e-9)
    assert_allclose(variance(ours)[0], forecast.var_pred_mean[0], rtol=1e-9)
    assert_allclose(variance(ours), forecast.var_pred_mean, rtol=tolerance)
    # Level, slope and eleven months are unknown at first.
    assert np.flatnonzero(np.isnan(ours.residuals)).tolist() == [*range(13), *holes]


def test_components_below_two_years_are_a_level() -> None:
    y = monthly(23)
    ours = fitted("statsmodels-components", y)
    peer = fit_quietly(UnobservedComponents(y, level="local level"), maxiter=100, cov_type="none")
    assert_allclose(ours.centre, peer.forecast(HORIZON), rtol=1e-9)
    assert np.isnan(ours.residuals).sum() == 1


# Theta ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [13, 25, 61])
def test_theta_centre(n: int) -> None:
    y = monthly(n)
    is_seasonal = n >= 24
    peer = ThetaModel(
        pd.Series(y), period=12 if is_seasonal else 1, deseasonalize=is_seasonal, method="additive", use_test=False
    ).fit()
    assert_allclose(fitted("statsmodels-theta", y).centre, peer.forecast(HORIZON), rtol=1e-9)


@pytest.mark.parametrize("n", [13, 61])
def test_theta_is_simple_exponential_smoothing_with_half_the_drift(n: int) -> None:
    """Hyndman & Billah (2003): our recursion, run one month on, says what statsmodels' theta forecasts."""
    y = monthly(n, trend=0.02)
    peer = ThetaModel(pd.Series(y), period=1, deseasonalize=False).fit()
    recursion = one_step(np.append(y, 0.0), peer.params["alpha"], peer.params["b0"])
    assert_allclose(recursion[-1], peer.forecast(1).iloc[0], rtol=1e-9)


def test_theta_spread_is_that_of_its_arima() -> None:
    """ARIMA(0,1,1) with theta = alpha - 1 moves by alpha for each innovation: 1 + (h - 1) alpha^2.

    statsmodels' own `prediction_intervals` take 1 + (h - 1)(1 + (alpha - 1)^2) instead, which is not the variance of
    that ARIMA (ten times too wide in the far months at alpha = 0.3), so the Kalman filter is the reference here.
    """
    y = monthly(61)
    ours = fitted("statsmodels-theta", y)
    alpha = ours.response[1]
    assert 0.02 < alpha < 0.98
    arima = SARIMAX(y, order=(0, 1, 1)).filter([alpha - 1, ours.scale**2])
    assert_allclose(variance(ours), arima.get_forecast(HORIZON).var_pred_mean, rtol=0.02)


def test_theta_residuals_are_those_of_its_own_season() -> None:
    """Residuals around a season fitted to the months themselves would be a quarter too small on two years."""
    y = monthly(25)
    ours = fitted("statsmodels-theta", y)
    season = y - ThetaModel(pd.Series(y), period=12, method="additive", use_test=False)._deseasonalize_data()[0]
    peer = ThetaModel(pd.Series(y), period=12, method="additive", use_test=False).fit()
    expected = y - season - one_step(y - season, peer.params["alpha"], peer.params["b0"])
    assert_allclose(ours.residuals, expected, atol=1e-9)
    assert_allclose(ours.scale, np.sqrt(np.mean(expected[1:] ** 2)), rtol=1e-9)


# STL ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("has_trend", [False, True])
def test_stl(*, has_trend: bool) -> None:
    y = monthly(50, trend=0.0) + 2.5 * has_trend * (1 - 0.93 ** np.arange(50))
    peer = STLForecast(
        pd.Series(y),
        ETSModel,
        model_kwargs={"error": "add", "trend": "add" if has_trend else None, "damped_trend": has_trend},
        period=12,
        seasonal=11,
    ).fit(fit_kwargs={"disp": False, "maxiter": 200})
    ours = fitted("statsmodels-stl", y)
    assert_allclose(ours.centre, peer.forecast(HORIZON), rtol=1e-9)
    prediction = peer.get_prediction(len(y), len(y) + HORIZON - 1)
    assert_allclose(ours.centre, prediction.predicted_mean, rtol=1e-9)
    # The season to come is taken for certain, by statsmodels as by us.
    assert_allclose(variance(ours), prediction.var_pred_mean, rtol=1e-9)
    assert_allclose(ours.residuals, peer.model_result.resid, atol=1e-12)


def test_stl_below_three_years_is_exponential_smoothing_without_season() -> None:
    y = monthly(35)
    peer = fit_quietly(ETSModel(pd.Series(y), error="add"), maxiter=200)
    assert_allclose(fitted("statsmodels-stl", y).centre, peer.forecast(HORIZON), rtol=1e-9)


def test_stl_window_and_robustness_are_passed_on() -> None:
    y = monthly(50)
    y[20] += 2.0
    plain = fitted(Stl(), y).centre
    assert np.abs(fitted(Stl(is_robust=True), y).centre - plain).max() > 0.02
    assert np.abs(fitted(Stl(window=101), y).centre - plain).max() > 0.01


# Panels ---------------------------------------------------------------------------------------------------------------


def hand_made() -> LinearFitted:
    """Three series, of which the second failed, in a panel of four months with two months prepared."""
    return LinearFitted(
        series=(
            LinearSeries(np.array([10.0, 20]), np.array([1.0, 0.5]), np.array([np.nan, 1.0, -2, 3]), 2.0),
            None,
            LinearSeries(np.array([7.0, 7]), np.array([1.0, 0.0]), np.zeros(4), 0.0),
        ),
        failures=(),
        n_months=4,
        horizon=2,
    )


def test_paths_by_hand() -> None:
    """10 + 2 * 3 = 16,   20 + 2 * (-1 + 0.5 * 3) = 21;   10 - 2 = 8,   20 + 2 * (4 - 0.5) = 27."""
    fitted = hand_made()
    shocks = np.array([[3.0, -1], [-1, 4]])
    paths = fitted.follow(np.stack([shocks, shocks, shocks]))
    assert_allclose(paths[0], [[16, 21], [8, 27]])
    assert np.isnan(paths[1]).all()
    assert_allclose(paths[2], 7.0)
    assert_allclose(fitted.follow(np.stack([shocks, -shocks]), np.array([2, 0])), [[[7, 7]] * 2, [[4, 19], [12, 13]]])
    assert_allclose(fitted.follow(shocks[None, :, :1], np.array([0]))[0], [[16], [8]])
    assert_allclose(fitted.residuals, [[np.nan, 0.5, -1, 1.5], [np.nan] * 4, [0] * 4])


@pytest.mark.parametrize("name", ["statsmodels-theta", "statsmodels-sarimax", "statsmodels-components"])
def test_months_missing_at_the_end_widen_the_paths(name: str) -> None:
    """Month h after three months without news is as uncertain as month h + 3."""
    y = monthly(40)
    now = fitted(name, y)
    late = fitted(name, np.append(y, [np.nan] * 3))
    assert_allclose(late.centre[:-3], now.centre[3:], rtol=1e-9)
    assert late.widening is not None
    assert_allclose((variance(late) * late.widening**2)[:-3], variance(now)[3:], rtol=1e-9)
    panel = LinearFitted(series=(late,), failures=(), n_months=43, horizon=HORIZON)
    drawn = panel.simulate(HORIZON, 4000, np.random.default_rng(3))[0]
    assert_allclose(drawn.std(axis=0)[:-3], np.sqrt(variance(now)[3:]), rtol=4 / np.sqrt(2 * 2000))


def test_months_that_were_not_prepared_are_refused() -> None:
    with pytest.raises(ModelError, match=r"只预备了2个月的预测，现在要求3个月。请把模型的 horizon 设为3"):
        hand_made().simulate(3, 4, np.random.default_rng(0))


@pytest.mark.parametrize("name", list(CLASSIC))
def test_simulated_paths_have_the_centre_and_the_variance(name: str) -> None:
    y = monthly(40)
    result = replace(CLASSIC[name], horizon=HORIZON).fit(y[None])  # type: ignore[type-var]
    series = result.series[0]
    drawn = result.simulate(HORIZON, 4000, np.random.default_rng(3))[0]
    assert_allclose(drawn.mean(axis=0), series.centre, rtol=1e-9)  # mirrored paths leave the centre alone
    # Four standard errors of a standard deviation of 2 000 pairs.
    assert_allclose(drawn.std(axis=0), np.sqrt(variance(series)), rtol=4 / np.sqrt(2 * 2000))


def test_members_given_the_same_numbers_move_together() -> None:
    """Or the mean of their paths would be narrower than any of them."""
    y = monthly(40)
    first, second = (
        CLASSIC[name].fit(y[None]).simulate(3, 200, np.random.default_rng(3))[0, :, 0]
        for name in ("statsmodels-theta", "statsmodels-sarimax")
    )
    assert_allclose(np.corrcoef(first, second)[0, 1], 1.0, rtol=1e-9)


def test_workers_say_what_one_says() -> None:
    """Eight series are shared out; a failure and the order of rows come back as they are.

    Threads stand in for processes, which take half a minute to load statsmodels on a busy machine; what they would send
    to and fro is pickled here.
    """
    y = np.stack([monthly(30 + row, seed=row)[-30:] for row in range(8)])
    y[5, :28] = np.nan
    y[6, 27:] = np.nan
    alone = Theta(horizon=6, n_jobs=1).fit(y)
    with parallel_config(backend="threading"):
        together = pickle.loads(pickle.dumps(Theta(horizon=6, n_jobs=2))).fit(y)  # noqa: S301
    together = pickle.loads(pickle.dumps(together))  # noqa: S301
    assert [failure.row for failure in together.failures] == [5]
    assert together.failures == alone.failures
    assert_allclose(together.residuals, alone.residuals, atol=1e-9)
    shocks = np.random.default_rng(2).normal(size=(8, 3, 6))
    assert_allclose(together.follow(shocks), alone.follow(shocks), atol=1e-9)


# Joint futures --------------------------------------------------------------------------------------------------------


def correlations(residuals: np.ndarray) -> tuple[np.ndarray, float]:
    """Correlation of errors, and Schäfer & Strimmer's (2005) intensity for target D, pair by pair.

        lambda = sum_{i != j} Var(r_ij) / sum_{i != j} r_ij^2

    with 1 / n^2 in the place of their 1 / (n (n - 1)) in the variance of a mean of n products.
    """
    n, months = residuals.shape
    z = np.zeros_like(residuals)
    for i in range(n):
        seen = ~np.isnan(residuals[i])
        if seen.any():
            z[i, seen] = residuals[i, seen] - residuals[i, seen].mean()
            z[i] /= np.sqrt(np.mean(z[i] ** 2)) or 1.0
    r, doubt, total = np.eye(n), 0.0, 0.0
    for i in range(n):
        for j in range(n):
            if i != j:
                products = z[i] * z[j]
                r[i, j] = products.mean()
                doubt += ((products - r[i, j]) ** 2).sum() / (months * (months - 1))
                total += r[i, j] ** 2
    return r, min(max(doubt / total, 0.01), 1.0) if total > 1e-12 else 1.0


def errors_of_four() -> np.ndarray:
    rng = np.random.default_rng(6)
    residuals = rng.normal(size=(4, 20))
    residuals[1] += 0.9 * residuals[0]
    residuals[2] -= 1.5 * residuals[0]
    residuals[1, [0, 1, 7]] = np.nan
    return residuals * [[0.1], [3], [1], [20]] + [[0], [1], [0], [-5]]


def test_intensity_by_hand() -> None:
    """Products 2 1 2 4: r = (9/4) / 2.5 = 0.9; their squares 4 1 4 16 over 2.5^2: mean 1.

    Variance of r: (1 - 0.81) / 3. Shrinkage: that / 0.81.
    """
    residuals = np.array([[1.0, -1, 2, -2], [2, -1, 1, -2]])
    assert_allclose(Shocks(residuals, 1).shrinkage, (1 - 0.81) / 3 / 0.81, rtol=1e-12)
    # Neither level, scale nor sign matters.
    assert_allclose(Shocks(residuals * [[30], [-0.2]] + 5, 1).shrinkage, (1 - 0.81) / 3 / 0.81, rtol=1e-12)


@pytest.mark.parametrize(
    ("residuals", "expected"),
    [
        ([[1.0, -1, 1, -1], [3, -3, 3, -3]], 0.01),  # no doubt at all: still a hundredth is taken
        ([[1.0, -1, 1, -1], [1, 1, -1, -1]], 1.0),
        ([[1.0, -1, 2, -2], [0, 0, 0, 0]], 1.0),
        ([[1.0, -1, 2, -2], [np.nan] * 4], 1.0),
        ([[5.0, -1, 2, -2], [np.nan, 4, np.nan, np.nan]], 1.0),
        ([[5.0, -1, 2, -2]], 1.0),
    ],
    ids=["one", "none", "constant", "never observed", "observed once", "alone"],
)
def test_intensity_at_the_edges(residuals: list[list[float]], expected: float) -> None:
    shocks = Shocks(np.array(residuals), 1)
    assert_allclose(shocks.shrinkage, expected, rtol=1e-9)
    drawn = shocks.draw(1, 40000)[:, :, 0]
    assert_allclose(drawn.std(axis=1), 1.0, rtol=0.03)  # who has no error of its own still has a future
    if len(drawn) > 1:
        assert_allclose(np.corrcoef(drawn)[0, 1], 1.0 - expected, atol=0.03)


@pytest.mark.parametrize("seed", [0, 1])
def test_intensity_of_more_series_than_months(seed: int) -> None:
    rng = np.random.default_rng(seed)
    residuals = rng.normal(size=(1, 9)) + 0.5 * rng.normal(size=(20, 9))
    residuals[rng.random(residuals.shape) < 0.15] = np.nan
    _, intensity = correlations(residuals)
    assert 0.02 < intensity < 0.98
    assert_allclose(Shocks(residuals, 1).shrinkage, intensity, rtol=1e-9)


def test_shocks_have_the_shrunk_correlation() -> None:
    """Covariance (1 - lambda) R + lambda I: exactly in how they are made, and so in what is drawn."""
    residuals = errors_of_four()
    r, intensity = correlations(residuals)
    shocks = Shocks(residuals, 8)
    assert 0.02 < intensity < 0.9
    assert_allclose(shocks.shrinkage, intensity, rtol=1e-9)
    assert_allclose(shocks.standardised @ shocks.standardised.T / 20, r, atol=1e-12)
    expected = (1 - intensity) * r + intensity * np.eye(4)
    assert np.abs(expected[0, 1:3]).min() > 0.2
    drawn = shocks.draw(3, 100_000)
    for month in range(3):
        # Five standard errors of 50 000 mirrored pairs.
        assert_allclose(drawn[:, :, month] @ drawn[:, :, month].T / 100_000, expected, atol=5 * np.sqrt(2 / 50_000))
    # Months follow one another without memory.
    assert_allclose(drawn[:, :, 0] @ drawn[:, :, 1].T / 100_000, 0.0, atol=5 / np.sqrt(50_000))


@pytest.mark.parametrize("n_paths", [6, 7, 1])
def test_shocks_are_mirrored(n_paths: int) -> None:
    drawn = Shocks(errors_of_four(), 8).draw(5, n_paths)
    half = (n_paths + 1) // 2
    assert drawn.shape == (4, n_paths, 5)
    assert_allclose(drawn[:, half:], -drawn[:, : n_paths - half])
    assert np.abs(drawn).min() > 0.0


def test_a_longer_horizon_leaves_earlier_months_as_they_were() -> None:
    short, long = (Shocks(errors_of_four(), 8).draw(horizon, 10) for horizon in (3, 9))
    assert_allclose(long[:, :, :3], short, rtol=1e-12)


def test_the_shocks_of_a_row_do_not_depend_on_rows_drawn_beside_it() -> None:
    shocks = Shocks(errors_of_four(), 8)
    together = shocks.draw(5, 10)
    for rows in ([2], [3, 1], [0, 1, 2, 3]):
        assert_allclose(shocks.draw(5, 10, np.array(rows)), together[rows], atol=1e-12)
    assert np.abs(Shocks(errors_of_four(), 9).draw(5, 10) - together).min() > 0.0  # another seed, another world


def test_simulated_innovations_are_correlated_as_the_residuals() -> None:
    residuals = errors_of_four()[:3]
    scales = [0.1, 2.0, 7.0]
    series = [
        LinearSeries(np.full(2, level), np.array([1.0, 0.0]), row, scale)
        for row, level, scale in zip(residuals, (5.0, -3.0, 40.0), scales, strict=True)
    ]
    panel = LinearFitted(series=(series[0], None, series[1], series[2]), failures=(), n_months=20, horizon=2)
    drawn = panel.simulate(2, 40_000, np.random.default_rng(7))
    assert np.isnan(drawn[1]).all()
    live = drawn[[0, 2, 3]].reshape(3, -1)
    r, intensity = correlations(residuals)
    assert_allclose(np.corrcoef(live), (1 - intensity) * r + intensity * np.eye(3), atol=0.03)
    assert_allclose(live.mean(axis=1), [5, -3, 40], rtol=1e-9)
    assert_allclose(live.std(axis=1), scales, rtol=0.02)
