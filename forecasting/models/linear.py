"""Models that are linear in their innovations: a centre, a response and a spread.

    y[T+h] = centre[h] + sum_{j=0}^{h-1} response[j] e[T+h-j],   response[0] = 1,   e ~ N(0, scale^2)

Additive exponential smoothing, theta and ARIMA all take this form (Hyndman et al. 2008, section 6.1), so one routine
simulates them all. The innovations of different series are correlated as their one-step residuals were, with the
correlation shrunk towards none. Parameter uncertainty is left out, so raw intervals are too narrow for long horizons.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.linalg import toeplitz

from forecasting.models.protocol import Array, Failure


@dataclass(frozen=True)
class LinearSeries:
    """One fitted series.

    Parameters
    ----------
    centre : callable
        horizon -> ndarray, shape (horizon,): point forecasts.
    response : callable
        horizon -> ndarray, shape (horizon,): effect of an innovation after 0, 1, ... months; the first is 1.
    residuals : ndarray, shape (n_months,)
        One-step residuals; NaN where there is none.
    scale : float
        Standard deviation of the innovations.
    """

    centre: Callable[[int], Array]
    response: Callable[[int], Array]
    residuals: Array
    scale: float


@dataclass(frozen=True)
class LinearFitted:
    """A panel of fitted series; see `forecasting.models.protocol.Fitted`.

    Parameters
    ----------
    series : tuple of LinearSeries or None
        None where the model dropped out.
    failures : tuple of Failure
    """

    series: tuple[LinearSeries | None, ...]
    failures: tuple[Failure, ...]

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
        paths = np.full((len(self.series), n_paths, horizon), np.nan)
        # Drawn month by month, so that a longer horizon leaves the earlier months as they were.
        standard = rng.standard_normal((horizon, len(self.series), n_paths)).transpose(1, 2, 0)
        live = [row for row, series in enumerate(self.series) if series is not None]
        if not live:
            return paths
        fitted = [series for series in self.series if series is not None]
        factor = np.linalg.cholesky(shrunk_correlation(np.stack([series.residuals for series in fitted])))
        joint = np.einsum("ij,jph->iph", factor, standard[live])
        for position, (row, series) in enumerate(zip(live, fitted, strict=True)):
            weights = toeplitz(series.response(horizon), np.zeros(horizon))
            paths[row] = series.centre(horizon) + series.scale * joint[position] @ weights.T
        return paths


def shrunk_correlation(residuals: Array) -> Array:
    """Correlation of series over months, shrunk towards the identity.

    Parameters
    ----------
    residuals : ndarray, shape (n_series, n_months)
        NaN counts as no surprise.

    Returns
    -------
    ndarray, shape (n_series, n_series)
        Positive definite, ones on the diagonal.

    References
    ----------
    Schäfer & Strimmer (2005), "A shrinkage approach to large-scale covariance matrix estimation", target D for
    correlations.
    """
    n, months = residuals.shape
    # A series without any residual has no mean and no surprise either.
    count = (~np.isnan(residuals)).sum(axis=1, keepdims=True)
    mean = np.nansum(residuals, axis=1, keepdims=True) / np.maximum(count, 1)
    filled = np.nan_to_num(residuals - mean)
    spread = np.sqrt((filled**2).mean(axis=1, keepdims=True))
    z = np.divide(filled, spread, out=np.zeros_like(filled), where=spread > 0)
    correlation = z @ z.T / months
    # Sampling variance of each correlation: spread of the products z_i z_j over months.
    variance = ((z**2) @ (z**2).T / months - correlation**2) / months
    off = ~np.eye(n, dtype=bool)
    total = (correlation[off] ** 2).sum()
    shrinkage = float(np.clip(variance[off].sum() / total, 0.0, 1.0)) if total > 0 else 1.0
    shrunk = (1.0 - max(shrinkage, 0.01)) * correlation
    np.fill_diagonal(shrunk, 1.0)
    return np.asarray(shrunk)


def fit_each(name: str, y: Array, fit_one: Callable[[Array], LinearSeries]) -> LinearFitted:
    """Fit a panel a series at a time; a series that fails becomes a row of failures.

    Parameters
    ----------
    name : str
        The model's name.
    y : ndarray, shape (n_series, n_months)
        NaN = not observed; months before the first observation are left out.
    fit_one : callable
        ndarray, shape (n,) -> LinearSeries. May raise ValueError, LinAlgError, ArithmeticError or IndexError.

    Returns
    -------
    LinearFitted
    """
    fitted: list[LinearSeries | None] = []
    failures: list[Failure] = []
    for row, values in enumerate(np.asarray(y, dtype=float)):
        try:
            fitted.append(_fit_checked(values, fit_one))
        except (ValueError, np.linalg.LinAlgError, ArithmeticError, IndexError) as error:
            fitted.append(None)
            failures.append(Failure(model=name, row=row, reason=f"{type(error).__name__}: {error}"))
    return LinearFitted(series=tuple(fitted), failures=tuple(failures))


def _fit_checked(values: Array, fit_one: Callable[[Array], LinearSeries]) -> LinearSeries:
    observed = np.flatnonzero(~np.isnan(values))
    if observed.size == 0:
        raise ValueError("no observation")
    first = int(observed[0])
    with warnings.catch_warnings():
        # Optimisers warn of slow convergence; what matters, a result that is not finite, is checked below.
        warnings.simplefilter("ignore")
        series = fit_one(values[first:])
        probe = np.concatenate([series.centre(24), series.response(24), [series.scale]])
    if not np.isfinite(probe).all():
        raise ValueError("forecast is not finite")
    residuals = np.concatenate([np.full(first, np.nan), series.residuals])
    return LinearSeries(series.centre, series.response, residuals, series.scale)
