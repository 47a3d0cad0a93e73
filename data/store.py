"""The store: what was observed and when it became known, and every run made from it.

SQLAlchemy Core on SQLite (WAL) or PostgreSQL. Observations are append-only: a correction is a new row with a later
vintage, and history is read only through `as_of`. Every write is one transaction, so a process killed at any moment
leaves all of it or none.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from data.declared import last_declared
from data.ledger import check_closes, known_at, news
from data.observations import COLUMNS, check_observations
from data.tables import batches, goals, metadata, observations, projections, runs, scenarios
from forecasting.errors import HistoryError, StoreError
from forecasting.panel import Panel


@dataclass(frozen=True)
class Receipt:
    """What became of a batch.

    Parameters
    ----------
    batch : int
        Its number.
    rows_read, rows_new : int
        Observations in it, and those that said something new.
    """

    batch: int
    rows_read: int
    rows_new: int


class Store:
    """One database.

    Parameters
    ----------
    url : str
        SQLAlchemy URL; `sqlite:///path` or `postgresql+psycopg://...`. Tables and, for SQLite, the folder are made when
        missing.

    Raises
    ------
    StoreError
        If the address is not one, or the database cannot be opened.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        try:
            address = sa.make_url(url)
        except sa.exc.ArgumentError as error:
            raise StoreError("环境变量 BEIZENG_DB 不是数据库地址。应如 sqlite:////data/beizeng.db。") from error
        is_sqlite = address.get_backend_name() == "sqlite"
        try:
            if is_sqlite and address.database:
                Path(address.database).parent.mkdir(parents=True, exist_ok=True)
            self.engine = sa.create_engine(url, connect_args={"timeout": 30} if is_sqlite else {})
            if is_sqlite:
                sa.event.listen(self.engine, "connect", _prepare_sqlite)
            metadata.create_all(self.engine)
        except (sa.exc.SQLAlchemyError, ImportError, OSError) as error:
            reason = " ".join(str(error).split())[:200]
            raise StoreError(
                f"数据库打不开（{address.render_as_string(hide_password=True)}）：{reason}。"
                "请核对环境变量 BEIZENG_DB、数据库是否已启动、文件夹是否可写。"
            ) from error

    # Observations ----------------------------------------------------------------------------------------------------

    def append(self, table: pd.DataFrame, *, received_at: dt.datetime, file_name: str, content: bytes = b"") -> Receipt:
        """Add a batch of observations, all or nothing.

        Parameters
        ----------
        table : pandas.DataFrame
            Observations, see `data.observations`.
        received_at : datetime
            When the batch came in.
        file_name : str
            Where from.
        content : bytes
            The file itself, of which only the digest is kept.

        Returns
        -------
        Receipt
            Rows that repeat what was known at their vintage are read but not stored again.

        Raises
        ------
        FaultsError
            If the table breaks a rule of `data.observations`, or what would then be known breaks the stock identity.
        """
        check_observations(table)
        with self.engine.begin() as connection:
            held = _versions(connection, areas=sorted(set(table["area"])))
            fresh = news(table, held)
            check_closes(held, fresh)
            batch = connection.execute(
                batches.insert().values(
                    received_at=received_at,
                    file_name=file_name,
                    sha256=hashlib.sha256(content).hexdigest(),
                    rows_read=len(table),
                    rows_new=len(fresh),
                )
            ).inserted_primary_key
            number = int(batch[0]) if batch else 0
            if len(fresh):
                rows = fresh.assign(month=fresh["month"].astype(str), batch=number).to_dict("records")
                connection.execute(
                    observations.insert(),
                    [{str(name): value for name, value in row.items()} for row in rows],
                )
        return Receipt(batch=number, rows_read=len(table), rows_new=len(fresh))

    def vintages(self) -> pd.DatetimeIndex:
        """Every moment at which something became known, ascending.

        Returns
        -------
        pandas.DatetimeIndex
            Empty if nothing is stored.
        """
        query = sa.select(observations.c.vintage).distinct().order_by(observations.c.vintage)
        with self.engine.connect() as connection:
            return pd.DatetimeIndex(list(connection.execute(query).scalars()))

    def as_of(self, date: dt.date) -> pd.DataFrame:
        """Observations as they were known at the end of a day: the only door to history.

        Parameters
        ----------
        date : datetime.date

        Returns
        -------
        pandas.DataFrame
            Observations, one row a key: the newest vintage not after `date`.

        Raises
        ------
        HistoryError
            If nothing was known by then.
        """
        with self.engine.connect() as connection:
            held = _versions(connection)
        if held.empty:
            raise HistoryError("数据库中还没有任何数据。请先录入月度数据，或运行 python cli.py demo 载入演示数据。")
        known = known_at(held, pd.Timestamp(date) + pd.Timedelta(days=1))
        if known.empty:
            raise HistoryError(
                f"没有 {date} 及以前的数据版本，最早为 {held['vintage'].min().date()}。请选择该日或以后的日期。"
            )
        return known

    def panel(self, date: dt.date) -> Panel:
        """Monthly panel as it was known at the end of a day.

        Parameters
        ----------
        date : datetime.date

        Returns
        -------
        Panel

        Raises
        ------
        HistoryError
            If nothing was known by then.
        """
        return Panel.from_long(self.as_of(date))

    def state(self) -> str:
        """Name the state of the data: another after every batch, goal and event that comes in, and after nothing else.

        What a page keeps in memory it keeps under this name, so that new data show at once.

        Returns
        -------
        str
        """
        with self.engine.connect() as connection:
            batch = connection.execute(sa.select(sa.func.max(batches.c.id))).scalar()
            goal = connection.execute(sa.select(sa.func.max(goals.c.saved_at))).scalar()
            event = last_declared(connection)
        return f"{batch or 0} {goal or '-'} {event or '-'}"

    # Goals -----------------------------------------------------------------------------------------------------------

    def save_goals(self, records: Sequence[Mapping[str, str]], *, saved_at: dt.datetime) -> None:
        """Add or replace users' goals, all or nothing; earlier versions are kept.

        Parameters
        ----------
        records : sequence of mapping
            Rows of the goals file, column -> text; `id` is the key.
        saved_at : datetime
        """
        rows = [
            {"id": record["id"], "saved_at": saved_at, "record": json.dumps(dict(record), ensure_ascii=False)}
            for record in records
        ]
        with self.engine.begin() as connection:
            connection.execute(goals.insert(), rows)

    def goal_records(self) -> list[dict[str, str]]:
        """Users' goals, the newest version of each.

        Returns
        -------
        list of dict
        """
        return _newest(self.engine, goals, goals.c.id)

    # Runs ------------------------------------------------------------------------------------------------------------

    def save_run(self, run_id: str, record: Mapping[str, object], content: bytes, *, created_at: dt.datetime) -> None:
        """Keep a run and its projection; a run that is already held is left as it is.

        Parameters
        ----------
        run_id : str
        record : mapping
            JSON-compatible description of the run.
        content : bytes
            The projection, see `data.projections`.
        created_at : datetime
        """
        with self.engine.begin() as connection:
            if connection.execute(sa.select(runs.c.id).where(runs.c.id == run_id)).first():
                return
            text = json.dumps(record, ensure_ascii=False)
            connection.execute(runs.insert().values(id=run_id, created_at=created_at, record=text))
            connection.execute(projections.insert().values(run=run_id, content=content))

    def has_run(self, run_id: str) -> bool:
        """Whether a run is held.

        Parameters
        ----------
        run_id : str

        Returns
        -------
        bool
        """
        with self.engine.connect() as connection:
            return connection.execute(sa.select(runs.c.id).where(runs.c.id == run_id)).first() is not None

    def run(self, run_id: str) -> tuple[dict[str, object], bytes] | None:
        """Return a run's description and projection.

        Parameters
        ----------
        run_id : str

        Returns
        -------
        tuple of dict and bytes, or None
            None if the run is not held.
        """
        query = (
            sa.select(runs.c.record, projections.c.content)
            .join(projections, projections.c.run == runs.c.id)
            .where(runs.c.id == run_id)
        )
        with self.engine.connect() as connection:
            row = connection.execute(query).first()
        return None if row is None else (json.loads(row.record), row.content)

    # Scenarios -------------------------------------------------------------------------------------------------------

    def save_scenario(self, name: str, record: Mapping[str, object], *, saved_at: dt.datetime) -> None:
        """Save a scenario under its name; earlier versions are kept.

        Parameters
        ----------
        name : str
        record : mapping
            JSON-compatible definition.
        saved_at : datetime
        """
        text = json.dumps(record, ensure_ascii=False)
        with self.engine.begin() as connection:
            connection.execute(scenarios.insert().values(name=name, saved_at=saved_at, record=text))

    def scenario_records(self) -> list[dict[str, str]]:
        """Return the saved scenarios, the newest version of each name.

        Returns
        -------
        list of dict
        """
        return _newest(self.engine, scenarios, scenarios.c.name)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    """Readers are not held up by a writer, and a commit is on disk before it returns."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _versions(connection: sa.Connection, areas: Sequence[str] | None = None) -> pd.DataFrame:
    """Every version of every observation, or of some areas', as an Observations table."""
    columns = [column for column in observations.c if column.name != "batch"]
    query = sa.select(*columns)
    if areas is not None:
        query = query.where(observations.c.area.in_(areas))
    table = pd.DataFrame(connection.execute(query).all(), columns=[column.name for column in columns])
    return table.assign(
        month=pd.PeriodIndex(table["month"], freq="M"),
        vintage=pd.to_datetime(table["vintage"]).astype("datetime64[us]"),
        value=table["value"].astype(float),
        precision=table["precision"].astype(float),
    )[COLUMNS]


def _newest(engine: sa.Engine, table: sa.Table, key: sa.Column[str]) -> list[dict[str, str]]:
    """Return the record of the newest version of each key, in the order in which they were saved."""
    query = sa.select(key, table.c.record).order_by(table.c.saved_at, key)
    newest: dict[str, str] = {}
    with engine.connect() as connection:
        for name, record in connection.execute(query):
            # Taken out first, so that what was saved last stands last.
            newest.pop(name, None)
            newest[name] = record
    return [json.loads(record) for record in newest.values()]
