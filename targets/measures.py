"""Stock and flows of one area for display: by type, by month or summed over twelve, with their changes.

    net = entries - exits;   on the year = x(t)/x(t-12) - 1;   on the month = x(t)/x(t-1) - 1

A rate on a base that is not positive does not exist. Months that were not observed stay missing.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from forecasting.errors import ModelError
from forecasting.panel import ENTITY_TYPES, Panel

MEASURES = {"stock": "实有", "entries": "新设", "exits": "注销吊销", "net": "净增"}
A_YEAR = 12


def measured(panel: Panel, area: str) -> pd.DataFrame:
    """Lay out the months of an area.

    Parameters
    ----------
    panel : Panel
    area : str
        One that the panel holds.

    Returns
    -------
    pandas.DataFrame
        Columns entity_type, month and the keys of `MEASURES`; all types first where they can be added up (see
        `no_total`), months ascending, without the months in which nothing was observed.
    """
    held = set(panel.keys.loc[panel.keys["area"] == area, "entity_type"])
    held |= set() if no_total(panel, area) else {"all"}
    frames = []
    for entity_type in [name for name in ENTITY_TYPES if name in held]:
        one = panel.total(area, entity_type)
        frame = pd.DataFrame(
            {"month": one.months, "stock": one.stock[0], "entries": one.entries[0], "exits": one.exits[0]}
        )
        frames.append(frame.assign(entity_type=entity_type, net=frame["entries"] - frame["exits"]))
    table = pd.concat(frames, ignore_index=True)[["entity_type", "month", *MEASURES]]
    return table.dropna(subset=["stock", "entries", "exits"], how="all").reset_index(drop=True)


def no_total(panel: Panel, area: str) -> str:
    """Say why the types of an area cannot be added up.

    Parameters
    ----------
    panel : Panel
    area : str
        One that the panel holds.

    Returns
    -------
    str
        Chinese; empty where they can.
    """
    try:
        panel.total(area)
    except ModelError as error:
        return str(error)
    return ""


def summed(table: pd.DataFrame) -> pd.DataFrame:
    """Add up the flows of the last twelve months; stock stays that of the month.

    Parameters
    ----------
    table : pandas.DataFrame
        From `measured`.

    Returns
    -------
    pandas.DataFrame
        Of the same shape; NaN where fewer than twelve months are known.
    """
    flows = ["entries", "exits", "net"]
    rolled = table.groupby("entity_type")[flows].transform(lambda column: column.rolling(A_YEAR).sum())
    return table.assign(**{name: rolled[name] for name in flows})


def stock_changes(table: pd.DataFrame) -> pd.DataFrame:
    """Change of the stock up to the latest month.

    Parameters
    ----------
    table : pandas.DataFrame
        From `measured`.

    Returns
    -------
    pandas.DataFrame
        One row a type: entity_type, month, value, on_year, on_month (fractions), since_december (entities).
    """
    rows = []
    for entity_type, series in _series(table, "stock"):
        month, december = series.index[-1], pd.Period(year=series.index[-1].year - 1, month=A_YEAR, freq="M")
        rows.append(
            {
                "entity_type": entity_type,
                "month": month,
                "value": series.iloc[-1],
                "on_year": growth(series.iloc[-1], series.get(month - A_YEAR, math.nan)),
                "on_month": growth(series.iloc[-1], series.get(month - 1, math.nan)),
                "since_december": series.iloc[-1] - series.get(december, math.nan),
            }
        )
    return pd.DataFrame(rows)


def flow_changes(table: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Change of a flow up to the latest month.

    Parameters
    ----------
    table : pandas.DataFrame
        From `measured`.
    measure : str
        entries, exits or net.

    Returns
    -------
    pandas.DataFrame
        One row a type: entity_type, month, value, on_year, on_month, year_to_date (entities), year_to_date_on_year.
    """
    rows = []
    for entity_type, series in _series(table, measure):
        month = series.index[-1]
        january = pd.Period(year=month.year, month=1, freq="M")
        so_far, before = (_total(series, january - back, month - back) for back in (0, A_YEAR))
        rows.append(
            {
                "entity_type": entity_type,
                "month": month,
                "value": series.iloc[-1],
                "on_year": growth(series.iloc[-1], series.get(month - A_YEAR, math.nan)),
                "on_month": growth(series.iloc[-1], series.get(month - 1, math.nan)),
                "year_to_date": so_far,
                "year_to_date_on_year": growth(so_far, before),
            }
        )
    return pd.DataFrame(rows)


def growth(now: float, before: float) -> float:
    """Return the rate of change.

    Parameters
    ----------
    now, before : float

    Returns
    -------
    float
        NaN if either is unknown or the base is not positive.

    Examples
    --------
    >>> growth(7989.0, 6900.0).__round__(4), growth(5.0, 0.0)
    (0.1578, nan)
    """
    return float(now / before - 1.0) if before > 0 and np.isfinite(now) else math.nan


def _series(table: pd.DataFrame, measure: str) -> list[tuple[str, pd.Series[float]]]:
    """Observed values by month, one series a type, all types first."""
    groups = table.dropna(subset=[measure]).groupby("entity_type", sort=False)
    return [(str(name), group.set_index("month")[measure]) for name, group in groups]


def _total(series: pd.Series[float], start: pd.Period, end: pd.Period) -> float:
    months = pd.period_range(start, end, freq="M")
    return float(series.reindex(months).sum(skipna=False))
