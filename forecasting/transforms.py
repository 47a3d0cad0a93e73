"""Scales on which the models are additive, and the way back.

    log: log y      log1p: log(1 + y)      boxcox: ((y / c)^p - 1) / p      none: y / c,   c = mean |y|

Every way back keeps order, so medians and quantiles carry over as they are; all but `none` lead back to values not
below 0. Box & Cox (1964); the power p is Guerrero's (1993), the one that makes the yearly spread independent of the
yearly level, held between 0 (log) and 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import boxcox

from forecasting.errors import ModelError

Array = NDArray[np.float64]
Kind = Literal["auto", "log", "log1p", "boxcox", "none"]
KINDS: tuple[Kind, ...] = ("auto", "log", "log1p", "boxcox", "none")
#: Natural logarithm of the largest value that is led back: what lies beyond is no count of anything.
LARGEST = 200.0


@dataclass(frozen=True)
class Transform:
    """The scale of every series of a panel.

    Parameters
    ----------
    power : ndarray, shape (n_series, 1)
        Of Box and Cox: 0 is the logarithm, 1 the value itself.
    unit, shift : ndarray, shape (n_series, 1)
        The transform is of y / unit + shift.
    is_signed : ndarray of bool, shape (n_series, 1)
        Series on the scale `none`.
    """

    power: Array
    unit: Array
    shift: Array
    is_signed: NDArray[np.bool_]

    def forward(self, y: Array) -> Array:
        """Take values (n_series, n_months) to the models' scale; NaN stays."""
        scaled = y / self.unit + self.shift
        return np.asarray(np.where(self.is_signed, scaled, boxcox(np.where(self.is_signed, 1.0, scaled), self.power)))

    def back(self, z: Array, rows: NDArray[np.intp]) -> Array:
        """Take paths (n_rows, n_paths, horizon) of some series back."""
        # Months first in memory, as the models leave them.
        months = z.transpose(2, 0, 1)
        power, unit, shift = (part[rows] for part in (self.power, self.unit, self.shift))
        values = np.empty_like(months)
        for is_log in (True, False):
            mine = np.flatnonzero((power[:, 0] == 0.0) == is_log)
            if not mine.size:
                continue
            part = months[:, mine]
            if not is_log:
                # Logarithm of (1 + p z)^(1/p); below -1/p there is no value, and the nearest is 0.
                part *= power[mine]
                part += 1.0
                with np.errstate(divide="ignore"):
                    np.log(np.maximum(part, 0.0, out=part), out=part)
                part /= power[mine]
            np.exp(np.minimum(part, LARGEST, out=part), out=part)
            part -= shift[mine]
            part *= unit[mine]
            values[:, mine] = np.maximum(part, 0.0, out=part)
        signed = np.flatnonzero(self.is_signed[rows, 0])
        values[:, signed] = months[:, signed] * unit[signed]
        return values.transpose(1, 2, 0)


def choose(y: Array, kind: Kind, *, season: int = 12) -> Transform:
    """Choose the scale of every series.

    Parameters
    ----------
    y : ndarray, shape (n_series, n_months)
        NaN = not observed; at least one value a series.
    kind : str
        `auto` is `boxcox`, and `none` for a series in which a negative value occurs.
    season : int
        Months in a cycle, the blocks of Guerrero's power.

    Returns
    -------
    Transform

    Raises
    ------
    ModelError
        If a value does not fit the kind.
    """
    if kind not in KINDS:
        raise ModelError(f"变换“{kind}”应为 {'、'.join(KINDS)} 之一。")
    lowest = np.nanmin(y, axis=1, keepdims=True)
    if kind in ("log1p", "boxcox") and (lowest < 0).any():
        raise ModelError(f'第{_rows(lowest < 0)}行有负数，不能取对数。请改用 transform="none"。')
    if kind == "log" and (lowest <= 0).any():
        raise ModelError(f'第{_rows(lowest <= 0)}行有零或负数，不能取对数。请改用 transform="log1p" 或 "none"。')
    mean = np.nanmean(np.abs(y), axis=1, keepdims=True)
    unit = np.where(mean > 0, mean, 1.0)
    is_signed = (lowest < 0) | (kind == "none")
    if kind in ("auto", "boxcox"):
        power = np.where(is_signed, 1.0, guerrero(np.where(is_signed, 1.0, y / unit), season))
        return Transform(power, unit, np.zeros_like(unit), is_signed)
    one = np.ones_like(unit)
    return Transform(
        power=np.where(is_signed, one, 0.0),
        unit=np.where(is_signed, unit, 1.0),
        shift=one if kind == "log1p" else 0.0 * one,
        is_signed=is_signed,
    )


def guerrero(y: Array, season: int) -> Array:
    """Power in [0, 1] under which the spread within a cycle varies least against level^(1 - power).

    Parameters
    ----------
    y : ndarray, shape (n_series, n_months)
        Not below 0.
    season : int

    Returns
    -------
    ndarray, shape (n_series, 1)
        0.5 below two cycles at least half observed; at least 0.1 where a 0 occurs, which has no logarithm.
    """
    length = max(season, 2)
    n, cycles = len(y), y.shape[1] // length
    blocks = y[:, y.shape[1] - cycles * length :].reshape(n, cycles, length)
    count = (~np.isnan(blocks)).sum(axis=2)
    level = np.nansum(blocks, axis=2) / np.maximum(count, 1)
    spread = np.sqrt(np.nansum((blocks - level[:, :, None]) ** 2, axis=2) / np.maximum(count - 1, 1))
    is_usable = (count >= length / 2) & (level > 0)
    usable = np.maximum(is_usable.sum(axis=1), 1)
    powers = np.linspace(0.0, 1.0, 21)
    variation = np.empty((n, len(powers)))
    for position, power in enumerate(powers):
        ratio = np.where(is_usable, spread / np.where(is_usable, level, 1.0) ** (1.0 - power), 0.0)
        mean = ratio.sum(axis=1) / usable
        deviation = np.where(is_usable, ratio - mean[:, None], 0.0)
        size = np.sqrt((deviation**2).sum(axis=1) / usable)
        variation[:, position] = np.divide(size, mean, out=np.zeros(n), where=mean > 0)
    found = np.where(is_usable.sum(axis=1) >= 2, powers[variation.argmin(axis=1)], 0.5)
    return np.where(np.nanmin(y, axis=1) == 0, np.maximum(found, 0.1), found)[:, None]


def _rows(is_wrong: NDArray[np.bool_]) -> str:
    return "、".join(str(row + 1) for row in np.flatnonzero(is_wrong))
