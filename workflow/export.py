"""Everything held, to be taken out of the house."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from data.ledger import known_at
from data.observations import KEY
from data.store import Store
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
        If nothing is held, or was known by then.
    """
    known = store.as_of(as_of or LAST_DAY)
    versions, counts = store.versions(), store.count_versions()
    if as_of is not None:
        versions = versions.merge(known[KEY], on=KEY)
        counts = known_at(counts, pd.Timestamp(as_of) + pd.Timedelta(days=1))[KEY].merge(counts, on=KEY)
    if len(counts):
        versions = pd.concat([versions.astype({"month": str}), counts], ignore_index=True)
    return versions.assign(area_name=[known_areas().get(code, code) for code in versions["area"]])
