"""Up to which month a register is complete, told from how its dates run out.

An export of July read in November would otherwise show four months in which nothing was registered, and a register
whose exits stopped being recorded would show a stock that only grows. A trailing run of months with next to nothing in
them, after a year of months with plenty, is taken as data that are not there; the user is asked, and may say otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
import pandas as pd

from data.readers.registry_counts import month_sql

#: A month is thin, and its data perhaps not all there, with fewer than this share of the median of a year of months.
THIN = 0.1
#: Fewer than this a month, and an empty month says nothing.
ENOUGH = 20
#: Days before the end of a month by which its last record may lie, as weekends and holidays go.
LAST_DAYS = 4
#: Months looked back on for where the data run out.
LOOK_BACK = 60


@dataclass(frozen=True)
class Complete:
    """Up to where one kind of date is there.

    Parameters
    ----------
    to : pandas.Period
        Last complete month.
    evidence : str
        Chinese: why it is earlier than the data date would have it; empty if it is not.
    """

    to: pd.Period
    evidence: str


def complete_to(connection: duckdb.DuckDBPyConnection, column: str, title: str, last: pd.Period) -> Complete:
    """Tell the last complete month of a date from how its months run out.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
    column : str
        `established` or `ended` of `records`.
    title : str
        Chinese, for the evidence.
    last : pandas.Period
        Last month that ended by the data date.

    Returns
    -------
    Complete
    """
    rows = connection.execute(
        f"select {month_sql(column)} as month, count(*), max({column}) from records where reason is null "
        f"and {column} is not null group by 1 having month <= {last.ordinal} order by 1"
    ).fetchall()
    counts = {month: n for month, n, _ in rows}
    end, found = last.ordinal, None
    for first in range(end, max(end - LOOK_BACK, min(counts, default=end)), -1):
        usual = float(np.median([counts.get(month, 0) for month in range(first - 12, first)]))
        most = max(counts.get(month, 0) for month in range(first, end + 1))
        if usual >= ENOUGH and most < THIN * usual:
            found = first, usual
    if found is None:
        return Complete(last, "")
    first, usual = found
    to = pd.Period(ordinal=first - 1, freq="M")
    last_day = {month: day for month, _, day in rows}[to.ordinal]
    total = sum(counts.get(month, 0) for month in range(first, end + 1))
    evidence = f"{to + 1} 至 {last} 共{end - first + 1}个月只有{total}行{title}，此前一年每月约{usual:.0f}行"
    if to.days_in_month - last_day.day >= LAST_DAYS:
        return Complete(to - 1, f"{evidence}；{to} 的最后一行在{last_day.day}日，当月也不完整")
    return Complete(to, evidence)
