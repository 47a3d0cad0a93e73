"""Counts from judged records: months, survival by age, cohorts, and what comes in crowds.

Everything but the crowds follows from one table of cells (area, type, month of entry, month of exit, number). Age is
the number of months from the month of entry to the month of exit, 0 within the month. With M the last month whose exits
are complete, a record of month c is watched through age M - c; the hazard of age a is the number that left at a over
the number watched through a, and survival the product of 1 - hazard (Kaplan & Meier 1958).
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import numpy as np
import pandas as pd

from forecasting.panel import ENTITY_TYPES

TYPE_LIST = list(ENTITY_TYPES)
#: Ages in months at which a cohort is looked at again.
COHORT_AGES = (12, 24)
CROWD_FIELDS = ("address", "agent")
CROWD_COLUMNS = ["area", "month", "by", "name", "entries"]
_EPOCH = 1970 * 12


def month_sql(column: str) -> str:
    """Return the SQL of the number of a month, as `pandas.Period.ordinal` counts it.

    Parameters
    ----------
    column : str

    Returns
    -------
    str
    """
    return f"cast(year({column}) * 12 + month({column}) - 1 - {_EPOCH} as smallint)"


def make_cells(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the table `cells` from `records`.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
    """
    connection.execute(
        f"create table cells as select area, kind, {month_sql('established')} as entry, {month_sql('ended')} as leave, "
        "count(*) as n from records where reason is null group by all"
    )


def count_months(
    connection: duckdb.DuckDBPyConnection, areas: Sequence[str], *, entries_to: pd.Period, exits_to: pd.Period
) -> pd.DataFrame:
    """Count entries, exits and stock by month.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
    areas : sequence of str
        Code of each area number.
    entries_to, exits_to : pandas.Period
        Last month of each; stock ends with the earlier.

    Returns
    -------
    pandas.DataFrame
        Columns area, entity_type, month, measure, value; each series from the first entry of its area on, without gaps.
    """
    flows = connection.execute(
        "select area, kind, entry as month, 'entries' as measure, sum(n)::double as value from cells group by all "
        "union all select area, kind, leave, 'exits', sum(n)::double from cells where leave is not null group by all"
    ).df()
    begins = flows.groupby("area")["month"].transform("min")
    ends = flows["measure"].map({"entries": entries_to.ordinal, "exits": exits_to.ordinal})
    flows = flows.assign(start=begins)[flows["month"] <= ends]
    series = flows[["area", "kind", "start"]].drop_duplicates()
    tables = []
    for measure, last in (("entries", entries_to.ordinal), ("exits", exits_to.ordinal)):
        table = _every(series, "month", series["start"], last)
        counted = flows.loc[flows["measure"] == measure, ["area", "kind", "month", "value"]]
        table = table.merge(counted, how="left", on=["area", "kind", "month"]).fillna({"value": 0.0})
        tables.append(table.assign(measure=measure))
    both = tables[0].merge(tables[1], on=["area", "kind", "month"], suffixes=("", "_out"))
    net = both["value"] - both["value_out"]
    tables.append(both.assign(measure="stock", value=net.groupby([both["area"], both["kind"]]).cumsum()))
    table = pd.concat(tables, ignore_index=True)
    months = _months(table["month"])
    return _named(table.assign(month=months), areas)[["area", "entity_type", "month", "measure", "value"]]


def _every(series: pd.DataFrame, name: str, first: pd.Series, last: pd.Series | int) -> pd.DataFrame:
    """Repeat each row for every number from `first` to `last`, in the column `name`."""
    lengths = (last - first + 1).clip(lower=0).to_numpy(int)
    rows = np.repeat(np.arange(len(series)), lengths)
    within = np.arange(lengths.sum()) - np.repeat(lengths.cumsum() - lengths, lengths)
    table = series[["area", "kind"]].iloc[rows].reset_index(drop=True)
    return table.assign(**{name: first.to_numpy(int)[rows] + within})


def _months(ordinals: pd.Series) -> pd.Series:
    # In pandas, months are counted from January 1970, as in `month_sql`.
    days = ordinals.to_numpy(np.int64).astype("datetime64[M]")
    return pd.Series(pd.DatetimeIndex(days.astype("datetime64[s]")).to_period("M"), index=ordinals.index)


def _named(table: pd.DataFrame, areas: Sequence[str]) -> pd.DataFrame:
    """Put codes and words in the place of numbers."""
    return table.assign(
        area=np.array(areas, dtype=object)[table["area"].to_numpy(int)],
        entity_type=np.array(TYPE_LIST, dtype=object)[table["kind"].to_numpy(int)],
    )


