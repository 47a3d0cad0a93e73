"""Benchmark: the ensemble and its members on series that were split into training and test by others.

All series are forecast in one call from the end of their training and scored as the competitions score: first over the
months of a series, then over series. A series whose scale is not known (nothing but zeros in training) has no MASE,
RMSSE and MSIS and is left out of their means; `n_scored` counts the series that have a MASE.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from forecasting.backtest import Block, Forecaster, backtest, by_ensemble
from forecasting.errors import SchemaError
from forecasting.evaluation import Backtest
from forecasting.members import MEMBERS
from forecasting.paths import Array
from forecasting.transforms import Kind

ENSEMBLE = "ensemble"
COVERAGES = (80, 90, 95)
#: Values of paths drawn before any is scored, so that neither is timed with the other: 0.5 GB.
HELD_VALUES = 2**26


def evaluate(
    train: Sequence[Array] | Array,
    test: Sequence[Array] | Array,
    *,
    clock: Callable[[], float],
    season: int = 12,
    members: Sequence[str] = MEMBERS,
    transform: Kind = "auto",
    n_paths: int = 1000,
    seed: int = 20251231,
) -> dict[str, Any]:
    """Forecast and score a set of series by the ensemble and by each member alone.

    Parameters
    ----------
    train : sequence of ndarray, or ndarray, shape (n_series, n_months)
        History of each series; a matrix has the last months in its last column. NaN = not observed.
    test : sequence of ndarray, or ndarray, shape (n_series, horizon)
        What followed at once; the longest sets the horizon, and NaN = not observed.
    clock : callable
        Seconds, such as `time.perf_counter`; this package reads no clock of its own.
    season : int
        Months in a cycle.
    members : sequence of str
        Names in `forecasting.models.MODELS`.
    transform : str
        See `forecasting.transforms.choose`; `auto` is Box-Cox except of series with a negative training value.
    n_paths : int
    seed : int

    Returns
    -------
    dict
        The `figures` of the ensemble, with `horizon`, `season`, `transform`, `members`, `n_paths`, `seed` and
        `negative_series` (number of series with a negative training value); under `models` the figures of each member
        alone and of `ensemble` again; under `failed` a row (model, row, member, reason) for every series that was not
        forecast, and for every member that dropped out of one. JSON-compatible; None = cannot be told.
        `seconds` is the time of fitting and of drawing the paths; neither reading nor scoring is counted. (Above
        `HELD_VALUES` a few blocks are drawn while others are scored: at most a tenth is missed.)

    Raises
    ------
    SchemaError
        If there is no series, numbers of series differ, or no test value is observed.

    Examples
    --------
    >>> y = 50.0 + np.resize([5.0, -9.0, 4.0], 48) + np.random.default_rng(0).normal(size=48)
    >>> found = evaluate([y[:36]], [y[36:]], clock=lambda: 0.0, members=("theta",), n_paths=100)
    >>> found["n_series"], found["horizon"], sorted(found["models"])
    (1, 12, ['ensemble', 'theta'])
    """
    if len(train) != len(test) or not len(train):
        raise SchemaError(f"训练序列{len(train)}个，测试序列{len(test)}个：应同样多，且至少一个。")
    past, future = _matrix(train, is_end_aligned=True), _matrix(test, is_end_aligned=False)
    if np.isnan(future).all():
        raise SchemaError("测试期内没有任何实际值，无法评分。请核对测试数据。")
    chosen = {ENSEMBLE: tuple(members)} | {name: (name,) for name in members}
    stopwatches = {
        name: _Stopwatch(by_ensemble(members=some, transform=transform, season=season), clock)
        for name, some in chosen.items()
    }
    result = backtest(
        np.hstack([past, future]),
        [past.shape[1] - 1],
        future.shape[1],
        seed=seed,
        models=stopwatches,
        n_paths=n_paths,
        season=season,
    )
    models = {name: figures(result, name, n_series=len(past), seconds=stopwatches[name].seconds) for name in chosen}
    settings = {"horizon": future.shape[1], "season": season, "transform": transform, "n_paths": n_paths, "seed": seed}
    told = {"members": list(members), "negative_series": int((past < 0).any(axis=1).sum()), "models": models}
    failed = result.failures[["model", "row", "member", "reason"]].to_dict("records")
    return models[ENSEMBLE] | settings | told | {"failed": failed}


def figures(result: Backtest, model: str, *, n_series: int, seconds: float) -> dict[str, Any]:
    """Figures of one model over all series.

    Parameters
    ----------
    result : Backtest
        With the levels of `forecasting.backtest.LEVELS`.
    model : str
    n_series : int
        Series that were to be forecast.
    seconds : float
        What it took.

    Returns
    -------
    dict
        `smape` (percent), `mase`, `rmsse`, `msis95`: means over series; `coverage` at 80, 90 and 95 in percent of the
        observed months; `worst_horizon_gap90`, the largest distance of a horizon's 90 % coverage from 90 in points;
        `max_mase`; `failures`, series that were not forecast; `replaced`, series on which a member dropped out or was
        replaced; `n_series`, `n_scored`; `seconds`, `series_per_second`. None = cannot be told.
    """
    scores: dict[Any, Any] = result.summary().loc[model].to_dict()
    # A model that failed everywhere has no rows.
    overall = result.coverage().mul(100.0).reindex([model])
    by_horizon = result.coverage(["model", "horizon"]).mul(100.0).query("model == @model")
    told = {name: _told(scores[name]) for name in ("smape", "mase", "rmsse", "msis95", "max_mase")}
    return told | {
        "coverage": {str(width): _told(overall[width / 100.0].iloc[0]) for width in COVERAGES},
        "worst_horizon_gap90": _told((by_horizon[0.9] - 90.0).abs().max()),
        "failures": int(scores["failures"]),
        "replaced": int(scores["replaced"]),
        "n_series": n_series,
        "n_scored": int(scores["n_scored"]),
        "seconds": seconds,
        "series_per_second": n_series / seconds if seconds > 0 else None,
    }


class _Stopwatch:
    """A forecaster that adds up the seconds it takes, without those in which its blocks are scored."""

    def __init__(self, forecaster: Forecaster, clock: Callable[[], float]) -> None:
        self.forecaster, self.clock, self.seconds = forecaster, clock, 0.0

    def __call__(self, y: Array, horizon: int, /, *, rng: np.random.Generator, n_paths: int) -> Iterable[Block]:
        started = self.clock()
        held: list[Block] = []
        try:
            for block in self.forecaster(y, horizon, rng=rng, n_paths=n_paths):
                held.append(block)
                if sum(paths.size for _, paths, _ in held) >= HELD_VALUES:
                    self.seconds += self.clock() - started
                    yield from held
                    held, started = [], self.clock()
        finally:
            self.seconds += self.clock() - started
        yield from held


def _matrix(series: Sequence[Array] | Array, *, is_end_aligned: bool) -> Array:
    """One row a series, padded with NaN before its beginning or after its end."""
    rows = [np.asarray(values, dtype=float) for values in series]
    width = max(len(values) for values in rows)
    matrix = np.full((len(rows), width), np.nan)
    for row, values in zip(matrix, rows, strict=True):
        row[width - len(values) if is_end_aligned else 0 :][: len(values)] = values
    return matrix


def _told(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
