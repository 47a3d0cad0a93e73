"""Scores: how far a forecast was from what came, and whether its intervals held.

Pure functions of observed values and forecasts of many series, (n_series, horizon). A month that was not observed (NaN)
is not scored: scores a month (`pinball`, `interval_score`, `crps`, `coverage`) are NaN there, scores a series (`smape`,
`mase`, `rmsse`, `wape`, `msis`) are taken over the other months and NaN where there is none. Averages over series are
the caller's, as the competitions take them: first over the months of a series, then over series.
Lower is better, except for `coverage`, which should be what it claims.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.spatial.distance import pdist

from forecasting.errors import SchemaError
from forecasting.paths import Array

#: Values copied at a time when paths are sorted: bounds memory at 128 MB.
BLOCK_VALUES = 2**24


def smape(*, observed: Array, forecast: Array) -> Array:
    """Symmetric absolute percentage error, mean over months of 200 |y - f| / (|y| + |f|).

    Parameters
    ----------
    observed : ndarray, shape (n_series, horizon)
        NaN = not observed.
    forecast : ndarray, shape (n_series, horizon)
        Point forecasts, same unit.

    Returns
    -------
    ndarray, shape (n_series,)
        Percent, 0 to 200; a month with y = f = 0 counts 0.

    Raises
    ------
    SchemaError
        If shapes differ or a forecast is not finite.

    References
    ----------
    Makridakis & Hibon (2000), "The M3-Competition", appendix A; with absolute values in the denominator, which M3's
    positive series do not need.

    Examples
    --------
    >>> smape(observed=np.array([[80.0, 50.0]]), forecast=np.array([[120.0, 50.0]]))
    array([20.])
    """
    observed, forecast = _matrices(observed=observed, forecast=forecast)
    error, size = np.abs(observed - forecast), np.abs(observed) + np.abs(forecast)
    return _mean(200.0 * np.divide(error, size, out=np.where(np.isnan(error), np.nan, 0.0), where=size > 0))


def seasonal_scale(*, history: Array, season: int = 12, power: int = 1) -> Array:
    """Size of a year's change in the history: what `mase`, `rmsse` and `msis` divide by.

    (mean over t of |y[t] - y[t - season]|^power)^(1/power). Where a series has no such pair, or all are equal, the
    first of these that is above 0 stands in: the same of y[t] - y[t - 1], the same of y[t], NaN (nothing but zeros).

    Parameters
    ----------
    history : ndarray, shape (n_series, n_months)
        What the forecast was made from; NaN = not observed.
    season : int
        Months in a cycle; 1 gives the scale of M5.
    power : int
        1 for `mase` and `msis`, 2 for `rmsse`.

    Returns
    -------
    ndarray, shape (n_series,)
        In the series' unit, above 0 or NaN.

    Raises
    ------
    SchemaError
        If the history is not a matrix or `season` is below 1.

    References
    ----------
    Hyndman & Koehler (2006), "Another look at measures of forecast accuracy", for seasonal series as in M4. The
    stand-ins are ours.

    Examples
    --------
    >>> seasonal_scale(history=np.array([[3.0, 7.0, 4.0, 12.0], [5.0, 5.0, 5.0, 5.0]]), season=2)
    array([3., 5.])
    """
    (history,) = _matrices(history=history)
    if season < 1:
        raise SchemaError(f"季节长度应至少为1，实为 {season}。")
    scale = np.full(len(history), np.nan)
    for change in (history[:, season:] - history[:, :-season], np.diff(history, axis=1), history):
        scale = np.where(scale > 0, scale, _mean(np.abs(change) ** power) ** (1.0 / power))
    return np.where(scale > 0, scale, np.nan)


def mase(*, observed: Array, forecast: Array, scale: Array) -> Array:
    """Mean absolute scaled error, mean over months of |y - f| / scale.

    Parameters
    ----------
    observed : ndarray, shape (n_series, horizon)
        NaN = not observed.
    forecast : ndarray, shape (n_series, horizon)
        Point forecasts, same unit.
    scale : ndarray, shape (n_series,)
        Of `seasonal_scale`.

    Returns
    -------
    ndarray, shape (n_series,)
        1 = the mean change over a season in the history; NaN where the scale is.

    Raises
    ------
    SchemaError
        If shapes differ, a forecast is not finite or a scale is not above 0.

    References
    ----------
    Hyndman & Koehler (2006).

    Examples
    --------
    >>> mase(observed=np.array([[80.0, 50.0]]), forecast=np.array([[110.0, 40.0]]), scale=np.array([8.0]))
    array([2.5])
    """
    observed, forecast = _matrices(observed=observed, forecast=forecast)
    return _mean(np.abs(observed - forecast)) / _scales(scale, len(observed))


def rmsse(*, observed: Array, forecast: Array, scale: Array) -> Array:
    """Root mean squared scaled error, sqrt(mean over months of (y - f)^2) / scale.

    Parameters
    ----------
    observed : ndarray, shape (n_series, horizon)
        NaN = not observed.
    forecast : ndarray, shape (n_series, horizon)
        Point forecasts, same unit.
    scale : ndarray, shape (n_series,)
        Of `seasonal_scale` with `power=2`.

    Returns
    -------
    ndarray, shape (n_series,)
        1 = the root mean squared change over a season in the history; NaN where the scale is.

    Raises
    ------
    SchemaError
        If shapes differ, a forecast is not finite or a scale is not above 0.

    References
    ----------
    Makridakis, Spiliotis & Assimakopoulos (2022), "M5 accuracy competition", with season 1 there.

    Examples
    --------
    >>> rmsse(observed=np.array([[80.0, 50.0]]), forecast=np.array([[87.0, 49.0]]), scale=np.array([2.5]))
    array([2.])
    """
    observed, forecast = _matrices(observed=observed, forecast=forecast)
    return np.asarray(np.sqrt(_mean((observed - forecast) ** 2)) / _scales(scale, len(observed)))


def wape(*, observed: Array, forecast: Array) -> Array:
    """Weighted absolute percentage error, 100 sum |y - f| / sum |y| over the months of a series.

    Parameters
    ----------
    observed : ndarray, shape (n_series, horizon)
        NaN = not observed. For one figure of a whole panel, pass it as one row.
    forecast : ndarray, shape (n_series, horizon)
        Point forecasts, same unit.

    Returns
    -------
    ndarray, shape (n_series,)
        Percent; NaN where all that was observed is 0.

    Raises
    ------
    SchemaError
        If shapes differ or a forecast is not finite.

    References
    ----------
    Kolassa & Schütz (2007), "Advantages of the MAD/MEAN ratio over the MAPE".

    Examples
    --------
    >>> wape(observed=np.array([[80.0, -20.0]]), forecast=np.array([[86.0, -16.0]]))
    array([10.])
    """
    observed, forecast = _matrices(observed=observed, forecast=forecast)
    size = np.nansum(np.abs(observed), axis=1)
    error = np.nansum(np.abs(observed - forecast), axis=1)
    return 100.0 * np.asarray(np.divide(error, size, out=np.full(len(size), np.nan), where=size > 0))


def pinball(*, observed: Array, forecast: Array, level: float) -> Array:
    """Pinball (quantile) loss, (y - q) level above the quantile and (q - y)(1 - level) below it.

    Parameters
    ----------
    observed : ndarray, shape (n_series, horizon)
        NaN = not observed.
    forecast : ndarray, shape (n_series, horizon)
        Quantile of the forecast at `level`, same unit.
    level : float
        In (0, 1).

    Returns
    -------
    ndarray, shape (n_series, horizon)
        In the series' unit. Without the factor 2 under which its integral over levels is the CRPS.

    Raises
    ------
    SchemaError
        If shapes differ, a forecast is not finite or the level is outside (0, 1).

    References
    ----------
    Koenker & Bassett (1978); Gneiting (2011), "Quantiles as optimal point forecasts".

    Examples
    --------
    >>> pinball(observed=np.array([[80.0, 50.0]]), forecast=np.array([[70.0, 70.0]]), level=0.75)
    array([[7.5, 5. ]])
    """
    observed, forecast = _matrices(observed=observed, forecast=forecast)
    _check_probability("分位水平", level)
    above = observed - forecast
    return np.maximum(level * above, (level - 1.0) * above)


def interval_score(*, observed: Array, lower: Array, upper: Array, alpha: float) -> Array:
    """Interval (Winkler) score of a central 1 - alpha interval, width + 2/alpha times what lies outside.

    Parameters
    ----------
    observed : ndarray, shape (n_series, horizon)
        NaN = not observed.
    lower, upper : ndarray, shape (n_series, horizon)
        Bounds, same unit.
    alpha : float
        Probability left outside, in (0, 1): 0.2 is an 80 % interval.

    Returns
    -------
    ndarray, shape (n_series, horizon)
        In the series' unit.

    Raises
    ------
    SchemaError
        If shapes differ, a bound is not finite, a lower bound exceeds its upper bound or alpha is outside (0, 1).

    References
    ----------
    Winkler (1972); Gneiting & Raftery (2007), section 6.2.

    Examples
    --------
    >>> interval_score(
    ...     observed=np.array([[7.0, 11.0]]), lower=np.array([[9.0, 8.0]]), upper=np.array([[15.0, 13.0]]), alpha=0.5
    ... )
    array([[14.,  5.]])
    """
    observed, lower, upper = _intervals(observed, lower, upper)
    _check_probability("区间外概率", alpha)
    outside = np.maximum(lower - observed, 0.0) + np.maximum(observed - upper, 0.0)
    return (upper - lower) + 2.0 / alpha * outside


def msis(*, observed: Array, lower: Array, upper: Array, alpha: float, scale: Array) -> Array:
    """Mean scaled interval score, mean over months of `interval_score` / scale.

    Parameters
    ----------
    observed : ndarray, shape (n_series, horizon)
        NaN = not observed.
    lower, upper : ndarray, shape (n_series, horizon)
        Bounds of central 1 - alpha intervals, same unit.
    alpha : float
        Probability left outside; 0.05 in M4.
    scale : ndarray, shape (n_series,)
        Of `seasonal_scale`.

    Returns
    -------
    ndarray, shape (n_series,)
        NaN where the scale is.

    Raises
    ------
    SchemaError
        As `interval_score`, or if a scale is not above 0.

    References
    ----------
    Makridakis, Spiliotis & Assimakopoulos (2020), "The M4 Competition", section 2.

    Examples
    --------
    >>> bounds = {"lower": np.array([[9.0, 8.0]]), "upper": np.array([[15.0, 13.0]])}
    >>> msis(observed=np.array([[7.0, 11.0]]), **bounds, alpha=0.5, scale=np.array([4.0]))
    array([2.375])
    """
    score = interval_score(observed=observed, lower=lower, upper=upper, alpha=alpha)
    return _mean(score) / _scales(scale, len(score))


def coverage(*, observed: Array, lower: Array, upper: Array) -> Array:
    """Whether the interval, bounds included, held what came; its mean over any axis is the coverage.

    Parameters
    ----------
    observed : ndarray, shape (n_series, horizon)
        NaN = not observed.
    lower, upper : ndarray, shape (n_series, horizon)
        Bounds, same unit.

    Returns
    -------
    ndarray, shape (n_series, horizon)
        1, 0, or NaN where not observed.

    Raises
    ------
    SchemaError
        If shapes differ, a bound is not finite or a lower bound exceeds its upper bound.

    Examples
    --------
    >>> coverage(observed=np.array([[7.0, 8.0]]), lower=np.array([[9.0, 8.0]]), upper=np.array([[15.0, 13.0]]))
    array([[0., 1.]])
    """
    observed, lower, upper = _intervals(observed, lower, upper)
    return np.where(np.isnan(observed), np.nan, (lower <= observed) & (observed <= upper))


def crps(*, observed: Array, paths: Array, is_fair: bool = True) -> Array:
    """Continuous ranked probability score of each month from sample paths, mean |x - y| - half the mean |x - x'|.

    Parameters
    ----------
    observed : ndarray, shape (n_series, horizon)
        NaN = not observed.
    paths : ndarray, shape (n_series, n_paths, horizon)
        Same unit.
    is_fair : bool
        True takes pairs of *different* paths (the score of the distribution they are drawn from, whatever their
        number); False all pairs (the score of the sample itself, higher with fewer paths).

    Returns
    -------
    ndarray, shape (n_series, horizon)
        In the series' unit; the absolute error where all paths agree. A fair score may fall below 0.

    Raises
    ------
    SchemaError
        If shapes differ, a path is not finite, or a fair score is asked of a single path.

    References
    ----------
    Gneiting & Raftery (2007), section 4.2; Ferro (2014), "Fair scores for ensemble forecasts". Sums over pairs from
    the order statistics, Jordan, Krüger & Lerch (2019), equation 3.

    Examples
    --------
    >>> paths = np.array([[[4.0], [1.0]]])
    >>> crps(observed=np.array([[2.0]]), paths=paths), crps(observed=np.array([[2.0]]), paths=paths, is_fair=False)
    (array([[0.]]), array([[0.75]]))
    """
    observed, paths = _samples(observed, paths, is_fair=is_fair)
    n_series, n_paths, horizon = paths.shape
    # sum over pairs of |x - x'| / 2 = sum (2 i - n - 1) x_(i), i = 1 ... n
    weights = (2.0 * np.arange(1, n_paths + 1) - n_paths - 1.0) / (n_paths * (n_paths - is_fair))
    score = np.empty((n_series, horizon))
    step = max(1, BLOCK_VALUES // max(1, n_paths * horizon))
    for start in range(0, n_series, step):
        rows = slice(start, start + step)
        # Around what came, or a high level would cost digits; a month that was not observed is NaN throughout.
        errors = np.sort(paths[rows] - observed[rows, None, :], axis=1)
        score[rows] = np.abs(errors).mean(axis=1) - np.einsum("p,npk->nk", weights, errors)
    return score


def energy_score(*, observed: Array, paths: Array, is_fair: bool = True) -> Array:
    """Energy score of whole futures, mean |x - y| - half the mean |x - x'| with Euclidean length over the horizon.

    Parameters
    ----------
    observed : ndarray, shape (n_series, horizon)
        NaN = not observed.
    paths : ndarray, shape (n_series, n_paths, horizon)
        Same unit.
    is_fair : bool
        As for `crps`.

    Returns
    -------
    ndarray, shape (n_series,)
        In the series' unit; NaN where any month was not observed. Time and memory go with the square of the number of
        paths, memory for one series at a time.

    Raises
    ------
    SchemaError
        If shapes differ, a path is not finite, or a fair score is asked of a single path.

    References
    ----------
    Gneiting & Raftery (2007), section 4.3.

    Examples
    --------
    >>> paths = np.array([[[3.0, 4.0], [0.0, 0.0]]])
    >>> energy_score(observed=np.array([[0.0, 0.0]]), paths=paths, is_fair=False)
    array([1.25])
    """
    observed, paths = _samples(observed, paths, is_fair=is_fair)
    n_paths = paths.shape[1]
    score = np.full(len(paths), np.nan)
    for row in np.flatnonzero(~np.isnan(observed).any(axis=1)):
        error = np.linalg.norm(paths[row] - observed[row], axis=1).mean()
        score[row] = error - pdist(paths[row]).sum() / (n_paths * (n_paths - is_fair))
    return score


def _mean(values: Array) -> Array:
    """Mean over the last axis of what is there; NaN where nothing is."""
    is_there = ~np.isnan(values)
    count = is_there.sum(axis=-1)
    total = np.where(is_there, values, 0.0).sum(axis=-1)
    return np.asarray(np.divide(total, count, out=np.full(count.shape, np.nan), where=count > 0))


def _matrices(**arrays: Array) -> tuple[Array, ...]:
    """Return the arrays as matrices of one shape; what was observed may be NaN, what was forecast may not."""
    names = {"observed": "实际值", "forecast": "预测值", "lower": "下限", "upper": "上限", "history": "历史"}
    matrices = {name: np.asarray(array, dtype=float) for name, array in arrays.items()}
    shapes = {names[name]: matrix.shape for name, matrix in matrices.items()}
    if len(set(shapes.values())) > 1 or any(len(shape) != 2 for shape in shapes.values()):
        said = "，".join(f"{name} {shape}" for name, shape in shapes.items())
        raise SchemaError(f"评分的数组应为同样形状的二维数组（序列数, 预测期），实为：{said}。")
    for name, matrix in matrices.items():
        is_bad = np.isinf(matrix) if name in ("observed", "history") else ~np.isfinite(matrix)
        _check_rows(is_bad.any(axis=1), f"{names[name]}含有非有限的数")
    return tuple(matrices.values())


def _intervals(observed: Array, lower: Array, upper: Array) -> tuple[Array, ...]:
    observed, lower, upper = _matrices(observed=observed, lower=lower, upper=upper)
    _check_rows((lower > upper).any(axis=1), "下限高于上限")
    return observed, lower, upper


def _samples(observed: Array, paths: Array, *, is_fair: bool) -> tuple[Array, Array]:
    (observed,) = _matrices(observed=observed)
    paths = np.asarray(paths, dtype=float)
    if paths.ndim != 3 or (paths.shape[0], paths.shape[2]) != observed.shape:
        raise SchemaError(f"路径应为（序列数, 路径数, 预测期），与实际值 {observed.shape} 相符，实为 {paths.shape}。")
    if paths.shape[1] < 1 + is_fair:
        raise SchemaError(f"只有{paths.shape[1]}条路径，评分至少需要{1 + is_fair}条。")
    _check_rows(~np.isfinite(paths).all(axis=(1, 2)), "路径含有非有限的数")
    return observed, paths


def _scales(scale: Array, n_series: int) -> Array:
    scale = np.asarray(scale, dtype=float)
    if scale.shape != (n_series,):
        raise SchemaError(f"尺度应为每个序列一个数（{n_series}个），实为 {scale.shape}。")
    _check_rows(~(np.isnan(scale) | (scale > 0)), "尺度不大于0")
    return scale


def _check_rows(is_bad: ArrayLike, what: str) -> None:
    rows = np.flatnonzero(is_bad)
    if rows.size:
        shown = "、".join(str(row + 1) for row in rows[:10].tolist())
        raise SchemaError(f"第{shown}行{'等' if rows.size > 10 else ''}{what}。请核对。")


def _check_probability(what: str, value: float) -> None:
    if not 0.0 < value < 1.0:
        raise SchemaError(f"{what}应在0与1之间，实为 {value}。")
