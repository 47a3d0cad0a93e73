"""Rows of the database as tables of versions, and back."""

from __future__ import annotations

import datetime as dt
import json
import zlib
from collections.abc import Sequence

import pandas as pd
import sqlalchemy as sa

from data import tables
from data.ledger import VERSION_COLUMNS, known_at
from data.observations import COLUMNS
from data.period_counts import COUNT_COLUMNS, as_items
from forecasting.errors import HistoryError

ONE_DAY = pd.Timedelta(days=1)


def known_on(versions: pd.DataFrame, date: dt.date) -> pd.DataFrame:
    """Return what was known at the end of a day.

    Parameters
    ----------
    versions : pandas.DataFrame
        Columns `data.ledger.VERSION_COLUMNS`.
    date : datetime.date

    Returns
    -------
    pandas.DataFrame
        Observations.

    Raises
    ------
    HistoryError
        If that is nothing.
    """
    if versions.empty:
        raise HistoryError("数据库中还没有任何数据。请先录入月度数据，或运行 python cli.py demo 载入演示数据。")
    known = known_at(versions, pd.Timestamp(date) + ONE_DAY)
    if len(known):
        return known
    first = versions["vintage"].min().date()
    if first > date:
        raise HistoryError(f"没有 {date} 及以前的数据版本，最早为 {first}。请选择该日或以后的日期。")
    raise HistoryError("到所选日期，已录入的数据全部撤销，没有可用的数据。请录入数据，或选择撤销以前的日期。")


def read_versions(connection: sa.Connection, areas: Sequence[str] | None = None) -> pd.DataFrame:
    """Read every version of every observation, or of some areas'.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    areas : sequence of str, optional

    Returns
    -------
    pandas.DataFrame
        Columns `data.ledger.VERSION_COLUMNS`.
    """
    held = tables.observations
    query = sa.select(*(held.c[name] for name in VERSION_COLUMNS))
    if areas is not None:
        query = query.where(held.c.area.in_(areas))
    return _typed(pd.DataFrame(connection.execute(query).all(), columns=VERSION_COLUMNS))


def read_counts(connection: sa.Connection, areas: Sequence[str] | None = None) -> pd.DataFrame:
    """Read every version of every count of several months, or of some areas'.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    areas : sequence of str, optional

    Returns
    -------
    pandas.DataFrame
        Columns `data.ledger.VERSION_COLUMNS`; month is the name of the period, see `data.period_counts`.
    """
    held = tables.period_counts
    columns = [*COUNT_COLUMNS, "batch", "role"]
    query = sa.select(*(held.c[name] for name in columns))
    if areas is not None:
        query = query.where(held.c.area.in_(areas))
    rows = pd.DataFrame(connection.execute(query).all(), columns=columns)
    items = as_items(rows).assign(batch=rows["batch"].astype(int), role=rows["role"])
    return items.astype({"vintage": "datetime64[us]", "value": float, "precision": float})[VERSION_COLUMNS]


def read_statements(connection: sa.Connection, batch: int) -> pd.DataFrame:
    """Read all that a batch said, news and repetitions.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    batch : int

    Returns
    -------
    pandas.DataFrame
        Columns `data.ledger.VERSION_COLUMNS`.
    """
    held = tables.observations
    query = sa.select(*(held.c[name] for name in VERSION_COLUMNS)).where(held.c.batch == batch, held.c.role == "stated")
    rows = _typed(pd.DataFrame(connection.execute(query).all(), columns=VERSION_COLUMNS))
    return pd.concat([rows, read_repeated(connection, batch=batch)], ignore_index=True)


def read_repeated(
    connection: sa.Connection, *, since: pd.Timestamp | None = None, batch: int | None = None
) -> pd.DataFrame:
    """Read what batches said that was known already.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    since : pandas.Timestamp, optional
        Only of batches that said something after it.
    batch : int, optional
        Only of this batch.

    Returns
    -------
    pandas.DataFrame
        Columns `data.ledger.VERSION_COLUMNS`.
    """
    held = tables.repeats
    query = sa.select(held.c.batch, held.c.content).order_by(held.c.batch)
    if since is not None:
        query = query.where(held.c.last_vintage > since.to_pydatetime())
    if batch is not None:
        query = query.where(held.c.batch == batch)
    parts = [_unpacked(content).assign(batch=number) for number, content in connection.execute(query)]
    empty = pd.DataFrame(columns=VERSION_COLUMNS)
    return _typed(pd.concat(parts, ignore_index=True).assign(role="stated") if parts else empty)


def areas_of(connection: sa.Connection, batch: int, repeated: pd.DataFrame) -> list[str]:
    """Read which areas a batch is about.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    batch : int
    repeated : pandas.DataFrame
        What batches repeated.

    Returns
    -------
    list of str
    """
    held = tables.observations
    queries = [sa.select(one.c.area).where(one.c.batch == batch) for one in (held, tables.period_counts)]
    return sorted(
        {*connection.execute(sa.union(*queries)).scalars(), *repeated.loc[repeated["batch"] == batch, "area"]}
    )


def read_undoes(connection: sa.Connection) -> dict[int, int | None]:
    """Read which batch undoes which.

    Parameters
    ----------
    connection : sqlalchemy.Connection

    Returns
    -------
    dict of int to int or None
        Every batch -> the one it undoes; None where it undoes none.
    """
    query = sa.select(tables.batches.c.id, tables.batches.c.undoes)
    return {int(number): None if other is None else int(other) for number, other in connection.execute(query)}


def packed(table: pd.DataFrame) -> bytes:
    """Return observations as compressed JSON, a list a column.

    Parameters
    ----------
    table : pandas.DataFrame

    Returns
    -------
    bytes
    """
    plain = table.assign(month=table["month"].astype(str), vintage=table["vintage"].astype(str))
    return zlib.compress(json.dumps({name: plain[name].tolist() for name in COLUMNS}).encode())


def _unpacked(content: bytes) -> pd.DataFrame:
    return pd.DataFrame(json.loads(zlib.decompress(content)))


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    codes, months = pd.factorize(table["month"])
    return table.assign(
        month=pd.PeriodIndex(months, freq="M").take(codes),
        vintage=pd.to_datetime(table["vintage"]).astype("datetime64[us]"),
        value=table["value"].astype(float),
        precision=table["precision"].astype(float),
        batch=table["batch"].astype(int),
    )[VERSION_COLUMNS]
