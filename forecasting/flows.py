"""Monthly flows of a panel forecast jointly, and calibrated by what was said of the same panel before.

    raw paths of all rows in one call -> growth shrunk by length of history -> each group calibrated by its own factors

Rows are amounts that are never negative (entries, exit rates), on the scale log(shift + y). `walk` goes through origins
in time: at each it forecasts from what was known then, calibrates by the origins before it, and only then looks at what
came. Fails as `forecasting.ensemble.fit`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from forecasting.calibration import SEASON, Factors, Rehearsal, calibrate, learn, rehearsal, shrink_drift
from forecasting.ensemble import fit
from forecasting.members import TOTAL_WEIGHTS
from forecasting.models import Failure
from forecasting.transforms import Transform

Array = NDArray[np.float64]
Rows = NDArray[np.intp]

#: Paths where a forecast is only rehearsed: spreads and medians need no more.
REHEARSAL_PATHS = 400
#: Months between rehearsals, and of history before the first.
EVERY, FEWEST_MONTHS = 6, 24


@dataclass(frozen=True, eq=False)
class Flows:
    """Rows to forecast together.

    Parameters
    ----------
    y : ndarray, shape (n_rows, n_months)
        Not below 0; NaN = not observed.
    shift : ndarray, shape (n_rows,)
        Smallest amount that matters, above 0: 1 for counts, one entity's share for rates.
    group : ndarray of int, shape (n_rows,)
        Rows calibrated together.
    weights : mapping of str to float
        Of the members.
    """

    y: Array
    shift: Array
    group: Rows
    weights: Mapping[str, float] = field(default_factory=lambda: dict(TOTAL_WEIGHTS))

    def seen(self, origin: int, history: int | None = None) -> tuple[Rows, Flows]:
        """Return the rows with an observation up to column `origin`, in its last `history` months, and those months."""
        first = 0 if history is None else max(0, origin + 1 - history)
        y = self.y[:, first : origin + 1]
        rows = np.flatnonzero(~np.isnan(y).all(axis=1))
        return rows, Flows(y[rows], self.shift[rows], self.group[rows], self.weights)

    def simulate(self, horizon: int, n_paths: int, rng: np.random.Generator) -> tuple[Array, tuple[Failure, ...]]:
        """Simulate from the last column, not yet calibrated.

        Parameters
        ----------
        horizon, n_paths : int
        rng : numpy.random.Generator

        Returns
        -------
        paths : ndarray, shape (n_rows, n_paths, horizon)
        failures : tuple of Failure
        """
        shift = self.shift[:, None]
        transform = Transform(
            power=np.zeros_like(shift),
            unit=np.ones_like(shift),
            shift=shift,
            is_signed=np.zeros(shift.shape, dtype=bool),
        )
        fitted = fit(self.y, members=list(self.weights), weights=self.weights, transform=transform)
        paths, failures = fitted.paths(horizon, n_paths, rng)
        year = np.full((len(self.y), SEASON), np.nan)
        seen = self.y[:, -SEASON:]
        year[:, SEASON - seen.shape[1] :] = seen
        return shrink_drift(paths, year, months=self.y.shape[1]), failures


@dataclass(frozen=True, eq=False)
class Step:
    """A calibrated forecast from one origin.

    Parameters
    ----------
    origin : int
        Column of the last month seen.
    rows : ndarray of int, shape (n_rows,)
        Those with an observation by then.
    paths : ndarray, shape (n_rows, n_paths, horizon)
        Not below 0.
    factors : mapping of int to Factors
        By group: what earlier origins taught.
    failures : tuple of Failure
        Members that dropped out; rows are those of the panel.
    """

    origin: int
    rows: Rows
    paths: Array
    factors: Mapping[int, Factors]
    failures: tuple[Failure, ...]


def walk(
    flows: Flows, origins: Mapping[int, int], horizon: int, *, seed: int, history: int | None = None
) -> Iterator[Step]:
    """Forecast from one origin after the other, each calibrated by those before it.

    Parameters
    ----------
    flows : Flows
    origins : mapping of int to int
        Column of the last month seen -> number of paths; columns rising.
    horizon : int
        Months ahead.
    seed : int
        With the origin, all that the random numbers follow from.
    history : int, optional
        Months seen up to an origin; all if not given.

    Yields
    ------
    Step
        One an origin at which any row has been observed.
    """
    told: dict[int, list[Rehearsal]] = {int(group): [] for group in np.unique(flows.group)}
    padded = np.pad(flows.y, ((0, 0), (0, horizon)), constant_values=np.nan)
    for origin, n_paths in origins.items():
        rows, seen = flows.seen(origin, history)
        if not rows.size:
            continue
        paths, failures = seen.simulate(horizon, n_paths, np.random.default_rng([seed, origin]))
        members = {group: np.flatnonzero(seen.group == group) for group in np.unique(seen.group).tolist()}
        factors = {group: learn(told[group], horizon, at=origin) for group in members}
        calibrated = np.empty_like(paths)
        for group, own in members.items():
            calibrated[own] = calibrate(paths[own], factors[group], offset=seen.shift[own])
        yield Step(
            origin=origin,
            rows=rows,
            paths=calibrated,
            factors=factors,
            failures=tuple(Failure(one.model, int(rows[one.row]), one.reason) for one in failures),
        )
        came = padded[rows, origin + 1 : origin + 1 + horizon]
        for group, own in members.items():
            told[group].append(rehearsal(paths[own], came[own], origin=origin, offset=seen.shift[own]))


def rehearsals_before(last: int) -> dict[int, int]:
    """Origins to rehearse from before column `last`, every half-year from two years of history on, and their paths."""
    return dict.fromkeys(range(last - EVERY, FEWEST_MONTHS - 2, -EVERY)[::-1], REHEARSAL_PATHS)
