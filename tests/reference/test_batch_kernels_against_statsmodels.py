"""statsmodels as oracle of the batch kernels: the same parameters and initial states, the same errors and forecasts.

One candidate made by hand, several series side by side, a cycle of four months and a panel that begins in month 3, so
that a slot of the season taken for another shows. The evidence has dense linear algebra for an oracle.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy.linalg import block_diag
from scipy.signal import lfilter
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.forecasting.theta import ThetaModel
from statsmodels.tsa.statespace.mlemodel import MLEModel
from statsmodels.tsa.statespace.sarimax import SARIMAX

from forecasting.models.arima import ArimaRecursion, SeasonalArima
from forecasting.models.complex_smoothing import ComplexRecursion
from forecasting.models.harmonic import HarmonicRecursion, harmonics
from forecasting.models.innovations import DEFAULT_SCALE, HALF_LIFE, Recursion, _weigh, errors, fit_panel, take
from forecasting.models.smoothing import ExponentialSmoothing, SmoothingRecursion

SEASON, START, MONTHS, HORIZON = 4, 3, 26, 11
SEASONS = np.array([[-0.7, 0.2, 0.4, 0.1], [0.3, -0.1, -0.5, 0.3], [0.0, 0.9, -0.4, -0.5]])
RNG = np.random.default_rng(11)
#: Three series that differ in level, season and direction.
Y = (
    np.array([[4.0], [7.0], [-2.0]])
    + np.array([[0.05], [-0.08], [0.0]]) * np.arange(MONTHS)
    + SEASONS[:, (START + np.arange(MONTHS)) % SEASON]
    + RNG.normal(0, [[0.1], [0.3], [0.2]], (3, MONTHS))
)
WHOLE = np.ones(MONTHS, dtype=bool)


def one(value: float) -> np.ndarray:
    """A parameter of the only candidate."""
    return np.array([value])


def run(recursion: Recursion, state: np.ndarray, y: np.ndarray = Y, seen: np.ndarray = WHOLE) -> tuple[Any, Any]:
    """Errors (n, n_observed) and forecasts (n, HORIZON) of the only candidate."""
    state = state.copy()
    found = errors(recursion, state, y, seen, START)[0]
    ahead = np.stack([recursion.predict(state, START + y.shape[1] + h)[0] for h in range(HORIZON)])
    return found.T, ahead.T


def log_likelihood(found: np.ndarray, variance: float | np.ndarray) -> np.ndarray:
    """Gaussian log-likelihood of errors, by series."""
    return -0.5 * (np.log(2 * np.pi * variance) + found**2 / variance).sum(axis=-1)


class Innovations(MLEModel):
    """A single source of error in state-space form: the next error is part of the state, and the rest is certain.

    y[t] = w' x[t-1] + e[t],   x[t] = F x[t-1] + g e[t]
    """

    def __init__(self, y: np.ndarray, w: np.ndarray, f: np.ndarray, g: np.ndarray, x0: np.ndarray, variance: float):
        k = len(x0)
        super().__init__(y, k_states=k + 1, k_posdef=1)
        self["design"] = np.append(w, 1.0)[None]
        self["transition"] = np.block([[f, g[:, None]], [np.zeros((1, k + 1))]])
        self["selection", k, 0] = 1.0
        self["state_cov", 0, 0] = variance
        self.ssm.initialize_known(np.append(x0, 0.0), block_diag(np.zeros((k, k)), variance))


def check_against(oracle: Any, found: np.ndarray, ahead: np.ndarray, variance: float) -> None:
    filtered = oracle.ssm.filter()
    assert_allclose(found, filtered.forecasts_error[0], atol=1e-6)
    assert_allclose(log_likelihood(found, variance), filtered.llf, rtol=1e-6)
    assert_allclose(ahead, filtered.predict(MONTHS, MONTHS + HORIZON).forecasts[0], atol=1e-6)


# Exponential smoothing ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trend", "phi", "is_seasonal"),
    [(None, 0.0, False), ("add", 0.87, False), ("add", 1.0, False), (None, 0.0, True), ("add", 0.87, True)],
    ids=["ANN", "AAdN", "AAN", "ANA", "AAdA"],
)
def test_exponential_smoothing(trend: str | None, phi: float, *, is_seasonal: bool) -> None:
    alpha, beta, gamma = 0.31, 0.12 if trend else 0.0, 0.23 if is_seasonal else 0.0
    level, slope = np.array([3.6, 7.4, -1.7]), np.array([0.07, -0.1, 0.03]) * (trend is not None)
    season = SEASONS * is_seasonal
    recursion = SmoothingRecursion(
        alpha=one(alpha), beta=one(beta), gamma=one(gamma), phi=one(phi), precision=np.ones((6, 1)), season=SEASON
    )
    found, ahead = run(recursion, np.vstack([level, slope, season.T])[:, None, :])
    for row in range(len(Y)):
        model = ETSModel(
            pd.Series(Y[row]),
            error="add",
            trend=trend,
            damped_trend=0.0 < phi < 1.0,
            seasonal="add" if is_seasonal else None,
            seasonal_periods=SEASON if is_seasonal else None,
            initialization_method="known",
            initial_level=level[row],
            initial_trend=slope[row] if trend else None,
            # From the season of the first month on, which here is month 3.
            initial_seasonal=np.roll(season[row], -START) if is_seasonal else None,
        )
        peer = model.smooth([alpha, *[beta] * bool(trend), *[gamma] * is_seasonal, *[phi] * (0.0 < phi < 1.0)])
        assert_allclose(found[row], peer.resid, atol=1e-6)
        assert_allclose(ahead[row], peer.forecast(HORIZON), atol=1e-6)
        assert_allclose(log_likelihood(found[row], float(np.mean(found[row] ** 2))), peer.llf, rtol=1e-6)


def test_theta_is_smoothing_with_half_the_slope() -> None:
    """Hyndman & Billah (2003). The first month starts the level, so it is foreseen exactly."""
    for y in Y:
        peer = ThetaModel(pd.Series(y), period=1, deseasonalize=False).fit()
        alpha, b0 = float(peer.params["alpha"]), float(peer.params["b0"])
        recursion = SmoothingRecursion(
            alpha=one(alpha),
            beta=one(0.0),
            gamma=one(0.0),
            phi=one(1.0),
            precision=np.ones((6, 1)),
            drift=one(0.5),
            season=SEASON,
        )
        state = recursion.prior_mean(y[None], START)
        assert_allclose(state[1, 0, 0], b0 / 2, rtol=1e-6)
        state[0] = y[0] - b0 / 2
        found, ahead = run(recursion, state, y[None])
        assert found[0, 0] == pytest.approx(0.0, abs=1e-12)
        assert_allclose(ahead[0], peer.forecast(HORIZON, theta=2), rtol=1e-6)


# ARIMA ----------------------------------------------------------------------------------------------------------------

Q, THETA, SEASONAL_THETA = 0.55, -0.38, -0.62
#: (1 - B)(1 - Q B)(1 - B^4) and (1 + theta B)(1 + Theta B^4).
DIFFERENCE = np.convolve([1, -1], [1, 0, 0, 0, -1])
AUTOREGRESSIVE = np.convolve(DIFFERENCE, [1, -Q])
MOVING = np.convolve([1, THETA], [1, 0, 0, 0, SEASONAL_THETA])
#: The six months before the first, oldest first.
BEFORE = np.array(
    [[3.1, 3.9, 4.6, 4.2, 3.2, 4.0], [7.5, 7.2, 6.5, 7.1, 7.4, 6.9], [-2.1, -1.2, -2.5, -2.4, -1.9, -1.0]]
)


def arima_recursion() -> ArimaRecursion:
    return ArimaRecursion(
        autoregressive=-AUTOREGRESSIVE[1:, None], moving=MOVING[1:, None], precision=np.ones((8, 1)), season=SEASON
    )


def arima_state() -> np.ndarray:
    """Month t of the values in slot t modulo 6; no errors before the first month."""
    state = np.zeros((6 + 5, 1, 3))
    for back in range(1, 7):
        state[(START - back) % 6, 0] = BEFORE[:, -back]
    return state


def test_arima() -> None:
    """SARIMAX of the differences, which begin with one that is known and errors that were none."""
    found, ahead = run(arima_recursion(), arima_state())
    for row, y in enumerate(Y):
        variance = 0.04
        differences = np.convolve(np.concatenate([BEFORE[row], y]), DIFFERENCE, mode="valid")
        last, w = differences[0], differences[1:]
        model = SARIMAX(w, order=(1, 0, 1), seasonal_order=(0, 0, 1, SEASON))
        model.update([Q, THETA, SEASONAL_THETA, variance])
        first = np.zeros(model.k_states)
        first[0] = Q * last
        selection = model["selection"]
        model.ssm.initialize_known(first, variance * selection @ selection.T)
        filtered = model.ssm.filter()
        assert_allclose(found[row], filtered.forecasts_error[0], atol=1e-6)
        assert_allclose(log_likelihood(found[row], variance), filtered.llf, rtol=1e-6)
        # Forecasts of the differences, summed up again from the last five months.
        path = list(y[-5:])
        for step in filtered.predict(MONTHS, MONTHS + HORIZON).forecasts[0]:
            path.append(step - DIFFERENCE[1:] @ path[:-6:-1])
        assert_allclose(ahead[row], path[5:], atol=1e-6)


HOLES = WHOLE.copy()
HOLES[[5, 6, 13, 20]] = False


def test_arima_with_holes_by_the_difference_equation() -> None:
    """A month that was not observed is as forecast: it brings no error.

    A Kalman filter would doubt its state after a hole, so that no filter is an oracle here; scalars are.
    """
    spoilt = np.where(HOLES, Y, 1e6)
    found, ahead = run(arima_recursion(), arima_state(), spoilt, HOLES)
    for row in range(len(Y)):
        values, innovations, expected = list(BEFORE[row]), [0.0] * 6, []
        for t in range(MONTHS + HORIZON):
            forecast = sum(-AUTOREGRESSIVE[lag] * values[-lag] for lag in range(1, 7))
            forecast += sum(MOVING[lag] * innovations[-lag] for lag in range(1, 6))
            is_seen = t < MONTHS and HOLES[t]
            values.append(Y[row, t] if is_seen else forecast)
            innovations.append(Y[row, t] - forecast if is_seen else 0.0)
            expected.append(forecast)
        assert_allclose(found[row], np.array(innovations[6 : 6 + MONTHS])[HOLES], atol=1e-9)
        assert_allclose(ahead[row], expected[MONTHS:], atol=1e-9)


def test_smoothing_with_holes_by_its_equations() -> None:
    alpha, beta, gamma, phi = 0.31, 0.12, 0.23, 0.87
    recursion = SmoothingRecursion(
        alpha=one(alpha), beta=one(beta), gamma=one(gamma), phi=one(phi), precision=np.ones((6, 1)), season=SEASON
    )
    first = np.vstack([[3.6, 7.4, -1.7], [0.07, -0.1, 0.03], SEASONS.T])
    found, ahead = run(recursion, first[:, None, :], np.where(HOLES, Y, 1e6), HOLES)
    for row in range(len(Y)):
        level, slope, season = first[0, row], first[1, row], list(SEASONS[row])
        innovations, expected = [], []
        for t in range(MONTHS + HORIZON):
            month = (START + t) % SEASON
            forecast = level + phi * slope + season[month]
            error = Y[row, t] - forecast if t < MONTHS and HOLES[t] else 0.0
            level, slope = level + phi * slope + alpha * error, phi * slope + beta * error
            season[month] += gamma * error
            innovations.append(error)
            expected.append(forecast)
        assert_allclose(found[row], np.array(innovations[:MONTHS])[HOLES], atol=1e-9)
        assert_allclose(ahead[row], expected[MONTHS:], atol=1e-9)


@pytest.mark.parametrize("season", [1, 4])
def test_arima_candidates_are_products_of_their_roots(season: int) -> None:
    """The response to one error, by lfilter, is that of the moving over the autoregressive polynomial."""
    recursion = SeasonalArima(season=season, n_candidates=8).recursion()
    p, q = len(recursion.autoregressive), len(recursion.moving)
    state = np.zeros((p + q, 8, 1))
    recursion.predict(state, 0)
    recursion.correct(state, 0, np.ones((8, 1)))
    response = np.array([np.ones(8), *[recursion.predict(state, t)[:, 0] for t in range(1, 20)]])
    for candidate in range(8):
        autoregressive = np.append(1.0, -recursion.autoregressive[:, candidate])
        moving = np.append(1.0, recursion.moving[:, candidate])
        assert_allclose(response[:, candidate], lfilter(moving, autoregressive, np.eye(1, 20)[0]), atol=1e-9)
        if season > 1:  # the seasonal difference: all four roots of B^4 = 1
            at_roots = [np.polyval(autoregressive[::-1], root) for root in np.exp(2j * np.pi * np.arange(4) / 4)]
            assert_allclose(np.abs(at_roots), 0.0, atol=1e-9)


# Complex exponential smoothing and harmonics, in the innovations form of their papers --------------------------------


def test_complex_smoothing() -> None:
    """The states of a season move up by one a month, and the oldest is next."""
    a0, a1, gamma, variance = 1.27, 0.994, 0.31, 0.05
    recursion = ComplexRecursion(a0=one(a0), a1=one(a1), gamma=one(gamma), precision=np.ones((6, 1)), season=SEASON)
    level, companion = np.array([3.8, 7.1, -1.5]), np.array([2.9, 6.1, -1.4])
    found, ahead = run(recursion, np.vstack([level, companion, SEASONS.T])[:, None, :])
    w = np.array([1.0, 0, 0, 0, 0, 1])
    f = block_diag([[1, -(1 - a1)], [1, 1 - a0]], np.roll(np.eye(SEASON), 1, axis=0))
    assert_allclose(f[2:, 2:] @ [10, 20, 30, 40], [40, 10, 20, 30])
    g = np.array([a0 - a1, a0 + a1, gamma, 0, 0, 0])
    for row, y in enumerate(Y):
        season = np.roll(SEASONS[row], -START)[::-1]  # newest first; the last is the season of the first month
        x0 = np.concatenate([[level[row], companion[row]], season])
        check_against(Innovations(y, w, f, g, x0, variance), found[row], ahead[row], variance)


@pytest.mark.parametrize("season", [4, 5])
def test_harmonics_are_turning_pairs(season: int) -> None:
    """The kernel of sums of cosines is the gain of pairs of states that turn by their frequency each month."""
    alpha, beta, phi, variance, drift = 0.27, 0.06, 0.9, 0.05, 0.03
    gains = np.array([0.21, 0.08])
    frequency = 2 * np.pi * np.arange(1, 3) / season
    kernel = np.array([(gains * np.cos(frequency * months)).sum() for months in range(season)])
    recursion = HarmonicRecursion(
        alpha=one(alpha),
        beta=one(beta),
        phi=one(phi),
        kernel=kernel[:, None],
        precision=np.ones((season + 1, 1)),
        drift=one(0.4),
        season=season,
    )
    waves, _ = harmonics(season)
    coefficients = np.vstack([[3.8, 7.1, -1.5], [0.09, -0.1, 0.02], RNG.normal(0, 0.4, (season - 1, 3))])
    state = (recursion.basis(START) @ coefficients)[:, None, :]
    state[2 + season] = drift
    found, ahead = run(recursion, state)

    turns = [[[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]] for angle in frequency]
    # Level, slope, the constant drift, and a pair a harmonic; a sine of the highest of an even cycle is never seen.
    f = block_diag([[1, phi, 1], [0, phi, 0], [0, 0, 1]], *turns)
    w = np.array([1, 0, 0, 1, 0, 1, 0]) @ f
    g = np.array([alpha, beta, 0, gains[0], 0, gains[1], 0])
    padded = np.vstack([coefficients, np.zeros((6 - len(coefficients), 3))])
    for row, y in enumerate(Y):
        pairs = [
            np.linalg.matrix_power(np.array(turn), START - 1) @ padded[2 + 2 * i : 4 + 2 * i, row]
            for i, turn in enumerate(turns)
        ]
        x0 = np.concatenate([padded[:2, row], [drift], *pairs])
        check_against(Innovations(y, w, f, g, x0, variance), found[row], ahead[row], variance)
    assert_allclose(waves.sum(axis=0), 0.0, atol=1e-12)


# Evidence and posterior of the initial state ------------------------------------------------------------------------


def dense(recursion: Recursion, y: np.ndarray, seen: np.ndarray) -> tuple[np.ndarray, ...]:
    """Errors from the prior mean; minus those of each unit of the initial state on a series of 0; the last state."""
    prior = np.array(
        np.broadcast_to(recursion.prior_mean(np.where(seen, y, np.nan)[None], START), state_shape(recursion))
    )
    base = errors(recursion, prior, y[None], seen, START)[0, :, 0]
    columns = []
    for column in recursion.basis(START).T:
        state = np.array(column[:, None, None])
        columns.append(-errors(recursion, state, np.zeros((1, len(y))), seen, START)[0, :, 0])
    return base, np.stack(columns, axis=1), prior[:, 0, 0]


def state_shape(recursion: Recursion) -> tuple[int, int, int]:
    return (len(recursion.basis(START)), 1, 1)


@pytest.mark.parametrize("seen", [WHOLE, HOLES], ids=["whole", "with holes"])
@pytest.mark.parametrize("model", [ExponentialSmoothing, SeasonalArima])
def test_posterior_by_dense_algebra(model: Any, seen: np.ndarray) -> None:
    """e0 = D b + e,  e ~ N(0, sigma^2 / w),  b ~ N(0, sigma^2 / precision), so e0 ~ N(0, sigma^2 V)."""
    table = model(season=SEASON, n_candidates=8).recursion()
    posterior = _weigh(table, Y, seen, START)
    age = MONTHS - 1 - np.flatnonzero(seen)
    weight = 0.5 ** (age / HALF_LIFE)
    assert weight[0] < 0.95  # old months do count less
    evidence = np.empty((8, 3))
    for candidate, row in product(range(8), range(3)):
        recursion = take(table, np.array([candidate]))
        base, design, final = dense(recursion, Y[row], seen)
        precision = recursion.precision[:, 0]
        spread = np.diag(1 / weight) + design @ np.diag(1 / precision) @ design.T
        squares = base @ np.linalg.solve(spread, base) + DEFAULT_SCALE**2 / weight.sum()
        covariance = np.linalg.inv(design.T @ np.diag(weight) @ design + np.diag(precision))
        b = np.diag(1 / precision) @ design.T @ np.linalg.solve(spread, base)
        occam = np.linalg.slogdet(spread)[1] + np.log(weight).sum()
        evidence[candidate, row] = -0.5 * weight.sum() * np.log(squares) - 0.5 * occam
        assert_allclose(posterior.squares[candidate, row], squares, rtol=1e-6)
        assert_allclose(posterior.b[candidate, :, row], b, atol=1e-6)
        assert_allclose(posterior.root[candidate] @ posterior.root[candidate].T, covariance, rtol=1e-5, atol=1e-8)
        assert_allclose(posterior.final[candidate, :, row], final, atol=1e-9)
    assert_allclose(posterior.evidence, evidence, rtol=1e-6)
    assert np.ptp(evidence, axis=0).min() > 1.0  # the candidates are told apart


def test_fit_of_one_candidate_is_a_run_from_the_posterior_mean() -> None:
    model = ExponentialSmoothing(season=SEASON, n_candidates=8)
    recursion = take(model.recursion(), np.array([5]))
    y = np.hstack([np.full((3, START), np.nan), np.where(HOLES, Y, np.nan)])
    fitted = fit_panel(recursion, y, n_draws=2)
    weight = 0.5 ** ((MONTHS - 1 - np.flatnonzero(HOLES)) / HALF_LIFE)
    for row in range(3):
        base, design, _ = dense(recursion, np.nan_to_num(Y[row]), HOLES)
        gram = design.T @ np.diag(weight) @ design + np.diag(recursion.precision[:, 0])
        b = np.linalg.solve(gram, design.T @ (weight * base))
        state = recursion.prior_mean(np.where(HOLES, Y[row], np.nan)[None], START) + b[:, None, None]
        found = errors(recursion, state, Y[row][None], HOLES, START)[0, :, 0]
        # Squares of the errors at the posterior mean, and of what the prior was moved by.
        squares = weight @ found**2 + recursion.precision[:, 0] @ b**2 + DEFAULT_SCALE**2 / weight.sum()
        scale = np.sqrt(squares / weight.sum())
        assert_allclose(fitted.scales[row], scale, rtol=1e-6)
        assert_allclose(fitted.states[:, row], np.repeat(state[:, 0], 2, axis=1), atol=1e-6)
        assert_allclose(fitted.residuals[row, START:][HOLES], found / scale, atol=1e-6)
        assert np.isnan(fitted.residuals[row, START:][~HOLES]).all()
        assert np.isnan(fitted.residuals[row, :START]).all()
        drawn = fitted.follow(np.zeros((1, 4, HORIZON)), np.array([row]))[0]
        ahead = np.stack([recursion.predict(state, START + MONTHS + h)[0, 0] for h in range(HORIZON)])
        assert_allclose(drawn.mean(axis=0), ahead, atol=1e-6)
        # Without shocks, paths still differ by what is not known of the initial state.
        assert np.ptp(drawn, axis=0).min() > 1e-3


def test_doubts_have_the_covariance_of_the_posterior() -> None:
    recursion = take(ExponentialSmoothing(season=SEASON, n_candidates=8).recursion(), np.array([3]))
    fitted = fit_panel(recursion, Y[:1], n_draws=20000)
    posterior = _weigh(recursion, Y[:1], WHOLE, 0)
    unit = posterior.unit[0] @ posterior.root[0]
    expected = fitted.scales[0, 0] ** 2 * unit @ unit.T
    size = np.sqrt(np.outer(np.diag(expected), np.diag(expected))) + 1e-12
    found = np.cov(fitted.doubts[:, 0])
    assert_allclose(found / size, expected / size, atol=5 / np.sqrt(20000))


def test_fit_of_a_series_knows_no_other_series() -> None:
    """Neither those beside it, nor those that miss the same months, nor the order of rows."""
    many = np.vstack([Y, Y[::-1] * 0.3 + 1, np.where(HOLES, Y, np.nan), Y + RNG.normal(0, 1, Y.shape)])
    many[10, :4] = np.nan
    order = np.array([7, 0, 11, 3, 10, 1, 8, 2, 9, 4, 6, 5])
    for model in (ExponentialSmoothing(season=SEASON, n_candidates=64), SeasonalArima(season=SEASON, n_candidates=64)):
        fitted, shuffled = model.fit(many), model.fit(many[order])
        for position, row in enumerate(order):
            alone = model.fit(many[[row]])
            for other, index in ((shuffled, position), (alone, 0)):
                assert (fitted.candidates[row] == other.candidates[index]).all()
                assert_allclose(fitted.scales[row], other.scales[index], rtol=1e-9)
                assert_allclose(fitted.states[:, row], other.states[:, index], atol=1e-9)
                assert_allclose(fitted.residuals[row], other.residuals[index], atol=1e-9)
        assert_allclose(
            fitted.doubts[:, 0], model.fit(many[:1]).doubts[:, 0], atol=1e-9
        )  # the same row, the same doubts
    changed = ExponentialSmoothing(season=SEASON, n_candidates=64).fit(np.vstack([many[:1], many[:1] + 1]))
    assert not np.allclose(changed.doubts[:, 0], changed.doubts[:, 1])
