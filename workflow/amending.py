"""Taking back and putting right what was taken in: every change is a new batch, and history stays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pandas as pd

from data.observations import COLUMNS, KEY
from data.parting import without_terms
from data.store import Receipt, Store
from forecasting.panel import ENTITY_TYPES, MEASURES
from workflow.catalogue import known_areas
from workflow.stamps import as_vintage, now, operator, utc_now


def undo(store: Store, batch: int, *, reason: str, effective_on: dt.date | None = None, author: str = "") -> Receipt:
    """Take a batch back by a new batch; history stays.

    Parameters
    ----------
    store : Store
    batch : int
    reason : str
    effective_on : datetime.date, optional
        The day from which on it does not hold, for batches that were dated back; default now.
    author : str
        Default `operator()`.

    Returns
    -------
    Receipt

    Raises
    ------
    BeizengError
        If it cannot be undone, with the reason.
    """
    vintage = as_vintage(effective_on)
    if effective_on is not None:
        # The end of the day: what came in dated this day is undone as well.
        vintage = min(vintage.normalize() + pd.Timedelta(days=1, microseconds=-1), pd.Timestamp(now()))
    return store.undo(
        batch, received_at=utc_now(), vintage=vintage.to_pydatetime(), author=author or operator(), reason=reason
    )


def left_behind(store: Store) -> tuple[str, ...]:
    """Tell of the months held that were told by subtraction from a sum which was taken back since.

    Parameters
    ----------
    store : Store

    Returns
    -------
    tuple of str
        Chinese, one a month.
    """
    names = known_areas()
    told = without_terms(*store.known(pd.Timestamp(now()))).to_dict("records")
    return tuple(
        f"{names[row['area']]}{ENTITY_TYPES[row['entity_type']]} {row['month']} {MEASURES[row['measure']]} "
        f"{row['value']:.10g} 由累计相减得出，而所依据的数已撤销，未随之撤销。请录入正确的累计数，或更正该月。"
        for row in told
    )


def correction(edits: pd.DataFrame, known: pd.DataFrame, *, reason: str) -> pd.DataFrame:
    """Make the observations of a declared correction.

    Parameters
    ----------
    edits : pandas.DataFrame
        Columns area, entity_type, month (text or monthly period), measure and value: the right numbers.
    known : pandas.DataFrame
        Observations as they are known; a number corrected keeps its status.
    reason : str

    Returns
    -------
    pandas.DataFrame
        Observations, known from now on.
    """
    made = edits.assign(month=pd.PeriodIndex(edits["month"], freq="M"))
    made = made.merge(known[[*KEY[:-1], "status"]], on=KEY[:-1], how="left")
    # An adjustment says why in its source, as those of a file do.
    source = ["更正；调整原因：" + reason if measure == "adjustment" else "更正" for measure in made["measure"]]
    made = made.assign(status=made["status"].fillna("final"), precision=0.0, source=source, vintage=as_vintage(None))
    return made[COLUMNS].astype({"vintage": "datetime64[us]", "value": float})


def correct(
    store: Store, table: pd.DataFrame, *, reason: str, findings: Sequence[str] = (), author: str = ""
) -> Receipt:
    """Store a declared correction; the findings it answers become corrected.

    Parameters
    ----------
    store : Store
    table : pandas.DataFrame
        From `correction`.
    reason : str
    findings : sequence of str
        Ids.
    author : str
        Default `operator()`.

    Returns
    -------
    Receipt

    Raises
    ------
    BeizengError
        If there is no reason, nothing is corrected, or what would be known does not close.
    """
    return store.correct(table, received_at=utc_now(), author=author or operator(), reason=reason, findings=findings)
