"""What the statsmodels models share: every one is linear in its innovations, so a series is four small arrays.

    y[T+h] = centre[h] + sum_{j=0}^{h-1} response[j] e[T+h-j],   response[0] = 1,   e ~ N(0, scale^2)

Additive exponential smoothing, theta, ARIMA and a state space that has settled all take this form (Hyndman et al. 2008,
section 6.1). Series are fitted one by one, in parallel processes where there are enough. Parameters count as known, so
intervals are too narrow in far months. Months missing at the end move the centre on and widen the paths.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from joblib import Parallel, delayed
from scipy.linalg import toeplitz

from forecasting.errors import ModelError
from forecasting.models.protocol import Array, Failure, Rows
from forecasting.shocks import Shocks

#: Series from which on the start of processes, each of which loads statsmodels, is worth its two seconds.
PARALLEL_FROM = 8
#: Observations below which no model of this folder is asked.
FEWEST = 4
#: How many times that of the last month the variance of an error may be, before the filter counts as settled.
UNSETTLED = 1e3


@dataclass(frozen=True)
class LinearSeries:
    """One fitted series.

    Parameters
    ----------
    centre : ndarray, shape (horizon,)
        Point forecasts.
    response : ndarray, shape (horizon,)
        Effect of an innovation after 0, 1, ... months; the first is 1.
    residuals : ndarray, shape (n_months,)
        One-step errors in the unit of the series; NaN where there is none.
    scale : float
        Standard deviation of the innovations.
    widening : ndarray, shape (horizon,), or None
        Factor of the spread where months before the first to come were missed; None is 1.
    """

    centre: Array
    response: Array
    residuals: Array
    scale: float
    widening: Array | None = None


class ClassicModel(Protocol):
    """A frozen spec that fits one series at a time."""

    @property
    def name(self) -> str:
        """ASCII name, key of the registry."""

    @property
    def horizon(self) -> int:
        """Months ahead that are prepared."""

    @property
    def n_jobs(self) -> int:
        """Processes; -1 is one a processor."""

    def fit_one(self, values: Array, ahead: int, first: int) -> LinearSeries:
        """Fit one series.

        Parameters
        ----------
        values : ndarray, shape (n,)
            From its first to its last observation; NaN inside = not observed.
        ahead : int
            Months to prepare after the last observation.
        first : int
            Index of its first month in the panel.

        Returns
        -------
        LinearSeries
            With `ahead` months. Anything raised is a failure of this series alone.
        """


@dataclass(frozen=True)
class LinearFitted:
    """A panel of fitted series; see `forecasting.models.protocol.Fitted`.

    Parameters
    ----------
    series : tuple of LinearSeries or None
        None where the model dropped out.
    failures : tuple of Failure
    n_months : int
        Months that were seen.
    horizon : int
        Months ahead that were prepared.
    """

    series: tuple[LinearSeries | None, ...]
    failures: tuple[Failure, ...]
    n_months: int
    horizon: int

    @cached_property
    def residuals(self) -> Array:
        """Standardised one-step errors, shape (n_series, n_months); NaN where there is none."""
        found = np.full((len(self.series), self.n_months), np.nan)
        for row, series in enumerate(self.series):
            if series is not None:
                # A series that never moved has errors of exactly 0.
                found[row] = series.residuals / (series.scale or 1.0)
        return found

    def follow(self, shocks: Array, rows: Rows | None = None) -> Array:
        """Turn given random numbers into futures; see the protocol.

        Parameters
        ----------
        shocks : ndarray, shape (n_rows, n_paths, horizon)
        rows : ndarray of int, shape (n_rows,), optional

        Returns
        -------
        ndarray, shape (n_rows, n_paths, horizon)

        Raises
        ------
        ModelError
            If more months are asked for than were prepared.
        """
        months = shocks.shape[2]
        if months > self.horizon:
            raise ModelError(
                f"statsmodels 模型拟合时只预备了{self.horizon}个月的预测，现在要求{months}个月。"
                f"请把模型的 horizon 设为{months}或更大，再重新拟合。"
            )
        rows = np.arange(len(self.series)) if rows is None else rows
        paths = np.full(shocks.shape, np.nan)
        for position, row in enumerate(rows.tolist()):
            series = self.series[row]
            if series is not None:
                weights = toeplitz(series.response[:months], np.zeros(months))
                if series.widening is not None:
                    weights *= series.widening[:months, None]
                paths[position] = series.centre[:months] + series.scale * shocks[position] @ weights.T
        return paths

    def simulate(self, horizon: int, n_paths: int, rng: np.random.Generator) -> Array:
        """Draw joint futures; see the protocol.

        Parameters
        ----------
        horizon, n_paths : int
        rng : numpy.random.Generator

        Returns
        -------
        ndarray, shape (n_series, n_paths, horizon)
        """
        return self.follow(Shocks(self.residuals, int(rng.integers(2**63))).draw(horizon, n_paths))


def fit_each(model: ClassicModel, y: Array) -> LinearFitted:
    """Fit a panel a series at a time; a series that fails becomes a row of failures.

    Parameters
    ----------
    model : ClassicModel
    y : ndarray, shape (n_series, n_months)
        NaN = not observed; months before the first and after the last observation are left out of the fit.

    Returns
    -------
    LinearFitted
    """
    y = np.asarray(y, dtype=float)
    if model.n_jobs == 1 or len(y) < PARALLEL_FROM:
        results: Iterable[LinearSeries | str] = [_fit_or_reason(model, values) for values in y]
    else:
        results = Parallel(n_jobs=model.n_jobs)(delayed(_fit_or_reason)(model, values) for values in y)
    fitted: list[LinearSeries | None] = []
    failures: list[Failure] = []
    for row, result in enumerate(results):
        if isinstance(result, str):
            failures.append(Failure(model=model.name, row=row, reason=result))
        fitted.append(None if isinstance(result, str) else result)
    return LinearFitted(series=tuple(fitted), failures=tuple(failures), n_months=y.shape[1], horizon=model.horizon)


def _fit_or_reason(model: ClassicModel, values: Array) -> LinearSeries | str:
    """Return the fit, or why there is none."""
    try:
        return _fit_checked(model, values)
    except Exception as error:  # statsmodels raises whatever it stumbles on; the reason names it
        return f"{type(error).__name__}: {error}"


def _fit_checked(model: ClassicModel, values: Array) -> LinearSeries:
    observed = np.flatnonzero(~np.isnan(values))
    if observed.size < FEWEST:
        raise ValueError(f"{observed.size} observations, at least {FEWEST} needed")
    first, end = int(observed[0]), int(observed[-1]) + 1
    unseen = len(values) - end
    inside = values[first:end]
    if np.nanmax(inside) == np.nanmin(inside):
        series = constant(inside, unseen + model.horizon)
    else:
        with warnings.catch_warnings():
            # Optimisers warn of slow convergence; what matters, a result that is not finite, is checked below.
            warnings.simplefilter("ignore")
            series = model.fit_one(inside, unseen + model.horizon, first)
    if not np.isfinite(np.concatenate([series.centre, series.response, [series.scale]])).all():
        raise ValueError("forecast is not finite")
    # Variance of month h after u months without news is that of month u + h.
    reach = np.sqrt(np.cumsum(series.response**2))
    return replace(
        series,
        centre=series.centre[unseen:],
        response=series.response[: model.horizon],
        residuals=np.pad(series.residuals, (first, unseen), constant_values=np.nan),
        widening=reach[unseen:] / reach[: model.horizon] if unseen else None,
    )


def constant(values: Array, ahead: int) -> LinearSeries:
    """Carry on a series that never moved, in which there is nothing to estimate.

    Parameters
    ----------
    values : ndarray, shape (n,)
        The first is observed.
    ahead : int

    Returns
    -------
    LinearSeries
        With scale 0.
    """
    return LinearSeries(
        centre=np.full(ahead, values[0]),
        response=np.eye(1, ahead)[0],
        residuals=np.where(np.isnan(values), np.nan, 0.0),
        scale=0.0,
    )


def filter_errors(result: Any) -> Array:
    """Read the one-step errors of a Kalman filter.

    Parameters
    ----------
    result : statsmodels MLEResults

    Returns
    -------
    ndarray, shape (n,)
        NaN where there was no observation, and while the filter knew nothing yet.
    """
    filtered = result.filter_results
    errors = np.array(filtered.forecasts_error[0], dtype=float)
    spread = filtered.forecasts_error_cov[0, 0]
    errors[spread > UNSETTLED * spread[-1]] = np.nan
    return errors
