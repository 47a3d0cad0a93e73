"""One batch: what it adds to what is held, and its writing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import pandas as pd
import sqlalchemy as sa

from data import tables
from data.closing import check_closes
from data.ledger import VERSION_COLUMNS, as_versions, newest_of, news, restated
from data.observations import KEY, check_observations
from data.period_counts import as_items, check_counts, from_items
from data.store.versions import packed, read_counts, read_repeated, read_statements, read_undoes, read_versions
from data.undoing import undone_by
from forecasting.errors import FaultsError


@dataclass(frozen=True, eq=False)
class Prepared:
    """A batch checked against what is held: what it adds, and what it repeats.

    Parameters
    ----------
    held, held_counts : pandas.DataFrame
        All versions held of the batch's areas.
    fresh : pandas.DataFrame
        Versions of observations to be added.
    counts : pandas.DataFrame
        Versions of counts to be added, news or not.
    repeated : pandas.DataFrame
        Observations that are no news.
    n_new : int
        How much of it is news.
    same_as : int or None
        The batch, still standing, that came from the very same file.
    is_repetition : bool
        Whether that batch said all of it.
    """

    held: pd.DataFrame
    held_counts: pd.DataFrame
    fresh: pd.DataFrame
    counts: pd.DataFrame
    repeated: pd.DataFrame
    n_new: int
    same_as: int | None = None
    is_repetition: bool = False


def prepare(connection: sa.Connection, table: pd.DataFrame, counts: pd.DataFrame, content: bytes) -> Prepared:
    """Check a table and its counts against what is held, and part what it adds from what it repeats.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    table : pandas.DataFrame
        Observations.
    counts : pandas.DataFrame
        See `data.period_counts`.
    content : bytes
        The file itself.

    Returns
    -------
    Prepared

    Raises
    ------
    FaultsError
        If it contradicts what is held, or what would then be known does not close.
    """
    check_observations(table, is_whole=False)
    check_counts(counts)
    if table.empty and counts.empty:
        raise FaultsError(["没有任何数。请核对后重新上传。"], "没有可以入库的内容")
    areas = sorted({*table["area"], *counts["area"]})
    held, held_counts = read_versions(connection, areas), read_counts(connection, areas)
    items = as_items(counts)
    same_as = _same_file(connection, content)
    if same_as is not None and _says_the_same(table, read_statements(connection, same_as)):
        said = held_counts[(held_counts["batch"] == same_as) & (held_counts["role"] == "stated")]
        if _says_the_same(items, said):
            nothing, no_counts = as_versions(table.iloc[:0]), as_versions(items.iloc[:0])
            return Prepared(held, held_counts, nothing, no_counts, table, 0, same_as, is_repetition=True)
    fresh = news(table, held)
    is_fresh = pd.MultiIndex.from_frame(table[KEY]).isin(pd.MultiIndex.from_frame(fresh[KEY]))
    n_new = len(fresh) + len(news(items, held_counts))
    if len(fresh):
        fresh = as_versions(fresh)
        late = read_repeated(connection, since=fresh["vintage"].min())
        late = late[~late["batch"].isin(list(undone_by(read_undoes(connection))))] if len(late) else late
        fresh = pd.concat([fresh, as_versions(restated(fresh, held, late), role="restated")], ignore_index=True)
        check_closes(held, fresh, standing_counts(held_counts, as_versions(items)))
    known = pd.MultiIndex.from_frame(held_counts[KEY])
    added = as_versions(items[~pd.MultiIndex.from_frame(items[KEY]).isin(known)])
    return Prepared(held, held_counts, fresh, added, table[~is_fresh], n_new, same_as)


def standing_counts(held: pd.DataFrame, fresh: pd.DataFrame) -> pd.DataFrame:
    """Return the counts of several months that stand once a batch is added.

    Parameters
    ----------
    held, fresh : pandas.DataFrame
        Versions of counts.

    Returns
    -------
    pandas.DataFrame
        Columns `data.period_counts.COUNT_COLUMNS`; those withdrawn are left out.
    """
    newest = newest_of(pd.concat([held, fresh], ignore_index=True))
    return from_items(newest[newest["role"] != "withdrawn"])


def write_batch(connection: sa.Connection, made: Prepared, **about: object) -> int:
    """Write a prepared batch.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    made : Prepared
    **about
        The other columns of `data.tables.batches`.

    Returns
    -------
    int
        Its number.
    """
    key = connection.execute(tables.batches.insert().values(rows_new=made.n_new, **about)).inserted_primary_key
    number = int(key[0]) if key else 0
    if len(made.fresh):
        rows = made.fresh[VERSION_COLUMNS].assign(month=made.fresh["month"].astype(str), batch=number)
        connection.execute(tables.observations.insert(), _records(rows))
    if len(made.counts):
        rows = from_items(made.counts).assign(batch=number, role=made.counts["role"].to_numpy())
        rows = rows.assign(start=rows["start"].astype(str), end=rows["end"].astype(str))
        connection.execute(tables.period_counts.insert(), _records(rows))
    if len(made.repeated):
        connection.execute(
            tables.repeats.insert().values(
                batch=number,
                last_vintage=made.repeated["vintage"].max().to_pydatetime(),
                content=packed(made.repeated),
            )
        )
    return number


def digest(content: bytes) -> str:
    """Return by what a file is known again; empty where there is none.

    Parameters
    ----------
    content : bytes

    Returns
    -------
    str
    """
    return hashlib.sha256(content).hexdigest() if content else ""


def _records(rows: pd.DataFrame) -> list[dict[str, object]]:
    return [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]


def _same_file(connection: sa.Connection, content: bytes) -> int | None:
    """Return the newest batch that stands and came from a file of this very content."""
    if not content:
        return None
    query = sa.select(tables.batches.c.id).where(tables.batches.c.sha256 == digest(content))
    numbers = set(connection.execute(query).scalars())
    standing = numbers - set(undone_by(read_undoes(connection))) if numbers else numbers
    return max(standing, default=None)


def _says_the_same(table: pd.DataFrame, said: pd.DataFrame) -> bool:
    """Whether a batch said all of a table, no later than the table says it."""
    if len(table) != len(said):
        return False
    ours, theirs = (one.sort_values(KEY, ignore_index=True) for one in (table, said))
    compared = [*KEY[:-1], "value", "precision", "status"]
    return bool((ours[compared] == theirs[compared]).all(axis=None) and (ours["vintage"] >= theirs["vintage"]).all())
