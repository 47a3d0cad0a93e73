"""Everything held, to be taken out of the house."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from data.ledger import known_at
from data.observations import KEY
from data.store import Store
from data.store.versions import ONE_DAY, known_on
from workflow.catalogue import known_areas
from workflow.stamps import LAST_DAY


def export_table(store: Store, as_of: dt.date | None = None) -> pd.DataFrame:
    """Return everything held, to be taken out of the house: every version, or what was known on a day.

    Parameters
    ----------
    store : Store
    as_of : datetime.date, optional
        Default: every version ever, withdrawals included.

    Returns
    -------
    pandas.DataFrame
        Columns of `data.ledger.VERSION_COLUMNS` and `area_name`; of what was known on a day, the version that was.
        Counts of several months come last, and month is text then.

    Raises
    ------
    HistoryError
        If nothing was ever held, or nothing was known by then.
    """
    versions, counts = store.versions(), store.count_versions()
    held = pd.concat([versions.astype({"month": str}), counts], ignore_index=True) if len(counts) else versions
    if held.empty or as_of is not None:
        # Refused, with the reason, where there is nothing at all.
        known_on(held, as_of or LAST_DAY)
    if as_of is None:
        kept = held
    else:
        moment = pd.Timestamp(as_of) + ONE_DAY
        items = pd.concat([known_at(one, moment)[KEY].astype({"month": str}) for one in (versions, counts)])
        kept = held.assign(month=held["month"].astype(str)).merge(items, on=KEY)
    return kept.assign(area_name=[known_areas().get(code, code) for code in kept["area"]])
