"""The regressors of a flow: the calendar's, and those of the events that had begun by the origin.

    pulse, step and ramp as `forecasting.events` draws them; a step or ramp less its value at the origin

What changes the level for good is 0 at the origin, so that the past is brought to the present level and nothing is
added to a future at that level. Events of one kind in different series share a regressor, and with it a pooled effect;
a second one in the same series has its own. Box & Tiao (1975). Fails where two events of a series coincide.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.calendar import REGRESSORS, WINDOWS, regressors
from forecasting.events import Event, concerned

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Regressor:
    """One column of X for all series, in history and future.

    Parameters
    ----------
    name : str
        ASCII, unique.
    values : ndarray, shape (n_series, n_months + horizon)
        History first. What changes the level for good is 0 at the origin: the past is brought to the present level.
    block : str
        Regressors of one block share the scales of their prior.
    is_declared : bool
        An event, whose effect somebody vouches for; otherwise the data alone decide whether there is one.
    """

    name: str
    values: Array
    block: str
    is_declared: bool = False


def design(
    keys: pd.DataFrame, months: pd.PeriodIndex, horizon: int, events: Iterable[Event], flow: str
) -> tuple[Regressor, ...]:
    """Make the regressors of a flow: the calendar's, and those of the events that had begun by the origin.

    Parameters
    ----------
    keys : pandas.DataFrame
        Columns area, entity_type; one row a series.
    months : pandas.PeriodIndex
        As far as the origin.
    horizon : int
        Months after it.
    events : iterable of Event
        Catalogue's, analyst's and accepted proposals; those that are masked or only shown are left out.
    flow : str
        `entries` or `exits`.

    Returns
    -------
    tuple of Regressor
    """
    every = pd.period_range(months[0], periods=len(months) + horizon, freq="M")
    shape = (len(keys), len(every))
    made = [
        Regressor(name, np.broadcast_to(column, shape), "festival" if name in WINDOWS else name)
        for name, column in zip(REGRESSORS, regressors(every).T, strict=True)
    ]
    return (*made, *_of_events(keys, months, every, events, flow))


def _of_events(
    keys: pd.DataFrame, months: pd.PeriodIndex, every: pd.PeriodIndex, events: Iterable[Event], flow: str
) -> list[Regressor]:
    """Make the regressors of events: those of one kind in different series share one, so that they are pooled."""
    slots: dict[str, list[Array]] = {}
    for event in sorted(events, key=lambda event: (event.start, event.id)):
        if event.effect not in ("pulse", "step", "ramp") or flow not in event.flows or event.start > months[-1]:
            continue
        course = event.shape(every)
        if event.effect != "pulse":
            course = course - course[len(months) - 1]
        values = concerned(event, keys)[:, None] * course
        if not values[:, : len(months)].any():
            # It covers no series, or had its full effect before the first month.
            continue
        mine = slots.setdefault(f"{event.kind}-{event.effect}", [])
        # A second event of the kind in the same series has an effect of its own.
        free = (taken for taken in mine if not (taken.any(axis=1) & values.any(axis=1)).any())
        slot = next(free, None)
        if slot is None:
            mine.append(values)
        else:
            slot += values
    return [
        Regressor(f"{block}-{number}", values, block, is_declared=True)
        for block, mine in slots.items()
        for number, values in enumerate(mine, start=1)
    ]
