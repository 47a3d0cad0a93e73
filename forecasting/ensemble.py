"""The ensemble: members on the same random numbers, averaged path by path with equal weights.

    path = mean over members of that member's path

Since every member turns the same innovations into its own path, averaging moves the centre to the members' mean and
keeps the spread of a typical member; averaging independent draws would shrink it. A member that fails on a series
drops out there and is counted.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from forecasting.errors import ModelError
from forecasting.models import FALLBACK, MODELS, Failure
from forecasting.panel import Array
from forecasting.paths import Paths
from forecasting.stockflow import MEMBERS

TRANSFORMS = ("none", "log1p")


def forecast(
    y: Array,
    horizon: int,
    *,
    rng: np.random.Generator,
    n_paths: int = 1000,
    members: Sequence[str] = MEMBERS,
    transform: str = "log1p",
) -> Paths:
    """Forecast any matrix of monthly series jointly.

    Parameters
    ----------
    y : ndarray, shape (n_series, n_months)
        NaN = not observed; at least one value a series.
    horizon : int
        Months ahead, at least 1.
    rng : numpy.random.Generator
    n_paths : int
        Simulated futures.
    members : sequence of str
        Names in `forecasting.models.MODELS`, equal weights.
    transform : str
        `log1p` for counts and other values not below 0 (paths stay non-negative), `none` for any real numbers.

    Returns
    -------
    Paths
        Shape (n_series, n_paths, horizon), in the unit of `y`.

    Raises
    ------
    ModelError
        If a series holds no observation, a value does not fit the transform, or an argument is out of range.

    Examples
    --------
    >>> y = np.array([[100.0, 110.0, 121.0, 108.0, 117.0, 125.0]])
    >>> forecast(y, 3, rng=np.random.default_rng(0), n_paths=200).values.shape
    (1, 200, 3)
    """
    y = np.atleast_2d(np.asarray(y, dtype=float))
    if transform not in TRANSFORMS:
        raise ModelError(f"变换“{transform}”应为 {'、'.join(TRANSFORMS)} 之一。")
    if transform == "log1p" and np.nanmin(y, initial=0.0) < 0:
        rows = sorted(set(np.nonzero(y < 0)[0].tolist()))
        raise ModelError(f'第{"、".join(str(row + 1) for row in rows)}行有负数，不能取对数。请改用 transform="none"。')
    paths, _ = simulate(np.log1p(y) if transform == "log1p" else y, horizon, rng=rng, n_paths=n_paths, members=members)
    return Paths(np.maximum(np.expm1(paths), 0.0) if transform == "log1p" else paths)


def simulate(
    y: Array, horizon: int, *, rng: np.random.Generator, n_paths: int, members: Sequence[str]
) -> tuple[Array, tuple[Failure, ...]]:
    """Fit every member to `y` as it is, and average their paths.

    Parameters
    ----------
    y : ndarray, shape (n_series, n_months)
        On the scale on which the models are additive.
    horizon, n_paths : int
    rng : numpy.random.Generator
    members : sequence of str

    Returns
    -------
    paths : ndarray, shape (n_series, n_paths, horizon)
    failures : tuple of Failure
        Members that dropped out, series by series; the fallback stood in where all did.

    Raises
    ------
    ModelError
        If a series holds no observation or an argument is out of range.
    """
    unknown = [name for name in members if name not in MODELS]
    if unknown or not members:
        raise ModelError(f"没有名为“{'、'.join(unknown)}”的模型，现有 {'、'.join(MODELS)}。")
    if horizon < 1 or n_paths < 1:
        raise ModelError(f"预测月数（{horizon}）和路径数（{n_paths}）至少为1。")
    empty = np.flatnonzero(np.isnan(y).all(axis=1))
    if empty.size:
        raise ModelError(f"第{'、'.join(str(row + 1) for row in empty)}行没有任何观测值，无法预测。")
    if np.isinf(y).any():
        raise ModelError(
            f"第{'、'.join(str(row + 1) for row in np.flatnonzero(np.isinf(y).any(axis=1)))}行有无穷大的数。"
        )
    seed = int(rng.integers(2**63))
    total = np.zeros((len(y), n_paths, horizon))
    weight = np.zeros((len(y), 1, 1))
    failures: list[Failure] = []
    for name in members:
        fitted = MODELS[name].fit(y)
        failures += fitted.failures
        drawn = fitted.simulate(horizon, n_paths, np.random.default_rng(seed))
        is_live = np.asarray(np.isfinite(drawn).all(axis=(1, 2), keepdims=True))
        told = {failure.row for failure in fitted.failures}
        failures += [
            Failure(model=name, row=row, reason="paths are not finite")
            for row in np.flatnonzero(~is_live[:, 0, 0]).tolist()
            if row not in told
        ]
        total += np.where(is_live, drawn, 0.0)
        weight += is_live
    orphans = np.flatnonzero(weight[:, 0, 0] == 0)
    if orphans.size:
        drawn = MODELS[FALLBACK].fit(y[orphans]).simulate(horizon, n_paths, np.random.default_rng(seed))
        total[orphans], weight[orphans] = drawn, 1.0
    return total / weight, tuple(failures)
