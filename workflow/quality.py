"""The quality watch: what it looks at, what it found, and what people made of it. It changes no number."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from data.quality import COHORT_KINDS, CROWD_KINDS, Evidence, QualityFinding, check_quality
from data.store import Store
from data.store.findings import HeldFinding
from forecasting.calendar import FIRST_YEAR, LAST_YEAR, window_share
from workflow.catalogue import all_goals, known_areas, parents
from workflow.declared import events_as_of
from workflow.stamps import LAST_DAY, operator, utc_now

#: Days in which little is registered, counted from the first day of the lunar year.
QUIET = (-7, 7)


def evidence_of(
    store: Store,
    as_of: dt.date | None = None,
    *,
    crowds: pd.DataFrame | None = None,
    cohorts: pd.DataFrame | None = None,
) -> Evidence:
    """Put together what the quality watch looks at.

    Parameters
    ----------
    store : Store
    as_of : datetime.date, optional
        Default: all that is known.
    crowds, cohorts : pandas.DataFrame, optional
        From records, see `data.quality.Evidence`.

    Returns
    -------
    Evidence

    Raises
    ------
    HistoryError
        If nothing was known by then.
    """
    known = store.as_of(as_of or LAST_DAY)
    simulated = frozenset(known.loc[known["status"] == "simulated", "area"])
    months = pd.period_range(known["month"].min(), known["month"].max(), freq="M")
    return Evidence(
        known,
        names=known_areas(),
        parents={code: parent for code, parent in parents().items() if parent},
        goals=all_goals(store),
        events=events_as_of(store, simulated, as_of),
        regressor={month: window_share(month, *QUIET) for month in months if FIRST_YEAR <= month.year <= LAST_YEAR},
        crowds=crowds,
        cohorts=cohorts,
    )


def watch_quality(
    store: Store, *, crowds: pd.DataFrame | None = None, cohorts: pd.DataFrame | None = None
) -> list[HeldFinding]:
    """Check all that is known and keep what was found; states that people gave to findings are kept.

    Parameters
    ----------
    store : Store
    crowds, cohorts : pandas.DataFrame, optional
        From records, see `data.quality.Evidence`.

    Returns
    -------
    list of HeldFinding
        Those found before and not any more among them.
    """
    found: list[QualityFinding] = check_quality(evidence_of(store, crowds=crowds, cohorts=cohorts))
    unchecked = (*(CROWD_KINDS if crowds is None else ()), *(COHORT_KINDS if cohorts is None else ()))
    store.save_findings(found, checked_at=utc_now(), unchecked=unchecked)
    return store.findings()


def conclude(store: Store, finding: str, state: str, *, reason: str, author: str = "") -> None:
    """Note what somebody made of a finding of the quality watch.

    Parameters
    ----------
    store : Store
    finding : str
        Id.
    state : str
        One of `data.quality.STATES`.
    reason : str
    author : str
        Default `operator()`.

    Raises
    ------
    StoreError
        If the finding is not known, or there is no reason.
    """
    store.set_finding_state(finding, state, changed_at=utc_now(), author=author or operator(), reason=reason)
