"""Laws of stated probabilities: they fall as more is asked, and the unit of the series does not matter."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from forecasting.attain import Series, attain
from forecasting.settlement import attain_figures, settle

MONTHS = pd.period_range("2017-01", periods=48, freq="M")


def made(seed: int, n: int) -> tuple[np.ndarray, list[tuple[int, np.ndarray, np.ndarray]]]:
    """Counts, some of them missing, and totals somebody might have said of the year after three origins."""
    rng = np.random.default_rng(seed)
    measured = rng.poisson(rng.uniform(5, 80, (n, 1)), (n, len(MONTHS))).astype(float)
    measured[:, -1 - int(rng.integers(3)) :] = np.nan
    forecasts = [
        (origin, np.arange(n), rng.gamma(9.0, measured[:, :20].mean(axis=1)[:, None, None] * 12 / 9.0, (n, 30, 12)))
        for origin in (23, 29, 32)
    ]
    return measured, forecasts


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(1, 4), is_stock=st.booleans())
def test_probability_and_base_rate_fall_as_the_fraction_rises(seed: int, n: int, is_stock: bool) -> None:
    measured, forecasts = made(seed, n)
    events = settle(measured, MONTHS, forecasts, [12], is_stock=is_stock).events
    for _, own in events.sort_values("fraction").groupby(["row", "origin"]):
        assert (own["probability"].diff().dropna() <= 0).all()
        assert (own["base_rate"].diff().dropna() <= 0).all()
        assert (own["happened"].astype(int).diff().dropna() <= 0).all()


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(1, 4), is_stock=st.booleans())
def test_settlement_does_not_depend_on_the_unit(seed: int, n: int, is_stock: bool) -> None:
    measured, forecasts = made(seed, n)
    one = settle(measured, MONTHS, forecasts, [6, 12], is_stock=is_stock)
    seven = [(origin, rows, 7 * paths) for origin, rows, paths in forecasts]
    other = settle(7 * measured, MONTHS, seven, [6, 12], is_stock=is_stock)
    pd.testing.assert_frame_equal(other.events, one.events)
    assert_allclose(other.totals["observed"], 7 * one.totals["observed"])
    assert attain_figures(other)["12"]["all"]["brier"] == attain_figures(one)["12"]["all"]["brier"]


def test_probabilities_do_not_depend_on_the_unit() -> None:
    """But for the one entity that is added before a logarithm is taken."""
    rng = np.random.default_rng(2)
    entries = 40_000 * np.exp(np.cumsum(rng.normal(0.002, 0.02, (2, 48)), axis=1) + rng.normal(0, 0.1, (2, 48)))
    said = [
        attain(Series(("a", "b"), MONTHS, unit * entries), [MONTHS[35]], [6, 12], n_paths=400).events
        for unit in (1.0, 7.0)
    ]
    assert_allclose(said[1]["probability"], said[0]["probability"], atol=0.01)
    assert said[0]["probability"].between(0.05, 0.95).any()
