"""What holds of the calendar in any year."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from forecasting.calendar import regressors, whole_month, window_share, working_days

years = st.integers(1905, 2098)
months = st.builds(lambda year, month: pd.Period(f"{year}-{month:02}", "M"), years, st.integers(1, 12))


@settings(deadline=None)
@given(years, st.integers(-20, 10), st.integers(0, 20))
def test_the_shares_of_a_year_add_up(year: int, first: int, length: int) -> None:
    whole = pd.period_range(f"{year}-01", f"{year}-12", freq="M")
    assert_allclose(sum(window_share(month, first, first + length) for month in whole), 1.0)


@settings(deadline=None)
@given(months, st.integers(1, 31))
def test_working_days_only_grow_within_a_month(month: pd.Period, day: int) -> None:
    assert working_days(month, day - 1) <= working_days(month, day) <= working_days(month)
    assert 15 <= working_days(month) <= 23
    assert working_days(month) <= working_days(month, has_festival=False)


@settings(deadline=None)
@given(months, st.integers(12, 31), st.floats(0, 1e6))
def test_a_month_is_estimated_in_proportion_and_no_less_than_was_counted(
    month: pd.Period, day: int, value: float
) -> None:
    made = whole_month(value, month, min(day, month.days_in_month))
    assert made.estimate >= value
    assert_allclose(made.estimate * made.share, value, rtol=1e-12, atol=1e-12)
    assert (made.standard_error == 0.0) == (made.share == 1.0)


# The first month asked for makes the means of sixty years.
@settings(deadline=None)
@given(months, st.integers(1, 40))
def test_a_month_has_the_same_regressors_in_any_company(month: pd.Period, length: int) -> None:
    alone = regressors(pd.PeriodIndex([month]))
    until = pd.period_range(end=month, periods=length, freq="M")
    assert_allclose(regressors(until)[-1], alone[0], rtol=0)
