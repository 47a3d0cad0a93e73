"""What a month was expected to be, and how far it was from that."""

from __future__ import annotations

import numpy as np
import pytest

from forecasting.surprises import median, surprises

SEASON = np.array([86, 72, 122, 116, 108, 104, 96, 98, 110, 94, 100, 94]) / 100


def test_a_median_leaves_out_what_is_not_known() -> None:
    rng = np.random.default_rng(3)
    values = rng.normal(5, 2, (4, 5, 7))
    values[rng.random(values.shape) < 0.3] = np.nan
    np.testing.assert_allclose(median(values), np.nanmedian(values, axis=-1))
    assert np.isnan(median(np.full((2, 3), np.nan))).all()
    assert np.isnan(median(np.empty((2, 0)))).all()


def test_growth_and_season_are_expected() -> None:
    months = np.arange(72)
    values = 400 * 1.008**months * np.tile(SEASON, 6)  # 0.8 % a month
    made = surprises(values[None, :])
    # The season is shrunk by a seventh, no more is left.
    assert np.abs(made.residual).max() < 0.08
    np.testing.assert_allclose(made.expected[0], values, rtol=0.08)
    assert np.nanmax(np.abs(made.shift_score)) < 4


def test_some_wrong_months_do_not_move_what_the_others_are_measured_against() -> None:
    rng = np.random.default_rng(7)
    values = 300 * np.exp(0.05 * rng.standard_normal(72))
    wrong = np.arange(3, 72, 5)  # every fifth month, and of no calendar month more than two of six
    spoiled = values.copy()
    spoiled[wrong] *= 9
    clean, dirty = surprises(values[None, :]), surprises(spoiled[None, :])
    right = np.setdiff1d(np.arange(72), wrong)
    np.testing.assert_allclose(dirty.expected[0, right], clean.expected[0, right], rtol=0.15)
    assert (dirty.score[0, wrong] > 4).all()


def test_calendar_months_follow_the_first_month() -> None:
    values = 400 * np.tile(SEASON, 5)
    from_january = surprises(values[None, :])
    from_april = surprises(values[None, 3:], first_month=4)
    np.testing.assert_allclose(from_april.expected[0, 12:40], from_january.expected[0, 15:43], rtol=0.02)


def test_the_festival_that_moves_is_expected() -> None:
    rng = np.random.default_rng(2)
    share = np.zeros(96)
    for year in range(8):
        early = year % 3 != 0
        share[12 * year + (0 if early else 1)] = 0.8
        share[12 * year + (1 if early else 0)] = 0.2
    values = np.exp(-0.5 * share) * 500 * np.exp(0.03 * rng.standard_normal((6, 96)))
    without, with_it = surprises(values), surprises(values, regressor=share)
    moved = np.flatnonzero(share > 0)
    assert np.abs(with_it.residual[:, moved]).mean() < 0.6 * np.abs(without.residual[:, moved]).mean()


def test_a_small_count_is_allowed_its_noise() -> None:
    values = np.random.default_rng(5).poisson(4.0, (40, 72)).astype(float)
    made = surprises(values)
    assert (np.abs(made.score) > 4).mean() < 0.001
    assert (made.scale >= 1 / np.sqrt(made.expected + 1) - 1e-12).all()


@pytest.mark.parametrize("n_months", [0, 1, 23])
def test_a_short_history_has_no_surprises(n_months: int) -> None:
    made = surprises(np.full((2, n_months), 7.0))
    assert np.isnan(made.residual).all()
    assert np.isnan(made.shift).all()


def test_missing_months_stay_missing() -> None:
    values = 200 * np.tile(SEASON, 5)[None, :].repeat(2, axis=0)
    values[0, 10:13] = np.nan
    made = surprises(values)
    assert np.isnan(made.residual[0, 10:13]).all()
    assert not np.isnan(made.residual[1]).any()
    assert not np.isnan(made.expected[0]).any()


@pytest.mark.parametrize("ratio", [1.5, 1 / 1.5])
def test_a_change_of_level_for_good_is_found_by_month_and_size(ratio: float) -> None:
    rng = np.random.default_rng(12)
    mean = 250 * np.tile(SEASON, 5) * np.exp(0.004 * np.arange(60))
    at = 34
    values = rng.poisson(mean * np.exp(0.08 * rng.standard_normal((30, 60)))).astype(float)
    values[3, at:] = np.round(values[3, at:] * ratio)
    made = surprises(values)
    found = int(np.nanargmax(np.abs(made.shift_score[3])))
    assert abs(found - at) <= 1
    assert abs(made.shift[3, found] - np.log(ratio)) < 0.15
    assert abs(made.shift_score[3, found]) > 3.5
    assert np.nanmax(np.abs(np.delete(made.shift_score, 3, axis=0))) < 4.5


def test_some_odd_months_are_no_change_of_level() -> None:
    rng = np.random.default_rng(13)
    values = rng.poisson(250 * np.tile(SEASON, 5), (30, 60)).astype(float)
    values[3, 31] *= 6
    values[4, 40] = 0.0
    made = surprises(values)
    assert np.nanmax(np.abs(made.shift_score[3:5])) < 4
