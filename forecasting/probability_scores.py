"""Scores of probabilities of events: lower is better, except for skill.

An event either happens (1) or not (0); the probability was stated before. Fails where shapes differ or a probability
lies outside [0, 1].
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.errors import SchemaError

Array = NDArray[np.float64]


def brier(*, probability: Array, happened: Array) -> float:
    """Brier score, mean of (probability - happened)^2.

    Parameters
    ----------
    probability : ndarray, shape (n,)
        In [0, 1].
    happened : ndarray, shape (n,)
        1 or 0.

    Returns
    -------
    float
        In [0, 1]; NaN without events.

    Raises
    ------
    SchemaError
        If shapes differ or a value is out of range.

    References
    ----------
    Brier (1950).

    Examples
    --------
    >>> brier(probability=np.array([0.5, 0.25]), happened=np.array([1.0, 0.0]))
    0.15625
    """
    probability, happened = _checked(probability, happened)
    return float(np.mean((probability - happened) ** 2)) if probability.size else float("nan")


@dataclass(frozen=True)
class Bin:
    """Events whose stated probability lies in one interval.

    Parameters
    ----------
    lower, upper : float
        Lower bound included; the upper only in the last bin.
    count : int
    stated, frequency : float
        Mean probability stated, and share of the events that happened.
    """

    lower: float
    upper: float
    count: int
    stated: float
    frequency: float


def reliability_table(*, probability: Array, happened: Array, n_bins: int = 10) -> tuple[Bin, ...]:
    """Group events by their stated probability.

    Parameters
    ----------
    probability, happened : ndarray, shape (n,)
        As of `brier`.
    n_bins : int
        Of equal width.

    Returns
    -------
    tuple of Bin
        Without the empty ones.

    Raises
    ------
    SchemaError
        As `brier`.

    Examples
    --------
    >>> table = reliability_table(probability=np.array([0.62, 0.68, 0.1]), happened=np.array([1.0, 0.0, 0.0]))
    >>> [(one.lower, one.count, round(one.stated, 2), one.frequency) for one in table]
    [(0.1, 1, 0.1, 0.0), (0.6, 2, 0.65, 0.5)]
    """
    probability, happened = _checked(probability, happened)
    # A probability of 0.6 belongs to the bin from 0.6 on, though 0.6 x 10 falls short of 6 in binary.
    place = np.minimum(np.floor(probability * n_bins + 1e-9), n_bins - 1).astype(int)
    found = []
    for position in range(n_bins):
        inside = place == position
        if inside.any():
            found.append(
                Bin(
                    lower=position / n_bins,
                    upper=(position + 1) / n_bins,
                    count=int(inside.sum()),
                    stated=float(probability[inside].mean()),
                    frequency=float(happened[inside].mean()),
                )
            )
    return tuple(found)


def calibration_error(*, probability: Array, happened: Array, n_bins: int = 10) -> float:
    """Return the expected calibration error, mean over events of |stated - frequency| of their bin.

    Parameters
    ----------
    probability, happened : ndarray, shape (n,)
        As of `brier`.
    n_bins : int

    Returns
    -------
    float
        In [0, 1]; NaN without events.

    Raises
    ------
    SchemaError
        As `brier`.

    References
    ----------
    Naeini, Cooper & Hauskrecht (2015), "Obtaining well calibrated probabilities using Bayesian binning".

    Examples
    --------
    >>> round(calibration_error(probability=np.array([0.62, 0.68, 0.1]), happened=np.array([1.0, 0.0, 0.0])), 4)
    0.1333
    """
    table = reliability_table(probability=probability, happened=happened, n_bins=n_bins)
    total = sum(one.count for one in table)
    return sum(one.count * abs(one.stated - one.frequency) for one in table) / total if total else float("nan")


def _checked(probability: Array, happened: Array) -> tuple[Array, Array]:
    probability, happened = np.asarray(probability, dtype=float), np.asarray(happened, dtype=float)
    if probability.ndim != 1 or probability.shape != happened.shape:
        raise SchemaError(f"概率与结果应为同样长度的一维数组，实为 {probability.shape} 和 {happened.shape}。")
    if not ((probability >= 0) & (probability <= 1)).all() or not np.isin(happened, (0.0, 1.0)).all():
        raise SchemaError("概率应在0与1之间，结果应为0或1。请核对。")
    return probability, happened
