"""Net additions calibrated: what entries and exits leave of each other is not told by either alone.

    net D[h] = sum over months 1 ... h of (entries - exits),   turnover S[h] = the same sum of (entries + exits)
    D' = median + K_D (D - median),  S' = median + K_S (S - median);   entries = (S' + D') / 2,  exits = (S' - D') / 2

Where entries and exits rise together (closed in one month, opened again in the next) the stock is far surer than
either; where a campaign brings one and a purge the other, less sure. K_D and K_S are learnt as other factors are, from
earlier finished origins, with 1 where nothing was learnt. No flow falls below 0: what would, is cleared on both sides,
which leaves the net as it was.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from forecasting.calibration import LARGEST_RATIO, Factors, Rehearsal

Array = NDArray[np.float64]


def net_rehearsal(entries: Array, exits: Array, *, net: Array, turnover: Array, origin: int) -> tuple[Rehearsal, ...]:
    """Compare net additions and turnover of an earlier forecast with what came.

    Parameters
    ----------
    entries, exits : ndarray, shape (n_series, n_paths, horizon)
    net, turnover : ndarray, shape (n_series, horizon)
        Cumulated from the origin; NaN = not observed.
    origin : int
        Column of the last month seen.

    Returns
    -------
    tuple of Rehearsal
        Of the net, and of turnover.
    """
    found = []
    for cumulated, came in ((entries - exits, net), (entries + exits, turnover)):
        paths = np.cumsum(cumulated, axis=2)
        spread = paths.std(axis=1)
        error = came - np.median(paths, axis=1)
        ratio = np.divide(error, spread, out=np.full_like(error, np.nan), where=spread > 1e-9)
        squared = np.minimum(ratio**2, LARGEST_RATIO)
        count = (~np.isnan(squared)).sum(axis=0)
        mean = np.divide(np.nansum(squared, axis=0), count, out=np.full(count.shape, np.nan), where=count > 0)
        found.append(Rehearsal(origin, mean, np.full_like(mean, np.nan), float(max(len(entries), 1))))
    return tuple(found)


def rebalance(entries: Array, exits: Array, *, net: Factors, turnover: Factors) -> tuple[Array, Array]:
    """Rescale net additions and turnover.

    Parameters
    ----------
    entries, exits : ndarray, shape (n_series, n_paths, horizon)
        Not below 0.
    net, turnover : Factors
        At least as long as the horizon.

    Returns
    -------
    entries, exits : ndarray, shape (n_series, n_paths, horizon)
        Not below 0.
    """
    horizon = entries.shape[2]
    balance, volume = (
        _rescaled(np.cumsum(flow, axis=2), factors.idiosyncratic[:horizon])
        for flow, factors in ((entries - exits, net), (entries + exits, turnover))
    )
    # More is turned over than remains.
    came = np.maximum((volume + balance) / 2.0, np.maximum(balance, 0.0))
    return came, came - balance


def _rescaled(cumulated: Array, factor: Array) -> Array:
    """Monthly amounts whose cumulated deviations from the median are those given, times the factor."""
    centre = np.median(cumulated, axis=1)[:, None]
    return np.diff(centre + factor * (cumulated - centre), axis=2, prepend=0.0)
