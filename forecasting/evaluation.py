"""What a backtest says: forecasts of past origins beside what came, their scores and what failed.

Whoever made the forecasts, here or elsewhere, they are scored by this code: as paths they are reduced to quantiles
before, as quantiles they are taken as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting import scores
from forecasting.paths import Array

Rows = NDArray[np.intp]
#: The median, and the bounds of central 80, 90 and 95 % intervals.
LEVELS = (0.025, 0.05, 0.1, 0.5, 0.9, 0.95, 0.975)
FAILURE_COLUMNS = ["model", "origin", "row", "member", "reason"]


@dataclass(frozen=True, eq=False)
class Window:
    """Where some paths belong.

    Parameters
    ----------
    model : str
    origin : int
        Column of the last month seen.
    rows : ndarray of int, shape (n,)
        The series, as rows of the panel.
    history : ndarray, shape (n, n_seen)
        What the forecaster saw.
    observed : ndarray, shape (n, horizon)
        What came; NaN = not observed, or after the end of the panel.
    """

    model: str
    origin: int
    rows: Rows
    history: Array
    observed: Array


@dataclass(frozen=True, eq=False)
class Scored:
    """The forecasts of one window, without their paths.

    Parameters
    ----------
    table : pandas.DataFrame
        As of `Backtest`.
    quantiles : ndarray, shape (len(table), n_levels)
    scores : pandas.DataFrame
        As of `Backtest`.
    """

    table: pd.DataFrame
    quantiles: Array
    scores: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Backtest:
    """Forecasts of past origins and their scores.

    Parameters
    ----------
    table : pandas.DataFrame
        One row a forecast month: `model`, `origin` (column of the last month seen), `row` (of the panel), `horizon`
        (from 1), `observed` (NaN = not observed), `point` (median), `crps` (fair; NaN where forecasts came without
        paths).
    quantiles : ndarray, shape (len(table), len(levels))
        Row by row those of `table`.
    levels : tuple of float
        Rising and symmetric around 0.5.
    scores : pandas.DataFrame
        One row a forecast series: `model`, `origin`, `row`, `n_observed`, `smape`, `mase`, `rmsse`, `wape`, `msis95`
        and `scaled_crps` over its months, by the definitions of `forecasting.scores`, with the scale of the history the
        forecaster saw.
    failures : pandas.DataFrame
        One row a series and what failed there: `model`, `origin`, `row`, `member` (of the model, which went on without
        it; empty where the series was not forecast at all), `reason`.
    collected : tuple of (Window, value)
        What `collect` made of the paths, block by block in the order of models and origins.
    """

    table: pd.DataFrame
    quantiles: Array
    levels: tuple[float, ...]
    scores: pd.DataFrame
    failures: pd.DataFrame
    collected: tuple[tuple[Window, Any], ...] = ()

    def summary(self, by: Sequence[str] = ("model",)) -> pd.DataFrame:
        """Mean scores over series and origins.

        Parameters
        ----------
        by : sequence of str
            Of `model`, `origin`, `row`.

        Returns
        -------
        pandas.DataFrame
            Indexed by `by`: the means of `scores`; `max_mase`, the worst series; `n_forecasts`, `n_scored` (those with
            a MASE), `failures` (series not forecast) and `replaced` (forecasts without one or more of their members).
        """
        keys = list(by)
        groups = self.scores.groupby(keys)
        means = groups[["smape", "mase", "rmsse", "wape", "msis95", "scaled_crps"]].mean()
        counts = groups["mase"].agg(max_mase="max", n_forecasts="size", n_scored="count")
        failed = self.failures[self.failures["member"] == ""].groupby(keys).size()
        dropped = self.failures[self.failures["member"] != ""].drop_duplicates(["model", "origin", "row"])
        replaced = dropped.groupby(keys).size()
        whole = means.join(counts).join(failed.rename("failures"), how="outer").join(replaced.rename("replaced"))
        numbers = ["n_forecasts", "n_scored", "failures", "replaced"]
        return whole.assign(**whole[numbers].fillna(0).astype(int))

    def coverage(self, by: Sequence[str] = ("model",)) -> pd.DataFrame:
        """Share of observed months which the central intervals held.

        Parameters
        ----------
        by : sequence of str
            Of `model`, `origin`, `row`, `horizon`.

        Returns
        -------
        pandas.DataFrame
            Indexed by `by`, one column an interval; the columns are the intervals' nominal coverage.
        """
        observed = self.table[["observed"]].to_numpy()
        held = {
            round(1.0 - 2.0 * level, 6): scores.coverage(
                observed=observed, lower=self.quantiles[:, [column]], upper=self.quantiles[:, [-1 - column]]
            )[:, 0]
            for column, level in enumerate(self.levels)
            if level < 0.5
        }
        return pd.DataFrame(held, index=self.table.index).groupby([self.table[key] for key in by]).mean()


def score_window(
    window: Window, quantiles: Array, *, levels: Sequence[float] = LEVELS, season: int = 12, crps: Array | None = None
) -> Scored:
    """Score forecasts of one window that are held as quantiles, whoever made them.

    Parameters
    ----------
    window : Window
    quantiles : ndarray, shape (len(levels), n, horizon)
    levels : sequence of float
        Rising and symmetric around 0.5; the quantile at 0.5 is the point forecast.
    season : int
        Months in a cycle, for the scale of errors.
    crps : ndarray, shape (n, horizon), optional
        Where there were paths.

    Returns
    -------
    Scored

    Raises
    ------
    SchemaError
        If shapes differ, a quantile is not finite or bounds cross.
    """
    observed = window.observed
    n, horizon = observed.shape
    n_observed = (~np.isnan(observed)).sum(axis=1)
    point = quantiles[list(levels).index(0.5)]
    scale = scores.seasonal_scale(history=window.history, season=season)
    squared = scores.seasonal_scale(history=window.history, season=season, power=2)
    bounds = {round(level, 6): quantiles[column] for column, level in enumerate(levels)}
    key = {"model": window.model, "origin": window.origin}
    table = {
        "row": np.repeat(window.rows, horizon),
        "horizon": np.tile(np.arange(1, horizon + 1), n),
        "observed": observed.ravel(),
        "point": point.ravel(),
        "crps": np.nan if crps is None else crps.ravel(),
    }
    scored = {
        "row": window.rows,
        "n_observed": n_observed,
        "smape": scores.smape(observed=observed, forecast=point),
        "mase": scores.mase(observed=observed, forecast=point, scale=scale),
        "rmsse": scores.rmsse(observed=observed, forecast=point, scale=squared),
        "wape": scores.wape(observed=observed, forecast=point),
        "msis95": scores.msis(observed=observed, lower=bounds[0.025], upper=bounds[0.975], alpha=0.05, scale=scale)
        if 0.025 in bounds
        else np.nan,
        "scaled_crps": np.nan
        if crps is None
        else np.nansum(crps, axis=1) / np.where(n_observed, n_observed * scale, np.nan),
    }
    return Scored(
        table=pd.DataFrame(key | table),
        quantiles=quantiles.transpose(1, 2, 0).reshape(n * horizon, len(levels)),
        scores=pd.DataFrame(key | scored),
    )


def gather(
    parts: Sequence[Scored],
    failures: Sequence[tuple[str, int, int, str, str]] = (),
    *,
    levels: Sequence[float] = LEVELS,
    collected: Sequence[tuple[Window, Any]] = (),
) -> Backtest:
    """Put scored windows together.

    Parameters
    ----------
    parts : sequence of Scored
    failures : sequence of (model, origin, row, member, reason)
    levels : sequence of float
        Those of the parts.
    collected : sequence of (Window, value)

    Returns
    -------
    Backtest
    """
    # So that a backtest in which everything failed has its columns too.
    nothing = score_window(
        Window(model="", origin=0, rows=np.empty(0, np.intp), history=np.empty((0, 1)), observed=np.empty((0, 1))),
        np.empty((len(levels), 0, 1)),
        levels=levels,
    )
    whole = [*parts] or [nothing]
    return Backtest(
        table=pd.concat([part.table for part in whole], ignore_index=True),
        quantiles=np.concatenate([part.quantiles for part in whole]),
        levels=tuple(levels),
        scores=pd.concat([part.scores for part in whole], ignore_index=True),
        failures=pd.DataFrame(failures, columns=FAILURE_COLUMNS),
        collected=tuple(collected),
    )
