"""Monthly flows of a panel forecast jointly, and calibrated by what was said of the same panel before.

    calendar and events taken off -> raw paths of all rows in one call -> calendar and events put on again
    -> growth shrunk by length of history -> each group calibrated by its own factors

Rows are amounts that are never negative (entries, exit rates), on the scale log(shift + y). `walk` goes through origins
in time: at each it forecasts from what was known then, calibrates by the origins before it, and only then looks at what
came. Fails as `forecasting.ensemble.fit`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.breaks import last_break
from forecasting.calibration import SEASON, Factors, Rehearsal, calibrate, learn, rehearsal, shrink_drift
from forecasting.courses import common_course
from forecasting.design import design
from forecasting.ensemble import fit
from forecasting.events import FLOWS, Event
from forecasting.members import TOTAL_WEIGHTS
from forecasting.models import Failure
from forecasting.regression import Effects, estimate
from forecasting.transforms import Transform

Array = NDArray[np.float64]
Rows = NDArray[np.intp]

#: Paths where a forecast is only rehearsed: spreads and medians need no more.
REHEARSAL_PATHS = 400
#: Months between rehearsals, and of history before the first.
EVERY, FEWEST_MONTHS = 6, 24


@dataclass(frozen=True, eq=False)
class Setting:
    """Where and when the rows are, for what the calendar and known events do to them.

    Parameters
    ----------
    keys : pandas.DataFrame
        Columns area, entity_type; one row a row of the flows.
    months : pandas.PeriodIndex
        As their columns.
    events : tuple of Event
        Those with an effect; at an origin only what had begun by then counts.
    """

    keys: pd.DataFrame
    months: pd.PeriodIndex
    events: tuple[Event, ...] = ()


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
        Rows calibrated together: 0 entries, 1 exits.
    weights : mapping of str to float
        Of the members.
    setting : Setting, optional
        Without one, neither calendar nor events are known.
    """

    y: Array
    shift: Array
    group: Rows
    weights: Mapping[str, float] = field(default_factory=lambda: dict(TOTAL_WEIGHTS))
    setting: Setting | None = None

    def seen(self, origin: int, history: int | None = None) -> tuple[Rows, Flows]:
        """Return the rows with an observation up to column `origin`, in its last `history` months, and those months."""
        first = 0 if history is None else max(0, origin + 1 - history)
        y = self.y[:, first : origin + 1]
        rows = np.flatnonzero(~np.isnan(y).all(axis=1))
        setting = self.setting and Setting(
            self.setting.keys.iloc[rows], self.setting.months[first : origin + 1], self.setting.events
        )
        return rows, Flows(y[rows], self.shift[rows], self.group[rows], self.weights, setting)

    def simulate(self, horizon: int, n_paths: int, seed: Sequence[int]) -> tuple[Array, tuple[Failure, ...]]:
        """Simulate from the last column, not yet calibrated.

        Parameters
        ----------
        horizon, n_paths : int
        seed : sequence of int
            All that the random numbers follow from.

        Returns
        -------
        paths : ndarray, shape (n_rows, n_paths, horizon)
        failures : tuple of Failure
        """
        shift = self.shift[:, None]
        scale = Transform(
            power=np.zeros_like(shift),
            unit=np.ones_like(shift),
            shift=shift,
            is_signed=np.zeros(shift.shape, dtype=bool),
        )
        rng = np.random.default_rng(seed)
        effects, since = self._effects(scale.forward(self.y), horizon)
        adjustment = np.zeros_like(self.y)
        for own, effect, _ in effects:
            adjustment[own] = effect.history
        fitted = fit(
            self.y,
            members=list(self.weights),
            weights=self.weights,
            transform=scale,
            adjustment=adjustment,
            since=since,
        )
        added = None
        if effects:
            entropy = int(rng.integers(2**31))

            def added(rows: Rows) -> Array:
                sums = np.empty((len(rows), n_paths, horizon))
                for own, effect, group in effects:
                    mine = np.flatnonzero(np.isin(rows, own))
                    if mine.size:
                        sums[mine] = effect.added(n_paths, np.searchsorted(own, rows[mine]), entropy + group)
                return sums

        paths, failures = fitted.paths(horizon, n_paths, rng, added)
        year = np.full((len(self.y), SEASON), np.nan)
        level = np.maximum(np.exp(fitted.z[:, -SEASON:]) - shift, 0.0)
        year[:, SEASON - level.shape[1] :] = level
        return shrink_drift(paths, year, months=self.y.shape[1]), failures

    def _effects(self, z: Array, horizon: int) -> tuple[list[tuple[Rows, Effects, int]], Rows]:
        """Estimate what calendar and events do to each group, and find where the present level of each row begins."""
        since = np.zeros(len(z), dtype=np.intp)
        if self.setting is None:
            return [], since
        found = []
        for group, flow in enumerate(FLOWS):
            own = np.flatnonzero(self.group == group)
            if own.size:
                keys, months, events = self.setting.keys.iloc[own], self.setting.months, self.setting.events
                found.append((own, estimate(z[own], design(keys, months, horizon, events, flow)), group))
                since[own] = last_break(events, keys, months, flow)
        return found, since


@dataclass(frozen=True, eq=False)
class Step:
    """A calibrated forecast from one origin.

    Parameters
    ----------
    origin : int
        Column of the last month seen.
    rows : ndarray of int, shape (n_rows,)
        Those with an observation by then.
    paths : ndarray, shape (n_rows, n_paths, ahead)
        Not below 0; as far as the panel goes on, or the whole horizon from its last month.
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
    for origin, n_paths in origins.items():
        rows, seen = flows.seen(origin, history)
        if not rows.size:
            continue
        # What cannot be compared with anything is only worked out where it is asked for: at the end.
        ended = flows.y.shape[1] - 1 - origin
        ahead = min(horizon, ended) if ended else horizon
        paths, failures = seen.simulate(ahead, n_paths, (seed, origin))
        members = {group: np.flatnonzero(seen.group == group) for group in np.unique(seen.group).tolist()}
        factors = {group: learn(told[group], ahead, at=origin) for group in members}
        calibrated = np.empty_like(paths)
        common = {group: common_course(paths[own], seen.shift[own]) for group, own in members.items()}
        for group, own in members.items():
            calibrated[own] = calibrate(paths[own], factors[group], offset=seen.shift[own], common=common[group])
        yield Step(
            origin=origin,
            rows=rows,
            paths=calibrated,
            factors=factors,
            failures=tuple(Failure(one.model, int(rows[one.row]), one.reason) for one in failures),
        )
        came = flows.y[rows, origin + 1 : origin + 1 + ahead]
        for group, own in members.items() if ended else ():
            offset = seen.shift[own]
            told[group].append(rehearsal(paths[own], came[own], origin=origin, offset=offset, common=common[group]))


def rehearsals_before(last: int, *, most: int | None = None) -> dict[int, int]:
    """Choose the origins to rehearse from, every half-year from two years of history on, and their paths.

    Parameters
    ----------
    last : int
        Column of the origin that is asked for.
    most : int, optional
        Only so many, the latest.

    Returns
    -------
    dict of int to int
        Rising columns -> number of paths.
    """
    origins = range(last - EVERY, FEWEST_MONTHS - 2, -EVERY)[:most]
    return dict.fromkeys(origins[::-1], REHEARSAL_PATHS)
