"""How far each month of a series lies from what its neighbours and its season lead one to expect.

    log(1 + y[t]) = level[t] + season[month of t] + b x[t] + surprise[t]

`level` is a repeated-median line through the two years around each month, `season` the median deviation of a calendar
month, b one slope for the whole panel on a given regressor (the Spring Festival). All of it is by medians, so that up
to half of the months around and of the same month of other years may be wrong without moving what the rest is measured
against. The scale is the median absolute deviation, wider in calendar months that are unruly on the whole panel and
never below the noise of a count. A shift is a step fitted beside season and local level (`forecasting.local_level`).

Siegel (1982), Robust regression using repeated medians; Davies, Fried & Gather (2004), Robust signal extraction for
on-line monitoring data; Davies & Gather (1993), The identification of multiple outliers; Chen & Liu (1993), the kinds.
It needs two years; a series with a shorter history has no surprises.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from forecasting.local_level import CONSISTENT, level_shifts

Array = NDArray[np.float64]

SEASON = 12
#: Months on each side of the one whose level is fitted.
REACH = 12
#: Months around a shift in which no other is told, and those on each side that must be known at least.
HALF, FEWEST_AFTER = 6, 4
FEWEST_MONTHS = 2 * SEASON
#: Of log counts: no registration series is steadier than this.
LEAST_SCALE = 0.03
CHUNK = 64


@dataclass(frozen=True, eq=False)
class Surprises:
    """What was expected of each month, and how far from it the month was.

    Parameters
    ----------
    expected : ndarray, shape (n_series, n_months)
        In the unit of the series; NaN where the history is too short.
    residual : ndarray, same shape
        log(1 + y) − log(1 + expected); NaN where y was not observed.
    scale : ndarray, same shape
        Standard deviation to expect of `residual`, robust.
    score : ndarray, same shape
        Surprise in standard deviations: the smaller of those of the logarithm and of the square root, on which small
        counts are nearly normal where logarithms have a long lower tail.
    shift : ndarray, same shape
        Change of level in logarithms that begins with the month and stays, over and above the usual.
    shift_scale : ndarray, same shape
        Standard error of `shift`.
    """

    expected: Array
    residual: Array
    scale: Array
    score: Array
    shift: Array
    shift_scale: Array

    @property
    def shift_score(self) -> Array:
        """Change of level at each month in standard deviations."""
        return self.shift / self.shift_scale


def surprises(values: Array, *, first_month: int = 1, regressor: Array | None = None) -> Surprises:
    """Measure how surprising each month of a panel is.

    Parameters
    ----------
    values : ndarray, shape (n_series, n_months)
        Counts, NaN = not observed.
    first_month : int
        Calendar month of the first column, 1 to 12.
    regressor : ndarray, shape (n_months,), optional
        What moves between calendar months from year to year, as the share of the Spring Festival.

    Returns
    -------
    Surprises
    """
    n_months = values.shape[1]
    if n_months < FEWEST_MONTHS:
        unknown = np.full(values.shape, np.nan)
        return Surprises(unknown, unknown, unknown, unknown, unknown, unknown)
    calendar = (np.arange(n_months) + first_month - 1) % SEASON
    z = np.log1p(np.where(values >= 0, values, np.nan))
    is_long = (~np.isnan(z)).sum(axis=1) >= FEWEST_MONTHS
    z[~is_long] = np.nan
    level = _local_level(z)
    holiday = np.zeros(n_months)
    if regressor is not None:
        holiday = _holiday_effect(z - level, _within_month(regressor, calendar), calendar)
    season = _seasonal(z - level - holiday, calendar)
    adjusted = z - season - holiday
    level = _local_level(adjusted)
    residual = adjusted - level
    expected = np.maximum(np.expm1(level + season + holiday), 0.0)
    scale = _scale(residual, expected, calendar)
    shift, shift_scale = _shifts(np.where(is_long[:, None], z - holiday, np.nan), expected)
    return Surprises(
        expected=expected,
        residual=residual,
        scale=scale,
        score=_score(np.maximum(values, 0.0), expected, residual, scale),
        shift=shift,
        shift_scale=shift_scale,
    )


def median(values: Array) -> Array:
    """Median over the last axis, of what is not NaN.

    Parameters
    ----------
    values : ndarray, shape (..., n)

    Returns
    -------
    ndarray, shape (...)
        NaN where all are.

    Examples
    --------
    >>> median(np.array([[3.0, np.nan, 8.0, 4.0], [np.nan, 2.0, np.nan, 7.0]]))
    array([4. , 4.5])
    """
    # numpy's nanmedian goes over the rows one by one, which is far too slow for windows of windows.
    if not values.shape[-1]:
        return np.full(values.shape[:-1], np.nan)
    ordered = np.sort(values, axis=-1)
    n = (~np.isnan(ordered)).sum(axis=-1)
    low, high = np.maximum((n - 1) // 2, 0), np.minimum(n // 2, values.shape[-1] - 1)
    pair = np.take_along_axis(ordered, np.stack([low, high], axis=-1), axis=-1)
    return np.asarray(np.where(n > 0, pair.mean(axis=-1), np.nan), dtype=float)


def _local_level(z: Array) -> Array:
    """Repeated-median line through the window around each month, read at the month."""
    width = 2 * REACH + 1
    padded = np.pad(z, ((0, 0), (REACH, REACH)), constant_values=np.nan)
    steps = np.arange(width, dtype=float) - REACH
    gaps = steps[None, :] - steps[:, None]
    np.fill_diagonal(gaps, np.nan)
    parts = []
    for start in range(0, len(z), CHUNK):
        windows = sliding_window_view(padded[start : start + CHUNK], width, axis=1)
        slope = median(median((windows[..., None, :] - windows[..., :, None]) / gaps))
        line = median(windows - slope[..., None] * steps)
        few = (~np.isnan(windows)).sum(axis=-1) < REACH // 2
        parts.append(np.where(few, np.nan, line))
    return np.concatenate(parts) if parts else np.empty_like(z)


def _seasonal(deviation: Array, calendar: NDArray[np.int_]) -> Array:
    """Median deviation of each calendar month, shrunk where it rests on few years, centred."""
    effect = np.zeros((len(deviation), SEASON))
    for month in range(SEASON):
        of_month = deviation[:, calendar == month]
        n_years = (~np.isnan(of_month)).sum(axis=1)
        effect[:, month] = np.nan_to_num(median(of_month)) * n_years / (n_years + 1)
    centred: Array = effect - effect.mean(axis=1, keepdims=True)
    return np.asarray(centred[:, calendar], dtype=float)


def _within_month(regressor: Array, calendar: NDArray[np.int_]) -> Array:
    """Leave of a regressor only what differs between years, so that it takes nothing from the season."""
    centred = np.asarray(regressor, dtype=float).copy()
    for month in range(SEASON):
        centred[calendar == month] -= centred[calendar == month].mean() if (calendar == month).any() else 0.0
    return centred


def _holiday_effect(deviation: Array, x: Array, calendar: NDArray[np.int_]) -> Array:
    """One slope for the panel: weighted median of deviation / x, the season taken out."""
    own = deviation - _seasonal(deviation, calendar)
    moved = np.abs(x) > 0.05
    ratios, weights = (own / np.where(moved, x, np.nan)), np.broadcast_to(np.abs(x), own.shape)
    held = ~np.isnan(ratios)
    if held.sum() < SEASON:
        return np.zeros(len(x))
    order = np.argsort(ratios[held])
    ordered, mass = ratios[held][order], np.cumsum(weights[held][order])
    return np.asarray(float(ordered[np.searchsorted(mass, mass[-1] / 2)]) * x, dtype=float)


def _scale(residual: Array, expected: Array, calendar: NDArray[np.int_]) -> Array:
    n_years = np.maximum((~np.isnan(residual)).sum(axis=1) / SEASON, 2.0)
    own = CONSISTENT * median(np.abs(residual)) * np.sqrt(n_years / (n_years - 1))
    own = np.maximum(own, LEAST_SCALE)[:, None]
    wider = np.ones(SEASON)
    for month in range(SEASON):
        of_month = (np.abs(residual) / own)[:, calendar == month].reshape(1, -1)
        wider[month] = np.nan_to_num(CONSISTENT * median(of_month)[0], nan=1.0) if of_month.size else 1.0
    # A count of 20 has a noise of a fifth whatever its past says.
    return np.asarray(np.maximum(own * np.maximum(wider, 1.0)[calendar], 1.0 / np.sqrt(expected + 1.0)), dtype=float)


def _score(values: Array, expected: Array, residual: Array, scale: Array) -> Array:
    """Return standard deviations in logarithms or, where that is less, in square roots (Anscombe 1948)."""
    of_logarithm = residual / scale
    # What the logarithm's scale has beyond the noise of a count is spread of the mean itself.
    spread = np.maximum(scale**2 - 1.0 / (expected + 1.0), 0.0)
    root = 2.0 * (np.sqrt(values + 0.375) - np.sqrt(expected + 0.375)) / np.sqrt(1.0 + expected * spread)
    return np.asarray(np.sign(of_logarithm) * np.minimum(np.abs(of_logarithm), np.abs(root)), dtype=float)


def _shifts(z: Array, expected: Array) -> tuple[Array, Array]:
    change, error = level_shifts(z, SEASON)
    seen = ~np.isnan(z)
    before = np.cumsum(seen, axis=1) - seen
    after = seen.sum(axis=1, keepdims=True) - before
    change = np.where((before >= FEWEST_AFTER) & (after >= FEWEST_AFTER), change, np.nan)
    # A series that always grows changes level all the time: only what goes beyond that is a shift.
    usual = median(change)[:, None]
    # The noise of the counts before and after leaves this much open whatever the past of the series says.
    counts = 1.0 / np.maximum(before, 1) + 1.0 / np.maximum(after, 1)
    least = np.maximum(LEAST_SCALE, 1.0 / np.sqrt(expected + 1.0)) * np.sqrt(counts)
    return change - usual, np.maximum(error, least)
