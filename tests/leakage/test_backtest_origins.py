"""A backtest says at each origin what it would have said had the data ended there."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from forecasting.backtest import backtest
from forecasting.evaluation import Backtest

ORIGINS = (35, 41)
HORIZON = 9


def panel() -> np.ndarray:
    """Three series of 50 months, one of them late, one with holes."""
    rng = np.random.default_rng(21)
    y = rng.poisson([[90.0], [25], [400]], (3, 50)) * (1 + 0.3 * np.resize([0, 1, 0, -1], 50))
    y[1, :20] = np.nan
    y[2, [5, 30, 44]] = np.nan
    return y


def thousandfold(y: np.ndarray, after: slice) -> None:
    y[:, after] *= 1000


def negative(y: np.ndarray, after: slice) -> None:
    y[:, after] = -7.0


def nothing(y: np.ndarray, after: slice) -> None:
    y[:, after] = np.nan


def run(y: np.ndarray, *origins: int, history: int | None = None) -> Backtest:
    return backtest(y, origins, HORIZON, seed=3, n_paths=40, history=history)


def said(result: Backtest, origin: int) -> np.ndarray:
    """Quantiles of one origin, in the order of rows and horizons."""
    at = (result.table["origin"] == origin).to_numpy()
    assert at.sum() == 3 * HORIZON
    order = np.lexsort((result.table["horizon"][at], result.table["row"][at]))
    return result.quantiles[at][order]


@pytest.fixture(scope="module")
def base() -> Backtest:
    return run(panel(), *ORIGINS)


@pytest.mark.parametrize("spoil", [thousandfold, negative, nothing])
def test_what_comes_after_the_origin_moves_no_forecast(
    base: Backtest, spoil: Callable[[np.ndarray, slice], None]
) -> None:
    first, second = ORIGINS
    y = panel()
    spoil(y, slice(first + 1, None))
    spoiled = run(y, first)
    assert_allclose(said(spoiled, first), said(base, first), rtol=0)
    y = panel()
    spoil(y, slice(second + 1, None))
    both = run(y, *ORIGINS)
    for origin in ORIGINS:
        assert_allclose(said(both, origin), said(base, origin), rtol=0)


def test_what_comes_after_the_horizon_moves_no_score(base: Backtest) -> None:
    """The scale of the errors is of the history, too."""
    first = ORIGINS[0]
    y = panel()
    thousandfold(y, slice(first + HORIZON + 1, None))
    spoiled = run(y, first)
    kept = base.scores[base.scores["origin"] == first].reset_index(drop=True)
    pd.testing.assert_frame_equal(spoiled.scores, kept, check_exact=True)


def test_a_panel_cut_off_at_the_origin_says_the_same(base: Backtest) -> None:
    for origin in ORIGINS:
        cut = run(panel()[:, : origin + 1], origin)
        assert_allclose(said(cut, origin), said(base, origin), rtol=0)
        assert cut.table["observed"].isna().all()


def test_what_comes_before_the_origin_does_move_it(base: Backtest) -> None:
    """Or the tests above could not fail."""
    first, second = ORIGINS
    y = panel()
    y[:, second] *= 3
    moved = run(y, *ORIGINS)
    assert_allclose(said(moved, first), said(base, first), rtol=0)
    assert not np.isclose(said(moved, second), said(base, second)).any()


def test_what_comes_before_the_history_is_not_seen() -> None:
    origin, history = ORIGINS[1], 24
    short = run(panel(), origin, history=history)
    y = panel()
    y[:, : origin + 1 - history] = 9e6
    far = run(y, origin, history=history)
    assert_allclose(said(far, origin), said(short, origin), rtol=0)
    pd.testing.assert_frame_equal(far.scores, short.scores)
