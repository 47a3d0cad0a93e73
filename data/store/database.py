"""Opening the database, and the one way to write to it.

Every write is one transaction that holds the store's only writing lock from its first read on, so that what was checked
is what is written over: two writers at once wait for each other and lose nothing, and a process killed at any moment
leaves all of a write or none of it. Readers are never held up.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from data.store import schema
from forecasting.errors import StoreError

#: Seconds a writer waits for another.
PATIENCE = 30
#: Names the lock on PostgreSQL; any number that is ours alone.
LOCK = 0x6265697A


class Database:
    """One database, opened and of the present schema.

    Parameters
    ----------
    url : str
        SQLAlchemy URL; `sqlite:///path` or `postgresql+psycopg://...`. Tables and, for SQLite, the folder are made when
        missing; a database of an earlier version is brought to the present one.

    Raises
    ------
    StoreError
        If the address is not one, the database cannot be opened, or it was made by a later version of the product.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        try:
            address = sa.make_url(url)
        except sa.exc.ArgumentError as error:
            raise StoreError("环境变量 BEIZENG_DB 不是数据库地址。应如 sqlite:////data/beizeng.db。") from error
        self._is_sqlite = address.get_backend_name() == "sqlite"
        try:
            if self._is_sqlite and address.database:
                Path(address.database).parent.mkdir(parents=True, exist_ok=True)
            self.engine = sa.create_engine(
                url, connect_args={"timeout": PATIENCE} if self._is_sqlite else {}, pool_pre_ping=not self._is_sqlite
            )
            if self._is_sqlite:
                sa.event.listen(self.engine, "connect", _prepare_sqlite)
            with self._locked() as connection:
                schema.upgrade(connection)
        except StoreError:
            self.engine.dispose()
            raise
        except (sa.exc.SQLAlchemyError, sqlite3.Error, ImportError, OSError) as error:
            reason = " ".join(str(error).split())[:200]
            raise StoreError(
                f"数据库打不开（{address.render_as_string(hide_password=True)}）：{reason}。"
                "请核对环境变量 BEIZENG_DB、数据库是否已启动、文件夹是否可写。"
            ) from error

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Open a transaction that no other writer shares; it is kept on leaving, undone on any error.

        Yields
        ------
        sqlalchemy.Connection

        Raises
        ------
        StoreError
            If the database does not let us write.
        """
        try:
            with self._locked() as connection:
                yield connection
        except sa.exc.OperationalError as error:
            reason = " ".join(str(error.orig).split())[:200]
            raise StoreError(f"数据库未能写入（{reason}），本次没有保存任何内容。请稍后重试。") from error

    @contextmanager
    def _locked(self) -> Iterator[sa.Connection]:
        with self.engine.begin() as connection:
            if self._is_sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
            yield connection


def utc(moment: dt.datetime) -> dt.datetime:
    """Return a moment as the store keeps it: UTC, without zone.

    Parameters
    ----------
    moment : datetime
        One without zone is taken to be UTC already.

    Returns
    -------
    datetime

    Examples
    --------
    >>> beijing = dt.timezone(dt.timedelta(hours=8))
    >>> utc(dt.datetime(2023, 7, 1, 6, 30, tzinfo=beijing))
    datetime.datetime(2023, 6, 30, 22, 30)
    """
    return moment.astimezone(dt.UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    """Readers are not held up by a writer, and a commit is on disk before it returns."""
    cursor = connection.cursor()
    # Of several processes that open a new database at once, one turns the log on; SQLite does not let the others wait.
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            break
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()
