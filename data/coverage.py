"""Which months of which area and type are held: what is there of entries, exits and stock, and what is not."""

from __future__ import annotations

import pandas as pd

#: What makes a month whole.
WHOLE = ("entries", "exits", "stock")
SERIES = ["area", "entity_type"]


def coverage(known: pd.DataFrame) -> pd.DataFrame:
    """Tell for every month of every monthly series what is held of it.

    Parameters
    ----------
    known : pandas.DataFrame
        Observations, one row an item. Published counts, few and irregular, are left out.

    Returns
    -------
    pandas.DataFrame
        One row a series and month from its first month held to its last: area, entity_type, month, n_held (of the three
        measures of `WHOLE`) and absent (tuple of those not held).
    """
    monthly = known[(known["status"] != "published") & known["measure"].isin(WHOLE)]
    rows = []
    for (area, kind), own in monthly.groupby(SERIES, sort=True):
        held: dict[pd.Period, set[str]] = {}
        for month, measure in zip(own["month"], own["measure"], strict=True):
            held.setdefault(month, set()).add(measure)
        for month in pd.period_range(min(held), max(held), freq="M"):
            absent = tuple(measure for measure in WHOLE if measure not in held.get(month, set()))
            rows.append((area, kind, month, len(WHOLE) - len(absent), absent))
    return pd.DataFrame(rows, columns=[*SERIES, "month", "n_held", "absent"]).astype({"month": "period[M]"})


def summary(covered: pd.DataFrame) -> pd.DataFrame:
    """Say of each series from when to when it is held, and how many months of it are not whole.

    Parameters
    ----------
    covered : pandas.DataFrame
        From `coverage`.

    Returns
    -------
    pandas.DataFrame
        One row a series: area, entity_type, first, last, n_months, n_partial, n_missing, and behind: months by which
        its last is before the newest of all.
    """
    table = covered.assign(is_partial=covered["n_held"].between(1, len(WHOLE) - 1), is_missing=covered["n_held"] == 0)
    found = table.groupby(SERIES, as_index=False, sort=True).agg(
        first=("month", "min"),
        last=("month", "max"),
        n_months=("month", "size"),
        n_partial=("is_partial", "sum"),
        n_missing=("is_missing", "sum"),
    )
    newest = found["last"].max() if len(found) else None
    return found.assign(behind=[newest.ordinal - last.ordinal for last in found["last"]] if newest is not None else [])