def survive(connection: duckdb.DuckDBPyConnection, areas: Sequence[str], *, to: pd.Period) -> pd.DataFrame:
    """Return survival and hazard by age in months.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
    areas : sequence of str
        Code of each area number.
    to : pandas.Period
        Last month in which entries and exits are complete.

    Returns
    -------
    pandas.DataFrame
        Columns area, entity_type, age, at_risk, exits, hazard, survival; a row for each age from 0 to the greatest
        watched.
    """
    left = f"leave is not null and leave <= {to.ordinal}"
    table = connection.execute(
        f"select area, kind, case when {left} then leave else {to.ordinal} end - entry as age, "
        f"sum(n)::double as watched, sum(case when {left} then n else 0 end)::double as exits "
        f"from cells where entry <= {to.ordinal} group by all order by all"
    ).df()
    oldest = table.sort_values("age").drop_duplicates(["area", "kind"], keep="last").sort_values(["area", "kind"])
    ages = _every(oldest, "age", 0 * oldest["age"], oldest["age"])
    ages = ages.merge(table, how="left", on=["area", "kind", "age"]).fillna(0.0)
    keys = [ages["area"], ages["kind"]]
    at_risk = ages["watched"][::-1].groupby([key[::-1] for key in keys]).cumsum()[::-1]
    hazard = ages["exits"] / at_risk
    ages = ages.assign(at_risk=at_risk, hazard=hazard, survival=(1 - hazard).groupby(keys).cumprod())
    columns = ["area", "entity_type", "age", "at_risk", "exits", "hazard", "survival"]
    return _named(ages, areas)[columns]


def yearly_hazard(survival: pd.DataFrame) -> pd.DataFrame:
    """Return the hazard by age in whole years from survival by months.

    Parameters
    ----------
    survival : pandas.DataFrame
        Of `survive`.

    Returns
    -------
    pandas.DataFrame
        Columns area, entity_type, year (of age, from 0), at_risk (at its beginning), exits, hazard: the probability of
        leaving within the twelve months, 1 - survival at their end over survival before. Years not watched to their
        end are left out.
    """
    keys = ["area", "entity_type"]
    table = survival.assign(year=survival["age"] // 12, kept=1 - survival["hazard"])
    by_year = table.groupby([*keys, "year"], as_index=False).agg(
        at_risk=("at_risk", "first"), exits=("exits", "sum"), kept=("kept", "prod"), months=("age", "size")
    )
    whole = by_year[by_year["months"] == 12].reset_index(drop=True)
    return whole.assign(hazard=1 - whole["kept"])[[*keys, "year", "at_risk", "exits", "hazard"]]


def follow_cohorts(connection: duckdb.DuckDBPyConnection, areas: Sequence[str], *, to: pd.Period) -> pd.DataFrame:
    """Return how many of each month's entries are still there one and two years on.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
    areas : sequence of str
        Code of each area number.
    to : pandas.Period
        Last month in which entries and exits are complete.

    Returns
    -------
    pandas.DataFrame
        Columns area, entity_type, month, entries, left_12, left_24: entries of the month and how many of them had left
        by the end of the 12th and 24th month after it; NaN where that month is not complete yet.
    """
    gone = ", ".join(
        f"case when entry + {age} <= {to.ordinal} then "
        f"sum(case when leave <= entry + {age} then n else 0 end)::double end as left_{age}"
        for age in COHORT_AGES
    )
    table = connection.execute(
        f"select area, kind, entry as month, sum(n)::double as entries, {gone} from cells "
        f"where entry <= {to.ordinal} group by area, kind, entry order by area, kind, entry"
    ).df()
    months = _months(table["month"])
    columns = ["area", "entity_type", "month", "entries", *(f"left_{age}" for age in COHORT_AGES)]
    return _named(table.assign(month=months), areas)[columns].astype(dict.fromkeys(columns[3:], float))


def find_crowds(
    connection: duckdb.DuckDBPyConnection, areas: Sequence[str], words: dict[str, str], relation: str, *, at_least: int
) -> pd.DataFrame:
    """Count the entries of a month at one address or by one agent, where there are many.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
    areas : sequence of str
        Code of each area number.
    words : dict of str to str
        `address` or `agent` -> SQL of its word in `relation`.
    relation : str
        SQL of the rows as read, for the words themselves.
    at_least : int
        Entries in a month from which on a group is listed.

    Returns
    -------
    pandas.DataFrame
        Columns area, month, by, name, entries; by is `address` or `agent`. Largest first.
    """
    tables = [pd.DataFrame(columns=CROWD_COLUMNS)]
    for by, word in words.items():
        connection.execute(
            f"create or replace table crowds as select area, {month_sql('established')} as month, {by} as key, "
            f"count(*) as n from records where reason is null and {by} is not null group by all "
            f"having count(*) >= {int(at_least)}"
        )
        if connection.execute("select count(*) from crowds").fetchone() == (0,):
            continue
        found = connection.execute(
            f"with names as (select hash({word}) as key, min({word}) as name from {relation} "
            f"where hash({word}) in (select key from crowds) group by 1) "
            "select c.area, c.month, n.name, c.n from crowds c join names n using (key) "
            "order by c.n desc, c.area, c.month, n.name"
        ).fetchall()
        tables.append(
            pd.DataFrame(
                [(areas[area], pd.Period(ordinal=month, freq="M"), by, name, n) for area, month, name, n in found],
                columns=CROWD_COLUMNS,
            )
        )
    crowds = pd.concat([table for table in tables if len(table)] or tables[:1], ignore_index=True)
    return crowds.astype({"month": "period[M]", "entries": float})
