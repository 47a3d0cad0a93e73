"""Every batch model on series of which there is little to say and on panels with holes; a classic one that fails."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from forecasting.classic import CLASSIC
from forecasting.classic.linear import FEWEST
from forecasting.ensemble import find
from forecasting.ensemble import fit as fit_ensemble
from forecasting.models import MODELS

HORIZON, PATHS = 9, 64


def quarterly(n: int, *, season: tuple[float, ...] = (-0.6, 0.2, 0.5, -0.1), seed: int = 2) -> np.ndarray:
    """A wandering level around 5 with a season."""
    rng = np.random.default_rng(seed)
    return 5.0 + np.resize(season, n) + np.cumsum(rng.normal(0, 0.04, n)) + rng.normal(0, 0.03, n)


def spec(name: str, season: int = 4) -> Any:
    """A model with fewer candidates than in earnest."""
    model = find(name, season)
    return replace(model, n_candidates=64) if hasattr(model, "n_candidates") else model  # type: ignore[type-var]


def paths(name: str, y: np.ndarray, season: int = 4) -> np.ndarray:
    fitted = spec(name, season).fit(y)
    assert fitted.failures == ()
    assert fitted.residuals.shape == y.shape
    assert (np.isnan(fitted.residuals) == np.isnan(y)).all()
    drawn = fitted.simulate(HORIZON, PATHS, np.random.default_rng(3))
    assert drawn.shape == (len(y), PATHS, HORIZON)
    assert np.isfinite(drawn).all()
    return drawn


def test_every_model_is_kept_under_its_name() -> None:
    for registry in (MODELS, CLASSIC):
        for name, model in registry.items():
            assert model.name == name
            assert find(name, 7).season == 7  # type: ignore[attr-defined]
    assert not MODELS.keys() & CLASSIC.keys()


@pytest.mark.parametrize("season", [1, 4, 12])
@pytest.mark.parametrize("name", list(MODELS))
def test_series_that_never_moved_stay(name: str, season: int) -> None:
    """A constant, zeros, and a single observation: the centre is what was seen, the spread is not nothing."""
    y = np.full((4, 30), 6.5)
    y[1] = 0.0
    y[2, :-1] = np.nan
    y[3, 4:] = np.nan
    drawn = paths(name, y, season)
    assert_allclose(drawn.mean(axis=1), np.tile([[6.5], [0.0], [6.5], [6.5]], HORIZON), atol=0.05)
    assert drawn.std(axis=1).min() > 1e-4
    # One observation leaves more open than thirty.
    assert drawn[2, :, 0].std() > 3 * drawn[0, :, 0].std()


@pytest.mark.parametrize("name", list(MODELS))
def test_one_single_month_of_history(name: str) -> None:
    """Nothing but one month: the panel has one column."""
    assert_allclose(paths(name, np.array([[3.0], [-2.0]])).mean(axis=1)[:, 0], [3.0, -2.0], atol=0.05)


@pytest.mark.parametrize("name", list(MODELS))
def test_a_season_is_told_from_none(name: str) -> None:
    """With a cycle of 4 the season goes on; with a cycle of 1 there is none to go on."""
    y = quarterly(41)[None]
    with_season, without = (paths(name, y, season).mean(axis=1)[0] for season in (4, 1))
    swing = with_season[1:5] - with_season[1:5].mean()
    # Month 41 is the second of its cycle; the panel ended with the first.
    assert_allclose(swing, np.array([0.5, -0.1, -0.6, 0.2]), atol=0.15)
    assert np.ptp(without) < 0.5 * np.ptp(with_season)


@pytest.mark.parametrize("name", list(MODELS))
@pytest.mark.parametrize("late", [4, 8])
def test_whole_cycles_before_the_first_observation_change_nothing(name: str, late: int) -> None:
    y = quarterly(22)[None]
    padded = np.hstack([np.full((1, late), np.nan), y])
    assert_allclose(paths(name, padded), paths(name, y), atol=1e-7)


@pytest.mark.parametrize("name", list(MODELS))
def test_other_months_before_the_first_observation_keep_the_season_in_its_place(name: str) -> None:
    y = quarterly(42)[None]
    padded = np.hstack([np.full((1, 3), np.nan), y])
    assert_allclose(paths(name, padded).mean(axis=1), paths(name, y).mean(axis=1), atol=0.02)


@pytest.mark.parametrize("name", list(MODELS))
def test_months_missing_at_the_end_are_passed_over(name: str) -> None:
    """The centre of month h after three months without news is that of month h + 3."""
    y = quarterly(40)[None]
    padded = np.hstack([y, np.full((1, 3), np.nan)])
    # Months count a hair less for being older, which shifts parameters a hair.
    assert_allclose(paths(name, padded).mean(axis=1)[:, :6], paths(name, y).mean(axis=1)[:, 3:], atol=0.02)


@pytest.mark.parametrize("name", list(MODELS))
def test_holes_are_left_out(name: str) -> None:
    """What stands in a hole is never read, and a forecast across holes is near the one without."""
    whole = quarterly(60)[None]
    y = whole.copy()
    y[0, [11, 30, 31, 32, 47]] = np.nan
    fitted = spec(name).fit(y)
    assert (np.isnan(fitted.residuals) == np.isnan(y)).all()
    assert_allclose(paths(name, y).mean(axis=1), paths(name, whole).mean(axis=1), atol=0.15)


@pytest.mark.parametrize("name", list(MODELS))
def test_a_single_spike_does_not_explode(name: str) -> None:
    y = np.zeros((1, 50))
    y[0, 37] = 5.0
    centre = paths(name, y, 12).mean(axis=1)
    assert centre.min() > -2.5
    assert centre.max() <= 5.01


@pytest.mark.parametrize("name", list(MODELS))
def test_shocks_of_rows_reach_their_series(name: str) -> None:
    """The same shocks for some rows, in any order, are the same paths."""
    y = np.stack([quarterly(30), quarterly(30, seed=5) - 9, np.full(30, 2.0)])
    fitted = spec(name).fit(y)
    shocks = np.random.default_rng(4).normal(size=(3, 10, HORIZON))
    drawn = fitted.follow(shocks)
    rows = np.array([2, 0])
    assert_allclose(fitted.follow(shocks[rows], rows), drawn[rows], atol=1e-12)
    # One unit more of the first shock moves the first month by the scale.
    shocks[:, :, 0] += 1.0
    moved = fitted.follow(shocks)[:, :, 0] - drawn[:, :, 0]
    assert_allclose(moved, fitted.scales[:, np.arange(10) % 5], rtol=1e-9)


# Classic members ------------------------------------------------------------------------------------------------------


def panel_with_failures() -> np.ndarray:
    """Series 1 was seen too seldom, series 3 never; series 2 begins late, stops early and has a hole."""
    y = np.stack([quarterly(32, seed=seed) for seed in range(5)])
    y[1, FEWEST - 1 :] = np.nan
    y[2, :5] = y[2, 30:] = y[2, 17] = np.nan
    y[3] = np.nan
    y[4] = 2.5
    return y


@pytest.mark.parametrize("name", list(CLASSIC))
def test_a_classic_member_fails_on_its_series_alone(name: str) -> None:
    y = panel_with_failures()
    fitted = find(name, 4).fit(y)
    assert [(failure.model, failure.row) for failure in fitted.failures] == [(name, 1), (name, 3)]
    assert [failure.reason for failure in fitted.failures] == [
        "ValueError: 3 observations, at least 4 needed",
        "ValueError: 0 observations, at least 4 needed",
    ]
    drawn = fitted.simulate(HORIZON, PATHS, np.random.default_rng(0))
    assert np.isnan(drawn[[1, 3]]).all()
    assert np.isnan(fitted.residuals[[1, 3]]).all()
    assert np.isfinite(drawn[[0, 2, 4]]).all()
    assert np.isnan(fitted.residuals[2, [0, 4, 17, 30, 31]]).all()
    assert_allclose(drawn[4], 2.5)
    # What stands beside a series, and what failed, does not change it; nor do months before the first.
    alone = find(name, 4).fit(y[2:3, 5:])
    shocks = np.random.default_rng(1).normal(size=(1, 6, HORIZON))
    assert_allclose(fitted.follow(shocks, np.array([2])), alone.follow(shocks), rtol=1e-9)


@pytest.mark.parametrize("name", list(CLASSIC))
def test_a_classic_member_passes_over_months_missing_at_the_end(name: str) -> None:
    y = quarterly(32)[None]
    padded = np.hstack([y, np.full((1, 3), np.nan)])
    shocks = np.zeros((1, 1, HORIZON))
    late, now = (find(name, 4).fit(values).follow(shocks)[0, 0] for values in (padded, y))
    assert_allclose(late[:6], now[3:], rtol=1e-9)


def test_what_statsmodels_raises_is_a_row_of_failures(monkeypatch: pytest.MonkeyPatch) -> None:
    model: Any = find("statsmodels-theta", 4)
    honest = type(model).fit_one

    def moody(self: Any, values: np.ndarray, ahead: int, first: int) -> Any:
        if values[0] > 100.0:
            raise KeyError("no such thing")
        series = honest(self, values, ahead, first)
        return replace(series, scale=np.nan) if values[0] < -100.0 else series

    monkeypatch.setattr(type(model), "fit_one", moody)
    y = np.stack([quarterly(20), quarterly(20) + 200.0, quarterly(20) - 200.0])
    failures = model.fit(y).failures
    assert [(failure.row, failure.reason) for failure in failures] == [
        (1, "KeyError: 'no such thing'"),
        (2, "ValueError: forecast is not finite"),
    ]


def test_the_ensemble_goes_on_without_the_member_that_failed() -> None:
    y = np.exp(np.stack([quarterly(32), quarterly(32, seed=8)]))
    y[1, 3:] = np.nan
    fitted = fit_ensemble(y, members=("naive", "statsmodels-theta"), season=4)
    drawn, failures = fitted.paths(HORIZON, PATHS, np.random.default_rng(0))
    assert np.isfinite(drawn).all()
    assert [(failure.model, failure.row) for failure in failures] == [("statsmodels-theta", 1)]
    assert failures[0].reason == "ValueError: 3 observations, at least 4 needed"


@pytest.mark.parametrize("name", ["ets", "theta", "ces", "arima", "harmonic"])
def test_months_missing_at_the_end_are_as_open_as_months_ahead(name: str) -> None:
    """The third month after a gap of four is the seventh month after the same history without the gap."""
    history = np.log(80 + np.cumsum(np.random.default_rng(8).normal(0, 2, 60)))
    late = np.r_[history, np.full(4, np.nan)]
    known, gap = (
        MODELS[name].fit(y[None]).simulate(7, 4000, np.random.default_rng(1))[0].std(axis=0) for y in (history, late)
    )
    np.testing.assert_allclose(gap[2], known[6], rtol=0.25)
    assert gap[0] > 1.2 * known[0]
