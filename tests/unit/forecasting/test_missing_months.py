"""Months that were not observed are filled; months that were are not touched."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

from forecasting.missing import filled

NAN = math.nan
SEASON = np.array([-40.0, -25, 5, 10, 12, 8, 3, 4, 6, 2, 1, 14])  # sums to zero


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([3.0, NAN, 9.0, 5.0], [3, 6, 9, 5]),
        ([NAN, NAN, 4.0, 7.0], [4, 4, 4, 7]),
        ([4.0, 7.0, NAN, NAN], [4, 7, 7, 7]),
        ([NAN, 2.0, NAN, NAN, 8.0, NAN], [2, 2, 4, 6, 8, 8]),
        ([NAN, 5.0, NAN], [5, 5, 5]),
        ([1.0, 2.0], [1, 2]),
    ],
)
def test_a_short_series_is_joined_by_straight_lines(values: list[float], expected: list[float]) -> None:
    assert_allclose(filled(np.array(values)), expected)


def test_the_input_is_left_alone() -> None:
    values = np.array([3.0, NAN, 9.0])
    whole = np.array([3.0, 4.0])
    assert_allclose(filled(values), [3, 6, 9])
    assert np.isnan(values[1])
    filled(whole)[0] = 99.0
    assert whole[0] == 3.0


def test_a_hole_keeps_the_season() -> None:
    """January and February drop by 65 in all; a straight line through December and March would miss it."""
    values = np.tile(SEASON, 5) + 200.0
    holed = values.copy()
    holed[[24, 25]] = NAN
    assert_allclose(filled(holed)[[24, 25]], values[[24, 25]], atol=10.0)
    assert values[[24, 25]].max() < 180  # the line would give about 210


def test_observed_months_are_unchanged() -> None:
    values = np.tile(SEASON, 4) + np.arange(48) * 1.5
    values[[0, 7, 30, 47]] = NAN
    seen = ~np.isnan(values)
    assert_allclose(filled(values)[seen], values[seen])
    assert np.isfinite(filled(values)).all()


def test_a_calendar_month_never_seen_has_no_season() -> None:
    values = np.tile(SEASON, 4) + 200.0
    values[7::12] = NAN
    assert_allclose(filled(values)[19], (values[18] + values[20]) / 2, atol=8.0)
