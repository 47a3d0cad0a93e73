"""The calendar that moves between months: the Spring Festival and working days, and how much of a month has passed.

    share[w, t] = days of window w in month t / days of w
    working[t] = log(working days of t, the Spring Festival's counted as worked)
    x[t] = share or working, less its mean over all Januaries, Februaries, ... of `CENTRED_ON`

Centred on calendar-month means over many years, so a regressor takes nothing from the season (Lin & Liu 2002, Modeling
lunar calendar holiday effects; X-13ARIMA-SEATS genhol); what the festival does is left to its windows. Statutory
holidays follow the rules in force since 2008; swapped working weekends (调休), announced year by year, are left out:
they move a day or two between months. Lunar dates end with 2099.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from lunardate import LunarDate
from numpy.typing import NDArray

from forecasting.errors import ModelError

Array = NDArray[np.float64]

#: First and last day of each window, counted from the first day of the lunar year: the week before, the holiday from
#: New Year's Eve, and the days until the Lantern Festival.
WINDOWS = {"before": (-8, -2), "during": (-1, 6), "after": (7, 14)}
#: In order, the columns of `regressors`.
REGRESSORS = (*WINDOWS, "working")
CENTRED_ON = range(1990, 2050)
FIRST_YEAR, LAST_YEAR = 1901, 2099
#: Year from which New Year's Eve and 2 May are statutory holidays as well.
LONGER_SINCE = 2025
#: How unevenly the days of a month bring their share: variance as a share of the square of the whole month. Measured on
#: the days of the Hong Kong register, 2010-2019: 0.023 to 0.032 after 5 or 10 working days (exits 0.03 to 0.09).
UNEVENNESS = 0.03


@dataclass(frozen=True)
class PartialMonth:
    """What a month that is not over yet says of the whole; not an observation, and never to be stored as one.

    Parameters
    ----------
    value : float
        Counted so far.
    share : float
        Of the month's working days that have passed, in (0, 1].
    estimate : float
        Of the whole month, in the same unit.
    standard_error : float
        Of `estimate`, same unit; 0 when the month is over.
    """

    value: float
    share: float
    estimate: float
    standard_error: float


def window_share(month: pd.Period, first: int, last: int) -> float:
    """Share of a window of days around the lunar new year that falls into a month.

    Parameters
    ----------
    month : pandas.Period
        Frequency M.
    first, last : int
        First and last day of the window, 0 being the first day of the lunar year; from 20 days before it on.

    Returns
    -------
    float
        In [0, 1].

    Raises
    ------
    ModelError
        If the year is not in 1901 to 2099.

    Examples
    --------
    >>> window_share(pd.Period("2023-01", "M"), -7, 7)  # new year on 22 January: 15 to 29 January
    1.0
    """
    start = _lunar(month.year, 1, 1) + dt.timedelta(days=first)
    inside = [start + dt.timedelta(days=day) for day in range(last - first + 1)]
    return sum((day.year, day.month) == (month.year, month.month) for day in inside) / len(inside)


def working_days(month: pd.Period, until: int = 31, *, has_festival: bool = True) -> int:
    """Count the weekdays of a month that are no statutory holiday; swapped weekends are left out.

    Parameters
    ----------
    month : pandas.Period
        Frequency M.
    until : int
        Last day of the month to count.
    has_festival : bool
        Whether the Spring Festival is a holiday.

    Returns
    -------
    int

    Raises
    ------
    ModelError
        If the year is not in 1901 to 2099.
    """
    holidays = _days_off(month.year, has_festival)
    days = [dt.date(month.year, month.month, day + 1) for day in range(min(until, month.days_in_month))]
    return sum(day.weekday() < 5 and day not in holidays for day in days)


def regressors(months: pd.PeriodIndex) -> Array:
    """Spring Festival shares and log working days apart from it, each centred on its calendar month.

    Parameters
    ----------
    months : pandas.PeriodIndex
        Frequency M; past or future.

    Returns
    -------
    ndarray, shape (n_months, 4)
        Columns as `REGRESSORS`. A coefficient of the first three is the change of the logarithm when the whole window
        falls into the month; of the last, an elasticity: 1 where entries are in proportion to working days.

    Raises
    ------
    ModelError
        If a year is not in 1901 to 2099.
    """
    raw = np.array([_raw(month) for month in months]).reshape(len(months), len(REGRESSORS))
    return np.asarray(raw - _usual()[np.asarray(months.month) - 1])


def whole_month(value: float, month: pd.Period, day: int) -> PartialMonth:
    """Estimate a month from what was counted by the end of one of its days.

        whole = value / s,   variance = (1 - s) / s (whole + u whole^2),   s = working days passed / working days

    Parameters
    ----------
    value : float
        Counted from the first of the month, not negative.
    month : pandas.Period
    day : int
        Last day counted, from 1.

    Returns
    -------
    PartialMonth

    Raises
    ------
    ModelError
        If the day is not in the month, no working day has passed, or the value is negative.

    Examples
    --------
    >>> made = whole_month(120.0, pd.Period("2023-06", "M"), 15)  # 11 of 21 working days
    >>> round(made.share, 3), round(made.estimate, 1)
    (0.524, 229.1)
    """
    if not 1 <= day <= month.days_in_month:
        raise ModelError(f"{month} 没有第{day}日。请填写1至{month.days_in_month}。")
    if not value >= 0:
        raise ModelError(f"{month} 截至{day}日的累计数为 {value}，应为不小于0的数。请核对。")
    passed = working_days(month, day)
    if not passed:
        raise ModelError(f"{month} 截至{day}日还没有工作日，不能推算全月。请等有工作日后再用，或不用当月数。")
    share = passed / working_days(month)
    estimate = value / share
    # A count of nothing so far still leaves the noise of a small count.
    variance = (1.0 - share) / share * (max(estimate, 1.0) + UNEVENNESS * estimate**2)
    return PartialMonth(value, share, estimate, math.sqrt(variance))


def likelihood_of_whole(value: float, share: float, whole: Array) -> Array:
    """Log-probability of what was counted so far, for each of several numbers the month may come to.

    Of `whole` entities each falls into the part that has passed with probability s, all of one month alike more or less
    often: beta-binomial, its variance s (1 - s) (whole + u whole (whole - 1)), that of `whole_month`.

    Parameters
    ----------
    value : float
        Counted so far.
    share : float
        Share of the working days that has passed, in (0, 1).
    whole : ndarray
        In entities.

    Returns
    -------
    ndarray
        Of the shape of `whole`; minus infinity where more is counted already.

    References
    ----------
    Skellam (1948), J. Roy. Stat. Soc. B 10, 257-261.
    """
    # scipy.stats takes longer to import than most jobs take, and hardly one asks for this.
    from scipy.stats import betabinom

    ties = (1.0 - UNEVENNESS) / UNEVENNESS
    return np.asarray(betabinom.logpmf(round(value), np.round(whole), share * ties, (1.0 - share) * ties))


@cache
def _raw(month: pd.Period) -> tuple[float, ...]:
    """Regressors of a month before centring; a projection asks for the same months at every origin, for each flow."""
    shares = [window_share(month, first, last) for first, last in WINDOWS.values()]
    return (*shares, math.log(working_days(month, has_festival=False)))


@cache
def _usual() -> Array:
    """Mean of the regressors of each calendar month, shape (12, n_regressors)."""
    months = pd.period_range(f"{CENTRED_ON.start}-01", f"{CENTRED_ON.stop - 1}-12", freq="M")
    raw = np.array([_raw(month) for month in months])
    return np.asarray(raw.reshape(len(CENTRED_ON), 12, -1).mean(axis=0))


@cache
def _days_off(year: int, has_festival: bool) -> frozenset[dt.date]:
    """Weekdays off: statutory holidays; one on a weekend, or on another, is made up for on the next weekday."""
    longer = year >= LONGER_SINCE
    new_year = _lunar(year, 1, 1)
    statutory = [
        dt.date(year, 1, 1),
        *(new_year + dt.timedelta(days=day) for day in range(-1 if longer else 0, 3) if has_festival),
        _qingming(year),
        *(dt.date(year, 5, day) for day in range(1, 3 if longer else 2)),
        _lunar(year, 5, 5),
        _lunar(year, 8, 15),
        *(dt.date(year, 10, day) for day in range(1, 4)),
    ]
    taken: set[dt.date] = set()
    to_make_up = []
    for day in statutory:
        if day.weekday() >= 5 or day in taken:
            to_make_up.append(day)
        taken |= {day} if day.weekday() < 5 else set()
    for day in to_make_up:
        while day.weekday() >= 5 or day in taken:
            day += dt.timedelta(days=1)
        taken.add(day)
    return frozenset(taken)


def _lunar(year: int, month: int, day: int) -> dt.date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ModelError(f"农历只推算 {FIRST_YEAR} 至 {LAST_YEAR} 年，没有 {year} 年。请缩短所用的月份。")
    solar: dt.date = LunarDate(year, month, day).to_solar_date()
    return solar


def _qingming(year: int) -> dt.date:
    """Clear and Bright, the fifth solar term: 4 or 5 April (6 April before 1944), by the usual formula."""
    century, constant = (year - 1900, 5.59) if year < 2000 else (year - 2000, 4.81)
    return dt.date(year, 4, int(century * 0.2422 + constant) - century // 4)
