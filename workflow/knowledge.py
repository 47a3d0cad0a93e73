"""What is known as of a day, and which projections that calls for.

One projection a group of areas whose data end in the same month, so that their dependence is kept; an area that cannot
be projected says why and takes no other down.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib.metadata import version

import numpy as np
import pandas as pd

import forecasting
from data.store import Store
from forecasting.errors import ModelError
from forecasting.events import Event
from forecasting.panel import Panel
from forecasting.planning import Plan, leaves, plan
from forecasting.projection import Projection
from forecasting.proposals import Proposal
from forecasting.runs import Run
from forecasting.sparse import carry_out_counts
from forecasting.stockflow import carry_out
from targets.goal import ENTRIES_INDICATOR, STOCK_INDICATOR, Goal
from workflow.catalogue import all_goals, known_areas, parents
from workflow.database import ROOT
from workflow.declared import events_as_of, undeclared
from workflow.published import PublishedArea, areas_with_months, plan_published, reported_counts
from workflow.stamps import LAST_DAY

SEED = 20251231
N_PATHS = 1000
#: Months of flows below which nothing is projected.
FEWEST_MONTHS = 12
#: Months projected beyond the furthest goal, so that the date of attainment of a goal that is missed can be told.
BEYOND = 24


@dataclass(frozen=True, eq=False)
class Knowledge:
    """What is known as of a day, and the projections it calls for.

    Parameters
    ----------
    as_of, known_at : datetime.date
    panel : Panel
    events : tuple of Event
    goals : tuple of Goal
    simulated : frozenset of str
        As of `workflow.Situation`.
    plans : tuple of Plan
        One a group of areas with monthly data that end in the same month.
    published : dict of str to PublishedArea
    unprojected : dict of str to str
    has_purges : bool
        As of `workflow.Situation`.
    """

    as_of: dt.date
    known_at: dt.date
    panel: Panel
    events: tuple[Event, ...]
    goals: tuple[Goal, ...]
    simulated: frozenset[str]
    plans: tuple[Plan, ...]
    published: dict[str, PublishedArea]
    unprojected: dict[str, str]
    has_purges: bool = False

    @property
    def runs(self) -> tuple[tuple[Run, tuple[str, ...], Callable[[], Projection]], ...]:
        """Every run that is called for, the areas it is of, and what computes it."""
        joint = [(one.run, tuple(one.panel.keys["area"].unique()), partial(carry_out, one)) for one in self.plans]
        single = [
            (one.planned.run, (area,), partial(carry_out_counts, one.planned)) for area, one in self.published.items()
        ]
        return (*joint, *single)


def know(store: Store, as_of: dt.date | None, *, has_purges: bool = False) -> Knowledge:
    """Say what is known as of a day, and which projections that calls for; nothing is computed yet.

    Parameters
    ----------
    store : Store
    as_of : datetime.date or None
        None for all that is known.
    has_purges : bool
        Whether future purges are drawn, where months tell how often and how large they are.

    Returns
    -------
    Knowledge

    Raises
    ------
    HistoryError
        If nothing was known by then.
    """
    table = store.as_of(as_of or LAST_DAY)
    by_months = areas_with_months(table)
    counts = reported_counts(table[~table["area"].isin(by_months)], store.counts_as_of(as_of or LAST_DAY))
    panel = Panel.from_long(table)
    simulated = frozenset(table.loc[table["status"] == "simulated", "area"])
    events = events_as_of(store, simulated, as_of)
    goals = all_goals(store)
    known_at = table["vintage"].max().date()
    published, reasons = plan_published(
        by_months,
        reported=counts,
        deadlines=_last_deadlines(goals),
        events=events,
        as_of=as_of,
        beyond=BEYOND,
        seed=SEED,
        n_paths=N_PATHS,
        code_version=code_version(),
    )
    # An area of which too little is known either way stays among those with monthly data, with the reason.
    panel = panel.sliced(~panel.keys["area"].isin(list(published)).to_numpy())
    plans, unprojected = _plans(panel, goals, events, str(table["vintage"].max()), has_purges=has_purges)
    return Knowledge(
        as_of=as_of or known_at,
        known_at=known_at,
        panel=panel,
        events=events,
        goals=goals,
        simulated=simulated,
        plans=plans,
        published=published,
        unprojected=unprojected | reasons,
        has_purges=has_purges,
    )


def all_events(store: Store) -> tuple[Event, ...]:
    """Return the events of the catalogue, of analysts and, for areas with simulated figures, of the demonstration.

    Parameters
    ----------
    store : Store

    Returns
    -------
    tuple of Event
    """
    return know(store, None).events


def proposals(store: Store) -> tuple[Proposal, ...]:
    """Look for undeclared events in all that is known; nothing is applied.

    Parameters
    ----------
    store : Store

    Returns
    -------
    tuple of Proposal
        The strongest first, without those refused before.
    """
    knowledge = know(store, None)
    return undeclared(store, knowledge.panel, knowledge.events, names=known_areas())


def _last_deadlines(goals: Sequence[Goal]) -> dict[str, pd.Period]:
    """Return the last deadline, by area, of the goals that a projection speaks to."""
    told = [goal for goal in goals if goal.indicator in (STOCK_INDICATOR, ENTRIES_INDICATOR)]
    return {goal.area: goal.deadline for goal in sorted(told, key=lambda goal: goal.deadline)}


def _plans(
    panel: Panel, goals: Sequence[Goal], events: tuple[Event, ...], data_vintage: str, *, has_purges: bool
) -> tuple[tuple[Plan, ...], dict[str, str]]:
    """Plan one projection for all areas that end in the same month, so that their dependence is kept."""
    groups: dict[pd.Period, list[str]] = {}
    unprojected: dict[str, str] = {}
    for area in sorted(set(panel.keys["area"])):
        own = panel.select(area=area)
        try:
            # Planned alone first: an area that cannot be projected must not take its neighbours down.
            origin = plan(own, 1, seed=SEED, events=events).run.origin
            _check_long_enough(own, origin)
        except ModelError as error:
            unprojected[area] = str(error)
            continue
        groups.setdefault(origin, []).append(area)
    plans = []
    for origin, areas in sorted(groups.items()):
        deadlines = [last.ordinal - origin.ordinal for area, last in _last_deadlines(goals).items() if area in areas]
        rows = panel.keys["area"].isin(areas).to_numpy()
        plans.append(
            plan(
                panel.sliced(rows & leaves(panel)),
                max([0, *deadlines]) + BEYOND,
                seed=SEED,
                n_paths=N_PATHS,
                events=events,
                has_purges=has_purges,
                parents=parents(),
                origin=origin,
                code_version=code_version(),
                data_vintage=data_vintage,
            )
        )
    return tuple(plans), unprojected


def _check_long_enough(panel: Panel, origin: pd.Period) -> None:
    """Refuse to project from a history in which not even a year can be seen."""
    seen = panel.until(origin)
    usable = int((~np.isnan(seen.entries) & ~np.isnan(seen.exits)).sum(axis=1).min())
    if usable < FEWEST_MONTHS:
        raise ModelError(f"新设和注销吊销只有{usable}个月的数据，至少要有{FEWEST_MONTHS}个月才能预测。请补录以前月份。")


@cache
def code_version() -> str:
    """Return the version of the engine: its number, a digest of its source, and the libraries that decide its numbers.

    Returns
    -------
    str
    """
    sha = hashlib.sha256()
    for path in sorted((ROOT / "forecasting").rglob("*.py")):
        sha.update(path.read_bytes())
    libraries = ",".join(f"{name} {version(name)}" for name in ("numpy", "statsmodels"))
    return f"{forecasting.__version__}+{sha.hexdigest()[:8]} ({libraries})"
