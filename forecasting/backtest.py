"""Backtest: what would have been said at past origins, against what came.

At every origin all series of a panel are cut off, forecast in one call, reduced block by block to quantiles and scores,
and the paths let go. A forecaster sees a copy of the months up to the origin and nothing else. A series that cannot be
forecast becomes a row of failures: the others are forecast without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from forecasting import scores
from forecasting.ensemble import fit
from forecasting.errors import SchemaError
from forecasting.evaluation import LEVELS, Backtest, Rows, Scored, Window, gather, score_window
from forecasting.models import Failure
from forecasting.paths import Array, Paths

#: Some of the rows of a matrix, their paths (n_rows, n_paths, horizon), and the members that dropped out there.
Block = tuple[Rows, Array, tuple[Failure, ...]]


class Forecaster(Protocol):
    """What is tested."""

    def __call__(self, y: Array, horizon: int, /, *, rng: np.random.Generator, n_paths: int) -> Iterable[Block]:
        """Forecast a matrix of series, months in columns and at least one value a series, in blocks of its rows."""


def by_ensemble(**options: Any) -> Forecaster:
    """Return the ensemble as a forecaster.

    Parameters
    ----------
    **options
        Of `forecasting.ensemble.fit`: members, weights, transform, season.

    Returns
    -------
    Forecaster
        Path p of every block belongs to the same simulated world.

    Raises
    ------
    ModelError
        If an option is out of range.
    """
    # On a sound series only the options can be at fault; told now, they are not taken for failures of every series.
    fit(np.array([[1.0, 2.0]]), **options)

    def forecaster(y: Array, horizon: int, /, *, rng: np.random.Generator, n_paths: int) -> Iterable[Block]:
        return fit(y, **options).blocks(horizon, n_paths, rng)

    return forecaster


def backtest(
    y: Array,
    origins: Sequence[int],
    horizon: int,
    *,
    seed: int,
    models: Mapping[str, Forecaster] | None = None,
    history: int | None = None,
    n_paths: int = 1000,
    season: int = 12,
    levels: Sequence[float] = LEVELS,
    collect: Callable[[Window, Paths], Any] | None = None,
) -> Backtest:
    """Forecast a panel from past origins.

    Parameters
    ----------
    y : ndarray, shape (n_series, n_months)
        NaN = not observed.
    origins : sequence of int
        Columns of the last month seen, each once. Months after the end of the panel are not observed.
    horizon : int
        Months ahead, at least 1.
    seed : int
        With the origin, all that the random numbers follow from: models share them, and origins can be run apart.
    models : mapping of str to Forecaster, optional
        By the name shown; `by_ensemble()` as `ensemble` if not given.
    history : int, optional
        Months seen up to the origin; all if not given.
    n_paths : int
        At least 2.
    season : int
        Months in a cycle, for the scale of errors.
    levels : sequence of float
        Quantiles kept: rising, symmetric around 0.5 and with it.
    collect : callable, optional
        (Window, Paths) -> anything: reduces the paths of a block to what its caller needs (totals, events, ...).

    Returns
    -------
    Backtest
        Origins and models in the order given.

    Raises
    ------
    SchemaError
        If an argument is out of range.

    Examples
    --------
    >>> y = np.arange(60.0)[None] + np.resize([3.0, 0.0, 9.0], 60)
    >>> result = backtest(y, [35, 47], 12, seed=1, n_paths=50)
    >>> len(result.table), len(result.scores), len(result.failures)
    (24, 2, 0)
    """
    y = np.asarray(y, dtype=float)
    _check(y, origins, horizon, n_paths=n_paths, history=history, levels=levels)
    padded = np.pad(y, ((0, 0), (0, horizon)), constant_values=np.nan)
    parts: list[Scored] = []
    failures: list[tuple[str, int, int, str, str]] = []
    collected: list[tuple[Window, Any]] = []
    for model, forecaster in (models or {"ensemble": by_ensemble(season=season)}).items():
        for origin in origins:
            seen = y[:, max(0, origin + 1 - (history or y.shape[1])) : origin + 1]
            is_empty = np.isnan(seen).all(axis=1)
            empty = np.flatnonzero(is_empty).tolist()
            failures += [(model, origin, row, "", "no observation up to the origin") for row in empty]
            live = np.flatnonzero(~is_empty)
            for rows, paths, failed in _forecast(forecaster, seen, live, horizon, n_paths, (seed, origin)):
                failures += [(model, origin, failure.row, failure.model, failure.reason) for failure in failed]
                if not len(rows):
                    continue
                came = padded[rows, origin + 1 : origin + 1 + horizon]
                window = Window(model=model, origin=origin, rows=rows, history=seen[rows], observed=came)
                quantiles = np.quantile(paths, levels, axis=1)
                crps = scores.crps(observed=came, paths=paths)
                parts.append(score_window(window, quantiles, levels=levels, season=season, crps=crps))
                if collect is not None:
                    collected.append((window, collect(window, Paths(paths))))
    return gather(parts, failures, levels=levels, collected=collected)


def _forecast(
    forecaster: Forecaster, seen: Array, rows: Rows, horizon: int, n_paths: int, entropy: tuple[int, int]
) -> Iterator[Block]:
    """Forecast some series in one call; what that leaves out is tried in halves, down to the series at fault.

    Rows and failures are those of the panel; a failure without a model is of the series.
    """
    if not len(rows):
        return
    is_left = np.ones(len(rows), dtype=bool)
    reason = "no paths were given"
    rng = np.random.default_rng([*entropy, int(rows[0])])
    try:
        for own, paths, failures in forecaster(seen[rows], horizon, rng=rng, n_paths=n_paths):
            is_left[own] = False
            is_finite = np.isfinite(paths).all(axis=(1, 2))
            told = [Failure(one.model, int(rows[one.row]), one.reason) for one in failures]
            told += [Failure("", row, "paths are not finite") for row in rows[own[~is_finite]].tolist()]
            yield rows[own[is_finite]], paths[is_finite], tuple(told)
    except (ValueError, ArithmeticError, IndexError) as error:
        reason = f"{type(error).__name__}: {error}"
    left = rows[is_left]
    if len(left) == 1:
        yield left[:0], np.empty((0, n_paths, horizon)), (Failure("", int(left[0]), reason),)
    elif len(left):
        for half in np.array_split(left, 2):
            yield from _forecast(forecaster, seen, half, horizon, n_paths, entropy)


def _check(
    y: Array,
    origins: Sequence[int],
    horizon: int,
    *,
    n_paths: int,
    history: int | None,
    levels: Sequence[float],
) -> None:
    if y.ndim != 2:
        raise SchemaError(f"回测的数据应为二维（序列数, 月数），实为 {y.shape}。")
    outside = [origin for origin in origins if not 0 <= origin < y.shape[1]]
    if outside or len(set(origins)) < len(origins) or not len(origins):
        raise SchemaError(f"预测起点应为 0 至 {y.shape[1] - 1} 之间互不相同的列号，至少一个，实为 {list(origins)}。")
    if horizon < 1 or n_paths < 2 or (history is not None and history < 1):
        raise SchemaError(f"预测期（{horizon}）和历史月数（{history}）至少为1，路径数（{n_paths}）至少为2。")
    rising = np.asarray(levels, dtype=float)
    is_symmetric = len(rising) % 2 == 1 and np.abs(rising + rising[::-1] - 1.0).max() < 1e-9
    if not (is_symmetric and (np.diff(rising) > 0).all() and rising[0] > 0):
        raise SchemaError(f"分位水平应从小到大、关于0.5对称并含0.5，实为 {list(levels)}。")
