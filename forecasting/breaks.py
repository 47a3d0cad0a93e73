"""Where the present level of a series begins, for a member that sees only what came after the last break.

    since[i] = max over steps and ramps e that cover i of  start(e) if a step, end(e) if a ramp

Pesaran & Timmermann (2007), Selection of estimation window in the presence of breaks: after a break, a short window
has less bias and more noise than a long one, so it is one member among several. Fails where the break was not declared.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.events import Event, concerned

Array = NDArray[np.float64]

#: Observed months that must be left after a break: a season cannot be told from less.
FEWEST_MONTHS = 12


def last_break(events: Iterable[Event], keys: pd.DataFrame, months: pd.PeriodIndex, flow: str) -> NDArray[np.intp]:
    """Find where the present level of each series begins: after its last step, or once its last ramp is complete.

    Parameters
    ----------
    events : iterable of Event
        Declared ones and accepted proposals; those that begin after the last month do not count.
    keys : pandas.DataFrame
        Columns area, entity_type; one row a series.
    months : pandas.PeriodIndex
        As far as the origin.
    flow : str
        `entries` or `exits`.

    Returns
    -------
    ndarray of int, shape (n_series,)
        Index of the first month at the present level; 0 = no break. A ramp under way at the origin counts from there.
    """
    since = np.zeros(len(keys), dtype=np.intp)
    for event in events:
        if event.effect not in ("step", "ramp") or flow not in event.flows:
            continue
        at = (event.start if event.effect == "step" else event.end).ordinal - months[0].ordinal
        if event.start <= months[-1]:
            since = np.where(concerned(event, keys), np.maximum(since, min(at, len(months) - 1)), since)
    return since


def since_break(z: Array, since: NDArray[np.intp]) -> Array:
    """Leave of every series only what came after its last break.

    Parameters
    ----------
    z : ndarray, shape (n_series, n_months)
        NaN = not observed.
    since : ndarray of int, shape (n_series,)
        See `last_break`.

    Returns
    -------
    ndarray, shape (n_series, n_months)
        NaN before the break. A series of which fewer than 12 observed months would be left stays as it is: a season
        cannot be told from less.
    """
    before = np.arange(z.shape[1]) < since[:, None]
    is_short = (~np.isnan(z) & ~before).sum(axis=1) < FEWEST_MONTHS
    return np.where(before & ~is_short[:, None], np.nan, z)
