"""The Spring Festival, working days and a month that is not over, counted by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from forecasting import ModelError
from forecasting.calendar import CENTRED_ON, REGRESSORS, regressors, whole_month, window_share, working_days


@pytest.mark.parametrize(
    ("month", "share"),
    [
        ("2023-01", 15 / 15),  # New Year on 22 January: 15 to 29 January, all in January
        ("2023-02", 0.0),
        ("2022-01", 7 / 15),  # New Year on 1 February: 25 to 31 January
        ("2022-02", 8 / 15),  # and 1 to 8 February
        ("2022-06", 0.0),
    ],
)
def test_share_of_a_window_follows_the_lunar_calendar(month: str, share: float) -> None:
    np.testing.assert_allclose(window_share(pd.Period(month, "M"), -7, 7), share)


@pytest.mark.parametrize(
    ("month", "until", "days"),
    [
        ("2023-06", 31, 22 - 1),  # 22 weekdays, Dragon Boat on Thursday 22 June
        ("2023-06", 15, 11),
        ("2023-10", 31, 22 - 3),  # 1 October is a Sunday, made up for on the 4th
        ("2024-02", 31, 21 - 3),  # 10 to 12 February, Saturday to Monday: Monday, and two days made up for
        ("2020-10", 31, 22 - 4),  # Mid-Autumn on 1 October, together with the National Day
        ("2026-02", 31, 20 - 4),  # New Year's Eve is a holiday since 2025
        ("2025-05", 31, 22 - 2),  # 1 and 2 May; Dragon Boat on Saturday the 31st is made up for in June
        ("2019-04", 31, 22 - 1),  # Clear and Bright on Friday the 5th
        ("2024-04", 31, 22 - 1),  # and on Thursday the 4th
    ],
)
def test_working_days(month: str, until: int, days: int) -> None:
    assert working_days(pd.Period(month, "M"), until) == days


def test_regressors_take_nothing_from_the_season() -> None:
    months = pd.period_range(f"{CENTRED_ON.start}-01", f"{CENTRED_ON.stop - 1}-12", freq="M")
    x = regressors(months)
    assert x.shape == (len(months), len(REGRESSORS))
    for month in range(12):
        assert_allclose(x[month::12].mean(axis=0), 0.0, atol=1e-12)
    # The festival only moves between January, February and, for the days after it, March.
    assert_allclose(x[np.asarray(months.month) > 3][:, :3], 0.0, atol=1e-12)


def test_an_early_and_a_late_festival() -> None:
    months = ["2023-01", "2023-02", "2024-01", "2024-02"]
    x = dict(zip(months, regressors(pd.PeriodIndex(months, freq="M")), strict=True))
    usual_january, usual_february = 0.27916667, 0.72083333
    # 22 January 2023: eve to the 7th day, 21 to 28 January. 10 February 2024: 9 to 16 February.
    assert_allclose(x["2023-01"][1], 1 - usual_january)
    assert_allclose(x["2023-02"][1], 0 - usual_february)
    assert_allclose(x["2024-01"][1], 0 - usual_january)
    assert_allclose(x["2024-02"][1], 1 - usual_february)


def test_a_month_that_is_not_over() -> None:
    made = whole_month(120.0, pd.Period("2023-06", "M"), 15)
    assert_allclose(made.share, 11 / 21)
    assert_allclose(made.estimate, 120 * 21 / 11)
    whole = 120 * 21 / 11
    assert_allclose(made.standard_error, (10 / 11 * (whole + 0.03 * whole**2)) ** 0.5)


def test_a_month_that_is_over_is_certain() -> None:
    made = whole_month(57.0, pd.Period("2023-06", "M"), 30)
    assert (made.estimate, made.standard_error, made.share) == (57.0, 0.0, 1.0)


def test_nothing_so_far_is_not_certain_to_remain_nothing() -> None:
    made = whole_month(0.0, pd.Period("2023-06", "M"), 15)
    assert made.estimate == 0.0
    assert made.standard_error > 0.9


@pytest.mark.parametrize(
    ("value", "month", "day", "message"),
    [
        (5.0, "2023-06", 31, "2023-06 没有第31日。请填写1至30。"),
        (5.0, "2023-06", 0, "2023-06 没有第0日"),
        (-5.0, "2023-06", 9, "2023-06 截至9日的累计数为 -5.0，应为不小于0的数"),
        (5.0, "2023-01", 1, "2023-01 截至1日还没有工作日"),
        (5.0, "2100-01", 9, "农历只推算 1901 至 2099 年，没有 2100 年"),
    ],
)
def test_a_month_that_cannot_be_completed(value: float, month: str, day: int, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        whole_month(value, pd.Period(month, "M"), day)
