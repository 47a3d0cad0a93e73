"""What the quality watch looks at, and the shapes in which its checks take it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.events import Event
from forecasting.panel import ENTITY_TYPES, MEASURES
from forecasting.surprises import Surprises, surprises
from targets.goal import Goal

Array = NDArray[np.float64]

CROWD_COLUMNS = ["area", "month", "by", "name", "entries"]
COHORT_COLUMNS = ["area", "entity_type", "month", "entries", "left_12", "left_24"]


@dataclass(frozen=True, eq=False)
class Evidence:
    """All that the checks may look at.

    Parameters
    ----------
    known : pandas.DataFrame
        Observations, one row an item; need not close.
    names : mapping of str to str
        Area code -> Chinese name; an area without one is shown by its code.
    parents : mapping of str to str
        Area code -> code of the area it lies in.
    goals : tuple of Goal
    events : tuple of Event
    regressor : mapping of pandas.Period to float
        What moves between calendar months from year to year, as the share of the Spring Festival.
    crowds : pandas.DataFrame, optional
        From records, `CROWD_COLUMNS`: entries of a month at one address or by one agent (by is `address` or `agent`).
    cohorts : pandas.DataFrame, optional
        From records, `COHORT_COLUMNS`: entries of a month, and how many of them had left 12 and 24 months later, NaN
        where it is too early to tell.
    """

    known: pd.DataFrame
    names: Mapping[str, str] = field(default_factory=dict)
    parents: Mapping[str, str] = field(default_factory=dict)
    goals: tuple[Goal, ...] = ()
    events: tuple[Event, ...] = ()
    regressor: Mapping[pd.Period, float] = field(default_factory=dict)
    crowds: pd.DataFrame | None = None
    cohorts: pd.DataFrame | None = None

    @cached_property
    def monthly(self) -> pd.DataFrame:
        """The known observations of monthly series; published counts, few and irregular, left out."""
        return self.known[self.known["status"] != "published"].reset_index(drop=True)

    @cached_property
    def keys(self) -> pd.DataFrame:
        """One row a series: area, entity_type."""
        keys = self.monthly[["area", "entity_type"]].drop_duplicates()
        order = {kind: at for at, kind in enumerate(ENTITY_TYPES)}
        keys = keys.assign(at=keys["entity_type"].map(order)).sort_values(["area", "at"])
        return keys[["area", "entity_type"]].reset_index(drop=True)

    @cached_property
    def months(self) -> pd.PeriodIndex:
        """Every month from the first to the last."""
        if self.monthly.empty:
            return pd.PeriodIndex([], freq="M")
        return pd.period_range(self.monthly["month"].min(), self.monthly["month"].max(), freq="M")

    @cached_property
    def values(self) -> dict[str, Array]:
        """By measure: shape (n_series, n_months), NaN = not observed."""
        index = pd.MultiIndex.from_frame(self.keys)
        grids = {}
        for measure in MEASURES:
            part = self.monthly[self.monthly["measure"] == measure].drop_duplicates(["area", "entity_type", "month"])
            grid = part.set_index(["area", "entity_type", "month"])["value"].unstack("month")  # noqa: PD010 - keys are unique
            grids[measure] = grid.reindex(index=index, columns=self.months).to_numpy(dtype=float)
        return grids

    @cached_property
    def surprises(self) -> dict[str, Surprises]:
        """By flow: how far each month lies from what was to be expected."""
        first = int(self.months[0].month) if len(self.months) else 1
        known = [self.regressor.get(month, np.nan) for month in self.months]
        regressor = np.array(known) if self.regressor and not np.isnan(known).any() else None
        return {
            flow: surprises(self.values[flow], first_month=first, regressor=regressor) for flow in ("entries", "exits")
        }

    def name(self, area: str, entity_type: str = "all") -> str:
        """Name a series in Chinese.

        Parameters
        ----------
        area, entity_type : str

        Returns
        -------
        str
        """
        own = self.names.get(area, area)
        return own if entity_type in ("all", "") else f"{own}{ENTITY_TYPES[entity_type]}"

    def key(self, row: int) -> tuple[str, str]:
        """Return area and entity type of a series.

        Parameters
        ----------
        row : int
            Of `keys`.

        Returns
        -------
        tuple of str and str
        """
        return str(self.keys["area"].iloc[row]), str(self.keys["entity_type"].iloc[row])

    def month(self, at: int) -> str:
        """Return a month as it is written: YYYY-MM.

        Parameters
        ----------
        at : int
            Of `months`.

        Returns
        -------
        str
        """
        return str(self.months[int(at)])

    def peers(self, row: int) -> NDArray[np.int_]:
        """Other areas' series of the same type: under the same parent, or where those are few, of the same level.

        Parameters
        ----------
        row : int
            Of `keys`.

        Returns
        -------
        ndarray of int
            Rows of `keys`.
        """
        area, kind = self.key(row)
        others = (self.keys["entity_type"] == kind) & (self.keys["area"] != area)
        parent = self.parents.get(area, "")
        near = others & (self.keys["area"].map(self.parents) == parent) if parent else others & False
        if near.sum() >= FEWEST_PEERS:
            return np.flatnonzero(near)
        levels = self.keys["area"].map(lambda code: _depth(code, self.parents))
        return np.flatnonzero(others & (levels == _depth(area, self.parents)))


#: Fewer others are no ground for a comparison.
FEWEST_PEERS = 3


def _depth(area: str, parents: Mapping[str, str]) -> int:
    parent = parents.get(area, "")
    return 1 + _depth(parent, parents) if parent else 0


def spans(ordinals: NDArray[np.integer[Any]]) -> Iterator[tuple[int, int]]:
    """Yield first and last of each run of consecutive numbers.

    Parameters
    ----------
    ordinals : ndarray of int
        Ascending.

    Yields
    ------
    tuple of int and int

    Examples
    --------
    >>> list(spans(np.array([3, 4, 5, 9])))
    [(3, 5), (9, 9)]
    """
    if len(ordinals):
        for run in np.split(ordinals, np.flatnonzero(np.diff(ordinals) > 1) + 1):
            yield int(run[0]), int(run[-1])
